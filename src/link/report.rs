//! What became of every message of a batch.

use crate::trace_context::RejectReason;

/// How many rejected messages a report names.
const MAX_REJECTED: usize = 16;

/// What became of every message of a batch, so that no link is lost without a number that says so.
///
/// `messages == linked + duplicates + missing + malformed + dropped`, always.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LinkReport {
    /// How many messages there were.
    pub messages: usize,
    /// How many got a link of their own.
    pub linked: usize,
    /// How many name a span that an earlier message named.
    pub duplicates: usize,
    /// How many have no `traceparent`.
    pub missing: usize,
    /// How many have a `traceparent` that is not valid.
    pub malformed: usize,
    /// How many have a link of their own that the overflow policy left out.
    pub dropped: usize,
    /// The first 16 malformed messages.
    pub rejected: Vec<Rejected>,
}

/// A message whose `traceparent` is not valid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rejected {
    /// The position of the message in the batch, from 0.
    pub index: usize,
    /// The rule it breaks.
    pub reason: RejectReason,
}

impl LinkReport {
    /// Counts a message without a valid context.
    pub(super) fn reject(&mut self, reason: RejectReason) {
        if reason == RejectReason::Missing {
            self.missing = self.missing.saturating_add(1);
        } else {
            self.malformed = self.malformed.saturating_add(1);
            if self.rejected.len() < MAX_REJECTED {
                self.rejected.push(Rejected { index: self.messages, reason });
            }
        }
    }

    /// Makes the report that of an empty batch.
    pub(super) fn clear(&mut self) {
        let mut rejected = core::mem::take(&mut self.rejected);
        rejected.clear();
        *self = Self { rejected, ..Self::default() };
    }
}
