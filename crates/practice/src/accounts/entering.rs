//! Coming in: name and password first, then the one-time code of who has one.
//!
//! Known and unknown names take the same way: one receipt, one password's time, one answer. Between the two steps the
//! browser holds a [`HalfWay`], which says under a MAC whose password was right and until when; the password itself is
//! never sent back.

use totp_rs::{Builder, Secret};
use uuid::Uuid;

use super::passwords::PasswordHash;
use super::records;
use super::secrets::Secrets;
use super::sign_ins::{By, SignInToken};
use super::slips::Slip;
use super::{AccountError, normal};
use crate::access::{AccountBody, AccountState, Job, JobAccess, Purpose, Role, Work};
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::AccountId;
use crate::private::Private;
use crate::receipts::Action;

/// What a right password leads to.
pub enum NextStep {
    /// Signed in.
    SignedIn(SignInToken),
    /// The one-time code is asked for: [`Practice::sign_in_with_code`].
    Code(HalfWay),
    /// Staff before the first sign-in: [`Practice::enrol`].
    Enrol(HalfWay),
}

/// Whose password was right, and until when that counts; it signs nobody in.
#[derive(Clone)]
pub struct HalfWay(String);

impl HalfWay {
    /// For the hidden field of the second step's form.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// A known account with what signs it in.
pub(super) struct Candidate {
    pub(super) id: AccountId,
    pub(super) body: AccountBody,
    pub(super) password: PasswordHash,
    pub(super) one_time: Option<Private<String>>,
    pub(super) needs_code: bool,
}

impl Candidate {
    /// Whether this is staff before the first sign-in.
    pub(super) const fn must_enrol(&self) -> bool {
        self.needs_code && self.one_time.is_none()
    }
}

impl Practice {
    /// The first step: name and password.
    ///
    /// # Errors
    /// [`AccountError::Wrong`] when they do not go together, alike in words and time for unknown names.
    pub async fn sign_in(&self, name: &str, password: String) -> Result<NextStep, AccountError> {
        let key = self.vault()?.blind_index(&normal(name));
        let candidate = self
            .candidate(move |work| work.authority(|known| known.account_by_key(&key)))
            .await?;
        let known = candidate.as_ref().map(|found| found.password.clone());
        let matches = self.check_password(password, known).await?;
        let candidate = candidate.filter(|_| matches).ok_or(AccountError::Wrong)?;
        if candidate.must_enrol() {
            return Ok(NextStep::Enrol(self.half_way(&candidate)?));
        }
        if candidate.one_time.is_some() {
            return Ok(NextStep::Code(self.half_way(&candidate)?));
        }
        let token = self
            .begin((candidate.id, &candidate.body), By::Password)
            .await?;
        Ok(NextStep::SignedIn(token))
    }

    /// The second step: the one-time code. A code works once.
    ///
    /// # Errors
    /// [`AccountError::Expired`] when the first step is too long ago, [`AccountError::Wrong`] for a wrong or used code.
    pub async fn sign_in_with_code(
        &self,
        half_way: &str,
        code: &str,
    ) -> Result<SignInToken, AccountError> {
        let candidate = self.candidate_half_way(half_way).await?;
        let secret = candidate.one_time.as_ref().ok_or(AccountError::Expired)?;
        let step = self.step_of(secret, code).ok_or(AccountError::Wrong)?;
        self.begin((candidate.id, &candidate.body), By::Code(step))
            .await
    }

    /// The key of a sign-in name's allowance of tries: the same for known and unknown names.
    ///
    /// # Errors
    /// [`AccessError::Locked`].
    pub fn allowance_of(&self, name: &str) -> Result<[u8; 32], AccessError> {
        Ok(self.vault()?.blind_index(&normal(name)))
    }

    /// The key of the allowance of tries of who is half way in.
    ///
    /// # Errors
    /// [`AccountError::Expired`], [`AccessError::Locked`].
    pub fn allowance_half_way(&self, half_way: &str) -> Result<[u8; 32], AccountError> {
        let (account, _) = self.read_slip(Slip::HalfWay, half_way)?;
        self.core()
            .authority()
            .key_of(account)
            .ok_or(AccountError::Expired)
    }

    pub(super) async fn candidate_half_way(
        &self,
        half_way: &str,
    ) -> Result<Candidate, AccountError> {
        self.candidate_of_slip(Slip::HalfWay, half_way).await
    }

    /// The account for which a slip was made, while its secrets are those of then.
    pub(super) async fn candidate_of_slip(
        &self,
        slip: Slip,
        text: &str,
    ) -> Result<Candidate, AccountError> {
        let (account, secrets) = self.read_slip(slip, text)?;
        self.candidate(move |work| {
            let body = work.authority(|known| known.account(account))?;
            (body.secrets == secrets).then_some((account, body))
        })
        .await?
        .ok_or(AccountError::Expired)
    }

    /// An account by its id; `None` leaves the receipt of a refusal.
    pub(super) async fn candidate_with_account(
        &self,
        account: Option<Uuid>,
    ) -> Result<Option<Candidate>, AccountError> {
        self.candidate(move |work| {
            let id = account?;
            work.authority(|known| known.account(id))
                .map(|body| (id, body))
        })
        .await
    }

    pub(super) fn half_way(&self, candidate: &Candidate) -> Result<HalfWay, AccountError> {
        let account = (candidate.id, &candidate.body);
        Ok(HalfWay(self.slip(Slip::HalfWay, account, self.now())?))
    }

    /// The step of the one-time codes that `code` belongs to, RFC 6238 with one step of tolerance to either side.
    pub(super) fn step_of(&self, secret: &Private<String>, code: &str) -> Option<i64> {
        let secret = Secret::try_from_base32(secret.reveal()).ok()?;
        let totp = Builder::new().with_secret(secret).build().ok()?;
        let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let seconds = u64::try_from(self.now().as_second()).ok()?;
        i64::try_from(totp.check(&digits, seconds)?).ok()
    }

    async fn candidate<F>(&self, find: F) -> Result<Option<Candidate>, AccountError>
    where
        F: FnOnce(&Work<'_, '_>) -> Option<(Uuid, AccountBody)> + Send + 'static,
    {
        self.read(&JobAccess::new(Job::SignIn), move |work| {
            let found = find(work);
            candidate(work, found, (Action::SignIn, Purpose::SignIn))
        })
        .await
    }
}

/// An account with its secrets opened. Who cannot be signed in leaves the receipt of a refusal, so that both leave one.
pub(super) fn candidate(
    work: &mut Work<'_, '_>,
    found: Option<(Uuid, AccountBody)>,
    opening: (Action, Purpose),
) -> Result<Option<Candidate>, AccountError> {
    let practice = work.practice();
    let found = found.filter(|(_, body)| body.state == AccountState::Active);
    let cell = match &found {
        Some((id, body)) => records::secrets(work.tx, practice, AccountId(*id))?
            .filter(|cell| cell.revision == body.secrets),
        None => None,
    };
    let (Some((id, body)), Some(cell)) = (found, cell) else {
        work.refused(opening.0, opening.1);
        return Ok(None);
    };
    let (action, purpose) = opening;
    let opened = work.open(action, purpose, &[cell.compartment])?;
    let secrets: Secrets = work.unseal(&opened, "sign_in_secrets", &cell)?;
    let now = micros(work.now());
    let roles = work.authority(|known| known.roles(body.person, now));
    let needs_code = roles.iter().any(|(_, role)| role.role != Role::Client);
    Ok(Some(Candidate {
        id: AccountId(id),
        body,
        password: secrets.password,
        one_time: secrets.one_time,
        needs_code,
    }))
}
