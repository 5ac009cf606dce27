//! A proof that one receipt stands in the log, for who has neither the database nor the keyring: C2SP `tlog-proof`.
//!
//! ```text
//! c2sp.org/tlog-proof@v1
//! extra base64(key 32, receipt)
//! index 4711
//! base64 of each hash on the path
//!
//! the checkpoint
//! ```
//!
//! The extra data, whose meaning is the application's own, bring the log's public key and the receipt as it was hashed.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Checkpoint, Entry, Hash, LogError, Tree, verifier_key, verify_inclusion};
use crate::bytes::{Reader, Writer};
use crate::crypto::certain;

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";
const KIND: &str = "proof";

/// A receipt, its place in the log, the path to the root, and the signed head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptProof {
    key: [u8; 32],
    entry: Entry,
    index: u64,
    path: Vec<Hash>,
    checkpoint: Checkpoint,
}

impl ReceiptProof {
    /// The proof for the receipt with this number, which counts from nought; `None` when it is not in the tree of this head.
    #[must_use]
    pub fn of(
        key: [u8; 32],
        entry: Entry,
        index: u64,
        tree: &Tree,
        checkpoint: Checkpoint,
    ) -> Option<Self> {
        let path = tree.inclusion_proof(index, checkpoint.size())?;
        Some(Self {
            key,
            entry,
            index,
            path,
            checkpoint,
        })
    }

    /// What the receipt says.
    #[must_use]
    pub const fn entry(&self) -> &Entry {
        &self.entry
    }

    /// The receipt's number.
    #[must_use]
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// The head under which it stands.
    #[must_use]
    pub const fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The log's key as the proof brings it, in the form of C2SP `signed-note`: who trusts the proof has compared it with the
    /// one that the practice gave out.
    #[must_use]
    pub fn key(&self) -> String {
        verifier_key(self.checkpoint.origin(), &self.key)
    }

    /// Checks that the log with this key held this receipt at this place.
    ///
    /// # Errors
    /// [`LogError::Unsigned`] and [`LogError::BadSignature`] for the head, [`LogError::Proof`] for the path.
    pub fn check(&self) -> Result<(), LogError> {
        self.checkpoint.verify(&self.key)?;
        let (leaf, root) = (self.entry.leaf_hash(), self.checkpoint.root());
        verify_inclusion(&leaf, self.index, self.checkpoint.size(), &self.path, &root)
    }

    /// The proof as text; parsing it gives the same proof.
    #[must_use]
    pub fn text(&self) -> String {
        let extra = Writer::with_capacity(512)
            .fixed(&self.key)
            .part(&self.entry.encode())
            .finish();
        let mut text = format!("{FIRST_LINE}\nextra {}\n", STANDARD.encode(extra));
        let mut line = |words: &str| {
            certain(writeln!(text, "{words}"), "a String takes every line");
        };
        line(&format!("index {}", self.index));
        for hash in &self.path {
            line(&STANDARD.encode(hash));
        }
        line("");
        text.push_str(&self.checkpoint.text());
        text
    }

    /// Reads a proof; whether it holds is [`ReceiptProof::check`]'s to say.
    ///
    /// # Errors
    /// [`LogError::Malformed`] when it is not exactly what [`ReceiptProof::text`] would give.
    pub fn parse(text: &str) -> Result<Self, LogError> {
        Self::parsed(text).ok_or(LogError::Malformed(KIND))
    }

    fn parsed(text: &str) -> Option<Self> {
        let (head, checkpoint) = text.split_once("\n\n")?;
        let mut lines = head.split('\n');
        (lines.next()? == FIRST_LINE).then_some(())?;
        let extra = STANDARD
            .decode(lines.next()?.strip_prefix("extra ")?)
            .ok()?;
        let mut reader = Reader::new(&extra);
        let key = reader.array()?;
        let entry = Entry::decode(reader.part()?).ok()?;
        reader.end()?;
        let proof = Self {
            key,
            entry,
            index: lines.next()?.strip_prefix("index ")?.parse().ok()?,
            path: lines
                .map(|line| STANDARD.decode(line).ok()?.try_into().ok())
                .collect::<Option<_>>()?,
            checkpoint: Checkpoint::parse(checkpoint).ok()?,
        };
        (proof.text() == text).then_some(proof)
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::CompartmentId;

    fn entry(number: u8) -> Entry {
        Entry {
            id: Uuid::from_bytes([number; 16]),
            at: 1_763_560_800_000_000,
            actor: Some(Uuid::from_bytes([9; 16])),
            sign_in: None,
            role: "clinician".into(),
            action: "note_read".into(),
            purpose: "care".into(),
            outcome: "opened".into(),
            compartments: vec![CompartmentId(Uuid::from_bytes([7; 16]))],
            rows: Vec::new(),
        }
    }

    fn proof(index: u8, size: u8) -> ReceiptProof {
        let mut tree = Tree::new();
        for number in 0..size {
            tree.push(entry(number).leaf_hash());
        }
        let pair = Ed25519KeyPair::from_seed_unchecked(&[5; 32]).unwrap();
        let key: [u8; 32] = pair.public_key().as_ref().try_into().unwrap();
        let sign = |body: &[u8]| pair.sign(body).as_ref().try_into().unwrap();
        let (size, root) = (u64::from(size), tree.root());
        let checkpoint = Checkpoint::signed("alcove/receipts/test", size, root, key, sign);
        ReceiptProof::of(key, entry(index), u64::from(index), &tree, checkpoint).unwrap()
    }

    #[test]
    fn each_receipt_of_each_log_is_proved_and_read_again() {
        for size in 1..20 {
            for index in 0..size {
                let proof = proof(index, size);
                assert_eq!(proof.check(), Ok(()));
                assert_eq!(ReceiptProof::parse(&proof.text()), Ok(proof));
            }
        }
    }

    #[test]
    fn what_is_not_in_the_log_is_not_proved() {
        let mut other = proof(3, 11);
        other.entry.outcome = "refused".into();
        assert_eq!(other.check(), Err(LogError::Proof));
        let mut moved = proof(3, 11);
        moved.index = 4;
        assert_eq!(moved.check(), Err(LogError::Proof));
        let mut resigned = proof(3, 11);
        resigned.key = [1; 32];
        assert_eq!(resigned.check(), Err(LogError::Unsigned));
    }

    proptest! {
        #[test]
        fn a_changed_byte_is_found(index in 0_u8..13, at in 0_usize..4_000, with in 1_u8..128) {
            let text = proof(index, 13).text();
            let mut bytes = text.into_bytes();
            let at = at % bytes.len();
            bytes[at] ^= with;
            let read = String::from_utf8(bytes).ok();
            let read = read.and_then(|text| ReceiptProof::parse(&text).ok());
            prop_assert!(read.is_none_or(|proof| proof.check().is_err()));
        }
    }
}
