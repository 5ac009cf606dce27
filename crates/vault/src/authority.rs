//! The digest of the whole set of grants, roles and credentials, so that an old row put back counts for nothing.
//!
//! MSet-XOR-Hash of Clarke, Devadas, van Dijk, Gassend and Suh, "Incremental Multiset Hash Functions and Their
//! Application to Memory Integrity Checking" (ASIACRYPT 2003), keyed, over a set whose members' ids are unique. The
//! digest stands only in an encrypted row of the keyring: nobody without the keys sees one.

use std::collections::HashSet;

use uuid::Uuid;

use crate::bytes::{Reader, Writer};
use crate::crypto::mac;
use crate::keyring::{rows, state};
use crate::{KeyringRow, Vault, VaultError};

/// The digest of a set of rows. Taking a row in and taking it out are both [`SetDigest::combine`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetDigest(pub [u8; 32]);

impl SetDigest {
    /// The digest of the empty set.
    pub const EMPTY: Self = Self([0; 32]);

    /// The digest after the other's rows were taken in, or out when they were in: exclusive or.
    #[must_use]
    pub fn combine(mut self, other: Self) -> Self {
        self.0
            .iter_mut()
            .zip(other.0)
            .for_each(|(byte, with)| *byte ^= with);
        self
    }
}

/// The digest that the keyring remembers.
///
/// A change of the set writes `pending` first, then the set, then moves it to `current`; whoever finds a `pending`
/// after a crash accepts either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuthorityDigest {
    /// The digest of the set as it was last known to be.
    pub current: SetDigest,
    /// The digest that the set has once a change under way is durable.
    pub pending: Option<SetDigest>,
}

impl AuthorityDigest {
    /// Whether a set with this digest is one that the keyring knows.
    #[must_use]
    pub fn accepts(&self, found: SetDigest) -> bool {
        found == self.current || Some(found) == self.pending
    }
}

impl Vault {
    /// The digest of a set with one row: its id and the MAC that it carries.
    #[must_use]
    pub fn set_element(&self, id: Uuid, row_mac: &[u8; 32]) -> SetDigest {
        let element = Writer::with_capacity(64)
            .part(id.as_bytes())
            .part(row_mac)
            .finish();
        SetDigest(mac(&self.keys().set, &element))
    }

    /// The digest of a whole set.
    ///
    /// # Errors
    /// [`VaultError::Twice`] when an id stands twice: two of the same would cancel each other out.
    pub fn set_digest<I>(&self, rows: I) -> Result<SetDigest, VaultError>
    where
        I: IntoIterator<Item = (Uuid, [u8; 32])>,
    {
        let mut seen = HashSet::new();
        rows.into_iter()
            .try_fold(SetDigest::EMPTY, |digest, (id, row_mac)| {
                let first = seen.insert(id);
                first
                    .then(|| digest.combine(self.set_element(id, &row_mac)))
                    .ok_or(VaultError::Twice)
            })
    }

    /// The keyring's row that remembers the digest.
    #[must_use]
    pub fn authority_row(&self, digest: &AuthorityDigest) -> KeyringRow {
        let pending = digest.pending.unwrap_or(SetDigest::EMPTY);
        let content = Writer::with_capacity(65)
            .fixed(&digest.current.0)
            .fixed(&[u8::from(digest.pending.is_some())])
            .fixed(&pending.0)
            .finish();
        state::seal(
            &self.keys().state,
            self.installation(),
            rows::AUTHORITY,
            &content,
        )
    }

    /// The digest that these rows remember; `None` before the first was written.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when the row is not authentic.
    pub fn authority(&self, rows: &[KeyringRow]) -> Result<Option<AuthorityDigest>, VaultError> {
        let Some(row) = rows.iter().find(|row| row.name == rows::AUTHORITY) else {
            return Ok(None);
        };
        let read = || {
            let content = state::unseal(&self.keys().state, self.installation(), row)?;
            let mut reader = Reader::new(&content);
            let current = SetDigest(reader.array()?);
            let is_pending = reader.u8()? == 1;
            let pending = SetDigest(reader.array()?);
            reader.end()?;
            Some(AuthorityDigest {
                current,
                pending: is_pending.then_some(pending),
            })
        };
        read()
            .map(Some)
            .ok_or_else(|| VaultError::damaged(&row.name))
    }
}
