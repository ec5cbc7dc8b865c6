//! Hexadecimal by vectors, which only WebAssembly has.

#[path = "../support/hexadecimal.rs"]
mod rules;

use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn every_byte_at_every_position_of_a_header_is_judged_by_the_rules() {
    rules::every_byte_at_every_position_of_a_header_is_judged_by_the_rules();
}

#[wasm_bindgen_test]
fn two_wrong_characters_do_not_make_up_for_each_other() {
    rules::two_wrong_characters_do_not_make_up_for_each_other();
}

#[wasm_bindgen_test]
fn every_byte_is_written_as_it_was_read() {
    rules::every_byte_is_written_as_it_was_read();
}
