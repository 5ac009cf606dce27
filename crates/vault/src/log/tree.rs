//! The whole tree: every leaf's hash and every complete subtree's root, for checking a log and proving parts of it.
//!
//! Takes 64 bytes of memory per leaf. Roots and proofs follow RFC 6962, sections 2.1, 2.1.1 and 2.1.2.

use super::hash::{EMPTY_ROOT, Hash, node_hash};

/// A tree of leaf hashes.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    // levels[k] holds the roots of the complete subtrees of 2^k leaves, from the left.
    levels: Vec<Vec<Hash>>,
}

impl Tree {
    /// A tree without leaves.
    #[must_use]
    pub const fn new() -> Self {
        Self { levels: Vec::new() }
    }

    /// How many leaves there are.
    #[must_use]
    pub fn size(&self) -> u64 {
        let leaves = self.levels.first().map_or(0, Vec::len);
        u64::try_from(leaves).unwrap_or(u64::MAX)
    }

    /// Appends a leaf's hash.
    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        for level in 0.. {
            if level == self.levels.len() {
                self.levels.push(Vec::new());
            }
            let Some(hashes) = self.levels.get_mut(level) else {
                return;
            };
            hashes.push(hash);
            let ([.., [left, right]], []) = hashes.as_chunks() else {
                return;
            };
            hash = node_hash(left, right);
        }
    }

    /// The root of the tree as it was with `size` leaves; `None` when there are fewer.
    #[must_use]
    pub fn root_at(&self, size: u64) -> Option<Hash> {
        if size == 0 {
            Some(EMPTY_ROOT)
        } else {
            self.subtree(0, size)
        }
    }

    /// The root of the tree.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.root_at(self.size()).unwrap_or(EMPTY_ROOT)
    }

    /// The proof that leaf `index` is in the tree of `size` leaves: the audit path of RFC 6962, section 2.1.1.
    #[must_use]
    pub fn inclusion_proof(&self, index: u64, size: u64) -> Option<Vec<Hash>> {
        let (mut start, mut length) = (0, size);
        let mut path = Vec::new();
        if index >= size {
            return None;
        }
        while length > 1 {
            let left = largest_power_below(length);
            if index - start < left {
                path.push(self.subtree(start + left, length - left)?);
                length = left;
            } else {
                path.push(self.subtree(start, left)?);
                start += left;
                length -= left;
            }
        }
        path.reverse();
        Some(path)
    }

    /// The proof that the tree of `old` leaves is the beginning of the tree of `new` leaves: RFC 6962, section 2.1.2.
    #[must_use]
    pub fn consistency_proof(&self, old: u64, new: u64) -> Option<Vec<Hash>> {
        if old > new || new > self.size() {
            return None;
        }
        if old == 0 || old == new {
            return Some(Vec::new());
        }
        let (mut start, mut length, mut known) = (0, new, true);
        let mut path = Vec::new();
        while start + length != old {
            let left = largest_power_below(length);
            if old - start <= left {
                path.push(self.subtree(start + left, length - left)?);
                length = left;
            } else {
                path.push(self.subtree(start, left)?);
                start += left;
                length -= left;
                known = false;
            }
        }
        if !known {
            path.push(self.subtree(start, length)?);
        }
        path.reverse();
        Some(path)
    }

    /// What proves several leaves at once, whose numbers are ascending, in the tree of `size` leaves: the roots of the largest
    /// subtrees without one of them, from the left. Far fewer than an audit path for each, and none when all leaves are there.
    #[must_use]
    pub fn several_proof(&self, numbers: &[u64], size: u64) -> Option<Vec<Hash>> {
        let ascending = numbers.is_sorted_by(|one, next| one < next);
        let inside = numbers.last().is_none_or(|last| *last < size);
        let mut hashes = Vec::new();
        if !ascending || !inside || size > self.size() {
            return None;
        }
        if size > 0 {
            self.cover((0, size), numbers, &mut hashes)?;
        }
        Some(hashes)
    }

    fn cover(&self, range: (u64, u64), numbers: &[u64], hashes: &mut Vec<Hash>) -> Option<()> {
        let (start, length) = range;
        if numbers.is_empty() {
            hashes.push(self.subtree(start, length)?);
            return Some(());
        }
        if length > 1 {
            let left = largest_power_below(length);
            let middle = start + left;
            let (before, after) = numbers.split_at(numbers.partition_point(|one| *one < middle));
            self.cover((start, left), before, hashes)?;
            self.cover((middle, length - left), after, hashes)?;
        }
        Some(())
    }

    /// The root of `length` leaves from `start` on, which is a multiple of the largest power of two in `length`.
    fn subtree(&self, start: u64, length: u64) -> Option<Hash> {
        if length.is_power_of_two() {
            let level = length.trailing_zeros();
            let index = usize::try_from(start >> level).ok()?;
            return self
                .levels
                .get(usize::try_from(level).ok()?)?
                .get(index)
                .copied();
        }
        let left = largest_power_below(length);
        let right = self.subtree(start + left, length.checked_sub(left)?)?;
        Some(node_hash(&self.subtree(start, left)?, &right))
    }
}

impl Extend<Hash> for Tree {
    fn extend<I: IntoIterator<Item = Hash>>(&mut self, leaves: I) {
        leaves.into_iter().for_each(|leaf| self.push(leaf));
    }
}

/// The largest power of two that is smaller than `length`, which is at least 2.
pub(super) const fn largest_power_below(length: u64) -> u64 {
    1 << length.saturating_sub(1).ilog2()
}
