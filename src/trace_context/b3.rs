//! B3 propagation, where a message has no `traceparent`: one header, or one for each part.
//!
//! Trace ids of 64 bits are padded with zeros on the left; a debug flag means sampled; a decision without ids (such as
//! `b3: 0`) names no span. Source: openzipkin/b3-propagation.

use super::{RejectReason, SpanId, TraceFlags, Traceparent, header_text};

/// Parses the single header: `{trace id}-{span id}`, then `-` and `0`, `1` or `d`, then `-` and the parent's span id,
/// which is checked and not used.
///
/// ```
/// use spanlink::trace_context::b3;
///
/// let traceparent = b3::parse_single(b"a3ce929d0e0e4736-00f067aa0ba902b7-d")?;
/// assert_eq!(traceparent.to_string(), "00-0000000000000000a3ce929d0e0e4736-00f067aa0ba902b7-01");
/// # Ok::<(), spanlink::RejectReason>(())
/// ```
///
/// # Errors
/// [`RejectReason::Missing`] for an empty header or a decision without ids, [`RejectReason::NotText`],
/// [`RejectReason::BadLength`] for one that is too long or has more parts than four; else the first part that is not
/// valid.
pub fn parse_single(header: &[u8]) -> Result<Traceparent, RejectReason> {
    let header = header_text(header)?;
    if matches!(header, b"" | b"0" | b"1" | b"d") {
        return Err(RejectReason::Missing);
    }
    let mut parts = header.split(|byte| *byte == b'-');
    let ids = ids(parts.next().unwrap_or_default(), parts.next().unwrap_or_default())?;
    let flags = match parts.next() {
        Some(b"1" | b"d") => TraceFlags::SAMPLED,
        None | Some(b"0") => TraceFlags::default(),
        Some(_) => return Err(RejectReason::BadFlags),
    };
    if parts.next().is_some_and(|parent| SpanId::from_hex(parent).is_none()) {
        return Err(RejectReason::BadSpanId);
    }
    if parts.next().is_some() {
        return Err(RejectReason::BadLength);
    }
    Ok(Traceparent { flags, ..ids })
}

/// The values of the headers `X-B3-TraceId`, `X-B3-SpanId`, `X-B3-Sampled` and `X-B3-Flags`; empty where there is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Multi<'a> {
    /// 32 or 16 lower-case hexadecimal characters.
    pub trace_id: &'a [u8],
    /// 16 lower-case hexadecimal characters.
    pub span_id: &'a [u8],
    /// `1` or `0`; older senders write `true` or `false`.
    pub sampled: &'a [u8],
    /// `1` for debug, which means sampled.
    pub flags: &'a [u8],
}

/// Parses the headers for each part.
///
/// # Errors
/// [`RejectReason::Missing`] where there are neither trace id nor span id; else as [`parse_single`].
pub fn parse_multi(headers: Multi<'_>) -> Result<Traceparent, RejectReason> {
    let (trace_id, span_id) = (header_text(headers.trace_id)?, header_text(headers.span_id)?);
    if trace_id.is_empty() && span_id.is_empty() {
        return Err(RejectReason::Missing);
    }
    let ids = ids(trace_id, span_id)?;
    let debug = header_text(headers.flags)? == b"1";
    let flags = match header_text(headers.sampled)? {
        b"1" | b"true" => TraceFlags::SAMPLED,
        b"" | b"0" | b"false" if debug => TraceFlags::SAMPLED,
        b"" | b"0" | b"false" => TraceFlags::default(),
        _ => return Err(RejectReason::BadFlags),
    };
    Ok(Traceparent { flags, ..ids })
}

/// A trace id of 32 characters, or of 16 that are its right half, and a span id.
#[inline(never)]
fn ids(trace_id: &[u8], span_id: &[u8]) -> Result<Traceparent, RejectReason> {
    let mut padded = [b'0'; 32];
    match (padded.last_chunk_mut::<16>(), trace_id.try_into()) {
        (Some(right), Ok(half)) => {
            *right = half;
            Traceparent::from_ids(&padded, span_id)
        }
        _ => Traceparent::from_ids(trace_id, span_id),
    }
}
