//! The embedded table: joins in memory.

use super::deadlines::Deadlines;
use super::definition::{Definition, DefinitionError};
use super::entry::{Arrival, ContextRef, Entry, EventId, IDS, KeptContext};
use super::joined::Joined;
use super::key;
use super::log::{self, Log};
use super::outcome::{Outcome, Phase, Progress, Rejection};
use super::packed::{self, Packed};
use super::records::{self, Id, Records, State};
use super::reduce::{Close, Join, Placement};
use super::retention::{Growth, Leases, in_u64};
use super::stats::{Stats, count};
use crate::hash::HashSeed;
use crate::headroom;

/// Joins in memory: the logs of all keys, their deadlines, their tombstones.
///
/// See the [module](super) for what it answers. Times are milliseconds since the epoch and come from the caller; a
/// clock that steps back costs no correctness: what makes room is the oldest, whenever it is due.
#[derive(Debug)]
pub struct FanIn {
    pub(super) definition: Definition,
    pub(super) records: Records,
    /// Joins that wait, by deadline.
    pub(super) pending: Deadlines,
    /// Tombstones, by the end of their retention.
    pub(super) closed: Deadlines,
    pub(super) leases: Leases,
    pub(super) stats: Stats,
    /// Of the bytes in `stats`: those of joins that wait.
    pub(super) pending_bytes: u64,
    /// The state of the join that was last looked at.
    pub(super) join: Join,
    /// The key that was last looked up, as records keep it, and its hash.
    key: Vec<u8>,
    hash: u32,
    /// The entry that is about to be appended, or what takes the place of a log.
    pub(super) entry: Vec<u8>,
    /// Key and log of the join that was last read, or that an answer is about; its record may be gone.
    pub(super) answer: Vec<u8>,
}

/// An event that is offered to a join.
#[derive(Clone, Copy, Debug)]
pub struct Offer<'a> {
    /// The correlation key: 1 to `max_key_bytes` bytes.
    pub key: &'a [u8],
    /// The position of the slot; `None` for one that the definition does not have.
    pub slot: Option<usize>,
    /// The event's id; `None` where there is none. An empty one names nothing and is rejected.
    pub event_id: Option<&'a [u8]>,
    /// The span that sent the event, where its message says so.
    pub context: Option<ContextRef<'a>>,
    /// Attributes for its link, as [`Attributes::encode`](crate::Attributes::encode) writes them.
    pub attributes: &'a [u8],
}

impl<'a> Offer<'a> {
    /// An event without id, context and attributes.
    #[must_use]
    pub fn new(key: &'a [u8], slot: Option<usize>) -> Self {
        Self { key, slot, event_id: None, context: None, attributes: &[] }
    }
}

/// Room for what an arrival is made of and an offer does not have in that form.
#[derive(Default)]
struct Room {
    digest: [u8; 32],
    ids: [u8; IDS],
}

/// An outcome before the parts that are borrowed from the table are put to it.
enum Decision {
    Pending { replaced: bool },
    Complete { slot: u32, redelivered: bool },
    Duplicate(Phase),
    Late(Phase),
    Conflict(u32),
    Rejected(Rejection),
}

impl FanIn {
    /// An empty table.
    ///
    /// # Errors
    /// The definition does not make sense.
    pub fn new(definition: Definition) -> Result<Self, DefinitionError> {
        Self::with_hash_seed(definition, HashSeed::random())
    }

    /// An empty table whose index is seeded with a number that senders of messages cannot know.
    ///
    /// # Errors
    /// The definition does not make sense.
    pub fn with_seed(definition: Definition, seed: u64) -> Result<Self, DefinitionError> {
        Self::with_hash_seed(definition, HashSeed::new(seed))
    }

    fn with_hash_seed(definition: Definition, seed: HashSeed) -> Result<Self, DefinitionError> {
        definition.check()?;
        let join = Join::new(&definition);
        Ok(Self {
            definition,
            records: Records::new(seed),
            pending: Deadlines::default(),
            closed: Deadlines::default(),
            leases: Leases::default(),
            stats: Stats::default(),
            pending_bytes: 0,
            join,
            key: Vec::new(),
            hash: 0,
            entry: Vec::new(),
            answer: Vec::new(),
        })
    }

    /// What the table waits for.
    #[must_use]
    pub fn definition(&self) -> &Definition {
        &self.definition
    }

