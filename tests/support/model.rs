//! A fan-in written once more, as plainly as its rules can be: a list of joins, each with its whole history, replayed
//! from its beginning for every question. Only what it remembers matters, not how fast.

use spanlink::SpanContext;
use spanlink::fan_in::{Definition, OnConflict, OnFull, Phase, Stats};

use crate::answers::{Answer, Ended, Event, Slots};
use crate::history::{Entry, History, prefixed};

#[derive(Clone, Copy, PartialEq, Debug)]
enum State {
    Pending,
    Closed,
    Undelivered,
    Settled,
}

#[derive(Clone, Debug)]
struct Join {
    key: Vec<u8>,
    /// Orders joins that are due at the same time: by their beginning, closed ones by their close.
    number: u64,
    log: History,
    state: State,
    /// The deadline, then the end of the retention.
    due: i64,
    /// When a join that expired is handed out again.
    lease: Option<i64>,
}

impl Join {
    /// 104 bytes, in which there is room for 54 of key and log; of more, all but 42 are kept elsewhere. Of a key in the
    /// form of a UUID, there are its 16 bytes.
    fn bytes(&self) -> usize {
        let key = if is_uuid(&self.key) { 17 } else { prefixed(self.key.len()) };
        let bytes = key + self.log.bytes();
        if bytes <= 54 { 104 } else { 104 + bytes - 42 }
    }
}

fn is_uuid(key: &[u8]) -> bool {
    let fits = |(at, byte): (usize, &u8)| match at {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
    };
    key.len() == 36 && key.iter().enumerate().all(fits)
}

/// The model of a table.
#[derive(Debug)]
pub(crate) struct Model {
    definition: Definition,
    joins: Vec<Join>,
    numbers: u64,
    /// All but the first three.
    counts: Stats,
    /// What the id of the last completion is to depend on.
    pub(crate) completed_of: Vec<String>,
}

impl Model {
    pub(crate) fn new(definition: Definition) -> Self {
        Self { definition, joins: Vec::new(), numbers: 0, counts: Stats::default(), completed_of: Vec::new() }
    }

    pub(crate) fn stats(&self) -> Stats {
        let pending = self.joins.iter().filter(|join| join.state == State::Pending).count() as u64;
        let tombstones = self.joins.len() as u64 - pending;
        Stats { pending, tombstones, bytes: self.bytes() as u64, ..self.counts }
    }

    fn bytes(&self) -> usize {
        self.joins.iter().map(Join::bytes).sum()
    }

    /// The bytes of those that wait.
    fn waiting(&self) -> usize {
        self.joins.iter().filter(|join| join.state == State::Pending).map(Join::bytes).sum()
    }

    pub(crate) fn offer(&mut self, now: i64, event: &Event) -> Answer {
        self.counts.offered += 1;
        let answer = self.decide(now, event).unwrap_or_else(Answer::Rejected);
        *match &answer {
            Answer::Pending { .. } => &mut self.counts.arrivals,
            Answer::Complete { redelivered: false, .. } => &mut self.counts.completed,
            Answer::Complete { redelivered: true, .. } => &mut self.counts.redelivered,
            Answer::Duplicate(_) => &mut self.counts.duplicates,
            Answer::Late { .. } => &mut self.counts.late,
            Answer::Conflict(_) => &mut self.counts.conflicts,
            Answer::Rejected(_) => &mut self.counts.rejected,
        } += 1;
        self.counts.replaced += u64::from(matches!(answer, Answer::Pending { replaced: true, .. }));
        answer
    }

