//! The boundary to JavaScript, used as its host uses it.

#![cfg(target_arch = "wasm32")]

mod batches;
mod contexts;
mod definitions;
mod hexadecimal;
mod host;
mod joins;
mod limits;
mod table;
