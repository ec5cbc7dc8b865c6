//! Lengths and times that make no sense, texts that are long, memory that grows.

use js_sys::Uint8Array;
use spanlink::wasm::*;
use wasm_bindgen_test::wasm_bindgen_test;

use super::batches::finish;
use super::host::{buffer, lengths, text, write, write_lengths};
use super::table::{
    A, B, COMPLETE, DUPLICATE, Event, NONE, OF_COMPLETE, PENDING, REJECTED, forget, inspect, offer, stats,
    table,
};

const HEADER: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
/// What the header is when it is too long.
const BAD_LENGTH: u32 = 0x103;
/// Room for text that is always there.
const KEPT_INPUT: usize = 131_072;

#[wasm_bindgen_test]
fn lengths_beyond_the_input_are_cut() {
    write(&[HEADER.as_bytes()]);
    // All of the region is more than any header may have.
    assert_eq!(parse_headers(0x7fff_ffff, 0), BAD_LENGTH);
    assert_eq!(format_traceparent(usize::MAX, 1.0), 0);
    // Too long: the fifth rule of a list.
    assert_eq!(scan_tracestate(usize::MAX), 0x8000_0005);
    assert_eq!(tracestate_get(usize::MAX, usize::MAX), 0);
    assert_eq!(tracestate_set(usize::MAX, usize::MAX, usize::MAX), 0);
    assert!(tracestate_unset(usize::MAX, usize::MAX) <= KEPT_INPUT);

    batch_start(0, true, 128, 0);
    write_lengths(&[0x7fff_ffff, 55, 0]);
    batch_push(3);
    assert_eq!(finish().counts, [3.0, 0.0, 0.0, 2.0, 1.0, 0.0]);
    // There are 1024 lengths, whatever the count.
    batch_start(0, true, 128, 0);
    write_lengths(&[0; 1024]);
    batch_push(usize::MAX);
    assert_eq!(finish().counts, [1024.0, 0.0, 0.0, 1024.0, 0.0, 0.0]);
}

#[wasm_bindgen_test]
fn memory_that_grows_takes_nothing_away() {
    write(&[HEADER.as_bytes()]);
    let before = Uint8Array::new(&buffer());
    let room = vec![1_u8; 64 << 20];
    assert_eq!(before.length(), 0, "growth detaches a view");
    assert_eq!(parse_headers(55, 0), 1);
    parsed_ids(55);
    assert_eq!(text(48), HEADER.replace('-', "")[2..50]);
    assert_eq!(room.iter().map(|byte| u64::from(*byte)).sum::<u64>(), 64 << 20);
}

#[wasm_bindgen_test]
fn the_input_grows_for_a_long_text_and_shrinks_again() {
    let kept = input_address(0);
    assert_eq!(input_address(KEPT_INPUT), kept, "room that is always there");
    let long = KEPT_INPUT + 1000;
    write(&[&vec![b' '; long], HEADER.as_bytes()]);
    // Beyond 64 KiB nothing is looked at, but all of it is there.
    assert_eq!(parse_headers(long as u32 + 55, 0), BAD_LENGTH);
    assert_eq!(tracestate_unset(long + 55, 0), long + 55);
    write(&[HEADER.as_bytes()]);
    assert_eq!(parse_headers(55, 0), 1);
    assert_eq!(tracestate_unset(long, 0), KEPT_INPUT, "what was beyond is given back");
}

#[wasm_bindgen_test]
fn a_key_of_a_megabyte_crosses() {
    const MEGABYTE: usize = 1 << 20;
    let mut table = table(&[("maxKeyBytes", (MEGABYTE as f64).into())]);
    let key = "é".repeat(MEGABYTE / 2);
    assert_eq!(offer(&mut table, 1.0, Event { key: &key, ..A }), PENDING);
    assert!(stats(&table)("bytes") > MEGABYTE as f64);
    // A short text next: the input shrinks, and the key is still there.
    assert_eq!(offer(&mut table, 1.0, A), PENDING);
    assert!(inspect(&mut table, &key).is_some());
    let longer = format!("{key}x");
    assert_eq!(offer(&mut table, 1.0, Event { key: &longer, ..A }), REJECTED);
    assert_eq!(offer(&mut table, 1.0, Event { key: &key, ..B }), COMPLETE);
    assert!(forget(&mut table, 1.0, &key));
    assert!(stats(&table)("bytes") < 1000.0);
}

