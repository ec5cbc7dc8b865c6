//! How joins end other than by completion, and how tombstones go: time, bounds, and what is handed out for them.

use core::cmp::Reverse;
use std::collections::BinaryHeap;

use super::deadlines::{Ticket, sort_out};
use super::definition::OnFull;
use super::entry::Entry;
use super::log::{self, Log};
use super::outcome::{Expired, Progress};
use super::packed;
use super::records::{Id, State};
use super::reduce::Close;
use super::stats::count;
use super::table::FanIn;
use crate::headroom;

/// How many tombstones an offer forgets beyond their retention. Where nothing is evicted an offer makes one at the most,
/// so their number falls, and no single offer pays for all of them.
const OVERDUE_AN_OFFER: usize = 2;

/// Where joins are evicted, one part in so many of all bytes is for tombstones alone: what is evicted for its bytes waits
/// there for `expire`, and would be dropped at once if what waits had taken all of them.
const FOR_EVICTED: u64 = 8;

/// How many leases may be out of date before they are sorted out.
const STALE_LEASES: usize = 64;

/// How many bytes an answer may take for each byte of a log.
const ANSWER: usize = 16;

/// One part in so many of what a table holds is asked for ahead. V8 takes each growth of a WebAssembly memory for as much
/// garbage as the memory has bytes: with growth page by page, a full collection runs every 5000 offers, and a million of
/// them take 1.6 times as long.
const AHEAD: u64 = 16;

/// What an event adds to a table.
#[derive(Clone, Copy)]
pub(super) struct Growth {
    /// How much more its join takes, as [`Stats::bytes`](super::Stats::bytes) counts it.
    pub(super) bytes: usize,
    /// How long key and log are then.
    pub(super) len: usize,
    /// The join that grows; `None` for a new one.
    pub(super) within: Option<Id>,
    /// Whether there is one more that waits.
    pub(super) waits: bool,
}

/// Closed joins that are to be handed out by `expire`, by when.
///
/// Nothing delivers a timeout again as a broker does a message. So what `expire` hands out is leased: if the join
/// is not settled when the lease ends, it is handed out again.
#[derive(Debug, Default)]
pub(super) struct Leases(BinaryHeap<Reverse<Ticket>>);

