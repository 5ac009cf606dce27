//! Staff: made at set-up or by the owner, with a one-time password that they replace when they enrol; the ends of
//! accounts and roles.

use serde::{Deserialize, Serialize};
use vault::Kind;

use super::invitations::NewAccount;
use super::passwords::PasswordHash;
use super::secrets::Secrets;
use super::{AccountError, normal};
use super::{colleagues, ending, records};
use crate::access::row::AuthorityKind;
use crate::access::{
    Access, AccountBody, AccountState, CredentialBody, Fresh, GrantBody, Holder, JobAccess, Made,
    Purpose, Role, RoleBody, Scope, Work,
};
use crate::clock::micros;
use crate::core::Practice;
use crate::credentials;
use crate::error::AccessError;
use crate::ids::{AccountId, PersonId};
use crate::people::{self, Identity};
use crate::receipts::Action;
use crate::sealed::SealedRow;

/// What the practice publishes of a member of staff (T0): by putting it here it is public.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct StaffPage {
    /// The name to use at work.
    pub name: String,
    /// Pronouns.
    pub pronouns: String,
    /// Letters after the name, for example `PhD, LMFT, CST`.
    pub letters: String,
    /// Whether there is a page for visitors.
    pub public: bool,
    /// A sentence that introduces them.
    pub lede: String,
    /// A longer text.
    pub about: String,
    /// Languages spoken.
    pub languages: Vec<String>,
    /// Approaches.
    pub approaches: Vec<String>,
    /// Ids of concerns they work with, from the library.
    pub concerns: Vec<String>,
}

impl StaffPage {
    /// How the person is spoken of in a sentence: `Dr. Okafor`, or the whole name without a doctorate.
    #[must_use]
    pub fn spoken(&self) -> String {
        let doctor = self.letters.split([',', ' ']).any(|word| {
            ["PhD", "PsyD", "MD", "DO", "EdD", "DSW", "DHS"]
                .contains(&word.replace('.', "").as_str())
        });
        match self.name.split_whitespace().next_back() {
            Some(last) if doctor || self.name.starts_with("Dr. ") => format!("Dr. {last}"),
            _ => self.name.clone(),
        }
    }
}

/// The published pages of `staff`, in this order; who has none is left out.
///
/// # Errors
/// A fault of the database, or a page of another shape.
pub fn staff_pages(
    work: &mut Work<'_, '_>,
    staff: &[PersonId],
) -> Result<Vec<StaffPage>, AccessError> {
    let practice = work.practice();
    let mut pages = Vec::new();
    for person in staff {
        if let Some(found) = colleagues::colleague(work.tx, practice, *person)? {
            pages.push(found.page);
        }
    }
    Ok(pages)
}

/// A new member of staff.
#[derive(Clone)]
pub struct NewStaff {
    /// Names and contact.
    pub identity: Identity,
    /// The word in the page's address.
    pub slug: String,
    /// What is published.
    pub page: StaffPage,
    /// Roles, with an associate's supervisor.
    pub roles: Vec<(Role, Option<PersonId>)>,
    /// Credentials; `person` is filled in.
    pub credentials: Vec<CredentialBody>,
    /// Sign-in name and one-time password.
    pub account: NewAccount,
}

impl Practice {
    /// The grants that every practice begins with: what front desk, biller and owner may open.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault of the database.
    pub async fn begin_authority(&self) -> Result<(), AccessError> {
        let begins = [
            (Role::FrontDesk, Scope::EveryIdentity, Purpose::Contact),
            (Role::FrontDesk, Scope::Office, Purpose::Keeping),
            (Role::Owner, Scope::EveryIdentity, Purpose::Contact),
            (Role::Owner, Scope::Office, Purpose::Keeping),
            (Role::Biller, Scope::EveryIdentity, Purpose::Billing),
        ];
        self.write(
            &JobAccess::set_up(),
            Action::AuthorityChange,
            move |work| {
                let from = micros(work.now());
                for (role, scope, purpose) in begins {
                    let body = GrantBody {
                        holder: Holder::Role(role),
                        scope,
                        purpose,
                        from,
                        until: None,
                        given_by: None,
                    };
                    work.put_authority(AuthorityKind::Grant, work.new_id(), &body, None)?;
                }
                Ok::<_, AccessError>(())
            },
            |_, ()| Ok(()),
        )
        .await
    }

