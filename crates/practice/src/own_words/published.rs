//! Public keys as others find them: a row of authority each, so that one put in or put back by SQL counts for nothing.

use super::{OwnWords, PublicKeys, mine};
use crate::access::row::AuthorityKind;
use crate::access::{Access, PublishedKeysBody, Work};
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::PersonId;
use crate::receipts::Action;

/// Somebody's public keys, for who encrypts for them.
pub(crate) fn of(work: &Work<'_, '_>, person: PersonId) -> Option<PublicKeys> {
    work.authority(|known| known.published_keys(person))
        .map(|(_, keys)| keys)
}

/// Publishes somebody's keys in the place of those before.
pub(super) fn publish(
    work: &mut Work<'_, '_>,
    person: PersonId,
    keys: &PublicKeys,
) -> Result<(), AccessError> {
    let before = work.authority(|known| known.published_keys(person));
    let id = before.map_or_else(|| work.new_id(), |(id, _)| id);
    let body = PublishedKeysBody {
        person,
        keys: keys.clone(),
    };
    work.put_authority(AuthorityKind::PublishedKeys, id, &body, None)
}

impl Practice {
    /// Publishes the keys of who is signed in where they were made before keys were published; otherwise nothing.
    ///
    /// # Errors
    /// [`AccessError::NotSignedIn`], [`AccessError::Locked`], or a fault.
    pub async fn publish_own_keys(&self, access: &impl Access) -> Result<(), AccessError> {
        let me = access.who_asks()?;
        if self.core().authority().published_keys(me).is_some() {
            return Ok(());
        }
        self.write(
            access,
            Action::OwnWords,
            move |work| {
                let (opened, cell) = mine(work)?;
                if let Some(cell) = cell {
                    let own: OwnWords = work.unseal(&opened, "own_words", &cell)?;
                    publish(work, me, &own.keys)?;
                }
                Ok(())
            },
            |_, ()| Ok(()),
        )
        .await
    }
}