    fn decide(&mut self, now: i64, event: &Event) -> Result<Answer, &'static str> {
        if event.key.is_empty() || event.key.len() > self.definition.max_key_bytes {
            return Err("invalid_key");
        }
        let slot = event.slot.filter(|slot| *slot < self.definition.slots.len()).ok_or("unknown_slot")?;
        let rule = self.definition.slots[slot].clone();
        if event.id.as_ref().map_or(rule.max > 1, Vec::is_empty) {
            return Err("identity_required");
        }
        // An offer forgets two tombstones at the most, beside that of its own key.
        for _ in 0..2 {
            if let Some(at) =
                self.first(|join| join.state != State::Pending).filter(|at| self.is_due(*at, now))
            {
                self.drop_tombstone(at);
            }
        }
        let found = self.find(now, &event.key);
        let before = (self.joins.clone(), self.counts);
        let placed = match found {
            Some(at) => self.go_on(now, at, slot, event),
            None => self.begin(now, event),
        };
        if placed.is_err() {
            // What is rejected costs no other join anything.
            (self.joins, self.counts) = before;
        }
        placed
    }

    fn go_on(&mut self, now: i64, at: usize, slot: usize, event: &Event) -> Result<Answer, &'static str> {
        let rule = self.definition.slots[slot].clone();

        let join = &self.joins[at];
        let replayed = join.log.replay(&self.definition);
        let phase = replayed.phase();
        if let Some(seen) = join.log.find(event) {
            let again = replayed.close == Some((seen, Phase::Complete)) && join.state != State::Settled;
            return Ok(if again { self.completed(at, true) } else { Answer::Duplicate(phase) });
        }
        if phase != Phase::Pending {
            return Ok(Answer::Late { after: phase, settled_by: join.log.settled_by() });
        }
        let is_full = replayed.counted[slot].len() >= rule.max as usize;
        if is_full && rule.max > 1 {
            return Err("slot_full");
        }
        if is_full && rule.on_conflict == OnConflict::KeepFirst {
            return Ok(Answer::Conflict(slot));
        }
        let (number, mut log) = (join.number, join.log.clone());
        log.0.push((now, Entry::Arrive(event.clone())));
        let grown = Join { log: log.clone(), ..join.clone() }.bytes() - join.bytes();
        if !self.make_room(now, grown, Some(number)) {
            return Err("capacity");
        }
        let at = self.joins.iter().position(|join| join.number == number).expect("a join that grows stays");
        self.joins[at].log = log;
        Ok(self.placed(now, at, is_full))
    }

    fn begin(&mut self, now: i64, event: &Event) -> Result<Answer, &'static str> {
        let mut join = Join {
            key: event.key.clone(),
            number: 0,
            log: History(vec![(now, Entry::Arrive(event.clone()))]),
            state: State::Pending,
            due: now.saturating_add_unsigned(self.definition.timeout_ms),
            lease: None,
        };
        let is_pending = |join: &Join| join.state == State::Pending;
        // One that is complete at once never waits.
        let waits = join.log.replay(&self.definition).close.is_none();
        if waits && self.joins.iter().filter(|join| is_pending(join)).count() >= self.definition.max_pending {
            match self.oldest(is_pending) {
                Some(oldest) if self.definition.on_full == OnFull::EvictOldest => self.evict(now, oldest),
                _ => return Err("capacity"),
            }
        }
        if !self.make_room(now, join.bytes(), None) {
            return Err("capacity");
        }
        join.number = self.next_number();
        self.joins.push(join);
        Ok(self.placed(now, self.joins.len() - 1, false))
    }

    /// Makes room for so many bytes: if the definition says so, what waits goes beyond seven eighths of all; then
    /// tombstones go.
    fn make_room(&mut self, now: i64, bytes: usize, grows: Option<u64>) -> bool {
        let Some(limit) = self.definition.max_bytes else { return true };
        let evicts = self.definition.on_full == OnFull::EvictOldest;
        let remembers = self.definition.retain_ms() > 0 && self.definition.max_tombstones() > 0;
        let most = if evicts && remembers { limit - limit / 8 } else { limit };
        while self.waiting() + bytes > most {
            match self.oldest(|join| join.state == State::Pending && Some(join.number) != grows) {
                Some(oldest) if evicts => self.evict(now, oldest),
                _ => return false,
            }
        }
        while self.bytes() + bytes > limit {
            let oldest = self.oldest(|join| join.state != State::Pending);
            self.drop_early(now, oldest.expect("a tombstone"));
        }
        true
    }

    fn placed(&mut self, now: i64, at: usize, replaced: bool) -> Answer {
        let replayed = self.joins[at].log.replay(&self.definition);
        if replayed.close.is_none() {
            return Answer::Pending { state: replayed.slots(&self.definition), replaced };
        }
        let answer = self.completed(at, false);
        self.close(now, at, State::Closed);
        answer
    }

    fn completed(&mut self, at: usize, redelivered: bool) -> Answer {
        let join = &self.joins[at];
        self.completed_of = join.log.identities(&self.definition, &join.key);
        let (close, _) = join.log.replay(&self.definition).close.expect("a close");
        let Entry::Arrive(event) = &join.log.0[close].1 else { panic!("closed by no arrival") };
        let completed_by = event.slot.expect("a slot");
        Answer::Complete {
            together: join.log.together(&self.definition, &join.key),
            completed_by,
            redelivered,
        }
    }

    /// Makes a tombstone; says where it is, if it is still there.
    fn close(&mut self, now: i64, at: usize, state: State) -> Option<usize> {
        if self.definition.retain_ms() == 0 || self.definition.max_tombstones() == 0 {
            self.counts.undelivered += u64::from(state == State::Undelivered);
            self.joins.remove(at);
            return None;
        }
        let number = self.next_number();
        self.joins[at].number = number;
        self.joins[at].state = state;
        self.joins[at].due = now.saturating_add_unsigned(self.definition.retain_ms());
        self.shrink(now, None);
        self.joins.iter().position(|join| join.number == number)
    }

    fn next_number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    fn shrink(&mut self, now: i64, but: Option<u64>) {
        while let Some(oldest) = self.oldest(|join| join.state != State::Pending && Some(join.number) != but)
        {
            let Stats { tombstones, bytes, .. } = self.stats();
            let too_many = tombstones > self.definition.max_tombstones() as u64;
            if !too_many && self.definition.max_bytes.is_none_or(|limit| bytes <= limit as u64) {
                break;
            }
            self.drop_early(now, oldest);
        }
    }

    fn evict(&mut self, now: i64, at: usize) {
        self.counts.evicted += 1;
        self.joins[at].log.0.push((now, Entry::Evict));
        self.close(now, at, State::Undelivered);
    }

    fn drop_early(&mut self, now: i64, at: usize) {
        self.counts.tombstones_dropped += u64::from(!self.is_due(at, now));
        self.drop_tombstone(at);
    }

    fn drop_tombstone(&mut self, at: usize) {
        let join = self.joins.remove(at);
        self.counts.undelivered += u64::from(join.state == State::Undelivered);
    }

    /// Of those that are of a kind, the join that is due first; of several, the one that began first.
    fn first(&self, is_so: impl Fn(&Join) -> bool) -> Option<usize> {
        let joins = self.joins.iter().enumerate().filter(|(_, join)| is_so(join));
        joins.min_by_key(|(_, join)| (join.due, join.number)).map(|(at, _)| at)
    }

    /// Of those that are of a kind, the one that began, or was closed, first.
    fn oldest(&self, is_so: impl Fn(&Join) -> bool) -> Option<usize> {
        let joins = self.joins.iter().enumerate().filter(|(_, join)| is_so(join));
        joins.min_by_key(|(_, join)| join.number).map(|(at, _)| at)
    }

    fn is_due(&self, at: usize, now: i64) -> bool {
        self.joins[at].due <= now
    }

    /// The join of a key; a tombstone whose retention has ended goes.
    fn find(&mut self, now: i64, key: &[u8]) -> Option<usize> {
        let at = self.joins.iter().position(|join| join.key == key)?;
        if self.joins[at].state != State::Pending && self.is_due(at, now) {
            self.drop_tombstone(at);
            return None;
        }
        Some(at)
    }

    /// The join that `expire` hands out next, beside those whose deadline is reached: evicted ones, then leases.
    fn first_lease(&self) -> Option<(usize, Option<i64>)> {
        let lease = |join: &Join| match join.state {
            State::Undelivered => Some(None),
            State::Settled => None,
            _ => join.lease.map(Some),
        };
        let joins = self.joins.iter().enumerate();
        let leased = joins.filter_map(|(at, join)| Some((lease(join)?, join.number, at)));
        leased.min().map(|(lease, _, at)| (at, lease))
    }

    pub(crate) fn expire(&mut self, now: i64) -> Vec<Ended> {
        let mut ended = Vec::new();
        while let Some((at, lease)) =
            self.first_lease().filter(|(_, lease)| lease.is_none_or(|due| due <= now))
        {
            let is_forgotten = lease.is_some() && self.is_due(at, now);
            self.joins[at].lease = None;
            if !is_forgotten {
                self.joins[at].state = State::Closed;
                ended.push(self.ended(at, lease.is_some()));
                self.lease(now, at);
            }
        }
        while let Some(at) =
            self.first(|join| join.state == State::Pending).filter(|at| self.is_due(*at, now))
        {
            self.counts.expired += 1;
            self.joins[at].log.0.push((now, Entry::Expire));
            ended.push(self.ended(at, false));
            if let Some(at) = self.close(now, at, State::Closed) {
                self.lease(now, at);
            }
        }
        while let Some(at) =
            self.first(|join| join.state != State::Pending).filter(|at| self.is_due(*at, now))
        {
            self.drop_tombstone(at);
        }
        ended
    }

    fn lease(&mut self, now: i64, at: usize) {
        let lease = now.saturating_add_unsigned(self.definition.timeout_ms);
        self.joins[at].lease = Some(lease).filter(|lease| *lease < self.joins[at].due);
    }

    fn ended(&self, at: usize, redelivered: bool) -> Ended {
        let join = &self.joins[at];
        let replayed = join.log.replay(&self.definition);
        let evicted = replayed.close.is_some_and(|(close, _)| matches!(join.log.0[close].1, Entry::Evict));
        let together = join.log.together(&self.definition, &join.key);
        Ended { evicted, redelivered, state: replayed.slots(&self.definition), together }
    }

    pub(crate) fn next_deadline(&self) -> Option<i64> {
        // What was evicted is handed out whatever the time is.
        let lease = self.first_lease().map(|(_, lease)| lease.unwrap_or(i64::MIN));
        let deadline = self.first(|join| join.state == State::Pending).map(|at| self.joins[at].due);
        lease.into_iter().chain(deadline).min()
    }

    pub(crate) fn settle(&mut self, now: i64, key: &[u8], span: Option<SpanContext>) -> bool {
        let Some(at) = self.find(now, key) else { return false };
        let join = self.joins[at].clone();
        match join.state {
            State::Pending => return false,
            State::Settled => return true,
            State::Undelivered => self.counts.undelivered += 1,
            State::Closed => {}
        }
        let limit = self.definition.max_bytes.unwrap_or(usize::MAX);
        let with = |span| {
            let mut log = join.log.clone();
            log.settle(now, span);
            Join { log, state: State::Settled, ..join.clone() }
        };
        let settled = with(Some(span));
        // A span that has no room beside the joins that wait is not kept.
        let is_kept = settled.bytes() <= join.bytes() || settled.bytes() + self.waiting() <= limit;
        self.joins[at] = if is_kept { settled } else { with(None) };
        self.counts.settled += 1;
        self.shrink(now, Some(join.number));
        true
    }

    pub(crate) fn inspect(&self, key: &[u8]) -> Option<(Slots, i64)> {
        let join = self.joins.iter().find(|join| join.key == key && join.state == State::Pending)?;
        Some((join.log.replay(&self.definition).slots(&self.definition), join.due))
    }

    pub(crate) fn forget(&mut self, now: i64, key: &[u8]) -> bool {
        let Some(at) = self.find(now, key) else { return false };
        self.drop_tombstone(at);
        self.counts.forgotten += 1;
        true
    }
}