    /// Makes a member of staff: person, page, roles, credentials, and an account that has yet to enrol.
    ///
    /// # Errors
    /// [`AccountError::NameTaken`], [`AccountError::Name`], [`AccountError::Password`], a fault, or
    /// [`AccessError::NotThere`] for anybody but the owner and the command line.
    pub async fn add_staff(
        &self,
        access: &impl Fresh,
        new: NewStaff,
    ) -> Result<PersonId, AccountError> {
        self.sets_up(access).await?;
        new.account.check()?;
        let made = self.make(&[Kind::Identity]).await?;
        let password = self.hash_password(new.account.password.clone()).await?;
        let page = serde_json::to_string(&new.page)
            .map_err(|_| AccessError::Fault("a page cannot be written".to_owned()))?;
        let practice = self.id();
        let slug = new.slug.clone();
        self.write(
            access,
            Action::SetUp,
            move |work| hire(work, new, &made, password),
            move |tx, hired| {
                people::insert(tx, practice, hired.at, &hired.identity)?;
                records::insert_secrets(tx, practice, (hired.person, 0), &hired.secrets)?;
                credentials::publish(tx, practice, hired.person, (&slug, &page))?;
                Ok(hired.person)
            },
        )
        .await
    }

    /// Ends a person's account, and with it every sign-in at once.
    ///
    /// # Errors
    /// [`AccountError::Wrong`] when there is none, [`AccessError::NotThere`] for anybody but the owner and the command line.
    pub async fn end_account(
        &self,
        access: &impl Fresh,
        person: PersonId,
    ) -> Result<(), AccountError> {
        self.sets_up(access).await?;
        let practice = self.id();
        let now = micros(self.now());
        self.write(
            access,
            Action::AccountChange,
            move |work| {
                let (id, body) = work
                    .authority(|known| known.account_of(person))
                    .ok_or(AccountError::Wrong)?;
                ending::end(work, id, body)?;
                Ok(id)
            },
            move |tx, id| Ok(records::end_all(tx, practice, *id, now)?),
        )
        .await
    }

    /// Ends a person's role from now on; what was signed in with it alone ends with it.
    ///
    /// # Errors
    /// [`AccountError::Wrong`] when the person does not hold it.
    pub async fn end_role(
        &self,
        access: &impl Fresh,
        person: PersonId,
        role: Role,
    ) -> Result<(), AccountError> {
        self.sets_up(access).await?;
        self.write(
            access,
            Action::AuthorityChange,
            move |work| {
                let now = micros(work.now());
                let held = work.authority(|known| known.roles(person, now));
                let (id, body) = held
                    .into_iter()
                    .find(|(_, body)| body.role == role)
                    .ok_or(AccountError::Wrong)?;
                work.put_authority(
                    AuthorityKind::Role,
                    id,
                    &RoleBody {
                        until: Some(now),
                        ..body
                    },
                    None,
                )?;
                Ok(())
            },
            |_, ()| Ok(()),
        )
        .await
    }

