//! Batches in chunks.

use spanlink::wasm::{batch_end, batch_finish, batch_ids, batch_push, batch_start};
use wasm_bindgen_test::wasm_bindgen_test;

use super::host::{NO_TEXT, links, numbers, text, write, write_lengths};

/// A header that differs for each `n`.
fn header(n: usize, flags: u8) -> String {
    format!("00-{:032x}-{:016x}-{flags:02x}", n + 1, n + 1)
}

/// Pushes messages in chunks of 1024; an error stands for a text that the host does not have.
fn push(messages: &[Result<String, u32>]) {
    for chunk in messages.chunks(1024) {
        let texts: Vec<&[u8]> = chunk.iter().flatten().map(String::as_bytes).collect();
        write(&texts);
        let length = |message: &Result<String, u32>| match message {
            Ok(text) => text.len() as u32,
            Err(code) => NO_TEXT | code,
        };
        write_lengths(&chunk.iter().map(length).collect::<Vec<u32>>());
        batch_push(chunk.len());
    }
}

/// What became of a batch.
pub(crate) struct Finished {
    /// Messages, linked, duplicates, missing, malformed, dropped.
    pub(crate) counts: Vec<f64>,
    /// The index and the reason's code of each.
    rejected: Vec<[f64; 2]>,
    /// The message, the flags, and how many messages each stands for.
    links: Vec<[f64; 3]>,
}

/// Ends a batch.
pub(crate) fn finish() -> Finished {
    let linked = batch_finish();
    let head = numbers(8);
    let (rejected, several) = (head[6] as usize, head[7] as usize);
    let all = numbers((8 + 2 * rejected + 2 * several) as u32);
    let (named, merged) = all[8..].split_at(2 * rejected);
    let word = |word: &u32| [f64::from(word >> 2), f64::from(word & 3), 1.0];
    let mut links: Vec<_> = links(linked as u32).iter().map(word).collect();
    for [link, count] in merged.as_chunks::<2>().0 {
        links[*link as usize][2] = *count;
    }
    Finished { counts: head[..6].to_vec(), rejected: named.as_chunks::<2>().0.to_vec(), links }
}

#[wasm_bindgen_test]
fn a_batch_of_several_chunks_is_one_batch() {
    // Two thousand spans, each named twice, the second time far away.
    let messages: Vec<_> = (0..4000).map(|n| Ok(header(n % 2000, 1))).collect();
    batch_start(0, true, 3000, 0);
    push(&messages);
    let Finished { counts, rejected, links } = finish();
    assert_eq!(counts, [4000.0, 2000.0, 2000.0, 0.0, 0.0, 0.0]);
    assert!(rejected.is_empty());
    assert_eq!(links.len(), 2000);
    assert!((0..).zip(&links).all(|(at, link)| *link == [f64::from(at), 1.0, 2.0]));

    batch_start(0, false, 5000, 0);
    push(&messages);
    assert_eq!(finish().counts, [4000.0, 4000.0, 0.0, 0.0, 0.0, 0.0]);
}

#[wasm_bindgen_test]
fn a_batch_names_the_first_sixteen_that_are_malformed() {
    batch_start(0, true, 128, 0);
    let all =
        (0..9).map(Err).chain([Ok("nonsense".to_owned()), Ok(header(1, 0)), Ok(String::new()), Err(77)]);
    push(&all.collect::<Vec<_>>());
    let Finished { counts, rejected, links } = finish();
    assert_eq!(counts, [13.0, 1.0, 0.0, 2.0, 10.0, 0.0]);
    let codes = (1..9).map(|code| [f64::from(code); 2]);
    let expected: Vec<_> = codes.chain([[9.0, 3.0], [12.0, 2.0]]).collect();
    assert_eq!(rejected, expected);
    assert_eq!(links, [[10.0, 0.0, 1.0]]);

    batch_start(0, true, 128, 0);
    push(&vec![Err(4); 2000]);
    let Finished { counts, rejected, .. } = finish();
    assert_eq!(counts, [2000.0, 0.0, 0.0, 0.0, 2000.0, 0.0]);
    assert_eq!(rejected, (0..16).map(|index| [f64::from(index), 4.0]).collect::<Vec<_>>());
}

#[wasm_bindgen_test]
fn every_overflow_keeps_its_links() {
    // Of six, those at odd places are sampled.
    let messages: Vec<_> = (0..6).map(|n| Ok(header(n, (n % 2) as u8))).collect();
    for (overflow, expected) in [
        (0, vec![1, 3, 5, 0]),
        (1, vec![0, 1, 2, 3]),
        (2, vec![2, 3, 4, 5]),
        (3, vec![0, 1, 2, 3, 4, 5]),
        (99, vec![0, 1, 2, 3, 4, 5]),
    ] {
        batch_start(0, true, 4, overflow);
        push(&messages);
        let Finished { counts, links, .. } = finish();
        let kept: Vec<usize> = links.iter().map(|link| link[0] as usize).collect();
        assert_eq!(kept, expected, "overflow {overflow}");
        assert_eq!(counts[5] as usize, 6 - expected.len());

        let ids = |n: usize| header(n, 0).replace('-', "")[2..50].to_owned();
        batch_ids(0, 100);
        let all: String = expected.iter().map(|n| ids(*n)).collect();
        assert_eq!(text(48 * expected.len()), all);
        batch_ids(1, 2);
        assert_eq!(text(96), ids(expected[1]) + &ids(expected[2]));
        batch_ids(100, usize::MAX);
        batch_end();
        batch_ids(0, 100);
    }
}

#[wasm_bindgen_test]
fn a_batch_forgets_the_one_before() {
    batch_start(0, true, 128, 0);
    push(&[Ok(header(1, 1)), Ok("x".to_owned())]);
    batch_start(0, true, 128, 0);
    let Finished { counts, rejected, links } = finish();
    assert_eq!((counts, rejected.len(), links.len()), (vec![0.0; 6], 0, 0));
    push(&[Ok(header(1, 1))]);
    assert_eq!(finish().counts, [1.0, 1.0, 0.0, 0.0, 0.0, 0.0]);
}

#[wasm_bindgen_test]
fn the_room_of_a_burst_is_given_back() {
    let pages = || core::arch::wasm32::memory_size::<0>();
    // Candidates of 7 MB, and a table of 4.
    batch_start(200_000, true, 200_000, 3);
    let during = pages();
    batch_end();
    let other = vec![1_u8; 6 << 20];
    assert_eq!(pages(), during, "{} bytes did not fit where the burst was", other.len());
}
