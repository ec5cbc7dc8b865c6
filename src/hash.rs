//! Keyed hashing for tables whose keys come from outside, and digests for names that must be the same everywhere.

use core::hash::Hasher;

use foldhash::SharedSeed;
use foldhash::fast::FoldHasher;
use sha2::block_api::Sha256VarCore;
use sha2::digest::block_api::{Buffer, UpdateCore as _, VariableOutputCore as _};

/// The seed of a hash table: with it unknown, a sender of messages cannot aim at one bucket.
#[derive(Clone, Debug)]
pub(crate) struct HashSeed {
    shared: SharedSeed,
    own: u64,
}

impl HashSeed {
    pub(crate) fn new(seed: u64) -> Self {
        // Both halves matter: foldhash with a fixed shared seed has inputs that collide under every own seed.
        Self { shared: SharedSeed::from_u64(seed), own: seed.rotate_left(32) }
    }

    /// A seed that no sender of messages can know.
    ///
    /// The standard library seeds its own hasher from the operating system, so its hash of anything is random. On
    /// `wasm32-unknown-unknown` that seed is a constant: there the host hands a seed to [`HashSeed::new`].
    pub(crate) fn random() -> Self {
        use std::hash::{BuildHasher, RandomState};

        Self::new(RandomState::new().hash_one(0_u8))
    }

    /// The hash of what `write` puts into the hasher.
    #[inline(always)]
    pub(crate) fn hash(&self, write: impl FnOnce(&mut FoldHasher<'_>)) -> u32 {
        let mut hasher = FoldHasher::with_seed(self.own, &self.shared);
        write(&mut hasher);
        hasher.finish() as u32
    }

    /// The hash of bytes that say where they end: zeros after them make no difference.
    ///
    /// Sixteen at a time, the last sixteen once more: to take those that are left by themselves costs a call of
    /// `memory.copy`. The hasher's own way with slices has cases for lengths that are a kilobyte of a module.
    #[inline]
    pub(crate) fn hash_bytes(&self, bytes: &[u8]) -> u32 {
        self.hash(|hasher| {
            let (blocks, rest) = bytes.as_chunks();
            for block in blocks {
                hasher.write_u128(u128::from_le_bytes(*block));
            }
            let last = bytes.last_chunk().copied().unwrap_or_else(|| {
                let mut last = [0; 16];
                for (to, from) in last.iter_mut().zip(rest) {
                    *to = *from;
                }
                last
            });
            hasher.write_u128(u128::from_le_bytes(last));
        })
    }
}

/// The SHA-256 of bytes. Not inlined, and without what a digest keeps that is given in parts: each copy of how one is
/// filled is a kilobyte, that state a tenth of one.
#[inline(never)]
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut digest = [0; 32];
    // Only another size would be an error.
    let Ok(mut core) = Sha256VarCore::new(digest.len()) else { return digest };
    let mut rest = Buffer::<Sha256VarCore>::default();
    rest.digest_blocks(bytes, |blocks| core.update_blocks(blocks));
    core.finalize_variable_core(&mut rest, (&mut digest).into());
    digest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_that_of_the_standard() {
        let hex = |bytes: &[u8]| sha256(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        // FIPS 180-2, appendix B: one block, two blocks, a million times `a`.
        let cases: [(&[u8], &str); 4] = [
            (b"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            (b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
            ),
            (&[b'a'; 1_000_000], "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
        ];
        for (bytes, digest) in cases {
            assert_eq!(hex(bytes), digest, "{} bytes", bytes.len());
        }
    }
}
