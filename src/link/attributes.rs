//! Attributes, and the bytes they are kept as in a join's log.

use crate::bytes::{Reader, Writer};

/// The value of an attribute. Source: OpenTelemetry specification, Common, Attribute.
#[derive(Clone, PartialEq, Debug)]
pub enum AttributeValue {
    /// A boolean.
    Bool(bool),
    /// A whole number.
    I64(i64),
    /// A floating point number.
    F64(f64),
    /// Text.
    String(String),
    /// Several values; `None` where a host had no value.
    Array(Vec<Option<AttributeValue>>),
}

impl From<&str> for AttributeValue {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

/// Named values in the order they were set; each name once.
///
/// ```
/// use spanlink::{AttributeValue, Attributes};
///
/// let mut attributes = Attributes::default();
/// attributes.insert("link.relationship", "triggered_by");
/// attributes.insert("event.id", AttributeValue::I64(42));
/// assert_eq!(Attributes::decode(&attributes.encode()), Some(attributes));
/// ```
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Attributes(Vec<(String, AttributeValue)>);

const NULL: u8 = 0;
const FALSE: u8 = 1;
const TRUE: u8 = 2;
const I64: u8 = 3;
const F64: u8 = 4;
const STRING: u8 = 5;
const ARRAY: u8 = 6;

impl Attributes {
    /// Sets a value; another of the same name is replaced where it stands.
    pub fn insert(&mut self, name: &str, value: impl Into<AttributeValue>) {
        let value = value.into();
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }

    /// The value of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&AttributeValue> {
        self.iter().find_map(|(known, value)| (known == name).then_some(value))
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &AttributeValue)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The bytes that a join's log keeps: a name and a tagged value each, one after the other.
    ///
    /// Names, texts and arrays are preceded by their length as a LEB128 number; numbers are eight bytes, least
    /// significant first. No attributes are no bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut writer = Writer::new(&mut bytes);
        for (name, value) in self.iter() {
            writer.prefixed(name.as_bytes());
            encode_value(&mut writer, Some(value));
        }
        bytes
    }

    /// Reads what [`encode`](Self::encode) wrote; `None` for anything else.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let mut attributes = Self::default();
        while !reader.is_empty() {
            let name = core::str::from_utf8(reader.prefixed()?).ok()?;
            attributes.insert(name, decode_value(&mut reader, true)??);
        }
        Some(attributes)
    }
}

fn encode_value(writer: &mut Writer<'_>, value: Option<&AttributeValue>) {
    match value {
        None => writer.byte(NULL),
        Some(AttributeValue::Bool(false)) => writer.byte(FALSE),
        Some(AttributeValue::Bool(true)) => writer.byte(TRUE),
        Some(AttributeValue::I64(number)) => {
            writer.byte(I64);
            writer.raw(&number.to_le_bytes());
        }
        Some(AttributeValue::F64(number)) => {
            writer.byte(F64);
            writer.raw(&number.to_le_bytes());
        }
        Some(AttributeValue::String(text)) => {
            writer.byte(STRING);
            writer.prefixed(text.as_bytes());
        }
        Some(AttributeValue::Array(items)) => {
            writer.byte(ARRAY);
            writer.number(u64::try_from(items.len()).unwrap_or(u64::MAX));
            for item in items {
                encode_value(writer, item.as_ref());
            }
        }
    }
}

/// The next value; an array inside an array is refused, so hostile bytes cannot nest.
fn decode_value(reader: &mut Reader<'_>, arrays: bool) -> Option<Option<AttributeValue>> {
    Some(match reader.byte()? {
        NULL => None,
        FALSE => Some(AttributeValue::Bool(false)),
        TRUE => Some(AttributeValue::Bool(true)),
        I64 => Some(AttributeValue::I64(i64::from_le_bytes(*reader.array()?))),
        F64 => Some(AttributeValue::F64(f64::from_le_bytes(*reader.array()?))),
        STRING => Some(core::str::from_utf8(reader.prefixed()?).ok()?.into()),
        ARRAY if arrays => {
            let count = reader.number()?;
            let items: Option<Vec<_>> = (0..count).map(|_| decode_value(reader, false)).collect();
            Some(AttributeValue::Array(items?))
        }
        _ => return None,
    })
}
