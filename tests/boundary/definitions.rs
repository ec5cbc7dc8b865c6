//! Definitions as the host writes them.

use js_sys::{Array, Map};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use super::table::{A, B, COMPLETE, PENDING, define, definition, offer, slots, table, written};

fn error(definition: JsValue) -> String {
    define(&written(&definition)).err().unwrap_or_else(|| "no error".to_owned())
}

#[wasm_bindgen_test]
fn an_error_names_the_option() {
    let no_text = "must be text of 1 to 256 bytes";
    let not_zero = "must be at least 1";
    let slots_rule = "must be from 1 to the number of slots, or it can never hold";
    let arrivals_rule = "must be from 1 to the sum of `max` of all slots, or it can never hold";
    let cases: Vec<(&str, JsValue, &str, &str)> = vec![
        ("name", JsValue::UNDEFINED, "name", no_text),
        ("name", "".into(), "name", no_text),
        ("attributePrefix", "".into(), "attributePrefix", no_text),
        ("timeoutMs", JsValue::UNDEFINED, "timeoutMs", not_zero),
        ("timeoutMs", 0.into(), "timeoutMs", not_zero),
        ("maxPending", 0.into(), "maxPending", not_zero),
        ("maxBytes", 0.into(), "maxBytes", not_zero),
        ("maxKeyBytes", 0.into(), "maxKeyBytes", not_zero),
        ("maxLinks", 0.into(), "maxLinks", not_zero),
        ("slots", Array::new().into(), "slots", "must name 1 to 1024 slots"),
        ("slots", slots(&[("a", &[]), ("a", &[])]), "slots", "must have different names"),
        ("completeSlots", 3.into(), "complete.slots", slots_rule),
        ("completeSlots", 0.into(), "complete.slots", slots_rule),
        ("completeArrivals", 3.into(), "complete.arrivals", arrivals_rule),
    ];
    for (option, value, named, expected) in cases {
        assert_eq!(error(definition(&[(option, value)])), format!("`{named}` {expected}"));
    }
}

#[wasm_bindgen_test]
fn an_error_names_the_slot_and_its_option() {
    let of_slot = |name: &str| error(definition(&[("slots", slots(&[(name, &[("max", 0.into())])]))]));
    assert_eq!(of_slot("a"), "`slots.a.max` must be at least 1");
    // A name that is too long is not repeated in full.
    assert_eq!(of_slot(&"x".repeat(256)), format!("`slots.{}.max` must be at least 1", "x".repeat(64)));
    let message = of_slot(&"x".repeat(1_000_000));
    assert!(message.len() < 200, "{} bytes", message.len());
    let both: [(&str, JsValue); 2] = [("max", 2.into()), ("onConflict", "replace".into())];
    let message = error(definition(&[("slots", slots(&[("a", &both)]))]));
    assert_eq!(message, "`slots.a.onConflict` must not be `replace` where `max` is above 1");
}

#[wasm_bindgen_test]
fn the_largest_numbers_are_kept() {
    // A deadline of 2^53 milliseconds, for a definition that has all bits of a number.
    let most = 2_f64.powi(53) - 1.0;
    let sizes = ["version", "maxPending", "maxTombstones", "maxBytes", "maxLinks"];
    let mut options: Vec<(&str, JsValue)> =
        sizes.into_iter().map(|option| (option, f64::from(u32::MAX).into())).collect();
    options.extend([("timeoutMs", most.into()), ("retainMs", most.into())]);
    let mut table = table(&options);
    assert_eq!(offer(&mut table, 1.0, A), PENDING);
    assert_eq!(table.next_deadline(), most + 1.0);
}

#[wasm_bindgen_test]
fn bytes_that_are_no_definition_are_refused() {
    let whole = written(&definition(&[]));
    for len in 0..whole.len() {
        // Only the options of a slot may be missing, and all of the second slot: they have defaults.
        let missing = whole.len() - len;
        assert_eq!(
            define(&whole[..len]).is_ok(),
            matches!(missing, 0..=3 | 5..=8),
            "{missing} bytes missing"
        );
    }
    let refused = Some("`name` must be text of 1 to 256 bytes".to_owned());
    let not_text = [2, 0xc3, 0x28];
    let too_short = [0xff, 0xff, 0xff, 0x7f];
    let no_number = [0xff; 16];
    for bytes in [&not_text[..], &too_short, &no_number] {
        assert_eq!(define(bytes).err(), refused);
    }
}

#[wasm_bindgen_test]
fn undefined_is_not_given_and_unknown_options_are_not_read() {
    let options = ["version", "retainMs", "maxPending", "maxBytes", "completeSlots", "onFull"];
    let mut given = options.map(|option| (option, JsValue::UNDEFINED)).to_vec();
    given.push(("colour", Map::new().into()));
    let mut table = table(&given);
    assert_eq!(offer(&mut table, 1.0, A), PENDING);
    assert_eq!(offer(&mut table, 1.0, B), COMPLETE);
}
