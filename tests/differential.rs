//! The same headers through `opentelemetry_sdk` and through this crate. Where they differ, `divergences.json` says so
//! and why; a difference that is not listed fails, and so does one that is listed and never seen.

#![cfg(not(target_arch = "wasm32"))]

#[allow(dead_code, reason = "the tables are read in other ways elsewhere")]
#[path = "support/vectors.rs"]
mod vectors;

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use opentelemetry::Context;
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::TraceContextExt as _;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::Value;
use spanlink::{SpanContext, TraceState, Traceparent};
use vectors::{bytes, items, json, rows, text};

/// The two headers of a message; the propagator takes one text each.
#[derive(Clone, Debug)]
struct Headers {
    traceparent: String,
    tracestate: String,
}

/// What can be compared of a context: ids, flags, list.
type Read = Option<(String, String, u8, String)>;
type Names = BTreeSet<&'static str>;

fn ours(headers: &Headers) -> Read {
    let context = SpanContext::extract([&headers.traceparent], [&headers.tracestate]).ok()?;
    let Traceparent { trace_id, span_id, flags } = context.traceparent;
    Some((trace_id.to_string(), span_id.to_string(), flags.bits(), context.trace_state.to_string()))
}

fn theirs(headers: &Headers) -> Read {
    let carrier = HashMap::from([
        ("traceparent".to_owned(), headers.traceparent.clone()),
        ("tracestate".to_owned(), headers.tracestate.clone()),
    ]);
    let context = TraceContextPropagator::new().extract_with_context(&Context::new(), &carrier);
    let span = context.span();
    let found = span.span_context();
    found.is_valid().then(|| {
        let flags = found.trace_flags().to_u8();
        (found.trace_id().to_string(), found.span_id().to_string(), flags, found.trace_state().header())
    })
}

/// What the peer is known to read, said as a change to what is here; `names` are the divergences that may show.
fn known(headers: &Headers, names: &mut Names) -> Read {
    let traceparent = traceparent_as_read(&headers.traceparent, names);
    let (trace_id, span_id, flags, _) = ours(&Headers { traceparent, tracestate: String::new() })?;
    if flags & 2 != 0 {
        names.insert("random flag");
    }
    Some((trace_id, span_id, flags & 1, list_as_read(&headers.tracestate, names)))
}

fn traceparent_as_read(header: &str, names: &mut Names) -> String {
    let value = header.trim();
    if value != header.trim_matches([' ', '\t']) {
        names.insert("wide white space");
    }
    let mut fields: Vec<String> = value.split('-').map(str::to_owned).collect();
    let number = |field: &str, width: usize| {
        let digits = field.strip_prefix('+').unwrap_or(field);
        let is_number = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let short = digits.trim_start_matches('0');
        (is_number && short.len() <= width).then(|| format!("{short:0>width$}").to_ascii_lowercase())
    };
    for (index, width, name) in [
        (0, 2, "field as a number"),
        (1, 32, "id as a number"),
        (2, 16, "id as a number"),
        (3, 2, "field as a number"),
    ] {
        let Some(field) = fields.get_mut(index) else { continue };
        // Upper case is looked for in all fields but the first.
        let refused = index > 0 && field.bytes().any(|byte| byte.is_ascii_uppercase());
        if let Some(read) = number(field, width)
            && !refused
            && read != *field
        {
            names.insert(name);
            *field = read;
        }
    }
    let is_first = fields.first().is_some_and(|version| version == "00");
    if is_first && fields.len() == 5 && fields.last().is_some_and(String::is_empty) {
        names.insert("hyphen at the end");
        fields.pop();
    }
    if !is_first && fields.iter().skip(4).any(|field| !field.is_ascii()) {
        names.insert("not ASCII in a later version");
        fields.truncate(4);
    }
    fields.join("-")
}

fn list_as_read(header: &str, names: &mut Names) -> String {
    let members: Vec<&str> = header.split(',').collect();
    if members.iter().skip(32).any(|member| !member.trim_matches([' ', '\t']).is_empty()) {
        names.insert("33rd list-member");
    }
    let mut list: Vec<String> = Vec::new();
    let mut keys: Vec<&str> = Vec::new();
    for member in members.into_iter().take(32) {
        let member = member.trim_matches([' ', '\t']);
        if member.is_empty() {
            continue;
        }
        let Some((key, value)) = member.split_once('=') else { return String::new() };
        let bare = value.trim_start_matches('=');
        if bare != value {
            names.insert("equals signs before a value");
        }
        if bare.contains('=') || bare.len() > 256 {
            return String::new();
        }
        if key.is_empty() {
            names.insert("empty key");
        } else if TraceState::parse([format!("{key}=1")]).is_err() {
            return String::new();
        } else if !is_level_1_key(key) {
            names.insert("key of Level 1");
            return String::new();
        }
        if TraceState::parse([format!("a={bare}")]).is_err() {
            names.insert("any value");
        }
        if keys.contains(&key) {
            names.insert("repeated key");
        }
        keys.push(key);
        list.push(format!("{key}={bare}"));
    }
    list.join(",")
}

