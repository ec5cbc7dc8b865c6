//! Batches of messages against a plain map: every message accounted for, every policy kept.

#![cfg(not(target_arch = "wasm32"))]

use std::collections::HashMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use spanlink::{
    AttributeValue, Chosen, LinkBatch, LinkReport, LinkSelector, Overflow, RejectReason, Rejected,
    SelectOptions, SpanContext, Traceparent,
};

type Message = Result<SpanContext, RejectReason>;

/// A context; few enough that they meet. Two may differ in their flags or their list alone.
fn contexts() -> impl Strategy<Value = SpanContext> {
    (0_u8..12, 1_u8..4, 0_u8..4, select(vec!["", "a=1"])).prop_map(|(trace, span, flags, list)| {
        let header = format!("00-{:032x}-{span:016x}-0{flags}", u64::from(trace) + 1);
        SpanContext::extract([header], [list]).expect("a valid context")
    })
}

fn messages() -> impl Strategy<Value = Vec<Message>> {
    let reasons = select(RejectReason::ALL.to_vec());
    vec(prop_oneof![5 => contexts().prop_map(Ok), 1 => reasons.prop_map(Err)], 0..80)
}

fn policies() -> impl Strategy<Value = Overflow> {
    select(vec![Overflow::Sampled, Overflow::First, Overflow::Last, Overflow::Split])
}

/// A link of the naive way: the first message that names a span, and how many do.
#[derive(Clone, PartialEq, Debug)]
struct Naive {
    context: SpanContext,
    merged: i64,
}

/// Every link that could be made.
fn candidates(messages: &[Message], dedupe: bool) -> Vec<Naive> {
    let mut places = HashMap::new();
    let mut all: Vec<Naive> = Vec::new();
    for context in messages.iter().flatten() {
        let ids = (context.traceparent.trace_id, context.traceparent.span_id);
        match places.get(&ids).filter(|_| dedupe) {
            Some(place) => {
                let known: &mut Naive = &mut all[*place];
                known.merged += 1;
            }
            None => {
                places.insert(ids, all.len());
                all.push(Naive { context: context.clone(), merged: 1 });
            }
        }
    }
    all
}

