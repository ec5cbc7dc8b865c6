//! Hexadecimal by words, as on the host; `tests/boundary/` has the same for WebAssembly's vectors.

#![cfg(not(target_arch = "wasm32"))]

#[path = "support/hexadecimal.rs"]
mod rules;

#[test]
fn every_byte_at_every_position_of_a_header_is_judged_by_the_rules() {
    rules::every_byte_at_every_position_of_a_header_is_judged_by_the_rules();
}

#[test]
fn two_wrong_characters_do_not_make_up_for_each_other() {
    rules::two_wrong_characters_do_not_make_up_for_each_other();
}

#[test]
fn every_byte_is_written_as_it_was_read() {
    rules::every_byte_is_written_as_it_was_read();
}
