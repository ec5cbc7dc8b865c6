//! Which join is due first, and which is the oldest.

use core::cmp::Reverse;
use std::collections::BinaryHeap;

use super::records::{Id, NONE, Place, Records};

/// How many places in the heap may be out of date before they are sorted out.
const STALE: usize = 64;

/// A queue of records by (due, sequence), in which the oldest is known too.
///
/// Deadlines come in order as long as the clock does not step back, so nearly all records stand in a list, each with
/// its neighbours: to take one out touches those two, where a heap of a million touches some forty. What is due
/// before the last of the list goes to a heap beside it, and to a list of its own, by which its age is known. A record
/// that leaves the heap leaves its ticket behind until that comes up.
#[derive(Debug)]
pub(super) struct Deadlines {
    len: usize,
    /// By (due, sequence), and so by age.
    listed: List,
    /// By age.
    late: List,
    /// The same by (due, sequence). The first of them always stands.
    tickets: BinaryHeap<Reverse<Ticket>>,
    /// How many of them stand.
    late_len: usize,
}

/// The ends of a list of records, each of which names its neighbours.
#[derive(Clone, Copy, Debug)]
struct List {
    head: Id,
    tail: Id,
}

const EMPTY: List = List { head: NONE, tail: NONE };

/// When something is to be done about a record, in a heap that the record does not know its place in: it is found out
/// of date when it comes up.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Ticket {
    pub(super) due: i64,
    pub(super) sequence: u32,
    pub(super) id: Id,
}

impl Ticket {
    fn new(records: &Records, id: Id) -> Option<Self> {
        records.get(id).map(|record| Self { due: record.due, sequence: record.sequence, id })
    }

    /// A record has another sequence in each queue it enters, so a ticket is good for one stay.
    fn stands(&self, records: &Records) -> bool {
        records
            .get(self.id)
            .is_some_and(|record| record.place == Place::Late && record.sequence == self.sequence)
    }
}

/// The tickets of a heap that stand. All of the heap is made anew: to mend it, as its own `retain` does, is half a
/// kilobyte of the module.
#[inline(never)]
pub(super) fn sort_out(
    heap: BinaryHeap<Reverse<Ticket>>,
    stands: &mut dyn FnMut(&Ticket) -> bool,
) -> BinaryHeap<Reverse<Ticket>> {
    let mut tickets = heap.into_vec();
    tickets.retain(|Reverse(ticket)| stands(ticket));
    tickets.into()
}

impl Default for Deadlines {
    fn default() -> Self {
        Self { len: 0, listed: EMPTY, late: EMPTY, tickets: BinaryHeap::new(), late_len: 0 }
    }
}

impl Deadlines {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The record that is due first.
    pub(super) fn first(&self, records: &Records) -> Option<Id> {
        let late = self.tickets.peek().map(|Reverse(ticket)| *ticket);
        Ticket::new(records, self.listed.head).into_iter().chain(late).min().map(|ticket| ticket.id)
    }

    /// The record that has been here longest, `other` not counted. Not the one due first, which, once the clock has
    /// stepped back, is the youngest.
    pub(super) fn oldest_but(&self, records: &Records, other: Option<Id>) -> Option<Id> {
        let but_other = |id| match records.get(id) {
            Some(record) if Some(id) == other => record.after,
            _ => id,
        };
        // By their age: sequences begin anew after the last.
        let age = |id: &Id| records.get(*id).map(|record| records.sequence.wrapping_sub(record.sequence));
        let oldest = [self.listed.head, self.late.head].map(but_other).into_iter().max_by_key(age)?;
        records.get(oldest).map(|_| oldest)
    }

    /// How many bytes the next [`push`](Self::push) may allocate.
    pub(super) fn growth(&self) -> usize {
        let places = self.tickets.capacity();
        let doubled = places.saturating_mul(2).saturating_mul(size_of::<Ticket>());
        if self.tickets.len() < places { 0 } else { doubled }
    }

    /// Adds a record that is in no queue.
    pub(super) fn push(&mut self, records: &mut Records, id: Id) {
        let Some(ticket) = Ticket::new(records, id) else { return };
        let is_last = Ticket::new(records, self.listed.tail).is_none_or(|tail| tail < ticket);
        let Some(record) = records.get_mut(id) else { return };
        self.len = self.len.saturating_add(1);
        let list = if is_last {
            record.place = Place::Listed;
            &mut self.listed
        } else {
            record.place = Place::Late;
            self.tickets.push(Reverse(ticket));
            self.late_len = self.late_len.saturating_add(1);
            &mut self.late
        };
        let tail = core::mem::replace(&mut list.tail, id);
        record.before = tail;
        record.after = NONE;
        match records.get_mut(tail) {
            Some(tail) => tail.after = id,
            None => list.head = id,
        }
    }

