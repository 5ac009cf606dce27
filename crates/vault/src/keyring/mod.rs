//! The keyring: every key of an installation, wrapped, as named rows that the caller makes durable.
//!
//! ```text
//! secret -> slot/<id> -> root key -> epoch/<n> -> compartment/<uuid>
//!                                 -> keys: the independent ones -> authority, checkpoint
//! ```
//!
//! Where the rows are kept, and that they are kept apart from the data, is not decided here.
//! The layout and its reasons: `docs/decisions/0002-keyring.md`.

pub(crate) mod independent;
pub(crate) mod rows;
pub(crate) mod shelf;
pub(crate) mod slot;
pub(crate) mod state;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use uuid::Uuid;

use crate::crypto::{Key, certain, sha256};
use crate::{PassphraseCost, Randomness, Secret, Vault, VaultError};
use independent::Independent;
use rows::{Epoch, Name};
use shelf::Shelf;
use slot::Slot;
pub use slot::{SlotInfo, SlotMethod};

/// The version of every row's encoding.
pub(crate) const VERSION: u8 = 1;

/// One record of the keyring. Its bytes tell nothing without the unlock secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyringRow {
    /// `format`, `slot/..`, `epoch/..`, `compartment/..`, `keys`, `authority` or `checkpoint`; unique.
    pub name: String,
    /// The versioned encoding.
    pub bytes: Vec<u8>,
}

/// Makes the keyring of a new installation, unlocked, with one slot.
///
/// The rows must be durable before anything is sealed.
///
/// # Errors
/// [`VaultError::Cost`] when `cost` cannot be used for a passphrase.
pub fn create(
    installation: Uuid,
    randomness: &dyn Randomness,
    secret: &Secret,
    cost: PassphraseCost,
) -> Result<(Vault, Vec<KeyringRow>), VaultError> {
    let root = Key::random(randomness);
    let slot = slot::wrap(installation, &root, secret, cost, randomness)?;
    let epoch = Epoch::random(1, randomness);
    let keys = Independent::random(randomness);
    let rows = vec![
        format_row(installation),
        slot,
        epoch.row(installation, &root, 1, randomness),
        keys.row(installation, &root, randomness),
    ];
    let vault = Vault::new(installation, root, keys, Shelf::new(epoch))?;
    Ok((vault, rows))
}

/// A keyring that was read and not yet unlocked.
pub struct Locked {
    installation: Uuid,
    slots: Vec<Slot>,
    rows: Vec<KeyringRow>,
}

impl Locked {
    /// Takes the rows as they were stored, in any order.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] for a row that no version of Alcove writes, that stands twice, or is missing;
    /// [`VaultError::Newer`] when a newer version wrote it.
    pub fn from_rows(rows: Vec<KeyringRow>) -> Result<Self, VaultError> {
        let mut names = HashSet::with_capacity(rows.len());
        let (mut installation, mut slots) = (None, Vec::new());
        for row in &rows {
            if !names.insert(row.name.as_str()) {
                return Err(VaultError::damaged(&row.name));
            }
            match Name::of(row)? {
                Name::Format => installation = Some(installation_of(row)?),
                Name::Slot(id) => slots.push(Slot::parse(id, row)?),
                Name::Epoch(_) | Name::Compartment(_) | Name::Keys | Name::State => {}
            }
        }
        let installation = installation.ok_or_else(|| VaultError::damaged("format"))?;
        if slots.is_empty() {
            return Err(VaultError::damaged("slot"));
        }
        Ok(Self {
            installation,
            slots,
            rows,
        })
    }

    /// The installation whose keyring this is.
    #[must_use]
    pub const fn installation(&self) -> Uuid {
        self.installation
    }

    /// The ways in.
    #[must_use]
    pub fn slots(&self) -> Vec<SlotInfo> {
        self.slots.iter().map(Slot::info).collect()
    }

    /// What may be shown of one slot's row.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when it is no slot's.
    pub fn slot_of(row: &KeyringRow) -> Result<SlotInfo, VaultError> {
        let Name::Slot(id) = Name::of(row)? else {
            return Err(VaultError::damaged(&row.name));
        };
        Ok(Slot::parse(id, row)?.info())
    }

    /// The rows as they were taken.
    #[must_use]
    pub fn rows(&self) -> &[KeyringRow] {
        &self.rows
    }

    /// Unlocks with a secret, trying each slot of its method.
    ///
    /// A passphrase takes Argon2id's time and memory: call it where blocking is allowed.
    ///
    /// # Errors
    /// [`VaultError::WrongSecret`] when no slot opens; [`VaultError::OtherCards`] when no slot is of these cards;
    /// [`VaultError::Damaged`] naming the row that is not authentic.
    pub fn unlock(&self, secret: &Secret) -> Result<Vault, VaultError> {
        self.unlock_by(secret).map(|(vault, _)| vault)
    }

    /// As [`Locked::unlock`], and tells which slot it was.
    ///
    /// # Errors
    /// As [`Locked::unlock`].
    pub fn unlock_by(&self, secret: &Secret) -> Result<(Vault, SlotInfo), VaultError> {
        let (root, slot) = self.root(secret)?;
        let keys = self.rows.iter().find(|row| row.name == rows::KEYS);
        let keys = keys.ok_or_else(|| VaultError::damaged(rows::KEYS))?;
        let keys = Independent::unwrap(self.installation, &root, keys)?;
        let held = Shelf::load(self.installation, &root, &self.rows)?;
        let vault = Vault::new(self.installation, root, keys, held)?;
        vault.authority(&self.rows)?;
        vault.checkpoint(&self.rows)?;
        Ok((vault, slot))
    }

    fn root(&self, secret: &Secret) -> Result<(Key, SlotInfo), VaultError> {
        let mut refused = match secret {
            Secret::Cards(_) => VaultError::OtherCards,
            Secret::KeyFile(_) | Secret::Passphrase(_) | Secret::Passkey(_) => {
                VaultError::WrongSecret
            }
        };
        for slot in self.slots.iter().filter(|slot| slot.takes(secret)) {
            if let Some(root) = slot.unwrap(self.installation, secret)? {
                return Ok((root, slot.info()));
            }
            refused = VaultError::WrongSecret;
        }
        Err(refused)
    }
}

/// Bytes of the check of rows that are read before any key is known.
const CHECK: usize = 8;

/// A check against damage, not against an attacker: those rows are authenticated by what they unwrap.
pub(crate) fn check(name: &str, bytes: &[u8]) -> [u8; CHECK] {
    let hash = sha256(&[b"alcove/keyring/check/v1", name.as_bytes(), &[0], bytes]);
    certain(
        hash.first_chunk().copied().ok_or(()),
        "a hash is longer than its check",
    )
}

/// Splits the check off and compares it.
pub(crate) fn checked(row: &KeyringRow) -> Result<&[u8], VaultError> {
    row.bytes
        .split_last_chunk::<CHECK>()
        .filter(|(body, found)| **found == check(&row.name, body))
        .map(|(body, _)| body)
        .ok_or_else(|| VaultError::damaged(&row.name))
}

fn format_row(installation: Uuid) -> KeyringRow {
    let mut bytes = vec![VERSION];
    bytes.extend_from_slice(installation.as_bytes());
    bytes.extend_from_slice(&check(rows::FORMAT, &bytes));
    KeyringRow {
        name: rows::FORMAT.to_owned(),
        bytes,
    }
}

fn installation_of(row: &KeyringRow) -> Result<Uuid, VaultError> {
    let body = checked(row)?.get(1..).unwrap_or_default();
    Uuid::from_slice(body).map_err(|_| VaultError::damaged(&row.name))
}
