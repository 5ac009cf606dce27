//! The receipt log: what a receipt says, how receipts hash into one tree (RFC 6962), and the signed heads of that
//! tree (C2SP `tlog-checkpoint`).
//!
//! Where receipts are kept and who numbers them is not here. Decision: `docs/decisions/0003-receipt-log.md`.

mod checkpoint;
mod entry;
mod frontier;
mod hash;
mod proof;
mod receipt_proof;
#[cfg(test)]
mod tests;
mod tree;

pub use checkpoint::{Checkpoint, Signature, verifier_key};
pub use entry::{Entry, RowDigest};
pub use frontier::Frontier;
pub use hash::{EMPTY_ROOT, Hash, leaf_hash, node_hash};
pub use proof::{verify_consistency, verify_inclusion, verify_several};
pub use receipt_proof::ReceiptProof;
pub use tree::Tree;

/// Why the log's proofs, heads or encodings were refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// The bytes or the text are not what this format is.
    #[error("this is not a {0}")]
    Malformed(&'static str),
    /// No signature of this key and name stands under the head.
    #[error("the head is not signed by this key")]
    Unsigned,
    /// A signature is there and false.
    #[error("the head's signature is false")]
    BadSignature,
    /// The proof does not lead from the one to the other.
    #[error("the proof does not hold")]
    Proof,
}
