//! The embedded fan-in against a model: random histories, every answer compared, every bound held.

#![cfg(not(target_arch = "wasm32"))]

#[path = "support/answers.rs"]
mod answers;
#[path = "support/history.rs"]
mod history;
#[path = "support/model.rs"]
mod model;
#[path = "support/scripts.rs"]
mod scripts;

use std::collections::{HashMap, HashSet};

use answers::{Answer, Event, Slots};
use model::Model;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use scripts::{KEYS, Step, contexts, definition, slots, steps};
use spanlink::SpanContext;
use spanlink::fan_in::{ContextRef, Definition, FanIn, Stats};

/// A table and its model, which take the same steps.
struct Pair {
    fan_in: FanIn,
    model: Model,
    now: i64,
    offered: Vec<Event>,
    /// Completion ids by what they are to depend on.
    completion_ids: HashMap<Vec<String>, String>,
}

impl Pair {
    fn new(definition: Definition, now: i64) -> Self {
        let fan_in = FanIn::new(definition.clone()).expect("a definition that makes sense");
        let model = Model::new(definition);
        Self { fan_in, model, now, offered: Vec::new(), completion_ids: HashMap::new() }
    }

    fn take(&mut self, step: &Step) -> Result<(), TestCaseError> {
        match step {
            Step::Offer(event) => {
                self.offered.push(event.clone());
                self.offer(event)?;
            }
            Step::Again(back) => {
                if let Some(event) = self.offered.iter().nth_back(*back).cloned() {
                    self.offer(&event)?;
                }
            }
            Step::Wait(ms) => self.now += ms,
            Step::Expire => {
                let expired = answers::expire(&mut self.fan_in, self.now);
                prop_assert_eq!(expired, self.model.expire(self.now));
            }
            Step::Settle(key, span) => {
                let settled = self.fan_in.settle(self.now, key, span.as_ref().map(ContextRef::from));
                prop_assert_eq!(settled, self.model.settle(self.now, key, span.clone()));
            }
            Step::Forget(key) => {
                prop_assert_eq!(self.fan_in.forget(self.now, key), self.model.forget(self.now, key));
            }
        }
        self.check()
    }

    fn offer(&mut self, event: &Event) -> Result<(), TestCaseError> {
        let (answer, id) = answers::offer(&mut self.fan_in, self.now, event);
        prop_assert_eq!(&answer, &self.model.offer(self.now, event));
        prop_assert_eq!(id.is_some(), matches!(answer, Answer::Complete { .. }));
        if let Some(id) = id {
            prop_assert_eq!(id.len(), 32);
            let known =
                self.completion_ids.entry(self.model.completed_of.clone()).or_insert_with(|| id.clone());
            prop_assert_eq!(&*known, &id, "the same events, another completion id");
        }
        Ok(())
    }

    /// What holds after every step.
    fn check(&mut self) -> Result<(), TestCaseError> {
        let stats = self.fan_in.stats();
        prop_assert_eq!(stats, self.model.stats());
        let Stats { arrivals, completed, redelivered, duplicates, late, conflicts, rejected, .. } = stats;
        let answered = arrivals + completed + redelivered + duplicates + late + conflicts + rejected;
        prop_assert_eq!(stats.offered, answered);
        let definition = self.fan_in.definition().clone();
        prop_assert!(stats.pending <= definition.max_pending as u64);
        prop_assert!(stats.tombstones <= definition.max_tombstones() as u64);
        prop_assert!(definition.max_bytes.is_none_or(|limit| stats.bytes <= limit as u64));
        prop_assert_eq!(self.fan_in.next_deadline(), self.model.next_deadline());
        for key in KEYS {
            let inspected = self.fan_in.inspect(key).map(|(state, deadline)| (Slots::from(state), deadline));
            prop_assert_eq!(inspected, self.model.inspect(key));
        }
        Ok(())
    }
}

