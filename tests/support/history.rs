//! The history of one key, and what it comes to: replayed from its beginning, by the rules as they are written.

use std::collections::BTreeSet;

use spanlink::fan_in::{Complete, Definition, Phase};
use spanlink::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};

use crate::answers::{Event, Slots, Together};

/// One step in the life of a join.
#[derive(Clone, Debug)]
pub(crate) enum Entry {
    Arrive(Event),
    Expire,
    Evict,
    Settle(Option<SpanContext>),
}

/// All steps, each with its time.
#[derive(Clone, Debug, Default)]
pub(crate) struct History(pub(crate) Vec<(i64, Entry)>);

/// What a history comes to.
pub(crate) struct Replayed {
    /// By slot, where the arrivals are that count.
    pub(crate) counted: Vec<Vec<usize>>,
    /// Where the join was closed, and what it is since.
    pub(crate) close: Option<(usize, Phase)>,
}

impl Replayed {
    pub(crate) fn phase(&self) -> Phase {
        self.close.map_or(Phase::Pending, |(_, phase)| phase)
    }

    fn is_complete(&self, definition: &Definition) -> bool {
        let mut slots = definition.slots.iter().zip(self.counts());
        match definition.complete {
            Complete::All => slots.all(|(slot, count)| count >= slot.min),
            Complete::Slots(least) => {
                slots.filter(|(slot, count)| *count >= slot.min.max(1)).count() >= least as usize
            }
            Complete::Arrivals(least) => self.counts().sum::<u32>() >= least,
        }
    }

    fn counts(&self) -> impl Iterator<Item = u32> {
        self.counted.iter().map(|arrivals| arrivals.len() as u32)
    }

    /// What has arrived and what is missing.
    pub(crate) fn slots(&self, definition: &Definition) -> Slots {
        let is_missing = |slot: usize, count: u32| {
            let slot = &definition.slots[slot];
            match definition.complete {
                Complete::All => count < slot.min,
                Complete::Slots(_) => count < slot.min.max(1),
                Complete::Arrivals(_) => count < slot.max,
            }
        };
        let counts: Vec<u32> = self.counts().collect();
        let all = 0..counts.len();
        Slots {
            arrived: all.clone().filter(|slot| counts[*slot] > 0).collect(),
            missing: all.filter(|slot| is_missing(*slot, counts[*slot])).collect(),
        }
    }
}

impl History {
    pub(crate) fn replay(&self, definition: &Definition) -> Replayed {
        let mut replayed = Replayed { counted: vec![Vec::new(); definition.slots.len()], close: None };
        for (at, (_, entry)) in self.0.iter().enumerate() {
            match entry {
                Entry::Arrive(event) => {
                    let slot = event.slot.expect("a slot");
                    let counted = &mut replayed.counted[slot];
                    if counted.len() == definition.slots[slot].max as usize {
                        // Only a slot of one takes another, in the place of the first.
                        counted.clear();
                    }
                    counted.push(at);
                    if replayed.is_complete(definition) {
                        replayed.close = Some((at, Phase::Complete));
                    }
                }
                Entry::Expire | Entry::Evict => replayed.close = Some((at, Phase::Expired)),
                Entry::Settle(_) => {}
            }
            if replayed.close.is_some() {
                break;
            }
        }
        replayed
    }

    /// What came together up to the close.
    pub(crate) fn together(&self, definition: &Definition, key: &[u8]) -> Together {
        let replayed = self.replay(definition);
        let (close, _) = replayed.close.expect("a close");
        let event = |at: usize| match &self.0[at].1 {
            Entry::Arrive(event) => event,
            other => panic!("an arrival, not {other:?}"),
        };
        let linked = |at: &usize| event(*at).context.is_some();
        let firsts = replayed.counted.iter().filter_map(|slot| slot.iter().copied().find(linked));
        let firsts: Vec<usize> = firsts.collect();
        let all: Vec<usize> = replayed.counted.concat();
        let mut others: Vec<usize> =
            all.iter().copied().filter(linked).filter(|at| !firsts.contains(at)).collect();
        others.sort_unstable();
        let candidates = firsts.len() + others.len();
        let kept: BTreeSet<usize> = firsts.into_iter().chain(others).take(definition.max_links).collect();

        let link = |at: &usize| {
            let Event { slot, context, attributes, .. } = event(*at).clone();
            (slot.expect("a slot"), context.expect("a context"), attributes)
        };
        let is_arrival = |(_, entry): &&(i64, Entry)| matches!(entry, Entry::Arrive(_));
        let last = self.0[..=close].iter().rfind(is_arrival).expect("an arrival").0;
        let first = self.0[0].0;
        Together {
            key: key.to_vec(),
            links: all.iter().filter(|at| kept.contains(at)).map(link).collect(),
            arrivals: all.len(),
            linkless: all.len() - candidates,
            dropped: candidates - kept.len(),
            first,
            last,
            wait: self.0[close].0.saturating_sub(first).max(0),
        }
    }

