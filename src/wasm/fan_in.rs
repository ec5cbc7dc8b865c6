//! The embedded fan-in table.

use wasm_bindgen::prelude::wasm_bindgen;

use super::contexts::{canonical, checked};
use super::definition;
use super::regions::{Regions, ids, push, take, traceparent, with};
use crate::fan_in::{ContextRef, FanIn, Joined, Offer, Outcome, Phase, Progress, Rejection};

/// A length that stands for a text the host does not have.
const NONE: u32 = u32::MAX;

/// How many slots fit the bits of an answer; the host has the same number.
const MASK_SLOTS: usize = 10;

/// So many bytes of text, or so many numbers, are read before more events are offered.
const LONG_ANSWER: usize = 1 << 16;

/// Added to the flags of a context that was received from elsewhere.
const REMOTE: u32 = 0x80;

/// Answers of [`FanInTable::offer`]; the host has the same list.
const PENDING: u32 = 0;
const REPLACED: u32 = 1;
const COMPLETE: u32 = 2;
const REDELIVERED: u32 = 3;
const DUPLICATE: u32 = 4;
const LATE: u32 = 7;
const CONFLICT: u32 = 10;
const REJECTED: u32 = 11;

/// A table of joins.
#[wasm_bindgen]
pub struct FanInTable(FanIn);

#[wasm_bindgen]
impl FanInTable {
    /// A table for the definition of `len` bytes in the input, as [`definition`](super::definition) reads it. Where
    /// there is none, the output is text that says which option makes no sense and what it must be, and the only
    /// number is its length.
    pub fn define(len: usize) -> Option<FanInTable> {
        with(|regions| {
            regions.clear();
            let definition = definition::read(take(&mut regions.input.as_slice(), len));
            match FanIn::with_seed(definition, regions.seed) {
                Ok(table) => Some(Self(table)),
                Err(error) => {
                    // As its Display, without what formats text: the module has none (see scripts/silence.mjs).
                    for part in ["`", &error.option, "` ", error.expected] {
                        regions.output.extend_from_slice(part.as_bytes());
                    }
                    regions.count(regions.output.len());
                    None
                }
            }
        })
    }

    /// Offers so many events. Each has six words in the lengths: the position of its slot, and how long its key,
    /// traceparent, tracestate, event id and attributes are; these follow one another in the input.
    ///
    /// In place of each slot is then what became of the event: 0 pending, 1 the same as a replacement, 2 complete, 3
    /// complete and redelivered, 4 to 6 duplicate of a pending, complete or expired join, 8 or 9 late after a complete
    /// or expired one, 10 conflict, 11 and more a rejection. Pending has the bits of its [`progress`], from bit 4 on,
    /// and what [`write_slots`] writes; complete has the slot that completed it, the completion id in the output, and
    /// [`write_joined`]; late the context of the event and that of the span, each as [`write_ids`] and [`write_rest`]
    /// write them.
    ///
    /// Gives how many events were offered: a long answer is to be read before there is more.
    pub fn offer(&mut self, now: f64, count: usize) -> usize {
        let now = milliseconds(now);
        with(|regions| {
            regions.clear();
            let input = core::mem::take(&mut regions.input);
            let mut words = core::mem::take(&mut regions.lengths);
            let mut rest = input.as_slice();
            let mut offered = 0_usize;
            for words in words.as_chunks_mut().0.iter_mut().take(count) {
                if regions.output.len().max(regions.numbers.len()) > LONG_ANSWER {
                    break;
                }
                let answer = offer_one(&mut self.0, regions, now, &mut rest, *words);
                let [slot, ..] = words;
                *slot = answer;
                offered = offered.saturating_add(1);
            }
            regions.input = input;
            regions.lengths = words;
            offered
        })
    }

    /// Closes the next join that is due. Gives its key's length, or 0 where there is none.
    ///
    /// The first number is 1 for an evicted join, plus 2 for one that was handed out before, plus 4 for a key that is
    /// ASCII, plus eight times the bits of its [`progress`]; the others are what [`write_slots`] and [`write_joined`]
    /// write. The output begins with the key.
    pub fn expire_next(&mut self, now: f64) -> usize {
        with(|regions| {
            regions.clear();
            let Some(expired) = self.0.expire_next(milliseconds(now)) else { return 0 };
            expired.joined.write_key(&mut regions.output);
            let key = regions.output.as_slice();
            let (len, is_ascii) = (key.len(), key.is_ascii());
            let flags = u32::from(expired.evicted)
                | u32::from(expired.redelivered) << 1
                | u32::from(is_ascii) << 2
                | progress(&expired.progress) << 3;
            regions.number(flags);
            write_slots(regions, &expired.progress);
            write_joined(regions, &expired.joined);
            len
        })
    }

