//! A fan-in definition as the host writes it.

use crate::bytes::Reader;
use crate::fan_in::{Complete, Definition, DefinitionError, OnConflict, OnFull, Slot};

/// An option: absent, a number, text, or something that no option is.
enum Value<'a> {
    Absent,
    Number(f64),
    Text(&'a str),
    Other,
}

/// The options that a host wrote, one after the other.
struct Values<'a>(Reader<'a>);

/// Reads a definition: the values of its options in the order in which they are read here, and for each slot a text
/// with its name, and its options.
pub(super) fn read(given: &[u8]) -> Result<Definition, DefinitionError> {
    let mut values = Values(Reader::new(given));
    let name = values.next().text("name")?.unwrap_or_default();
    let mut definition = Definition::new(name, 0, []);
    if let Some(version) = values.next().size("version")? {
        definition.version = version;
    }
    definition.timeout_ms = values.next().whole("timeoutMs", MOST)?.unwrap_or(0);
    definition.retain_ms = values.next().whole("retainMs", MOST)?;
    if let Some(max_pending) = values.next().size("maxPending")? {
        definition.max_pending = max_pending as usize;
    }
    definition.max_tombstones = values.next().size("maxTombstones")?.map(|size| size as usize);
    definition.max_bytes = values.next().size("maxBytes")?.map(|size| size as usize);
    if let Some(max_key_bytes) = values.next().size("maxKeyBytes")? {
        definition.max_key_bytes = max_key_bytes as usize;
    }
    if let Some(max_links) = values.next().size("maxLinks")? {
        definition.max_links = max_links as usize;
    }
    if let Some(prefix) = values.next().text("attributePrefix")? {
        definition.attribute_prefix = prefix.to_owned();
    }
    if values.next().takes_second("onFull", ["reject", "evictOldest"])? {
        definition.on_full = OnFull::EvictOldest;
    }
    definition.complete = values.rule()?;
    loop {
        match values.next() {
            Value::Text(name) => definition.slots.push(values.slot(name)?),
            Value::Absent => break,
            _ => return Err(DefinitionError::new("slots", "must have text for names")),
        }
    }
    definition.check()?;
    Ok(definition)
}

/// The largest whole number that JavaScript keeps exactly.
const MOST: u64 = (1 << 53) - 1;

impl<'a> Values<'a> {
    fn next(&mut self) -> Value<'a> {
        let reader = &mut self.0;
        let value = match reader.byte() {
            None | Some(0) => Some(Value::Absent),
            Some(1) => reader.array().map(|bytes| Value::Number(f64::from_le_bytes(*bytes))),
            Some(2) => reader.prefixed().and_then(|text| core::str::from_utf8(text).ok()).map(Value::Text),
            _ => None,
        };
        value.unwrap_or(Value::Other)
    }

    /// When a join is complete: `complete`, or one of the properties of such an object.
    fn rule(&mut self) -> Result<Complete, DefinitionError> {
        match (self.next(), self.next(), self.next()) {
            (word, Value::Absent, Value::Absent) => {
                word.takes_second("complete", ["all", "all"])?;
                Ok(Complete::All)
            }
            (_, slots, Value::Absent) => {
                Ok(Complete::Slots(slots.size("complete.slots")?.unwrap_or_default()))
            }
            (_, Value::Absent, arrivals) => {
                Ok(Complete::Arrivals(arrivals.size("complete.arrivals")?.unwrap_or_default()))
            }
            _ => Err(DefinitionError::new("complete", "must not have both `slots` and `arrivals`")),
        }
    }

    fn slot(&mut self, name: &str) -> Result<Slot, DefinitionError> {
        let mut slot = Slot::new(name);
        // A name that is too long is not repeated in full.
        let shown: String = name.chars().take(64).collect();
        let option = |option: &str| ["slots.", &shown, ".", option].concat();
        if let Some(min) = self.next().size(&option("min"))? {
            slot.min = min;
        }
        slot.max = self.next().size(&option("max"))?.unwrap_or(slot.min.max(1));
        if let Some(relationship) = self.next().text(&option("relationship"))? {
            slot.relationship = relationship.to_owned();
        }
        if self.next().takes_second(&option("onConflict"), ["keepFirst", "replace"])? {
            slot.on_conflict = OnConflict::Replace;
        }
        Ok(slot)
    }
}

impl<'a> Value<'a> {
    fn whole(self, option: &str, most: u64) -> Result<Option<u64>, DefinitionError> {
        match self {
            Self::Absent => Ok(None),
            Self::Number(number) if (number as u64) as f64 == number && number as u64 <= most => {
                Ok(Some(number as u64))
            }
            _ => Err(DefinitionError::new(option, format!("must be a whole number from 0 to {most}"))),
        }
    }

    /// A whole number of 32 bits.
    fn size(self, option: &str) -> Result<Option<u32>, DefinitionError> {
        Ok(self.whole(option, u32::MAX.into())?.map(|number| u32::try_from(number).unwrap_or(u32::MAX)))
    }

    fn text(self, option: &str) -> Result<Option<&'a str>, DefinitionError> {
        match self {
            Self::Absent => Ok(None),
            Self::Text(text) => Ok(Some(text)),
            _ => Err(DefinitionError::new(option, "must be text")),
        }
    }

    /// Whether it is the second of two words; the first is the default.
    fn takes_second(self, option: &str, [first, second]: [&str; 2]) -> Result<bool, DefinitionError> {
        match self {
            Self::Absent => Ok(false),
            Self::Text(word) if word == first => Ok(false),
            Self::Text(word) if word == second => Ok(true),
            _ if first == second => Err(DefinitionError::new(option, ["must be `", first, "`"].concat())),
            _ => Err(DefinitionError::new(option, ["must be `", first, "` or `", second, "`"].concat())),
        }
    }
}
