//! The types of the `opentelemetry` crate, to and fro.

#![cfg(all(not(target_arch = "wasm32"), feature = "otel"))]

use opentelemetry::trace as otel;
use opentelemetry::{Array, KeyValue, StringValue, Value};
use spanlink::{AttributeValue, Attributes, Link, RejectReason, SpanContext, TraceState};

const HEADER: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

fn context(header: &str, tracestate: &str) -> SpanContext {
    SpanContext::extract([header], [tracestate]).expect("a valid context")
}

/// Theirs, made of their own parts.
fn theirs(trace_id: u128, span_id: u64, flags: u8, list: otel::TraceState) -> otel::SpanContext {
    let (trace_id, span_id) = (otel::TraceId::from(trace_id), otel::SpanId::from(span_id));
    otel::SpanContext::new(trace_id, span_id, otel::TraceFlags::new(flags), false, list)
}

#[test]
fn a_context_becomes_theirs() {
    let ours = context(HEADER, "rojo=1,congo=2");
    for theirs in [otel::SpanContext::from(&ours), ours.clone().into()] {
        assert_eq!(theirs.trace_id().to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_eq!(theirs.span_id().to_string(), "00f067aa0ba902b7");
        assert_eq!(theirs.trace_flags(), otel::TraceFlags::SAMPLED);
        assert_eq!(theirs.trace_state().header(), "rojo=1,congo=2");
        assert!(theirs.is_valid() && theirs.is_remote());
        assert_eq!(SpanContext::try_from(&theirs), Ok(ours.clone()));
    }
}

#[test]
fn theirs_becomes_a_context() {
    let list = otel::TraceState::from_key_value([("a", "1"), ("b", "2")]).expect("a valid list");
    let ours = SpanContext::try_from(&theirs(0xabc, 0xdef, 1, list)).expect("a valid context");
    let written = "00-00000000000000000000000000000abc-0000000000000def-01";
    assert_eq!(ours.traceparent.to_string(), written);
    assert_eq!(ours.trace_state.as_str(), "a=1,b=2");
    assert!(!ours.is_remote);
    let again = otel::SpanContext::from(ours);
    assert_eq!(again.trace_state().header(), "a=1,b=2");
    assert!(!again.is_remote());
}

#[test]
fn every_flag_of_level_2_is_kept_and_no_other() {
    for flags in 0..4 {
        let ours = context(&format!("{}{flags}", &HEADER[..54]), "");
        let theirs = otel::SpanContext::from(&ours);
        assert_eq!(theirs.trace_flags().to_u8(), flags);
        assert_eq!(theirs.is_sampled(), flags & 1 != 0);
        assert_eq!(SpanContext::try_from(&theirs), Ok(ours));
    }
    let ours = SpanContext::try_from(&theirs(1, 1, 0xff, otel::TraceState::default()));
    assert_eq!(ours.map(|ours| ours.traceparent.flags.bits()), Ok(3));
}

#[test]
fn a_context_of_theirs_that_is_not_valid_is_an_error() {
    let list = otel::TraceState::default;
    let cases = [
        (otel::SpanContext::empty_context(), RejectReason::BadTraceId),
        (theirs(0, 1, 1, list()), RejectReason::BadTraceId),
        (theirs(1, 0, 1, list()), RejectReason::BadSpanId),
    ];
    for (context, reason) in cases {
        assert_eq!(SpanContext::try_from(&context), Err(reason));
        let link = otel::Link::new(context, Vec::new(), 0);
        assert_eq!(Link::try_from(&link), Err(reason));
    }
}

#[test]
fn a_list_that_they_refuse_becomes_the_empty_one() {
    // All are legal in Level 2; they take the first two.
    for (list, expected) in [
        ("foo@=1,b=2", "foo@=1,b=2"),
        ("a=  1,0=2", "a=  1,0=2"),
        ("b=2,foo@bar@baz=1", ""),
        ("foo@fourteen-letters=1", ""),
        ("foo@-=1", ""),
    ] {
        let ours = context(HEADER, list);
        assert_eq!(ours.trace_state.as_str(), list);
        let theirs = otel::SpanContext::from(&ours);
        assert_eq!(theirs.trace_state().header(), expected);
        let back = SpanContext::try_from(&theirs).expect("a valid context");
        assert_eq!(back.traceparent, ours.traceparent);
        assert_eq!(back.trace_state.as_str(), expected);
    }
}

#[test]
fn a_list_of_theirs_that_level_2_refuses_becomes_the_empty_one() {
    let unchecked = |value: &str| {
        let list = otel::TraceState::from_key_value([("a", value)]);
        list.unwrap_or_else(|error| panic!("{value:?}: {error}"))
    };
    for value in ["café", "\t1", "1\n2", ""] {
        let list = unchecked(value);
        assert_eq!(TraceState::from(&list), TraceState::default(), "{value:?}");
        let ours = SpanContext::try_from(&theirs(1, 1, 1, list));
        assert_eq!(ours.map(|ours| ours.trace_state.is_empty()), Ok(true), "{value:?}");
    }
    assert_eq!(TraceState::from(&unchecked("1")).as_str(), "a=1");
    assert_eq!(otel::TraceState::from(&TraceState::default()).header(), "");
}

/// One attribute of each type, in both worlds.
fn attributes() -> Vec<(&'static str, AttributeValue, Value)> {
    let array = |items: Vec<AttributeValue>| items.into_iter().map(Some).collect();
    let text = |text: &str| AttributeValue::from(text);
    vec![
        ("bool", AttributeValue::Bool(true), true.into()),
        ("i64", AttributeValue::I64(i64::MIN), i64::MIN.into()),
        ("f64", AttributeValue::F64(-0.5), (-0.5).into()),
        ("text", text("café"), "café".into()),
        (
            "bools",
            array(vec![AttributeValue::Bool(true), AttributeValue::Bool(false)]),
            Value::Array(Array::Bool(vec![true, false])),
        ),
        (
            "i64s",
            array(vec![AttributeValue::I64(1), AttributeValue::I64(-2)]),
            Value::Array(Array::I64(vec![1, -2])),
        ),
        ("f64s", array(vec![AttributeValue::F64(1.5)]), Value::Array(Array::F64(vec![1.5]))),
        ("texts", array(vec![text("a"), text("")]), strings(&["a", ""])),
    ]
}

fn strings(texts: &[&'static str]) -> Value {
    Value::Array(Array::String(texts.iter().map(|text| StringValue::from(*text)).collect()))
}

#[test]
fn a_link_becomes_theirs_and_comes_back() {
    let mut ours = Link { context: context(HEADER, "a=1"), attributes: Attributes::default() };
    for (name, value, _) in attributes() {
        ours.attributes.insert(name, value);
    }
    let expected: Vec<KeyValue> =
        attributes().into_iter().map(|(name, _, value)| KeyValue::new(name, value)).collect();
    for theirs in [otel::Link::from(&ours), ours.clone().into()] {
        assert_eq!(theirs.attributes, expected);
        assert_eq!(theirs.span_context, otel::SpanContext::from(&ours.context));
        assert_eq!(theirs.dropped_attributes_count, 0);
        assert_eq!(Link::try_from(&theirs), Ok(ours.clone()));
    }
}

#[test]
fn of_two_attributes_of_theirs_with_one_name_the_last_stays() {
    let attributes = vec![KeyValue::new("a", 1), KeyValue::new("b", 2), KeyValue::new("a", 3)];
    let theirs = otel::Link::new(theirs(1, 1, 0, otel::TraceState::default()), attributes, 0);
    let ours = Link::try_from(&theirs).expect("a valid link");
    let expected = [("a", &AttributeValue::I64(3)), ("b", &AttributeValue::I64(2))];
    assert_eq!(ours.attributes.iter().collect::<Vec<_>>(), expected);
}

#[test]
fn an_array_of_theirs_has_one_type_and_no_gaps() {
    let text = |text: &str| Some(AttributeValue::from(text));
    let cases = [
        (vec![], strings(&[])),
        (vec![None], strings(&[])),
        (vec![None, text("a"), None, text("b")], strings(&["a", "b"])),
        (vec![text("a"), Some(AttributeValue::I64(1))], strings(&["a"])),
        (vec![None, Some(AttributeValue::I64(1)), text("a")], Value::Array(Array::I64(vec![1]))),
    ];
    for (items, expected) in cases {
        let array: AttributeValue = items.clone().into_iter().collect();
        assert_eq!(Value::from(array), expected, "{items:?}");
    }
}
