//! Lower-case hexadecimal, sixteen characters at a time.
//!
//! An integer parser is the usual shortcut and the usual bug: it takes `+1`, upper case and short ids. Here each
//! character is checked at its position.

// A call from JavaScript that parses a traceparent takes 10 ns with vectors and 16 with words, a batch a tenth less. All
// runtimes of today have them (Safari since 16.4), so there is no second module for those that do not.
#[cfg_attr(target_feature = "simd128", path = "hex/vectors.rs")]
#[cfg_attr(not(target_feature = "simd128"), path = "hex/words.rs")]
mod sixteen;

pub(super) use sixteen::Found;

/// Decodes exactly `2 * N` lower-case hexadecimal characters; `None` for another length or another character.
///
/// `N` is a multiple of eight: 16 for a trace id, 8 for a span id.
#[inline(always)]
pub(crate) fn decode<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    let (bytes, found) = decode_unchecked(text)?;
    found.is_hexadecimal().then_some(bytes)
}

/// The same for who looks at what was found in several texts at once.
#[inline(always)]
pub(super) fn decode_unchecked<const N: usize>(text: &[u8]) -> Option<([u8; N], Found)> {
    let (groups, rest) = text.as_chunks();
    let mut bytes = [0; N];
    let (octets, tail) = bytes.as_chunks_mut();
    if !rest.is_empty() || !tail.is_empty() || groups.len() != octets.len() {
        return None;
    }
    let mut found = Found::default();
    for (octet, group) in octets.iter_mut().zip(groups) {
        *octet = sixteen::decode(group, &mut found);
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

/// Writes each byte as two lower-case hexadecimal characters; stops where `text` ends.
#[inline(always)]
pub(crate) fn encode(bytes: &[u8], text: &mut [u8]) {
    let (octets, rest) = bytes.as_chunks::<8>();
    let (groups, _) = text.as_chunks_mut::<16>();
    for (group, octet) in groups.iter_mut().zip(octets) {
        *group = sixteen::encode(octet);
    }
    let written = octets.len().saturating_mul(16);
    let pairs = text.get_mut(written..).unwrap_or_default().as_chunks_mut().0;
    for (pair, byte) in pairs.iter_mut().zip(rest) {
        let [high, low, ..] = sixteen::encode(&[*byte, 0, 0, 0, 0, 0, 0, 0]);
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