fn is_level_1_key(key: &str) -> bool {
    match key.split_once('@') {
        None => true,
        Some((_, vendor)) => {
            let starts_well = vendor.bytes().next().is_none_or(|first| first.is_ascii_alphanumeric());
            !vendor.contains('@') && vendor.len() <= 13 && starts_well
        }
    }
}

thread_local! {
    static SEEN: RefCell<Names> = const { RefCell::new(Names::new()) };
}

/// Checks that the peer reads what it is known to read, and notes which divergences made a difference.
fn compare(headers: &Headers) -> Result<(), String> {
    let mut names = Names::new();
    let their = theirs(headers);
    let expected = known(headers, &mut names);
    if their != expected {
        return Err(format!("not listed: {headers:?} gives {their:?}, known is {expected:?}"));
    }
    let our = ours(headers);
    if our == their {
        return Ok(());
    }
    if names.is_empty() {
        return Err(format!("a divergence without a name: {headers:?} gives {their:?}, here {our:?}"));
    }
    SEEN.with(|seen| seen.borrow_mut().extend(names));
    Ok(())
}

const HEADER: &str = "00-a1b2c3d4e5f60718293a4b5c6d7e8f90-1122334455667788-01";

/// The headers of all rows that are text, and one of each.
fn listed_headers() -> Vec<Headers> {
    let mut all = Vec::new();
    for row in rows("traceparent.json") {
        if let Ok(traceparent) = String::from_utf8(bytes(&row["input"])) {
            all.push(Headers { traceparent, tracestate: String::new() });
        }
    }
    for row in rows("tracestate.json") {
        let Value::String(tracestate) = &row["input"] else { continue };
        all.push(Headers { traceparent: HEADER.to_owned(), tracestate: tracestate.clone() });
    }
    for row in rows("headers.json") {
        let values = |name: &str| -> Vec<String> {
            let named = |header: &&Value| text(&header[0]).eq_ignore_ascii_case(name);
            let values = items(&row["headers"]).iter().filter(named);
            values.map(|header| String::from_utf8_lossy(&bytes(&header[1])).into_owned()).collect()
        };
        if let ([traceparent], list) = (&values("traceparent")[..], values("tracestate")) {
            all.push(Headers { traceparent: traceparent.clone(), tracestate: list.join(",") });
        }
    }
    all
}

fn generated_headers() -> impl Strategy<Value = Headers> {
    let space = "( |\t|\u{a0}|\n){0,2}";
    let version = "00|00|00|01|cc|CC|ff|0|\\+1|000";
    let flags = "0[0-3]|[0-9a-f]{2}|[0-9A-F]|\\+1";
    let traceparent = (
        space,
        version,
        "[0-9a-f]{32}|[0-9a-f]{30,33}|\\+[0-9a-f]{31}|[0-9A-F]{32}",
        "[0-9a-f]{16}|[0-9a-f]{14,17}",
        flags,
        "|||-|-x|-\u{e9}",
        space,
    )
        .prop_map(|(before, version, trace, span, flags, more, behind)| {
            format!("{before}{version}-{trace}-{span}-{flags}{more}{behind}")
        });
    let member = "[ \t]{0,1}[a-z0-9@]{0,4}={0,2}[ -~\u{e9}]{0,4}";
    let list = prop_oneof![
        prop::collection::vec(member, 0..5).prop_map(|members| members.join(",")),
        (0..36).prop_map(|n| (0..n).map(|i| format!("k{i}={i}")).collect::<Vec<_>>().join(",")),
        "a{255,257}=b",
        "a=b{255,257}",
    ];
    let header = prop_oneof![3 => Just(HEADER.to_owned()), 2 => traceparent];
    (header, list).prop_map(|(traceparent, tracestate)| Headers { traceparent, tracestate })
}

#[test]
fn the_sdk_reads_the_same_but_for_what_is_listed() {
    let faults: Vec<String> = listed_headers().iter().filter_map(|headers| compare(headers).err()).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));

    let config = ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = TestRunner::new(config);
    let result = runner.run(&generated_headers(), |headers| compare(&headers).map_err(TestCaseError::fail));
    if let Err(error) = result {
        panic!("{error}");
    }

    let divergences = json("divergences.json");
    let names: BTreeSet<String> =
        items(&divergences["opentelemetry_sdk"]).iter().map(|each| text(&each["name"]).to_owned()).collect();
    let seen: BTreeSet<String> =
        SEEN.with(|seen| seen.borrow().iter().map(|name| (*name).to_owned()).collect());
    assert_eq!(seen, names, "seen, and listed");
}
