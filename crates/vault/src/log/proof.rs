//! Checking proofs without the tree (RFC 9162, sections 2.1.3.2 and 2.1.4.2; the trees are those of RFC 6962).

use super::LogError;
use super::hash::{EMPTY_ROOT, Hash, node_hash};
use super::tree::largest_power_below;

/// Checks that a leaf is number `index` of the tree with this size and root.
///
/// # Errors
/// [`LogError::Proof`] when it is not shown.
pub fn verify_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), LogError> {
    let mut walk = Walk {
        index,
        last: size.checked_sub(1).ok_or(LogError::Proof)?,
    };
    if index >= size {
        return Err(LogError::Proof);
    }
    let mut hash = *leaf;
    for step in proof {
        hash = match walk.step()? {
            Side::Left => node_hash(step, &hash),
            Side::Right => node_hash(&hash, step),
        };
    }
    (walk.last == 0 && hash == *root)
        .then_some(())
        .ok_or(LogError::Proof)
}

/// Checks that the tree with the old size and root is the beginning of the new one.
///
/// Every tree begins with the empty one.
///
/// # Errors
/// [`LogError::Proof`] when it is not shown.
pub fn verify_consistency(
    (old, old_root): (u64, &Hash),
    (new, new_root): (u64, &Hash),
    proof: &[Hash],
) -> Result<(), LogError> {
    if old == 0 || old == new {
        let holds = proof.is_empty() && (old == 0 || old_root == new_root);
        return if holds { Ok(()) } else { Err(LogError::Proof) };
    }
    let mut walk = Walk {
        index: old - 1,
        last: new.checked_sub(1).ok_or(LogError::Proof)?,
    };
    if old > new {
        return Err(LogError::Proof);
    }
    walk.skip(walk.index.trailing_ones());
    let (seed, rest) = if old.is_power_of_two() {
        (old_root, proof)
    } else {
        proof.split_first().ok_or(LogError::Proof)?
    };
    let (mut from_old, mut from_new) = (*seed, *seed);
    for step in rest {
        match walk.step()? {
            Side::Left => {
                from_old = node_hash(step, &from_old);
                from_new = node_hash(step, &from_new);
            }
            Side::Right => from_new = node_hash(&from_new, step),
        }
    }
    let holds = walk.last == 0 && from_old == *old_root && from_new == *new_root;
    holds.then_some(()).ok_or(LogError::Proof)
}

/// On which side of the path the next hash of a proof stands.
enum Side {
    Left,
    Right,
}

/// Walks from a leaf to the root beside the last leaf: `fn` and `sn` of RFC 9162.
struct Walk {
    index: u64,
    last: u64,
}

impl Walk {
    fn step(&mut self) -> Result<Side, LogError> {
        if self.last == 0 {
            return Err(LogError::Proof);
        }
        let side = if self.index & 1 == 1 || self.index == self.last {
            if self.index & 1 == 0 {
                self.skip(self.index.trailing_zeros());
            }
            Side::Left
        } else {
            Side::Right
        };
        self.skip(1);
        Ok(side)
    }

    fn skip(&mut self, levels: u32) {
        self.index = self.index.checked_shr(levels).unwrap_or(0);
        self.last = self.last.checked_shr(levels).unwrap_or(0);
    }
}

/// Checks that leaves, by number and ascending, stand in the tree of `size` leaves with this root; `hashes` are those of
/// [`Tree::several_proof`](super::Tree::several_proof).
///
/// # Errors
/// [`LogError::Proof`] when they do not.
pub fn verify_several(
    leaves: &[(u64, Hash)],
    size: u64,
    hashes: &[Hash],
    root: &Hash,
) -> Result<(), LogError> {
    let mut hashes = hashes.iter();
    let computed = if size == 0 {
        leaves.is_empty().then_some(EMPTY_ROOT)
    } else {
        joined((0, size), leaves, &mut hashes)
    };
    let holds = computed.as_ref() == Some(root) && hashes.next().is_none();
    if holds { Ok(()) } else { Err(LogError::Proof) }
}

fn joined(
    range: (u64, u64),
    leaves: &[(u64, Hash)],
    hashes: &mut std::slice::Iter<'_, Hash>,
) -> Option<Hash> {
    let (start, length) = range;
    match leaves {
        [] => hashes.next().copied(),
        [(number, leaf)] if length == 1 => (*number == start).then_some(*leaf),
        _ if length == 1 => None,
        _ => {
            let left = largest_power_below(length);
            let middle = start + left;
            let (before, after) = leaves.split_at(leaves.partition_point(|(at, _)| *at < middle));
            let one = joined((start, left), before, hashes)?;
            let other = joined((middle, length - left), after, hashes)?;
            Some(node_hash(&one, &other))
        }
    }
}
