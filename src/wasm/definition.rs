//! A fan-in definition as JavaScript gives it.

use core::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use wasm_bindgen::JsValue;

use crate::fan_in::{Complete, Definition, DefinitionError, OnConflict, OnFull, Slot};

/// The definition with its properties as they are; whether they make sense is for [`read`] to say.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct Given {
    name: Value,
    version: Value,
    slots: Vec<(String, GivenSlot)>,
    complete: Value,
    complete_slots: Value,
    complete_arrivals: Value,
    timeout_ms: Value,
    retain_ms: Value,
    max_pending: Value,
    max_tombstones: Value,
    max_bytes: Value,
    max_key_bytes: Value,
    on_full: Value,
    max_links: Value,
    attribute_prefix: Value,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct GivenSlot {
    min: Value,
    max: Value,
    relationship: Value,
    on_conflict: Value,
}

/// A property: absent, a number, text, or something that no option is.
#[derive(Default)]
enum Value {
    #[default]
    Absent,
    Number(f64),
    Text(String),
    Other,
}

/// Reads a definition.
pub(super) fn read(definition: JsValue) -> Result<Definition, DefinitionError> {
    let given: Given = serde_wasm_bindgen::from_value(definition)
        .map_err(|_| DefinitionError::new("definition", "must be an object with plain properties"))?;
    let slots: Result<Vec<Slot>, _> =
        given.slots.into_iter().map(|(name, slot)| read_slot(&name, slot)).collect();
    let name = given.name.text("name")?.unwrap_or_default();
    let timeout_ms = given.timeout_ms.whole("timeoutMs", MOST)?;
    let mut definition = Definition::new(&name, timeout_ms.unwrap_or(0), slots?);
    let size = |value: Value, option| {
        Ok(value.whole(option, u32::MAX.into())?.and_then(|n| usize::try_from(n).ok()))
    };
    if let Some(version) = given.version.whole("version", u32::MAX.into())? {
        definition.version = u32::try_from(version).unwrap_or(u32::MAX);
    }
    definition.retain_ms = given.retain_ms.whole("retainMs", MOST)?;
    if let Some(max_pending) = size(given.max_pending, "maxPending")? {
        definition.max_pending = max_pending;
    }
    definition.max_tombstones = size(given.max_tombstones, "maxTombstones")?;
    definition.max_bytes = size(given.max_bytes, "maxBytes")?;
    if let Some(max_key_bytes) = size(given.max_key_bytes, "maxKeyBytes")? {
        definition.max_key_bytes = max_key_bytes;
    }
    if let Some(max_links) = size(given.max_links, "maxLinks")? {
        definition.max_links = max_links;
    }
    if let Some(prefix) = given.attribute_prefix.text("attributePrefix")? {
        definition.attribute_prefix = prefix;
    }
    definition.on_full = given
        .on_full
        .choice("onFull", &[("reject", OnFull::Reject), ("evictOldest", OnFull::EvictOldest)])?;
    definition.complete = match (given.complete_slots, given.complete_arrivals) {
        (Value::Absent, Value::Absent) => given.complete.choice("complete", &[("all", Complete::All)])?,
        (slots, Value::Absent) => Complete::Slots(count(slots, "complete.slots")?),
        (Value::Absent, arrivals) => Complete::Arrivals(count(arrivals, "complete.arrivals")?),
        _ => return Err(DefinitionError::new("complete", "must not have both `slots` and `arrivals`")),
    };
    definition.check()?;
    Ok(definition)
}

fn read_slot(name: &str, given: GivenSlot) -> Result<Slot, DefinitionError> {
    let option = |option: &str| format!("slots.{}.{option}", name.chars().take(64).collect::<String>());
    let mut slot = Slot::new(name);
    let number = |value: Value, option: String| {
        let number = value.whole(&option, u32::MAX.into())?;
        Ok(number.map(|number| u32::try_from(number).unwrap_or(u32::MAX)))
    };
    if let Some(min) = number(given.min, option("min"))? {
        slot.min = min;
    }
    slot.max = number(given.max, option("max"))?.unwrap_or(slot.min.max(1));
    if let Some(relationship) = given.relationship.text(&option("relationship"))? {
        slot.relationship = relationship;
    }
    slot.on_conflict = given.on_conflict.choice(
        &option("onConflict"),
        &[("keepFirst", OnConflict::KeepFirst), ("replace", OnConflict::Replace)],
    )?;
    Ok(slot)
}

fn count(value: Value, option: &str) -> Result<u32, DefinitionError> {
    let count = value.whole(option, u32::MAX.into())?.unwrap_or(0);
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The largest whole number that JavaScript keeps exactly.
const MOST: u64 = (1 << 53) - 1;

impl Value {
    fn whole(self, option: &str, most: u64) -> Result<Option<u64>, DefinitionError> {
        match self {
            Self::Absent => Ok(None),
            Self::Number(number) if (number as u64) as f64 == number && number as u64 <= most => {
                Ok(Some(number as u64))
            }
            _ => Err(DefinitionError::new(option, format!("must be a whole number from 0 to {most}"))),
        }
    }

    fn text(self, option: &str) -> Result<Option<String>, DefinitionError> {
        match self {
            Self::Absent => Ok(None),
            Self::Text(text) => Ok(Some(text)),
            _ => Err(DefinitionError::new(option, "must be text")),
        }
    }

    fn choice<T: Copy + Default>(self, option: &str, choices: &[(&str, T)]) -> Result<T, DefinitionError> {
        let found = match &self {
            Self::Absent => Some(T::default()),
            Self::Text(text) => choices.iter().find_map(|(name, value)| (name == text).then_some(*value)),
            _ => None,
        };
        found.ok_or_else(|| {
            let names: Vec<_> = choices.iter().map(|(name, _)| format!("`{name}`")).collect();
            DefinitionError::new(option, format!("must be {}", names.join(" or ")))
        })
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyValue;

        impl<'de> Visitor<'de> for AnyValue {
            type Value = Value;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }
            fn visit_bool<E>(self, _: bool) -> Result<Value, E> {
                Ok(Value::Other)
            }
            fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
                Ok(Value::Number(number as f64))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
                Ok(Value::Number(number as f64))
            }
            fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
                Ok(Value::Number(number))
            }
            fn visit_str<E>(self, text: &str) -> Result<Value, E> {
                Ok(Value::Text(text.to_owned()))
            }
            fn visit_unit<E>(self) -> Result<Value, E> {
                Ok(Value::Absent)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Value, A::Error> {
                Ok(Value::Other)
            }
            fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<Value, A::Error> {
                Ok(Value::Other)
            }
        }

        deserializer.deserialize_any(AnyValue)
    }
}
