//! The spans that a batch has named so far.

use core::hash::Hasher;
use std::collections::TryReserveError;

use crate::hash::HashSeed;
use crate::index::Index;
use crate::trace_context::Traceparent;

/// From a span to the position of its candidate.
#[derive(Debug)]
pub(super) struct KnownSpans {
    seed: HashSeed,
    positions: Index,
}

impl KnownSpans {
    pub(super) fn new(seed: HashSeed) -> Self {
        Self { seed, positions: Index::default() }
    }

    /// Forgets all spans, and makes room for so many, if there is memory for them.
    pub(super) fn start(&mut self, expected: usize) -> Result<(), TryReserveError> {
        self.positions.start(expected)
    }

    /// Gives the room back.
    pub(super) fn release(&mut self) {
        self.positions.release();
    }

    /// The position of a span, if it is known; else the span is known at `position` from now on.
    ///
    /// `at` gives the context at a position that an earlier call was given.
    #[inline(always)]
    pub(super) fn find_or_insert<'a>(
        &mut self,
        traceparent: &Traceparent,
        position: u32,
        at: impl Fn(u32) -> Option<&'a Traceparent>,
    ) -> Option<u32> {
        let same = |position| {
            at(position).is_some_and(|known| {
                known.span_id == traceparent.span_id && known.trace_id == traceparent.trace_id
            })
        };
        // Its flags do not matter.
        let hash = self.seed.hash(|hasher| {
            hasher.write_u128(u128::from_ne_bytes(traceparent.trace_id.to_bytes()));
            hasher.write_u64(u64::from_ne_bytes(traceparent.span_id.to_bytes()));
        });
        let known = self.positions.find(hash, same);
        if known.is_none() {
            self.positions.insert(hash, position);
        }
        known
    }
}
