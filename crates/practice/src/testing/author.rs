//! Somebody with keys for own words, in tests of the server: what they sign is a signature, what they encrypt is none.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};

use super::Fictional;
use super::age::for_passphrase;
use crate::access::Access;
use crate::digest::hex;
use crate::ids::PersonId;
use crate::own_words::{Keys, OwnWords, PublicKeys, Slots};
use crate::succession::{Decision, Recipient, statement};

/// Whose notes they are.
pub struct Author {
    keys: Ed25519KeyPair,
    letter: char,
}

/// A recipient as an age tool makes it, by its first byte.
///
/// # Panics
/// Never: its form is right.
#[must_use]
#[expect(clippy::expect_used, reason = "a test cannot go on without it")]
pub fn recipient(byte: u8) -> Recipient {
    let name = bech32::Hrp::parse("age").expect("a name");
    let text = bech32::encode::<bech32::Bech32>(name, &[byte; 32]).expect("a text");
    Recipient::read(&text).expect("a recipient")
}

#[expect(clippy::expect_used, reason = "a test cannot go on without it")]
impl Author {
    /// Somebody whose keys are of this letter.
    ///
    /// # Panics
    /// Never: any seed is one.
    #[must_use]
    pub fn new(letter: char) -> Self {
        let seed = [u8::try_from(letter).unwrap_or(0); 32];
        Self {
            keys: Ed25519KeyPair::from_seed_unchecked(&seed).expect("a key"),
            letter,
        }
    }

    /// What the server keeps of them.
    #[must_use]
    pub fn own_words(&self) -> OwnWords {
        OwnWords {
            keys: PublicKeys {
                recipient: format!("age1{}", self.letter.to_string().repeat(58)),
                author: hex(self.keys.public_key().as_ref()),
            },
            slots: Slots {
                recovery: for_passphrase(12),
                passphrase: Some(for_passphrase(18)),
                passkey: None,
            },
        }
    }

    /// Keeps their first keys.
    ///
    /// # Panics
    /// When there are some already.
    pub async fn begins(&self, house: &Fictional, access: &impl Access) {
        let keep = house
            .practice
            .keep_own_words(access, self.own_words(), None, Keys::Same);
        keep.await.expect("keys are kept");
    }

    /// Their decision, the `revision`-th one, for whom.
    #[must_use]
    pub fn decides(
        &self,
        house: &Fictional,
        who: (PersonId, u32),
        to: Option<&Recipient>,
    ) -> Decision {
        let (person, revision) = who;
        let text = statement(house.practice.id(), person, revision, to);
        Decision {
            to: to.cloned(),
            signature: hex(self.keys.sign(text.as_bytes()).as_ref()),
        }
    }
}
