//! The tables that Rust and JavaScript share, through the Rust API.

#![cfg(not(target_arch = "wasm32"))]

#[path = "support/definitions.rs"]
mod definitions;
#[path = "support/vectors.rs"]
mod vectors;

use serde_json::Value;
use spanlink::fan_in::{FanIn, Offer, Outcome};
use spanlink::{RejectReason, SpanContext, SpanId, TraceFlags, TraceId, TraceState, Traceparent};
use vectors::{bytes, check_rows, context_json, expect_equal, items, rows, text, traceparent_json};

const HEADER: &str = "00-a1b2c3d4e5f60718293a4b5c6d7e8f90-1122334455667788-01";

/// What a row expects of a header: a context, or the reason why there is none.
fn outcome<E: std::fmt::Display>(parsed: Result<Value, E>) -> Value {
    parsed.unwrap_or_else(|reason| serde_json::json!({ "reason": reason.to_string() }))
}

#[test]
fn traceparent() {
    check_rows("traceparent.json", |row| {
        let input = bytes(&row["input"]);
        expect_equal(&outcome(Traceparent::parse(&input).map(traceparent_json)), &row["expected"])?;
        let extracted = SpanContext::extract([input], [""; 0]);
        let remote = extracted.as_ref().is_ok_and(|context| context.is_remote);
        expect_equal(remote, extracted.is_ok())?;
        expect_equal(&outcome(extracted.map(|context| context_json(&context))), &row["expected"])
    });
}

/// One header, or several.
fn headers(input: &Value) -> Vec<Vec<u8>> {
    match input {
        Value::Array(headers) => headers.iter().map(bytes).collect(),
        header => vec![bytes(header)],
    }
}

#[test]
fn tracestate() {
    check_rows("tracestate.json", |row| {
        let input = headers(&row["input"]);
        // In JavaScript a list that is dropped and one that is empty are both no list.
        let state = TraceState::parse(&input).unwrap_or_default();
        let expected = row["expected"].as_str().unwrap_or_default();
        expect_equal(state.as_str(), expected)?;
        expect_equal(row["expected"].is_null(), expected.is_empty())?;

        let members: Vec<String> = state.iter().map(|(key, value)| format!("{key}={value}")).collect();
        expect_equal(members.join(",").as_str(), expected)?;
        for (key, value) in state.iter() {
            expect_equal(state.get(key), Some(value))?;
        }
        expect_equal(TraceState::parse([state.as_str()]), Ok(state.clone()))?;
        let context = SpanContext::extract([HEADER], &input).map_err(|reason| reason.to_string())?;
        expect_equal(context.trace_state, state)
    });
}

#[test]
fn tracestate_get() {
    check_rows("tracestate-get.json", |row| {
        let state = TraceState::parse(headers(&row["header"])).map_err(|error| error.to_string())?;
        expect_equal(state.get(text(&row["get"])), row["expected"].as_str())
    });
}

#[test]
fn tracestate_edit() {
    check_rows("tracestate-edit.json", |row| {
        let before = TraceState::parse(headers(&row["header"])).map_err(|error| error.to_string())?;
        let mut after = before.clone();
        for edit in items(&row["edits"]) {
            let word = |at: usize| text(&edit[at]);
            after = match word(0) {
                // A refused edit leaves the list as it is.
                "set" => after.set(word(1), word(2)).unwrap_or(after),
                "unset" => after.unset(word(1)),
                other => return Err(format!("an edit of no known kind: {other}")),
            };
        }
        expect_equal(after.as_str(), text(&row["expected"]))?;
        expect_equal(TraceState::parse([after.as_str()]), Ok(after))
    });
}

/// Trace id, span id and flags of a context that Rust values can express: two texts and a byte.
fn expressed(context: &Value) -> Option<(&str, &str, u8)> {
    let flags = context.get("traceFlags")?.as_u64()?;
    Some((context.get("traceId")?.as_str()?, context.get("spanId")?.as_str()?, u8::try_from(flags).ok()?))
}

