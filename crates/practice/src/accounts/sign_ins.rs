//! Signing in and out, and who is signed in.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use store::StoreError;
use totp_rs::{Builder, Secret};

use super::passwords::PasswordHash;
use super::records::{self, StoredSignIn};
use super::{AccountError, Secrets, normal};
use crate::access::{AccountBody, AccountState, Job, JobAccess, Purpose, Role, SignedIn, Work};
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{AccountId, PersonId, SignInId};
use crate::private::Private;
use crate::receipts::Action;

/// What the browser holds; the database holds only its hash.
#[derive(Clone)]
pub struct SignInToken(String);

impl SignInToken {
    /// For the cookie.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// How long a sign-in lasts.
#[derive(Clone, Copy, Debug)]
pub struct Times;

impl Times {
    /// Minutes without a request after which it ends.
    pub const IDLE_MINUTES: i64 = 30;
    /// Hours after which it ends in any case.
    pub const ABSOLUTE_HOURS: i64 = 12;
    const MINUTE: i64 = 60_000_000;
    /// A sign-in is marked as seen at most once in this time, so that reading pages does not write.
    const SEEN_EVERY: i64 = Self::MINUTE;
}

/// A known account with what signs it in, or nobody.
struct Candidate {
    id: AccountId,
    body: AccountBody,
    password: PasswordHash,
    one_time: Option<Private<String>>,
    needs_code: bool,
}

impl Practice {
    /// Signs somebody in with name, password and, for who has one, a one-time code.
    ///
    /// # Errors
    /// [`AccountError::Wrong`] for any of the three, alike in words and time for unknown names;
    /// [`AccountError::CodeNeeded`] when name and password are right and no code was given; `Enrol` is
    /// told by [`Practice::must_enrol`].
    pub async fn sign_in(
        &self,
        name: &str,
        password: String,
        code: Option<&str>,
    ) -> Result<SignInToken, AccountError> {
        let candidate = self.candidate(name).await?;
        let known = candidate
            .as_ref()
            .map(|candidate| candidate.password.clone());
        let matches = self.check_password(password, known).await?;
        let Some(candidate) = candidate.filter(|_| matches) else {
            return Err(AccountError::Wrong);
        };
        let step = match (&candidate.one_time, code) {
            (Some(_), None) => return Err(AccountError::CodeNeeded),
            (Some(secret), Some(code)) => {
                Some(self.step_of(secret, code).ok_or(AccountError::Wrong)?)
            }
            (None, _) if candidate.needs_code => return Err(AccountError::CodeNeeded),
            (None, _) => None,
        };
        self.begin(candidate.id, candidate.body.person, step).await
    }

    /// Whether name and password are right and the account still has to choose its own password and one-time code
    /// (staff before the first sign-in).
    ///
    /// # Errors
    /// [`AccountError::Wrong`] when they are not right.
    pub async fn must_enrol(&self, name: &str, password: String) -> Result<bool, AccountError> {
        let candidate = self.candidate(name).await?;
        let known = candidate
            .as_ref()
            .map(|candidate| candidate.password.clone());
        if !self.check_password(password, known).await? {
            return Err(AccountError::Wrong);
        }
        Ok(candidate.is_some_and(|candidate| candidate.needs_code && candidate.one_time.is_none()))
    }

    pub(super) fn step_of(&self, secret: &Private<String>, code: &str) -> Option<i64> {
        let secret = Secret::try_from_base32(secret.reveal()).ok()?;
        let totp = Builder::new().with_secret(secret).build().ok()?;
        let digits: String = code.chars().filter(char::is_ascii_digit).collect();
        if digits.len() != 6 {
            return None;
        }
        let seconds = u64::try_from(self.now().as_second()).ok()?;
        i64::try_from(totp.check(&digits, seconds)?).ok()
    }

    async fn candidate(&self, name: &str) -> Result<Option<Candidate>, AccountError> {
        let vault = self.vault()?;
        let key = vault.blind_index(&normal(name));
        self.read(&JobAccess::new(Job::SignIn), move |work| {
            candidate(work, &key)
        })
        .await
    }

