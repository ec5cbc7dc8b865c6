//! The shared vectors of the propagations beyond W3C.

#![cfg(not(target_arch = "wasm32"))]

use serde_json::Value;
use spanlink::trace_context::{b3, xray};
use spanlink::{RejectReason, Traceparent};

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
}
