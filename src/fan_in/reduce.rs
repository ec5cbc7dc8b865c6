//! What a log means: a pure function of a definition and the entries so far.

use super::definition::{Complete, Definition, OnConflict};
use super::entry::{Arrival, Entry};
use super::log::Log;

/// What one entry did to its join.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Placement {
    /// An arrival that counts.
    Counted,
    /// An arrival that takes the place of the one its slot had.
    Replaced,
    /// The arrival with which the completion rule holds.
    Closing,
    /// An arrival for a slot that takes one event and has another.
    Conflict,
    /// An arrival for a slot that has all the events it takes.
    Full,
    /// An arrival after the close.
    Late,
    /// No arrival.
    Control,
}

/// Why a join is closed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Close {
    /// The completion rule held; the slot whose arrival made it hold.
    Complete {
        /// Its position in the definition.
        slot: u32,
    },
    /// Its time was over.
    Timeout,
    /// It made room for another.
    Evicted,
}

/// The state of a join after some entries. Its room is used again for the next log.
#[derive(Clone, Debug)]
pub struct Join {
    /// Arrivals that count, by slot.
    counts: Vec<u32>,
    /// Arrivals that count, together.
    arrivals: u32,
    /// Slots that meet the completion rule.
    met: u32,
    /// Those of them that need no arrival for it.
    met_by_none: u32,
    /// Why and when it was closed.
    closed: Option<(Close, i64)>,
    settled: bool,
    first: Option<i64>,
    last: i64,
}

impl Join {
    /// The state of an empty log.
    #[must_use]
    pub fn new(definition: &Definition) -> Self {
        let met_by_none = match definition.complete {
            Complete::All => count(definition.slots.iter().filter(|slot| slot.min == 0)),
            Complete::Slots(_) | Complete::Arrivals(_) => 0,
        };
        Self {
            counts: vec![0; definition.slots.len()],
            arrivals: 0,
            met: met_by_none,
            met_by_none,
            closed: None,
            settled: false,
            first: None,
            last: 0,
        }
    }

    /// Makes this the state of an empty log again.
    pub(super) fn reset(&mut self) {
        // Only those that are not zero, for a loop over all would become a call out of the module, 10 ns.
        for count in self.counts.iter_mut().filter(|count| **count > 0) {
            *count = 0;
        }
        self.arrivals = 0;
        self.met = self.met_by_none;
        self.closed = None;
        self.settled = false;
        self.first = None;
        self.last = 0;
    }

    /// Makes this the state of a log. Says where it holds the event of `probe`, if it does.
    pub fn reduce(
        &mut self,
        definition: &Definition,
        log: Log<'_>,
        probe: Option<&Arrival<'_>>,
    ) -> Option<Placement> {
        self.reset();
        let mut seen = None;
        for (time, entry) in log.entries() {
            let placement = self.step(definition, time, &entry);
            if seen.is_none()
                && let (Entry::Arrive(arrival), Some(probe)) = (&entry, probe)
                && arrival.is_same_event(probe)
            {
                seen = Some(placement);
            }
        }
        seen
    }

    /// Takes one more entry.
    pub fn step(&mut self, definition: &Definition, time: i64, entry: &Entry<'_>) -> Placement {
        self.first = self.first.or(Some(time));
        self.last = time;
        match entry {
            Entry::Arrive(arrival) => self.arrive(definition, time, arrival.slot),
            Entry::Expire => self.close(Close::Timeout, time),
            Entry::Evict => self.close(Close::Evicted, time),
            Entry::Settle(_) => {
                self.settled |= self.closed.is_some();
                Placement::Control
            }
        }
    }

    fn close(&mut self, close: Close, time: i64) -> Placement {
        self.closed = self.closed.or(Some((close, time)));
        Placement::Control
    }

    fn arrive(&mut self, definition: &Definition, time: i64, slot: u32) -> Placement {
        if self.closed.is_some() {
            return Placement::Late;
        }
        let index = slot as usize;
        let (Some(rule), Some(count)) = (definition.slots.get(index), self.counts.get_mut(index)) else {
            return Placement::Full;
        };
        if *count >= rule.max {
            return match (rule.max, rule.on_conflict) {
                (1, OnConflict::Replace) => Placement::Replaced,
                (1, OnConflict::KeepFirst) => Placement::Conflict,
                _ => Placement::Full,
            };
        }
        *count = count.saturating_add(1);
        self.arrivals = self.arrivals.saturating_add(1);
        let meets = match definition.complete {
            Complete::All => *count == rule.min,
            Complete::Slots(_) => *count == rule.filled_at(),
            Complete::Arrivals(_) => false,
        };
        self.met = self.met.saturating_add(u32::from(meets));
        let complete = match definition.complete {
            Complete::All => self.met == count_of(definition),
            Complete::Slots(least) => self.met >= least,
            Complete::Arrivals(least) => self.arrivals >= least,
        };
        if complete {
            self.closed = Some((Close::Complete { slot }, time));
            return Placement::Closing;
        }
        Placement::Counted
    }

    /// Why and when the join was closed.
    #[must_use]
    pub fn closed(&self) -> Option<(Close, i64)> {
        self.closed
    }

    /// Whether the work it led to is on record.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.settled
    }

    /// How many arrivals count.
    #[must_use]
    pub fn arrivals(&self) -> u32 {
        self.arrivals
    }

    /// The times of the first and of the last entry.
    #[must_use]
    pub fn span(&self) -> (i64, i64) {
        (self.first.unwrap_or(self.last), self.last)
    }

    /// The slots that have an arrival.
    pub fn arrived(&self) -> impl Iterator<Item = usize> {
        self.counts.iter().enumerate().filter(|(_, count)| **count > 0).map(|(slot, _)| slot)
    }

    /// The slots whose events the completion rule still has a use for.
    pub fn missing(&self, definition: &Definition) -> impl Iterator<Item = usize> {
        let lacks = move |(slot, count): (usize, &u32)| {
            let rule = definition.slots.get(slot)?;
            let needed = match definition.complete {
                Complete::All => rule.min,
                Complete::Slots(_) => rule.filled_at(),
                Complete::Arrivals(_) => rule.max,
            };
            (*count < needed).then_some(slot)
        };
        self.counts.iter().enumerate().filter_map(lacks)
    }
}

fn count_of(definition: &Definition) -> u32 {
    count(definition.slots.iter())
}

fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}
