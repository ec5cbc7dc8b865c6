//! The propagations beyond W3C: the shared vectors, and what holds for every input.

#![cfg(not(target_arch = "wasm32"))]

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;
use spanlink::trace_context::{b3, xray};
use spanlink::{RejectReason, SpanId, TraceFlags, TraceId, Traceparent};

fn run(vectors: &str, parse: impl Fn(&Value) -> Result<Traceparent, RejectReason>) {
    let rows: Vec<Value> = serde_json::from_str(vectors).expect("rows");
    assert!(!rows.is_empty());
    for row in rows {
        let actual =
            parse(&row).map_or_else(|reason| reason.to_string(), |traceparent| traceparent.to_string());
        assert_eq!(actual, row["expected"], "{}", row["name"]);
    }
}

#[test]
fn xray_headers() {
    run(include_str!("vectors/xray.json"), |row| {
        xray::parse(row["header"].as_str().expect("a header").as_bytes())
    });
}

#[test]
fn b3_headers() {
    run(include_str!("vectors/b3.json"), |row| {
        let headers = row["headers"].as_object().expect("headers");
        let header = |name: &str| {
            let found = headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
            found.and_then(|(_, value)| value.as_str()).map(str::as_bytes)
        };
        if let Some(single) = header("b3") {
            return b3::parse_single(single);
        }
        b3::parse_multi(b3::Multi {
            trace_id: header("x-b3-traceid").unwrap_or_default(),
            span_id: header("x-b3-spanid").unwrap_or_default(),
            sampled: header("x-b3-sampled").unwrap_or_default(),
            flags: header("x-b3-flags").unwrap_or_default(),
        })
    });
}

#[test]
fn a_header_beyond_64_kib_is_not_looked_at() {
    let header = "x".repeat(65_537);
    assert_eq!(xray::parse(header.as_bytes()), Err(RejectReason::BadLength));
    assert_eq!(b3::parse_single(header.as_bytes()), Err(RejectReason::BadLength));
    let longest = "x".repeat(65_536);
    assert_eq!(xray::parse(longest.as_bytes()), Err(RejectReason::BadTraceId));
    assert_eq!(b3::parse_single(longest.as_bytes()), Err(RejectReason::BadTraceId));
}

/// Bytes of which many are nearly a header: one that is valid with a few bytes changed.
fn changed(header: impl Strategy<Value = String>) -> impl Strategy<Value = Vec<u8>> {
    let changes = vec((0_usize..120, any::<u8>()), 0..3);
    prop_oneof![
        vec(any::<u8>(), 0..120),
        (header, changes).prop_map(|(header, changes)| {
            let mut header = header.into_bytes();
            for (at, byte) in changes {
                if let Some(place) = header.get_mut(at) {
                    *place = byte;
                }
            }
            header
        }),
    ]
}

prop_compose! {
    fn traceparents()(
        trace_id in any::<[u8; 16]>().prop_filter_map("zeros", TraceId::from_bytes),
        span_id in any::<[u8; 8]>().prop_filter_map("zeros", SpanId::from_bytes),
        sampled in any::<bool>(),
    ) -> Traceparent {
        let flags = if sampled { TraceFlags::SAMPLED } else { TraceFlags::default() };
        Traceparent { trace_id, span_id, flags }
    }
}

fn as_xray(traceparent: &Traceparent) -> [String; 3] {
    let trace_id = traceparent.trace_id.to_string();
    let (time, unique) = trace_id.split_at(8);
    [
        format!("Root=1-{time}-{unique}"),
        format!("Parent={}", traceparent.span_id),
        format!("Sampled={}", traceparent.flags.bits()),
    ]
}

fn as_b3(Traceparent { trace_id, span_id, flags }: &Traceparent) -> String {
    format!("{trace_id}-{span_id}-{}", flags.bits())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_as_xray_is_read_in_any_order(
        traceparent in traceparents(),
        order in Just([0_usize, 1, 2, 3]).prop_shuffle(),
        between in select(vec![";", "; ", " ;\t"]),
    ) {
        let [root, parent, sampled] = as_xray(&traceparent);
        let fields = [root, parent, sampled, "Lineage=a:b|c:d".to_owned()];
        let header = order.map(|at| fields[at].as_str()).join(between);
        prop_assert_eq!(xray::parse(header.as_bytes()), Ok(traceparent));
    }

    #[test]
    fn what_is_written_as_b3_is_read(traceparent in traceparents(), parent in "(-[1-9a-f]{16})?") {
        let header = as_b3(&traceparent) + &parent;
        prop_assert_eq!(b3::parse_single(header.as_bytes()), Ok(traceparent));
        let Traceparent { trace_id, span_id, flags } = traceparent;
        let multi = b3::Multi {
            trace_id: &trace_id.to_hex(),
            span_id: &span_id.to_hex(),
            sampled: if flags.is_sampled() { b"1" } else { b"0" },
            flags: b"",
        };
        prop_assert_eq!(b3::parse_multi(multi), Ok(traceparent));
    }

    #[test]
    fn a_short_b3_trace_id_is_padded(short in "[0-9a-f]{15}[1-9a-f]", span in "[0-9a-f]{15}[1-9a-f]") {
        let parsed = b3::parse_single(format!("{short}-{span}-d").as_bytes());
        prop_assert_eq!(parsed.map(|each| each.to_string()), Ok(format!("00-{short:0>32}-{span}-01")));
    }

    #[test]
    fn other_bytes_are_read_or_refused(
        xray_header in changed(traceparents().prop_map(|each| as_xray(&each).join(";"))),
        b3_header in changed(traceparents().prop_map(|each| as_b3(&each))),
    ) {
        if let Ok(read) = xray::parse(&xray_header) {
            prop_assert_eq!(xray::parse(as_xray(&read).join(";").as_bytes()), Ok(read));
        }
        if let Ok(read) = b3::parse_single(&b3_header) {
            prop_assert_eq!(b3::parse_single(as_b3(&read).as_bytes()), Ok(read));
        }
        let headers = b3::Multi { trace_id: &b3_header, span_id: &xray_header, sampled: &b3_header, flags: b"1" };
        prop_assert!(b3::parse_multi(headers).is_err());
    }
}
