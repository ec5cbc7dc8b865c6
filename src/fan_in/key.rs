//! Correlation keys as records keep them: a UUID as 16 bytes, anything else as it is.

use crate::bytes::{Reader, Writer};

/// Where the hyphens of a UUID's text are.
const HYPHENS: [usize; 4] = [8, 13, 18, 23];
const UUID_TEXT: usize = 36;

/// Appends a key: a zero byte and 16 bytes for lower-case UUID text, else its length and the key itself.
///
/// The same key gives the same bytes, and different keys different ones: no other key begins with a zero, for none
/// is empty.
pub(super) fn encode(key: &[u8], record: &mut Vec<u8>) {
    let mut writer = Writer::new(record);
    match uuid(key) {
        Some(bytes) => {
            writer.byte(0);
            writer.raw(&bytes);
        }
        None => writer.prefixed(key),
    }
}

/// Splits a record into the bytes of its key and what comes after them.
pub(super) fn split(record: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut reader = Reader::new(record);
    if reader.prefixed()?.is_empty() {
        reader.array::<16>()?;
    }
    let rest = reader.rest();
    Some((record.get(..record.len().checked_sub(rest.len())?)?, rest))
}

/// The key itself, from the bytes that [`encode`] made of it.
pub(super) fn decode(encoded: &[u8], key: &mut Vec<u8>) {
    let mut reader = Reader::new(encoded);
    match reader.prefixed() {
        Some([]) => {
            let Some(bytes) = reader.array::<16>() else { return };
            let mut text = [0; 32];
            crate::trace_context::encode_hex(bytes, &mut text);
            for (at, digit) in text.iter().enumerate() {
                if matches!(at, 8 | 12 | 16 | 20) {
                    key.push(b'-');
                }
                key.push(*digit);
            }
        }
        Some(plain) => key.extend_from_slice(plain),
        None => {}
    }
}

/// The bytes of a UUID's lower-case text.
fn uuid(text: &[u8]) -> Option<[u8; 16]> {
    let text: &[u8; UUID_TEXT] = text.try_into().ok()?;
    if HYPHENS.iter().any(|at| text.get(*at) != Some(&b'-')) {
        return None;
    }
    let eight = |at| text.get(at..)?.first_chunk().map(|digits| u128::from(u64::from_le_bytes(*digits)));
    let four = |at| text.get(at..)?.first_chunk().map(|digits| u128::from(u32::from_le_bytes(*digits)));
    // As numbers: digits that are copied piece by piece cannot be loaded sixteen at a time before they are in memory.
    let first = eight(0)? | (four(9)? << 64) | (four(14)? << 96);
    let second = four(19)? | (four(24)? << 32) | (eight(28)? << 64);
    crate::trace_context::decode_hex([first.to_le_bytes(), second.to_le_bytes()].as_flattened())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn kept_in(key: &[u8], bytes: usize) {
        let mut record = Vec::new();
        encode(key, &mut record);
        assert_eq!(record.len(), bytes);
        record.extend_from_slice(b"log");
        let (encoded, rest) = split(&record).unwrap();
        assert_eq!(rest, b"log");
        let mut back = Vec::new();
        decode(encoded, &mut back);
        assert_eq!(back, key);
    }

    #[test]
    fn a_key_comes_back_as_it_was() {
        kept_in(b"6f9619ff-8b86-d011-b42d-00c04fc964ff", 17);
        kept_in(b"6F9619FF-8B86-D011-B42D-00C04FC964FF", 37);
        kept_in(b"6f9619ff-8b86-d011-b42d+00c04fc964ff", 37);
        kept_in(b"6f9619ff8b86d011b42d00c04fc964ff----", 37);
        kept_in(b"order-1", 8);
        kept_in(&[0; 16], 17);
        kept_in(&[0xff; 300], 302);
    }
}
