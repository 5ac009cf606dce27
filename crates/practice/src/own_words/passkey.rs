//! The slot that a passkey opens, as the server has it: a file that it cannot open, and the line that names the passkey.
//!
//! The line is that of age-plugin-fido2prf: which credential of which page, and by which ways its device is reached. It is no
//! secret, and is sealed with the rest. Not here: what the passkey derives, which never comes to the server.

use serde::{Deserialize, Serialize};

use super::age::{AgeFile, Recipients};

const PREFIX: &str = "AGE-PLUGIN-FIDO2PRF-1";
/// The letters of Bech32 (BIP 173), as capitals.
const LETTERS: &[u8] = b"QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L";
/// A credential's id has 1,023 bytes at most (WebAuthn Level 3, 4); five bits a letter, and room for the page's name.
const LONGEST: usize = 2048;

/// A slot for a passkey.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PasskeySlot {
    /// The wrap.
    pub file: AgeFile,
    /// Which passkey opens it: `AGE-PLUGIN-FIDO2PRF-1…`.
    pub line: String,
}

impl PasskeySlot {
    /// Whether both are what the browser makes.
    pub(super) fn is_sound(&self) -> bool {
        let letters = self.line.strip_prefix(PREFIX);
        let named = letters.is_some_and(|text| {
            !text.is_empty() && text.bytes().all(|byte| LETTERS.contains(&byte))
        });
        named && self.line.len() <= LONGEST && self.file.recipients() == Recipients::Passkey
    }
}