#[test]
fn format() {
    check_rows("format.json", |row| {
        let Some((trace_id, span_id, bits)) = expressed(&row["context"]) else {
            // Not applicable: only a host without types can try, and it has to refuse.
            return expect_equal(text(&row["expected"]["error"]), "invalid_span_context");
        };
        let trace_id = TraceId::from_hex(trace_id.as_bytes());
        let span_id = SpanId::from_hex(span_id.as_bytes());
        let (Some(trace_id), Some(span_id)) = (trace_id, span_id) else {
            return expect_equal(text(&row["expected"]["error"]), "invalid_span_context");
        };
        let flags = TraceFlags::new(bits);
        let traceparent = Traceparent { trace_id, span_id, flags };
        let expected = row["expected"].as_str();
        expect_equal(Some(traceparent.to_string().as_str()), expected)?;
        expect_equal(std::str::from_utf8(&traceparent.to_header()).ok(), expected)?;
        expect_equal(Traceparent::parse(&traceparent.to_header()), Ok(traceparent))
    });
    let count = |expressible| {
        let is_so = |row: &&Value| expressed(&row["context"]).is_some() == expressible;
        rows("format.json").iter().filter(is_so).count()
    };
    assert!(count(true) > 30, "{} rows are applicable, {} are not", count(true), count(false));
}

/// The context of a message whose headers are a list of names and values.
fn extract(headers: &Value) -> Result<SpanContext, RejectReason> {
    let values = |name: &str| -> Vec<Vec<u8>> {
        let named = |header: &&Value| text(&header[0]).eq_ignore_ascii_case(name);
        items(headers).iter().filter(named).map(|header| bytes(&header[1])).collect()
    };
    SpanContext::extract(values("traceparent"), values("tracestate"))
}

#[test]
fn headers_of_a_message() {
    check_rows("headers.json", |row| {
        let context = extract(&row["headers"]);
        expect_equal(&outcome(context.map(|context| context_json(&context))), &row["expected"])
    });
}

#[test]
fn conformance() {
    check_rows("conformance.json", |row| {
        let expected = &row["expected"];
        let Ok(received) = extract(&row["headers"]) else {
            return expect_equal(expected["newTrace"].as_bool(), Some(true));
        };
        // What a service hands on: the same trace, a span of its own.
        let span_id = SpanId::from_bytes([7; 8]).ok_or("a span id")?;
        let sent = Traceparent { span_id, ..received.traceparent };
        let header = format!("00-{}-{span_id}-0{}", text(&expected["traceId"]), expected["traceFlags"]);
        expect_equal(sent.to_string(), header)?;
        expect_equal(received.trace_state.as_str(), expected["tracestate"].as_str().unwrap_or_default())
    });
}

#[test]
fn definitions() {
    check_rows("definitions.json", |row| {
        let expected = text(&row["expected"]);
        let Some(definition) = definitions::definition(&row["definition"]) else {
            // Not applicable: what Rust's types cannot express, a host without types has to refuse.
            return expect_equal(expected, "invalid_definition");
        };
        let found = definition.check().map_or_else(|error| error.to_string(), |()| "ok".to_owned());
        expect_equal(found == "ok", expected == "ok")
            .map_err(|_| format!("{found} instead of {expected}"))?;
        let Ok(mut fan_in) = FanIn::new(definition) else { return Ok(()) };
        let offer = Offer { event_id: Some(b"e"), ..Offer::new(b"k", Some(0)) };
        match fan_in.offer(5, &offer) {
            Outcome::Pending { .. } | Outcome::Complete { .. } => Ok(()),
            other => Err(format!("the first event is {other:?}")),
        }
    });
    let rows = rows("definitions.json");
    let checked: Vec<_> = rows.iter().filter_map(|row| definitions::definition(&row["definition"])).collect();
    let good = checked.iter().filter(|definition| definition.check().is_ok()).count();
    assert!(good > 30, "{good} definitions make sense");
    assert!(checked.len() - good > 10, "{} of them do not", checked.len() - good);
    assert!(rows.len() > checked.len(), "some rows have other types");
}
