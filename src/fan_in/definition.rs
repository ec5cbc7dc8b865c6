//! What a join waits for, how long, and within which bounds.

use core::fmt;

use crate::link::{Attributes, DEFAULT_MAX_LINKS};

/// How many slots a definition may have.
pub const MAX_SLOTS: usize = 1024;
/// How long the name of a definition or of a slot may be, in bytes.
const MAX_NAME_BYTES: usize = 256;

/// What a fan-in waits for.
///
/// ```
/// use spanlink::fan_in::{Definition, Slot};
///
/// let definition = Definition::new("fulfillment", 60_000, [Slot::new("payment"), Slot::new("inventory")]);
/// assert!(definition.check().is_ok());
///
/// let nothing = Definition::new("nothing", 60_000, []);
/// assert_eq!(nothing.check().unwrap_err().to_string(), "`slots` must name 1 to 1024 slots");
/// ```
#[derive(Clone, PartialEq, Debug)]
pub struct Definition {
    /// Which join this is; part of every completion id. 1 to 256 bytes.
    pub name: String,
    /// Which version of the definition this is. Default: 1.
    pub version: u32,
    /// What must arrive; links are listed in this order.
    pub slots: Vec<Slot>,
    /// When the join is complete. Default: [`Complete::All`].
    pub complete: Complete,
    /// How long a join waits, from its first arrival, in milliseconds; at least 1.
    pub timeout_ms: u64,
    /// How long a closed join is remembered, from its close, in milliseconds. It must cover the time in which the
    /// broker may deliver an event again: afterwards, and at once if it is 0, an event of the same key begins a new
    /// join. Default: `timeout_ms`.
    pub retain_ms: Option<u64>,
    /// How many joins may be open. Default: 100 000.
    pub max_pending: usize,
    /// How many closed joins are remembered; with 0, none is. Default: `max_pending`.
    pub max_tombstones: Option<usize>,
    /// How many bytes all joins together may take, as [`Stats::bytes`](super::Stats::bytes) counts them. Where
    /// joins are evicted, an eighth of them is for closed ones alone: there what was evicted waits to be handed out.
    /// Default: no limit.
    pub max_bytes: Option<usize>,
    /// How long a key may be, in bytes. Default: 1024.
    pub max_key_bytes: usize,
    /// What happens to a new join when there is no room. Default: [`OnFull::Reject`].
    pub on_full: OnFull,
    /// How many links an outcome may have. Default: [`DEFAULT_MAX_LINKS`].
    pub max_links: usize,
    /// What the names of an outcome's attributes begin with. Default: `fan_in`.
    pub attribute_prefix: String,
}

/// A prerequisite of a join.
#[derive(Clone, PartialEq, Debug)]
pub struct Slot {
    /// Its name. 1 to 256 bytes.
    pub name: String,
    /// How many events it needs; 0 makes it optional. Default: 1.
    pub min: u32,
    /// How many events it takes; at least 1 and at least `min`. Each is looked for among all that its join has. Default:
    /// the least possible.
    pub max: u32,
    /// What its events are to the span: `link.relationship` of their links. Default: the slot's name.
    pub relationship: String,
    /// Attributes of every link of the slot.
    pub attributes: Attributes,
    /// What another event does to a slot that takes one and has it. Default: [`OnConflict::KeepFirst`].
    pub on_conflict: OnConflict,
}

/// When a join is complete.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Complete {
    /// Every slot has as many events as it needs.
    #[default]
    All,
    /// So many slots are filled: each has an event, and as many as it needs.
    Slots(u32),
    /// So many events have arrived, in whichever slots.
    Arrivals(u32),
}

/// What another event does to a slot that takes one event and has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum OnConflict {
    /// Nothing: it is a conflict and not recorded.
    #[default]
    KeepFirst,
    /// It takes the place of the one that was there.
    Replace,
}

/// What happens to a new join when there is no room.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum OnFull {
    /// Its event is rejected; the consumer leaves it with the broker, and nothing is lost.
    #[default]
    Reject,
    /// The join that has waited longest is closed like an expired one.
    EvictOldest,
}

/// A definition that makes no sense.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DefinitionError {
    /// The option, such as `slots.payment.max`.
    pub option: String,
    /// What it must be, such as `must be at least 1`.
    pub expected: &'static str,
}

impl DefinitionError {
    /// An error about one option.
    #[inline(never)]
    fn new(option: &str, expected: &'static str) -> Self {
        Self { option: option.to_owned(), expected }
    }

    /// An error about one option of a slot.
    #[inline(never)]
    fn of_slot(slot: &str, option: &str, expected: &'static str) -> Self {
        // A name that is too long is not repeated in full.
        let shown = match slot.char_indices().nth(64) {
            Some((end, _)) => slot.get(..end).unwrap_or_default(),
            None => slot,
        };
        Self { option: ["slots.", shown, ".", option].concat(), expected }
    }
}

