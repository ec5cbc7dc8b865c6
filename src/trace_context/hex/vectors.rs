//! Sixteen characters as one vector: for WebAssembly.

use core::arch::wasm32::{
    u8x16_add_sat, u8x16_lt, u8x16_narrow_i16x8, u8x16_splat, u8x16_sub, u8x16_swizzle,
    u16x8_extend_low_u8x16, u16x8_shl, u16x8_shr, u16x8_splat, u64x2, u64x2_extract_lane, u64x2_splat, v128,
    v128_and, v128_any_true, v128_bitselect, v128_or,
};

/// What was found in texts that were decoded.
#[derive(Clone, Copy)]
pub(in super::super) struct Found {
    /// For each of 16 places, the bits of all values there: of what is no digit, bits above 15.
    values: v128,
}

impl Default for Found {
    #[inline(always)]
    fn default() -> Self {
        Self { values: u64x2_splat(0) }
    }
}

impl Found {
    /// Whether all characters were lower-case hexadecimal.
    #[inline(always)]
    pub(super) fn is_hexadecimal(self) -> bool {
        !v128_any_true(v128_and(self.values, u8x16_splat(0xf0)))
    }

    /// Whether they were, and some other than `0`.
    #[inline(always)]
    pub(in super::super) fn is_id(self) -> bool {
        self.is_hexadecimal() && v128_any_true(self.values)
    }
}

/// Decodes 16 characters into 8 bytes, which mean something where all were lower-case hexadecimal.
#[inline(always)]
pub(super) fn decode(text: &[u8; 16], found: &mut Found) -> [u8; 8] {
    let text = vector(text);
    // Both count from their first character, and what is before that is far above: a letter is 10 or more, so what is
    // between the digits and the letters is not below 10 as the one, and above 15 as the other.
    let digit = u8x16_sub(text, u8x16_splat(b'0'));
    let letter = u8x16_add_sat(u8x16_sub(text, u8x16_splat(b'a')), u8x16_splat(10));
    let values = v128_bitselect(digit, letter, u8x16_lt(digit, u8x16_splat(10)));
    found.values = v128_or(found.values, values);
    let pairs = v128_and(v128_or(u16x8_shl(values, 4), u16x8_shr(values, 8)), u16x8_splat(0xff));
    u64x2_extract_lane::<0>(u8x16_narrow_i16x8(pairs, pairs)).to_le_bytes()
}

/// Encodes 8 bytes as 16 lower-case hexadecimal characters: the inverse of [`decode`].
#[inline(always)]
pub(super) fn encode(bytes: &[u8; 8]) -> [u8; 16] {
    let bytes = u16x8_extend_low_u8x16(u64x2(u64::from_le_bytes(*bytes), 0));
    let values = v128_and(v128_or(u16x8_shr(bytes, 4), u16x8_shl(bytes, 8)), u8x16_splat(0x0f));
    let text = u8x16_swizzle(vector(b"0123456789abcdef"), values);
    let (first, second) = (u64x2_extract_lane::<0>(text), u64x2_extract_lane::<1>(text));
    (u128::from(first) | (u128::from(second) << 64)).to_le_bytes()
}

/// Sixteen bytes, the first as the first lane.
#[inline(always)]
fn vector(bytes: &[u8; 16]) -> v128 {
    let whole = u128::from_le_bytes(*bytes);
    u64x2(whole as u64, (whole >> 64) as u64)
}
