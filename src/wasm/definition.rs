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

/// The options that a host wrote, one after the other, and the first that makes no sense.
struct Values<'a> {
    reader: Reader<'a>,
    /// The name of the slot whose options are read.
    slot: Option<&'a str>,
    error: Option<DefinitionError>,
}

/// Reads a definition: the values of its options in the order in which they are read here, and for each slot a text
/// with its name, and its options.
pub(super) fn read(given: &[u8]) -> Result<Definition, DefinitionError> {
    let mut values = Values { reader: Reader::new(given), slot: None, error: None };
    let name = values.text("name").unwrap_or_default();
    let mut definition = Definition::new(name, 0, []);
    let size = |size: u32| usize::try_from(size).unwrap_or(usize::MAX);
    definition.version = values.size("version").unwrap_or(definition.version);
    definition.timeout_ms = values.whole("timeoutMs", MOST).unwrap_or(0);
    definition.retain_ms = values.whole("retainMs", MOST);
    definition.max_pending = values.size("maxPending").map_or(definition.max_pending, size);
    definition.max_tombstones = values.size("maxTombstones").map(size);
    definition.max_bytes = values.size("maxBytes").map(size);
    definition.max_key_bytes = values.size("maxKeyBytes").map_or(definition.max_key_bytes, size);
    definition.max_links = values.size("maxLinks").map_or(definition.max_links, size);
    if let Some(prefix) = values.text("attributePrefix") {
        definition.attribute_prefix = prefix.to_owned();
    }
    if values.takes_second("onFull", ["reject", "evictOldest"], "must be `reject` or `evictOldest`") {
        definition.on_full = OnFull::EvictOldest;
    }
    definition.complete = values.rule();
    loop {
        match values.next() {
            Value::Text(name) => definition.slots.push(values.slot(name)),
            Value::Absent => break,
            _ => {
                values.refuse("slots", "must have text for names");
                break;
            }
        }
    }
    match values.error {
        Some(error) => Err(error),
        None => definition.check().map(|()| definition),
    }
}

/// The largest whole number that JavaScript keeps exactly.
const MOST: u64 = (1 << 53) - 1;

impl<'a> Values<'a> {
    #[inline(never)]
    fn next(&mut self) -> Value<'a> {
        let reader = &mut self.reader;
        let value = match reader.byte() {
            None | Some(0) => Some(Value::Absent),
            Some(1) => reader.array().map(|bytes| Value::Number(f64::from_le_bytes(*bytes))),
            Some(2) => reader.prefixed().and_then(|text| core::str::from_utf8(text).ok()).map(Value::Text),
            _ => None,
        };
        value.unwrap_or(Value::Other)
    }

    #[inline(never)]
    fn refuse(&mut self, option: &str, expected: &'static str) {
        self.error.get_or_insert_with(|| match self.slot {
            Some(slot) => DefinitionError::of_slot(slot, option, expected),
            None => DefinitionError::new(option, expected),
        });
    }

    #[inline(never)]
    fn whole(&mut self, option: &str, most: u64) -> Option<u64> {
        match self.next() {
            Value::Absent => return None,
            Value::Number(number) if (number as u64) as f64 == number && number as u64 <= most => {
                return Some(number as u64);
            }
            _ => {}
        }
        self.refuse(
            option,
            if most == MOST {
                "must be a whole number from 0 to 2^53 - 1"
            } else {
                "must be a whole number from 0 to 2^32 - 1"
            },
        );
        None
    }

    /// A whole number of 32 bits.
    fn size(&mut self, option: &str) -> Option<u32> {
        self.whole(option, u32::MAX.into()).and_then(|number| u32::try_from(number).ok())
    }

    #[inline(never)]
    fn text(&mut self, option: &str) -> Option<&'a str> {
        match self.next() {
            Value::Absent => {}
            Value::Text(text) => return Some(text),
            _ => self.refuse(option, "must be text"),
        }
        None
    }

    /// Whether an option is the second of two words; the first is the default.
    #[inline(never)]
    fn takes_second(&mut self, option: &str, [first, second]: [&str; 2], expected: &'static str) -> bool {
        match self.next() {
            Value::Absent => {}
            Value::Text(word) if word == first => {}
            Value::Text(word) if word == second => return true,
            _ => self.refuse(option, expected),
        }
        false
    }

    /// When a join is complete: `complete`, or one of the properties of such an object.
    fn rule(&mut self) -> Complete {
        let word = self.next();
        let slots = self.size("complete.slots");
        let arrivals = self.size("complete.arrivals");
        match (word, slots, arrivals) {
            (_, Some(_), Some(_)) => self.refuse("complete", "must not have both `slots` and `arrivals`"),
            (_, Some(slots), None) => return Complete::Slots(slots),
            (_, None, Some(arrivals)) => return Complete::Arrivals(arrivals),
            (Value::Absent | Value::Text("all"), ..) => {}
            _ => self.refuse("complete", "must be `all`, or have `slots` or `arrivals`"),
        }
        Complete::All
    }

    fn slot(&mut self, name: &'a str) -> Slot {
        self.slot = Some(name);
        let mut slot = Slot::new(name);
        slot.min = self.size("min").unwrap_or(slot.min);
        slot.max = self.size("max").unwrap_or(slot.min.max(1));
        if let Some(relationship) = self.text("relationship") {
            slot.relationship = relationship.to_owned();
        }
        let words = ["keepFirst", "replace"];
        if self.takes_second("onConflict", words, "must be `keepFirst` or `replace`") {
            slot.on_conflict = OnConflict::Replace;
        }
        self.slot = None;
        slot
    }
}
