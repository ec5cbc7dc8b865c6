//! Single values: a traceparent, a tracestate.

use spanlink::RejectReason;
use spanlink::wasm::{
    format_traceparent, parse_headers, parsed_ids, scan_tracestate, scan_tracestates, tracestate_get,
    tracestate_set, tracestate_unset,
};
use wasm_bindgen_test::wasm_bindgen_test;

use super::host::{NO_TEXT, lengths, text, write, write_lengths};

const TRACE_ID: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN_ID: &str = "00f067aa0ba902b7";
const HEADER: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const REJECTED: u32 = 0x100;

fn code(reason: RejectReason) -> u32 {
    RejectReason::ALL.iter().position(|known| *known == reason).expect("a code") as u32
}

fn parse(header: &str) -> u32 {
    write(&[header.as_bytes()]);
    parse_headers(header.len() as u32, 0)
}

#[wasm_bindgen_test]
fn a_traceparent_gives_its_flags_and_ids() {
    for (end, flags) in [("00", 0), ("01", 1), ("02", 2), ("03", 3), ("ff", 3), ("04", 0)] {
        assert_eq!(parse(&format!("{}{end}", &HEADER[..53])), flags);
        parsed_ids(HEADER.len());
        assert_eq!(text(48), format!("{TRACE_ID}{SPAN_ID}"));
    }
    assert_eq!(parse(&format!("\t {HEADER}  ")), 1);
    assert_eq!(parse(&format!("cc{}-later", &HEADER[2..])), 1);
}

#[wasm_bindgen_test]
fn a_traceparent_that_is_refused_gives_the_code_of_the_reason() {
    let zeros = |text: &str| "0".repeat(text.len());
    let cases = [
        (String::new(), RejectReason::Missing),
        (" \t".to_owned(), RejectReason::Missing),
        (format!("{}é", &HEADER[..54]), RejectReason::NotText),
        (HEADER[1..].to_owned(), RejectReason::BadLength),
        (format!("{HEADER}-"), RejectReason::BadLength),
        (HEADER.replacen("00", "ff", 1), RejectReason::BadVersion),
        (HEADER.replace(TRACE_ID, &zeros(TRACE_ID)), RejectReason::BadTraceId),
        (HEADER.replace(SPAN_ID, &zeros(SPAN_ID)), RejectReason::BadSpanId),
        (HEADER.replace("-01", "-0A"), RejectReason::BadFlags),
        (HEADER.replace("-01", "_01"), RejectReason::BadDelimiter),
    ];
    for (header, reason) in cases {
        assert_eq!(parse(&header), REJECTED | code(reason), "{header}");
    }
}

#[wasm_bindgen_test]
fn a_length_may_be_the_code_of_a_reason_instead() {
    write(&[HEADER.as_bytes()]);
    for reason in RejectReason::ALL {
        assert_eq!(parse_headers(NO_TEXT | code(reason), 0), REJECTED | code(reason));
    }
    for unknown in [9, 1000, 0x7fff_ffff] {
        assert_eq!(parse_headers(NO_TEXT | unknown, 0), REJECTED | code(RejectReason::NotText));
    }
}

fn format(trace_id: &str, span_id: &str, flags: f64) -> Option<String> {
    write(&[trace_id.as_bytes(), span_id.as_bytes()]);
    let len = format_traceparent(trace_id.len() + span_id.len(), flags);
    (len > 0).then(|| text(len))
}

#[wasm_bindgen_test]
fn ids_and_flags_are_formatted() {
    for (flags, end) in
        [(0.0, "00"), (1.0, "01"), (2.0, "02"), (3.0, "03"), (17.0, "01"), (255.0, "03"), (-0.0, "00")]
    {
        let expected = format!("{}{end}", &HEADER[..53]);
        assert_eq!(format(TRACE_ID, SPAN_ID, flags), Some(expected), "{flags}");
    }
}

#[wasm_bindgen_test]
fn what_is_no_id_or_no_byte_is_not_formatted() {
    for flags in [-1.0, 1.5, 256.0, 257.0, 4_294_967_297.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(format(TRACE_ID, SPAN_ID, flags), None, "{flags}");
    }
    let upper = TRACE_ID.to_uppercase();
    for (trace_id, span_id) in [
        ("", SPAN_ID),
        (TRACE_ID, TRACE_ID),
        (&TRACE_ID[1..], SPAN_ID),
        (&upper, SPAN_ID),
        (TRACE_ID, "0000000000000000"),
        (TRACE_ID, ""),
    ] {
        assert_eq!(format(trace_id, span_id, 1.0), None, "{trace_id} {span_id}");
    }
}

