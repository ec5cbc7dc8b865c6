//! What a message says about the span that sent it.

use super::{RejectReason, TraceState, Traceparent};

/// The identity of a span: a [`Traceparent`], its [`TraceState`], and whether it came from another process.
///
/// ```
/// use spanlink::SpanContext;
///
/// let context = SpanContext::extract(
///     ["00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"],
///     ["rojo=00f067aa0ba902b7", "congo=t61rcWkgMzE"],
/// )?;
/// assert_eq!(context.trace_state.as_str(), "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE");
/// assert!(context.is_remote);
/// # Ok::<(), spanlink::RejectReason>(())
/// ```
///
/// Source: OpenTelemetry specification, Tracing API, SpanContext.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct SpanContext {
    /// Trace id, span id and flags.
    pub traceparent: Traceparent,
    /// The vendors' list; empty where the message had none or a broken one.
    pub trace_state: TraceState,
    /// Whether the context was received from elsewhere.
    pub is_remote: bool,
}

impl SpanContext {
    /// Reads a context from the values of the two headers, as many of each as the message had.
    ///
    /// A broken `tracestate` never costs a good `traceparent`; a rejected `traceparent` leaves `tracestate` unread.
    ///
    /// # Errors
    /// [`RejectReason::Missing`] for no `traceparent`, [`RejectReason::Multiple`] for more than one, equal or not;
    /// else as [`Traceparent::parse`].
    pub fn extract<P: AsRef<[u8]>, S: AsRef<[u8]>>(
        traceparent: impl IntoIterator<Item = P>,
        tracestate: impl IntoIterator<Item = S>,
    ) -> Result<Self, RejectReason> {
        let mut values = traceparent.into_iter();
        let header = values.next().ok_or(RejectReason::Missing)?;
        if values.next().is_some() {
            return Err(RejectReason::Multiple);
        }
        let traceparent = Traceparent::parse(header.as_ref())?;
        let trace_state = TraceState::parse(tracestate).unwrap_or_default();
        Ok(Self { traceparent, trace_state, is_remote: true })
    }
}