    /// Begins a sign-in of `account`; a used step of the one-time codes is wrong.
    async fn begin(
        &self,
        account: AccountId,
        person: PersonId,
        step: Option<i64>,
    ) -> Result<SignInToken, AccountError> {
        let practice = self.id();
        self.write(
            &JobAccess::new(Job::SignIn),
            Action::SignIn,
            move |work: &mut Work<'_, '_>| {
                let now = micros(work.now());
                if work.authority(|known| known.roles(person, now)).is_empty() {
                    return Err(AccountError::Wrong);
                }
                let token: [u8; 32] = work.random();
                let row = StoredSignIn {
                    id: SignInId(work.new_id()),
                    account,
                    seen_at: now,
                    idle_until: now + Times::IDLE_MINUTES * Times::MINUTE,
                    absolute_until: now + Times::ABSOLUTE_HOURS * 60 * Times::MINUTE,
                    ended: false,
                };
                let text = URL_SAFE_NO_PAD.encode(token);
                Ok((
                    row,
                    work.vault().token_hash(text.as_bytes()),
                    SignInToken(text),
                ))
            },
            move |tx, (row, hash, token)| {
                if let Some(step) = step {
                    match records::use_step(tx, practice, account, step) {
                        Err(StoreError::Unique(_)) => return Err(AccountError::Wrong),
                        other => other?,
                    }
                }
                records::insert_sign_in(tx, practice, row, *hash)?;
                Ok(token.clone())
            },
        )
        .await
    }

    /// Enters as somebody without a password: for the demo, whose people are fictional. The binary offers it only in a
    /// data folder that the demo made, on loopback.
    ///
    /// # Errors
    /// [`AccountError::Wrong`] when the person has no account.
    pub async fn enter_demo(&self, person: PersonId) -> Result<SignInToken, AccountError> {
        let account = self
            .core()
            .authority()
            .account_of(person)
            .ok_or(AccountError::Wrong)?;
        self.begin(AccountId(account.0), person, None).await
    }

    /// Who is signed in with this token.
    ///
    /// # Errors
    /// [`AccessError::NotSignedIn`] when nobody is any more: ended, idle, too long, or account or role ended.
    pub async fn signed_in(&self, token: &str) -> Result<SignedIn, AccessError> {
        let vault = self.vault()?;
        let hash = vault.token_hash(token.as_bytes());
        let practice = self.id();
        let row = self
            .published(move |tx| records::sign_in(tx, practice, &hash))
            .await?;
        let now = micros(self.now());
        let row = row
            .filter(|row| !row.ended && now < row.idle_until && now < row.absolute_until)
            .ok_or(AccessError::NotSignedIn)?;
        let (person, roles) = self
            .account_in_force(row.account, now)
            .ok_or(AccessError::NotSignedIn)?;
        if now - row.seen_at > Times::SEEN_EVERY {
            let idle_until = now + Times::IDLE_MINUTES * Times::MINUTE;
            self.core()
                .store
                .write(move |tx| records::seen(tx, practice, row.id, now, idle_until))
                .await?;
        }
        SignedIn::new(person, row.account, Some(row.id), roles).ok_or(AccessError::NotSignedIn)
    }

    fn account_in_force(&self, account: AccountId, now: i64) -> Option<(PersonId, Vec<Role>)> {
        let authority = self.core().authority();
        let body = authority
            .account(account.0)
            .filter(|body| body.state == AccountState::Active)?;
        let roles = authority
            .roles(body.person, now)
            .into_iter()
            .map(|(_, role)| role.role)
            .collect();
        Some((body.person, roles))
    }

    /// Ends the sign-in of this token; ending what has ended is no error.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault of the database.
    pub async fn sign_out(&self, token: &str) -> Result<(), AccessError> {
        let vault = self.vault()?;
        let hash = vault.token_hash(token.as_bytes());
        let practice = self.id();
        let now = micros(self.now());
        let store = &Arc::clone(self.core()).store;
        store
            .write(move |tx| match records::sign_in(tx, practice, &hash)? {
                Some(row) => records::end(tx, practice, row.id, now),
                None => Ok(()),
            })
            .await?;
        Ok(())
    }
}

/// The account of a sign-in name, its secrets opened; a refusal's receipt is left for an unknown name, so that both
/// leave one.
fn candidate(work: &mut Work<'_, '_>, key: &[u8; 32]) -> Result<Option<Candidate>, AccountError> {
    let practice = work.practice();
    let known = work
        .authority(|known| known.account_by_key(key))
        .filter(|(_, body)| body.state == AccountState::Active);
    let Some((id, body)) = known else {
        work.refused(Action::SignIn, Purpose::SignIn);
        return Ok(None);
    };
    let id = AccountId(id);
    let Some(cell) =
        records::secrets(work.tx, practice, id)?.filter(|cell| cell.revision == body.secrets)
    else {
        return Ok(None);
    };
    let opened = work.open(Action::SignIn, Purpose::SignIn, &[cell.compartment])?;
    let secrets: Secrets = work.unseal(&opened, "sign_in_secrets", &cell)?;
    let now = micros(work.now());
    let roles = work.authority(|known| known.roles(body.person, now));
    let needs_code = roles.iter().any(|(_, role)| role.role != Role::Client);
    Ok(Some(Candidate {
        id,
        body,
        password: secrets.password,
        one_time: secrets.one_time,
        needs_code,
    }))
}
