//! Memory that comes to its end: events are rejected before that, for what the allocator cannot give ends the process,
//! and a WebAssembly instance with every join in it. One test, for the allocator counts for all of them.

#![cfg(not(target_arch = "wasm32"))]

use std::alloc::System;

use cap::Cap;
use spanlink::SpanContext;
use spanlink::fan_in::{Definition, FanIn, Offer, OnFull, Outcome, Rejection, Slot};

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// What a table may take.
const ROOM: usize = 12 << 20;

fn key(number: u64) -> Vec<u8> {
    format!("order-{number:026}").into_bytes()
}

/// Offers an event; says whether its join waits, or else it has no room.
fn waits(fan_in: &mut FanIn, number: u64, slot: usize, attributes: &[u8]) -> bool {
    let header = format!("00-0000000000000000000000000000000a-{:016x}-01", number + 1);
    let context = SpanContext::extract([header], [""; 0]).ok();
    let context = context.as_ref().map(Into::into);
    match fan_in.offer(0, &Offer { context, attributes, ..Offer::new(&key(number), Some(slot)) }) {
        Outcome::Pending { .. } => true,
        Outcome::Rejected(Rejection::Capacity) => false,
        other => panic!("{other:?}"),
    }
}

#[test]
fn no_memory_is_no_room() {
    for on_full in [OnFull::Reject, OnFull::EvictOldest] {
        for attributes in [0, 100, 40_000] {
            let attributes = vec![0; attributes];
            let slots = [Slot::new("a"), Slot::new("b"), Slot::new("c")];
            let definition = Definition::new("join", 1000, slots);
            let mut fan_in = FanIn::new(Definition { max_pending: 1_000_000, on_full, ..definition })
                .expect("a definition that makes sense");
            ALLOCATOR.set_limit(ALLOCATOR.allocated() + ROOM).expect("no less than there is");

            // Joins of two events each, until there is no memory for one more.
            let mut number = 0;
            while (0..2).all(|slot| waits(&mut fan_in, number, slot, &attributes)) {
                number += 1;
                assert!(number < 1_000_000, "there is an end");
            }
            let full = fan_in.stats();
            assert_eq!((full.rejected, full.evicted), (1, 0));
            assert!(full.bytes > ROOM as u64 / 2, "{} bytes", full.bytes);
            for another in 1..1000 {
                waits(&mut fan_in, number + another, 0, &attributes);
            }

            // Joins that go make room for others.
            let gone = full.pending / 2;
            for number in 0..gone {
                assert!(fan_in.forget(0, &key(number)));
            }
            for number in 0..gone / 2 {
                assert!(waits(&mut fan_in, number, 0, &attributes));
            }

            // And all of them end, though each takes a little more for that.
            let pending = fan_in.stats().pending;
            let mut ended = 0;
            while let Some(expired) = fan_in.expire_next(1000) {
                assert_eq!(expired.joined.links().count(), expired.joined.arrivals());
                ended += 1;
            }
            assert_eq!((ended, fan_in.stats().pending), (pending, 0));
            ALLOCATOR.set_limit(usize::MAX).expect("no less than there is");
        }
    }
}
