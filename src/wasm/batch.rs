//! Batches: texts in chunks, verdicts for all of them at the end.

use wasm_bindgen::prelude::wasm_bindgen;

use super::regions::{code, traceparent, with};
use crate::link::{LinkSelector, Overflow, SelectOptions};

/// Begins a batch. `overflow` is 0 for sampled, 1 for first, 2 for last, 3 for split.
#[wasm_bindgen]
pub fn batch_start(dedupe: bool, max_links: usize, overflow: u32) {
    let overflow = match overflow {
        0 => Overflow::Sampled,
        1 => Overflow::First,
        2 => Overflow::Last,
        _ => Overflow::Split,
    };
    with(|regions| {
        let seed = regions.seed;
        let selector = regions.selector.get_or_insert_with(|| LinkSelector::with_seed(seed));
        selector.start(SelectOptions { dedupe, max_links, overflow });
    });
}

/// Takes the next `count` messages: their lengths are in the lengths, their texts, one after the other, in the input.
#[wasm_bindgen]
pub fn batch_push(count: usize) {
    with(|regions| {
        let Some(selector) = &mut regions.selector else { return };
        let mut input = regions.input.as_slice();
        for len in regions.lengths.iter().take(count) {
            selector.push(traceparent(&mut input, *len));
        }
    });
}

/// Ends the batch and gives the number of its links.
///
/// The numbers are the report (messages, linked, duplicates, missing, malformed, dropped, how many are named
/// rejected, and of each of these its index and its reason's code), then three for each link in order: the message's
/// index, the flags, how many messages it stands for.
#[wasm_bindgen]
pub fn batch_finish() -> usize {
    with(|regions| {
        regions.clear();
        let Some(selector) = &mut regions.selector else { return 0 };
        let report = selector.finish();
        let numbers = &mut regions.numbers;
        let counts = [
            report.messages,
            report.linked,
            report.duplicates,
            report.missing,
            report.malformed,
            report.dropped,
        ];
        numbers.extend(counts.map(|count| count as f64));
        numbers.push(report.rejected.len() as f64);
        for rejected in &report.rejected {
            numbers.extend([rejected.index as f64, code(rejected.reason).into()]);
        }
        let linked = report.linked;
        for link in selector.chosen() {
            let flags = link.traceparent.flags.bits();
            numbers.extend([link.message as f64, flags.into(), link.merged as f64]);
        }
        linked
    })
}

/// Writes the ids of `count` links, from the one at `first`, to the output: 48 characters each.
#[wasm_bindgen]
pub fn batch_ids(first: usize, count: usize) {
    with(|regions| {
        regions.output.clear();
        let Some(selector) = &regions.selector else { return };
        for link in selector.chosen().skip(first).take(count) {
            regions.output.extend_from_slice(&link.traceparent.trace_id.to_hex());
            regions.output.extend_from_slice(&link.traceparent.span_id.to_hex());
        }
    });
}
