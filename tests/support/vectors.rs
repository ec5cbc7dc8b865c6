//! The tables in `tests/vectors`, which the JavaScript tests read too.

use std::fs;
use std::path::Path;

use serde_json::Value;
use spanlink::{SpanContext, Traceparent};

/// What one file holds.
pub(crate) fn json(file: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The rows of one table; there is at least one.
pub(crate) fn rows(file: &str) -> Vec<Value> {
    let rows = items(&json(file)).to_vec();
    assert!(!rows.is_empty(), "{file} has no rows");
    rows
}

/// Runs a check on every row, and fails with all rows for which it gives a fault.
pub(crate) fn check_rows(file: &str, check: impl Fn(&Value) -> Result<(), String>) {
    let rows = rows(file);
    let fault = |row: &Value| {
        let name = text(&row["name"]);
        check(row).err().map(|fault| format!("{name}: {fault}"))
    };
    let faults: Vec<String> = rows.iter().filter_map(fault).collect();
    assert!(
        faults.is_empty(),
        "{} of {} rows of {file} fail:\n{}",
        faults.len(),
        rows.len(),
        faults.join("\n")
    );
}

/// Fails with both values where they differ.
pub(crate) fn expect_equal<T: PartialEq + std::fmt::Debug>(actual: T, expected: T) -> Result<(), String> {
    if actual == expected { Ok(()) } else { Err(format!("{actual:?} instead of {expected:?}")) }
}

/// A field that must be text.
pub(crate) fn text(field: &Value) -> &str {
    field.as_str().unwrap_or_else(|| panic!("text, not {field}"))
}

/// The items of a field that must be an array.
pub(crate) fn items(field: &Value) -> &[Value] {
    field.as_array().unwrap_or_else(|| panic!("an array, not {field}"))
}

/// The bytes of a field that is text, or `{ bytes }` where it cannot be.
pub(crate) fn bytes(field: &Value) -> Vec<u8> {
    match field.get("bytes") {
        None => text(field).as_bytes().to_vec(),
        Some(list) => items(list)
            .iter()
            .map(|byte| byte.as_u64().and_then(|byte| u8::try_from(byte).ok()).expect("a byte"))
            .collect(),
    }
}

/// A traceparent as rows describe it.
pub(crate) fn traceparent_json(traceparent: Traceparent) -> Value {
    serde_json::json!({
        "traceId": traceparent.trace_id.to_string(),
        "spanId": traceparent.span_id.to_string(),
        "traceFlags": traceparent.flags.bits(),
    })
}

/// A context as rows describe it: without a member for an empty list.
pub(crate) fn context_json(context: &SpanContext) -> Value {
    let mut json = traceparent_json(context.traceparent);
    if !context.trace_state.is_empty() {
        json["traceState"] = context.trace_state.as_str().into();
    }
    json
}
