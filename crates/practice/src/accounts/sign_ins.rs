//! Sign-ins: who is signed in, until when, and the end of it.
//!
//! A token names its row and carries 32 random bytes; the row keeps a keyed hash of those bytes together with the
//! account and the longest end, so that a row changed or put in by SQL signs nobody in.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use store::StoreError;
use subtle::ConstantTimeEq;
use uuid::Uuid;
use vault::Vault;

use super::AccountError;
use super::passkeys::Used;
use super::records::{self, StoredSignIn};
use super::recovery_codes::Spent;
use crate::access::{AccountBody, AccountState, Job, JobAccess, Role, SignedIn, Work};
use crate::clock::micros;
use crate::core::Practice;
use crate::digest::sha256;
use crate::error::AccessError;
use crate::ids::{AccountId, PersonId, SignInId};
use crate::receipts::Action;

/// What the browser holds; the database holds only a hash of it.
#[derive(Clone)]
pub struct SignInToken(String);

impl SignInToken {
    /// For the cookie.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    pub(super) fn new(id: SignInId, random: &[u8; 32]) -> Self {
        let bytes = [id.0.as_bytes().as_slice(), random].concat();
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    fn parse(text: &str) -> Option<(SignInId, [u8; 32])> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (id, random) = bytes.split_first_chunk::<16>()?;
        Some((SignInId(Uuid::from_bytes(*id)), random.try_into().ok()?))
    }
}

/// How somebody proved themselves who is signed in now.
#[derive(Clone, Debug)]
pub(super) enum By {
    /// With a password alone, or with an invitation.
    Password,
    /// With a password and the one-time code of this step.
    Code(i64),
    /// With a passkey, whose device verified its owner.
    Passkey(Box<Used>),
    /// With a password and one of the recovery codes. It signs in and proves nothing more: a sheet of paper may lie about.
    Recovery(Box<Spent>),
    /// With two proofs of which neither is a step to be used up here.
    Both,
}

impl By {
    const fn step(&self) -> Option<i64> {
        match self {
            Self::Code(step) => Some(*step),
            Self::Password | Self::Passkey(_) | Self::Recovery(_) | Self::Both => None,
        }
    }

    const fn action(&self) -> Action {
        match self {
            Self::Recovery(_) => Action::RecoveryCode,
            Self::Password | Self::Code(_) | Self::Passkey(_) | Self::Both => Action::SignIn,
        }
    }

