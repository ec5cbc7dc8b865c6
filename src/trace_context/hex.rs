//! Lower-case hexadecimal, eight characters at a time.
//!
//! An integer parser is the usual shortcut and the usual bug: it takes `+1`, upper case and short ids. Here each
//! character is checked at its position. Eight characters are checked and packed as one `u64`.

const ONES: u64 = 0x0101_0101_0101_0101;
const LOW: u64 = 0x0f0f_0f0f_0f0f_0f0f;

/// Decodes 8 lower-case hexadecimal characters into 4 bytes. The second part is not 0 if a character is anything else.
#[inline(always)]
fn decode8(text: [u8; 8]) -> (u32, u64) {
    // Least significant first: WebAssembly has no instruction that turns bytes round.
    let text = u64::from_le_bytes(text);
    // '0'..'9' end in their value; 'a'..'f' end in 1..6 and have bit 6 set, which adds the missing 9.
    let nibbles = (text & LOW).wrapping_add(((text >> 6) & ONES).wrapping_mul(9));
    // What was no such character has become a value above 15, or is not what its value is written as.
    let wrong = (nibbles & !LOW) | (characters(nibbles & LOW) ^ text);
    let pairs = ((nibbles << 4) | (nibbles >> 8)) & 0x00ff_00ff_00ff_00ff;
    let quads = (pairs | (pairs >> 8)) & 0x0000_ffff_0000_ffff;
    ((quads | (quads >> 16)) as u32, wrong)
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
/// `N` is a multiple of eight: 16 for a trace id, 8 for a span id. Bytes are stored eight at a time, as they are read
/// again.
#[inline(always)]
pub(crate) fn decode<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    let (groups, rest) = text.as_chunks::<16>();
    let mut bytes = [0; N];
    let (octets, tail) = bytes.as_chunks_mut::<8>();
    if !rest.is_empty() || !tail.is_empty() || groups.len() != octets.len() {
        return None;
    }
    let mut all_wrong = 0;
    for (octet, group) in octets.iter_mut().zip(groups) {
        let ([first, second], _) = group.as_chunks::<8>() else { return None };
        let (low, wrong_low) = decode8(*first);
        let (high, wrong_high) = decode8(*second);
        *octet = (u64::from(low) | (u64::from(high) << 32)).to_le_bytes();
        all_wrong |= wrong_low | wrong_high;
    }
    (all_wrong == 0).then_some(bytes)
}

/// The value of two lower-case hexadecimal characters.
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
#[inline(never)]
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
