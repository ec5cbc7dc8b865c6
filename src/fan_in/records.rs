//! The records of all joins of a table: a slab, and an index of keys into it.

use super::key;
use super::packed::{self, Packed};
use crate::hash::HashSeed;
use crate::index::Index;

/// Records are kept in pages, so that a table grows without moving, and without doubling, what it holds.
const PAGE: usize = 1024;

/// What a record costs: itself, with the bytes it has room for, and its place in the index. Measured with a million
/// joins on wasm32.
const RECORD_BYTES: usize = 104;

/// The position of a record.
pub(super) type Id = u32;

/// The position of no record: there is no room for so many.
pub(super) const NONE: Id = Id::MAX;

/// How a record stands in the queue it is in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Place {
    /// It is in none.
    #[default]
    Nowhere,
    /// In the list.
    Listed,
    /// In the heap beside it.
    Late,
}

/// What a record stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum State {
    /// Nothing; its place is free.
    #[default]
    Free,
    /// A join that waits.
    Pending,
    /// A tombstone: a closed join.
    Closed,
    /// A tombstone whose work is on record.
    Settled,
    /// A tombstone of an evicted join that has not been handed out yet.
    Undelivered,
}

/// One join. 80 bytes on wasm32.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// The key and the log.
    pub(super) bytes: Packed,
    /// The deadline of a join that waits, the end of a tombstone's retention.
    pub(super) due: i64,
    /// Tells apart what has stood in this place, as a join that waits or as a tombstone, and orders those that are due
    /// at the same time.
    pub(super) sequence: u32,
    /// Its neighbours in the list it is in.
    pub(super) before: Id,
    pub(super) after: Id,
    pub(super) state: State,
    pub(super) place: Place,
}

/// All records of a table.
#[derive(Debug)]
pub(super) struct Records {
    pages: Vec<Vec<Record>>,
    /// The first place that is free; each names the next as what comes after it.
    free: Id,
    index: Index,
    seed: HashSeed,
    /// The last that a record was given.
    pub(super) sequence: u32,
    /// Room for the key of a record that goes.
    scratch: Vec<u8>,
}

impl Records {
    pub(super) fn new(seed: HashSeed) -> Self {
        Self {
            pages: Vec::new(),
            free: NONE,
            index: Index::default(),
            seed,
            sequence: 0,
            scratch: Vec::new(),
        }
    }

    #[inline]
    pub(super) fn get(&self, id: Id) -> Option<&Record> {
        let id = id as usize;
        self.pages.get(id.checked_div(PAGE)?)?.get(id.checked_rem(PAGE)?)
    }

    #[inline]
    pub(super) fn get_mut(&mut self, id: Id) -> Option<&mut Record> {
        let id = id as usize;
        self.pages.get_mut(id.checked_div(PAGE)?)?.get_mut(id.checked_rem(PAGE)?)
    }

    /// The record of a key, given as [`key::encode`] wrote it, and its hash.
    pub(super) fn find(&self, hash: u32, key: &[u8]) -> Option<Id> {
        // Encoded keys say where they end, so none is the beginning of another.
        let same = |id| self.get(id).is_some_and(|record| record.bytes.starts_with(key));
        self.index.find(hash, same)
    }

    /// Adds a record whose bytes begin with a key that is not there yet, of this hash.
    pub(super) fn insert(&mut self, hash: u32, bytes: &[u8], due: i64) -> Option<Id> {
        let sequence = self.next_sequence();
        let id = self.place()?;
        // In its place: a record that is made before it is moved there takes 20 ns more.
        let record = self.get_mut(id)?;
        record.bytes.append(bytes);
        record.due = due;
        record.sequence = sequence;
        record.state = State::Pending;
        self.index.insert(hash, id);
        Some(id)
    }

    /// Another sequence than any before.
    pub(super) fn next_sequence(&mut self) -> u32 {
        self.sequence = self.sequence.wrapping_add(1);
        self.sequence
    }

