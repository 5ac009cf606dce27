//! "Somebody else may see this device": what a person says of their account, at once and without anybody's leave (R12).
//!
//! From then on the portal shows no amounts, badges or titles of what is new on its first page, and every sign-in asks for
//! the second factor where there is one, one with a passkey, too: who knows how to unlock the device has only that. Taking it
//! back asks for the password, because whoever looks over a shoulder may have the open page. Not here: the same choice for
//! one browser (`web`), and what is hidden (the portal).

use super::{AccountError, Candidate};
use crate::access::row::AuthorityKind;
use crate::access::{Access, AccountBody, PortalAccess, Work};
use crate::core::Practice;
use crate::error::AccessError;
use crate::receipts::Action;

impl Candidate {
    /// Whether a sign-in of this account asks for the code whatever was shown before.
    pub(super) const fn asks_code_too(&self, shared: bool) -> bool {
        (self.body.guarded || shared) && self.one_time.is_some()
    }
}

impl Practice {
    /// Whether who is signed in said that somebody else may see their devices.
    ///
    /// # Errors
    /// [`AccessError::NotSignedIn`].
    pub fn is_guarded(&self, access: &impl Access) -> Result<bool, AccessError> {
        let person = access.who().person.ok_or(AccessError::NotSignedIn)?;
        let found = self.core().authority().account_of(person);
        found
            .map(|(_, body)| body.guarded)
            .ok_or(AccessError::NotSignedIn)
    }

    /// Says that somebody else may see the devices of who is signed in.
    ///
    /// # Errors
    /// [`AccessError::NotSignedIn`], or a fault.
    pub async fn guard(&self, access: &PortalAccess) -> Result<(), AccountError> {
        self.set_guarded(access, true).await
    }

    /// Takes that back, with the present password.
    ///
    /// # Errors
    /// [`AccountError::Wrong`] when `present` is not the present password.
    pub async fn unguard(
        &self,
        access: &PortalAccess,
        present: String,
    ) -> Result<(), AccountError> {
        self.is_mine(access, present).await?;
        self.set_guarded(access, false).await
    }

    async fn set_guarded(&self, access: &PortalAccess, guarded: bool) -> Result<(), AccountError> {
        self.write(
            access,
            Action::AccountChange,
            move |work: &mut Work<'_, '_>| {
                let person = work.person()?;
                let found = work.authority(|known| known.account_of(person));
                let (id, body) = found.ok_or(AccessError::NotSignedIn)?;
                let body = AccountBody { guarded, ..body };
                let key = work.authority(|known| known.key_of(id));
                work.put_authority(AuthorityKind::Account, id, &body, key)?;
                Ok::<_, AccountError>(())
            },
            |_, ()| Ok(()),
        )
        .await
    }
}
