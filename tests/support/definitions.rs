//! Definitions of fan-ins as the tables write them.

use serde_json::{Map, Value};
use spanlink::fan_in::{Complete, Definition, OnConflict, OnFull, Slot};

/// The definition of a row; `None` where it holds what the fields of [`Definition`] cannot: another type, a number
/// that is negative or has a fraction, another name of a choice, or no name, slots or timeout at all.
pub(crate) fn definition(given: &Value) -> Option<Definition> {
    let given = given.as_object()?;
    let slots: Option<Vec<Slot>> = given.get("slots")?.as_object()?.iter().map(slot).collect();
    let mut definition =
        Definition::new(given.get("name")?.as_str()?, given.get("timeoutMs")?.as_u64()?, slots?);
    if let Some(version) = number(given, "version")? {
        definition.version = version;
    }
    if let Some(complete) = given.get("complete") {
        definition.complete = rule(complete)?;
    }
    definition.retain_ms = number(given, "retainMs")?;
    definition.max_tombstones = number(given, "maxTombstones")?;
    definition.max_bytes = number(given, "maxBytes")?;
    for (option, field) in [
        ("maxPending", &mut definition.max_pending),
        ("maxKeyBytes", &mut definition.max_key_bytes),
        ("maxLinks", &mut definition.max_links),
    ] {
        if let Some(value) = number(given, option)? {
            *field = value;
        }
    }
    if let Some(on_full) = given.get("onFull") {
        definition.on_full = match on_full.as_str()? {
            "reject" => OnFull::Reject,
            "evictOldest" => OnFull::EvictOldest,
            _ => return None,
        };
    }
    if let Some(prefix) = given.get("attributePrefix") {
        definition.attribute_prefix = prefix.as_str()?.to_owned();
    }
    Some(definition)
}

fn slot((name, given): (&String, &Value)) -> Option<Slot> {
    let given = given.as_object()?;
    let mut slot = Slot::new(name);
    if let Some(min) = number(given, "min")? {
        slot.min = min;
    }
    slot.max = number(given, "max")?.unwrap_or(slot.min.max(1));
    if let Some(relationship) = given.get("relationship") {
        slot.relationship = relationship.as_str()?.to_owned();
    }
    if let Some(on_conflict) = given.get("onConflict") {
        slot.on_conflict = match on_conflict.as_str()? {
            "keepFirst" => OnConflict::KeepFirst,
            "replace" => OnConflict::Replace,
            _ => return None,
        };
    }
    // What they hold is for another table; that they are attributes at all is a matter of types.
    given.get("attributes").is_none_or(Value::is_object).then_some(slot)
}

fn rule(given: &Value) -> Option<Complete> {
    if given == "all" {
        return Some(Complete::All);
    }
    let given = given.as_object()?;
    match (number(given, "slots")?, number(given, "arrivals")?) {
        (Some(slots), None) => Some(Complete::Slots(slots)),
        (None, Some(arrivals)) => Some(Complete::Arrivals(arrivals)),
        _ => None,
    }
}

/// A number that may be absent; `None` where it is not one that the field can hold.
fn number<T: TryFrom<u64>>(given: &Map<String, Value>, option: &str) -> Option<Option<T>> {
    match given.get(option) {
        None => Some(None),
        Some(value) => value.as_u64().and_then(|value| T::try_from(value).ok()).map(Some),
    }
}
