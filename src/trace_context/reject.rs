//! Why a message has no trace context.

use core::fmt;

/// Why a message has no trace context: the first rule its headers break, read from left to right.
///
/// The text of a reason ([`as_str`](Self::as_str), `Display`) is stable; reports and logs may be searched for it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum RejectReason {
    /// No `traceparent`, or an empty one.
    Missing,
    /// More than one `traceparent`, equal or not. Source: W3C Trace Context Level 2, section 3.2.1.
    Multiple,
    /// Neither text nor ASCII bytes.
    NotText,
    /// Not 55 characters (version 00), fewer than 55 (a later version), or more than
    /// [`MAX_HEADER_BYTES`](super::MAX_HEADER_BYTES).
    BadLength,
    /// The version is not two lower-case hexadecimal characters, or is `ff`.
    BadVersion,
    /// The trace id is not 32 lower-case hexadecimal characters, or is all zeros.
    BadTraceId,
    /// The span id is not 16 lower-case hexadecimal characters, or is all zeros.
    BadSpanId,
    /// The flags are not two lower-case hexadecimal characters.
    BadFlags,
    /// A field does not end in `-`.
    BadDelimiter,
}

impl RejectReason {
    /// Every reason, in the order of their codes at the WebAssembly boundary.
    pub const ALL: [Self; 9] = [
        Self::Missing,
        Self::Multiple,
        Self::NotText,
        Self::BadLength,
        Self::BadVersion,
        Self::BadTraceId,
        Self::BadSpanId,
        Self::BadFlags,
        Self::BadDelimiter,
    ];

    /// The reason's stable name, such as `bad_length`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Multiple => "multiple",
            Self::NotText => "not_text",
            Self::BadLength => "bad_length",
            Self::BadVersion => "bad_version",
            Self::BadTraceId => "bad_trace_id",
            Self::BadSpanId => "bad_span_id",
            Self::BadFlags => "bad_flags",
            Self::BadDelimiter => "bad_delimiter",
        }
    }
}

impl fmt::Display for RejectReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl core::error::Error for RejectReason {}
