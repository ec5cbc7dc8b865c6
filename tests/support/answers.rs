//! What a fan-in answers, as values of their own that can be compared.

use spanlink::SpanContext;
use spanlink::fan_in::{ContextRef, Expired, FanIn, Joined, Offer, Outcome, Phase, Progress};

/// An event as a test offers it.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Event {
    pub(crate) key: Vec<u8>,
    /// Not always one that the definition has.
    pub(crate) slot: Option<usize>,
    pub(crate) id: Option<Vec<u8>>,
    pub(crate) context: Option<SpanContext>,
    pub(crate) attributes: Vec<u8>,
}

/// An [`Outcome`].
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Answer {
    Pending { state: Slots, replaced: bool },
    Complete { together: Together, completed_by: usize, redelivered: bool },
    Duplicate(Phase),
    Late { after: Phase, settled_by: Option<SpanContext> },
    Conflict(usize),
    Rejected(&'static str),
}

/// The slots that arrived, and those that are missing.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Slots {
    pub(crate) arrived: Vec<usize>,
    pub(crate) missing: Vec<usize>,
}

/// A [`Joined`], without its completion id.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Together {
    pub(crate) key: Vec<u8>,
    /// Slot, context and attributes of each.
    pub(crate) links: Vec<(usize, SpanContext, Vec<u8>)>,
    pub(crate) arrivals: usize,
    pub(crate) linkless: usize,
    pub(crate) dropped: usize,
    pub(crate) first: i64,
    pub(crate) last: i64,
    pub(crate) wait: i64,
}

/// An [`Expired`].
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Ended {
    pub(crate) evicted: bool,
    pub(crate) redelivered: bool,
    pub(crate) state: Slots,
    pub(crate) together: Together,
}

impl From<Progress<'_>> for Slots {
    fn from(progress: Progress<'_>) -> Self {
        Self { arrived: progress.arrived().collect(), missing: progress.missing().collect() }
    }
}

impl From<&Joined<'_>> for Together {
    fn from(joined: &Joined<'_>) -> Self {
        Self {
            key: joined.key(),
            links: joined
                .links()
                .map(|link| (link.slot as usize, link.context.into(), link.attributes.to_vec()))
                .collect(),
            arrivals: joined.arrivals(),
            linkless: joined.linkless(),
            dropped: joined.links_dropped(),
            first: joined.first_arrival(),
            last: joined.last_arrival(),
            wait: joined.wait_ms(),
        }
    }
}

impl From<&Expired<'_>> for Ended {
    fn from(expired: &Expired<'_>) -> Self {
        Self {
            evicted: expired.evicted,
            redelivered: expired.redelivered,
            state: expired.progress.into(),
            together: (&expired.joined).into(),
        }
    }
}

/// Offers an event. A completion comes with its id.
pub(crate) fn offer(fan_in: &mut FanIn, now: i64, event: &Event) -> (Answer, Option<String>) {
    let offer = Offer {
        key: &event.key,
        slot: event.slot,
        event_id: event.id.as_deref(),
        context: event.context.as_ref().map(ContextRef::from),
        attributes: &event.attributes,
    };
    let mut id = None;
    let answer = match fan_in.offer(now, &offer) {
        Outcome::Pending { progress, replaced } => Answer::Pending { state: progress.into(), replaced },
        Outcome::Complete { joined, completed_by, completion_id, redelivered } => {
            id = Some(String::from_utf8(completion_id.to_vec()).expect("hexadecimal"));
            Answer::Complete { together: (&joined).into(), completed_by: completed_by as usize, redelivered }
        }
        Outcome::Duplicate { phase } => Answer::Duplicate(phase),
        Outcome::Late { after, settled_by } => Answer::Late { after, settled_by: settled_by.map(Into::into) },
        Outcome::Conflict { slot } => Answer::Conflict(slot as usize),
        Outcome::Rejected(reason) => Answer::Rejected(reason.as_str()),
    };
    (answer, id)
}

/// All that `expire` has at a time.
pub(crate) fn expire(fan_in: &mut FanIn, now: i64) -> Vec<Ended> {
    std::iter::from_fn(|| fan_in.expire_next(now).as_ref().map(Ended::from)).collect()
}
