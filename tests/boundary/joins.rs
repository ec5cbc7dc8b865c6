//! Tables of joins: what every answer is made of.

use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use super::table::*;

/// Slots that have an event and slots that lack one.
fn bits(arrived: u32, missing: u32) -> u32 {
    arrived | missing << 10
}

#[wasm_bindgen_test]
fn an_open_join_answers_with_its_slots() {
    let mut table =
        table(&[("slots", slots(&[("a", &[("onConflict", "replace".into())]), ("b", &[]), ("c", &[])]))]);
    let mut answer = |now, event| offer_all(&mut table, now, &[event]).1[0];
    assert_eq!(answer(1.0, B), PENDING | bits(0b010, 0b101) << 4);
    assert_eq!(answer(2.0, A), PENDING | bits(0b011, 0b100) << 4);
    assert_eq!(answer(3.0, Event { id: Some("2"), ..A }), REPLACED | bits(0b011, 0b100) << 4);
    assert_eq!(offer(&mut table, 4.0, A), DUPLICATE);
    assert_eq!(offer(&mut table, 5.0, Event { id: Some("2"), ..B }), CONFLICT);
}

#[wasm_bindgen_test]
fn more_slots_than_there_are_bits_for_are_numbers() {
    let names: Vec<String> = (0..11).map(|slot| format!("slot-{slot}")).collect();
    let named: Vec<(&str, &[(&str, JsValue)])> = names.iter().map(|name| (name.as_str(), &[][..])).collect();
    let mut table = self::table(&[("slots", slots(&named[..10]))]);
    let (_, answers) = offer_all(&mut table, 1.0, &[Event { slot: 9, ..A }]);
    assert_eq!(answers, [PENDING | bits(1 << 9, 0b01_1111_1111) << 4]);

    let mut table = self::table(&[("slots", slots(&named))]);
    let (_, answers) = offer_all(&mut table, 1.0, &[Event { slot: 10, ..A }, A]);
    assert_eq!(answers, [PENDING, PENDING]);
    let mut answer = Answer::read();
    assert_eq!((answer.slots(), answer.slots()), (vec![10.0], (0..10_u8).map(f64::from).collect()));
    assert_eq!((answer.slots(), answer.slots()), (vec![0.0, 10.0], (1..10_u8).map(f64::from).collect()));

    let mut answer = inspect(&mut table, "k").expect("an open join");
    assert_eq!((answer.number(), answer.slots()), (0.0, vec![0.0, 10.0]));
    assert_eq!((answer.slots(), answer.number()), ((1..10_u8).map(f64::from).collect(), 1001.0));

    assert_eq!(table.expire_next(1001.0), 1);
    let mut answer = Answer::read();
    assert_eq!((answer.number(), answer.slots()), (4.0, vec![0.0, 10.0]));
    assert_eq!(answer.slots().len(), 9);
}

#[wasm_bindgen_test]
fn several_events_are_answered_in_order() {
    let mut table = table(&[]);
    let nonsense = Event { key: "", ..A };
    let other = Event { key: "another", tracestate: "x=1", ..B };
    let events = [A, nonsense, other, B, A, Event { id: Some("2"), attributes: &[1, b'n', 2], ..A }];
    let (offered, answers) = offer_all(&mut table, 1.0, &events);
    assert_eq!(offered, events.len());
    let expected = [PENDING, REJECTED, PENDING, COMPLETE, DUPLICATE + OF_COMPLETE, LATE + OF_COMPLETE];
    assert_eq!(answers.iter().map(|answer| answer & 15).collect::<Vec<_>>(), expected);
    let mut answer = Answer::read();
    assert_eq!(answer.number(), 1.0);
    answer.text(32);
    let ids: Vec<_> = answer.together().links.into_iter().map(|(_, context, _)| context.unwrap().1).collect();
    assert_eq!(ids, [IDS, OTHER_IDS]);
    assert_eq!((answer.context(), answer.context()), (Some((129.0, IDS.to_owned(), String::new())), None));
    assert_eq!(stats(&table)("offered"), 6.0);
}

#[wasm_bindgen_test]
fn a_long_answer_is_read_before_more_events_are_offered() {
    let mut table = table(&[]);
    let attributes = vec![0; 50_000];
    let long = Event { attributes: &attributes, ..A };
    for key in ["1", "2"] {
        assert_eq!(offer(&mut table, 1.0, Event { key, ..long }), PENDING);
    }
    let events = ["1", "2", "3"].map(|key| Event { key, ..B });
    let (offered, answers) = offer_all(&mut table, 2.0, &events);
    // The word of an event that was not offered is still that of its slot.
    assert_eq!((offered, answers), (2, vec![COMPLETE, COMPLETE, 1]));
    assert_eq!(offer(&mut table, 2.0, events[2]), PENDING);
}

