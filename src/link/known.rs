//! The spans that a batch has named so far.

use core::hash::Hasher;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use crate::hash::HashSeed;
use crate::trace_context::Traceparent;

/// A hash table from a span to the position of its candidate.
///
/// A table of our own, with slots of half a hash and a position, and a multilinear hash of our own were within 4 % of
/// this one for a batch of 1000.
#[derive(Debug)]
pub(super) struct KnownSpans {
    seed: HashSeed,
    positions: HashTable<u32>,
}

impl KnownSpans {
    pub(super) fn new(seed: HashSeed) -> Self {
        Self { seed, positions: HashTable::new() }
    }

    /// Forgets all spans, and makes room for so many.
    pub(super) fn start(&mut self, expected: usize) {
        if self.positions.capacity() < expected {
            self.positions = HashTable::with_capacity(expected);
        }
        self.positions.clear();
    }

    /// Gives the room back.
    pub(super) fn release(&mut self) {
        self.positions = HashTable::new();
    }

    /// The position of a span, if it is known; else the span is known at `position` from now on.
    ///
    /// `at` gives the context at a position that an earlier call was given.
    pub(super) fn find_or_insert<'a>(
        &mut self,
        traceparent: &Traceparent,
        position: u32,
        at: impl Fn(u32) -> Option<&'a Traceparent>,
    ) -> Option<u32> {
        let same = |position: &u32| {
            at(*position).is_some_and(|known| {
                known.span_id == traceparent.span_id && known.trace_id == traceparent.trace_id
            })
        };
        let hash_at = |position: &u32| at(*position).map_or(0, |known| hash(&self.seed, known));
        match self.positions.entry(hash(&self.seed, traceparent), same, hash_at) {
            Entry::Occupied(known) => Some(*known.get()),
            Entry::Vacant(place) => {
                place.insert(position);
                None
            }
        }
    }
}

/// The hash of the span that a context names; its flags do not matter.
fn hash(seed: &HashSeed, traceparent: &Traceparent) -> u64 {
    seed.hash(|hasher| {
        hasher.write_u128(u128::from_ne_bytes(traceparent.trace_id.to_bytes()));
        hasher.write_u64(u64::from_ne_bytes(traceparent.span_id.to_bytes()));
    })
}