impl FanIn {
    /// The next join whose time is over at `now`; `None` when there is no more. Call it until then.
    ///
    /// Joins come out that were evicted since, those whose deadline is not after `now`, and those handed out
    /// `timeout_ms` ago or earlier whose work was not reported with [`settle`](Self::settle) since, as long as they are
    /// remembered.
    pub fn expire_next(&mut self, now: i64) -> Option<Expired<'_>> {
        let redelivered = self.close_next(now)?;
        let joined = super::Joined::new(&self.definition, &self.answer, &mut self.join);
        let evicted = matches!(self.join.closed(), Some((Close::Evicted, _)));
        let progress = Progress { definition: &self.definition, join: &self.join };
        Some(Expired { evicted, redelivered, progress, joined })
    }

    /// Makes the next join that is due the one to answer about. Says whether it was handed out before.
    fn close_next(&mut self, now: i64) -> Option<bool> {
        while let Some(Ticket { due, id, .. }) = self.first_lease() {
            if due > now {
                break;
            }
            self.leases.0.pop();
            let Some(record) = self.records.get_mut(id) else { continue };
            let redelivered = record.state == State::Closed;
            if redelivered && record.due <= now {
                continue;
            }
            record.state = State::Closed;
            self.answer_about(id);
            self.lease(now, id);
            return Some(redelivered);
        }
        if let Some(id) = self.pending.first(&self.records)
            && self.records.get(id).is_some_and(|record| record.due <= now)
        {
            self.end(now, id, &Entry::Expire);
            count(&mut self.stats.expired);
            self.answer_about(id);
            if self.close(now, id, State::Closed) {
                self.lease(now, id);
            }
            return Some(false);
        }
        while let Some(id) = self.closed.first(&self.records)
            && self.records.get(id).is_some_and(|record| record.due <= now)
        {
            self.drop_tombstone(id);
        }
        None
    }

    /// When `expire_next` will have something, in milliseconds since the epoch: `i64::MIN` where it has an evicted join,
    /// which it hands out whatever the time is.
    pub fn next_deadline(&mut self) -> Option<i64> {
        let lease = self.first_lease().map(|lease| lease.due);
        let deadline =
            self.pending.first(&self.records).and_then(|id| self.records.get(id)).map(|record| record.due);
        lease.into_iter().chain(deadline).min()
    }

    /// The first lease that still stands.
    fn first_lease(&mut self) -> Option<Ticket> {
        while let Some(Reverse(lease)) = self.leases.0.peek().copied() {
            if self.stands(&lease) {
                return Some(lease);
            }
            self.leases.0.pop();
        }
        None
    }

    /// Whether a lease is about a join that is still there and not settled.
    fn stands(&mut self, lease: &Ticket) -> bool {
        let Some(record) = self.records.get(lease.id) else { return false };
        match record.state {
            State::Free | State::Pending | State::Settled => false,
            State::Undelivered | State::Closed => record.sequence == lease.sequence,
        }
    }

    /// Has a closed join handed out again, if it is still remembered when `timeout_ms` have passed.
    fn lease(&mut self, now: i64, id: Id) {
        let due = now.saturating_add_unsigned(self.definition.timeout_ms);
        if let Some(record) = self.records.get(id)
            && due < record.due
        {
            self.push_lease(Ticket { due, sequence: record.sequence, id });
        }
    }

    /// Gives false where there is no memory for it.
    fn push_lease(&mut self, lease: Ticket) -> bool {
        let limit = self.closed.len().saturating_mul(2).saturating_add(STALE_LEASES);
        if self.leases.0.len() > limit {
            let leases = core::mem::take(&mut self.leases.0);
            self.leases.0 = sort_out(leases, &mut |lease| self.stands(lease));
        }
        let is_there = self.leases.0.try_reserve(1).is_ok();
        if is_there {
            self.leases.0.push(Reverse(lease));
        }
        is_there
    }

    /// Appends the entry that ends a join.
    fn end(&mut self, now: i64, id: Id, entry: &Entry<'_>) {
        let Some(record) = self.records.get_mut(id) else { return };
        let (_, log) = record.read(&mut self.answer);
        let last = Log::new(log).last_time();
        self.entry.clear();
        log::append(&mut self.entry, last, now, entry);
        let len = record.bytes.len().saturating_add(self.entry.len());
        let growth = record.growth(self.entry.len());
        let kept = self.allocation(len);
        // Joins end even where there is no memory left: then what is remembered of others goes.
        while !headroom::promise_to_end(kept)
            && let Some(oldest) = self.closed.oldest_but(&self.records, None)
        {
            self.drop_tombstone_early(now, oldest);
        }
        let Some(record) = self.records.get_mut(id) else { return };
        record.bytes.append(&self.entry);
        self.grow(growth);
    }

    /// Makes a tombstone of a join. Says whether it is there: with no retention, nothing is.
    pub(super) fn close(&mut self, now: i64, id: Id, state: State) -> bool {
        self.pending.remove(&mut self.records, id);
        self.pending_bytes = self.pending_bytes.saturating_sub(self.size(id));
        if !self.definition.remembers() {
            self.drop_record(id);
            return false;
        }
        let retain = self.definition.retain_ms();
        let sequence = self.records.next_sequence();
        let Some(record) = self.records.get_mut(id) else { return false };
        record.state = state;
        record.due = now.saturating_add_unsigned(retain);
        record.sequence = sequence;
        self.closed.push(&mut self.records, id);
        self.shrink_to_budget(now, None);
        self.records.get(id).is_some_and(|record| record.state == state && record.sequence == sequence)
    }

    /// Closes a join that waits, to make room.
    fn evict(&mut self, now: i64, id: Id) {
        self.end(now, id, &Entry::Evict);
        count(&mut self.stats.evicted);
        if self.close(now, id, State::Undelivered) {
            let sequence = self.records.get(id).map_or(0, |record| record.sequence);
            if !self.push_lease(Ticket { due: i64::MIN, sequence, id }) {
                // It would never come out.
                self.drop_tombstone_early(now, id);
            }
        } else if !self.definition.remembers() {
            count(&mut self.stats.undelivered);
        }
    }

    /// Makes room for what an event adds.
    ///
    /// Tombstones give way, the oldest before the others; where what waits has no room, it is rejected or, if the
    /// definition says so, the join that has waited longest is closed, though never the one that grows. Where all that
    /// may give way is not enough, nothing does: an event that is rejected costs no other join anything.
    pub(super) fn make_room(&mut self, now: i64, growth: Growth) -> bool {
        let Growth { bytes, within, waits, .. } = growth;
        let evicts = self.definition.on_full == OnFull::EvictOldest;
        let is_full = waits && self.pending.len() >= self.definition.max_pending;
        let limit = self.definition.max_bytes.map_or(u64::MAX, in_u64);
        let stays = if evicts { within.map_or(0, |id| self.size(id)) } else { self.pending_bytes };
        let for_evicted = if evicts && self.definition.remembers() { limit / FOR_EVICTED } else { 0 };
        let most = limit.saturating_sub(for_evicted);
        let bytes = in_u64(bytes);
        if (is_full && !evicts) || stays.saturating_add(bytes) > most || !self.has_memory(growth) {
            return false;
        }
        if is_full && let Some(oldest) = self.pending.oldest_but(&self.records, None) {
            self.evict(now, oldest);
        }
        while self.pending_bytes.saturating_add(bytes) > most {
            let Some(oldest) = self.pending.oldest_but(&self.records, within) else { return false };
            self.evict(now, oldest);
        }
        while self.stats.bytes.saturating_add(bytes) > limit {
            let Some(oldest) = self.closed.oldest_but(&self.records, None) else { return false };
            self.drop_tombstone_early(now, oldest);
        }
        true
    }

    /// Whether there is memory for what an event adds, and for the answer to it.
    fn has_memory(&self, Growth { len, within, .. }: Growth) -> bool {
        let table = if within.is_some() { 0 } else { self.records.growth() };
        let kept = self.allocation(len).saturating_add(table);
        let ahead = usize::try_from(self.stats.bytes / AHEAD).unwrap_or(usize::MAX);
        headroom::promise(kept, len.saturating_mul(ANSWER), ahead)
    }

    /// How many bytes may be allocated where a log grows to so many, and its join enters another queue.
    #[inline(never)]
    fn allocation(&self, len: usize) -> usize {
        let queues = self.pending.growth().saturating_add(self.closed.growth());
        packed::allocation(len).saturating_add(queues)
    }

    /// What a join takes, as [`Stats::bytes`](super::Stats::bytes) counts it.
    fn size(&self, id: Id) -> u64 {
        self.records.get(id).map_or(0, |record| in_u64(record.size()))
    }

    /// Drops tombstones, but not `other`, until their number and all bytes are within their bounds.
    pub(super) fn shrink_to_budget(&mut self, now: i64, other: Option<Id>) {
        while let Some(oldest) = self.closed.oldest_but(&self.records, other)
            && (self.closed.len() > self.definition.max_tombstones()
                || self.definition.max_bytes.is_some_and(|limit| self.stats.bytes > in_u64(limit)))
        {
            self.drop_tombstone_early(now, oldest);
        }
    }

    /// Forgets a few of the tombstones whose retention has ended.
    pub(super) fn forget_overdue(&mut self, now: i64) {
        for _ in 0..OVERDUE_AN_OFFER {
            match self.closed.first(&self.records) {
                Some(id) if self.records.get(id).is_some_and(|record| record.due <= now) => {
                    self.drop_tombstone(id)
                }
                _ => return,
            }
        }
    }

    /// Drops a tombstone to make room.
    fn drop_tombstone_early(&mut self, now: i64, id: Id) {
        if self.records.get(id).is_some_and(|record| record.due > now) {
            count(&mut self.stats.tombstones_dropped);
        }
        self.drop_tombstone(id);
    }

    /// Drops a tombstone; one that was never handed out is counted.
    pub(super) fn drop_tombstone(&mut self, id: Id) {
        if self.records.get(id).is_some_and(|record| record.state == State::Undelivered) {
            count(&mut self.stats.undelivered);
        }
        self.closed.remove(&mut self.records, id);
        self.drop_record(id);
    }

    /// Takes a join out, whether it waits or is closed.
    pub(super) fn remove(&mut self, id: Id) {
        if self.records.get(id).is_some_and(|record| record.state == State::Pending) {
            self.pending.remove(&mut self.records, id);
            self.pending_bytes = self.pending_bytes.saturating_sub(self.size(id));
            self.drop_record(id);
        } else {
            self.drop_tombstone(id);
        }
    }

    fn drop_record(&mut self, id: Id) {
        self.stats.bytes = self.stats.bytes.saturating_sub(self.size(id));
        self.records.remove(id);
    }

    /// Counts bytes that were added to a join that waits.
    pub(super) fn grow(&mut self, bytes: usize) {
        self.stats.bytes = self.stats.bytes.saturating_add(in_u64(bytes));
        self.pending_bytes = self.pending_bytes.saturating_add(in_u64(bytes));
    }
}

pub(super) fn in_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
