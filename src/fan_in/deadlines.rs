//! A queue of records by the time they are due.

use super::records::{Id, Record, Records};

/// A binary heap of records by (due, sequence). Each record knows its place, so any of them can be taken out.
///
/// A plain list would do for a clock that never steps back; this one does.
#[derive(Debug, Default)]
pub(super) struct Deadlines(Vec<Id>);

impl Deadlines {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The record that is due first.
    pub(super) fn first(&self) -> Option<Id> {
        self.0.first().copied()
    }

    /// The record that is due first, `other` not counted.
    pub(super) fn first_but(&self, records: &Records, other: Option<Id>) -> Option<Id> {
        if self.first() != other {
            return self.first();
        }
        // The second of a heap is one of the two below the first.
        let second = if self.is_before(records, 2, 1) { 2 } else { 1 };
        self.0.get(second).copied()
    }

    pub(super) fn push(&mut self, records: &mut Records, id: Id) {
        self.0.push(id);
        self.rise(records, self.0.len().saturating_sub(1));
    }

    /// Takes a record out, wherever it stands.
    pub(super) fn remove(&mut self, records: &mut Records, id: Id) {
        let Some(at) = records.get(id).map(|record| record.heap as usize) else { return };
        if self.0.get(at) != Some(&id) {
            return;
        }
        self.0.swap_remove(at);
        if self.0.is_empty() {
            self.0 = Vec::new();
        }
        if at < self.0.len() {
            let at = self.rise(records, at);
            self.sink(records, at);
        }
    }

    /// Moves a record up to its place; says where that is.
    fn rise(&mut self, records: &mut Records, mut at: usize) -> usize {
        while let Some(parent) = at.checked_sub(1).map(|below| below >> 1) {
            if !self.is_before(records, at, parent) {
                break;
            }
            self.swap(records, at, parent);
            at = parent;
        }
        self.tell(records, at);
        at
    }

    /// Moves a record down to its place.
    fn sink(&mut self, records: &mut Records, mut at: usize) {
        loop {
            let left = at.saturating_mul(2).saturating_add(1);
            let right = left.saturating_add(1);
            let child = if self.is_before(records, right, left) { right } else { left };
            if !self.is_before(records, child, at) {
                break;
            }
            self.swap(records, at, child);
            at = child;
        }
        self.tell(records, at);
    }

    /// Whether the record at `a` is due before the one at `b`; not if there is none at `a`.
    fn is_before(&self, records: &Records, a: usize, b: usize) -> bool {
        let order = |at: usize| {
            let record = records.get(*self.0.get(at)?)?;
            Some((record.due, record.sequence))
        };
        order(a).is_some_and(|a| order(b).is_none_or(|b| a < b))
    }

    fn swap(&mut self, records: &mut Records, a: usize, b: usize) {
        if a < self.0.len() && b < self.0.len() {
            self.0.swap(a, b);
        }
        self.tell(records, a);
        self.tell(records, b);
    }

    /// Tells the record at a place where it is.
    fn tell(&self, records: &mut Records, at: usize) {
        let record: Option<&mut Record> = self.0.get(at).and_then(|id| records.get_mut(*id));
        if let (Some(record), Ok(at)) = (record, u32::try_from(at)) {
            record.heap = at;
        }
    }
}