    /// Offers an event to the join of its key.
    pub fn offer(&mut self, now: i64, offer: &Offer<'_>) -> Outcome<'_> {
        count(&mut self.stats.offered);
        let decision = self.decide(now, offer).unwrap_or_else(Decision::Rejected);
        self.count(&decision);
        match decision {
            Decision::Pending { replaced } => {
                let progress = Progress { definition: &self.definition, join: &self.join };
                Outcome::Pending { progress, replaced }
            }
            Decision::Complete { slot, redelivered } => {
                let joined = Joined::new(&self.definition, &self.answer, &mut self.join);
                let completion_id = joined.completion_id(&mut self.entry, &mut self.key);
                Outcome::Complete { joined, completed_by: slot, completion_id, redelivered }
            }
            Decision::Duplicate(phase) => Outcome::Duplicate { phase },
            Decision::Late(after) => Outcome::Late { after, settled_by: settled_by(&self.answer) },
            Decision::Conflict(slot) => Outcome::Conflict { slot },
            Decision::Rejected(reason) => Outcome::Rejected(reason),
        }
    }

    fn count(&mut self, decision: &Decision) {
        let stats = &mut self.stats;
        count(match decision {
            Decision::Pending { .. } => &mut stats.arrivals,
            Decision::Complete { redelivered: false, .. } => &mut stats.completed,
            Decision::Complete { redelivered: true, .. } => &mut stats.redelivered,
            Decision::Duplicate(_) => &mut stats.duplicates,
            Decision::Late(_) => &mut stats.late,
            Decision::Conflict(_) => &mut stats.conflicts,
            Decision::Rejected(_) => &mut stats.rejected,
        });
        if matches!(decision, Decision::Pending { replaced: true }) {
            count(&mut stats.replaced);
        }
    }

    fn decide(&mut self, now: i64, offer: &Offer<'_>) -> Result<Decision, Rejection> {
        let mut room = Room::default();
        let arrival = self.check(offer, &mut room)?;
        self.forget_overdue(now);
        match self.find(now, offer.key) {
            Some(id) => self.go_on(now, id, &arrival),
            None => self.begin(now, &arrival),
        }
    }

    /// The arrival that an offer makes, if it can be one at all.
    fn check<'a>(&self, offer: &Offer<'a>, room: &'a mut Room) -> Result<Arrival<'a>, Rejection> {
        if offer.key.is_empty() || offer.key.len() > self.definition.max_key_bytes {
            return Err(Rejection::InvalidKey);
        }
        let (slot, rule) = offer
            .slot
            .and_then(|slot| Some((u32::try_from(slot).ok()?, self.definition.slots.get(slot)?)))
            .ok_or(Rejection::UnknownSlot)?;
        let event_id = match offer.event_id {
            Some(id) => Some(EventId::new(id, &mut room.digest).ok_or(Rejection::IdentityRequired)?),
            None if rule.max > 1 => return Err(Rejection::IdentityRequired),
            None => None,
        };
        let context = offer.context.map(|context| KeptContext::new(context, &mut room.ids));
        Ok(Arrival { slot, event_id, context, attributes: offer.attributes })
    }

    /// The record of a key, unless its retention has ended; then it is forgotten.
    fn find(&mut self, now: i64, key: &[u8]) -> Option<Id> {
        let id = self.look_up(key)?;
        let record = self.records.get(id)?;
        if record.state != State::Pending && record.due <= now {
            self.drop_tombstone(id);
            return None;
        }
        Some(id)
    }

    /// The record of a key, whatever its retention.
    fn look_up(&mut self, key: &[u8]) -> Option<Id> {
        if key.is_empty() {
            // None is there, and as bytes it would begin every UUID.
            return None;
        }
        self.key.clear();
        key::encode(key, &mut self.key);
        self.hash = self.records.hash(&self.key);
        self.records.find(self.hash, &self.key)
    }

    /// Takes the first event of a join.
    fn begin(&mut self, now: i64, arrival: &Arrival<'_>) -> Result<Decision, Rejection> {
        let entry = Entry::Arrive(*arrival);
        self.join.reset();
        let placement = self.join.step(&self.definition, now, &entry);
        log::append(&mut self.key, 0, now, &entry);
        let len = self.key.len();
        let bytes = records::size(len);
        // One that is complete at once never waits.
        let waits = placement != Placement::Closing;
        if !self.make_room(now, Growth { bytes, len, within: None, waits }) {
            return Err(Rejection::Capacity);
        }
        let deadline = now.saturating_add_unsigned(self.definition.timeout_ms);
        let id = self.records.insert(self.hash, &self.key, deadline).ok_or(Rejection::Capacity)?;
        self.grow(bytes);
        self.pending.push(&mut self.records, id);
        Ok(self.placed(now, id, arrival.slot, placement))
    }

    /// Takes a further event of a join.
    fn go_on(&mut self, now: i64, id: Id, arrival: &Arrival<'_>) -> Result<Decision, Rejection> {
        let record = self.records.get(id).ok_or(Rejection::Capacity)?;
        let is_settled = record.state == State::Settled;
        let (_, log) = record.read(&mut self.answer);
        let seen = self.join.reduce(&self.definition, Log::new(log), Some(arrival));
        let phase = match self.join.closed() {
            None => Phase::Pending,
            Some((Close::Complete { .. }, _)) => Phase::Complete,
            Some((Close::Timeout | Close::Evicted, _)) => Phase::Expired,
        };
        match seen {
            Some(Placement::Closing) if !is_settled => {
                return Ok(Decision::Complete { slot: arrival.slot, redelivered: true });
            }
            Some(_) => return Ok(Decision::Duplicate(phase)),
            None if phase != Phase::Pending => return Ok(Decision::Late(phase)),
            None => {}
        }
        let entry = Entry::Arrive(*arrival);
        let (_, last) = self.join.span();
        let placement = self.join.step(&self.definition, now, &entry);
        match placement {
            Placement::Conflict => return Ok(Decision::Conflict(arrival.slot)),
            Placement::Full => return Err(Rejection::SlotFull),
            _ => {}
        }
        // Not in its place while room is made: an eviction appends an entry too.
        let mut bytes = core::mem::take(&mut self.entry);
        bytes.clear();
        log::append(&mut bytes, last, now, &entry);
        let record = self.records.get(id).ok_or(Rejection::Capacity)?;
        let growth = Growth {
            bytes: record.growth(bytes.len()),
            len: record.bytes.len().saturating_add(bytes.len()),
            within: Some(id),
            waits: false,
        };
        if !self.make_room(now, growth) {
            return Err(Rejection::Capacity);
        }
        let record = self.records.get_mut(id).ok_or(Rejection::Capacity)?;
        record.bytes.append(&bytes);
        self.entry = bytes;
        self.grow(growth.bytes);
        Ok(self.placed(now, id, arrival.slot, placement))
    }

    /// What follows from an arrival that was recorded.
    fn placed(&mut self, now: i64, id: Id, slot: u32, placement: Placement) -> Decision {
        if placement == Placement::Closing {
            self.answer_about(id);
            self.close(now, id, State::Closed);
            return Decision::Complete { slot, redelivered: false };
        }
        Decision::Pending { replaced: placement == Placement::Replaced }
    }

    /// Copies what an answer is about: the record may go before the answer is read.
    pub(super) fn answer_about(&mut self, id: Id) {
        if let Some(record) = self.records.get(id) {
            record.bytes.read(&mut self.answer);
        }
    }

    /// Records that the work a closed join led to is done, and the span it was done in. Later events of the key can
    /// link to it, as long as there is room for it within `max_bytes`; the event that closed the join is a duplicate
    /// from now on, and what its events had beside their identity is forgotten.
    ///
    /// The first report counts. Answers whether the join is closed and remembered.
    pub fn settle(&mut self, now: i64, key: &[u8], span: Option<ContextRef<'_>>) -> bool {
        let Some(id) = self.find(now, key) else { return false };
        let Some(record) = self.records.get_mut(id) else { return false };
        if record.state == State::Pending {
            return false;
        }
        if record.state == State::Settled {
            return true;
        }
        if record.state == State::Undelivered {
            count(&mut self.stats.undelivered);
        }
        let (key, log) = record.read(&mut self.answer);
        let settled = &mut self.entry;
        settled.clear();
        settled.extend_from_slice(key);
        let mut last = 0;
        for (time, entry) in Log::new(log).entries() {
            let entry = match entry {
                Entry::Arrive(arrival) => Entry::Arrive(arrival.bare()),
                other => other,
            };
            log::append(settled, last, time, &entry);
            last = time;
        }
        let mut ids = [0; IDS];
        let span = span.map(|span| KeptContext::new(span, &mut ids));
        let bare = settled.len();
        log::append(settled, last, now, &Entry::Settle(span));
        let len = settled.len();
        let (before, after) = (record.size(), records::size(len));
        let limit = self.definition.max_bytes.map_or(u64::MAX, in_u64);
        let is_within = self.pending_bytes.saturating_add(in_u64(after)) <= limit;
        if after > before && !(is_within && headroom::promise_to_end(packed::allocation(len))) {
            // That it is settled, its state says too.
            settled.truncate(bare);
        }
        record.state = State::Settled;
        record.bytes = Packed::new(&self.entry);
        let after = record.size();
        self.stats.bytes = self.stats.bytes.saturating_sub(in_u64(before)).saturating_add(in_u64(after));
        self.shrink_to_budget(now, Some(id));
        count(&mut self.stats.settled);
        true
    }

    /// What an open join has and lacks, and its deadline; `None` where there is no open join.
    pub fn inspect(&mut self, key: &[u8]) -> Option<(Progress<'_>, i64)> {
        let id = self.look_up(key)?;
        let record = self.records.get(id)?;
        if record.state != State::Pending {
            return None;
        }
        let (_, log) = record.read(&mut self.answer);
        self.join.reduce(&self.definition, Log::new(log), None);
        Some((Progress { definition: &self.definition, join: &self.join }, record.due))
    }

    /// Forgets a key, open or closed. Answers whether there was anything to forget.
    pub fn forget(&mut self, now: i64, key: &[u8]) -> bool {
        let Some(id) = self.find(now, key) else { return false };
        self.remove(id);
        count(&mut self.stats.forgotten);
        true
    }

    /// What the table holds and what it has answered.
    #[must_use]
    pub fn stats(&self) -> Stats {
        let len = |heap: &Deadlines| in_u64(heap.len());
        Stats { pending: len(&self.pending), tombstones: len(&self.closed), ..self.stats }
    }
}

/// The span that a join was settled with, of the key and the log.
fn settled_by(record: &[u8]) -> Option<ContextRef<'_>> {
    let (_, log) = key::split(record)?;
    Log::new(log)
        .entries()
        .find_map(|(_, entry)| match entry {
            Entry::Settle(span) => Some(span),
            _ => None,
        })??
        .context()
}
