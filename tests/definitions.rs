//! Definitions of fan-ins: what an error says, and what is left to the defaults.

#![cfg(not(target_arch = "wasm32"))]

use spanlink::fan_in::{Complete, Definition, FanIn, MAX_SLOTS, OnConflict, Slot};

fn two_slots() -> Definition {
    Definition::new("join", 1000, [Slot::new("a"), Slot::new("b")])
}

#[track_caller]
fn says(definition: Definition, message: &str) {
    let error = definition.check().expect_err("an error");
    assert_eq!(error.to_string(), message);
    assert_eq!(FanIn::new(definition.clone()).expect_err("an error"), error);
    assert_eq!(FanIn::with_seed(definition, 7).expect_err("an error"), error);
}

fn one_slot(slot: Slot) -> Definition {
    Definition { slots: vec![slot], ..two_slots() }
}

#[test]
fn an_error_names_the_option() {
    let text = "must be text of 1 to 256 bytes";
    says(Definition { name: String::new(), ..two_slots() }, &format!("`name` {text}"));
    says(Definition { name: "é".repeat(129), ..two_slots() }, &format!("`name` {text}"));
    says(Definition { attribute_prefix: String::new(), ..two_slots() }, &format!("`attributePrefix` {text}"));
    says(one_slot(Slot::new("")), &format!("`slots` {text}"));
    says(Definition { timeout_ms: 0, ..two_slots() }, "`timeoutMs` must be at least 1");
    says(Definition { max_pending: 0, ..two_slots() }, "`maxPending` must be at least 1");
    says(Definition { max_key_bytes: 0, ..two_slots() }, "`maxKeyBytes` must be at least 1");
    says(Definition { max_links: 0, ..two_slots() }, "`maxLinks` must be at least 1");
}

#[test]
fn an_error_names_the_slot() {
    let slot = || Slot::new("payment");
    says(one_slot(Slot { min: 0, max: 0, ..slot() }), "`slots.payment.max` must be at least 1");
    says(one_slot(Slot { min: 3, max: 2, ..slot() }), "`slots.payment.max` must be at least `min`");
    let replace = Slot { max: 2, on_conflict: OnConflict::Replace, ..slot() };
    says(one_slot(replace), "`slots.payment.onConflict` must not be `replace` where `max` is above 1");
    says(Definition { slots: vec![slot(), slot()], ..two_slots() }, "`slots` must have different names");
}

#[test]
fn slots_are_from_1_to_1024() {
    let definition = |count: usize| Definition {
        slots: (0..count).map(|n| Slot::new(&format!("slot-{n}"))).collect(),
        ..two_slots()
    };
    says(definition(0), "`slots` must name 1 to 1024 slots");
    says(definition(MAX_SLOTS + 1), "`slots` must name 1 to 1024 slots");
    assert_eq!(definition(MAX_SLOTS).check(), Ok(()));
}

#[test]
fn a_rule_must_be_able_to_hold() {
    let with = |complete: Complete| Definition { complete, ..two_slots() };
    for (rule, option, most) in [
        (Complete::Slots(0), "slots", "the number of slots"),
        (Complete::Slots(3), "slots", "the number of slots"),
        (Complete::Arrivals(0), "arrivals", "the sum of `max` of all slots"),
        (Complete::Arrivals(3), "arrivals", "the sum of `max` of all slots"),
    ] {
        let message = format!("`complete.{option}` must be from 1 to {most}, or it can never hold");
        says(with(rule), &message);
    }
    for rule in [Complete::All, Complete::Slots(1), Complete::Slots(2), Complete::Arrivals(2)] {
        assert_eq!(with(rule).check(), Ok(()), "{rule:?}");
    }
    // The sum of what all slots take does not overflow.
    let slots = ["a", "b", "c"].map(|name| Slot { max: u32::MAX, ..Slot::new(name) });
    let definition =
        Definition { slots: slots.to_vec(), complete: Complete::Arrivals(u32::MAX), ..two_slots() };
    assert_eq!(definition.check(), Ok(()));
}

#[test]
fn what_is_not_said_has_a_default() {
    let definition = two_slots();
    assert_eq!((definition.retain_ms(), definition.max_tombstones()), (1000, 100_000));
    assert_eq!((definition.slot("b"), definition.slot("c")), (Some(1), None));
    let definition = Definition { retain_ms: Some(0), max_tombstones: Some(0), max_pending: 5, ..definition };
    assert_eq!((definition.retain_ms(), definition.max_tombstones()), (0, 0));
    let definition = Definition { max_tombstones: None, ..definition };
    assert_eq!(definition.max_tombstones(), 5);
}