    /// What tells the events that count from all others, and the key; in no order of theirs. An event without id and
    /// context is known by its time.
    pub(crate) fn identities(&self, definition: &Definition, key: &[u8]) -> Vec<String> {
        let identity = |at: &usize| match &self.0[*at] {
            (time, Entry::Arrive(event)) if event.id.is_none() && event.context.is_none() => {
                format!("{:?} at {time}", event.slot)
            }
            (_, Entry::Arrive(event)) => format!("{:?}", identity(event)),
            (_, other) => panic!("an arrival, not {other:?}"),
        };
        let mut identities: Vec<String> =
            self.replay(definition).counted.iter().flatten().map(identity).collect();
        identities.push(format!("{key:?}"));
        identities.sort_unstable();
        identities
    }

    /// Where an event is that was offered before.
    pub(crate) fn find(&self, event: &Event) -> Option<usize> {
        let same = |(_, entry): &(i64, Entry)| matches!(entry, Entry::Arrive(known) if is_same(known, event));
        self.0.iter().position(same)
    }

    pub(crate) fn settled_by(&self) -> Option<SpanContext> {
        self.0.iter().find_map(|(_, entry)| match entry {
            Entry::Settle(span) => span.clone(),
            _ => None,
        })
    }

    /// Keeps of its events what they are known by, and, if there is `Some`, the span they led to.
    pub(crate) fn settle(&mut self, now: i64, span: Option<Option<SpanContext>>) {
        for (_, entry) in &mut self.0 {
            if let Entry::Arrive(event) = entry {
                *event = identity(event);
            }
        }
        self.0.extend(span.map(|span| (now, Entry::Settle(span))));
    }

    /// How many bytes it takes: for each step the difference of the times, what it is, and its parts.
    pub(crate) fn bytes(&self) -> usize {
        let mut last = 0;
        self.0.iter().fold(0, |sum, (time, entry)| {
            let difference = time.wrapping_sub(last);
            last = *time;
            sum + number((difference << 1 ^ difference >> 63) as u64) + 1 + entry.bytes()
        })
    }
}

/// The ids of a context.
fn ids(context: &SpanContext) -> (TraceId, SpanId) {
    (context.traceparent.trace_id, context.traceparent.span_id)
}

fn is_same(a: &Event, b: &Event) -> bool {
    let span = |event: &Event| event.context.as_ref().map(ids);
    a.slot == b.slot && a.id == b.id && (a.id.is_some() || span(a) == span(b))
}

/// What is left of an event when nothing but its identity matters.
fn identity(event: &Event) -> Event {
    let context = event.context.clone().filter(|_| event.id.is_none()).map(|mut context| {
        context.traceparent.flags = TraceFlags::default();
        SpanContext { trace_state: TraceState::default(), is_remote: false, ..context }
    });
    Event { context, attributes: Vec::new(), ..event.clone() }
}

impl Entry {
    fn bytes(&self) -> usize {
        let context = |context: &Option<SpanContext>| match context {
            None => 0,
            Some(context) if context.trace_state.is_empty() => 25,
            Some(context) => 25 + prefixed(context.trace_state.as_str().len()),
        };
        match self {
            Self::Expire | Self::Evict => 0,
            Self::Settle(span) => context(span),
            Self::Arrive(event) => {
                let id =
                    event.id.as_ref().map_or(0, |id| if id.len() > 64 { 33 } else { prefixed(id.len()) });
                let attributes = event.attributes.len();
                let attributes = if attributes == 0 { 0 } else { prefixed(attributes) };
                number(event.slot.expect("a slot") as u64) + id + context(&event.context) + attributes
            }
        }
    }
}

/// The bytes of a number: seven bits in each.
fn number(number: u64) -> usize {
    (64 - number.leading_zeros()).div_ceil(7).max(1) as usize
}

/// The bytes of so many bytes and their number.
pub(crate) fn prefixed(len: usize) -> usize {
    number(len as u64) + len
}
