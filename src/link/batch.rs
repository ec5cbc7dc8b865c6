//! A batch of contexts turned into links.

use super::{AttributeValue, Attributes, Link, LinkReport, LinkSelector, SelectOptions};
use crate::hash::HashSeed;
use crate::trace_context::{RejectReason, SpanContext};

/// The links of a batch, and what became of every message in it.
///
/// ```
/// use spanlink::{LinkBatch, SelectOptions, SpanContext};
///
/// let headers = ["00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", ""];
/// let contexts = headers.map(|header| SpanContext::extract([header], [""; 0]));
/// let batch = LinkBatch::new(contexts, SelectOptions::default());
/// assert_eq!(batch.links.len(), 1);
/// assert_eq!((batch.report.messages, batch.report.missing), (2, 1));
/// ```
#[derive(Clone, PartialEq, Debug)]
pub struct LinkBatch {
    /// The links: at most `max_links`, or all of them with [`Overflow::Split`](super::Overflow::Split).
    pub links: Vec<Link>,
    /// What became of every message.
    pub report: LinkReport,
}

impl LinkBatch {
    /// Makes the links of a batch. A link that stands for several messages carries `link.message_count`.
    pub fn new(
        messages: impl IntoIterator<Item = Result<SpanContext, RejectReason>>,
        options: SelectOptions,
    ) -> Self {
        let messages: Vec<_> = messages.into_iter().collect();
        let mut selector = LinkSelector::with_hash_seed(HashSeed::random());
        selector.start(options);
        for message in &messages {
            selector.push(message.as_ref().map(|context| context.traceparent).map_err(|reason| *reason));
        }
        let report = selector.finish().clone();
        let link = |chosen: &super::Chosen| {
            let context = messages.get(chosen.message)?.clone().ok()?;
            let mut attributes = Attributes::default();
            if chosen.merged > 1 {
                let merged = i64::try_from(chosen.merged).unwrap_or(i64::MAX);
                attributes.insert("link.message_count", AttributeValue::I64(merged));
            }
            Some(Link { context, attributes })
        };
        Self { links: selector.chosen().filter_map(link).collect(), report }
    }
}
