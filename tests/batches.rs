//! Batches of messages against a plain map: every message accounted for, every policy kept.

#![cfg(not(target_arch = "wasm32"))]

use std::collections::HashMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use spanlink::{AttributeValue, LinkBatch, Overflow, RejectReason, Rejected, SelectOptions, SpanContext};

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

#[test]
fn a_selector_forgets_the_batch_before() {
    use spanlink::LinkSelector;

    let mut selector = LinkSelector::with_seed(7);
    let traceparent = |n: usize| {
        let header = format!("00-{:032x}-{:016x}-01", n + 1, n + 1);
        spanlink::Traceparent::parse(header.as_bytes())
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
