//! Sealed format v1: how a value of a compartment stands in the database.
//!
//! ```text
//! offset  0   1        2         10       42            74
//!         v=1 suite=1  key id 8  salt 32  commitment 32 ciphertext of the padded text, tag 16
//! ```
//!
//! HKDF-SHA-512 of the compartment's key, with the salt and the place as info, gives cipher key, nonce and commitment.
//! The decision and its reasons: `docs/decisions/0001-sealed-format-v1.md`; vectors: `vectors/sealed-v1.json`.

pub(crate) mod padding;
#[cfg(test)]
mod tests;

use uuid::Uuid;
use zeroize::Zeroizing;

use crate::bytes::{Reader, Writer};
use crate::crypto::{Cipher, KEY, Key, NONCE, TAG, expand, same, sha256};
use crate::{CompartmentId, Randomness, VaultError};

const VERSION: u8 = 1;
/// HKDF-SHA-512 with AES-256-GCM.
const SUITE: u8 = 1;
pub(crate) const KEY_ID: usize = 8;
const SALT: usize = 32;
const COMMITMENT: usize = 32;
const HEADER: usize = 2 + KEY_ID + SALT + COMMITMENT;
const DOMAIN: &[u8] = b"alcove/sealed/v1";

/// Where a sealed value stands. It opens nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address<'a> {
    /// The table.
    pub table: &'a str,
    /// The column, or what tells several sealed parts of a row apart.
    pub column: &'a str,
    /// The row's id.
    pub row: Uuid,
    /// The row's revision.
    pub revision: u32,
    /// The version of the content's own schema.
    pub schema: u16,
}

/// A sealed value and the digest of it that the receipt carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// What is stored.
    pub bytes: Vec<u8>,
    /// [`sealed_digest`] of the bytes.
    pub digest: [u8; 32],
}

/// The digest of a stored sealed value, as it stands in the receipt of its write: SHA-256.
#[must_use]
pub fn sealed_digest(bytes: &[u8]) -> [u8; 32] {
    sha256(&[bytes])
}

/// The short name of a compartment's key: which key a value was sealed under, and nothing about it.
pub(crate) fn key_id(key: &Key) -> [u8; KEY_ID] {
    let mut id = [0; KEY_ID];
    expand(key.bytes(), &[], &[b"alcove/sealed/key-id/v1"], &mut id);
    id
}

/// One key and the compartment and installation that it belongs to.
pub(crate) struct Sealer {
    pub(crate) installation: Uuid,
    pub(crate) compartment: CompartmentId,
    pub(crate) key: Key,
    pub(crate) key_id: [u8; KEY_ID],
}

struct Derived {
    cipher: Cipher,
    nonce: [u8; NONCE],
    commitment: [u8; COMMITMENT],
}

impl Sealer {
    pub(crate) fn seal(
        &self,
        address: &Address<'_>,
        text: &[u8],
        randomness: &dyn Randomness,
    ) -> Sealed {
        let mut salt = [0; SALT];
        randomness.fill(&mut salt);
        let derived = self.derive(address, &salt);
        let padded = padding::padded_length(text.len());
        let mut bytes = Vec::with_capacity(HEADER + padded + TAG);
        bytes.extend_from_slice(&[VERSION, SUITE]);
        bytes.extend_from_slice(&self.key_id);
        bytes.extend_from_slice(&salt);
        bytes.extend_from_slice(&derived.commitment);
        bytes.extend_from_slice(text);
        bytes.push(padding::MARK);
        bytes.resize(HEADER + padded, 0);
        derived
            .cipher
            .encrypt(derived.nonce, &[], &mut bytes, HEADER);
        let digest = sealed_digest(&bytes);
        Sealed { bytes, digest }
    }

    pub(crate) fn unseal(
        &self,
        address: &Address<'_>,
        bytes: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        match bytes.first() {
            Some(&found) if found > VERSION => Err(VaultError::Newer { found }),
            _ => self.unsealed(address, bytes).ok_or(VaultError::Refused),
        }
    }

    fn unsealed(&self, address: &Address<'_>, bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let mut reader = Reader::new(bytes);
        let version_and_suite = reader.array()? == [VERSION, SUITE];
        let key_id = reader.array()? == self.key_id;
        (version_and_suite && key_id).then_some(())?;
        let salt: [u8; SALT] = reader.array()?;
        let derived = self.derive(address, &salt);
        same(&derived.commitment, reader.slice(COMMITMENT)?).then_some(())?;
        let mut text = Zeroizing::new(reader.rest().to_vec());
        let padded = derived.cipher.decrypt(derived.nonce, &[], &mut text)?;
        let length = padding::unpadded_length(padded)?;
        text.truncate(length);
        Some(text)
    }

    /// Whether the bytes name this key in their beginning; nothing is opened.
    pub(crate) fn is_named(&self, bytes: &[u8]) -> bool {
        let mut reader = Reader::new(bytes);
        reader.array() == Some([VERSION, SUITE]) && reader.array() == Some(self.key_id)
    }

    fn derive(&self, address: &Address<'_>, salt: &[u8; SALT]) -> Derived {
        let mut out = Zeroizing::new([0; KEY + NONCE + COMMITMENT]);
        let place = self.place(address);
        let info: [&[u8]; 4] = [DOMAIN, &[VERSION, SUITE], &self.key_id, &place];
        expand(self.key.bytes(), salt, &info, out.as_mut_slice());
        let mut key = Zeroizing::new([0; KEY]);
        let (mut nonce, mut commitment) = ([0; NONCE], [0; COMMITMENT]);
        let targets = key
            .iter_mut()
            .chain(nonce.iter_mut())
            .chain(commitment.iter_mut());
        for (to, from) in targets.zip(out.iter()) {
            *to = *from;
        }
        Derived {
            cipher: Cipher::new(&key),
            nonce,
            commitment,
        }
    }

    /// The associated data, each part with its length before it.
    fn place(&self, address: &Address<'_>) -> Vec<u8> {
        Writer::with_capacity(160)
            .part(self.installation.as_bytes())
            .part(address.table.as_bytes())
            .part(address.column.as_bytes())
            .part(address.row.as_bytes())
            .part(self.compartment.0.as_bytes())
            .part(&address.revision.to_be_bytes())
            .part(&address.schema.to_be_bytes())
            .finish()
    }
}
