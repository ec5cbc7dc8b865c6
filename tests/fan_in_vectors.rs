//! The scenarios of fan-in joins that Rust and JavaScript share, against the embedded table.

#![cfg(not(target_arch = "wasm32"))]

#[path = "support/definitions.rs"]
mod definitions;
#[path = "support/vectors.rs"]
mod vectors;

use std::collections::HashMap;

use serde_json::{Value, json};
use spanlink::fan_in::{ContextRef, Definition, Expired, FanIn, Joined, Offer, Outcome, Phase, Progress};
use spanlink::{AttributeValue, Link, SpanContext};
use vectors::{bytes, check_rows, context_json, expect_equal, items, text, traceparent_json};

#[test]
fn scenarios() {
    check_rows("fan-in.json", |row| {
        let definition = definitions::definition(&row["definition"]).ok_or("not a definition")?;
        let mut scenario = Scenario {
            fan_in: FanIn::new(definition.clone()).map_err(|error| error.to_string())?,
            definition,
            now: 0,
            completion_ids: HashMap::new(),
        };
        for (index, step) in items(&row["steps"]).iter().enumerate() {
            scenario.run(index, step).map_err(|fault| format!("step {index}: {fault}"))?;
        }
        Ok(())
    });
}

struct Scenario {
    definition: Definition,
    fan_in: FanIn,
    now: i64,
    /// By the index of their step.
    completion_ids: HashMap<u64, String>,
}

impl Scenario {
    fn run(&mut self, index: usize, step: &Value) -> Result<(), String> {
        if let Some(at) = step.get("at") {
            self.now = at.as_i64().ok_or("a time")?;
        }
        let has = |kind: &str| step.get(kind);
        if let Some(offer) = has("offer") {
            let outcome = self.offer(index, offer)?;
            expect_fields(&outcome, &step["outcome"])?;
            self.expect_completion_ids(index, step)
        } else if has("expire").is_some() {
            self.expire(&step["expire"])
        } else if let Some(settle) = has("settle") {
            let span = context(settle);
            let span = span.as_ref().map(ContextRef::from);
            expect_equal(&json!(self.fan_in.settle(self.now, &bytes(&settle["key"]), span)), &step["answer"])
        } else if let Some(key) = has("inspect") {
            let answer = self.fan_in.inspect(&bytes(key)).map(|(progress, deadline)| {
                let (arrived, missing) = names(&self.definition, &progress);
                json!({ "arrived": arrived, "missing": missing, "deadline": deadline })
            });
            expect_equal(&json!(answer), &step["answer"])
        } else if let Some(key) = has("forget") {
            expect_equal(&json!(self.fan_in.forget(self.now, &bytes(key))), &step["answer"])
        } else if let Some(deadline) = has("nextDeadline") {
            expect_equal(&json!(self.fan_in.next_deadline()), deadline)
        } else if let Some(expected) = has("stats") {
            let stats = self.fan_in.stats();
            let actual = json!({
                "pending": stats.pending, "tombstones": stats.tombstones, "offered": stats.offered,
                "completed": stats.completed, "expired": stats.expired, "evicted": stats.evicted,
            });
            expect_fields(&actual, expected)
        } else {
            Err(format!("a step of no known kind: {step}"))
        }
    }

    fn offer(&mut self, index: usize, given: &Value) -> Result<Value, String> {
        let key = bytes(&given["key"]);
        let context = context(given);
        let event_id = match given.get("eventId") {
            None => None,
            Some(Value::Number(number)) => Some(number.to_string()),
            Some(id) => Some(text(id).to_owned()),
        };
        let offer = Offer {
            event_id: event_id.as_ref().map(String::as_bytes),
            context: context.as_ref().map(ContextRef::from),
            ..Offer::new(&key, self.definition.slot(text(&given["slot"])))
        };
        let slot = |slot: u32| self.definition.slots[slot as usize].name.as_str();
        Ok(match self.fan_in.offer(self.now, &offer) {
            Outcome::Pending { progress, replaced } => {
                let (arrived, missing) = names(&self.definition, &progress);
                json!({ "status": "pending", "arrived": arrived, "missing": missing, "replaced": replaced })
            }
            Outcome::Complete { joined, completed_by, completion_id, redelivered } => {
                let id = String::from_utf8(completion_id.to_vec()).map_err(|error| error.to_string())?;
                self.completion_ids.insert(index as u64, id);
                let mut json = joined_json(&self.definition, &joined);
                json["status"] = "complete".into();
                json["completedBy"] = slot(completed_by).into();
                json["redelivered"] = redelivered.into();
                json
            }
            Outcome::Duplicate { phase } => json!({ "status": "duplicate", "phase": phase_name(phase) }),
            Outcome::Late { after, settled_by } => {
                let settled_by = settled_by.map(SpanContext::from);
                // The late event's own context, then the span that settled the join.
                let links: Vec<Value> =
                    context.iter().chain(&settled_by).map(|c| link_json(c, None)).collect();
                let settled_by = settled_by.map(|context| traceparent_json(context.traceparent));
                json!({ "status": "late", "after": phase_name(after), "settledBy": settled_by, "links": links })
            }
            Outcome::Conflict { slot: taken } => json!({ "status": "conflict", "slot": slot(taken) }),
            Outcome::Rejected(reason) => json!({ "status": "rejected", "reason": reason.as_str() }),
        })
    }

