//! Keyed hashing for tables whose keys come from outside, and digests for names that must be the same everywhere.

use core::hash::Hasher;

use foldhash::SharedSeed;
use foldhash::fast::FoldHasher;
use sha2::{Digest as _, Sha256};

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

/// The SHA-256 of bytes. Not inlined: each copy of how a digest is filled is a kilobyte.
#[inline(never)]
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}
