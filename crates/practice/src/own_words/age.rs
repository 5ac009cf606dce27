//! An age file as the server sees it: a header with its recipients, and bytes that nobody here can read.
//!
//! Format: age-encryption.org/v1. Only three kinds of recipient are taken, X25519 keys, one passphrase (scrypt) and one passkey
//! (fido2prf), since these are what our browser modules write; anything else was made by something else. Not here: any cipher.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use serde::{Deserialize, Serialize};

/// The most bytes of a file that is kept in a row: about sixty pages of text.
const LONGEST: usize = 192 * 1024;
/// The most recipients of one file.
const MOST_RECIPIENTS: usize = 16;
/// What stands after a header at least: the payload's nonce, and the tag of an empty last chunk.
const LEAST_PAYLOAD: usize = 16 + 16;

/// Who can open a file, as far as its header tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Recipients {
    /// So many X25519 keys; which ones is not told.
    Keys(usize),
    /// Whoever has the passphrase.
    Passphrase {
        /// What a guess costs: scrypt's work factor, a power of two.
        work: u8,
    },
    /// Whoever has the passkey.
    Passkey,
}

/// The kind of a passkey's recipient, as the library and age-plugin-fido2prf write it.
const PASSKEY: &str = "age-encryption.org/fido2prf";

/// The bytes are no age file with recipients of ours.
#[derive(Debug, thiserror::Error)]
#[error("this is no age file for keys, a passphrase or a passkey")]
pub struct NotAnAgeFile;

/// An age file whose header was read.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AgeFile {
    bytes: Vec<u8>,
    recipients: Recipients,
}

impl std::fmt::Debug for AgeFile {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "AgeFile[{:?}]", self.recipients)
    }
}

impl AgeFile {
    /// Reads a file in Base64, as forms and answers carry it.
    ///
    /// # Errors
    /// [`NotAnAgeFile`] when it is too long, or its header is another.
    pub fn from_base64(text: &str) -> Result<Self, NotAnAgeFile> {
        if text.len() > LONGEST.saturating_mul(2) {
            return Err(NotAnAgeFile);
        }
        let bytes = STANDARD.decode(text).map_err(|_| NotAnAgeFile)?;
        if bytes.len() > LONGEST {
            return Err(NotAnAgeFile);
        }
        let recipients = header(&bytes).ok_or(NotAnAgeFile)?;
        Ok(Self { bytes, recipients })
    }

    /// The file in Base64.
    #[must_use]
    pub fn to_base64(&self) -> String {
        STANDARD.encode(&self.bytes)
    }

    /// How many bytes it has.
    #[must_use]
    pub const fn size(&self) -> usize {
        self.bytes.len()
    }

    /// The file itself.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Who can open it.
    #[must_use]
    pub const fn recipients(&self) -> Recipients {
        self.recipients
    }

    /// Whether it is for this many keys and no passphrase.
    #[must_use]
    pub fn is_for(&self, keys: usize) -> bool {
        self.recipients == Recipients::Keys(keys)
    }
}

impl TryFrom<String> for AgeFile {
    type Error = NotAnAgeFile;

    fn try_from(text: String) -> Result<Self, NotAnAgeFile> {
        Self::from_base64(&text)
    }
}

impl From<AgeFile> for String {
    fn from(file: AgeFile) -> Self {
        file.to_base64()
    }
}

/// Who can open the file whose first bytes these are; nothing when they are no header of ours, with what begins after it.
pub(crate) fn recipients_of(first: &[u8]) -> Option<Recipients> {
    header(first)
}

/// Reads the header to its end, and nothing behind it.
fn header(bytes: &[u8]) -> Option<Recipients> {
    let mut lines = Lines(bytes);
    (lines.next()? == "age-encryption.org/v1").then_some(())?;
    let mut keys = 0;
    let mut passphrase = None;
    let mut passkeys = 0;
    loop {
        let line = lines.next()?;
        if let Some(mac) = line.strip_prefix("--- ") {
            is_base64(mac, 32).then_some(())?;
            break;
        }
        let mut words = line.strip_prefix("-> ")?.split(' ');
        match (words.next()?, words.next()?, words.next(), words.next()) {
            ("X25519", share, None, None) if is_base64(share, 32) => keys += 1,
            ("scrypt", salt, Some(work), None) if is_base64(salt, 16) => {
                let canonical = work
                    .parse()
                    .ok()
                    .filter(|found: &u8| found.to_string() == work)?;
                passphrase.replace(canonical).is_none().then_some(())?;
            }
            (PASSKEY, nonce, None, None) if is_base64(nonce, 16) => passkeys += 1,
            _ => return None,
        }
        is_base64(lines.next()?, 32).then_some(())?;
    }
    (lines.0.len() >= LEAST_PAYLOAD).then_some(())?;
    match (keys, passphrase, passkeys) {
        (1..=MOST_RECIPIENTS, None, 0) => Some(Recipients::Keys(keys)),
        (0, Some(work), 0) => Some(Recipients::Passphrase { work }),
        (0, None, 1) => Some(Recipients::Passkey),
        _ => None,
    }
}

fn is_base64(text: &str, length: usize) -> bool {
    STANDARD_NO_PAD
        .decode(text)
        .is_ok_and(|bytes| bytes.len() == length)
}

/// The lines of a header; the last of them ends where the payload begins.
struct Lines<'a>(&'a [u8]);

impl<'a> Lines<'a> {
    /// The longest line of a header that is taken: `-> scrypt`, a salt and a number, and room.
    const LONGEST: usize = 128;

    fn next(&mut self) -> Option<&'a str> {
        let end = self
            .0
            .iter()
            .take(Self::LONGEST)
            .position(|byte| *byte == b'\n')?;
        let (line, rest) = self.0.split_at_checked(end)?;
        self.0 = rest.get(1..)?;
        std::str::from_utf8(line).ok()
    }
}
