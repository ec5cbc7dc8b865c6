//! The boundary to JavaScript: the only place that knows wasm-bindgen.
//!
//! Calls pass numbers over shared regions of memory: the host writes text into the *input*, calls a function with
//! lengths, and reads *numbers* and *output* text. Nothing is allocated for them once the regions have their size. Cold
//! calls cross the same way: a definition as bytes, statistics as numbers. So the module imports nothing, which spares a
//! cold start more than 1 ms (see scripts/importless.mjs): a list made with serde-wasm-bindgen needs functions of the
//! host. Text is sliced by the host from its own strings wherever it can be; ids cross as text only where the host has
//! none.
//!
//! No function here panics, and what may need much memory asks for it first: a trap leaves the whole instance unusable,
//! and then every call traps.
//!
//! | region | written by | holds |
//! |---|---|---|
//! | input | host | the texts a call is about, one after the other |
//! | lengths | host | the length of each text of a chunk of a batch, or why there is none; for events, six words each |
//! | numbers | core | the answer's numbers, as 64-bit floats |
//! | links | core | a word for each link of a batch: the message's index, and the flags |
//! | output | core | the answer's text |

mod batch;
mod contexts;
mod definition;
mod fan_in;
mod regions;

/// Of all that allocates, it is the smallest that neither leaks nor searches: 1.6 KiB less of a compressed module than
/// the standard library's, and a little faster.
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

pub use batch::{batch_end, batch_finish, batch_ids, batch_push, batch_start, links_address};
pub use contexts::{
    convert_b3_multi, convert_b3_single, convert_xray, format_traceparent, parse_headers, parsed_ids,
    scan_tracestate, scan_tracestates, tracestate_get, tracestate_set, tracestate_unset,
};
pub use fan_in::FanInTable;
pub use regions::{input_address, lengths_address, numbers_address, output_address, set_seed};
