//! From hashes to positions: the table by which a batch knows its spans and a fan-in its keys.
//!
//! Open addressing in one array: where a million joins wait, an event reads one line of memory that is in no cache yet;
//! hashbrown, which keeps its tags apart, reads two, and is 1.7 KB more of the module.

use std::collections::TryReserveError;

/// A position, with half of its hash: what it stands for is read only where the hashes are the same.
#[derive(Clone, Copy, Debug)]
struct Place {
    hash: u32,
    at: u32,
}

/// No position.
const NONE: u32 = u32::MAX;
const EMPTY: Place = Place { hash: 0, at: NONE };

/// Places behind the last home, so that no search goes round.
const SLACK: usize = 32;

/// A hash table of positions below 2^32 - 1. What they stand for, and which are the same, is for its owner to know.
///
/// Each hash has a home, and a position is there or behind it, with no empty place between. Homes are in the order of
/// hashes and may be of any number: a table grows by half, and is filled from front to back when it does.
#[derive(Debug, Default)]
pub(crate) struct Index {
    places: Vec<Place>,
    homes: usize,
    len: usize,
}

impl Index {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Forgets all positions, and has room for so many, if there is memory for them.
    pub(crate) fn start(&mut self, expected: usize) -> Result<(), TryReserveError> {
        self.places.fill(EMPTY);
        self.len = 0;
        if self.is_full(expected) {
            self.release();
            let homes = expected.saturating_mul(2);
            self.places = empty(homes.saturating_add(SLACK))?;
            self.homes = homes;
        }
        Ok(())
    }

    /// Gives the room back.
    pub(crate) fn release(&mut self) {
        *self = Self::default();
    }

    /// The position of this hash that is the `same`.
    #[inline(always)]
    pub(crate) fn find(&self, hash: u32, same: impl Fn(u32) -> bool) -> Option<u32> {
        for place in self.places.get(self.home(hash)..)? {
            if place.at == NONE {
                return None;
            }
            if place.hash == hash && same(place.at) {
                return Some(place.at);
            }
        }
        None
    }

    /// How many bytes the next [`insert`](Self::insert) may allocate.
    pub(crate) fn growth(&self) -> usize {
        let len = self.len.saturating_add(1);
        let places = len.saturating_mul(2).saturating_add(SLACK);
        if self.is_full(len) { places.saturating_mul(size_of::<Place>()) } else { 0 }
    }

    /// Adds a position that is not there yet.
    #[inline(always)]
    pub(crate) fn insert(&mut self, hash: u32, at: u32) {
        self.len = self.len.saturating_add(1);
        if self.is_full(self.len) {
            self.rebuild(self.len, SLACK);
        }
        let place = Place { hash, at };
        while !self.put(place) {
            // More of one hash than there is room behind it, as who knows the seed can send.
            self.rebuild(self.len, self.places.len());
        }
    }

    /// Takes a position out.
    pub(crate) fn remove(&mut self, hash: u32, at: u32) {
        let home = self.home(hash);
        let mut behind = self.places.iter().skip(home).take_while(|place| place.at != NONE);
        let Some(steps) = behind.position(|place| place.at == at) else { return };
        self.len = self.len.saturating_sub(1);
        let mut hole = home.saturating_add(steps);
        // What comes behind moves up, unless that is before its home: so no gap comes between.
        for next in hole.saturating_add(1)..self.places.len() {
            let Some(place) = self.places.get(next).copied().filter(|place| place.at != NONE) else { break };
            if self.home(place.hash) <= hole {
                self.set(hole, place);
                hole = next;
            }
        }
        self.set(hole, EMPTY);
    }

    /// Where a hash is looked for first.
    #[inline(always)]
    fn home(&self, hash: u32) -> usize {
        (u64::from(hash).wrapping_mul(self.homes as u64) >> 32) as usize
    }

    /// Whether so many are more than three for four homes: then searches become long.
    #[inline(always)]
    fn is_full(&self, len: usize) -> bool {
        len.saturating_mul(4) > self.homes.saturating_mul(3)
    }

    fn set(&mut self, at: usize, place: Place) {
        if let Some(there) = self.places.get_mut(at) {
            *there = place;
        }
    }

