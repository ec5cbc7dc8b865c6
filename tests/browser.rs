//! The boundary to JavaScript once more, in a browser.

#![cfg(target_arch = "wasm32")]

#[path = "boundary/main.rs"]
mod boundary;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
