//! Invitations: a link by mail, with which a person makes their own account.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use uuid::Uuid;
use vault::CompartmentId;

use super::passkeys;
use super::passwords::{PasswordRule, check_rule};
use super::records;
use super::recovery_codes::Ended;
use super::secrets::{Replaced, Secrets, replace};
use super::sign_ins::{By, SignInToken};
use super::{AccountError, normal};
use crate::access::row::AuthorityKind;
use crate::access::{
    AccountBody, AccountState, Authority, GrantBody, Holder, InvitationBody, Job, JobAccess,
    Purpose, Role, RoleBody, Work,
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

    /// Writes an invitation down within an operation, to hold from `from` on; the link's token is returned for the mail. Links of before end. Who
    /// has an account signs in anew with it, as long as nothing else changed what signs them in.
    pub(crate) fn prepare(
        work: &mut Work<'_, '_>,
        person: PersonId,
        case: Option<CaseId>,
        from: Timestamp,
    ) -> Result<Self, AccessError> {
        for (id, body) in work.authority(|known| known.unused_invitations(person)) {
            let key = work.authority(|known| known.key_of(id));
            let over = InvitationBody { used: true, ..body };
            work.put_authority(AuthorityKind::Invitation, id, &over, key)?;
        }
        let account = work.authority(|known| known.account_of(person));
        let token = URL_SAFE_NO_PAD.encode(work.random::<32>());
        let key = work.vault().token_hash(token.as_bytes());
        let until = micros(from) + Self::DAYS * 24 * 60 * 60_000_000;
        let body = InvitationBody {
            person,
            case,
            until,
            used: false,
            replaces: account
                .filter(|(_, body)| body.state == AccountState::Active)
                .map(|(id, body)| (id, body.secrets)),
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
        Ok(holding(&self.core().authority(), &key, now).is_some())
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
            move |work| Invitation::prepare(work, person, case, work.now()),
            |_, invitation| Ok(invitation.clone()),
        )
        .await
    }

    /// Makes a client's account with an invitation, which is used up by it, and signs them in. Who has one signs in anew:
    /// the new name and password take the place of the old ones and of the one-time codes, and other sign-ins end.
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
        let (account, body) = match self.use_invitation(token, new).await {
            // Two at the same moment: the invitation was used, or the name was taken.
            Err(AccountError::Access(AccessError::Stale)) if self.invitation_holds(token)? => {
                Err(AccountError::NameTaken)
            }
            Err(AccountError::Access(AccessError::Stale)) => Err(AccountError::Invitation),
            other => other,
        }?;
        self.begin((account, &body), By::Password).await
    }

    async fn use_invitation(
        &self,
        token: &str,
        new: NewAccount,
    ) -> Result<(AccountId, AccountBody), AccountError> {
        let key = self.vault()?.token_hash(token.as_bytes());
        let secrets = Secrets {
            password: self.hash_password(new.password.clone()).await?,
            one_time: None,
        };
        let practice = self.id();
        self.write(
            &JobAccess::new(Job::SignIn),
            Action::AccountChange,
            move |work| take_up(work, key, &new.name, &secrets),
            move |tx, taken| match taken {
                Taken::New(made) => {
                    records::insert_secrets(
                        tx,
                        practice,
                        (made.body.person, made.number),
                        &made.row,
                    )?;
                    Ok((AccountId(made.row.id()), made.body.clone()))
                }
                Taken::Anew(replaced) => replaced.store(tx, practice, None),
            },
        )
        .await
    }
}

/// The invitation of a link, when it can still be used: by a client, for a first account or in the place of the very
/// account for which it was written. A role that came meanwhile ends it: no mail signs staff in.
fn holding(known: &Authority, key: &[u8; 32], now: i64) -> Option<(Uuid, InvitationBody)> {
    let (id, body) = known.invitation_by_key(key)?;
    let account = known
        .account_of(body.person)
        .filter(|(_, account)| account.state == AccountState::Active)
        .map(|(id, account)| (id, account.secrets));
    let roles = known.roles(body.person, now);
    let is_client = roles.iter().all(|(_, held)| held.role == Role::Client);
    let holds = !body.used && now < body.until && body.replaces == account && is_client;
    holds.then_some((id, body))
}

/// What an invitation led to.
enum Taken {
    New(MadeAccount),
    Anew(Replaced),
}

fn take_up(
    work: &mut Work<'_, '_>,
    key: [u8; 32],
    name: &str,
    secrets: &Secrets,
) -> Result<Taken, AccountError> {
    let now = micros(work.now());
    // One look for both: an account that another link makes in between would be counted, and not noticed.
    let look = |known: &Authority| {
        let (id, invitation) = holding(known, &key, now)?;
        let before = known.accounts_of(invitation.person).count();
        Some((id, invitation, before))
    };
    let (id, invitation, before) = work.authority(look).ok_or(AccountError::Invitation)?;
    let index = work.vault().blind_index(&normal(name));
    let theirs = invitation.replaces.map(|(account, _)| account);
    let taken = work.authority(|known| known.account_by_key(&index));
    if taken.is_some_and(|(other, _)| Some(other) != theirs) {
        return Err(AccountError::NameTaken);
    }
    let account = theirs.and_then(|account| {
        let body = work.authority(|known| known.account(account))?;
        Some((AccountId(account), body))
    });
    // Who begins anew begins without the devices of before: one of them may be lost, or never was theirs.
    if let Some((before, _)) = &account {
        passkeys::end_all_of(work, *before)?;
    }
    let taken = match account {
        Some(account) => Taken::Anew(replace(
            work,
            account,
            secrets,
            (Purpose::SignIn, Some(index), Ended::Otherwise),
        )?),
        None => Taken::New(make_account(
            work,
            (invitation.person, before),
            secrets,
            index,
        )?),
    };
    let used = InvitationBody {
        used: true,
        ..invitation
    };
    work.put_authority(AuthorityKind::Invitation, id, &used, Some(key))?;
    Ok(taken)
}

/// A client's account, ready to be stored.
struct MadeAccount {
    row: SealedRow,
    body: AccountBody,
    number: i64,
}

/// Writes a client's account and role and seals its secrets, within an operation; so many accounts they had before.
fn make_account(
    work: &mut Work<'_, '_>,
    whose: (PersonId, usize),
    secrets: &Secrets,
    index: [u8; 32],
) -> Result<MadeAccount, AccountError> {
    let (person, before) = whose;
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
        generation: 0,
        guarded: false,
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
        .all(|(_, held)| held.role != Role::Client)
    {
        let role = RoleBody {
            person,
            role: Role::Client,
            from: now,
            until: None,
            supervisor: None,
        };
        work.put_authority(AuthorityKind::Role, work.new_id(), &role, None)?;
    }
    Ok(MadeAccount {
        row,
        body,
        number: i64::try_from(before).unwrap_or(i64::MAX),
    })
}
