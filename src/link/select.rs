//! Which messages of a batch get a link.

use std::collections::TryReserveError;

use super::known::KnownSpans;
use super::{DEFAULT_MAX_LINKS, LinkReport};
use crate::hash::HashSeed;
use crate::trace_context::{RejectReason, Traceparent};

/// Candidates whose room is kept from one batch to the next; the room of a larger burst is given back.
const KEPT_CAPACITY: usize = 4096;

/// Which links survive when there are more than a span may have.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Overflow {
    /// Contexts that were sampled first, then the others; each in message order.
    #[default]
    Sampled,
    /// The earliest messages.
    First,
    /// The latest messages, in message order.
    Last,
    /// All of them: the host gives them to several spans.
    Split,
}

/// How a batch is turned into links.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SelectOptions {
    /// Whether messages that name the same span share a link. Default: true.
    pub dedupe: bool,
    /// How many links a span may have. Default: [`DEFAULT_MAX_LINKS`].
    pub max_links: usize,
    /// Which links survive beyond that. Default: [`Overflow::Sampled`].
    pub overflow: Overflow,
}

impl Default for SelectOptions {
    fn default() -> Self {
        Self { dedupe: true, max_links: DEFAULT_MAX_LINKS, overflow: Overflow::default() }
    }
}

/// A message that gets a link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Chosen {
    /// The position of the message in its batch, from 0.
    pub message: usize,
    /// How many messages of the batch name this span, this one included.
    pub merged: usize,
    /// The span it names.
    pub traceparent: Traceparent,
}

/// Chooses the messages of a batch that get a link: validated, without duplicates, within the limit, all counted.
///
/// A selector is used again and again: [`push`](Self::push) a message each, [`finish`](Self::finish), read
/// [`chosen`](Self::chosen) and [`report`](Self::report), [`start`](Self::start) over.
///
/// ```
/// use spanlink::{LinkSelector, SelectOptions, Traceparent};
///
/// let mut selector = LinkSelector::with_seed(7);
/// selector.start(SelectOptions::default());
/// let header = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
/// for message in [&header[..], b"nonsense", header] {
///     selector.push(Traceparent::parse(message));
/// }
/// let report = selector.finish();
/// assert_eq!((report.linked, report.malformed, report.duplicates), (1, 1, 1));
/// assert_eq!(selector.chosen().next().map(|link| link.merged), Some(2));
/// ```
#[derive(Debug)]
pub struct LinkSelector {
    options: SelectOptions,
    /// Distinct contexts in message order.
    candidates: Vec<Chosen>,
    /// Positions in `candidates`, by span.
    known: KnownSpans,
    /// Positions in `candidates` of the links that stay, in the order of the links; empty where they are as many as
    /// follow one another from the one at `first`.
    order: Vec<u32>,
    first: usize,
    report: LinkReport,
}

impl LinkSelector {
    /// A selector whose table of known spans is seeded with a number that senders of messages cannot know.
    #[must_use]
    pub fn with_seed(seed: u64) -> Self {
        Self::with_hash_seed(HashSeed::new(seed))
    }

    pub(super) fn with_hash_seed(seed: HashSeed) -> Self {
        Self {
            options: SelectOptions::default(),
            candidates: Vec::new(),
            known: KnownSpans::new(seed),
            order: Vec::new(),
            first: 0,
            report: LinkReport::default(),
        }
    }

    /// Begins a batch; whatever was there is forgotten.
    pub fn start(&mut self, options: SelectOptions) {
        // Of no messages: nothing is allocated.
        let _ = self.try_start(options, 0);
    }

    /// Begins a batch of so many messages: nothing has to grow while they come.
    ///
    /// # Errors
    /// There is no memory for them.
    pub fn try_start(&mut self, options: SelectOptions, messages: usize) -> Result<(), TryReserveError> {
        self.release();
        self.options = options;
        self.candidates.try_reserve(messages)?;
        if options.dedupe { self.known.start(messages) } else { Ok(()) }
    }

    /// Forgets the batch, and gives back the room that only one of more than 4096 links can use.
    pub fn release(&mut self) {
        self.candidates.clear();
        self.order.clear();
        self.report.clear();
        if self.candidates.capacity() > KEPT_CAPACITY {
            self.candidates = Vec::new();
            self.order = Vec::new();
            self.known.release();
        }
    }

    /// Takes the next message of the batch: its context, or the reason there is none.
    pub fn push(&mut self, message: Result<Traceparent, RejectReason>) {
        match message {
            Ok(traceparent) => self.push_context(traceparent),
            Err(reason) => self.report.reject(reason),
        }
        self.report.messages = self.report.messages.saturating_add(1);
    }

    fn push_context(&mut self, traceparent: Traceparent) {
        let candidates = &mut self.candidates;
        if self.options.dedupe {
            let position = u32::try_from(candidates.len()).unwrap_or(u32::MAX);
            let at = |at: u32| candidates.get(at as usize).map(|candidate| &candidate.traceparent);
            let known = self.known.find_or_insert(&traceparent, position, at);
            if let Some(first) = known.and_then(|at| candidates.get_mut(at as usize)) {
                first.merged = first.merged.saturating_add(1);
                self.report.duplicates = self.report.duplicates.saturating_add(1);
                return;
            }
        }
        candidates.push(Chosen { message: self.report.messages, merged: 1, traceparent });
    }

    /// Ends the batch: applies the limit and gives the final report.
    pub fn finish(&mut self) -> &LinkReport {
        let SelectOptions { max_links, overflow, .. } = self.options;
        let all = self.candidates.len();
        let excess = all.saturating_sub(max_links);
        self.order.clear();
        self.first = if overflow == Overflow::Last { excess } else { 0 };
        self.report.dropped = if overflow == Overflow::Split { 0 } else { excess };
        self.report.linked = all.saturating_sub(self.report.dropped);
        if overflow == Overflow::Sampled && excess > 0 {
            for sampled in [true, false] {
                for (at, link) in (0..).zip(&self.candidates) {
                    if link.traceparent.flags.is_sampled() == sampled && self.order.len() < max_links {
                        self.order.push(at);
                    }
                }
            }
        }
        &self.report
    }

    /// The messages that get a link, in the order of the links; after [`finish`](Self::finish).
    pub fn chosen(&self) -> impl Iterator<Item = &Chosen> {
        self.chosen_from(0, usize::MAX)
    }

    /// So many of them, from the one at `first`.
    pub(crate) fn chosen_from(&self, first: usize, count: usize) -> impl Iterator<Item = &Chosen> {
        let end = self.report.linked.min(first.saturating_add(count));
        (first..end).filter_map(|link| {
            let ordered = self.order.get(link).map(|at| *at as usize);
            self.candidates.get(ordered.unwrap_or(self.first.saturating_add(link)))
        })
    }

    /// What became of every message pushed.
    #[must_use]
    pub fn report(&self) -> &LinkReport {
        &self.report
    }
}
