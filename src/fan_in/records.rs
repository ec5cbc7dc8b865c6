//! The records of all joins of a table: a slab, and an index of keys into it.

use core::hash::Hasher;

use hashbrown::HashTable;

use super::key;
use crate::hash::HashSeed;

/// Records are kept in pages, so that a table grows without moving, and without doubling, what it holds.
const PAGE: usize = 1024;

/// What a record costs beside its own bytes: the record, its place in the index, its allocation. Measured
/// with a million joins on wasm32.
pub(super) const RECORD_BYTES: usize = 64;

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
    /// A tombstone of an evicted join that has not been handed out yet.
    Undelivered,
}

/// One join. 40 bytes on wasm32.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// The key and the log.
    pub(super) bytes: Vec<u8>,
    /// The deadline of a join that waits, the end of a tombstone's retention.
    pub(super) due: i64,
    /// Tells apart what has stood in this place, as a join that waits or as a tombstone, and orders those that are due
    /// at the same time.
    pub(super) sequence: u32,
    /// Its neighbours in the list it is in.
    pub(super) before: Id,
    pub(super) after: Id,
    hash: u32,
    pub(super) state: State,
    pub(super) place: Place,
}

/// All records of a table.
#[derive(Debug)]
pub(super) struct Records {
    pages: Vec<Vec<Record>>,
    free: Vec<Id>,
    index: HashTable<Id>,
    seed: HashSeed,
    sequence: u32,
}

impl Records {
    pub(super) fn new(seed: HashSeed) -> Self {
        Self { pages: Vec::new(), free: Vec::new(), index: HashTable::new(), seed, sequence: 0 }
    }

    pub(super) fn get(&self, id: Id) -> Option<&Record> {
        let id = id as usize;
        self.pages.get(id.checked_div(PAGE)?)?.get(id.checked_rem(PAGE)?)
    }

    pub(super) fn get_mut(&mut self, id: Id) -> Option<&mut Record> {
        let id = id as usize;
        self.pages.get_mut(id.checked_div(PAGE)?)?.get_mut(id.checked_rem(PAGE)?)
    }

    /// The record of a key, given as [`key::encode`] wrote it.
    pub(super) fn find(&self, key: &[u8]) -> Option<Id> {
        let hash = self.hash(key);
        let same = |id: &Id| {
            self.get(*id).is_some_and(|record| {
                // Encoded keys say where they end, so none is the beginning of another.
                record.hash == hash && record.bytes.starts_with(key)
            })
        };
        self.index.find(spread(hash), same).copied()
    }

    /// Adds a record whose bytes begin with a key that is not there yet.
    pub(super) fn insert(&mut self, key: &[u8], bytes: Vec<u8>, due: i64) -> Option<Id> {
        let hash = self.hash(key);
        let (sequence, state, place) = (self.next_sequence(), State::Pending, Place::Nowhere);
        let record = Record { bytes, due, sequence, before: NONE, after: NONE, hash, state, place };
        let id = self.place(record)?;
        let pages = &self.pages;
        self.index.insert_unique(spread(hash), id, |id| {
            let id = *id as usize;
            let page = id.checked_div(PAGE).and_then(|page| pages.get(page));
            let record = page.and_then(|page| page.get(id.checked_rem(PAGE)?));
            record.map_or(0, |record| spread(record.hash))
        });
        Some(id)
    }

    /// Another sequence than any before.
    pub(super) fn next_sequence(&mut self) -> u32 {
        self.sequence = self.sequence.wrapping_add(1);
        self.sequence
    }

    fn place(&mut self, record: Record) -> Option<Id> {
        if let Some(id) = self.free.pop() {
            *self.get_mut(id)? = record;
            return Some(id);
        }
        if self.pages.last().is_none_or(|page| page.len() == PAGE) {
            self.pages.push(Vec::with_capacity(PAGE));
        }
        let full = self.pages.len().checked_sub(1)?.checked_mul(PAGE)?;
        let page = self.pages.last_mut()?;
        let id = Id::try_from(full.checked_add(page.len())?).ok().filter(|id| *id != NONE)?;
        page.push(record);
        Some(id)
    }

    /// Takes a record out.
    pub(super) fn remove(&mut self, id: Id) -> Option<Record> {
        let record = core::mem::take(self.get_mut(id)?);
        if let Ok(entry) = self.index.find_entry(spread(record.hash), |other| *other == id) {
            entry.remove();
        }
        self.free.push(id);
        if self.index.is_empty() {
            // Nothing is left: the room of a former burst goes back at once.
            self.pages.clear();
            self.free = Vec::new();
            self.index = HashTable::new();
        }
        Some(record)
    }

    fn hash(&self, key: &[u8]) -> u32 {
        let hash = self.seed.hash(|hasher| hasher.write(key));
        let [a, b, c, d, ..] = hash.to_le_bytes();
        u32::from_le_bytes([a, b, c, d])
    }
}

impl Record {
    /// The bytes of the key, and the log.
    pub(super) fn parts(&self) -> (&[u8], &[u8]) {
        key::split(&self.bytes).unwrap_or_default()
    }
}

/// A table looks at the low bits of a hash and at its seven highest.
fn spread(hash: u32) -> u64 {
    u64::from(hash) | u64::from(hash) << 32
}
