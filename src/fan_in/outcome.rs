//! What a table answers.

use core::fmt;

use super::definition::Definition;
use super::entry::ContextRef;
use super::joined::Joined;
use super::reduce::Join;

/// What became of an event that was offered.
#[derive(Clone, Debug)]
pub enum Outcome<'a> {
    /// It counts, and the join still waits.
    Pending {
        /// What has arrived and what has not.
        progress: Progress<'a>,
        /// Whether it took the place of another event.
        replaced: bool,
    },
    /// It closed the join.
    Complete {
        /// What came together.
        joined: Joined<'a>,
        /// The slot whose event closed the join, as a position in the definition.
        completed_by: u32,
        /// An id for what the join led to, fit to be an idempotency key: 32 lower-case hexadecimal characters.
        ///
        /// It depends on the definition's name, the key and the identities of the events alone, not on their order or
        /// the clock: when a process loses its memory and its events come again, it is the same id. An event without
        /// an id and a context has no identity of its own: there its time of arrival stands in, or every later join
        /// of such a key would be taken for the first.
        completion_id: [u8; 32],
        /// Whether it had done so before: a consumer that fell before its span went out gets it again.
        redelivered: bool,
    },
    /// It was there already.
    Duplicate {
        /// What its join is now.
        phase: Phase,
    },
    /// It is new, and the join is closed.
    Late {
        /// What the join is.
        after: Phase,
        /// The span that the join led to, where it is known.
        settled_by: Option<ContextRef<'a>>,
    },
    /// Its slot takes one event and has another.
    Conflict {
        /// The position of the slot in the definition.
        slot: u32,
    },
    /// It was not taken, and nothing was recorded.
    Rejected(Rejection),
}

/// What has arrived of a join and what has not.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    pub(super) definition: &'a Definition,
    pub(super) join: &'a Join,
}

impl<'a> Progress<'a> {
    /// The slots that have an event, as positions in the definition.
    pub fn arrived(&self) -> impl Iterator<Item = usize> + use<'a> {
        self.join.arrived()
    }

    /// How many slots the definition has.
    #[must_use]
    pub fn slots(&self) -> usize {
        self.definition.slots.len()
    }

    /// The slots whose events the completion rule still has a use for, as positions in the definition.
    pub fn missing(&self) -> impl Iterator<Item = usize> + use<'a> {
        self.join.missing(self.definition)
    }
}

/// What a join is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// It waits.
    Pending,
    /// All it waited for has arrived.
    Complete,
    /// Its time was over, or it was evicted.
    Expired,
}

/// Why an event was not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rejection {
    /// The key is empty or longer than `max_key_bytes`.
    InvalidKey,
    /// The definition has no such slot.
    UnknownSlot,
    /// The slot takes several events, so each needs an id; or the id names nothing.
    IdentityRequired,
    /// The slot takes several events and has as many.
    SlotFull,
    /// There is no room for another join, or for another event.
    Capacity,
}

impl Rejection {
    /// The reason's stable name, such as `slot_full`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidKey => "invalid_key",
            Self::UnknownSlot => "unknown_slot",
            Self::IdentityRequired => "identity_required",
            Self::SlotFull => "slot_full",
            Self::Capacity => "capacity",
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A join that was closed without being complete.
#[derive(Clone, Debug)]
pub struct Expired<'a> {
    /// Whether it made room for another join, rather than its time being over.
    pub evicted: bool,
    /// Whether it was handed out before and nothing was settled since.
    pub redelivered: bool,
    /// What had arrived and what had not.
    pub progress: Progress<'a>,
    /// What came together.
    pub joined: Joined<'a>,
}