    /// When the next join is due, in milliseconds since the epoch: -2^63 for an evicted one; NaN where none is.
    pub fn next_deadline(&mut self) -> f64 {
        self.0.next_deadline().map_or(f64::NAN, |deadline| deadline as f64)
    }

    /// Settles the join whose key is in the input, followed, where there is a span, by its trace id and span id, of
    /// `ids` characters together, and its tracestate. Gives 0 for an open or unknown join, 1 for a closed one, 2 where
    /// the span is not valid: then nothing is settled.
    pub fn settle(
        &mut self,
        now: f64,
        key: usize,
        ids: usize,
        flags: f64,
        tracestate: usize,
        remote: bool,
    ) -> u32 {
        with(|regions| {
            let mut rest = regions.input.as_slice();
            let key = take(&mut rest, key);
            let mut canonical = Vec::new();
            let span = if ids == 0 {
                None
            } else {
                let Some(traceparent) = checked(take(&mut rest, ids), flags) else { return 2 };
                let trace_state = canonical_list(take(&mut rest, tracestate), &mut canonical);
                Some(ContextRef { traceparent, trace_state, is_remote: remote })
            };
            u32::from(self.0.settle(milliseconds(now), key, span))
        })
    }

    /// Looks at the open join whose key is in the input. Gives whether there is one; the numbers are the bits of its
    /// [`progress`], what [`write_slots`] writes, and its deadline.
    pub fn inspect(&mut self, key: usize) -> bool {
        with(|regions| {
            regions.clear();
            let input = core::mem::take(&mut regions.input);
            let found = self.0.inspect(take(&mut input.as_slice(), key)).map(|(slots, deadline)| {
                regions.number(progress(&slots));
                write_slots(regions, &slots);
                push(&mut regions.numbers, deadline as f64);
            });
            regions.input = input;
            found.is_some()
        })
    }

    /// Forgets the join whose key is in the input. Gives whether there was one.
    pub fn forget(&mut self, now: f64, key: usize) -> bool {
        with(|regions| self.0.forget(milliseconds(now), take(&mut regions.input.as_slice(), key)))
    }

    /// Counts: the numbers are the [`Stats`](crate::fan_in::Stats), in their order; the host has their names. Gives how
    /// many there are.
    pub fn stats(&self) -> usize {
        let stats = self.0.stats();
        with(|regions| {
            regions.clear();
            for count in [
                stats.pending,
                stats.tombstones,
                stats.bytes,
                stats.offered,
                stats.arrivals,
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
                stats.forgotten,
                stats.tombstones_dropped,
                stats.undelivered,
            ] {
                push(&mut regions.numbers, count as f64);
            }
            regions.numbers.len()
        })
    }
}

/// Whole milliseconds since the epoch, rounded down.
fn milliseconds(now: f64) -> i64 {
    now.floor() as i64
}

/// The canonical form of a tracestate: the header itself where it is canonical, empty where it is dropped.
fn canonical_list<'a>(header: &'a [u8], room: &'a mut Vec<u8>) -> &'a str {
    // Most messages have none, and need no calls to find that out.
    if header.is_empty() {
        return "";
    }
    core::str::from_utf8(canonical(header, room).unwrap_or_default()).unwrap_or_default()
}

fn phase_code(phase: Phase) -> u32 {
    match phase {
        Phase::Pending => 0,
        Phase::Complete => 1,
        Phase::Expired => 2,
    }
}

fn rejection_code(reason: Rejection) -> u32 {
    match reason {
        Rejection::InvalidKey => 0,
        Rejection::UnknownSlot => 1,
        Rejection::IdentityRequired => 2,
        Rejection::SlotFull => 3,
        Rejection::Capacity => 4,
    }
}

