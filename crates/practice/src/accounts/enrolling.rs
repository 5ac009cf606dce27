//! Enrolling: staff take the place of their one-time password with a password of their own and a proved one-time code,
//! before anything else. Staff always have a second factor.

use totp_rs::{Builder, Secret};

use super::entering::Candidate;
use super::passwords::{PasswordRule, check_rule};
use super::sign_ins::SignInToken;
use super::{AccountError, Secrets, records};
use crate::access::authority::AuthorityKind;
use crate::access::{AccountBody, Job, JobAccess, Purpose};
use crate::core::Practice;
use crate::error::AccessError;
use crate::private::Private;
use crate::receipts::Action;
use crate::sealed;

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
        let secrets = Secrets {
            password: self.hash_password(password).await?,
            one_time: Some(enrolment.secret),
        };
        self.change_secrets(&candidate, secrets).await?;
        self.begin(candidate.id, candidate.body.person, Some(step))
            .await
    }

    /// Puts new secrets in the place of those that the candidate had; whoever else did it first makes this stale.
    async fn change_secrets(
        &self,
        candidate: &Candidate,
        secrets: Secrets,
    ) -> Result<(), AccountError> {
        let practice = self.id();
        let (id, body) = (candidate.id, candidate.body.clone());
        self.write(
            &JobAccess::of(Job::SignIn, body.person),
            Action::AccountChange,
            move |work| {
                let cell = records::secrets(work.tx, practice, id)?
                    .filter(|cell| cell.revision == body.secrets)
                    .ok_or(AccessError::Stale)?;
                let key = work.authority(|known| known.key_of(id.0));
                let opened =
                    work.open(Action::AccountChange, Purpose::SignIn, &[cell.compartment])?;
                let open = opened.get(cell.compartment).ok_or(AccessError::NotThere)?;
                let row = work.reseal(open, "sign_in_secrets", &cell, &secrets)?;
                let body = AccountBody {
                    secrets: row.revision,
                    ..body
                };
                work.put_authority(AuthorityKind::Account, id.0, &body, key)?;
                Ok(row)
            },
            move |tx, row| Ok(sealed::revise(tx, practice, row)?),
        )
        .await
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
