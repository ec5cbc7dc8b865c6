//! What came together in a closed join: its links in order, and the id of its completion.

use std::collections::BinaryHeap;

use super::definition::Definition;
use super::entry::{Arrival, ContextRef, Entry, Identity};
use super::key;
use super::log::Log;
use super::reduce::{Join, Placement};
use crate::bytes::{Reader, Writer};
use crate::hash::sha256;
use crate::link::{Attributes, Link};
use crate::trace_context::encode_hex;

/// The events that a closed join had.
#[derive(Clone, Debug)]
pub struct Joined<'a> {
    definition: &'a Definition,
    /// As records keep it.
    key: &'a [u8],
    /// Those that count, in log order.
    events: Vec<Event<'a>>,
    /// Where they are by slot in declaration order, those of a slot in log order; empty where they are in that order.
    by_slot: Vec<usize>,
    /// How many links the limit left out.
    dropped: usize,
    first: i64,
    last: i64,
    close: i64,
}

#[derive(Clone, Debug)]
struct Event<'a> {
    arrival: Arrival<'a>,
    time: i64,
    /// Whether its link is within the limit.
    linked: bool,
}

/// A link of a join.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct JoinedLink<'a> {
    /// The position of its slot in the definition.
    pub slot: u32,
    /// The span that sent the event.
    pub context: ContextRef<'a>,
    /// The attributes that came with the event, as [`Attributes::encode`] wrote them.
    pub attributes: &'a [u8],
}

impl<'a> Joined<'a> {
    /// Reads key and log of a record, up to the close.
    pub(super) fn new(definition: &'a Definition, record: &'a [u8], join: &mut Join) -> Self {
        let (key, log) = key::split(record).unwrap_or_default();
        join.reset();
        let mut joined = Self {
            definition,
            key,
            events: Vec::new(),
            by_slot: Vec::new(),
            dropped: 0,
            first: 0,
            last: 0,
            close: 0,
        };
        for (time, entry) in Log::new(log).entries() {
            let placement = join.step(definition, time, &entry);
            if let Entry::Arrive(arrival) = entry {
                if placement == Placement::Replaced {
                    joined.events.retain(|event| event.arrival.slot != arrival.slot);
                }
                if matches!(placement, Placement::Counted | Placement::Replaced | Placement::Closing) {
                    joined.events.push(Event { arrival, time, linked: false });
                    joined.last = time;
                }
            }
            if let Some((_, close)) = join.closed() {
                joined.close = close;
                break;
            }
        }
        (joined.first, _) = join.span();
        joined.order_by_slot();
        joined.choose_links();
        joined
    }

    /// Applies the limit: one link for each slot first, slots in declaration order, then the earliest.
    fn choose_links(&mut self) {
        let mut room = self.definition.max_links;
        let mut slot = None;
        for at in 0..self.events.len() {
            let at = self.by_slot.get(at).copied().unwrap_or(at);
            let Some(event) = self.events.get_mut(at) else { continue };
            if event.arrival.context.is_some() && slot.replace(event.arrival.slot) != Some(event.arrival.slot)
            {
                event.linked = room > 0;
                room = room.saturating_sub(1);
            }
        }
        for event in &mut self.events {
            if event.linked || event.arrival.context.is_none() {
                continue;
            }
            event.linked = room > 0;
            room = room.saturating_sub(1);
            self.dropped = self.dropped.saturating_add(usize::from(!event.linked));
        }
    }

    /// Finds the order of slots, those of a slot in log order. Counted rather than compared: a sort would be 6 KiB of
    /// the module.
    fn order_by_slot(&mut self) {
        if self.events.is_sorted_by_key(|event| event.arrival.slot) {
            return;
        }
        // Where the next event of each slot goes: after all of the slots before.
        let mut places = vec![0_usize; self.definition.slots.len().saturating_add(1)];
        for event in &self.events {
            if let Some(count) = places.get_mut((event.arrival.slot as usize).saturating_add(1)) {
                *count = count.saturating_add(1);
            }
        }
        let mut before = 0_usize;
        for place in &mut places {
            before = before.saturating_add(*place);
            *place = before;
        }
        self.by_slot = vec![0; self.events.len()];
        for (at, event) in self.events.iter().enumerate() {
            let Some(place) = places.get_mut(event.arrival.slot as usize) else { continue };
            if let Some(slot) = self.by_slot.get_mut(*place) {
                *slot = at;
            }
            *place = place.saturating_add(1);
        }
    }

