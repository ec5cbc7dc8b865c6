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
    waits_at(fan_in, 0, number, slot, attributes)
}

fn waits_at(fan_in: &mut FanIn, now: i64, number: u64, slot: usize, attributes: &[u8]) -> bool {
    let header = format!("00-0000000000000000000000000000000a-{:016x}-01", number + 1);
    let context = SpanContext::extract([header], [""; 0]).ok();
    let context = context.as_ref().map(Into::into);
    match fan_in.offer(now, &Offer { context, attributes, ..Offer::new(&key(number), Some(slot)) }) {
        Outcome::Pending { .. } => true,
        Outcome::Rejected(Rejection::Capacity) => false,
        other => panic!("{other:?}"),
    }
}

#[test]
fn no_memory_is_no_room() {
    the_end_may_come_wherever();
    for on_full in [OnFull::Reject, OnFull::EvictOldest] {
        for attributes in [0, 100, 40_000] {
            let attributes = vec![0; attributes];
            let mut fan_in = table(on_full);
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
            all_end(&mut fan_in);
            ALLOCATOR.set_limit(usize::MAX).expect("no less than there is");
        }
    }
    // What a long join takes when it is looked at and when it ends is left by those that came after it.
    for now in [0, 1] {
        let mut fan_in = table(OnFull::Reject);
        ALLOCATOR.set_limit(ALLOCATOR.allocated() + 2 * ROOM).expect("no less than there is");
        let long = vec![0; 1_000_000];
        assert!(waits_at(&mut fan_in, now, 0, 0, &long));
        let mut number = 1;
        while waits(&mut fan_in, number, 0, &[]) {
            number += 1;
        }
        let full = fan_in.stats().bytes;
        assert!(full > ROOM as u64 / 3, "{full} bytes");
        assert!(fan_in.inspect(&key(0)).is_some());
        all_end(&mut fan_in);
        ALLOCATOR.set_limit(usize::MAX).expect("no less than there is");
    }
}

/// Also where the index or a queue is about to grow, by more than is always left: of those that are due before others
/// one is a heap.
fn the_end_may_come_wherever() {
    for (clock, rooms) in [(0, 10 << 20..18 << 20), (-1, 15 << 20..22 << 20)] {
        for room in rooms.step_by(1 << 19) {
            let mut fan_in = table(OnFull::Reject);
            ALLOCATOR.set_limit(ALLOCATOR.allocated() + room).expect("no less than there is");
            let mut number = 0;
            while waits_at(&mut fan_in, clock * number as i64, number, 0, &[]) {
                number += 1;
            }
            assert!(fan_in.stats().bytes > room as u64 / 3, "{:?}", fan_in.stats());
            ALLOCATOR.set_limit(usize::MAX).expect("no less than there is");
        }
    }
}

/// A table for joins of three.
fn table(on_full: OnFull) -> FanIn {
    let definition = Definition::new("join", 1000, ["a", "b", "c"].map(Slot::new));
    FanIn::new(Definition { max_pending: 1_000_000, on_full, ..definition })
        .expect("a definition that makes sense")
}

/// Ends all joins there are.
fn all_end(fan_in: &mut FanIn) {
    let pending = fan_in.stats().pending;
    let mut ended = 0;
    while let Some(expired) = fan_in.expire_next(1001) {
        assert_eq!(expired.joined.links().count(), expired.joined.arrivals());
        ended += 1;
    }
    assert_eq!((ended, fan_in.stats().pending), (pending, 0));
}