#[wasm_bindgen_test]
fn a_completion_answers_with_all_that_came_together() {
    let mut table = table(&[]);
    let attributes = [1, b'n', 3, 7, 0, 0, 0, 0, 0, 0, 0];
    assert_eq!(
        offer(&mut table, 1000.0, Event { tracestate: " x=1 ,y=2", attributes: &attributes, ..B }),
        PENDING
    );
    assert_eq!(offer(&mut table, 1250.9, Event { tracestate: "X=1", ..A }), COMPLETE);
    let mut answer = Answer::read();
    assert_eq!(answer.number(), 0.0);
    let id = answer.text(32);
    assert!(id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
    let together = answer.together();
    let links = vec![
        // A broken list costs the list alone.
        (0.0, Some((129.0, IDS.to_owned(), String::new())), vec![]),
        (1.0, Some((128.0, OTHER_IDS.to_owned(), "x=1,y=2".to_owned())), attributes.to_vec()),
    ];
    assert_eq!(together, Together { numbers: vec![2.0, 0.0, 0.0, 1000.0, 1250.0, 250.0], links });

    assert_eq!(offer(&mut table, 1300.0, A), REDELIVERED);
    let mut again = Answer::read();
    assert_eq!((again.number(), again.text(32), again.together()), (0.0, id, together));
    assert_eq!(offer(&mut table, 1300.0, B), DUPLICATE + OF_COMPLETE);
}

#[wasm_bindgen_test]
fn an_event_without_a_context_has_no_link() {
    let mut table = table(&[("maxLinks", 1.into())]);
    assert_eq!(offer(&mut table, 1.0, Event { traceparent: "nonsense", tracestate: "x=1", ..A }), PENDING);
    assert_eq!(offer(&mut table, 2.0, B), COMPLETE);
    let mut answer = Answer::read();
    answer.number();
    answer.text(32);
    let Together { numbers, links } = answer.together();
    assert_eq!(numbers[..3], [2.0, 1.0, 0.0]);
    assert_eq!(links.iter().map(|link| link.0).collect::<Vec<_>>(), [1.0]);
}

#[wasm_bindgen_test]
fn a_late_event_answers_with_its_context_and_that_of_the_span() {
    let mut table = table(&[]);
    offer(&mut table, 1.0, A);
    offer(&mut table, 1.0, B);
    let late = Event { id: Some("2"), tracestate: "x=1", ..A };
    assert_eq!(offer(&mut table, 2.0, late), LATE + OF_COMPLETE);
    let mut answer = Answer::read();
    let own = Some((129.0, IDS.to_owned(), "x=1".to_owned()));
    assert_eq!((answer.context(), answer.context()), (own, None));

    assert_eq!(settle(&mut table, 3.0, "k", Some((1.0, OTHER_IDS, "z=1, y=2", false))), 1);
    assert_eq!(offer(&mut table, 4.0, Event { traceparent: "", ..late }), LATE + OF_COMPLETE);
    let mut answer = Answer::read();
    let span = Some((1.0, OTHER_IDS.to_owned(), "z=1,y=2".to_owned()));
    assert_eq!((answer.context(), answer.context()), (None, span));
    assert_eq!(offer(&mut table, 5.0, B), DUPLICATE + OF_COMPLETE);
}

#[wasm_bindgen_test]
fn a_rejection_answers_with_its_reason() {
    let several = slots(&[("a", &[("max", 2.into())]), ("b", &[])]);
    let mut table = table(&[("slots", several), ("maxPending", 1.into()), ("maxKeyBytes", 4.into())]);
    let rejections = [
        (Event { key: "", ..A }, 0),
        (Event { key: "five!", ..A }, 0),
        (Event { slot: 2, ..A }, 1),
        (Event { slot: NONE, ..A }, 1),
        (Event { id: None, ..A }, 2),
        (Event { id: Some(""), ..A }, 2),
    ];
    for (at, (event, reason)) in rejections.into_iter().enumerate() {
        assert_eq!(offer(&mut table, 1.0, event), REJECTED + reason, "case {at}");
    }
    let mut table = self::table(&[
        ("slots", slots(&[("a", &[("max", 2.into())]), ("b", &[("min", 2.into())])])),
        ("maxPending", 1.into()),
    ]);
    assert_eq!(offer(&mut table, 1.0, B), PENDING);
    assert_eq!(offer(&mut table, 1.0, A), PENDING);
    assert_eq!(offer(&mut table, 1.0, Event { id: Some("2"), ..A }), PENDING);
    assert_eq!(offer(&mut table, 1.0, Event { id: Some("3"), ..A }), REJECTED + 3);
    assert_eq!(offer(&mut table, 1.0, Event { key: "other", ..A }), REJECTED + 4);
    assert_eq!(stats(&table)("rejected"), 2.0);
}

#[wasm_bindgen_test]
fn joins_expire_one_by_one() {
    let mut table = table(&[]);
    for (key, now) in [("first", 1.0), ("zweite Größe", 2.0), ("later", 500.0)] {
        assert_eq!(offer(&mut table, now, Event { key, ..A }), PENDING);
    }
    assert_eq!(table.next_deadline(), 1001.0);
    assert_eq!(table.expire_next(1000.9), 0);
    let mut expired = || {
        let len = table.expire_next(1100.0);
        (len > 0).then(|| {
            let mut answer = Answer::read();
            let flags = answer.number();
            (answer.text(len), flags, answer.together())
        })
    };
    for (key, first, is_ascii) in [("first", 1.0, true), ("zweite Größe", 2.0, false)] {
        let flags = u32::from(is_ascii) << 2 | bits(0b01, 0b10) << 3;
        let links = vec![(0.0, Some((129.0, IDS.to_owned(), String::new())), vec![])];
        let together = Together { numbers: vec![1.0, 0.0, 0.0, first, first, 1100.0 - first], links };
        assert_eq!(expired(), Some((key.to_owned(), f64::from(flags), together)));
    }
    assert_eq!(expired(), None);
    assert_eq!(table.next_deadline(), 1500.0);
    assert_eq!(offer(&mut table, 1101.0, Event { key: "first", ..A }), DUPLICATE + OF_EXPIRED);
    assert_eq!(offer(&mut table, 1101.0, Event { key: "first", ..B }), LATE + OF_EXPIRED);
}

#[wasm_bindgen_test]
fn an_evicted_join_and_one_that_was_not_settled_say_so() {
    let options = [("maxPending", 1.into()), ("onFull", "evictOldest".into()), ("retainMs", 60_000.into())];
    let mut table = table(&options);
    assert_eq!(offer(&mut table, 1.0, Event { key: "old", ..A }), PENDING);
    assert_eq!(offer(&mut table, 2.0, Event { key: "new", ..A }), PENDING);
    assert_eq!(table.next_deadline(), -(2_f64.powi(63)));
    let mut flags = |now: f64| {
        let len = table.expire_next(now);
        (len > 0).then(|| Answer::read().number() as u32 & 3)
    };
    let (evicted, handed_out) = (1, 2);
    assert_eq!(flags(3.0), Some(evicted));
    assert_eq!(flags(3.0), None);
    assert_eq!(flags(1003.0), Some(evicted | handed_out));
    assert_eq!(flags(1003.0), Some(0));
    assert_eq!(flags(1003.0), None);
}

#[wasm_bindgen_test]
fn settle_says_what_it_found() {
    let mut table = table(&[]);
    assert_eq!(settle(&mut table, 1.0, "k", None), 0);
    offer(&mut table, 1.0, A);
    assert_eq!(settle(&mut table, 1.0, "k", None), 0);
    offer(&mut table, 1.0, B);
    for (ids, len) in [(&IDS[1..], 47), (&IDS.replace('4', "G")[..], 48)] {
        assert_eq!(settle(&mut table, 1.0, "k", Some((1.0, ids, "", false))), 2, "{len} characters");
    }
    assert_eq!(settle(&mut table, 1.0, "k", Some((1.0, &format!("{IDS}0"), "", false))), 2);
    assert_eq!(offer(&mut table, 1.0, B), REDELIVERED, "an invalid span settles nothing");
    assert_eq!(settle(&mut table, 2.0, "k", Some((3.0, IDS, "broken", true))), 1);
    assert_eq!(settle(&mut table, 3.0, "k", None), 1);
    assert_eq!(stats(&table)("settled"), 1.0);
    offer(&mut table, 4.0, Event { id: Some("2"), ..A });
    let mut answer = Answer::read();
    answer.context();
    assert_eq!(answer.context(), Some((131.0, IDS.to_owned(), String::new())), "the first settles");
}

#[wasm_bindgen_test]
fn a_join_is_inspected_and_forgotten() {
    let mut table = table(&[]);
    assert!(inspect(&mut table, "k").is_none());
    offer(&mut table, 5.0, A);
    let mut answer = inspect(&mut table, "k").expect("an open join");
    assert_eq!((answer.number(), answer.number()), (bits(0b01, 0b10).into(), 1005.0));
    assert!(inspect(&mut table, "K").is_none());
    assert!(forget(&mut table, 6.0, "k"));
    assert!(!forget(&mut table, 6.0, "k"));
    assert!(inspect(&mut table, "k").is_none());
    assert!(table.next_deadline().is_nan());
}

#[wasm_bindgen_test]
fn statistics_are_numbers() {
    let mut table = table(&[]);
    for event in
        [A, A, B, B, Event { id: Some("2"), ..A }, Event { key: "", ..A }, Event { key: "other", ..A }]
    {
        offer(&mut table, 1.0, event);
    }
    let stats = stats(&table);
    let counts = ["arrivals", "completed", "redelivered", "duplicates", "late", "conflicts", "rejected"];
    assert_eq!(counts.map(&stats), [2.0, 1.0, 1.0, 1.0, 1.0, 0.0, 1.0]);
    assert_eq!(["offered", "pending", "tombstones"].map(&stats), [7.0, 1.0, 1.0]);
    assert!(stats("bytes") > 128.0);
    assert_eq!(["tombstonesDropped", "undelivered", "forgotten"].map(&stats), [0.0; 3]);
}
