//! Single values: a traceparent, a tracestate.

use wasm_bindgen::prelude::wasm_bindgen;

use super::regions::{Regions, code, ids, take, traceparent, with};
use crate::trace_context::{ListMembers, RejectReason, TraceFlags, TraceStateError, Traceparent};
use crate::trace_context::{b3, write_set, write_unset, xray};

/// Set in an answer where the rest is the code of a reason.
const REJECTED: u32 = 0x100;

/// Set in an answer where the list that came with a traceparent is in canonical form.
const CANONICAL: u32 = 4;

/// Set in an answer where that list has no members or breaks a rule.
const DROPPED: u32 = 8;

/// Set in an answer where the rest says which rule a list breaks.
const FAULT: usize = 0x8000_0000;

/// Parses the traceparent of `len` bytes in the input, and the tracestate of `list` bytes after it, if any. Gives the
/// flags, and 4 for a list in canonical form or 8 for one that is dropped; or 0x100 and the code of the reason why
/// there is no context. A list in another form is for [`scan_tracestate`].
#[wasm_bindgen]
pub fn parse_headers(len: u32, list: usize) -> u32 {
    with(|regions| {
        let mut input = regions.input.as_slice();
        match traceparent(&mut input, len) {
            Ok(traceparent) if list == 0 => traceparent.flags.bits().into(),
            Ok(traceparent) => {
                u32::from(traceparent.flags.bits())
                    | list_verdict(take(&mut input, list), &mut regions.output)
            }
            Err(reason) => REJECTED | code(reason),
        }
    })
}

/// The list of a header in canonical form: the header itself where it is, else written to `room`.
#[inline(never)]
pub(super) fn canonical<'a>(header: &'a [u8], room: &'a mut Vec<u8>) -> Result<&'a [u8], TraceStateError> {
    if header.is_empty() {
        return Ok(header);
    }
    let mut members = ListMembers::default();
    members.push_header(header)?;
    if members.canonical_len() == header.len() {
        return Ok(header);
    }
    room.clear();
    members.write(room);
    Ok(room)
}

/// 0 for no list, and for one that is neither canonical nor dropped.
fn list_verdict(header: &[u8], room: &mut Vec<u8>) -> u32 {
    match canonical(header, room) {
        _ if header.is_empty() => 0,
        Err(_) | Ok([]) => DROPPED,
        Ok(list) if list.len() == header.len() => CANONICAL,
        Ok(_) => 0,
    }
}

/// Checks several tracestates in the input, as [`parse_headers`] does. Where their lengths were are then 4 for a list
/// in canonical form, 8 for one that is dropped, 0 for one that is for [`scan_tracestate`].
#[wasm_bindgen]
pub fn scan_tracestates(count: usize) {
    with(|regions| {
        let mut input = regions.input.as_slice();
        for len in regions.lengths.iter_mut().take(count) {
            *len = list_verdict(take(&mut input, *len as usize), &mut regions.output);
        }
    });
}

/// Converts the X-Ray trace header of `len` bytes in the input to a traceparent, in the output. Gives its length, or
/// 0x100 and the code of the reason why there is none.
#[wasm_bindgen]
pub fn convert_xray(len: usize) -> u32 {
    with(|regions| {
        let parsed = xray::parse(take(&mut regions.input.as_slice(), len));
        write_traceparent(regions, parsed)
    })
}

/// Converts a single B3 header in the input, as [`convert_xray`].
#[wasm_bindgen]
pub fn convert_b3_single(len: usize) -> u32 {
    with(|regions| {
        let parsed = b3::parse_single(take(&mut regions.input.as_slice(), len));
        write_traceparent(regions, parsed)
    })
}

/// Converts the B3 headers for trace id, span id, sampling and flags in the input, as [`convert_xray`]; those that the
/// message does not have have no length.
#[wasm_bindgen]
pub fn convert_b3_multi(trace_id: usize, span_id: usize, sampled: usize, flags: usize) -> u32 {
    with(|regions| {
        let mut input = regions.input.as_slice();
        let parsed = b3::parse_multi(b3::Multi {
            trace_id: take(&mut input, trace_id),
            span_id: take(&mut input, span_id),
            sampled: take(&mut input, sampled),
            flags: take(&mut input, flags),
        });
        write_traceparent(regions, parsed)
    })
}

