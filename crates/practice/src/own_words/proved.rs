//! What other keys in the place of somebody's ask for: whoever only sits at an open window, or has a stolen cookie, cannot take
//! the place of a person towards everybody who writes to them.

use crate::access::Access;
use crate::accounts::AccountError;
use crate::core::Practice;
use crate::ids::PersonId;

/// That somebody proved that it is them, by their password now or within the last ten minutes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Proved(PersonId);

impl Proved {
    pub(super) fn is_by(self, person: PersonId) -> bool {
        self.0 == person
    }
}

impl Practice {
    /// Asks for the proof that other keys may take the place of those of who is signed in: `present` is the password, which is not
    /// looked at where this very sign-in was proved within the last ten minutes.
    ///
    /// # Errors
    /// [`AccountError::Wrong`] when it is not the present password.
    pub async fn prove_for_keys(
        &self,
        access: &impl Access,
        present: String,
    ) -> Result<Proved, AccountError> {
        let person = access.who_asks()?;
        if !self.proved_lately(access) {
            self.is_mine(access, present).await?;
        }
        Ok(Proved(person))
    }
}
