//! The same offers give the same answers, whatever the seed and the clock; and bounds hold in the large.

#![cfg(not(target_arch = "wasm32"))]

#[path = "support/answers.rs"]
mod answers;
#[path = "support/scripts.rs"]
mod scripts;

use answers::Answer;
use proptest::prelude::*;
use scripts::{Step, definition, steps};
use spanlink::SpanContext;
use spanlink::fan_in::{ContextRef, Definition, FanIn, Offer, OnFull, Outcome, Phase, Slot};

/// All that a table says to a history.
fn run(definition: &Definition, seed: u64, steps: &[Step]) -> String {
    let mut fan_in = FanIn::with_seed(definition.clone(), seed).expect("a definition that makes sense");
    let mut now = 0;
    let mut offered = Vec::new();
    let said = steps.iter().map(|step| {
        let said = match step {
            Step::Offer(event) => {
                offered.push(event);
                format!("{:?}", answers::offer(&mut fan_in, now, event))
            }
            Step::Again(back) => {
                let event = offered.iter().nth_back(*back);
                format!("{:?}", event.map(|event| answers::offer(&mut fan_in, now, event)))
            }
            Step::Wait(ms) => {
                now += ms;
                String::new()
            }
            Step::Expire => format!("{:?}", answers::expire(&mut fan_in, now)),
            Step::Settle(key, span) => {
                fan_in.settle(now, key, span.as_ref().map(ContextRef::from)).to_string()
            }
            Step::Forget(key) => fan_in.forget(now, key).to_string(),
        };
        format!("{said} {:?} {:?}\n", fan_in.next_deadline(), fan_in.stats())
    });
    said.collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_seed_does_not_show(definition in definition(), steps in steps(), seeds in any::<[u64; 2]>()) {
        prop_assert_eq!(run(&definition, seeds[0], &steps), run(&definition, seeds[1], &steps));
        prop_assert_eq!(run(&definition, 0, &steps), run(&definition, u64::MAX, &steps));
    }
}

/// What happens to a join of many: its first event comes at a time, it is completed, or forgotten.
fn changes() -> impl Strategy<Value = Vec<(u8, i64, u8)>> {
    proptest::collection::vec((0_u8..40, 0_i64..1000, 0_u8..4), 1..200)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn many_joins_expire_in_the_order_of_their_deadlines(changes in changes()) {
        let definition = Definition { retain_ms: Some(0), ..two_slots() };
        let mut fan_in = FanIn::new(definition).expect("a definition that makes sense");
        // Deadlines in the order in which the joins began.
        let mut open: Vec<(u8, i64)> = Vec::new();
        for (key, now, change) in changes {
            let is_open = open.iter().any(|(known, _)| *known == key);
            match change {
                0 => prop_assert_eq!(fan_in.forget(now, &[key]), is_open),
                1 if is_open => {
                    let is_complete = matches!(offer(&mut fan_in, now, &[key], 1), Answer::Complete { .. });
                    prop_assert!(is_complete);
                }
                _ => {
                    offer(&mut fan_in, now, &[key], 0);
                    if !is_open {
                        open.push((key, now + 60_000));
                    }
                    continue;
                }
            }
            open.retain(|(known, _)| *known != key);
        }
        open.sort_by_key(|(_, deadline)| *deadline);
        prop_assert_eq!(fan_in.next_deadline(), open.first().map(|(_, deadline)| *deadline));
        let expired = answers::expire(&mut fan_in, 100_000);
        let keys: Vec<u8> = expired.iter().flat_map(|ended| ended.together.key.clone()).collect();
        prop_assert_eq!(keys, open.iter().map(|(key, _)| *key).collect::<Vec<u8>>());
    }
}

const HOUR: i64 = 3_600_000;

fn two_slots() -> Definition {
    Definition::new("join", 60_000, [Slot::new("a"), Slot::new("b")])
}

fn offer(fan_in: &mut FanIn, now: i64, key: &[u8], slot: usize) -> Answer {
    let event = answers::Event {
        key: key.to_vec(),
        slot: Some(slot),
        id: Some(b"1".to_vec()),
        context: SpanContext::extract(["00-0000000000000000000000000000000a-000000000000000b-01"], [""; 0])
            .ok(),
        attributes: Vec::new(),
    };
    answers::offer(fan_in, now, &event).0
}

#[test]
fn a_clock_that_steps_back_an_hour_costs_no_join() {
    let mut fan_in = FanIn::new(two_slots()).expect("a definition that makes sense");
    let now = 10 * HOUR;
    assert!(matches!(offer(&mut fan_in, now, b"before", 0), Answer::Pending { .. }));
    assert!(matches!(offer(&mut fan_in, now - HOUR, b"after", 0), Answer::Pending { .. }));
    // The later join is due first.
    assert_eq!(fan_in.next_deadline(), Some(now - HOUR + 60_000));

    let Answer::Complete { together, redelivered: false, .. } = offer(&mut fan_in, now - HOUR, b"before", 1)
    else {
        panic!("the second event completes the join");
    };
    assert_eq!((together.first, together.last, together.wait), (now, now - HOUR, 0));
    let again = offer(&mut fan_in, now - HOUR + 1, b"before", 1);
    assert_eq!(again, Answer::Complete { together, completed_by: 1, redelivered: true });

    let expired = answers::expire(&mut fan_in, now - HOUR + 60_000);
    let keys: Vec<&[u8]> = expired.iter().map(|ended| &*ended.together.key).collect();
    assert_eq!(keys, [b"after"]);
    assert!(fan_in.settle(now - 2 * HOUR, b"after", None));
    assert_eq!(offer(&mut fan_in, now - 2 * HOUR, b"after", 0), Answer::Duplicate(Phase::Expired));
    let late = offer(&mut fan_in, now - 2 * HOUR, b"after", 1);
    assert_eq!(late, Answer::Late { after: Phase::Expired, settled_by: None });
    // When the clock goes on, all of it goes.
    assert!(answers::expire(&mut fan_in, now + HOUR).is_empty());
    assert_eq!(fan_in.stats().bytes, 0);
}

