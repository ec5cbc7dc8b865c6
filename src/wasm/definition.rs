//! A fan-in definition as JavaScript gives it.
//!
//! Its properties are read one by one: deserializing it would bring the text of every error serde knows, and with it
//! the formatting of floats, which is a quarter of a whole module.

use js_sys::{Array, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::fan_in::{Complete, Definition, DefinitionError, OnConflict, OnFull, Slot};

/// A property: absent, a number, text, or something that no option is.
enum Value {
    Absent,
    Number(f64),
    Text(String),
    Other,
}

/// Reads a definition. Its slots are an array of pairs: a name, and an object of options.
pub(super) fn read(given: &JsValue) -> Result<Definition, DefinitionError> {
    let whole = |option| get(given, option)?.whole(option, MOST);
    let word = |option| Ok(get(given, option)?.whole(option, u32::MAX.into())?.map(in_u32));
    let size = |option| Ok(word(option)?.and_then(|size| usize::try_from(size).ok()));

    let name = get(given, "name")?.text("name")?.unwrap_or_default();
    let timeout_ms = whole("timeoutMs")?.unwrap_or(0);
    let mut definition = Definition::new(&name, timeout_ms, read_slots(given)?);
    if let Some(version) = word("version")? {
        definition.version = version;
    }
    definition.retain_ms = whole("retainMs")?;
    if let Some(max_pending) = size("maxPending")? {
        definition.max_pending = max_pending;
    }
    definition.max_tombstones = size("maxTombstones")?;
    definition.max_bytes = size("maxBytes")?;
    if let Some(max_key_bytes) = size("maxKeyBytes")? {
        definition.max_key_bytes = max_key_bytes;
    }
    if let Some(max_links) = size("maxLinks")? {
        definition.max_links = max_links;
    }
    if let Some(prefix) = get(given, "attributePrefix")?.text("attributePrefix")? {
        definition.attribute_prefix = prefix;
    }
    definition.on_full = get(given, "onFull")?
        .choice("onFull", &[("reject", OnFull::Reject), ("evictOldest", OnFull::EvictOldest)])?;
    definition.complete = read_rule(given)?;
    definition.check()?;
    Ok(definition)
}

/// When a join is complete: `complete`, or one of the properties of such an object.
fn read_rule(given: &JsValue) -> Result<Complete, DefinitionError> {
    match (get(given, "completeSlots")?, get(given, "completeArrivals")?) {
        (Value::Absent, Value::Absent) => {
            get(given, "complete")?.choice("complete", &[("all", Complete::All)])
        }
        (slots, Value::Absent) => Ok(Complete::Slots(count(slots, "complete.slots")?)),
        (Value::Absent, arrivals) => Ok(Complete::Arrivals(count(arrivals, "complete.arrivals")?)),
        _ => Err(DefinitionError::new("complete", "must not have both `slots` and `arrivals`")),
    }
}

fn read_slots(given: &JsValue) -> Result<Vec<Slot>, DefinitionError> {
    let slots = Reflect::get(given, &"slots".into()).map_err(|_| not_plain())?;
    let slots = slots.dyn_into::<Array>().map_err(|_| not_plain())?;
    let pairs = slots.iter().map(|pair| pair.dyn_into::<Array>().map_err(|_| not_plain()));
    pairs.map(|pair| pair.and_then(|pair| read_slot(&pair.get(0), &pair.get(1)))).collect()
}

fn read_slot(name: &JsValue, given: &JsValue) -> Result<Slot, DefinitionError> {
    let name = name.as_string().ok_or_else(not_plain)?;
    let shown: String = name.chars().take(64).collect();
    let option = |option: &str| format!("slots.{shown}.{option}");
    let word = |name| Ok(get(given, name)?.whole(&option(name), u32::MAX.into())?.map(in_u32));

    let mut slot = Slot::new(&name);
    if let Some(min) = word("min")? {
        slot.min = min;
    }
    slot.max = word("max")?.unwrap_or(slot.min.max(1));
    if let Some(relationship) = get(given, "relationship")?.text(&option("relationship"))? {
        slot.relationship = relationship;
    }
    slot.on_conflict = get(given, "onConflict")?.choice(
        &option("onConflict"),
        &[("keepFirst", OnConflict::KeepFirst), ("replace", OnConflict::Replace)],
    )?;
    Ok(slot)
}

/// A property of an object; an error where there is no object, or the property cannot be read.
fn get(object: &JsValue, option: &str) -> Result<Value, DefinitionError> {
    let value = Reflect::get(object, &option.into()).map_err(|_| not_plain())?;
    Ok(if value.is_undefined() {
        Value::Absent
    } else if let Some(number) = value.as_f64() {
        Value::Number(number)
    } else {
        value.as_string().map_or(Value::Other, Value::Text)
    })
}

fn not_plain() -> DefinitionError {
    DefinitionError::new("definition", "must be an object with plain properties")
}

/// A number that is known to fit.
fn in_u32(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn count(value: Value, option: &str) -> Result<u32, DefinitionError> {
    Ok(value.whole(option, u32::MAX.into())?.map_or(0, in_u32))
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