/// Set in an answer about a list that is dropped.
const FAULT: usize = 0x8000_0000;

fn scan(list: &str) -> usize {
    write(&[list.as_bytes()]);
    scan_tracestate(list.len())
}

#[wasm_bindgen_test]
fn a_tracestate_is_dropped_kept_or_rewritten() {
    for empty in ["", " ,\t,"] {
        assert_eq!(scan(empty), 0, "{empty}");
    }
    for (dropped, rule) in
        [("a", 1), ("A=1", 2), ("a=1,b=", 3), ("a=é", 3), (&"a=1,".repeat(33), 4), (&" ".repeat(65_537), 5)]
    {
        assert_eq!(scan(dropped), FAULT + rule, "{dropped}");
    }
    for kept in ["a=1", "a=1,b=2", "a=  1", "foo@bar@baz=1"] {
        assert_eq!(scan(kept), 1, "{kept}");
    }
    for (given, canonical) in
        [("a=1, b=2", "a=1,b=2"), ("a=1,b=2,a=3", "a=1,b=2"), ("a=1,", "a=1"), ("\ta=1 ", "a=1")]
    {
        assert_eq!(scan(given), canonical.len(), "{given}");
        assert_eq!(text(canonical.len()), canonical);
    }
}

#[wasm_bindgen_test]
fn a_member_is_found_where_its_value_is() {
    let longest = format!("b=1,a={}", "v".repeat(256));
    for (list, key, expected) in [
        ("a=1,b=22", "a", Some("1")),
        ("a=1,b=22", "b", Some("22")),
        ("a=1,b=22", "c", None),
        ("a=1,b=22", "", None),
        ("ab=1", "a", None),
        ("a=b,c=d", "b", None),
        ("", "a", None),
        (&longest, "a", Some(&longest[6..])),
    ] {
        write(&[list.as_bytes(), key.as_bytes()]);
        let found = tracestate_get(list.len(), key.len());
        let value = (found > 0).then(|| &list[found >> 9..][..found & 511]);
        assert_eq!(value, expected, "{key} of {list}");
    }
}

#[wasm_bindgen_test]
fn a_member_is_set() {
    for (list, key, value, expected) in [
        ("a=1,b=2", "c", "3", "c=3,a=1,b=2"),
        ("a=1,b=2", "b", " 9", "b= 9,a=1"),
        ("", "a", "1", "a=1"),
        ("a=1", "A", "1", ""),
        ("a=1", "b", "", ""),
        ("a=1", "b", "1,c=2", ""),
    ] {
        write(&[list.as_bytes(), key.as_bytes(), value.as_bytes()]);
        let len = tracestate_set(list.len(), key.len(), value.len());
        assert_eq!(text(len), expected, "{key}={value} in {list}");
    }
}

#[wasm_bindgen_test]
fn a_member_is_removed() {
    for (list, key, expected) in
        [("a=1,b=2", "a", "b=2"), ("a=1", "a", ""), ("ab=1", "a", "ab=1"), ("a=1", "", "a=1"), ("", "a", "")]
    {
        write(&[list.as_bytes(), key.as_bytes()]);
        let len = tracestate_unset(list.len(), key.len());
        assert_eq!(text(len), expected, "{key} of {list}");
    }
}

/// The verdict about a list: canonical, dropped, or for `scan_tracestate` to tell.
const VERDICTS: [(&str, u32); 8] = [
    ("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE", 4),
    ("a=1", 4),
    ("a=1, b=2", 0),
    ("a=1,,b=2", 0),
    ("a=1,a=2", 0),
    (" ,\t,", 8),
    ("A=1", 8),
    ("a=1,b", 8),
];

#[wasm_bindgen_test]
fn a_list_is_judged_beside_its_traceparent() {
    for (list, verdict) in VERDICTS {
        write(&[HEADER.as_bytes(), list.as_bytes()]);
        assert_eq!(parse_headers(55, list.len()), 1 | verdict, "{list}");
        write(&[b"00-xyz", list.as_bytes()]);
        assert_eq!(parse_headers(6, list.len()), REJECTED | code(RejectReason::BadLength), "{list}");
    }
    write(&[HEADER.as_bytes()]);
    assert_eq!(parse_headers(55, 0), 1);
}

#[wasm_bindgen_test]
fn several_lists_are_judged_at_once() {
    let lists = VERDICTS.map(|(list, _)| list.as_bytes());
    write(&lists);
    write_lengths(&lists.map(|list| list.len() as u32));
    scan_tracestates(lists.len());
    assert_eq!(lengths(8), VERDICTS.map(|(_, verdict)| verdict));
    // More than there are lengths.
    scan_tracestates(usize::MAX);
}
