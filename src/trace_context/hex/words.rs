//! Eight characters checked and packed as one `u64`: for targets whose vectors Rust cannot be sure of.

const ONES: u64 = 0x0101_0101_0101_0101;
const LOW: u64 = 0x0f0f_0f0f_0f0f_0f0f;
const HIGH: u64 = 0xf0f0_f0f0_f0f0_f0f0;

/// What was found in texts that were decoded. Both are for comparison with 0.
#[derive(Clone, Copy, Default)]
pub(in super::super) struct Found {
    /// Bits of characters that are not lower-case hexadecimal.
    wrong: u64,
    /// Bits of the digits.
    digits: u64,
}

impl Found {
    /// Whether all characters were lower-case hexadecimal.
    pub(super) fn is_hexadecimal(self) -> bool {
        self.wrong & HIGH == 0
    }

    /// Whether they were, and some other than `0`.
    pub(in super::super) fn is_id(self) -> bool {
        self.is_hexadecimal() && self.digits != 0
    }
}

/// Decodes 16 characters into 8 bytes, which mean something where all were lower-case hexadecimal.
#[inline(always)]
pub(super) fn decode(text: &[u8; 16], found: &mut Found) -> [u8; 8] {
    let ([first, second], _) = text.as_chunks() else { return [0; 8] };
    let (low, high) = (decode8(*first, found), decode8(*second, found));
    (u64::from(low) | (u64::from(high) << 32)).to_le_bytes()
}

/// Decodes 8 lower-case hexadecimal characters into 4 bytes.
#[inline(always)]
fn decode8(text: [u8; 8], found: &mut Found) -> u32 {
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

/// Encodes 8 bytes as 16 lower-case hexadecimal characters: the inverse of [`decode`].
#[inline(always)]
pub(super) fn encode(bytes: &[u8; 8]) -> [u8; 16] {
    let mut text = [0; 16];
    let (quads, (groups, _)) = (bytes.as_chunks().0, text.as_chunks_mut());
    for (group, quad) in groups.iter_mut().zip(quads) {
        *group = encode4(*quad);
    }
    text
}

/// Encodes 4 bytes as 8 characters.
#[inline(always)]
fn encode4(bytes: [u8; 4]) -> [u8; 8] {
    let packed = u64::from(u32::from_le_bytes(bytes));
    let quads = (packed | (packed << 16)) & 0x0000_ffff_0000_ffff;
    let pairs = (quads | (quads << 8)) & 0x00ff_00ff_00ff_00ff;
    characters(((pairs >> 4) | (pairs << 8)) & LOW).to_le_bytes()
}

/// The characters of 8 values from 0 to 15.
#[inline(always)]
fn characters(nibbles: u64) -> u64 {
    // Adding 6 carries a value above 9 into bit 4: there, 'a' - 10 - '0' is missing.
    let letters = (nibbles.wrapping_add(ONES.wrapping_mul(6)) >> 4) & ONES;
    nibbles.wrapping_add(ONES.wrapping_mul(b'0'.into())).wrapping_add(letters.wrapping_mul(39))
}
