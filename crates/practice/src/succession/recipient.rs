//! A succession recipient: the public half of an identity whose other half stands on cards alone, and the check by which people
//! recognise it. Format: `age1…`, an X25519 recipient of age-encryption.org/v1 in Bech32 (BIP 173).

use bech32::Bech32;
use bech32::primitives::decode::CheckedHrpstring;
use serde::{Deserialize, Serialize};

use crate::digest::sha256;

/// Crockford's base 32: no I, L, O, U.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of a check, five bits each: whoever wants another recipient with the same one tries 2^60 of them.
const CHECK: usize = 12;
/// Characters of a group of it.
const GROUP: usize = 4;

/// The text is no recipient, or one that was mistyped.
#[derive(Debug, thiserror::Error)]
#[error("this is no recipient (age1…), or a character of it is wrong")]
pub struct NotARecipient;

/// The public half, whose own check characters fit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Recipient(String);

impl Recipient {
    /// Reads what was typed or pasted.
    ///
    /// # Errors
    /// [`NotARecipient`] when its own check characters do not fit, or it is something else.
    pub fn read(text: &str) -> Result<Self, NotARecipient> {
        let text = text.trim();
        let read = CheckedHrpstring::new::<Bech32>(text).map_err(|_| NotARecipient)?;
        let is_one = read.hrp().as_str() == "age" && read.byte_iter().len() == 32;
        let is_lower = text.bytes().all(|byte| !byte.is_ascii_uppercase());
        if is_one && is_lower {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotARecipient)
        }
    }

    /// As age tools take it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the log and the structure of notes name it by.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        let text = format!("succession recipient\n{}\n", self.0);
        sha256(text.as_bytes())
    }

    /// What people compare: three groups of four characters, the first 60 bits of the digest.
    #[must_use]
    pub fn check(&self) -> String {
        let digest = self.digest();
        let bits = digest
            .iter()
            .take(8)
            .fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
        let letter = |at: usize| {
            let symbol = (bits >> (59 - 5 * at)) & 31;
            let found = usize::try_from(symbol).ok().and_then(|at| LETTERS.get(at));
            char::from(*found.unwrap_or(&b'?'))
        };
        let mut text = String::with_capacity(CHECK + CHECK / GROUP);
        for at in 0..CHECK {
            if at > 0 && at % GROUP == 0 {
                text.push('-');
            }
            text.push(letter(at));
        }
        text
    }

    /// Whether somebody typed its check: in any case, with or without hyphens, `O` for 0, `I` and `L` for 1.
    #[must_use]
    pub fn has_check(&self, typed: &str) -> bool {
        let plain = |text: &str| -> String {
            let between = |letter: &char| !letter.is_whitespace() && *letter != '-';
            let letters = text.chars().filter(between);
            let read = letters.map(|letter| match letter.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            });
            read.collect()
        };
        plain(typed) == plain(&self.check())
    }

    /// The name that its cards carry: the bits with which the check begins.
    #[must_use]
    pub fn set(&self) -> u32 {
        let [a, b, c, d, ..] = self.digest();
        u32::from_be_bytes([a, b, c, d])
    }
}

impl TryFrom<String> for Recipient {
    type Error = NotARecipient;

    fn try_from(text: String) -> Result<Self, NotARecipient> {
        Self::read(&text)
    }
}

impl From<Recipient> for String {
    fn from(recipient: Recipient) -> Self {
        recipient.0
    }
}

impl std::fmt::Display for Recipient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
