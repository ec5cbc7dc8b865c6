//! The regions of memory that both sides see, and the state between calls.

use core::cell::RefCell;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::headroom;
use crate::link::LinkSelector;
use crate::trace_context::{MAX_HEADER_BYTES, RejectReason, Traceparent, encode_hex};

/// How many messages of a batch cross at a time.
const CHUNK: usize = 1024;

/// Room for text that is kept; what one call needs beyond it is given back by the next.
const KEPT_INPUT: usize = MAX_HEADER_BYTES * 2;

/// The characters of a trace id and a span id.
pub(super) const IDS: usize = 48;

/// Set in a length that stands for a text the host does not have; the rest is a [`RejectReason`]'s code.
pub(super) const NO_TEXT: u32 = 0x8000_0000;

/// Everything that is kept between calls.
pub(super) struct Regions {
    pub(super) input: Vec<u8>,
    pub(super) lengths: Vec<u32>,
    pub(super) numbers: Vec<f64>,
    pub(super) output: Vec<u8>,
    pub(super) links: Vec<u32>,
    pub(super) selector: Option<LinkSelector>,
    pub(super) seed: u64,
}

thread_local! {
    static REGIONS: RefCell<Regions> = const {
        RefCell::new(Regions {
            input: Vec::new(),
            lengths: Vec::new(),
            numbers: Vec::new(),
            output: Vec::new(),
            links: Vec::new(),
            selector: None,
            seed: 0,
        })
    };
}

/// Runs a call on the regions. Calls do not nest: nothing in the core calls back into JavaScript while it holds them.
///
/// A call that was cut short, by a trap or where the host's stack ended, holds them for ever. Then every other traps: no
/// answer is better than one that is made up.
pub(super) fn with<T>(call: impl FnOnce(&mut Regions) -> T) -> T {
    REGIONS.with(|regions| match regions.try_borrow_mut() {
        Ok(mut regions) => call(&mut regions),
        Err(_) => std::process::abort(),
    })
}

impl Regions {
    /// Begins an answer.
    pub(super) fn clear(&mut self) {
        self.numbers.clear();
        self.output.clear();
    }

    pub(super) fn number(&mut self, number: impl Into<f64>) {
        push(&mut self.numbers, number.into());
    }

    /// A count or a length. Exact below 2^53, which is more than there is memory.
    pub(super) fn count(&mut self, count: usize) {
        push(&mut self.numbers, count as f64);
    }
}

/// Adds a number to an answer. Not inlined: each copy of how a list grows is a tenth of a kilobyte, and answers are
/// written in many places.
#[inline(never)]
pub(super) fn push(numbers: &mut Vec<f64>, number: f64) {
    numbers.push(number);
}

/// Takes `len` bytes off the front of what is left of an input.
pub(super) fn take<'a>(input: &mut &'a [u8], len: usize) -> &'a [u8] {
    let (text, rest) = input.split_at_checked(len).unwrap_or((input, &[]));
    *input = rest;
    text
}

/// The traceparent that a length announces, or why there is none.
#[inline(always)]
pub(super) fn traceparent(input: &mut &[u8], len: u32) -> Result<Traceparent, RejectReason> {
    if len & NO_TEXT != 0 {
        let code = (len & !NO_TEXT) as usize;
        return Err(RejectReason::ALL.get(code).copied().unwrap_or(RejectReason::NotText));
    }
    Traceparent::parse(take(input, len as usize))
}

/// The trace id and the span id of a context, one after the other: what a host without a text to cut them from gets.
/// Not inlined, for it is needed in three places.
#[inline(never)]
pub(super) fn ids(traceparent: &Traceparent) -> [u8; IDS] {
    let mut text = [0; IDS];
    let (trace_id, span_id) = text.split_at_mut(32);
    encode_hex(&traceparent.trace_id.to_bytes(), trace_id);
    encode_hex(&traceparent.span_id.to_bytes(), span_id);
    text
}

/// The code of a reason: its place in [`RejectReason::ALL`].
pub(super) fn code(reason: RejectReason) -> u32 {
    reason as u32
}

/// Where the host writes text, with room for so many bytes; null where there is no memory for them. Valid until the next
/// call of this function.
#[wasm_bindgen]
pub fn input_address(bytes: usize) -> *mut u8 {
    with(|regions| {
        let wanted = bytes.max(KEPT_INPUT);
        if regions.input.len() < wanted || (regions.input.len() > KEPT_INPUT && wanted == KEPT_INPUT) {
            // Nothing of the old region is wanted, so it goes before the new one is made.
            regions.input = Vec::new();
            if headroom::block(wanted).capacity() < wanted {
                return core::ptr::null_mut();
            }
            regions.input = vec![0; wanted];
        }
        regions.input.as_mut_ptr()
    })
}

/// Where the host writes the lengths of a chunk's texts: room for 1024.
#[wasm_bindgen]
pub fn lengths_address() -> *mut u32 {
    with(|regions| {
        regions.lengths.resize(CHUNK, 0);
        regions.lengths.as_mut_ptr()
    })
}

/// Where the numbers of the last answer are.
#[wasm_bindgen]
pub fn numbers_address() -> *const f64 {
    with(|regions| regions.numbers.as_ptr())
}

/// Where the text of the last answer is.
#[wasm_bindgen]
pub fn output_address() -> *const u8 {
    with(|regions| regions.output.as_ptr())
}

/// Gives the tables that are made from now on a seed that no sender of messages can know.
#[wasm_bindgen]
pub fn set_seed(high: u32, low: u32) {
    with(|regions| {
        regions.seed = (u64::from(high) << 32) | u64::from(low);
        // Batches have one table, made with the seed there was.
        regions.selector = None;
    });
}
