//! Random definitions and histories, from so few keys, ids and contexts that they meet.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use spanlink::fan_in::{Complete, Definition, OnConflict, OnFull, Slot};
use spanlink::{Attributes, SpanContext};

use crate::answers::Event;

/// The keys that histories are about. The last of them is always too long.
pub(crate) const KEYS: [&[u8]; 6] = [
    b"a",
    b"b",
    b"order-2",
    b"6f9619ff-8b86-d011-b42d-00c04fc964ff",
    b"\x00\xff",
    b"longer than forty bytes, which is the limit",
];
const MAX_KEY_BYTES: usize = 40;

/// One thing that happens to a table.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Offer(Event),
    /// An event comes again, counted from the last.
    Again(usize),
    /// The clock goes on, or back.
    Wait(i64),
    Expire,
    Settle(Vec<u8>, Option<SpanContext>),
    Forget(Vec<u8>),
}

prop_compose! {
    fn slot()(min in 0_u32..=2, more in 0_u32..=1, replace in any::<bool>()) -> Slot {
        let max = min.max(1) + more;
        let on_conflict = if replace && max == 1 { OnConflict::Replace } else { OnConflict::KeepFirst };
        Slot { min, max, on_conflict, ..Slot::new("slot") }
    }
}

/// One to three slots.
pub(crate) fn slots() -> impl Strategy<Value = Vec<Slot>> {
    vec(slot(), 1..=3).prop_map(|mut slots| {
        for (slot, name) in slots.iter_mut().zip(["x", "y", "z"]) {
            slot.name = name.to_owned();
        }
        slots
    })
}

fn rule() -> impl Strategy<Value = Complete> {
    prop_oneof![
        3 => Just(Complete::All),
        1 => (1_u32..=3).prop_map(Complete::Slots),
        1 => (1_u32..=5).prop_map(Complete::Arrivals),
    ]
}

prop_compose! {
    fn bounds()(
        max_pending in select(vec![1, 2, 3, 100, 100]),
        max_tombstones in option::of(0_usize..=3),
        // Room for one join or a few; an eighth is room for one that was evicted, or for none.
        max_bytes in option::weighted(0.4, prop_oneof![100_usize..=600, 600_usize..=1500]),
        evicts in any::<bool>(),
        max_links in 1_usize..=4,
    ) -> Definition {
        Definition {
            max_pending,
            max_tombstones,
            max_bytes,
            max_links,
            on_full: if evicts { OnFull::EvictOldest } else { OnFull::Reject },
            max_key_bytes: MAX_KEY_BYTES,
            ..Definition::new("join", 1, [])
        }
    }
}

/// A small definition that makes sense.
pub(crate) fn definition() -> impl Strategy<Value = Definition> {
    let retain_ms = option::of(select(vec![0, 1, 20, 200]));
    (bounds(), slots(), rule(), 1_u64..=50, retain_ms)
        .prop_map(|(bounds, slots, complete, timeout_ms, retain_ms)| Definition {
            slots,
            complete,
            timeout_ms,
            retain_ms,
            ..bounds
        })
        .prop_filter("a rule that can hold", |definition| definition.check().is_ok())
}

/// A context that differs for each `n`.
fn context(n: u8, flags: u8, trace_state: &str) -> SpanContext {
    let header = format!("00-{:032x}-{:016x}-0{flags}", u64::from(n) + 0xabc0, u64::from(n) + 0xdef0);
    SpanContext::extract([header], [trace_state]).expect("a valid context")
}

/// Contexts of a few spans.
pub(crate) fn contexts() -> impl Strategy<Value = SpanContext> {
    (0_u8..4, 0_u8..4, select(vec!["", "", "a=1", "a=1,b=2"]))
        .prop_map(|(n, flags, list)| context(n, flags, list))
}

fn keys() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        16 => (0_usize..3).prop_map(|at| KEYS[at].to_vec()),
        4 => (3_usize..6).prop_map(|at| KEYS[at].to_vec()),
        1 => Just(Vec::new()),
    ]
}

fn ids() -> impl Strategy<Value = Option<Vec<u8>>> {
    let short = select(vec!["1", "2", "3", "4", "5"]).prop_map(str::to_owned);
    // Of those with more than 64 bytes only a digest is kept.
    let long = select(vec!["a", "b"]).prop_map(|end| format!("{}{end}", "i".repeat(64)));
    let id = prop_oneof![16 => short, 4 => long, 1 => Just(String::new())];
    option::weighted(0.8, id.prop_map(String::into_bytes))
}

prop_compose! {
    fn events()(
        key in keys(),
        // More than a definition has, now and then.
        slot in prop_oneof![9 => Just(Some(0)), 6 => Just(Some(1)), 3 => Just(Some(2)), 1 => Just(None)],
        id in ids(),
        context in option::weighted(0.8, contexts()),
        // Some are so long that few fit.
        note in option::weighted(0.2, prop_oneof![0_usize..10, 100_usize..400]),
    ) -> Event {
        let mut attributes = Attributes::default();
        if let Some(len) = note {
            attributes.insert("note", "n".repeat(len).as_str());
        }
        Event { key, slot, id, context, attributes: attributes.encode() }
    }
}

/// A history.
pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        16 => events().prop_map(Step::Offer),
        4 => (0_usize..6).prop_map(Step::Again),
        3 => (-10_i64..=60).prop_map(Step::Wait),
        1 => select(vec![-3_600_000, 3_600_000, 200, -200]).prop_map(Step::Wait),
        3 => Just(Step::Expire),
        2 => (keys(), option::of(contexts())).prop_map(|(key, span)| Step::Settle(key, span)),
        1 => keys().prop_map(Step::Forget),
    ];
    vec(step, 1..60)
}
