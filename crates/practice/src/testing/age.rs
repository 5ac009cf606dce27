//! Age files for tests of the server, which reads headers and nothing else: what comes behind them is no cipher's.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

use crate::own_words::AgeFile;

/// A file whose header has these stanzas, in Base64.
#[must_use]
pub fn file_of(stanzas: &[&str]) -> String {
    let body = STANDARD_NO_PAD.encode([7_u8; 32]);
    let lines: String = stanzas
        .iter()
        .map(|stanza| format!("-> {stanza}\n{body}\n"))
        .collect();
    let mut bytes = format!("age-encryption.org/v1\n{lines}--- {body}\n").into_bytes();
    bytes.extend([9; 40]);
    STANDARD.encode(bytes)
}

/// The stanza of a key.
#[must_use]
pub fn key() -> String {
    format!("X25519 {}", STANDARD_NO_PAD.encode([5_u8; 32]))
}

/// The stanza of a passphrase with this work factor.
#[must_use]
pub fn passphrase(work: &str) -> String {
    format!("scrypt {} {work}", STANDARD_NO_PAD.encode([5_u8; 16]))
}

/// A file for so many keys.
///
/// # Panics
/// When they are more than a file may have.
#[must_use]
#[expect(clippy::expect_used, reason = "a test cannot go on without it")]
pub fn for_keys(count: usize) -> AgeFile {
    let stanza = key();
    let stanzas = vec![stanza.as_str(); count];
    AgeFile::from_base64(&file_of(&stanzas)).expect("an age file")
}

/// A file for a passphrase with this work factor.
///
/// # Panics
/// Never: every factor is one.
#[must_use]
#[expect(clippy::expect_used, reason = "a test cannot go on without it")]
pub fn for_passphrase(work: u8) -> AgeFile {
    let stanza = passphrase(&work.to_string());
    AgeFile::from_base64(&file_of(&[&stanza])).expect("an age file")
}

/// A file for a passkey.
///
/// # Panics
/// Never.
#[must_use]
#[expect(clippy::expect_used, reason = "a test cannot go on without it")]
pub fn for_passkey() -> AgeFile {
    AgeFile::from_base64(&file_of(&[&passkey()])).expect("an age file")
}

/// The stanza of a passkey.
#[must_use]
pub fn passkey() -> String {
    format!(
        "age-encryption.org/fido2prf {}",
        STANDARD_NO_PAD.encode([5_u8; 16])
    )
}
