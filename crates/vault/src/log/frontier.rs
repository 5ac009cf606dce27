//! The frontier: what must be kept of the tree to append to it and know its root, one hash per bit of its size.

use super::LogError;
use super::hash::{EMPTY_ROOT, Hash, node_hash};
use crate::bytes::{Reader, Writer};

/// The right edge of the tree: the roots of its complete subtrees, largest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    subtrees: Vec<Hash>,
}

impl Frontier {
    /// The frontier of a tree without leaves.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            size: 0,
            subtrees: Vec::new(),
        }
    }

    /// How many leaves the tree has.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf's hash.
    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.subtrees.pop() {
                hash = node_hash(&left, &hash);
            }
        }
        self.subtrees.push(hash);
        self.size = self.size.saturating_add(1);
    }

    /// The root of the tree.
    #[must_use]
    pub fn root(&self) -> Hash {
        let smaller_first = self.subtrees.iter().rev().copied();
        smaller_first
            .reduce(|right, left| node_hash(&left, &right))
            .unwrap_or(EMPTY_ROOT)
    }

    /// The encoding: the size in 64 bits, then the hashes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let size = Writer::default().fixed(&self.size.to_be_bytes());
        size.fixed(self.subtrees.as_flattened()).finish()
    }

    /// Reads an encoding.
    ///
    /// # Errors
    /// [`LogError::Malformed`] when there are not as many hashes as the size needs.
    pub fn decode(bytes: &[u8]) -> Result<Self, LogError> {
        let mut reader = Reader::new(bytes);
        let mut read = || {
            let size = reader.u64()?;
            let (subtrees, []) = reader.rest().as_chunks() else {
                return None;
            };
            let fits = usize::try_from(size.count_ones()) == Ok(subtrees.len());
            fits.then(|| Self {
                size,
                subtrees: subtrees.to_vec(),
            })
        };
        read().ok_or(LogError::Malformed("frontier"))
    }
}
