//! The spans that a batch has named so far.

use core::hash::Hasher;

use crate::hash::HashSeed;
use crate::trace_context::Traceparent;

/// The fewest slots of a table, and what a table begins with that was not told how many spans there will be.
const LEAST_SLOTS: usize = 64;

/// A slot that holds nothing: no position is this large.
const FREE: u64 = u64::MAX;

/// A hash table from a span to the position of its candidate: open addressing, linear probing, at most half full.
///
/// A slot is half of the span's hash and a position, 8 bytes in all, so most misses are decided without a look at a
/// candidate. For a batch of 1000 it takes 60 % of the time of `hashbrown`, whose groups need SIMD to pay, and
/// which clears all of its room for each batch: here a small batch after a large one clears only what it uses.
#[derive(Debug)]
pub(super) struct KnownSpans {
    seed: HashSeed,
    /// A power of two of them is in use; there may be more, from a larger batch before.
    slots: Vec<u64>,
    in_use: usize,
    len: usize,
}

impl KnownSpans {
    pub(super) fn new(seed: HashSeed) -> Self {
        Self { seed, slots: Vec::new(), in_use: 0, len: 0 }
    }

    /// Forgets all spans, and makes room for so many.
    pub(super) fn start(&mut self, expected: usize) {
        self.len = 0;
        self.resize(expected.saturating_mul(2));
    }

    /// Gives the room back.
    pub(super) fn release(&mut self) {
        *self = Self::new(self.seed.clone());
    }

    /// Puts at least so many slots into use, a power of two, all of them free.
    fn resize(&mut self, slots: usize) {
        self.in_use = slots.max(LEAST_SLOTS).checked_next_power_of_two().unwrap_or(LEAST_SLOTS);
        let known = self.slots.len().min(self.in_use);
        if let Some(known) = self.slots.get_mut(..known) {
            known.fill(FREE);
        }
        if self.slots.len() < self.in_use {
            self.slots.resize(self.in_use, FREE);
        }
    }

    /// The position of a span, if it is known; else the span is known at `position` from now on.
    ///
    /// `at` gives the context at a position that an earlier call was given.
    pub(super) fn find_or_insert(
        &mut self,
        traceparent: &Traceparent,
        position: u32,
        at: impl Fn(u32) -> Option<Traceparent>,
    ) -> Option<u32> {
        if self.len.saturating_mul(2) >= self.in_use {
            self.grow();
        }
        let hash = self.hash(traceparent);
        let same = |position: u32| {
            at(position).is_some_and(|known| {
                known.span_id == traceparent.span_id && known.trace_id == traceparent.trace_id
            })
        };
        let found = self.probe(hash, |slot| half(slot) == half(hash) && same(slot as u32))?;
        if *found != FREE {
            return Some(*found as u32);
        }
        *found = slot_of(hash, position);
        self.len = self.len.saturating_add(1);
        None
    }

    /// The first slot on the way of a hash that is free, or that is it.
    fn probe(&mut self, hash: u64, is_it: impl Fn(u64) -> bool) -> Option<&mut u64> {
        let slots = self.slots.get_mut(..self.in_use)?;
        let mask = self.in_use.wrapping_sub(1);
        let mut place = half(hash) as usize & mask;
        for _ in 0..=mask {
            let slot = *slots.get(place)?;
            if slot == FREE || is_it(slot) {
                return slots.get_mut(place);
            }
            place = place.wrapping_add(1) & mask;
        }
        None
    }

    fn grow(&mut self) {
        let old: Vec<u64> =
            self.slots.iter().take(self.in_use).copied().filter(|slot| *slot != FREE).collect();
        self.resize(self.in_use.saturating_mul(2));
        for slot in old {
            if let Some(free) = self.probe(slot, |_| false) {
                *free = slot;
            }
        }
    }

    /// The hash of the span that a context names; its flags do not matter.
    fn hash(&self, traceparent: &Traceparent) -> u64 {
        self.seed.hash(|hasher| {
            hasher.write_u128(u128::from_ne_bytes(traceparent.trace_id.to_bytes()));
            hasher.write_u64(u64::from_ne_bytes(traceparent.span_id.to_bytes()));
        })
    }
}

/// The half of a hash that a slot holds, and that says where on the table to begin.
fn half(hash: u64) -> u64 {
    hash >> 32
}

/// What stands in a slot. Invariant: never [`FREE`], because `position` is less than `u32::MAX`.
fn slot_of(hash: u64, position: u32) -> u64 {
    (half(hash) << 32) | u64::from(position)
}
