//! The entries of a join's log, and the bytes they are kept as.
//!
//! An entry is a head byte (kind, and which parts follow), then its parts. Entries carry no index and no time: a
//! table keeps their times in its [`Log`](super::log::Log), a store has a clock of its own.

use crate::bytes::{Reader, Writer};
use crate::hash::sha256;
use crate::trace_context::{SpanContext, SpanId, TraceFlags, TraceId, TraceState, Traceparent};

/// The longest event id that is kept as it is, in bytes; of a longer one its SHA-256 is.
const MAX_PLAIN_EVENT_ID: usize = 64;

/// The bytes of a trace id.
const TRACE_ID: usize = 16;
/// The bytes of a trace id and a span id.
pub(super) const IDS: usize = 24;

/// A span context whose list of a `tracestate` is text in canonical form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ContextRef<'a> {
    /// Trace id, span id and flags.
    pub traceparent: Traceparent,
    /// The list in canonical form; empty for none.
    pub trace_state: &'a str,
    /// Whether the context was received from elsewhere.
    pub is_remote: bool,
}

impl<'a> From<&'a SpanContext> for ContextRef<'a> {
    fn from(context: &'a SpanContext) -> Self {
        Self {
            traceparent: context.traceparent,
            trace_state: context.trace_state.as_str(),
            is_remote: context.is_remote,
        }
    }
}

impl From<ContextRef<'_>> for SpanContext {
    fn from(context: ContextRef<'_>) -> Self {
        Self {
            traceparent: context.traceparent,
            trace_state: TraceState::parse([context.trace_state]).unwrap_or_default(),
            is_remote: context.is_remote,
        }
    }
}

/// A span context as a log keeps it: entries are moved a lot, and this is a third of a [`ContextRef`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeptContext<'a> {
    /// Trace id and span id, neither all zero.
    ids: &'a [u8; IDS],
    /// Those of the context, and [`REMOTE`].
    flags: u8,
    /// The list in canonical form; empty for none.
    trace_state: &'a [u8],
}

impl<'a> KeptContext<'a> {
    /// The form in which a context is kept. `room` is for its ids.
    pub fn new(context: ContextRef<'a>, room: &'a mut [u8; IDS]) -> Self {
        let ContextRef { traceparent, trace_state, is_remote } = context;
        let (trace_id, span_id) = room.split_at_mut(TRACE_ID);
        trace_id.copy_from_slice(&traceparent.trace_id.to_bytes());
        span_id.copy_from_slice(&traceparent.span_id.to_bytes());
        let flags = traceparent.flags.bits() | if is_remote { REMOTE } else { 0 };
        Self { ids: room, flags, trace_state: trace_state.as_bytes() }
    }

    fn encode(self, writer: &mut Writer<'_>) {
        writer.raw(self.ids);
        writer.byte(self.flags);
        if !self.trace_state.is_empty() {
            writer.prefixed(self.trace_state);
        }
    }

    fn decode(reader: &mut Reader<'a>, has_trace_state: bool) -> Option<Self> {
        let ids: &[u8; IDS] = reader.array()?;
        both(ids)?;
        let flags = reader.byte()?;
        let trace_state = if has_trace_state { reader.prefixed()? } else { &[] };
        Some(Self { ids, flags, trace_state })
    }

    /// The context itself.
    #[must_use]
    pub fn context(self) -> Option<ContextRef<'a>> {
        let (trace_id, span_id) = both(self.ids)?;
        Some(ContextRef {
            traceparent: Traceparent { trace_id, span_id, flags: TraceFlags::new(self.flags) },
            trace_state: core::str::from_utf8(self.trace_state).ok()?,
            is_remote: self.flags & REMOTE != 0,
        })
    }
}

/// The trace id and the span id; `None` where either is all zero.
fn both(ids: &[u8; IDS]) -> Option<(TraceId, SpanId)> {
    let (trace_id, span_id) = ids.split_first_chunk()?;
    Some((TraceId::from_bytes(*trace_id)?, SpanId::from_bytes(span_id.try_into().ok()?)?))
}

/// What tells an event from all others of its slot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EventId<'a> {
    /// The id itself.
    Plain(&'a [u8]),
    /// The SHA-256 of an id of more than 64 bytes.
    Digest(&'a [u8; 32]),
}

impl<'a> EventId<'a> {
    /// The form in which an id is kept; `None` for an empty one, which names nothing. `room` is for a digest.
    #[must_use]
    pub fn new(id: &'a [u8], room: &'a mut [u8; 32]) -> Option<Self> {
        match id.len() {
            0 => None,
            1..=MAX_PLAIN_EVENT_ID => Some(Self::Plain(id)),
            _ => {
                *room = sha256(id);
                Some(Self::Digest(room))
            }
        }
    }

    fn encode(self, writer: &mut Writer<'_>) {
        match self {
            Self::Plain(id) => writer.prefixed(id),
            // No plain id is empty, so a length of zero is free to announce a digest.
            Self::Digest(digest) => {
                writer.number(0);
                writer.raw(digest);
            }
        }
    }

    fn decode(reader: &mut Reader<'a>) -> Option<Self> {
        Some(match reader.prefixed()? {
            [] => Self::Digest(reader.array()?),
            id => Self::Plain(id),
        })
    }
}

/// One event in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Arrival<'a> {
    /// The position of its slot in the definition.
    pub slot: u32,
    /// The event's id, where its sender gave one.
    pub event_id: Option<EventId<'a>>,
    /// The span that sent it, where its message said so.
    pub context: Option<KeptContext<'a>>,
    /// Attributes of its link, as [`Attributes::encode`](crate::Attributes::encode) wrote them.
    pub attributes: &'a [u8],
}

