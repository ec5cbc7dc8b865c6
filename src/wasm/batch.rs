//! Batches: texts in chunks, verdicts for all of them at the end.

use wasm_bindgen::prelude::wasm_bindgen;

use super::regions::{IDS, code, ids, push, traceparent, with};
use crate::link::{LinkSelector, Overflow, SelectOptions};

/// Links whose words keep their room from one batch to the next.
const KEPT_LINKS: usize = 4096;

/// Begins a batch of so many messages. `overflow` is 0 for sampled, 1 for first, 2 for last, 3 for split. Gives false
/// where there is no memory for them.
#[wasm_bindgen]
pub fn batch_start(messages: usize, dedupe: bool, max_links: usize, overflow: u32) -> bool {
    let overflow = match overflow {
        0 => Overflow::Sampled,
        1 => Overflow::First,
        2 => Overflow::Last,
        _ => Overflow::Split,
    };
    with(|regions| {
        let seed = regions.seed;
        let selector = regions.selector.get_or_insert_with(|| LinkSelector::with_seed(seed));
        selector.try_start(SelectOptions { dedupe, max_links, overflow }, messages).is_ok()
    })
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

/// Stands for the number of links where there is no memory for them.
const NO_MEMORY: usize = usize::MAX;

/// Ends the batch and gives the number of its links; 0xffff_ffff where there is no memory for the answer.
///
/// The numbers are the report: messages, linked, duplicates, missing, malformed, dropped, how many are named rejected,
/// how many links stand for several messages; then of each rejected its index and its reason's code; then of each link
/// for several its position among the links, and how many. The links themselves are at [`links_address`]: a word each.
#[wasm_bindgen]
pub fn batch_finish() -> usize {
    with(|regions| {
        regions.clear();
        regions.links.clear();
        let Some(selector) = &mut regions.selector else { return 0 };
        let report = selector.finish();
        let counts = [
            report.messages,
            report.linked,
            report.duplicates,
            report.missing,
            report.malformed,
            report.dropped,
            report.rejected.len(),
            0,
        ];
        let numbers = &mut regions.numbers;
        counts.iter().for_each(|count| push(numbers, *count as f64));
        for rejected in &report.rejected {
            push(numbers, rejected.index as f64);
            push(numbers, code(rejected.reason).into());
        }
        let linked = report.linked;
        // No more links stand for several messages than there are messages beside the first of each.
        let merged = linked.min(report.duplicates).saturating_mul(2);
        if regions.links.try_reserve(linked).is_err() || numbers.try_reserve(merged).is_err() {
            return NO_MEMORY;
        }
        let mut merged = 0_u32;
        for (position, link) in selector.chosen().enumerate() {
            // A host has fewer than 2^30 messages at once: it needs at least four bytes for each.
            regions.links.push(((link.message as u32) << 2) | u32::from(link.traceparent.flags.bits()));
            if link.merged > 1 {
                push(numbers, position as f64);
                push(numbers, link.merged as f64);
                merged = merged.saturating_add(1);
            }
        }
        if let Some(count) = numbers.get_mut(7) {
            *count = merged.into();
        }
        linked
    })
}

/// Where the links of the last batch are: the message's index times four, plus the flags.
#[wasm_bindgen]
pub fn links_address() -> *const u32 {
    with(|regions| regions.links.as_ptr())
}

/// Writes the ids of `count` links, from the one at `first`, to the output: 48 characters each.
#[wasm_bindgen]
pub fn batch_ids(first: usize, count: usize) {
    with(|regions| {
        let Some(selector) = &regions.selector else { return };
        let links = selector.chosen_from(first, count);
        let most = links.size_hint().1.unwrap_or(0);
        regions.output.resize(most.saturating_mul(IDS), 0);
        let (texts, _) = regions.output.as_chunks_mut::<IDS>();
        for (text, link) in texts.iter_mut().zip(links) {
            *text = ids(&link.traceparent);
        }
    });
}

/// Forgets the batch. Room that only a larger burst needs is given back, to whatever needs it next.
#[wasm_bindgen]
pub fn batch_end() {
    with(|regions| {
        if let Some(selector) = &mut regions.selector {
            selector.release();
        }
        if regions.links.capacity() > KEPT_LINKS {
            regions.links = Vec::new();
        }
    });
}
