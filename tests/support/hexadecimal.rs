//! What hexadecimal is, whichever way it is read: by words on the host, by vectors in WebAssembly.

use spanlink::{SpanId, TraceId, Traceparent};

const HEADER: &[u8; 55] = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

fn is_digit(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

/// Whether a header of 55 bytes is valid, rule by rule.
fn is_valid(header: &[u8; 55]) -> bool {
    let fields = [0..2, 3..35, 36..52, 53..55];
    let is_hexadecimal = fields.iter().all(|field| header[field.clone()].iter().all(|byte| is_digit(*byte)));
    let is_zero = |field: core::ops::Range<usize>| header[field].iter().all(|byte| *byte == b'0');
    let is_framed = [2, 35, 52].iter().all(|at| header[*at] == b'-');
    is_hexadecimal && is_framed && header[..2] != *b"ff" && !is_zero(3..35) && !is_zero(36..52)
}

pub(crate) fn every_byte_at_every_position_of_a_header_is_judged_by_the_rules() {
    let zeros = *b"00-00000000000000000000000000000000-0000000000000000-00";
    for original in [*HEADER, zeros] {
        for at in 0..original.len() {
            for byte in 0..=u8::MAX {
                let mut header = original;
                header[at] = byte;
                let parsed = Traceparent::parse(&header);
                assert_eq!(parsed.is_ok(), is_valid(&header), "{}", header.escape_ascii());
                if let Ok(traceparent) = parsed {
                    assert_eq!(traceparent.trace_id.to_hex(), header[3..35]);
                    assert_eq!(traceparent.span_id.to_hex(), header[36..52]);
                }
            }
        }
    }
}

pub(crate) fn two_wrong_characters_do_not_make_up_for_each_other() {
    for first in 0..=u8::MAX {
        for second in 0..=u8::MAX {
            for [at, other] in [[0, 1], [6, 7], [7, 8], [2, 5]] {
                let mut text = *b"01a9f5e7d28c3b46";
                text[at] = first;
                text[other] = second;
                let valid = is_digit(first) && is_digit(second);
                assert_eq!(SpanId::from_hex(&text).is_some(), valid, "{}", text.escape_ascii());
            }
        }
    }
}

pub(crate) fn every_byte_is_written_as_it_was_read() {
    for byte in 0..=u8::MAX {
        for at in 0..16 {
            let mut bytes = [0x5a; 16];
            bytes[at] = byte;
            let id = TraceId::from_bytes(bytes).expect("not all zero");
            let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(id.to_hex(), text.as_bytes());
            assert_eq!(TraceId::from_hex(text.as_bytes()), Some(id));
        }
    }
}
