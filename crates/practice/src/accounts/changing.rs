//! What somebody who is signed in changes of their own account: the password, the one-time codes.
//!
//! Each change needs the present password, ends every sign-in of the account, and begins a new one for the browser that
//! made it. Who works here can change the codes only with the owner (`resetting`).

use super::AccountError;
use super::enrolling::Enrolment;
use super::entering::{Candidate, candidate};
use super::passwords::{PasswordRule, check_rule};
use super::recovery_codes::Ended;
use super::secrets::{Change, Secrets};
use super::sign_ins::{By, SignInToken};
use crate::access::{Access, Purpose, Work};
use crate::core::Practice;
use crate::error::AccessError;
use crate::people::{self, Identity};
use crate::private::Private;
use crate::receipts::Action;

/// Whether signing in asks for a one-time code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Codes {
    /// It does not.
    Off,
    /// It does, because the person chose so.
    On,
    /// It does, for everybody who works here.
    Required,
}

/// One's own account, as its page shows it.
#[derive(Clone, Debug)]
pub struct MyAccount {
    /// The name that the person uses.
    pub name: Private<String>,
    /// Whether signing in asks for a code.
    pub codes: Codes,
}

impl Candidate {
    pub(super) const fn codes(&self) -> Codes {
        match (self.needs_code, self.one_time.is_some()) {
            (true, _) => Codes::Required,
            (false, true) => Codes::On,
            (false, false) => Codes::Off,
        }
    }
}

impl Practice {
    /// The account of who is signed in.
    ///
    /// # Errors
    /// [`AccessError::NotSignedIn`], [`AccessError::Locked`], or a fault.
    pub async fn my_account(&self, access: &impl Access) -> Result<MyAccount, AccountError> {
        self.read(access, |work| {
            let mine = mine(work)?;
            let (person, practice) = (work.person()?, work.practice());
            let cell =
                people::records::cell(work.tx, practice, person)?.ok_or(AccessError::NotThere)?;
            let wanted = [cell.compartment];
            let opened = work.open(Action::OwnPages, Purpose::OwnRecord, &wanted)?;
            let identity: Identity = work.unseal(&opened, "people", &cell)?;
            Ok(MyAccount {
                name: identity.name,
                codes: mine.codes(),
            })
        })
        .await
    }

    /// The key of the allowance of tries at one's own password.
    ///
    /// # Errors
    /// [`AccessError::NotSignedIn`].
    pub fn allowance_of_mine(&self, access: &impl Access) -> Result<[u8; 32], AccessError> {
        let person = access.who().person.ok_or(AccessError::NotSignedIn)?;
        let authority = self.core().authority();
        let account = authority.account_of(person);
        account
            .and_then(|(id, _)| authority.key_of(id))
            .ok_or(AccessError::NotSignedIn)
    }

    /// Puts a new password in the place of the present one.
    ///
    /// # Errors
    /// [`AccountError::Wrong`] when `present` is not the present password, [`AccountError::Password`] when the new one is
    /// too weak or is the present one.
    pub async fn change_password(
        &self,
        access: &impl Access,
        present: String,
        new: String,
    ) -> Result<SignInToken, AccountError> {
        let mine = self.proved(access, present.clone()).await?;
        if new == present || check_rule(&new) != PasswordRule::Good {
            return Err(AccountError::Password);
        }
        let secrets = Secrets {
            password: self.hash_password(new).await?,
            one_time: mine.one_time.clone(),
        };
        let change = (secrets, None, Ended::Otherwise);
        self.change_mine(access, &mine, change).await
    }

    /// The secret of the codes to be, for who has none yet. It follows from the account and the keyring, so that nothing
    /// is kept until a code proves that it arrived.
    ///
    /// # Errors
    /// [`AccountError::Required`] when there are codes already.
    pub async fn codes_to_be(&self, access: &impl Access) -> Result<Enrolment, AccountError> {
        let mine = self.read(access, mine).await?;
        match mine.codes() {
            Codes::Off => self.codes_for(&mine),
            Codes::On | Codes::Required => Err(AccountError::Required),
        }
    }