    /// Takes a record out, wherever it stands; one that is in no queue stays as it is.
    pub(super) fn remove(&mut self, records: &mut Records, id: Id) {
        let Some(record) = records.get_mut(id) else { return };
        let place = core::mem::take(&mut record.place);
        let (before, after) = (record.before, record.after);
        let list = match place {
            Place::Nowhere => return,
            Place::Listed => &mut self.listed,
            Place::Late => &mut self.late,
        };
        match records.get_mut(before) {
            Some(before) => before.after = after,
            None => list.head = after,
        }
        match records.get_mut(after) {
            Some(after) => after.before = before,
            None => list.tail = before,
        }
        if place == Place::Late {
            self.late_len = self.late_len.saturating_sub(1);
            self.trim(records);
        }
        self.len = self.len.saturating_sub(1);
    }

    /// Drops tickets that do not stand: those before the first that does, and all once they are too many.
    fn trim(&mut self, records: &Records) {
        while self.tickets.peek().is_some_and(|Reverse(ticket)| !ticket.stands(records)) {
            self.tickets.pop();
        }
        if self.tickets.len() > self.late_len.saturating_mul(2).saturating_add(STALE) {
            let tickets = core::mem::take(&mut self.tickets);
            self.tickets = sort_out(tickets, &mut |ticket| ticket.stands(records));
        }
        if self.tickets.is_empty() {
            self.tickets = BinaryHeap::new();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::HashSeed;

    /// Records with these deadlines, in a queue.
    fn queue(dues: &[i64]) -> (Records, Deadlines, Vec<Id>) {
        let mut records = Records::new(HashSeed::new(1));
        let mut deadlines = Deadlines::default();
        let insert = |(at, due): (usize, &i64)| {
            let id = records.insert(at as u32, &[1, at as u8], *due).unwrap();
            deadlines.push(&mut records, id);
            id
        };
        let ids = dues.iter().enumerate().map(insert).collect();
        (records, deadlines, ids)
    }

    #[test]
    fn what_comes_in_order_needs_no_heap() {
        let (records, deadlines, ids) = queue(&[1, 2, 2, 5, 5]);
        assert!(deadlines.tickets.is_empty());
        assert!(ids.iter().all(|id| records.get(*id).unwrap().place == Place::Listed));
        assert_eq!((deadlines.len(), deadlines.first(&records)), (5, Some(ids[0])));
    }

    #[test]
    fn what_comes_late_is_in_the_heap_alone() {
        let (mut records, mut deadlines, ids) = queue(&[10, 20, 15, 20, 5]);
        let place = |records: &Records, at: usize| records.get(ids[at]).unwrap().place;
        let places = [0, 1, 2, 3, 4].map(|at| place(&records, at));
        assert_eq!(places, [Place::Listed, Place::Listed, Place::Late, Place::Listed, Place::Late]);
        assert_eq!((deadlines.tickets.len(), deadlines.late_len), (2, 2));
        for at in [4, 0, 2, 1, 3] {
            assert_eq!(deadlines.first(&records), Some(ids[at]));
            deadlines.remove(&mut records, ids[at]);
            assert_eq!(place(&records, at), Place::Nowhere);
        }
        assert_eq!((deadlines.len(), deadlines.tickets.capacity()), (0, 0));
    }

    #[test]
    fn tickets_that_do_not_stand_are_few() {
        let dues: Vec<i64> = (0..=250).rev().collect();
        let (mut records, mut deadlines, ids) = queue(&dues);
        assert_eq!((deadlines.tickets.len(), deadlines.late_len), (250, 250));
        // Those due last go first: none of their tickets comes up.
        for (gone, id) in ids[1..].iter().take(200).enumerate() {
            deadlines.remove(&mut records, *id);
            let (tickets, standing) = (deadlines.tickets.len(), 249 - gone);
            assert_eq!(deadlines.late_len, standing);
            assert!(tickets <= 2 * standing + STALE, "{tickets} tickets");
            assert_eq!(
                tickets == 250,
                250 <= 2 * standing + STALE,
                "{tickets} tickets, {standing} of them stand"
            );
        }
        assert_eq!(deadlines.first(&records), Some(ids[250]));
    }
}
