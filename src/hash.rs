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
    pub(crate) fn hash(&self, write: impl FnOnce(&mut FoldHasher<'_>)) -> u64 {
        let mut hasher = FoldHasher::with_seed(self.own, &self.shared);
        write(&mut hasher);
        hasher.finish()
    }
}

/// The SHA-256 of bytes. Not inlined: each copy of how a digest is filled is a kilobyte.
#[inline(never)]
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}
