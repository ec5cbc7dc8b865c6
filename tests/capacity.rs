//! What is full: an event that is rejected costs no other join anything.

#![cfg(not(target_arch = "wasm32"))]

#[path = "support/answers.rs"]
mod answers;

use answers::{Answer, Event};
use spanlink::SpanContext;
use spanlink::fan_in::{Definition, FanIn, OnFull, Phase, Slot, Stats};

fn two_slots() -> Definition {
    Definition::new("join", 60_000, [Slot::new("a"), Slot::new("b")])
}

fn bounded(definition: Definition) -> FanIn {
    FanIn::new(definition).expect("a definition that makes sense")
}

fn table(max_bytes: usize, on_full: OnFull) -> FanIn {
    bounded(Definition { max_bytes: Some(max_bytes), on_full, ..two_slots() })
}

/// An event without a context.
fn event(key: &str, slot: usize, id: &str, attributes: usize) -> Event {
    Event {
        key: key.as_bytes().to_vec(),
        slot: Some(slot),
        id: Some(id.as_bytes().to_vec()),
        context: None,
        attributes: vec![0; attributes],
    }
}

fn offer(fan_in: &mut FanIn, key: &str, slot: usize, attributes: usize) -> Answer {
    answers::offer(fan_in, 0, &event(key, slot, "1", attributes)).0
}

fn offer_at(fan_in: &mut FanIn, now: i64, key: &str, slot: usize) -> Answer {
    answers::offer(fan_in, now, &event(key, slot, "1", 0)).0
}

/// What a table holds and what it gave up.
fn held(fan_in: &FanIn) -> [u64; 6] {
    let Stats { pending, tombstones, bytes, evicted, tombstones_dropped, undelivered, .. } = fan_in.stats();
    [pending, tombstones, bytes, evicted, tombstones_dropped, undelivered]
}

#[test]
fn a_new_join_that_does_not_fit_drops_no_tombstone() {
    let mut fan_in = table(400, OnFull::Reject);
    for key in ["closed-1", "closed-2"] {
        offer(&mut fan_in, key, 0, 0);
        assert!(matches!(offer(&mut fan_in, key, 1, 0), Answer::Complete { redelivered: false, .. }));
    }
    assert!(matches!(offer(&mut fan_in, "open", 0, 0), Answer::Pending { .. }));
    let before = held(&fan_in);
    // What waits and this would be beyond the limit even with all tombstones gone.
    assert_eq!(offer(&mut fan_in, &"k".repeat(300), 0, 0), Answer::Rejected("capacity"));
    assert_eq!(held(&fan_in), before);
    // Otherwise an event of a closed join begins another, and its work is done twice.
    assert_eq!(offer(&mut fan_in, "closed-1", 0, 0), Answer::Duplicate(Phase::Complete));
}

#[test]
fn an_event_that_does_not_fit_evicts_no_other_join() {
    let mut fan_in = table(400, OnFull::EvictOldest);
    for key in ["old-1", "old-2", "new"] {
        assert!(matches!(offer(&mut fan_in, key, 0, 0), Answer::Pending { .. }));
    }
    let before = held(&fan_in);
    // Its own join would be beyond the limit even if it were the only one.
    assert_eq!(offer(&mut fan_in, "new", 1, 350), Answer::Rejected("capacity"));
    assert_eq!(held(&fan_in), before);
    assert!(matches!(offer(&mut fan_in, "old-1", 1, 0), Answer::Complete { .. }));
}

#[test]
fn a_new_join_beyond_the_limit_evicts_none_for_its_place() {
    let definition = Definition { max_pending: 1, ..table(400, OnFull::EvictOldest).definition().clone() };
    let mut fan_in = bounded(definition);
    offer(&mut fan_in, "open", 0, 0);
    let before = held(&fan_in);
    assert_eq!(offer(&mut fan_in, "another", 0, 400), Answer::Rejected("capacity"));
    assert_eq!(held(&fan_in), before);
}