/// All events of one join, in two orders.
fn permuted_join() -> impl Strategy<Value = (Definition, Vec<Event>, Vec<Event>)> {
    let given =
        (slots(), proptest::collection::vec(proptest::option::weighted(0.8, contexts()), 9), any::<bool>());
    given.prop_flat_map(|(slots, contexts, with_ids)| {
        // Whatever has no id is told apart by its context, and a slot of several needs ids.
        let wanted: Vec<usize> = slots
            .iter()
            .enumerate()
            .flat_map(|(at, slot)| std::iter::repeat_n(at, slot.min as usize))
            .collect();
        let wanted = if wanted.is_empty() { vec![0] } else { wanted };
        let event = |(n, (slot, context)): (usize, (usize, Option<SpanContext>))| Event {
            key: b"k".to_vec(),
            slot: Some(slot),
            // An event without id and context is known by its time, which differs.
            id: (with_ids || slots[slot].max > 1 || context.is_none()).then(|| vec![b'0' + n as u8]),
            context,
            attributes: Vec::new(),
        };
        let events: Vec<Event> = wanted.into_iter().zip(contexts).enumerate().map(event).collect();
        let definition = Definition::new("join", 1000, slots);
        (Just(definition), Just(events.clone()), Just(events).prop_shuffle())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_table_answers_as_the_model(
        definition in definition(),
        start in prop::sample::select(vec![0, -500, 1_700_000_000_000]),
        steps in steps(),
    ) {
        let mut pair = Pair::new(definition, start);
        for step in &steps {
            pair.take(step)?;
        }
        let different: HashSet<&String> = pair.completion_ids.values().collect();
        prop_assert_eq!(different.len(), pair.completion_ids.len(), "other events, the same completion id");
    }

    #[test]
    fn a_deadline_is_when_expire_has_something(definition in definition(), steps in steps()) {
        let mut pair = Pair::new(definition, 1000);
        for step in &steps {
            pair.take(step)?;
            // Evicted joins are due whatever the time is.
            answers::expire(&mut pair.fan_in, pair.now);
            pair.model.expire(pair.now);
        }
        if let Some(deadline) = pair.fan_in.next_deadline() {
            prop_assert!(answers::expire(&mut pair.fan_in, deadline - 1).is_empty());
            prop_assert!(!answers::expire(&mut pair.fan_in, deadline).is_empty());
        } else {
            prop_assert!(answers::expire(&mut pair.fan_in, i64::MAX).is_empty());
        }
    }

    #[test]
    fn nothing_is_left_when_all_is_forgotten(definition in definition(), steps in steps()) {
        let mut pair = Pair::new(definition, 1000);
        for step in &steps {
            pair.take(step)?;
        }
        for key in KEYS {
            pair.take(&Step::Forget(key.to_vec()))?;
        }
        let Stats { pending, tombstones, bytes, .. } = pair.fan_in.stats();
        prop_assert_eq!((pending, tombstones, bytes), (0, 0, 0));
    }

    #[test]
    fn nothing_is_left_when_all_has_expired(definition in definition(), steps in steps()) {
        let mut pair = Pair::new(definition, 1000);
        for step in &steps {
            pair.take(step)?;
        }
        // The first makes tombstones of all that waits, the second drops them.
        for _ in 0..2 {
            pair.take(&Step::Wait(1_000_000_000))?;
            pair.take(&Step::Expire)?;
        }
        let Stats { pending, tombstones, bytes, .. } = pair.fan_in.stats();
        prop_assert_eq!((pending, tombstones, bytes), (0, 0, 0));
    }

    #[test]
    fn the_order_of_arrivals_does_not_matter((definition, events, permuted) in permuted_join()) {
        let complete = |events: &[Event]| {
            let mut fan_in = FanIn::new(definition.clone()).expect("a definition that makes sense");
            let mut completed = None;
            for (now, event) in (0_i64..).zip(events) {
                let (answer, id) = answers::offer(&mut fan_in, now, event);
                if let (Answer::Complete { together, .. }, Some(id)) = (answer, id) {
                    let mut links = together.links;
                    links.sort_by_key(|(slot, context, _)| (*slot, format!("{context:?}")));
                    completed = Some((links, together.arrivals, together.linkless, id));
                }
            }
            completed
        };
        let expected = complete(&events);
        prop_assert_eq!(expected.as_ref().map(|(_, arrivals, _, _)| *arrivals), Some(events.len()));
        prop_assert_eq!(complete(&permuted), expected);
    }

    #[test]
    fn no_time_is_too_far(definition in definition(), steps in steps(), times in prop::collection::vec(any::<i64>(), 60)) {
        let mut fan_in = FanIn::new(definition).expect("a definition that makes sense");
        for (step, now) in steps.iter().zip(times) {
            match step {
                Step::Offer(event) => {
                    if let (Answer::Complete { together, .. }, _) = answers::offer(&mut fan_in, now, event) {
                        prop_assert!(together.wait >= 0);
                    }
                }
                Step::Settle(key, _) => {
                    fan_in.settle(now, key, None);
                }
                Step::Expire | Step::Wait(_) | Step::Again(_) | Step::Forget(_) => {
                    let expired = answers::expire(&mut fan_in, now);
                    prop_assert!(expired.iter().all(|ended| ended.together.wait >= 0));
                    fan_in.next_deadline();
                }
            }
            let Stats { offered, rejected, pending, .. } = fan_in.stats();
            prop_assert!(rejected <= offered && pending <= fan_in.definition().max_pending as u64);
        }
    }
}

/// A model that never meets a case proves nothing about it.
#[test]
fn histories_meet_every_case() {
    let mut runner = TestRunner::deterministic();
    let mut all = [0; 12];
    for _ in 0..300 {
        let (definition, steps) = (definition(), steps()).new_tree(&mut runner).expect("a history").current();
        let mut pair = Pair::new(definition, 0);
        for step in &steps {
            pair.take(step).unwrap_or_else(|fault| panic!("{step:?}: {fault}"));
        }
        let stats = pair.fan_in.stats();
        let counts = [
            stats.completed,
            stats.redelivered,
            stats.duplicates,
            stats.late,
            stats.conflicts,
            stats.rejected,
            stats.replaced,
            stats.expired,
            stats.evicted,
            stats.settled,
            stats.tombstones_dropped,
            stats.undelivered,
        ];
        for (sum, count) in all.iter_mut().zip(counts) {
            *sum += count;
        }
    }
    assert!(all.iter().all(|sum| *sum > 20), "{all:?}");
}
