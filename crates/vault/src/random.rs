//! Where randomness comes from: passed in, never ambient, so that tests and the demo are repeatable.

use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::{digest, rand};

use crate::crypto::certain;

/// A source of random bytes.
pub trait Randomness: Send + Sync {
    /// Fills `out` with random bytes.
    fn fill(&self, out: &mut [u8]);
}

/// The operating system's randomness through aws-lc: the only source for real keys.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemRandomness;

impl Randomness for SystemRandomness {
    /// # Panics
    /// When the operating system has no randomness: nothing may be sealed without it.
    fn fill(&self, out: &mut [u8]) {
        certain(rand::fill(out), "the operating system gives randomness");
    }
}

/// Repeatable bytes from a seed, for tests and for the demo's made-up people. Never for real keys.
#[derive(Debug)]
pub struct SeededRandomness {
    seed: u64,
    calls: AtomicU64,
}

impl SeededRandomness {
    /// The stream of `seed`; two of the same seed give the same bytes for the same calls.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self {
            seed,
            calls: AtomicU64::new(0),
        }
    }
}

impl Randomness for SeededRandomness {
    fn fill(&self, out: &mut [u8]) {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        for (block, chunk) in (0_u64..).zip(out.chunks_mut(digest::SHA512_OUTPUT_LEN)) {
            let mut hash = digest::Context::new(&digest::SHA512);
            hash.update(b"alcove/seeded/v1");
            hash.update(&self.seed.to_be_bytes());
            hash.update(&call.to_be_bytes());
            hash.update(&block.to_be_bytes());
            for (to, from) in chunk.iter_mut().zip(hash.finish().as_ref()) {
                *to = *from;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(source: &dyn Randomness, length: usize) -> Vec<u8> {
        let mut out = vec![0; length];
        source.fill(&mut out);
        out
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes_and_each_call_other_ones() {
        let (first, second) = (SeededRandomness::new(7), SeededRandomness::new(7));
        let bytes_of_first = bytes(&first, 200);
        assert_eq!(bytes_of_first, bytes(&second, 200));
        assert_ne!(bytes_of_first, bytes(&first, 200));
        assert_ne!(bytes_of_first, bytes(&SeededRandomness::new(8), 200));
    }

    #[test]
    fn the_system_fills_the_whole_buffer() {
        let many = bytes(&SystemRandomness, 4096);
        assert!(
            many.chunks(16)
                .all(|chunk| chunk.iter().any(|byte| *byte != 0))
        );
    }
}