#[test]
fn an_event_of_its_own_beyond_the_limit_changes_nothing() {
    for on_full in [OnFull::Reject, OnFull::EvictOldest] {
        let mut fan_in = table(400, on_full);
        offer(&mut fan_in, "closed", 0, 0);
        offer(&mut fan_in, "closed", 1, 0);
        offer(&mut fan_in, "open", 0, 0);
        let before = held(&fan_in);
        assert_eq!(offer(&mut fan_in, "open", 1, 400), Answer::Rejected("capacity"));
        assert_eq!(offer(&mut fan_in, "another", 1, 400), Answer::Rejected("capacity"));
        assert_eq!(held(&fan_in), before);
    }
}

#[test]
fn tombstones_give_way_before_what_waits() {
    // Each of them takes 104 bytes, and an eighth of all is for tombstones alone.
    let mut fan_in = table(480, OnFull::EvictOldest);
    for slot in 0..2 {
        offer(&mut fan_in, "closed", slot, 0);
    }
    for (key, expected) in
        [("1", [1, 1, 0]), ("2", [2, 1, 0]), ("3", [3, 1, 0]), ("4", [4, 0, 0]), ("5", [4, 0, 1])]
    {
        assert!(matches!(offer(&mut fan_in, key, 0, 0), Answer::Pending { .. }));
        let [pending, tombstones, _, evicted, ..] = held(&fan_in);
        assert_eq!([pending, tombstones, evicted], expected, "after {key}");
    }
    let expired = answers::expire(&mut fan_in, 60_000);
    let keys: Vec<&[u8]> = expired.iter().map(|ended| &*ended.together.key).collect();
    assert_eq!(keys, [b"2", b"3", b"4", b"5"]);
}

#[test]
fn what_is_evicted_for_its_bytes_waits_to_be_handed_out() {
    // Of the ten that there is room for, eight may wait.
    let mut fan_in = table(1040, OnFull::EvictOldest);
    for n in 0..10 {
        assert!(matches!(offer(&mut fan_in, &n.to_string(), 0, 0), Answer::Pending { .. }));
    }
    assert_eq!(held(&fan_in), [8, 2, 1040, 2, 0, 0]);
    assert_eq!(handed_out(&mut fan_in, 1), ["0", "1"]);

    // Those that were handed out give way first.
    for n in ["a", "b", "c"] {
        offer(&mut fan_in, n, 0, 0);
    }
    assert_eq!(held(&fan_in), [8, 2, 1040, 5, 3, 1]);
    assert_eq!(handed_out(&mut fan_in, 1), ["3", "4"]);
}

/// The keys that `expire` hands out.
fn handed_out(fan_in: &mut FanIn, now: i64) -> Vec<String> {
    let ended = answers::expire(fan_in, now);
    ended.iter().map(|ended| String::from_utf8_lossy(&ended.together.key).into_owned()).collect()
}

#[test]
fn the_oldest_join_is_evicted_although_the_clock_stepped_back() {
    let max_tombstones = Some(10);
    let definition =
        Definition { max_pending: 3, max_tombstones, on_full: OnFull::EvictOldest, ..two_slots() };
    let mut fan_in = bounded(definition);
    for key in ["old-1", "old-2", "old-3"] {
        offer_at(&mut fan_in, 100_000, key, 0);
    }
    // From now on each is due before all that are older.
    for (back, key) in (1..).zip(["new-1", "new-2", "new-3", "new-4"]) {
        assert!(matches!(offer_at(&mut fan_in, 90_000 - back, key, 0), Answer::Pending { .. }));
    }
    assert_eq!(handed_out(&mut fan_in, 90_000), ["old-1", "old-2", "old-3", "new-1"]);
}