/// Those that a policy keeps.
fn kept(all: Vec<Naive>, max_links: usize, overflow: Overflow) -> Vec<Naive> {
    if all.len() <= max_links {
        return all;
    }
    let excess = all.len() - max_links;
    match overflow {
        Overflow::Split => all,
        Overflow::First => all[..max_links].to_vec(),
        Overflow::Last => all[excess..].to_vec(),
        Overflow::Sampled => {
            let is_sampled = |link: &Naive| link.context.traceparent.flags.is_sampled();
            let (mut sampled, others): (Vec<_>, Vec<_>) = all.into_iter().partition(is_sampled);
            sampled.extend(others);
            sampled.truncate(max_links);
            sampled
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_message_is_accounted_for(
        messages in messages(), dedupe in any::<bool>(), max_links in 0_usize..40, overflow in policies(),
    ) {
        let batch = LinkBatch::new(messages.clone(), SelectOptions { dedupe, max_links, overflow });
        let all = candidates(&messages, dedupe);
        let expected = kept(all.clone(), max_links, overflow);
        let links: Vec<Naive> = batch
            .links
            .iter()
            .map(|link| {
                let merged = match link.attributes.get("link.message_count") {
                    Some(AttributeValue::I64(count)) if *count > 1 => *count,
                    None => 1,
                    other => panic!("a count above 1, not {other:?}"),
                };
                Naive { context: link.context.clone(), merged }
            })
            .collect();
        prop_assert_eq!(&links, &expected);

        let report = &batch.report;
        let valid = messages.iter().flatten().count();
        let missing = messages.iter().filter(|message| **message == Err(RejectReason::Missing)).count();
        prop_assert_eq!(report.messages, messages.len());
        prop_assert_eq!(report.linked, expected.len());
        prop_assert_eq!(report.duplicates, valid - all.len());
        prop_assert_eq!(report.missing, missing);
        prop_assert_eq!(report.malformed, messages.len() - valid - missing);
        prop_assert_eq!(report.dropped, all.len() - expected.len());
        let sum = report.linked + report.duplicates + report.missing + report.malformed + report.dropped;
        prop_assert_eq!(report.messages, sum);
        let rejected: Vec<Rejected> = messages
            .iter()
            .enumerate()
            .filter_map(|(index, message)| Some(Rejected { index, reason: *message.as_ref().err()? }))
            .filter(|rejected| rejected.reason != RejectReason::Missing)
            .take(16)
            .collect();
        prop_assert_eq!(&report.rejected, &rejected);
    }
}

/// A batch as one of many that the same selector is given.
#[derive(Clone, Debug)]
struct Turn {
    options: SelectOptions,
    /// The spans it names, by number; those of different batches are mostly the same.
    spans: core::ops::Range<u32>,
    /// How often each of them is named.
    rounds: usize,
    /// Messages without a valid context, after each round.
    rejected: usize,
    /// How many messages the batch says it will have.
    expected: Option<usize>,
    /// What happens after the batch.
    after: After,
}

#[derive(Clone, Copy, Debug)]
enum After {
    Nothing,
    Release,
    ReleaseTwice,
    /// A batch of these spans is begun, not finished, and released.
    Abandon,
}

/// Most batches are small; some are larger than what a selector keeps room for, 4096.
fn turns() -> impl Strategy<Value = Turn> {
    let spans = prop_oneof![
        6 => (0_u32..8, 0_u32..60).prop_map(|(from, count)| from..from + count),
        2 => (0_u32..8, 4090_u32..4104).prop_map(|(from, count)| from..from + count),
        1 => (0_u32..8, 5000_u32..9000).prop_map(|(from, count)| from..from + count),
    ];
    let options = (prop::bool::weighted(0.8), 0_usize..200, policies())
        .prop_map(|(dedupe, max_links, overflow)| SelectOptions { dedupe, max_links, overflow });
    let expected = prop_oneof![Just(None), Just(Some(0)), (0_usize..10_000).prop_map(Some)];
    let after = select(vec![After::Nothing, After::Release, After::ReleaseTwice, After::Abandon]);
    (options, spans, 1_usize..3, 0_usize..3, expected, after).prop_map(
        |(options, spans, rounds, rejected, expected, after)| Turn {
            options,
            spans,
            rounds,
            rejected,
            expected,
            after,
        },
    )
}

fn numbered(span: u32) -> Traceparent {
    let header = format!("00-{:032x}-{:016x}-0{}", u64::from(span / 2) + 1, span + 1, span % 3);
    Traceparent::parse(header.as_bytes()).expect("a valid header")
}

fn push_all(selector: &mut LinkSelector, turn: &Turn) {
    match turn.expected {
        Some(messages) => selector.try_start(turn.options, messages).expect("enough memory"),
        None => selector.start(turn.options),
    }
    for _ in 0..turn.rounds {
        for span in turn.spans.clone() {
            selector.push(Ok(numbered(span)));
        }
        for _ in 0..turn.rejected {
            selector.push(Err(RejectReason::BadFlags));
        }
    }
}

fn answers(selector: &mut LinkSelector, turn: &Turn) -> (LinkReport, Vec<Chosen>) {
    push_all(selector, turn);
    (selector.finish().clone(), selector.chosen().copied().collect())
}

fn follow(selector: &mut LinkSelector, turn: &Turn) {
    match turn.after {
        After::Nothing => return,
        After::Release => {}
        After::ReleaseTwice => selector.release(),
        After::Abandon => push_all(selector, turn),
    }
    selector.release();
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn no_batch_knows_of_those_before(turns in vec(turns(), 2..8), seed in any::<u64>()) {
        let mut selector = LinkSelector::with_seed(seed);
        for (at, turn) in turns.iter().enumerate() {
            let (report, chosen) = answers(&mut selector, turn);
            // Nor does what is chosen depend on the seed.
            let fresh = answers(&mut LinkSelector::with_seed(!seed), turn);
            prop_assert!((&report, &chosen) == (&fresh.0, &fresh.1), "batch {at} of {turns:?}");

            let spans = turn.spans.len();
            let again = if turn.options.dedupe { spans * (turn.rounds - 1) } else { 0 };
            prop_assert_eq!(report.duplicates, again);
            prop_assert_eq!(report.messages, (spans + turn.rejected) * turn.rounds);
            let merged = if turn.options.dedupe { turn.rounds } else { 1 };
            prop_assert!(chosen.iter().all(|link| link.merged == merged));

            follow(&mut selector, turn);
            if !matches!(turn.after, After::Nothing) {
                prop_assert_eq!(selector.report(), &LinkReport::default());
                prop_assert_eq!(selector.chosen().count(), 0);
                prop_assert_eq!(selector.finish(), &LinkReport::default());
            }
        }
    }
}

#[test]
fn a_span_of_one_batch_is_new_to_the_next() {
    // After a batch within what is kept, and after one beyond, in every way that one batch can follow another.
    for big in [1, 4096, 4097, 9000] {
        for after in [After::Nothing, After::Release, After::ReleaseTwice, After::Abandon] {
            let mut selector = LinkSelector::with_seed(7);
            for spans in [0..big, 0..1, 0..200, 0..big, 0..3] {
                let options = SelectOptions { max_links: 50_000, ..SelectOptions::default() };
                let count = spans.len();
                let turn = Turn { options, spans, rounds: 1, rejected: 0, expected: None, after };
                let (report, _) = answers(&mut selector, &turn);
                assert_eq!((report.linked, report.duplicates), (count, 0), "after {big}, {after:?}");
                follow(&mut selector, &turn);
            }
        }
    }
}

#[test]
fn a_selector_forgets_the_batch_before() {
    let mut selector = LinkSelector::with_seed(7);
    let traceparent = |n: usize| {
        let header = format!("00-{:032x}-{:016x}-01", n + 1, n + 1);
        Traceparent::parse(header.as_bytes())
    };
    // Beyond what is kept from one batch to the next, and within.
    for count in [5000, 3, 0, 200] {
        selector.start(SelectOptions { max_links: 100, ..SelectOptions::default() });
        for n in 0..count {
            selector.push(traceparent(n));
            selector.push(traceparent(n));
            selector.push(Err(RejectReason::BadFlags));
        }
        let report = selector.finish().clone();
        assert_eq!(report.messages, count * 3);
        assert_eq!(report.duplicates, count);
        assert_eq!((report.linked, report.dropped), (count.min(100), count.saturating_sub(100)));
        assert_eq!((report.malformed, report.rejected.len()), (count, count.min(16)));
        assert!(selector.chosen().all(|chosen| chosen.merged == 2));
        assert_eq!(selector.chosen().map(|chosen| chosen.message).nth(2), (count > 2).then_some(6));
        assert_eq!(selector.report(), &report);
    }
}
