//! A fan-in definition as the host writes it. That each option is of its kind, the host has seen to.

use crate::bytes::Reader;
use crate::fan_in::{Complete, Definition, OnConflict, OnFull, Slot};

/// Reads a definition: its name, the prefix of its attributes, and the numbers of its options in the order in which they
/// are read here; then for each slot its name and the numbers of its options.
pub(super) fn read(given: &[u8]) -> Definition {
    let mut values = Values(Reader::new(given));
    let mut definition = Definition::new(values.text(), 0, []);
    values.text().clone_into(&mut definition.attribute_prefix);
    definition.version = values.size().unwrap_or(definition.version);
    definition.timeout_ms = values.whole().unwrap_or(0);
    definition.retain_ms = values.whole();
    definition.max_pending = values.size().map_or(definition.max_pending, count);
    definition.max_tombstones = values.size().map(count);
    definition.max_bytes = values.size().map(count);
    definition.max_key_bytes = values.size().map_or(definition.max_key_bytes, count);
    definition.max_links = values.size().map_or(definition.max_links, count);
    if values.size().is_some() {
        definition.on_full = OnFull::EvictOldest;
    }
    definition.complete = match (values.size(), values.size()) {
        (Some(slots), _) => Complete::Slots(slots),
        (None, Some(arrivals)) => Complete::Arrivals(arrivals),
        (None, None) => Complete::All,
    };
    while !values.0.is_empty() {
        definition.slots.push(values.slot());
    }
    definition
}

fn count(size: u32) -> usize {
    size as usize
}

struct Values<'a>(Reader<'a>);

impl<'a> Values<'a> {
    fn text(&mut self) -> &'a str {
        self.0.prefixed().and_then(|text| core::str::from_utf8(text).ok()).unwrap_or_default()
    }

    /// A number of up to 53 bits, which is written as one more; 0 is for an option that is absent.
    fn whole(&mut self) -> Option<u64> {
        self.0.number()?.checked_sub(1)
    }

    /// A number of 32 bits.
    #[inline(never)]
    fn size(&mut self) -> Option<u32> {
        self.whole().map(|number| number as u32)
    }

    fn slot(&mut self) -> Slot {
        let mut slot = Slot::new(self.text());
        slot.min = self.size().unwrap_or(slot.min);
        slot.max = self.size().unwrap_or(slot.min.max(1));
        if self.size().is_some() {
            slot.on_conflict = OnConflict::Replace;
        }
        slot
    }
}