#[test]
fn the_oldest_tombstone_goes_although_the_clock_stepped_back() {
    let mut fan_in = bounded(Definition { max_tombstones: Some(2), ..two_slots() });
    let mut complete = |now, key| {
        offer_at(&mut fan_in, now, key, 0);
        offer_at(&mut fan_in, now, key, 1);
        offer_at(&mut fan_in, now, key, 1)
    };
    for (now, key) in [(100_000, "1"), (100_000, "2"), (90_000, "3"), (80_000, "4"), (110_000, "5")] {
        let again = complete(now, key);
        assert!(matches!(again, Answer::Complete { redelivered: true, .. }), "{key}: {again:?}");
    }
    assert!(fan_in.settle(110_000, b"4", None) && fan_in.settle(110_000, b"5", None));
    assert_eq!(held(&fan_in)[4], 3);
}

#[test]
fn an_event_that_completes_its_join_at_once_needs_no_place_among_those_that_wait() {
    for on_full in [OnFull::Reject, OnFull::EvictOldest] {
        let slots = [Slot { min: 0, ..Slot::new("optional") }, Slot::new("needed")];
        let mut fan_in =
            bounded(Definition { max_pending: 1, on_full, ..Definition::new("join", 60_000, slots) });
        assert!(matches!(offer_at(&mut fan_in, 0, "waits", 0), Answer::Pending { .. }));
        assert!(matches!(offer_at(&mut fan_in, 0, "complete", 1), Answer::Complete { .. }));
        assert!(matches!(offer_at(&mut fan_in, 0, "waits", 1), Answer::Complete { .. }));
        assert_eq!(fan_in.stats().evicted, 0);
    }
}

#[test]
fn what_is_settled_stays_although_its_span_has_no_room() {
    let list = format!("v={}", "x".repeat(200));
    let span = SpanContext::extract(["00-0000000000000000000000000000000a-000000000000000b-01"], [list]);
    let span = span.expect("a context");
    for (limit, is_kept) in [(400, false), (500, true)] {
        let mut fan_in = table(limit, OnFull::Reject);
        offer(&mut fan_in, "closed", 0, 0);
        offer(&mut fan_in, "closed", 1, 0);
        offer(&mut fan_in, "waits", 0, 0);
        assert!(fan_in.settle(0, b"closed", Some((&span).into())));
        assert!(fan_in.settle(0, b"closed", None), "it is remembered");
        assert_eq!(offer(&mut fan_in, "closed", 1, 0), Answer::Duplicate(Phase::Complete));
        let settled_by = is_kept.then(|| span.clone());
        let late = answers::offer(&mut fan_in, 0, &event("closed", 0, "late", 0)).0;
        assert_eq!(late, Answer::Late { after: Phase::Complete, settled_by });
        assert!(fan_in.stats().bytes <= limit as u64);
    }
}

#[test]
fn a_tombstone_whose_time_was_over_did_not_go_before_it() {
    let definition = Definition { timeout_ms: 100, max_tombstones: Some(10), ..two_slots() };
    let mut fan_in = bounded(definition);
    for (now, key) in [(0, "a"), (150, "b")] {
        for number in 0..10 {
            offer_at(&mut fan_in, now, &format!("{key}{number}"), 0);
        }
        assert_eq!(handed_out(&mut fan_in, if now == 0 { 100 } else { 10_000 }).len(), 10);
    }
    assert_eq!((fan_in.stats().expired, fan_in.stats().tombstones_dropped), (20, 0));
}

#[test]
fn what_was_evicted_and_never_handed_out_is_counted() {
    let max_tombstones = Some(10);
    let definition =
        Definition { max_pending: 1, max_tombstones, on_full: OnFull::EvictOldest, ..two_slots() };
    let mut fan_in = bounded(definition);
    for key in ["a", "b", "c"] {
        offer_at(&mut fan_in, 0, key, 0);
    }
    assert!(fan_in.forget(0, b"a") && fan_in.settle(0, b"b", None));
    assert_eq!(handed_out(&mut fan_in, 0), [""; 0]);
    assert_eq!((fan_in.stats().evicted, fan_in.stats().undelivered), (2, 2));
}
