//! A fan-in table at the boundary, as its host uses it: texts in, numbers and text out.

use js_sys::{Array, Object, Reflect};
use serde::Deserialize;
use spanlink::wasm::FanInTable;
use wasm_bindgen::JsValue;

use super::host::{lengths, numbers, output, text, write, write_lengths};

/// A length that stands for a text the host does not have, and a slot that the definition does not have.
pub(crate) const NONE: u32 = u32::MAX;

/// An object with these properties.
pub(crate) fn object(properties: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in properties {
        Reflect::set(&object, &(*name).into(), value).expect("a property");
    }
    object.into()
}

/// Slots as the host hands them over: pairs of a name and an object.
pub(crate) fn slots(slots: &[(&str, &[(&str, JsValue)])]) -> JsValue {
    let pair =
        |(name, properties): &(&str, &[(&str, JsValue)])| Array::of2(&(*name).into(), &object(properties));
    slots.iter().map(pair).collect::<Array>().into()
}

/// A definition of two slots, `a` and `b`, with these options beside or instead.
pub(crate) fn definition(options: &[(&str, JsValue)]) -> JsValue {
    let definition = object(&[
        ("name", "join".into()),
        ("timeoutMs", 1000.into()),
        ("slots", slots(&[("a", &[]), ("b", &[])])),
    ]);
    Object::assign(&definition.into(), &object(options).into()).into()
}

/// A definition as a program gives it. What is `undefined` is not given, and what is not an option is not read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Definition {
    name: Option<String>,
    attribute_prefix: Option<String>,
    version: Option<f64>,
    timeout_ms: Option<f64>,
    retain_ms: Option<f64>,
    max_pending: Option<f64>,
    max_tombstones: Option<f64>,
    max_bytes: Option<f64>,
    max_key_bytes: Option<f64>,
    max_links: Option<f64>,
    on_full: Option<String>,
    complete_slots: Option<f64>,
    complete_arrivals: Option<f64>,
    slots: Vec<(String, Slot)>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Slot {
    min: Option<f64>,
    max: Option<f64>,
    on_conflict: Option<String>,
}

/// A definition as the host writes it down.
pub(crate) fn written(definition: &JsValue) -> Vec<u8> {
    let given: Definition = serde_wasm_bindgen::from_value(definition.clone()).expect("a definition");
    let mut bytes = Vec::new();
    write_text(&mut bytes, given.name.as_deref().unwrap_or_default());
    write_text(&mut bytes, given.attribute_prefix.as_deref().unwrap_or("fan_in"));
    for size in [
        given.version,
        given.timeout_ms,
        given.retain_ms,
        given.max_pending,
        given.max_tombstones,
        given.max_bytes,
        given.max_key_bytes,
        given.max_links,
    ] {
        write_option(&mut bytes, size);
    }
    write_second(&mut bytes, given.on_full, "evictOldest");
    write_option(&mut bytes, given.complete_slots);
    write_option(&mut bytes, given.complete_arrivals);
    for (name, slot) in given.slots {
        write_text(&mut bytes, &name);
        write_option(&mut bytes, slot.min);
        write_option(&mut bytes, slot.max);
        write_second(&mut bytes, slot.on_conflict, "replace");
    }
    bytes
}

fn write_text(bytes: &mut Vec<u8>, text: &str) {
    write_number(bytes, text.len() as u64);
    bytes.extend(text.bytes());
}

/// A number as one more; 0 for what is not given.
fn write_option(bytes: &mut Vec<u8>, number: Option<f64>) {
    write_number(bytes, number.map_or(0, |number| number as u64 + 1));
}

/// Of two words, the second as 1.
fn write_second(bytes: &mut Vec<u8>, word: Option<String>, second: &str) {
    write_number(bytes, u64::from(word.is_some_and(|word| word == second)));
}

fn write_number(bytes: &mut Vec<u8>, mut number: u64) {
    while number > 0x7f {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// A table for a definition as the host writes it down, or why there is none.
pub(crate) fn define(written: &[u8]) -> Result<FanInTable, String> {
    write(&[written]);
    FanInTable::define(written.len()).ok_or_else(|| text(numbers(1)[0] as usize))
}

pub(crate) fn table(options: &[(&str, JsValue)]) -> FanInTable {
    define(&written(&definition(options))).unwrap_or_else(|error| panic!("{error}"))
}

/// An event to offer.
#[derive(Clone, Copy)]
pub(crate) struct Event<'a> {
    pub(crate) key: &'a str,
    pub(crate) slot: u32,
    pub(crate) traceparent: &'a str,
    pub(crate) tracestate: &'a str,
    pub(crate) id: Option<&'a str>,
    pub(crate) attributes: &'a [u8],
}

/// Events of the key `k` for both slots, with an id and a context.
pub(crate) const A: Event<'_> = Event {
    key: "k",
    slot: 0,
    traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    tracestate: "",
    id: Some("1"),
    attributes: &[],
};

pub(crate) const PENDING: u32 = 0;
pub(crate) const REPLACED: u32 = 1;
pub(crate) const COMPLETE: u32 = 2;
pub(crate) const REDELIVERED: u32 = 3;
pub(crate) const DUPLICATE: u32 = 4;
pub(crate) const LATE: u32 = 7;
pub(crate) const CONFLICT: u32 = 10;
pub(crate) const REJECTED: u32 = 11;
/// The phases that a duplicate and a late event are in.
pub(crate) const OF_COMPLETE: u32 = 1;
pub(crate) const OF_EXPIRED: u32 = 2;