fn write_traceparent(regions: &mut Regions, parsed: Result<Traceparent, RejectReason>) -> u32 {
    regions.clear();
    match parsed {
        Ok(traceparent) => {
            regions.output.extend_from_slice(&traceparent.to_header());
            u32::try_from(regions.output.len()).unwrap_or(0)
        }
        Err(reason) => REJECTED | code(reason),
    }
}

/// Writes trace id and span id of the traceparent of `len` bytes in the input to the output: 32 and 16 characters. Only
/// for what was found to be valid, and whose host has no text to cut the ids from.
#[wasm_bindgen]
pub fn parsed_ids(len: usize) {
    with(|regions| {
        regions.clear();
        // Rule by rule, for white space and later versions are rare: another copy of the known places is 0.7 KB.
        if let Ok(traceparent) = Traceparent::parse_any(take(&mut regions.input.as_slice(), len)) {
            regions.output.extend_from_slice(&ids(&traceparent));
        }
    });
}

/// Checks the trace id and the span id in the input, of `ids` characters together, and writes the header for them to
/// the output. Gives its length, or 0 where they are not ids or the flags are not a whole number from 0 to 255.
#[wasm_bindgen]
pub fn format_traceparent(ids: usize, flags: f64) -> usize {
    with(|regions| {
        regions.clear();
        if let Some(traceparent) = checked(take(&mut regions.input.as_slice(), ids), flags) {
            regions.output.extend_from_slice(&traceparent.to_header());
        }
        regions.output.len()
    })
}

/// The traceparent of a trace id and a span id, one after the other, and flags from outside.
pub(super) fn checked(mut ids: &[u8], flags: f64) -> Option<Traceparent> {
    let traceparent = Traceparent::from_ids(take(&mut ids, 32), ids).ok()?;
    let bits = flags as u8;
    (f64::from(bits) == flags).then_some(Traceparent { flags: TraceFlags::new(bits), ..traceparent })
}

/// Checks the tracestate of `len` bytes in the input. Gives 0 where it has no members, 1 where it is in canonical form,
/// else the length of its canonical form, which is in the output. Or 0x8000_0000 where it is dropped, plus 1 for a
/// list-member without `=`, 2 for a key, 3 for a value that is not valid, 4 for too many members, 5 for a list that is
/// too long.
#[wasm_bindgen]
pub fn scan_tracestate(len: usize) -> usize {
    with(|regions| {
        let header = take(&mut regions.input.as_slice(), len);
        match canonical(header, &mut regions.output) {
            Ok(list) if list.len() == header.len() => list.len().min(1),
            Ok(list) => list.len(),
            Err(fault) => {
                FAULT
                    | match fault {
                        TraceStateError::NoEquals => 1,
                        TraceStateError::BadKey => 2,
                        TraceStateError::BadValue => 3,
                        TraceStateError::TooManyMembers => 4,
                        TraceStateError::TooLong => 5,
                    }
            }
        }
    })
}

/// Finds a key in a canonical tracestate; both are in the input. Gives 0 where there is none, else where its value
/// starts, times 512, plus its length.
#[wasm_bindgen]
pub fn tracestate_get(header: usize, key: usize) -> usize {
    with(|regions| {
        let mut input = regions.input.as_slice();
        let header = take(&mut input, header);
        let key = take(&mut input, key);
        let mut start = 0_usize;
        for member in header.split(|byte| *byte == b',') {
            if let Some(value) = member.strip_prefix(key).and_then(|rest| rest.strip_prefix(b"=")) {
                let at = start.saturating_add(key.len()).saturating_add(1);
                return (at << 9) | value.len();
            }
            start = start.saturating_add(member.len()).saturating_add(1);
        }
        0
    })
}

/// Writes a canonical tracestate with a member set to the output; header, key and value are in the input. Gives its
/// length, or 0 where key or value are not valid.
#[wasm_bindgen]
pub fn tracestate_set(header: usize, key: usize, value: usize) -> usize {
    with(|regions| {
        regions.clear();
        let mut input = regions.input.as_slice();
        let header = take(&mut input, header);
        let key = take(&mut input, key);
        let value = take(&mut input, value);
        write_set(&mut regions.output, header, key, value).map_or(0, |()| regions.output.len())
    })
}

/// Writes a canonical tracestate without a key to the output; both are in the input. Gives its length.
#[wasm_bindgen]
pub fn tracestate_unset(header: usize, key: usize) -> usize {
    with(|regions| {
        regions.clear();
        let mut input = regions.input.as_slice();
        let header = take(&mut input, header);
        let key = take(&mut input, key);
        write_unset(&mut regions.output, header, key);
        regions.output.len()
    })
}
