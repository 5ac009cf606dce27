//! The independent keys: each serves one purpose and none is derived from another.

use uuid::Uuid;

use super::{KeyringRow, VERSION, rows};
use crate::crypto::{Cipher, KEY, Key};
use crate::{Randomness, VaultError};

/// The keys of the row `keys`, in the order in which they stand there.
pub(crate) struct Independent {
    /// MACs of grants, roles, credentials and what signs accounts in.
    pub(crate) mac: Key,
    /// The digest of that whole set.
    pub(crate) set: Key,
    /// The blind index of sign-in names.
    pub(crate) blind: Key,
    /// Hashes of session and invitation tokens.
    pub(crate) token: Key,
    /// Seed of the Ed25519 key that signs checkpoints.
    pub(crate) audit: Key,
    /// The rows `authority` and `checkpoint`.
    pub(crate) state: Key,
}

impl Independent {
    pub(crate) fn random(randomness: &dyn Randomness) -> Self {
        let key = || Key::random(randomness);
        Self {
            mac: key(),
            set: key(),
            blind: key(),
            token: key(),
            audit: key(),
            state: key(),
        }
    }

    pub(crate) fn row(
        &self,
        installation: Uuid,
        root: &Key,
        randomness: &dyn Randomness,
    ) -> KeyringRow {
        let keys = [
            &self.mac,
            &self.set,
            &self.blind,
            &self.token,
            &self.audit,
            &self.state,
        ];
        let mut plain = zeroize::Zeroizing::new(Vec::with_capacity(KEY * keys.len()));
        for key in keys {
            plain.extend_from_slice(key.bytes());
        }
        let aad = rows::place(rows::KEYS, installation, &[]);
        let mut bytes = vec![VERSION];
        bytes.extend_from_slice(&Cipher::new(root.bytes()).wrap(&aad, &plain, randomness));
        KeyringRow {
            name: rows::KEYS.to_owned(),
            bytes,
        }
    }

    pub(crate) fn unwrap(
        installation: Uuid,
        root: &Key,
        row: &KeyringRow,
    ) -> Result<Self, VaultError> {
        let read = || {
            let aad = rows::place(rows::KEYS, installation, &[]);
            let plain = Cipher::new(root.bytes()).unwrap(&aad, row.bytes.get(1..)?)?;
            let (keys, []) = plain.as_chunks::<KEY>() else {
                return None;
            };
            let [mac, set, blind, token, audit, state] = keys else {
                return None;
            };
            Some(Self {
                mac: Key::copied(mac),
                set: Key::copied(set),
                blind: Key::copied(blind),
                token: Key::copied(token),
                audit: Key::copied(audit),
                state: Key::copied(state),
            })
        };
        read().ok_or_else(|| VaultError::damaged(&row.name))
    }
}