pub(crate) const IDS: &str = "4bf92f3577b34da6a3ce929d0e0e473600f067aa0ba902b7";
pub(crate) const OTHER: &str = "00-af7651916cd43dd8448eb211c80319c6-b7ad6b7169203331-00";
pub(crate) const OTHER_IDS: &str = "af7651916cd43dd8448eb211c80319c6b7ad6b7169203331";
pub(crate) const B: Event<'_> = Event { slot: 1, traceparent: OTHER, ..A };

/// Offers an event. Gives what became of it.
pub(crate) fn offer(table: &mut FanInTable, now: f64, event: Event<'_>) -> u32 {
    let (offered, answers) = offer_all(table, now, &[event]);
    assert_eq!(offered, 1);
    answers[0] & 15
}

/// The words that announce an event.
pub(crate) fn words(event: &Event<'_>) -> [u32; 6] {
    let Event { key, slot, traceparent, tracestate, id, attributes } = *event;
    let id = id.map_or(NONE, |id| id.len() as u32);
    let len = |text: &str| text.len() as u32;
    [slot, len(key), len(traceparent), len(tracestate), id, attributes.len() as u32]
}

/// Offers events at once. Gives how many were offered, and the answers to all.
pub(crate) fn offer_all(table: &mut FanInTable, now: f64, events: &[Event<'_>]) -> (usize, Vec<u32>) {
    let mut texts = Vec::new();
    for Event { key, traceparent, tracestate, id, attributes, .. } in events {
        let text = [*key, traceparent, tracestate, id.unwrap_or_default()].concat();
        texts.extend([text.into_bytes(), attributes.to_vec()]);
    }
    write(&[&texts.concat()]);
    write_lengths(&events.iter().flat_map(words).collect::<Vec<u32>>());
    let offered = table.offer(now, events.len());
    let answers = lengths(6 * events.len() as u32).chunks(6).map(|words| words[0]).collect();
    (offered, answers)
}

pub(crate) fn settle(
    table: &mut FanInTable,
    now: f64,
    key: &str,
    span: Option<(f64, &str, &str, bool)>,
) -> u32 {
    let (flags, ids, tracestate, remote) = span.unwrap_or((0.0, "", "", false));
    write(&[key.as_bytes(), ids.as_bytes(), tracestate.as_bytes()]);
    table.settle(now, key.len(), ids.len(), flags, tracestate.len(), remote)
}

pub(crate) fn inspect(table: &mut FanInTable, key: &str) -> Option<Answer> {
    write(&[key.as_bytes()]);
    table.inspect(key.len()).then(Answer::read)
}

pub(crate) fn forget(table: &mut FanInTable, now: f64, key: &str) -> bool {
    write(&[key.as_bytes()]);
    table.forget(now, key.len())
}

/// The names of the statistics, in the order of their list.
const STATS: [&str; 18] = [
    "pending",
    "tombstones",
    "bytes",
    "offered",
    "arrivals",
    "completed",
    "redelivered",
    "duplicates",
    "late",
    "conflicts",
    "rejected",
    "replaced",
    "expired",
    "evicted",
    "settled",
    "forgotten",
    "tombstonesDropped",
    "undelivered",
];

pub(crate) fn stats(table: &FanInTable) -> impl Fn(&str) -> f64 + use<> {
    assert_eq!(table.stats(), STATS.len());
    let counts = numbers(STATS.len() as u32);
    move |name| counts[STATS.iter().position(|other| *other == name).expect("a name")]
}

/// A context: its flags, with 0x80 for a remote one, its ids and its tracestate.
pub(crate) type Context = Option<(f64, String, String)>;

/// What came together.
#[derive(Debug, PartialEq)]
pub(crate) struct Together {
    /// Arrivals, linkless, links dropped, first arrival, last arrival, wait.
    pub(crate) numbers: Vec<f64>,
    /// Slot, context and attributes of each.
    pub(crate) links: Vec<(f64, Context, Vec<u8>)>,
}

/// The numbers and the text of the last answer, read from front to back.
pub(crate) struct Answer {
    numbers: std::vec::IntoIter<f64>,
    text: std::vec::IntoIter<u8>,
}

impl Answer {
    pub(crate) fn read() -> Self {
        Self { numbers: numbers(500).into_iter(), text: output(10_000).into_iter() }
    }

    pub(crate) fn number(&mut self) -> f64 {
        self.numbers.next().expect("a number")
    }

    pub(crate) fn bytes(&mut self, len: usize) -> Vec<u8> {
        let bytes: Vec<u8> = self.text.by_ref().take(len).collect();
        assert_eq!(bytes.len(), len);
        bytes
    }

    pub(crate) fn text(&mut self, len: usize) -> String {
        String::from_utf8(self.bytes(len)).expect("text")
    }

    /// A list of slots, preceded by its length.
    pub(crate) fn slots(&mut self) -> Vec<f64> {
        let count = self.number() as usize;
        self.numbers.by_ref().take(count).collect()
    }

    /// The next context, its ids before the rest of it.
    pub(crate) fn context(&mut self) -> Context {
        let flags = self.number();
        (flags >= 0.0).then(|| {
            let ids = self.text(48);
            let (list, attributes) = self.rest();
            assert!(attributes.is_empty());
            (flags, ids, list)
        })
    }

    /// Tracestate and attributes of a context.
    fn rest(&mut self) -> (String, Vec<u8>) {
        let lengths = (self.number() as usize, self.number() as usize);
        (self.text(lengths.0), self.bytes(lengths.1))
    }

    pub(crate) fn together(&mut self) -> Together {
        let numbers = self.numbers.by_ref().take(6).collect();
        let ids: Vec<String> = (0..self.number() as usize).map(|_| self.text(48)).collect();
        let link = |ids| {
            let (slot, flags) = (self.number(), self.number());
            let (list, attributes) = self.rest();
            (slot, Some((flags, ids, list)), attributes)
        };
        let links = ids.into_iter().map(link).collect();
        Together { numbers, links }
    }
}