    /// The links: slots in declaration order, the events of a slot in log order.
    pub fn links(&self) -> impl Iterator<Item = JoinedLink<'a>> {
        let event = |at| self.events.get(self.by_slot.get(at).copied().unwrap_or(at));
        (0..self.events.len()).filter_map(event).filter(|event| event.linked).filter_map(|event| {
            let Arrival { slot, context, attributes, .. } = event.arrival;
            Some(JoinedLink { slot, context: context?.context()?, attributes })
        })
    }

    /// The links with their attributes: those of the slot, those of the arrival, `link.relationship`.
    pub fn to_links(&self) -> impl Iterator<Item = Link> {
        self.links().filter_map(|link| {
            let slot = self.definition.slots.get(link.slot as usize)?;
            let mut attributes = slot.attributes.clone();
            for (name, value) in Attributes::decode(link.attributes).unwrap_or_default().iter() {
                attributes.insert(name, value.clone());
            }
            attributes.insert("link.relationship", slot.relationship.as_str());
            Some(Link { context: link.context.into(), attributes })
        })
    }

    /// The key of the join.
    #[must_use]
    pub fn key(&self) -> Vec<u8> {
        let mut key = Vec::new();
        self.write_key(&mut key);
        key
    }

    /// Appends the key of the join.
    pub(crate) fn write_key(&self, room: &mut Vec<u8>) {
        key::decode(self.key, room);
    }

    /// How many events it had.
    #[must_use]
    pub fn arrivals(&self) -> usize {
        self.events.len()
    }

    /// How many of them came without a valid context.
    #[must_use]
    pub fn linkless(&self) -> usize {
        self.events.iter().filter(|event| event.arrival.context.is_none()).count()
    }

    /// How many links the limit left out.
    #[must_use]
    pub fn links_dropped(&self) -> usize {
        self.dropped
    }

    /// When its first event came, in milliseconds since the epoch.
    #[must_use]
    pub fn first_arrival(&self) -> i64 {
        self.first
    }

    /// When the last event that counts came, in milliseconds since the epoch.
    #[must_use]
    pub fn last_arrival(&self) -> i64 {
        self.last
    }

    /// How long it was open, in milliseconds; never negative, whatever the clock did.
    #[must_use]
    pub fn wait_ms(&self) -> i64 {
        self.close.saturating_sub(self.first).max(0)
    }

    /// An id for what the join led to: of its definition's name, its key, and the identities of its events, in their own
    /// order. Both rooms are for what it is made of, which would have to be allocated each time.
    pub(super) fn completion_id(&self, room: &mut Vec<u8>, identities: &mut Vec<u8>) -> [u8; 32] {
        identities.clear();
        for event in &self.events {
            room.clear();
            self.identify(event, &mut Writer::new(room));
            Writer::new(identities).prefixed(room);
        }
        let mut rest = Reader::new(identities);
        let mut sorted = BinaryHeap::with_capacity(self.events.len());
        while let Some(identity) = rest.prefixed() {
            sorted.push(identity);
        }
        room.clear();
        Writer::new(room).prefixed(self.definition.name.as_bytes());
        room.extend_from_slice(self.key);
        // A heap sorts in a fifth of the code of a sort, and leases have one already.
        for identity in sorted.into_sorted_vec() {
            room.extend_from_slice(identity);
        }
        let mut text = [b'0'; 32];
        encode_hex(&sha256(room), &mut text);
        text
    }

    /// Appends what tells an event from all others; it says itself where it ends.
    fn identify(&self, event: &Event<'_>, writer: &mut Writer<'_>) {
        if let Some(slot) = self.definition.slots.get(event.arrival.slot as usize) {
            writer.prefixed(slot.name.as_bytes());
        }
        Entry::Arrive(Arrival { slot: 0, ..event.arrival.bare() }).encode(writer);
        if event.arrival.identity() == Identity::None {
            writer.signed(event.time);
        }
    }
}