#[wasm_bindgen_test]
fn a_call_leaves_the_input_as_it_was() {
    let mut table = table(&[]);
    let mut offered = |words: [u32; 6]| {
        write_lengths(&words);
        assert_eq!(table.offer(1.0, 1), 1);
        lengths(1)[0] & 15
    };
    write(&[b"key", b"id"]);
    assert_eq!(offered([0, 3, 0, 0, 2, 0]), PENDING);
    // The host does not ask for the address again.
    assert_eq!(offered([0, 3, 0, 0, 2, 0]), DUPLICATE);
    assert!(table.inspect(3));
    assert_eq!(table.settle(1.0, 3, 0, 0.0, 0, false), 0);
    assert!(table.forget(1.0, 3));
}

#[wasm_bindgen_test]
fn lengths_and_times_that_make_no_sense_do_no_harm() {
    let mut table = table(&[]);
    write(&[b"k"]);
    // All of the input is the key, which is too long; then nothing is left for the rest.
    let all = u32::MAX - 1;
    write_lengths(&[[0, all, NONE, all, 7, all], [0, 0, 0, 0, NONE, 0]].concat());
    assert_eq!(table.offer(1.0, 2), 2);
    assert_eq!(lengths(7).into_iter().step_by(6).collect::<Vec<_>>(), [REJECTED, REJECTED]);
    assert_eq!(table.settle(1.0, usize::MAX, usize::MAX, 1.0, usize::MAX, true), 2);
    // There are 1024 words, six for each event.
    write_lengths(&[0; 1024]);
    assert_eq!(table.offer(1.0, usize::MAX), 170);
    assert!(!table.inspect(usize::MAX));
    assert!(!table.forget(1.0, usize::MAX));
    let times = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.5, 1e300, f64::MIN];
    for (at, now) in times.into_iter().enumerate() {
        let key = format!("k{at}");
        assert_eq!(offer(&mut table, now, Event { key: &key, ..A }), PENDING, "{now}");
        assert_eq!(offer(&mut table, now, Event { key: &key, ..B }), COMPLETE, "{now}");
        table.expire_next(now);
    }
    assert_eq!(stats(&table)("completed"), 6.0);
}

#[wasm_bindgen_test]
fn tables_with_other_seeds_answer_alike() {
    let answers = |high: u32, low: u32| {
        set_seed(high, low);
        let mut table = table(&[]);
        let keys = (0..300).map(|n| format!("k{}", n % 100)).collect::<Vec<_>>();
        let offers = keys.iter().enumerate();
        let all = offers
            .map(|(n, key)| offer(&mut table, n as f64, Event { key, slot: (n / 100 % 2) as u32, ..A }));
        all.collect::<Vec<_>>()
    };
    let expected: Vec<u32> =
        [PENDING, COMPLETE, DUPLICATE + OF_COMPLETE].into_iter().flat_map(|code| [code; 100]).collect();
    for (high, low) in [(0, 0), (0, 1), (u32::MAX, u32::MAX), (0x1234_5678, 0x9abc_def0)] {
        assert_eq!(answers(high, low), expected);
    }
}

#[wasm_bindgen_test]
fn a_new_seed_between_two_batches_changes_nothing() {
    let batch = || {
        batch_start(3, true, 128, 0);
        let other = HEADER.replace("-01", "-00").replace("4bf9", "5bf9");
        write(&[HEADER.as_bytes(), other.as_bytes(), HEADER.as_bytes()]);
        write_lengths(&[55; 3]);
        batch_push(3);
        finish().counts
    };
    let expected = batch();
    assert_eq!(expected, [3.0, 2.0, 1.0, 0.0, 0.0, 0.0]);
    set_seed(7, 11);
    assert_eq!(batch(), expected);
}