    /// Turns one-time codes on: from now on signing in asks for one.
    ///
    /// # Errors
    /// [`AccountError::Password`] when `present` is not the present password, [`AccountError::Wrong`] when the code is
    /// wrong, [`AccountError::Required`] when they are on.
    pub async fn turn_codes_on(
        &self,
        access: &impl Access,
        present: String,
        code: &str,
    ) -> Result<SignInToken, AccountError> {
        let mine = self.proved_for_codes(access, present).await?;
        if mine.codes() != Codes::Off {
            return Err(AccountError::Required);
        }
        let secret = self.codes_for(&mine)?.secret;
        let step = self.step_of(&secret, code).ok_or(AccountError::Wrong)?;
        let secrets = Secrets {
            password: mine.password.clone(),
            one_time: Some(secret),
        };
        let change = (secrets, Some(step), Ended::Otherwise);
        self.change_mine(access, &mine, change).await
    }

    /// Turns one-time codes off, with the password and a last code, or one of the recovery codes.
    ///
    /// # Errors
    /// [`AccountError::Password`] when `present` is not the present password, [`AccountError::Wrong`] when the code is
    /// wrong or used, [`AccountError::Required`] for who works here and for who has none, [`AccountError::Guarded`] while
    /// somebody else may see a device (R12).
    pub async fn turn_codes_off(
        &self,
        access: &impl Access,
        present: String,
        code: &str,
    ) -> Result<SignInToken, AccountError> {
        let mine = self.proved_for_codes(access, present).await?;
        let (Codes::On, Some(secret)) = (mine.codes(), &mine.one_time) else {
            return Err(AccountError::Required);
        };
        if mine.body.guarded {
            return Err(AccountError::Guarded);
        }
        // Who has lost the phone turns them off with a recovery code, which ends with the codes that it stands in for.
        let step = self.step_of(secret, code);
        if step.is_none() && self.unspent(&mine, code)?.is_none() {
            return Err(AccountError::Wrong);
        }
        let secrets = Secrets {
            password: mine.password.clone(),
            one_time: None,
        };
        if step.is_some() {
            let change = (secrets, step, Ended::Otherwise);
            return self.change_mine(access, &mine, change).await;
        }
        let change = (secrets, None, Ended::WithOne);
        let token = self.change_mine(access, &mine, change).await?;
        self.tell_of_recovery(&mine).await;
        Ok(token)
    }

    pub(super) async fn proved_for_codes(
        &self,
        access: &impl Access,
        present: String,
    ) -> Result<Candidate, AccountError> {
        let proved = self.proved(access, present).await;
        if let Err(AccountError::Wrong) = proved {
            return Err(AccountError::Password);
        }
        proved
    }

    /// The account of who is signed in, when the password is its present one.
    pub(super) async fn proved(
        &self,
        access: &impl Access,
        present: String,
    ) -> Result<Candidate, AccountError> {
        let mine = self.read(access, mine).await?;
        let known = Some(mine.password.clone());
        if self.check_password(present, known).await? {
            Ok(mine)
        } else {
            Err(AccountError::Wrong)
        }
    }

    /// Whether this is the present password of who is signed in, for acts of other capabilities that ask for it.
    ///
    /// # Errors
    /// [`AccountError::Wrong`] when it is not.
    pub(crate) async fn is_mine(
        &self,
        access: &impl Access,
        present: String,
    ) -> Result<(), AccountError> {
        self.proved(access, present).await.map(|_| ())
    }

    async fn change_mine(
        &self,
        access: &impl Access,
        mine: &Candidate,
        change: (Secrets, Option<i64>, Ended),
    ) -> Result<SignInToken, AccountError> {
        let (secrets, step, ended) = change;
        let change = Change {
            secrets,
            step,
            ended,
            purpose: Purpose::OwnRecord,
        };
        let (id, body) = self.change_secrets(access, mine, change).await?;
        self.begin((id, &body), By::Password).await
    }
}

/// The account of who is signed in, with what signs it in.
fn mine(work: &mut Work<'_, '_>) -> Result<Candidate, AccountError> {
    let person = work.person()?;
    let found = work.authority(|known| known.account_of(person));
    let opening = (Action::OwnPages, Purpose::OwnRecord);
    candidate(work, found, opening)?.ok_or_else(|| AccessError::NotSignedIn.into())
}
