//! Who somebody is to the others of a thread. A person's own id carries since when the practice knows them, which a partner is
//! not to learn (R2); this one is made of it under a key of the vault, and carries nothing.

use std::fmt;

use uuid::Uuid;
use vault::Vault;

use crate::access::Access;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{PersonId, PracticeId};

/// A person as the readers of a thread are given them, and as envelopes of messages are signed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ReaderId(Uuid);

impl ReaderId {
    pub(super) fn of(vault: &Vault, practice: PracticeId, person: PersonId) -> Self {
        let said = [practice.0.as_bytes().as_slice(), person.0.as_bytes()].concat();
        let mut bytes = [0; 16];
        let mac = vault.mac("reader of messages", &said);
        bytes.iter_mut().zip(mac).for_each(|(to, from)| *to = from);
        Self(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }
}

impl fmt::Display for ReaderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Practice {
    /// Who is signed in, as the others of their threads know them.
    ///
    /// # Errors
    /// [`AccessError::NotSignedIn`], [`AccessError::Locked`].
    pub fn my_reader_id(&self, access: &impl Access) -> Result<ReaderId, AccessError> {
        let person = access.who_asks()?;
        Ok(ReaderId::of(&*self.vault()?, self.id(), person))
    }
}