#[test]
fn an_expired_join_is_handed_out_although_the_clock_stepped_back() {
    let definition = Definition { retain_ms: Some(10 * 60_000), ..two_slots() };
    let mut fan_in = FanIn::new(definition).expect("a definition that makes sense");
    offer(&mut fan_in, HOUR, b"k", 0);
    let redelivered = |fan_in: &mut FanIn, now: i64| -> Vec<bool> {
        answers::expire(fan_in, now).iter().map(|ended| ended.redelivered).collect()
    };
    assert_eq!(redelivered(&mut fan_in, HOUR + 60_000), [false]);
    assert_eq!(redelivered(&mut fan_in, HOUR + 60_000), [false; 0]);
    assert_eq!(redelivered(&mut fan_in, 0), [false; 0]);
    assert_eq!(fan_in.next_deadline(), Some(HOUR + 120_000));
    assert_eq!(redelivered(&mut fan_in, HOUR + 120_000), [true]);
    assert!(fan_in.settle(HOUR + 120_000, b"k", None));
    assert_eq!(fan_in.next_deadline(), None);
}

#[test]
fn what_is_handed_out_again_ends_with_the_retention() {
    let expired_at = |times: [i64; 3]| {
        let definition = Definition { timeout_ms: 10, retain_ms: Some(100), ..two_slots() };
        let mut fan_in = FanIn::new(definition).expect("a definition that makes sense");
        offer(&mut fan_in, 0, b"k", 0);
        times.map(|now| answers::expire(&mut fan_in, now).len())
    };
    assert_eq!(expired_at([10, 19, 20]), [1, 0, 1]);
    // The join is remembered until 110, not at it.
    assert_eq!(expired_at([10, 109, 110]), [1, 1, 0]);
    assert_eq!(expired_at([10, 110, 110]), [1, 0, 0]);
}

#[test]
fn hundreds_of_thousands_of_joins_stay_within_their_bounds() {
    // A quarter without optimization, which makes it take ten times as long.
    const JOINS: usize = if cfg!(debug_assertions) { 50_000 } else { 200_000 };
    const PENDING: u64 = JOINS as u64 / 2;
    let definition = Definition {
        max_pending: PENDING as usize,
        max_tombstones: Some(1000),
        on_full: OnFull::EvictOldest,
        ..two_slots()
    };
    let mut fan_in = FanIn::new(definition).expect("a definition that makes sense");
    let mut bytes_after = Vec::new();
    for half in 0..2 {
        for n in half * JOINS..(half + 1) * JOINS {
            let key = format!("order-{n:07}");
            let offer = Offer { event_id: Some(b"1"), ..Offer::new(key.as_bytes(), Some(0)) };
            let answer = fan_in.offer(1, &offer);
            assert!(matches!(answer, Outcome::Pending { .. }), "{key}: {answer:?}");
        }
        bytes_after.push(fan_in.stats().bytes);
    }
    // 104 each, in which there is room for the key, the event, and that the join was evicted.
    assert_eq!(bytes_after, [(PENDING + 1000) * 104; 2]);
    let stats = fan_in.stats();
    assert_eq!((stats.pending, stats.tombstones, stats.evicted), (PENDING, 1000, 3 * PENDING));
    assert_eq!((stats.undelivered, stats.tombstones_dropped), (3 * PENDING - 1000, 3 * PENDING - 1000));
    // Those that waited longest went.
    let mut waits = |n: u64| fan_in.inspect(format!("order-{n:07}").as_bytes()).is_some();
    assert!(waits(3 * PENDING) && !waits(3 * PENDING - 1));

    let evicted = answers::expire(&mut fan_in, 2);
    assert_eq!(evicted.len(), 1000);
    assert!(evicted.iter().all(|ended| ended.evicted && !ended.redelivered));
    assert_eq!(answers::expire(&mut fan_in, 60_001).len() as u64, PENDING);
    answers::expire(&mut fan_in, i64::MAX);
    assert_eq!(fan_in.stats().bytes, 0);
}

#[test]
fn a_budget_of_bytes_holds_in_the_large() {
    const LIMIT: usize = 100_000;
    let definition = Definition { max_bytes: Some(LIMIT), on_full: OnFull::EvictOldest, ..two_slots() };
    let mut fan_in = FanIn::new(definition).expect("a definition that makes sense");
    for n in 0..20_000 {
        let key = format!("order-{n}");
        // Two of three joins are completed.
        for slot in 0..1 + usize::from(n % 3 > 0) {
            let answer = offer(&mut fan_in, n, key.as_bytes(), slot);
            assert!(matches!(answer, Answer::Pending { .. } | Answer::Complete { .. }), "{key}: {answer:?}");
            assert!(fan_in.stats().bytes <= LIMIT as u64);
        }
        if n % 5 == 0 {
            fan_in.settle(n, key.as_bytes(), None);
        }
    }
    let stats = fan_in.stats();
    assert!(stats.bytes > LIMIT as u64 * 9 / 10, "{stats:?}");
    assert!(
        stats.completed > 13_000 && stats.evicted > 5_000 && stats.tombstones_dropped > 18_000,
        "{stats:?}"
    );
}