/// Offers one event, whose texts are the next of the input.
fn offer_one(
    table: &mut FanIn,
    regions: &mut Regions,
    now: i64,
    input: &mut &[u8],
    [slot, key, traceparent, tracestate, event_id, attributes]: [u32; 6],
) -> u32 {
    let key = take(input, key as usize);
    let header = self::traceparent(input, traceparent);
    let list = take(input, tracestate as usize);
    let event_id = (event_id != NONE).then(|| take(input, event_id as usize));
    let attributes = take(input, attributes as usize);

    let mut canonical = Vec::new();
    let context = header.ok().map(|traceparent| {
        let trace_state = canonical_list(list, &mut canonical);
        ContextRef { traceparent, trace_state, is_remote: true }
    });
    let slot = (slot != NONE).then_some(slot as usize);
    let offer = Offer { key, slot, event_id, context, attributes };
    match table.offer(now, &offer) {
        Outcome::Pending { progress: slots, replaced } => {
            write_slots(regions, &slots);
            (if replaced { REPLACED } else { PENDING }) | progress(&slots) << 4
        }
        Outcome::Complete { joined, completed_by, completion_id, redelivered } => {
            regions.number(completed_by);
            regions.output.extend_from_slice(&completion_id);
            write_joined(regions, &joined);
            if redelivered { REDELIVERED } else { COMPLETE }
        }
        Outcome::Duplicate { phase } => DUPLICATE.saturating_add(phase_code(phase)),
        Outcome::Late { after, settled_by } => {
            for context in [context, settled_by] {
                write_ids(regions, context);
                write_rest(regions, context, &[]);
            }
            LATE.saturating_add(phase_code(after))
        }
        Outcome::Conflict { .. } => CONFLICT,
        Outcome::Rejected(reason) => REJECTED.saturating_add(rejection_code(reason)),
    }
}

/// The slots arrived and those missing as bits, ten each; 0 where a definition has more slots.
fn progress(slots: &Progress<'_>) -> u32 {
    if slots.slots() > MASK_SLOTS {
        return 0;
    }
    let with = |bits, slot| bits | (1_u32 << slot);
    slots.arrived().fold(0, with) | slots.missing().fold(0, with) << MASK_SLOTS
}

/// Where there are too many for bits: writes the slots arrived and those missing, each list preceded by its length.
fn write_slots(regions: &mut Regions, slots: &Progress<'_>) {
    if slots.slots() > MASK_SLOTS {
        write_list(regions, &mut slots.arrived());
        write_list(regions, &mut slots.missing());
    }
}

fn write_list(regions: &mut Regions, slots: &mut dyn Iterator<Item = usize>) {
    let at = regions.numbers.len();
    regions.count(0);
    for slot in slots {
        regions.count(slot);
    }
    let count = regions.numbers.len().saturating_sub(at).saturating_sub(1);
    if let Some(length) = regions.numbers.get_mut(at) {
        *length = count as f64;
    }
}

/// Writes what came together: the numbers arrivals, linkless, links dropped, first and last arrival, wait, number of
/// links; to the output, the ids of all links; then for each link its slot and its context without the ids.
fn write_joined(regions: &mut Regions, joined: &Joined<'_>) {
    regions.count(joined.arrivals());
    regions.count(joined.linkless());
    regions.count(joined.links_dropped());
    push(&mut regions.numbers, joined.first_arrival() as f64);
    push(&mut regions.numbers, joined.last_arrival() as f64);
    push(&mut regions.numbers, joined.wait_ms() as f64);
    regions.count(joined.links().count());
    for link in joined.links() {
        write_ids(regions, Some(link.context));
    }
    for link in joined.links() {
        regions.number(link.slot);
        write_rest(regions, Some(link.context), link.attributes);
    }
}

/// Writes trace id and span id of a context to the output.
fn write_ids(regions: &mut Regions, context: Option<ContextRef<'_>>) {
    if let Some(ContextRef { traceparent, .. }) = context {
        regions.output.extend_from_slice(&ids(&traceparent));
    }
}

/// Writes the rest of a context: the number -1 for none; else its flags (with 0x80 for a remote one), and the lengths
/// of its tracestate and of the attributes, which go to the output.
fn write_rest(regions: &mut Regions, context: Option<ContextRef<'_>>, attributes: &[u8]) {
    let Some(ContextRef { traceparent, trace_state, is_remote }) = context else {
        return regions.number(-1);
    };
    regions.number(u32::from(traceparent.flags.bits()) | if is_remote { REMOTE } else { 0 });
    regions.count(trace_state.len());
    regions.count(attributes.len());
    regions.output.extend_from_slice(trace_state.as_bytes());
    regions.output.extend_from_slice(attributes);
}