    /// Gives a member of staff a role, with an associate's supervisor; a second time changes nothing. Who was a client
    /// until now, or nothing, signs in again: what they have open was made without a second factor.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] for anybody but the owner and the command line.
    pub async fn give_role(
        &self,
        access: &impl Fresh,
        person: PersonId,
        role: (Role, Option<PersonId>),
    ) -> Result<(), AccountError> {
        self.sets_up(access).await?;
        let (role, supervisor) = role;
        let practice = self.id();
        self.write(
            access,
            Action::AuthorityChange,
            move |work| {
                let from = micros(work.now());
                let held = work.authority(|known| known.roles(person, from));
                if role == Role::Client || held.iter().any(|(_, body)| body.role == role) {
                    return Ok(None);
                }
                let given = RoleBody {
                    person,
                    role,
                    from,
                    until: None,
                    supervisor,
                };
                work.put_authority(AuthorityKind::Role, work.new_id(), &given, None)?;
                let first = held.iter().all(|(_, body)| body.role == Role::Client);
                let account = work.authority(|known| known.account_of(person));
                let Some((id, body)) = account.filter(|_| first) else {
                    return Ok(None);
                };
                let key = work.authority(|known| known.key_of(id));
                work.put_authority(AuthorityKind::Account, id, &body.signed_out(), key)?;
                Ok(Some((id, from)))
            },
            move |tx, ended| match ended {
                Some((id, at)) => Ok(records::end_all(tx, practice, *id, *at)?),
                None => Ok(()),
            },
        )
        .await
    }

    /// Enters a credential of a member of staff.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] for anybody but the owner and the command line.
    pub async fn add_credential(
        &self,
        access: &impl Fresh,
        credential: CredentialBody,
    ) -> Result<(), AccountError> {
        self.sets_up(access).await?;
        self.write(
            access,
            Action::AuthorityChange,
            move |work| {
                work.put_authority(AuthorityKind::Credential, work.new_id(), &credential, None)?;
                Ok(())
            },
            |_, ()| Ok(()),
        )
        .await
    }

    /// Publishes what is said of a member of staff, in the place of what was published before (T0).
    ///
    /// # Errors
    /// [`AccessError::NotThere`] for anybody but the owner and the command line.
    pub async fn publish_page(
        &self,
        access: &impl Access,
        person: PersonId,
        page: &StaffPage,
    ) -> Result<(), AccountError> {
        self.sets_up(access).await?;
        let text = serde_json::to_string(page)
            .map_err(|_| AccessError::Fault("a page cannot be written".to_owned()))?;
        let practice = self.id();
        self.write(
            access,
            Action::SetUp,
            |_| Ok(()),
            move |tx, ()| Ok(credentials::republish(tx, practice, person, &text)?),
        )
        .await
    }
}

/// Somebody new, ready to be stored.
struct Hired {
    person: PersonId,
    at: i64,
    identity: SealedRow,
    secrets: SealedRow,
}

fn hire(
    work: &mut Work<'_, '_>,
    new: NewStaff,
    made: &[Made],
    password: PasswordHash,
) -> Result<Hired, AccountError> {
    let index = work.vault().blind_index(&normal(&new.account.name));
    let taken = work.authority(|known| known.account_by_key(&index));
    if taken.is_some() {
        return Err(AccountError::NameTaken);
    }
    let at = micros(work.now());
    let person = PersonId(work.new_id());
    let opened = work.open_made(Action::SetUp, Purpose::Keeping, made)?;
    let compartment = made.first().map(Made::id).ok_or(AccessError::NotThere)?;
    let open = opened.get(compartment).ok_or(AccessError::NotThere)?;
    let identity = work.seal(open, ("people", person.0, 1), &new.identity)?;
    work.grant(Holder::Person(person), compartment, Purpose::OwnRecord)?;
    for (role, supervisor) in new.roles {
        let body = RoleBody {
            person,
            role,
            from: at,
            until: None,
            supervisor,
        };
        work.put_authority(AuthorityKind::Role, work.new_id(), &body, None)?;
    }
    for credential in new.credentials {
        let body = CredentialBody {
            person,
            ..credential
        };
        work.put_authority(AuthorityKind::Credential, work.new_id(), &body, None)?;
    }
    let account = AccountId(work.new_id());
    let secrets = Secrets {
        password,
        one_time: None,
    };
    let secrets = work.seal(open, ("sign_in_secrets", account.0, 1), &secrets)?;
    let body = AccountBody {
        person,
        state: AccountState::Active,
        secrets: 1,
        generation: 0,
        guarded: false,
    };
    work.put_authority(AuthorityKind::Account, account.0, &body, Some(index))?;
    Ok(Hired {
        person,
        at,
        identity,
        secrets,
    })
}
