//! Span links, and how a batch of messages becomes a bounded list of them.
//!
//! [`LinkSelector`] holds the rules: one link for each span, at most so many, and a [`LinkReport`] in which every
//! message is counted once. [`LinkBatch`] applies them to contexts that are already at hand.
//!
//! Source: OpenTelemetry specification, Tracing API, Link; semantic conventions for messaging spans, Batching.

mod attributes;
mod batch;
mod known;
mod report;
mod select;

pub use attributes::{AttributeValue, Attributes};
pub use batch::LinkBatch;
pub use report::{LinkReport, Rejected};
pub use select::{Chosen, LinkSelector, Overflow, SelectOptions};

use crate::trace_context::SpanContext;

/// The most links that an OpenTelemetry SDK keeps on a span unless it is told otherwise: 128.
///
/// Source: OpenTelemetry specification, Tracing SDK, Span Limits (`LinkCountLimit`).
pub const DEFAULT_MAX_LINKS: usize = 128;

/// A reference from one span to another, with attributes that say what the other is to it.
///
/// Source: OpenTelemetry specification, Tracing API, Link.
#[derive(Clone, PartialEq, Debug)]
pub struct Link {
    /// The span linked to.
    pub context: SpanContext,
    /// What that span is to this one, for example `link.relationship`.
    pub attributes: Attributes,
}
