//! Lower-case hexadecimal, eight characters at a time.
//!
//! An integer parser is the usual shortcut and the usual bug: it takes `+1`, upper case and short ids. Here each
//! character is checked at its position. Eight characters are checked and packed as one `u64`.

const ONES: u64 = 0x0101_0101_0101_0101;
const LOW: u64 = 0x0f0f_0f0f_0f0f_0f0f;
const HIGH: u64 = 0xf0f0_f0f0_f0f0_f0f0;

/// What was found in texts that were decoded. Both are for comparison with 0.
#[derive(Clone, Copy, Default)]
pub(super) struct Found {
    /// Bits of characters that are not lower-case hexadecimal.
    wrong: u64,
    /// Bits of the digits.
    digits: u64,
}

impl Found {
    /// Whether all characters were hexadecimal, and some other than `0`.
    pub(super) fn is_id(self) -> bool {
        self.wrong & HIGH == 0 && self.digits != 0
    }
}

/// Decodes 8 lower-case hexadecimal characters into 4 bytes.
#[inline(always)]
fn decode8(text: [u8; 8], found: &mut Found) -> u32 {
    // Least significant first: WebAssembly has no instruction that turns bytes round.
    let text = u64::from_le_bytes(text).wrapping_sub(ONES.wrapping_mul(b'0'.into()));
    // '0'..'9' are 0 to 9 now; 'a'..'f' are 0x31 to 0x36, have bit 5 set, and are 39 too much.
    let letters = (text >> 5) & ONES;
    let digits = text.wrapping_sub(letters.wrapping_mul(39));
    // What was no such character is above 15, or is 10 or more without having been a letter, or less as one: adding 6
    // carries 10 and more into bit 4. A character below '0' borrows from the next, but is above 15 itself.
    found.wrong |= digits | (digits.wrapping_add(ONES.wrapping_mul(6)) ^ (letters << 4));
    found.digits |= digits;
    let pairs = ((digits << 4) | (digits >> 8)) & 0x00ff_00ff_00ff_00ff;
    let quads = (pairs | (pairs >> 8)) & 0x0000_ffff_0000_ffff;
    (quads | (quads >> 16)) as u32
}

/// The characters of 8 values from 0 to 15.
#[inline(always)]
fn characters(nibbles: u64) -> u64 {
    // Adding 6 carries a value above 9 into bit 4: there, 'a' - 10 - '0' is missing.
    let letters = (nibbles.wrapping_add(ONES.wrapping_mul(6)) >> 4) & ONES;
    nibbles.wrapping_add(ONES.wrapping_mul(b'0'.into())).wrapping_add(letters.wrapping_mul(39))
}

/// Decodes exactly `2 * N` lower-case hexadecimal characters; `None` for another length or another character.
///
/// `N` is a multiple of eight: 16 for a trace id, 8 for a span id.
#[inline(always)]
pub(crate) fn decode<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    let (bytes, found) = decode_unchecked(text)?;
    (found.wrong & HIGH == 0).then_some(bytes)
}

/// The same for who looks at what was found in several texts at once. Bytes are stored eight at a time, as they are read
/// again.
#[inline(always)]
pub(super) fn decode_unchecked<const N: usize>(text: &[u8]) -> Option<([u8; N], Found)> {
    let (groups, rest) = text.as_chunks::<16>();
    let mut bytes = [0; N];
    let (octets, tail) = bytes.as_chunks_mut::<8>();
    if !rest.is_empty() || !tail.is_empty() || groups.len() != octets.len() {
        return None;
    }
    let mut found = Found::default();
    for (octet, group) in octets.iter_mut().zip(groups) {
        let ([first, second], _) = group.as_chunks::<8>() else { return None };
        let (low, high) = (decode8(*first, &mut found), decode8(*second, &mut found));
        *octet = (u64::from(low) | (u64::from(high) << 32)).to_le_bytes();
    }
    Some((bytes, found))
}

/// The value of two lower-case hexadecimal characters.
#[inline(always)]
pub(super) fn decode_byte(text: [u8; 2]) -> Option<u8> {
    let digit = |c: u8| match c {
        b'0'..=b'9' => Some(c & 0x0f),
        b'a'..=b'f' => Some((c & 0x0f).wrapping_add(9)),
        _ => None,
    };
    let [high, low] = text;
    Some((digit(high)? << 4) | digit(low)?)
}

/// Encodes 4 bytes as 8 lower-case hexadecimal characters: the inverse of [`decode8`].
#[inline(always)]
fn encode8(bytes: [u8; 4]) -> [u8; 8] {
    let packed = u64::from(u32::from_le_bytes(bytes));
    let quads = (packed | (packed << 16)) & 0x0000_ffff_0000_ffff;
    let pairs = (quads | (quads << 8)) & 0x00ff_00ff_00ff_00ff;
    characters(((pairs >> 4) | (pairs << 8)) & LOW).to_le_bytes()
}

/// Writes each byte as two lower-case hexadecimal characters; stops where `text` ends.
#[inline(always)]
pub(crate) fn encode(bytes: &[u8], text: &mut [u8]) {
    let (quads, rest) = bytes.as_chunks::<4>();
    let (groups, _) = text.as_chunks_mut::<8>();
    for (group, quad) in groups.iter_mut().zip(quads) {
        *group = encode8(*quad);
    }
    let written = quads.len().saturating_mul(8);
    for (pair, byte) in
        text.get_mut(written..).unwrap_or_default().as_chunks_mut::<2>().0.iter_mut().zip(rest)
    {
        let [high, low, ..] = encode8([*byte, 0, 0, 0]);
        *pair = [high, low];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_at_every_position_is_taken_only_if_lower_case_hexadecimal() {
        for position in 0..16 {
            for byte in 0..=u8::MAX {
                let mut text = *b"01a9f5e7d28c3b46";
                text[position] = byte;
                let expected = std::str::from_utf8(&text)
                    .ok()
                    .filter(|text| text.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f')))
                    .and_then(|text| u64::from_str_radix(text, 16).ok())
                    .map(u64::to_be_bytes);
                assert_eq!(decode::<8>(&text), expected, "byte {byte:#x} at {position}");
            }
        }
    }

    #[test]
    fn two_wrong_characters_do_not_make_up_for_each_other() {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        for first in 0..=u8::MAX {
            for second in 0..=u8::MAX {
                for [at, other] in [[0, 1], [6, 7], [7, 8], [2, 5]] {
                    let mut text = *b"01a9f5e7d28c3b46";
                    text[at] = first;
                    text[other] = second;
                    let valid = is_digit(first) && is_digit(second);
                    assert_eq!(decode::<8>(&text).is_some(), valid, "{}", text.escape_ascii());
                }
            }
        }
    }

    #[test]
    fn every_byte_is_decoded_as_it_was_encoded() {
        for byte in 0..=u8::MAX {
            let mut text = [0; 2];
            encode(&[byte], &mut text);
            assert_eq!(text.to_vec(), format!("{byte:02x}").into_bytes());
            assert_eq!(decode_byte(text), Some(byte));
        }
    }

    #[test]
    fn another_length_is_no_id() {
        assert_eq!(decode::<8>(b"00f067aa0ba902b7"), Some([0x00, 0xf0, 0x67, 0xaa, 0x0b, 0xa9, 0x02, 0xb7]));
        for text in [&b""[..], b"00f067aa0ba902b", b"00f067aa0ba902b70", b"00f067aa0ba902b700f067aa"] {
            assert_eq!(decode::<8>(text), None, "{}", text.escape_ascii());
        }
    }
}
