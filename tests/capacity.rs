//! What is full: an event that is rejected costs no other join anything.

#![cfg(not(target_arch = "wasm32"))]

#[path = "support/answers.rs"]
mod answers;

use answers::{Answer, Event};
use spanlink::fan_in::{Definition, FanIn, OnFull, Phase, Slot, Stats};

fn table(max_bytes: usize, on_full: OnFull) -> FanIn {
    let definition = Definition::new("join", 60_000, [Slot::new("a"), Slot::new("b")]);
    let definition = Definition { max_bytes: Some(max_bytes), on_full, ..definition };
    FanIn::new(definition).expect("a definition that makes sense")
}

fn offer(fan_in: &mut FanIn, key: &str, slot: usize, attributes: usize) -> Answer {
    let event = Event {
        key: key.as_bytes().to_vec(),
        slot: Some(slot),
        id: Some(b"1".to_vec()),
        context: None,
        attributes: vec![0; attributes],
    };
    answers::offer(fan_in, 0, &event).0
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
    let mut fan_in = FanIn::new(definition).expect("a definition that makes sense");
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
    let handed_out = |fan_in: &mut FanIn| -> Vec<String> {
        let evicted = answers::expire(fan_in, 1);
        evicted.iter().map(|ended| String::from_utf8_lossy(&ended.together.key).into_owned()).collect()
    };
    for n in 0..10 {
        assert!(matches!(offer(&mut fan_in, &n.to_string(), 0, 0), Answer::Pending { .. }));
    }
    assert_eq!(held(&fan_in), [8, 2, 1040, 2, 0, 0]);
    assert_eq!(handed_out(&mut fan_in), ["0", "1"]);

    // Those that were handed out give way first.
    for n in ["a", "b", "c"] {
        offer(&mut fan_in, n, 0, 0);
    }
    assert_eq!(held(&fan_in), [8, 2, 1040, 5, 3, 1]);
    assert_eq!(handed_out(&mut fan_in), ["3", "4"]);
}
