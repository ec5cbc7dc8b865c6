//! Definitions as JavaScript gives them.

use js_sys::{Array, Map};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use super::table::{A, B, COMPLETE, PENDING, define, definition, object, offer, slots, table, written};

fn error(definition: JsValue) -> String {
    define(&written(&definition)).err().unwrap_or_else(|| "no error".to_owned())
}

#[wasm_bindgen_test]
fn an_error_names_the_option() {
    let number = |number: f64| JsValue::from(number);
    let cases: Vec<(&str, JsValue)> = vec![
        ("name", JsValue::UNDEFINED),
        ("name", "".into()),
        ("name", 7.into()),
        ("version", number(-1.0)),
        ("timeoutMs", JsValue::UNDEFINED),
        ("timeoutMs", number(0.0)),
        ("timeoutMs", number(1.5)),
        ("timeoutMs", number(f64::NAN)),
        ("timeoutMs", number(f64::INFINITY)),
        ("timeoutMs", number(2_f64.powi(53))),
        ("timeoutMs", "1000".into()),
        ("timeoutMs", true.into()),
        ("retainMs", number(-1.0)),
        ("maxPending", number(0.0)),
        ("maxPending", number(2_f64.powi(32))),
        ("maxTombstones", number(0.5)),
        ("maxBytes", "1MB".into()),
        ("maxKeyBytes", number(0.0)),
        ("maxLinks", Array::of1(&1.into()).into()),
        ("onFull", "drop".into()),
        ("onFull", object(&[])),
        ("complete", "any".into()),
        ("slots", Array::new().into()),
        ("attributePrefix", 5.into()),
        ("attributePrefix", "".into()),
    ];
    for (option, value) in cases {
        let message = error(definition(&[(option, value.clone())]));
        assert!(message.starts_with(&format!("`{option}` must ")), "{option} {value:?}: {message}");
    }
    for (option, value) in [("completeSlots", 3.0), ("completeSlots", 0.0), ("completeArrivals", 3.0)] {
        let message = error(definition(&[(option, value.into())]));
        let named = option.replace("complete", "`complete.").to_lowercase();
        assert!(
            message.starts_with(&format!("{named}` must be from 1 to the ")),
            "{option} {value}: {message}"
        );
    }
    let both = error(definition(&[("completeSlots", 1.into()), ("completeArrivals", 1.into())]));
    assert_eq!(both, "`complete` must not have both `slots` and `arrivals`");
}

#[wasm_bindgen_test]
fn an_error_names_the_slot_and_its_option() {
    for (option, value) in [
        ("min", JsValue::from(-1)),
        ("max", 0.into()),
        ("max", "2".into()),
        ("relationship", 1.into()),
        ("onConflict", "keepLast".into()),
    ] {
        let given = slots(&[("a", &[(option, value.clone())])]);
        let message = error(definition(&[("slots", given)]));
        assert!(
            message.starts_with(&format!("`slots.a.{option}` must be ")),
            "{option} {value:?}: {message}"
        );
    }
    // A name that is too long is not repeated in full.
    let long = "x".repeat(1_000_000);
    let message = error(definition(&[("slots", slots(&[(&long, &[("min", "1".into())])]))]));
    assert!(message.len() < 200, "{} bytes", message.len());
    let message = error(definition(&[("slots", slots(&[("a", &[]), ("a", &[])]))]));
    assert_eq!(message, "`slots` must have different names");
}

#[wasm_bindgen_test]
fn bytes_that_are_no_definition_are_refused() {
    let whole = written(&definition(&[]));
    for len in 0..whole.len() {
        // Only options of a slot may be missing, and all of the second slot: they have defaults.
        let missing = whole.len() - len;
        assert_eq!(
            define(&whole[..len]).is_ok(),
            matches!(missing, 0..=4 | 7..=11),
            "{missing} bytes missing"
        );
    }
    for byte in 3..=u8::MAX {
        assert_eq!(define(&[byte]).err(), Some("`name` must be text".to_owned()));
    }
    let not_text = [2, 2, 0xc3, 0x28];
    assert_eq!(define(&not_text).err(), Some("`name` must be text".to_owned()));
    let too_short = [2, 0xff, 0xff, 0xff, 0x7f];
    assert_eq!(define(&too_short).err(), Some("`name` must be text".to_owned()));
}

#[wasm_bindgen_test]
fn undefined_is_not_given_and_unknown_options_are_not_read() {
    let options = ["version", "retainMs", "maxPending", "maxBytes", "complete", "completeSlots", "onFull"];
    let mut given = options.map(|option| (option, JsValue::UNDEFINED)).to_vec();
    given.push(("colour", Map::new().into()));
    let mut table = table(&given);
    assert_eq!(offer(&mut table, 1.0, A), PENDING);
    assert_eq!(offer(&mut table, 1.0, B), COMPLETE);
}