    /// A place that is free: its record has no bytes and is in no queue.
    fn place(&mut self) -> Option<Id> {
        let free = self.free;
        if let Some(record) = self.get(free) {
            self.free = record.after;
            return Some(free);
        }
        if self.is_full() {
            self.pages.push(Vec::with_capacity(PAGE));
        }
        let full = self.pages.len().checked_sub(1)?.checked_mul(PAGE)?;
        let page = self.pages.last_mut()?;
        let id = Id::try_from(full.checked_add(page.len())?).ok().filter(|id| *id != NONE)?;
        page.push(Record::default());
        Some(id)
    }

    /// Whether the last page has no place left.
    fn is_full(&self) -> bool {
        self.pages.last().is_none_or(|page| page.len() == PAGE)
    }

    /// How many bytes the next [`insert`](Self::insert) may allocate, without what is outside of the record. The list of
    /// pages is short.
    pub(super) fn growth(&self) -> usize {
        let has_place = self.free != NONE || !self.is_full();
        let page = if has_place { 0 } else { PAGE.saturating_mul(size_of::<Record>()) };
        self.index.growth().saturating_add(page)
    }

    /// Takes a record out that is in no queue any more.
    pub(super) fn remove(&mut self, id: Id) {
        let mut scratch = core::mem::take(&mut self.scratch);
        let Some(record) = self.get(id) else { return };
        // Nearly all keys are in place, and the log behind them need not be copied.
        let key = key::split(record.bytes.in_place()).unwrap_or_else(|| record.read(&mut scratch)).0;
        let hash = self.hash(key);
        let free = self.free;
        self.scratch = scratch;
        if let Some(record) = self.get_mut(id) {
            record.bytes.clear();
            record.state = State::Free;
            record.after = free;
        }
        self.free = id;
        self.index.remove(hash, id);
        if self.index.len() == 0 {
            // Nothing is left: the room of a former burst goes back at once.
            self.pages.clear();
            self.free = NONE;
            self.index.release();
        }
    }

    pub(super) fn hash(&self, key: &[u8]) -> u32 {
        self.seed.hash_bytes(key)
    }
}

impl Record {
    /// Copies the bytes of the key and the log to `bytes`, and gives both.
    pub(super) fn read<'a>(&self, bytes: &'a mut Vec<u8>) -> (&'a [u8], &'a [u8]) {
        self.bytes.read(bytes);
        key::split(bytes).unwrap_or_default()
    }

    /// What it takes, as [`Stats::bytes`](super::Stats::bytes) counts it.
    pub(super) fn size(&self) -> usize {
        size(self.bytes.len())
    }

    /// How much more it would take with so many bytes more.
    pub(super) fn growth(&self, more: usize) -> usize {
        size(self.bytes.len().saturating_add(more)).saturating_sub(self.size())
    }
}

/// What a record takes whose key and log have so many bytes.
pub(super) fn size(len: usize) -> usize {
    RECORD_BYTES.saturating_add(packed::outside(len))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_one_hash_are_told_apart() {
        let mut records = Records::new(HashSeed::new(1));
        let keys = [&[1, b'a'][..], &[1, b'b'], &[2, b'a', b'b']];
        let ids = keys.map(|key| records.insert(7, key, 0).unwrap());
        assert_eq!(keys.map(|key| records.find(7, key)), ids.map(Some));
        assert_eq!((records.find(7, &[1, b'c']), records.find(8, keys[0])), (None, None));
    }

    #[test]
    fn an_index_does_not_grow_where_as_many_come_as_go() {
        let mut records = Records::new(HashSeed::new(1));
        let insert = |records: &mut Records, number: u32| {
            let mut key = vec![4];
            key.extend(number.to_le_bytes());
            records.insert(records.hash(&key), &key, 0).unwrap()
        };
        let mut ids: Vec<Id> = (0..96).map(|number| insert(&mut records, number)).collect();
        let size = records.index.size();
        assert!(size < 96 * 20, "{size} bytes for 96 places");
        for number in 96..5000 {
            let oldest = ids.remove(0);
            records.remove(oldest);
            ids.push(insert(&mut records, number));
            assert_eq!((records.index.len(), records.index.size()), (96, size));
        }
        assert_eq!(records.pages.len(), 1, "places are taken again");
    }
}