    /// Puts a position into the first empty place from its home on. Gives false where there is none.
    #[inline(always)]
    fn put(&mut self, place: Place) -> bool {
        let home = self.home(place.hash);
        let empty = self.places.iter_mut().skip(home).find(|place| place.at == NONE);
        empty.map(|empty| *empty = place).is_some()
    }

    /// Makes a table of one for two homes, and puts all into it.
    #[inline(never)]
    fn rebuild(&mut self, len: usize, mut slack: usize) {
        let old = core::mem::take(&mut self.places);
        self.homes = len.saturating_mul(2);
        loop {
            self.places = match empty(self.homes.saturating_add(slack)) {
                Ok(places) => places,
                // Who has no memory to lose has asked for it before.
                Err(_) => std::process::abort(),
            };
            if old.iter().filter(|place| place.at != NONE).all(|place| self.put(*place)) {
                return;
            }
            slack = slack.saturating_mul(2);
        }
    }

    /// How many bytes it takes.
    #[cfg(test)]
    pub(crate) fn size(&self) -> usize {
        self.places.capacity() * size_of::<Place>()
    }
}

/// So many empty places.
#[inline(never)]
fn empty(places: usize) -> Result<Vec<Place>, TryReserveError> {
    let mut all = Vec::new();
    all.try_reserve_exact(places)?;
    all.resize(places, EMPTY);
    Ok(all)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    /// Numbers that look random: the finalizer of MurmurHash3.
    fn mixed(number: u32) -> u32 {
        let number = (number ^ (number >> 16)).wrapping_mul(0x85eb_ca6b);
        let number = (number ^ (number >> 13)).wrapping_mul(0xc2b2_ae35);
        number ^ (number >> 16)
    }

    /// Adds and removes, and looks for each that was ever there.
    fn agrees_with_a_map(hash_of: impl Fn(u32) -> u32, most: u32) {
        let mut index = Index::default();
        let mut map = HashMap::new();
        for step in 0..most * 6 {
            let at = mixed(step) % most;
            if map.remove(&at).is_some() {
                index.remove(hash_of(at), at);
            } else {
                map.insert(at, ());
                index.insert(hash_of(at), at);
            }
            assert_eq!(index.len(), map.len());
            if step % 64 == 0 {
                for at in 0..most {
                    let found = index.find(hash_of(at), |other| other == at);
                    assert_eq!(found, map.contains_key(&at).then_some(at), "{at} at step {step}");
                }
            }
        }
    }

    #[test]
    fn an_index_agrees_with_a_map() {
        agrees_with_a_map(mixed, 700);
        // Few hashes, the same hash, and the highest, whose home is the last.
        agrees_with_a_map(|at| mixed(at % 7), 200);
        agrees_with_a_map(|_| 0, 150);
        agrees_with_a_map(|_| u32::MAX, 150);
        agrees_with_a_map(|at| u32::MAX - at % 3, 150);
        agrees_with_a_map(|at| if at % 2 == 0 { 0 } else { u32::MAX }, 200);
    }

    #[test]
    fn the_same_hash_is_not_the_same_position() {
        let mut index = Index::default();
        (0..100).for_each(|at| index.insert(7, at));
        assert_eq!(index.find(7, |at| at == 99), Some(99));
        assert_eq!((index.find(7, |_| false), index.find(8, |_| true)), (None, None));
        index.remove(7, 200);
        index.remove(8, 201);
        assert_eq!(index.len(), 100);
    }

    #[test]
    fn what_was_forgotten_is_not_found() {
        let mut index = Index::default();
        index.start(10).unwrap();
        (0..1000).for_each(|at| index.insert(mixed(at), at));
        let size = index.size();
        index.start(1000).unwrap();
        assert_eq!((index.len(), index.size()), (0, size), "room that was there is used again");
        assert!((0..1000).all(|at| index.find(mixed(at), |other| other == at).is_none()));
        index.release();
        assert_eq!((index.size(), index.find(0, |_| true)), (0, None));
    }

    #[test]
    fn ten_to_seventeen_bytes_a_position() {
        let mut index = Index::default();
        for at in 0..200_000 {
            index.insert(mixed(at), at);
            if at > 1000 {
                let bytes = index.size() as f64 / f64::from(at + 1);
                assert!((10.0..17.0).contains(&bytes), "{bytes} bytes at {at}");
            }
        }
    }
}
