//! Invitations: a link by mail, with which a person makes their own account.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use vault::CompartmentId;

use super::passwords::{PasswordRule, check_rule};
use super::records;
use super::sign_ins::SignInToken;
use super::{AccountError, Secrets, normal};
use crate::access::authority::AuthorityKind;
use crate::access::{
    AccountBody, AccountState, GrantBody, Holder, InvitationBody, Job, JobAccess, Purpose, Role,
    RoleBody, Work,
};
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{AccountId, CaseId, InvitationId, PersonId};
use crate::people;
use crate::receipts::Action;
use crate::sealed::SealedRow;

/// An invitation's token, as it stands in the link.
#[derive(Clone)]
pub struct Invitation(String);

impl Invitation {
    /// How many days it can be used.
    pub const DAYS: i64 = 14;

    /// For the link.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Writes an invitation down within an operation; the link's token is returned for the mail.
    pub(crate) fn prepare(
        work: &mut Work<'_, '_>,
        person: PersonId,
        case: Option<CaseId>,
    ) -> Result<Self, AccessError> {
        let token = URL_SAFE_NO_PAD.encode(work.random::<32>());
        let key = work.vault().token_hash(token.as_bytes());
        let until = micros(work.now()) + Self::DAYS * 24 * 60 * 60_000_000;
        let body = InvitationBody {
            person,
            case,
            until,
            used: false,
        };
        work.put_authority(
            AuthorityKind::Invitation,
            InvitationId(work.new_id()).0,
            &body,
            Some(key),
        )?;
        Ok(Self(token))
    }
}

/// What a person chooses for an account.
#[derive(Clone)]
pub struct NewAccount {
    /// The sign-in name.
    pub name: String,
    /// The password.
    pub password: String,
}

impl NewAccount {
    pub(super) fn check(&self) -> Result<(), AccountError> {
        let length = normal(&self.name).chars().count();
        if !(3..=120).contains(&length) {
            return Err(AccountError::Name);
        }
        match check_rule(&self.password) {
            PasswordRule::Good => Ok(()),
            PasswordRule::Short | PasswordRule::Common => Err(AccountError::Password),
        }
    }
}

impl Practice {
    /// Whether an invitation can still be used.
    ///
    /// # Errors
    /// [`AccessError::Locked`].
    pub fn invitation_holds(&self, token: &str) -> Result<bool, AccessError> {
        let key = self.vault()?.token_hash(token.as_bytes());
        let now = micros(self.now());
        Ok(self
            .core()
            .authority()
            .invitation_by_key(&key)
            .is_some_and(|(_, body)| !body.used && now < body.until))
    }

    /// Invites somebody who was entered without an enquiry, into `case`. How the link reaches them is for who asks.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault of the database.
    pub async fn invite(
        &self,
        access: &JobAccess,
        person: PersonId,
        case: Option<CaseId>,
    ) -> Result<Invitation, AccessError> {
        self.write(
            access,
            Action::AccountChange,
            move |work| Invitation::prepare(work, person, case),
            |_, invitation| Ok(invitation.clone()),
        )
        .await
    }

    /// Makes a client's account with an invitation, which is used up by it, and signs them in.
    ///
    /// # Errors
    /// [`AccountError::Invitation`] when it cannot be used, [`AccountError::Name`], [`AccountError::Password`],
    /// [`AccountError::NameTaken`].
    pub async fn accept_invitation(
        &self,
        token: &str,
        new: NewAccount,
    ) -> Result<SignInToken, AccountError> {
        if !self.invitation_holds(token)? {
            return Err(AccountError::Invitation);
        }
        new.check()?;
        let (account, person) = match self.use_invitation(token, new).await {
            // Two at the same moment: the invitation was used, or the name was taken.
            Err(AccountError::Access(AccessError::Stale)) if self.invitation_holds(token)? => {
                Err(AccountError::NameTaken)
            }
            Err(AccountError::Access(AccessError::Stale)) => Err(AccountError::Invitation),
            other => other,
        }?;
        self.begin(account, person, None).await
    }

    async fn use_invitation(
        &self,
        token: &str,
        new: NewAccount,
    ) -> Result<(AccountId, PersonId), AccountError> {
        let key = self.vault()?.token_hash(token.as_bytes());
        let password = self.hash_password(new.password.clone()).await?;
        let practice = self.id();
        self.write(
            &JobAccess::new(Job::SignIn),
            Action::AccountChange,
            move |work| {
                let now = micros(work.now());
                let (id, invitation) = work
                    .authority(|known| known.invitation_by_key(&key))
                    .filter(|(_, body)| !body.used && now < body.until)
                    .ok_or(AccountError::Invitation)?;
                let index = work.vault().blind_index(&normal(&new.name));
                if work
                    .authority(|known| known.account_by_key(&index))
                    .is_some()
                {
                    return Err(AccountError::NameTaken);
                }
                let person = invitation.person;
                let has_one = work
                    .authority(|known| known.account_of(person))
                    .is_some_and(|(_, body)| body.state == AccountState::Active);
                if has_one {
                    return Err(AccountError::Invitation);
                }
                let secrets = Secrets {
                    password,
                    one_time: None,
                };
                let row = make_account(work, person, Role::Client, &secrets, index)?;
                work.put_authority(
                    AuthorityKind::Invitation,
                    id,
                    &InvitationBody {
                        used: true,
                        ..invitation
                    },
                    Some(key),
                )?;
                Ok((row, person))
            },
            move |tx, (row, person): &(SealedRow, PersonId)| {
                records::insert_secrets(tx, practice, row)?;
                Ok((AccountId(row.id()), *person))
            },
        )
        .await
    }
}

/// Writes a person's account and role and seals its secrets, within an operation.
pub(super) fn make_account(
    work: &mut Work<'_, '_>,
    person: PersonId,
    role: Role,
    secrets: &Secrets,
    index: [u8; 32],
) -> Result<SealedRow, AccountError> {
    let practice = work.practice();
    let identity: CompartmentId = people::records::cell(work.tx, practice, person)?
        .ok_or(AccountError::Invitation)?
        .compartment;
    let opened = work.open(Action::AccountChange, Purpose::SignIn, &[identity])?;
    let open = opened.get(identity).ok_or(AccessError::NotThere)?;
    let account = AccountId(work.new_id());
    let row = work.seal(open, ("sign_in_secrets", account.0, 1), secrets)?;
    let body = AccountBody {
        person,
        state: AccountState::Active,
        secrets: 1,
    };
    work.put_authority(AuthorityKind::Account, account.0, &body, Some(index))?;
    let now = micros(work.now());
    let own = |grant: &GrantBody| {
        grant.holder == Holder::Person(person) && grant.purpose == Purpose::OwnRecord
    };
    let grants = work.authority(|known| known.grants_on(identity));
    if !grants.iter().any(|(_, grant)| own(grant)) {
        work.grant(Holder::Person(person), identity, Purpose::OwnRecord)?;
    }
    if work
        .authority(|known| known.roles(person, now))
        .iter()
        .all(|(_, held)| held.role != role)
    {
        let body = RoleBody {
            person,
            role,
            from: now,
            until: None,
            supervisor: None,
        };
        work.put_authority(AuthorityKind::Role, work.new_id(), &body, None)?;
    }
    Ok(row)
}
