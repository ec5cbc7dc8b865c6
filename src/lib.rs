//! Turns messages into OpenTelemetry span links.
//!
//! A consumer's span seldom has a natural parent: its message was produced minutes ago, came in a batch of five
//! hundred, or is one of several events that must all arrive before the work starts. OpenTelemetry's answer is the
//! span *link*. This crate reads W3C trace context from what a consumer received ([`SpanContext::extract`]), makes
//! links of a batch with every message accounted for ([`LinkBatch`]), and holds the state that says when all the
//! events a piece of work waits for have arrived ([`fan_in`]).
//!
//! It creates no spans, opens no connections and owns no clock: time comes in as an argument, randomness only seeds hash
//! tables, and untrusted input gives values and never a panic. The same core, compiled to WebAssembly, is the npm
//! package `spanlink`.
//!
//! ```
//! use spanlink::{LinkBatch, SelectOptions, SpanContext};
//!
//! let headers = [
//!     "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
//!     "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
//! ];
//! let contexts = headers.map(|header| SpanContext::extract([header], [""; 0]));
//! let batch = LinkBatch::new(contexts, SelectOptions::default());
//! assert_eq!((batch.report.linked, batch.report.malformed), (1, 1));
//! assert_eq!(batch.report.rejected[0].reason.as_str(), "bad_span_id");
//! ```

#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects
    )
)]

mod bytes;
pub mod fan_in;
mod hash;
mod headroom;
mod index;
pub mod link;
#[cfg(feature = "otel")]
mod otel;
pub mod trace_context;
#[cfg(target_arch = "wasm32")]
pub mod wasm;

pub use link::{
    AttributeValue, Attributes, Chosen, DEFAULT_MAX_LINKS, Link, LinkBatch, LinkReport, LinkSelector,
    Overflow, Rejected, SelectOptions,
};
pub use trace_context::{
    MAX_HEADER_BYTES, RejectReason, SpanContext, SpanId, TraceFlags, TraceId, TraceState, TraceStateError,
    Traceparent,
};
