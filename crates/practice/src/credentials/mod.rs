//! Credentials: who is qualified for what, and the pages on which the practice says so to anybody (T0).
//!
//! A published page is read without a receipt and while the server is locked. Not here: what a credential permits in
//! booking and signing (R6).

mod records;

pub(crate) use records::{publish, republish};

#[cfg(test)]
mod tests;

use jiff::civil::Date;

use crate::access::{AccountState, CredentialBody, Role};
use crate::accounts::StaffPage;
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::PersonId;

/// A member of staff as the practice publishes them.
#[derive(Clone, Debug)]
pub struct Published {
    /// Who.
    pub person: PersonId,
    /// The end of their page's address.
    pub slug: String,
    /// What is said about them.
    pub page: StaffPage,
    /// Their credentials, licences first.
    pub credentials: Vec<CredentialBody>,
}

impl Published {
    /// The credentials that are in force on `day`.
    #[must_use]
    pub fn in_force(&self, day: Date) -> Vec<&CredentialBody> {
        self.credentials
            .iter()
            .filter(|credential| is_in_force(credential, day))
            .collect()
    }
}

/// Whether a credential is in force on `day`; a day that cannot be read counts as not.
#[must_use]
pub fn is_in_force(credential: &CredentialBody, day: Date) -> bool {
    let from = credential.from.parse::<Date>();
    let until = credential.until.parse::<Date>();
    from.is_ok_and(|from| from <= day)
        && (credential.until.is_empty() || until.is_ok_and(|until| day <= until))
}

impl Practice {
    /// Everybody who works here as the practice publishes them, by name; also while locked.
    ///
    /// While the server holds its keys the credentials are the verified ones; while it is locked, those that stand in
    /// the database.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn published_staff(&self) -> Result<Vec<Published>, AccessError> {
        let practice = self.id();
        let mut staff = self
            .published(move |tx| records::staff(tx, practice))
            .await?;
        if self.is_locked() {
            let mut known = self
                .published(move |tx| records::credentials(tx, practice))
                .await?;
            for member in &mut staff {
                member.credentials = known
                    .extract_if(.., |credential| credential.person == member.person)
                    .collect();
            }
        } else {
            let authority = self.core().authority();
            for member in &mut staff {
                member.credentials = authority.credentials(member.person);
            }
        }
        for member in &mut staff {
            member
                .credentials
                .sort_by(|a, b| (a.kind, &a.name, &a.number).cmp(&(b.kind, &b.name, &b.number)));
        }
        Ok(staff)
    }

    /// What a person does in the practice at this moment; nothing while the server is locked.
    #[must_use]
    pub fn roles_of(&self, person: PersonId) -> Vec<Role> {
        let authority = self.core().authority();
        let active = authority
            .account_of(person)
            .is_some_and(|(_, account)| account.state == AccountState::Active);
        let held = authority.roles(person, micros(self.now()));
        let mut roles: Vec<Role> = held
            .into_iter()
            .filter(|_| active)
            .map(|(_, body)| body.role)
            .collect();
        roles.sort_unstable();
        roles
    }

    /// The clinicians who have a page for visitors.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn published_clinicians(&self) -> Result<Vec<Published>, AccessError> {
        let mut staff = self.published_staff().await?;
        staff.retain(|member| member.page.public);
        Ok(staff)
    }
}
