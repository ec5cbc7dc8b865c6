//! What came together in a closed join: its links in order, and the id of its completion.

use std::collections::BinaryHeap;

use sha2::{Digest as _, Sha256};

use super::definition::Definition;
use super::entry::{Arrival, ContextRef, Entry};
use super::log::Log;
use super::reduce::{Join, Placement};
use crate::bytes::Writer;
use crate::link::{Attributes, Link};

/// The events that a closed join had.
#[derive(Clone, Debug)]
pub struct Joined<'a> {
    definition: &'a Definition,
    key: &'a [u8],
    /// Those that count, by slot in declaration order, then in log order.
    events: Vec<Event<'a>>,
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
    /// Reads a log up to its close.
    pub(super) fn new(definition: &'a Definition, key: &'a [u8], log: Log<'a>, join: &mut Join) -> Self {
        join.reduce(definition, Log::new(&[]), None);
        let mut joined =
            Self { definition, key, events: Vec::new(), dropped: 0, first: 0, last: 0, close: 0 };
        for (time, entry) in log.entries() {
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
        joined.choose_links();
        joined.order_by_slot();
        joined
    }

    /// Applies the limit: one link for each slot first, slots in declaration order, then the earliest. The events are
    /// still in log order.
    fn choose_links(&mut self) {
        let mut firsts = vec![None; self.definition.slots.len()];
        for (at, event) in self.events.iter().enumerate() {
            if let (Some(_), Some(first)) =
                (event.arrival.context, firsts.get_mut(event.arrival.slot as usize))
            {
                first.get_or_insert(at);
            }
        }
        let mut room = self.definition.max_links;
        for at in firsts.into_iter().flatten().take(room) {
            if let Some(event) = self.events.get_mut(at) {
                event.linked = true;
                room = room.saturating_sub(1);
            }
        }
        for event in &mut self.events {
            if event.linked || event.arrival.context.is_none() {
                continue;
            }
            if room == 0 {
                self.dropped = self.dropped.saturating_add(1);
            } else {
                event.linked = true;
                room = room.saturating_sub(1);
            }
        }
    }

    /// Puts the events in the order of their slots, those of a slot in log order. Counted rather than compared: a
    /// sort would be 6 KiB of the module.
    fn order_by_slot(&mut self) {
        if self.events.is_sorted_by_key(|event| event.arrival.slot) {
            return;
        }
        let mut by_slot = vec![Vec::new(); self.definition.slots.len()];
        for (at, event) in self.events.iter().enumerate() {
            if let Some(events) = by_slot.get_mut(event.arrival.slot as usize) {
                events.push(at);
            }
        }
        let in_order = by_slot.into_iter().flatten();
        self.events = in_order.filter_map(|at| self.events.get(at).cloned()).collect();
    }

    /// The links: slots in declaration order, the events of a slot in log order.
    pub fn links(&self) -> impl Iterator<Item = JoinedLink<'a>> {
        self.events.iter().filter(|event| event.linked).filter_map(|event| {
            let Arrival { slot, context, attributes, .. } = event.arrival;
            Some(JoinedLink { slot, context: context?, attributes })
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
    pub fn key(&self) -> &'a [u8] {
        self.key
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

    /// An id for what the join led to, fit to be an idempotency key: 32 lower-case hexadecimal characters.
    ///
    /// It depends on the definition's name, the key and the identities of the events alone, not on their order or
    /// the clock: when a process loses its memory and its events come again, it is the same id. An event without
    /// an id and a context has no identity of its own: there its time of arrival stands in, or every later join of
    /// such a key would be taken for the first.
    #[must_use]
    pub fn completion_id(&self) -> [u8; 32] {
        // A heap sorts in a fifth of the code of a sort, and leases have one already.
        let identities: BinaryHeap<Vec<u8>> = self.events.iter().map(|event| self.identity(event)).collect();
        let mut bytes = Vec::new();
        let mut writer = Writer::new(&mut bytes);
        writer.prefixed(self.definition.name.as_bytes());
        writer.prefixed(self.key);
        for identity in identities.into_sorted_vec() {
            writer.prefixed(&identity);
        }
        let mut text = [b'0'; 32];
        crate::trace_context::encode_hex(&Sha256::digest(&bytes), &mut text);
        text
    }

    fn identity(&self, event: &Event<'_>) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut writer = Writer::new(&mut bytes);
        if let Some(slot) = self.definition.slots.get(event.arrival.slot as usize) {
            writer.prefixed(slot.name.as_bytes());
        }
        let identity = event.arrival.identity();
        if identity.event_id.is_none() && identity.context.is_none() {
            writer.signed(event.time);
        }
        Entry::Arrive(Arrival { slot: 0, ..identity }).encode(&mut writer);
        bytes
    }
}