impl fmt::Display for DefinitionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.option, self.expected)
    }
}

impl core::error::Error for DefinitionError {}

impl Slot {
    /// A slot that takes one event and needs it.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            min: 1,
            max: 1,
            relationship: name.to_owned(),
            attributes: Attributes::default(),
            on_conflict: OnConflict::default(),
        }
    }

    /// How many events fill the slot.
    pub(super) fn filled_at(&self) -> u32 {
        self.min.max(1)
    }

    fn check(&self) -> Result<(), DefinitionError> {
        let (option, expected) = if self.max < 1 {
            ("max", "must be at least 1")
        } else if self.max < self.min {
            ("max", "must be at least `min`")
        } else if self.max > 1 && self.on_conflict == OnConflict::Replace {
            ("onConflict", "must not be `replace` where `max` is above 1")
        } else {
            return Ok(());
        };
        Err(DefinitionError::of_slot(&self.name, option, expected))
    }
}

impl Definition {
    /// A definition with every option at its default.
    pub fn new(name: &str, timeout_ms: u64, slots: impl IntoIterator<Item = Slot>) -> Self {
        Self {
            name: name.to_owned(),
            version: 1,
            slots: slots.into_iter().collect(),
            complete: Complete::All,
            timeout_ms,
            retain_ms: None,
            max_pending: 100_000,
            max_tombstones: None,
            max_bytes: None,
            max_key_bytes: 1024,
            on_full: OnFull::Reject,
            max_links: DEFAULT_MAX_LINKS,
            attribute_prefix: "fan_in".to_owned(),
        }
    }

    /// How long a closed join is remembered, in milliseconds.
    #[must_use]
    pub fn retain_ms(&self) -> u64 {
        self.retain_ms.unwrap_or(self.timeout_ms)
    }

    /// How many closed joins are remembered.
    #[must_use]
    pub fn max_tombstones(&self) -> usize {
        self.max_tombstones.unwrap_or(self.max_pending)
    }

    /// Whether anything is remembered of a join once it is closed.
    pub(super) fn remembers(&self) -> bool {
        self.retain_ms() > 0 && self.max_tombstones() > 0
    }

    /// The position of a slot.
    #[must_use]
    pub fn slot(&self, name: &str) -> Option<usize> {
        self.slots.iter().position(|slot| slot.name == name)
    }

    /// Checks that the definition makes sense.
    ///
    /// # Errors
    /// The first option that does not, among them a completion rule that can never hold.
    pub fn check(&self) -> Result<(), DefinitionError> {
        check_name("name", &self.name)?;
        if self.slots.is_empty() || self.slots.len() > MAX_SLOTS {
            return Err(DefinitionError::new("slots", "must name 1 to 1024 slots"));
        }
        for (index, slot) in self.slots.iter().enumerate() {
            check_name("slots", &slot.name)?;
            if self.slot(&slot.name) != Some(index) {
                return Err(DefinitionError::new("slots", "must have different names"));
            }
            slot.check()?;
        }
        self.check_rule()?;
        if self.timeout_ms == 0 {
            return Err(DefinitionError::new("timeoutMs", "must be at least 1"));
        }
        for (option, value) in [
            ("maxPending", Some(self.max_pending)),
            ("maxBytes", self.max_bytes),
            ("maxKeyBytes", Some(self.max_key_bytes)),
            ("maxLinks", Some(self.max_links)),
        ] {
            if value == Some(0) {
                return Err(DefinitionError::new(option, "must be at least 1"));
            }
        }
        check_name("attributePrefix", &self.attribute_prefix)
    }

    /// Checks that enough events can arrive for the completion rule to hold.
    fn check_rule(&self) -> Result<(), DefinitionError> {
        let (option, expected, least, most) = match self.complete {
            Complete::All => return Ok(()),
            Complete::Slots(count) => (
                "complete.slots",
                "must be from 1 to the number of slots, or it can never hold",
                count,
                u64::try_from(self.slots.len()).unwrap_or(u64::MAX),
            ),
            Complete::Arrivals(count) => (
                "complete.arrivals",
                "must be from 1 to the sum of `max` of all slots, or it can never hold",
                count,
                self.slots.iter().map(|slot| u64::from(slot.max)).sum(),
            ),
        };
        if least == 0 || u64::from(least) > most {
            return Err(DefinitionError::new(option, expected));
        }
        Ok(())
    }
}

fn check_name(option: &str, name: &str) -> Result<(), DefinitionError> {
    if name.is_empty() || name.len() > MAX_NAME_BYTES {
        return Err(DefinitionError::new(option, "must be text of 1 to 256 bytes"));
    }
    Ok(())
}
