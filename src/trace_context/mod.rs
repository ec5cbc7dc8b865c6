//! W3C Trace Context Level 2: bytes in, values out.
//!
//! Everything a message can carry is parsed here and nowhere else: [`Traceparent`] (section 3.2), [`TraceState`]
//! (section 3.3), the ids they are made of, and the [`SpanContext`] both add up to. Beyond W3C there are [`xray`] and
//! [`b3`], which give a [`Traceparent`] too. No function in this module panics, allocates for a `traceparent`, or returns
//! an id that the header did not contain.
//!
//! ```
//! use spanlink::{RejectReason, Traceparent};
//!
//! let header = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
//! let traceparent = Traceparent::parse(header)?;
//! assert!(traceparent.flags.is_sampled());
//! assert_eq!(traceparent.to_string().as_bytes(), header);
//!
//! assert_eq!(Traceparent::parse(b"00-0-0-1"), Err(RejectReason::BadLength));
//! # Ok::<(), RejectReason>(())
//! ```

pub mod b3;
mod hex;
mod ids;
mod reject;
mod span_context;
mod traceparent;
mod tracestate;
pub mod xray;

pub use ids::{SpanId, TraceFlags, TraceId};
pub use reject::RejectReason;
pub use span_context::SpanContext;
pub use traceparent::Traceparent;
pub use tracestate::{TraceState, TraceStateError};

pub(crate) use hex::{decode as decode_hex, encode as encode_hex};
#[cfg(target_arch = "wasm32")]
pub(crate) use tracestate::{ListMembers, write_set, write_unset};

/// The longest header value that is looked at, in bytes: 64 KiB.
///
/// The specification sets no limit. This one is nearly four times the longest `tracestate` that can be written without
/// optional white space, and keeps a hostile header from costing memory: a longer `traceparent` is
/// [`RejectReason::BadLength`], a longer `tracestate` is dropped.
pub const MAX_HEADER_BYTES: usize = 65_536;

/// Removes the optional white space around a header value: spaces and tabs, however many, and nothing else.
///
/// `str::trim` is too wide: it takes NBSP, VT and line ends too. Source: RFC 9110, section 5.6.3 (OWS).
pub(crate) fn trim_ows(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = value {
        value = rest;
    }
    while let [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

/// A header value without the white space around it, if it is ASCII and not too long.
pub(crate) fn header_text(header: &[u8]) -> Result<&[u8], RejectReason> {
    if header.len() > MAX_HEADER_BYTES {
        return Err(RejectReason::BadLength);
    }
    if !header.is_ascii() {
        return Err(RejectReason::NotText);
    }
    Ok(trim_ows(header))
}