/// What tells an event from all others of its slot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Identity<'a> {
    /// Its id.
    Id(EventId<'a>),
    /// Without one, the span that sent it.
    Span(&'a [u8; IDS]),
    /// Without either, nothing: the slot holds whatever came first.
    None,
}

impl<'a> Arrival<'a> {
    /// Whether both are the same event.
    #[must_use]
    pub fn is_same_event(&self, other: &Self) -> bool {
        self.slot == other.slot && self.identity() == other.identity()
    }

    pub(super) fn identity(&self) -> Identity<'a> {
        match (self.event_id, self.context) {
            (Some(id), _) => Identity::Id(id),
            (None, Some(context)) => Identity::Span(context.ids),
            (None, None) => Identity::None,
        }
    }

    /// What is left of an arrival when only its identity matters.
    pub(super) fn bare(self) -> Self {
        let context = match (self.event_id, self.context) {
            (None, Some(context)) => Some(KeptContext { flags: 0, trace_state: &[], ..context }),
            _ => None,
        };
        Self { context, attributes: &[], ..self }
    }
}

/// One step in the life of a join.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Entry<'a> {
    /// An event came in.
    Arrive(Arrival<'a>),
    /// The join's time was over.
    Expire,
    /// The join made room for another.
    Evict,
    /// The work that the join led to is on record; its span, where known.
    Settle(Option<KeptContext<'a>>),
}

const ARRIVE: u8 = 0;
const EXPIRE: u8 = 1;
const EVICT: u8 = 2;
const SETTLE: u8 = 3;
const KIND: u8 = 0x03;
const HAS_EVENT_ID: u8 = 0x04;
const HAS_CONTEXT: u8 = 0x08;
const HAS_TRACE_STATE: u8 = 0x10;
const HAS_ATTRIBUTES: u8 = 0x20;
/// In the byte of a context's flags.
const REMOTE: u8 = 0x80;

impl<'a> Entry<'a> {
    /// Appends the entry.
    pub(super) fn encode(&self, writer: &mut Writer<'_>) {
        match self {
            Self::Expire => writer.byte(EXPIRE),
            Self::Evict => writer.byte(EVICT),
            Self::Settle(context) => {
                writer.byte(SETTLE | context_bits(*context));
                if let Some(context) = context {
                    context.encode(writer);
                }
            }
            Self::Arrive(arrival) => {
                let event_id = if arrival.event_id.is_some() { HAS_EVENT_ID } else { 0 };
                let attributes = if arrival.attributes.is_empty() { 0 } else { HAS_ATTRIBUTES };
                writer.byte(ARRIVE | event_id | attributes | context_bits(arrival.context));
                writer.number(arrival.slot.into());
                if let Some(id) = arrival.event_id {
                    id.encode(writer);
                }
                if let Some(context) = arrival.context {
                    context.encode(writer);
                }
                if !arrival.attributes.is_empty() {
                    writer.prefixed(arrival.attributes);
                }
            }
        }
    }

    /// Reads the next entry; `None` where the bytes are not one.
    pub(super) fn decode(reader: &mut Reader<'a>) -> Option<Self> {
        let head = reader.byte()?;
        Some(match head & KIND {
            EXPIRE => Self::Expire,
            EVICT => Self::Evict,
            SETTLE => Self::Settle(decode_context(reader, head)?),
            _ => {
                let slot = u32::try_from(reader.number()?).ok()?;
                let event_id = if head & HAS_EVENT_ID == 0 { None } else { Some(EventId::decode(reader)?) };
                let context = decode_context(reader, head)?;
                let attributes = if head & HAS_ATTRIBUTES == 0 { &[][..] } else { reader.prefixed()? };
                Self::Arrive(Arrival { slot, event_id, context, attributes })
            }
        })
    }
}

/// The bits of a head byte that announce a context.
fn context_bits(context: Option<KeptContext<'_>>) -> u8 {
    match context {
        None => 0,
        Some(context) if context.trace_state.is_empty() => HAS_CONTEXT,
        Some(_) => HAS_CONTEXT | HAS_TRACE_STATE,
    }
}

/// The context that a head byte announces, if it does.
fn decode_context<'a>(reader: &mut Reader<'a>, head: u8) -> Option<Option<KeptContext<'a>>> {
    if head & HAS_CONTEXT == 0 {
        return Some(None);
    }
    KeptContext::decode(reader, head & HAS_TRACE_STATE != 0).map(Some)
}
