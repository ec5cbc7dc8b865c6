//! What the JavaScript side does at the boundary: it writes text into the regions of memory, calls with lengths, and
//! reads numbers and text. A view is made anew after every call, for memory may have grown.

use js_sys::{Float64Array, Uint8Array, Uint32Array, WebAssembly};
use spanlink::wasm;
use wasm_bindgen::{JsCast, JsValue};

/// Set in a length that stands for the code of a reason.
pub(crate) const NO_TEXT: u32 = 0x8000_0000;

pub(crate) fn buffer() -> JsValue {
    wasm_bindgen::memory().unchecked_into::<WebAssembly::Memory>().buffer()
}

/// Writes texts to the input, one after the other.
pub(crate) fn write(texts: &[&[u8]]) {
    let all = texts.concat();
    let start = wasm::input_address(all.len()) as u32;
    Uint8Array::new(&buffer()).set(&Uint8Array::from(&all[..]), start);
}

/// Writes the lengths of a chunk of a batch.
pub(crate) fn write_lengths(lengths: &[u32]) {
    let start = wasm::lengths_address() as u32;
    Uint32Array::new(&buffer()).set(&Uint32Array::from(lengths), start / 4);
}

/// So many of those lengths, or what stands there now.
pub(crate) fn lengths(count: u32) -> Vec<u32> {
    words(wasm::lengths_address() as u32, count)
}

/// So many links of the last batch.
pub(crate) fn links(count: u32) -> Vec<u32> {
    words(wasm::links_address() as u32, count)
}

fn words(start: u32, count: u32) -> Vec<u32> {
    Uint32Array::new_with_byte_offset(&buffer(), start).slice(0, count).to_vec()
}

/// So many numbers of the last answer. They are copied out of the memory at once: taking them here may make it grow.
pub(crate) fn numbers(count: u32) -> Vec<f64> {
    let start = wasm::numbers_address() as u32;
    Float64Array::new_with_byte_offset(&buffer(), start).slice(0, count).to_vec()
}

/// So many bytes of the last answer's text.
pub(crate) fn output(len: usize) -> Vec<u8> {
    let start = wasm::output_address() as u32;
    Uint8Array::new_with_byte_offset(&buffer(), start).slice(0, len as u32).to_vec()
}

/// So many bytes of the last answer's text, which are ASCII.
pub(crate) fn text(len: usize) -> String {
    String::from_utf8(output(len)).expect("text")
}
