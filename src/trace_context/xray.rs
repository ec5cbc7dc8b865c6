//! The AWS X-Ray trace header, where a message has no `traceparent`.
//!
//! `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1`, its fields in any order. Source: AWS
//! X-Ray Developer Guide, Tracing header.

use super::{RejectReason, TraceFlags, Traceparent, header_text, trim_ows};

/// Parses an X-Ray trace header: `Root` and `Parent` are required, `Sampled` is `0`, `1` or `?` (undecided, taken for
/// not sampled). `Lineage`, `Self` and unknown fields are ignored, spaces and tabs around fields too.
///
/// ```
/// use spanlink::trace_context::xray;
///
/// let traceparent = xray::parse(b"Parent=53995c3f42cd8ad8; Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1")?;
/// assert_eq!(traceparent.to_string(), "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01");
/// # Ok::<(), spanlink::RejectReason>(())
/// ```
///
/// # Errors
/// [`RejectReason::Missing`] for an empty header, [`RejectReason::NotText`] for one that is not ASCII,
/// [`RejectReason::BadLength`] for one that is too long; [`RejectReason::Multiple`] for one of the three fields given
/// twice; else the first of trace id, span id and flags that is missing or not valid.
pub fn parse(header: &[u8]) -> Result<Traceparent, RejectReason> {
    let header = header_text(header)?;
    if header.is_empty() {
        return Err(RejectReason::Missing);
    }
    let [root, parent, sampled] = fields(header, [b"Root", b"Parent", b"Sampled"])?;
    let trace_id = root.and_then(trace_id).ok_or(RejectReason::BadTraceId)?;
    let ids = Traceparent::from_ids(&trace_id, parent.unwrap_or_default())?;
    let flags = match sampled {
        Some(b"1") => TraceFlags::SAMPLED,
        None | Some(b"0" | b"?") => TraceFlags::default(),
        Some(_) => return Err(RejectReason::BadFlags),
    };
    Ok(Traceparent { flags, ..ids })
}

/// The values of three fields.
fn fields<'a>(header: &'a [u8], names: [&[u8]; 3]) -> Result<[Option<&'a [u8]>; 3], RejectReason> {
    let mut values = [None; 3];
    for field in header.split(|byte| *byte == b';') {
        let Some((name, value)) = split_at_equals(trim_ows(field)) else { continue };
        let known = names.iter().zip(&mut values).find(|(known, _)| **known == name);
        if let Some((_, slot)) = known
            && slot.replace(value).is_some()
        {
            return Err(RejectReason::Multiple);
        }
    }
    Ok(values)
}

fn split_at_equals(field: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = field.iter().position(|byte| *byte == b'=')?;
    let (name, value) = field.split_at_checked(at)?;
    Some((name, value.strip_prefix(b"=")?))
}

/// A root is version 1: `1-`, the time in 8 characters, `-`, 24 characters more; together they are the trace id.
fn trace_id(root: &[u8]) -> Option<[u8; 32]> {
    let (time, unique) = root.strip_prefix(b"1-")?.split_first_chunk::<8>()?;
    let unique: &[u8; 24] = unique.strip_prefix(b"-")?.try_into().ok()?;
    let mut text = [0; 32];
    let (head, tail) = text.split_first_chunk_mut::<8>()?;
    head.copy_from_slice(time);
    tail.copy_from_slice(unique);
    Some(text)
}
