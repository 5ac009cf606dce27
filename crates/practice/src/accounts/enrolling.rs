//! Enrolling: staff take the place of their one-time password with a password of their own and a proved one-time code,
//! before anything else. Staff always have a second factor.

use totp_rs::{Builder, Secret};

use super::AccountError;
use super::entering::Candidate;
use super::passwords::{PasswordRule, check_rule};
use super::recovery_codes::Ended;
use super::secrets::{Change, Secrets};
use super::sign_ins::{By, SignInToken};
use crate::access::{Job, JobAccess, Purpose};
use crate::core::Practice;
use crate::private::Private;

/// What somebody needs to set up one-time codes.
#[derive(Clone, Debug)]
pub struct Enrolment {
    /// The secret, base32, to type in.
    pub secret: Private<String>,
    /// The same as an `otpauth:` address, for the picture.
    pub address: Private<String>,
}

impl Practice {
    /// The secret of the one-time codes to be, for who came half way in with a one-time password.
    ///
    /// It follows from the account and the keyring, so that nothing is kept until a code proves that it arrived.
    ///
    /// # Errors
    /// [`AccountError::Expired`] when the first step is too long ago or there is nothing to enrol.
    pub async fn enrolment(&self, half_way: &str) -> Result<Enrolment, AccountError> {
        let candidate = self.candidate_half_way(half_way).await?;
        self.enrolment_of(&candidate)
    }

    fn enrolment_of(&self, candidate: &Candidate) -> Result<Enrolment, AccountError> {
        if !candidate.must_enrol() {
            return Err(AccountError::Expired);
        }
        self.codes_for(candidate)
    }

    /// The secret that the next codes of an account would have.
    pub(super) fn codes_for(&self, candidate: &Candidate) -> Result<Enrolment, AccountError> {
        let place = format!("{} {}", candidate.id, candidate.body.secrets);
        let seed = self.vault()?.mac("one-time secret", place.as_bytes());
        let secret = Secret::from(seed.get(..20).unwrap_or_default().to_vec()).to_base32();
        let address = format!("otpauth://totp/Alcove?secret={secret}&issuer=Alcove");
        Ok(Enrolment {
            secret: secret.into(),
            address: address.into(),
        })
    }

    /// Ends the one-time password: the person's own one and a proved code take its place, and they are signed in.
    ///
    /// # Errors
    /// [`AccountError::Expired`] when the first step is too long ago, [`AccountError::Password`] when the new password
    /// is too weak or is the one-time one, [`AccountError::Wrong`] when the code is wrong.
    pub async fn enrol(
        &self,
        half_way: &str,
        password: String,
        code: &str,
    ) -> Result<SignInToken, AccountError> {
        let candidate = self.candidate_half_way(half_way).await?;
        let enrolment = self.enrolment_of(&candidate)?;
        let is_the_old_one = self
            .check_password(password.clone(), Some(candidate.password.clone()))
            .await?;
        if is_the_old_one || check_rule(&password) != PasswordRule::Good {
            return Err(AccountError::Password);
        }
        let step = self
            .step_of(&enrolment.secret, code)
            .ok_or(AccountError::Wrong)?;
        let change = Change {
            secrets: Secrets {
                password: self.hash_password(password).await?,
                one_time: Some(enrolment.secret),
            },
            step: Some(step),
            ended: Ended::Otherwise,
            purpose: Purpose::SignIn,
        };
        let job = JobAccess::of(Job::SignIn, candidate.body.person);
        let (id, body) = self.change_secrets(&job, &candidate, change).await?;
        self.begin((id, &body), By::Both).await
    }
}

/// A code for a secret at an instant: what an authenticator would show. For tests and the demo's own people.
///
/// # Errors
/// [`AccountError::Wrong`] when the secret is not base32.
pub fn code_at(secret: &Private<String>, at: jiff::Timestamp) -> Result<String, AccountError> {
    let secret = Secret::try_from_base32(secret.reveal()).map_err(|_| AccountError::Wrong)?;
    let totp = Builder::new()
        .with_secret(secret)
        .build()
        .map_err(|_| AccountError::Wrong)?;
    Ok(totp
        .generate(u64::try_from(at.as_second()).unwrap_or(0))
        .to_string())
}