    fn expect_completion_ids(&self, index: usize, step: &Value) -> Result<(), String> {
        let id = |index: u64| self.completion_ids.get(&index).ok_or(format!("step {index} is no completion"));
        let own = || id(index as u64);
        if let Some(other) = step.get("sameCompletionIdAs").and_then(Value::as_u64) {
            expect_equal(own()?, id(other)?)?;
        }
        if let Some(other) = step.get("otherCompletionIdThan").and_then(Value::as_u64) {
            let (own, other) = (own()?, id(other)?);
            if own == other {
                return Err(format!("the completion id {own} is that of an earlier step"));
            }
        }
        Ok(())
    }

    fn expire(&mut self, expected: &Value) -> Result<(), String> {
        let mut actual = Vec::new();
        while let Some(expired) = self.fan_in.expire_next(self.now) {
            actual.push(expired_json(&self.definition, &expired));
        }
        let keys = |joins: &[Value]| -> Vec<Value> { joins.iter().map(|join| join["key"].clone()).collect() };
        let expected = items(expected);
        expect_equal(keys(&actual), keys(expected))?;
        actual.iter().zip(expected).try_for_each(|(actual, expected)| {
            expect_fields(actual, expected).map_err(|fault| format!("{}: {fault}", expected["key"]))
        })
    }
}

/// The context of what carries a `traceparent` and a `tracestate`.
fn context(carrier: &Value) -> Option<SpanContext> {
    let values = |name: &str| carrier.get(name).map(bytes);
    SpanContext::extract(values("traceparent"), values("tracestate")).ok()
}

fn names<'a>(definition: &'a Definition, progress: &Progress<'_>) -> (Vec<&'a str>, Vec<&'a str>) {
    let name = |slot: usize| definition.slots[slot].name.as_str();
    (progress.arrived().map(name).collect(), progress.missing().map(name).collect())
}

fn phase_name(phase: Phase) -> &'static str {
    match phase {
        Phase::Pending => "pending",
        Phase::Complete => "complete",
        Phase::Expired => "expired",
    }
}

fn link_json(context: &SpanContext, relationship: Option<&AttributeValue>) -> Value {
    let mut json = context_json(context);
    json["remote"] = context.is_remote.into();
    if let Some(AttributeValue::String(relationship)) = relationship {
        json["relationship"] = relationship.as_str().into();
    }
    json
}

fn joined_json(definition: &Definition, joined: &Joined<'_>) -> Value {
    let link = |link: Link| link_json(&link.context, link.attributes.get("link.relationship"));
    let links: Vec<Value> = joined.to_links().map(link).collect();
    let attribute = |name: &str| format!("{}.{name}", definition.attribute_prefix);
    json!({
        "attributes": {
            attribute("name"): definition.name,
            attribute("trigger_count"): joined.arrivals(),
            attribute("link_count"): links.len(),
            attribute("wait_ms"): joined.wait_ms(),
        },
        "links": links,
        "arrivals": joined.arrivals(),
        "linkless": joined.linkless(),
        "linksDropped": joined.links_dropped(),
        "firstArrival": joined.first_arrival(),
        "lastArrival": joined.last_arrival(),
    })
}

fn expired_json(definition: &Definition, expired: &Expired<'_>) -> Value {
    let mut json = joined_json(definition, &expired.joined);
    let (arrived, missing) = names(definition, &expired.progress);
    json["key"] = String::from_utf8_lossy(&expired.joined.key()).into();
    json["reason"] = if expired.evicted { "evicted" } else { "timeout" }.into();
    json["redelivered"] = expired.redelivered.into();
    json["arrived"] = arrived.into();
    json["missing"] = missing.into();
    json
}

/// Compares the fields that a row names; `null` stands for what is not there.
fn expect_fields(actual: &Value, expected: &Value) -> Result<(), String> {
    let expected = expected.as_object().ok_or_else(|| format!("an object, not {expected}"))?;
    for (field, expected) in expected {
        let actual = actual.get(field).ok_or_else(|| format!("no `{field}` in {actual}"))?;
        match field.as_str() {
            "links" => expect_links(items(actual), items(expected)),
            "attributes" => expect_fields(actual, expected),
            _ => expect_equal(actual, expected),
        }
        .map_err(|fault| format!("{field}: {fault}"))?;
    }
    Ok(())
}

/// Compares links: all of their trace state, and their relationship where a row names it.
fn expect_links(actual: &[Value], expected: &[Value]) -> Result<(), String> {
    expect_equal(actual.len(), expected.len())?;
    actual.iter().zip(expected).try_for_each(|(actual, expected)| {
        expect_equal(&actual["remote"], &json!(true))?;
        expect_equal(actual.get("traceState"), expected.get("traceState"))?;
        expect_fields(actual, expected)
    })
}
