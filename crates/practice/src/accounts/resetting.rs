//! A way back in for who works here: the owner, or the command line for the owner, gives a new one-time password.
//!
//! It ends the codes and the passkeys of before, too, so that a lost device is no end; with it the person enrols as on the first
//! day. Mail has no part in it: it must not replace the second factor of staff.

use super::recovery_codes::Ended;
use super::secrets::{Secrets, replace};
use super::{AccountError, normal, passkeys};
use crate::access::{Access, AccountState, Fresh, Purpose, Role};
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{AccountId, PersonId};
use crate::receipts::Action;

impl Practice {
    /// Gives a member of staff a one-time password in the place of what signed them in, and a new sign-in name when they
    /// forgot theirs. Every sign-in of theirs ends; the next one enrols.
    ///
    /// # Errors
    /// [`AccountError::Wrong`] when the person does not work here or the account has ended, [`AccountError::Name`] and
    /// [`AccountError::NameTaken`] for the new name, [`AccessError::NotThere`] for anybody but the owner and the command
    /// line.
    pub async fn reset_staff(
        &self,
        access: &impl Fresh,
        person: PersonId,
        new_name: Option<String>,
    ) -> Result<String, AccountError> {
        self.sets_up(access).await?;
        let key = match &new_name {
            Some(name) if !(3..=120).contains(&normal(name).chars().count()) => {
                return Err(AccountError::Name);
            }
            Some(name) => Some(self.vault()?.blind_index(&normal(name))),
            None => None,
        };
        let password = self.one_time_password();
        let secrets = Secrets {
            password: self.hash_password(password.clone()).await?,
            one_time: None,
        };
        let practice = self.id();
        // The owner opens it as they open any identity, the command line as it set the practice up.
        let purpose = match access.who().job {
            Some(_) => Purpose::Keeping,
            None => Purpose::Contact,
        };
        self.write(
            access,
            Action::AccountChange,
            move |work| {
                let now = micros(work.now());
                let roles = work.authority(|known| known.roles(person, now));
                let works_here = roles.iter().any(|(_, body)| body.role != Role::Client);
                let (id, body) = work
                    .authority(|known| known.account_of(person))
                    .filter(|(_, body)| works_here && body.state == AccountState::Active)
                    .ok_or(AccountError::Wrong)?;
                let taken = key.and_then(|key| work.authority(|known| known.account_by_key(&key)));
                if taken.is_some_and(|(other, _)| other != id) {
                    return Err(AccountError::NameTaken);
                }
                passkeys::end_all_of(work, AccountId(id))?;
                replace(
                    work,
                    (AccountId(id), body),
                    &secrets,
                    (purpose, key, Ended::Otherwise),
                )
            },
            move |tx, replaced| replaced.store(tx, practice, None).map(|_| ()),
        )
        .await?;
        Ok(password)
    }

    /// Who signs in with this name, for the command line.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] for anybody but the owner and the command line.
    pub fn who_signs_in_as(
        &self,
        access: &impl Access,
        name: &str,
    ) -> Result<Option<PersonId>, AccessError> {
        access.may_set_up()?;
        let key = self.vault()?.blind_index(&normal(name));
        let found = self.core().authority().account_by_key(&key);
        Ok(found.map(|(_, body)| body.person))
    }
}