    /// Whether it is enough for a dangerous act, too.
    const fn is_strong(&self) -> bool {
        match self {
            Self::Code(_) | Self::Passkey(_) | Self::Both => true,
            Self::Password | Self::Recovery(_) => false,
        }
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

/// What is stored of a token: bound to its row, its account and its longest end.
fn hash(vault: &Vault, row: &StoredSignIn, random: &[u8; 32]) -> [u8; 32] {
    let parts: [&[u8]; 5] = [
        random,
        row.id.0.as_bytes(),
        row.account.0.as_bytes(),
        &row.absolute_until.to_be_bytes(),
        &row.generation.to_be_bytes(),
    ];
    vault.token_hash(&parts.concat())
}

/// What signing out is asked by: without a key, because a locked server lets people out, too. The secret is 256 random bits,
/// so that its digest tells nothing.
fn digest(random: &[u8; 32]) -> [u8; 32] {
    let text = [b"alcove/sign-out/v1".as_slice(), random].concat();
    sha256(&text)
}

impl Practice {
    /// Begins a sign-in of an account as it was when it proved itself; a used step of the one-time codes is wrong. What
    /// ends all sign-ins meanwhile ends this one, too.
    pub(super) async fn begin(
        &self,
        account: (AccountId, &AccountBody),
        by: By,
    ) -> Result<SignInToken, AccountError> {
        let practice = self.id();
        let (account, body) = account;
        let (person, generation) = (body.person, body.generation);
        let (step, is_strong) = (by.step(), by.is_strong());
        let (token, id) = self
            .write(
                &JobAccess::of(Job::SignIn, person),
                by.action(),
                move |work: &mut Work<'_, '_>| {
                    let now = micros(work.now());
                    if work.authority(|known| known.roles(person, now)).is_empty() {
                        return Err(AccountError::Wrong);
                    }
                    match &by {
                        By::Passkey(used) => used.put_down(work)?,
                        By::Recovery(spent) => spent.put_down(work)?,
                        By::Password | By::Code(_) | By::Both => {}
                    }
                    let mut row = StoredSignIn {
                        id: SignInId(work.new_id()),
                        account,
                        seen_at: now,
                        idle_until: now + Times::IDLE_MINUTES * Times::MINUTE,
                        absolute_until: now + Times::ABSOLUTE_HOURS * 60 * Times::MINUTE,
                        token_hash: [0; 32],
                        token_digest: [0; 32],
                        generation,
                        ended: false,
                    };
                    let random = work.random();
                    row.token_digest = digest(&random);
                    row.token_hash = hash(work.vault(), &row, &random);
                    Ok::<_, AccountError>((row, SignInToken::new(row.id, &random)))
                },
                move |tx, (row, token)| {
                    if let Some(step) = step {
                        match records::use_step(tx, practice, account, step) {
                            Err(StoreError::Unique(_)) => return Err(AccountError::Wrong),
                            other => other?,
                        }
                    }
                    records::insert_sign_in(tx, practice, row)?;
                    Ok((token.clone(), row.id))
                },
            )
            .await?;
        if is_strong {
            self.core().proofs.note(id, self.now());
        }
        Ok(token)
    }

    /// What the demo writes into the folder that it makes: without this practice's keys nobody can say of another folder that
    /// the demo made it.
    ///
    /// # Errors
    /// [`AccessError::Locked`].
    pub fn demo_proof(&self) -> Result<String, AccessError> {
        let mac = self.vault()?.mac("demo", self.id().0.as_bytes());
        Ok(URL_SAFE_NO_PAD.encode(mac))
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
            .filter(|(_, body)| body.state == AccountState::Active)
            .ok_or(AccountError::Wrong)?;
        self.begin((AccountId(account.0), &account.1), By::Both)
            .await
    }

    /// Who is signed in with this token.
    ///
    /// # Errors
    /// [`AccessError::NotSignedIn`] when nobody is any more: ended, idle, too long, or account or role ended.
    pub async fn signed_in(&self, token: &str) -> Result<SignedIn, AccessError> {
        let vault = self.vault()?;
        let (id, random) = SignInToken::parse(token).ok_or(AccessError::NotSignedIn)?;
        let practice = self.id();
        let now = micros(self.now());
        let row = self
            .published(move |tx| records::sign_in(tx, practice, id))
            .await?
            .filter(|row| !row.ended && now < row.idle_until && now < row.absolute_until)
            .filter(|row| bool::from(hash(&vault, row, &random).ct_eq(&row.token_hash)))
            .ok_or(AccessError::NotSignedIn)?;
        let (person, roles) = self
            .account_in_force(&row, now)
            .ok_or(AccessError::NotSignedIn)?;
        if now - row.seen_at > Times::SEEN_EVERY {
            let idle_until = now + Times::IDLE_MINUTES * Times::MINUTE;
            self.core()
                .store
                .write(move |tx| records::seen(tx, practice, row.id, now, idle_until))
                .await?;
        }
        SignedIn::new(person, Some(row.id), roles).ok_or(AccessError::NotSignedIn)
    }

    fn account_in_force(&self, row: &StoredSignIn, now: i64) -> Option<(PersonId, Vec<Role>)> {
        let authority = self.core().authority();
        let body = authority
            .account(row.account.0)
            .filter(|body| body.state == AccountState::Active)
            .filter(|body| body.generation == row.generation)?;
        let roles = authority
            .roles(body.person, now)
            .into_iter()
            .map(|(_, role)| role.role)
            .collect();
        Some((body.person, roles))
    }

    /// Ends the sign-in of this token, also while locked; ending what has ended is no error. The id alone, which receipts
    /// tell, ends nothing.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn sign_out(&self, token: &str) -> Result<(), AccessError> {
        let Some((id, random)) = SignInToken::parse(token) else {
            return Ok(());
        };
        let practice = self.id();
        let now = micros(self.now());
        self.core()
            .store
            .write(move |tx| records::end(tx, practice, (id, digest(&random)), now))
            .await?;
        Ok(())
    }
}
