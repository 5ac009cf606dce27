//! A way back in for a client who forgot the password: a link by mail, with which they choose a new one.
//!
//! Asking writes the same row for a known and an unknown name and nothing else, so that nobody learns from words or time
//! which names there are; the program looks a moment later. The link goes only to a client who called mail safe, and
//! at the times at which it is (R12); it holds for an hour from then on, and is used once. One-time codes are asked for as
//! ever. Who works here comes back through the owner (`resetting`).

use super::passwords::{PasswordRule, check_rule};
use super::recovery_codes::Ended;
use super::secrets::{Change, Secrets};
use super::slips::Slip;
use super::{AccountError, normal, records};
use crate::access::{AccountBody, AccountState, Job, JobAccess, Purpose, Role, Work};
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::AccountId;
use crate::post::{self, Letter, LetterKind};
use crate::receipts::Action;
use uuid::Uuid;

/// How many are answered at once.
const AT_ONCE: i64 = 50;

/// What the page of a link asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WayBack {
    /// Whether a one-time code is asked for, too.
    pub asks_code: bool,
}

impl WayBack {
    /// How many minutes a link holds.
    pub const MINUTES: i64 = Slip::WayBack.minutes();
}

impl Practice {
    /// Notes that somebody asked for a way back in, known or not.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault of the database.
    pub async fn ask_way_back(&self, name: &str) -> Result<(), AccessError> {
        let key = self.vault()?.blind_index(&normal(name));
        let (practice, now) = (self.id(), micros(self.now()));
        self.core()
            .store
            .write(move |tx| records::ask_way_back(tx, practice, key, now))
            .await?;
        Ok(())
    }

    /// Writes the letters that were asked for. Returns how many.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault of the database.
    pub async fn answer_ways_back(&self) -> Result<usize, AccessError> {
        self.unlocked_now()?;
        let practice = self.id();
        let asked = self
            .published(move |tx| records::ways_back(tx, practice, AT_ONCE))
            .await?;
        let mut letters = 0;
        for key in asked {
            match self.answer_way_back(key).await {
                Ok(written) => letters += usize::from(written),
                // Another program was first.
                Err(AccessError::Stale) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(letters)
    }

    async fn answer_way_back(&self, key: [u8; 32]) -> Result<bool, AccessError> {
        let practice = self.id();
        let Some((id, body)) = self.who_may_come_back(&key) else {
            self.core()
                .store
                .write(move |tx| records::forget_way_back(tx, practice, key))
                .await?;
            return Ok(false);
        };
        let asked = self.clone();
        self.write(
            &JobAccess::post(),
            Action::WayBack,
            move |work: &mut Work<'_, '_>| {
                post::prepare_when(work, body.person, |_, leaves| {
                    let slip = asked.slip(Slip::WayBack, (AccountId(id), &body), leaves)?;
                    let path = format!("/sign-in/new-password/{slip}");
                    Ok(Letter::to(LetterKind::WayBack, path))
                })
            },
            move |tx, posted| {
                records::forget_way_back(tx, practice, key)?;
                post::put(tx, practice, posted.as_ref())?;
                Ok(posted.is_some())
            },
        )
        .await
    }

    /// A client's account that can sign in.
    fn who_may_come_back(&self, key: &[u8; 32]) -> Option<(Uuid, AccountBody)> {
        let now = micros(self.now());
        let authority = self.core().authority();
        let (id, body) = authority.account_by_key(key)?;
        let roles = authority.roles(body.person, now);
        let is_client =
            !roles.is_empty() && roles.iter().all(|(_, held)| held.role == Role::Client);
        (body.state == AccountState::Active && is_client).then_some((id, body))
    }

    /// What the page of a link asks for; `None` when it cannot be used any more.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault of the database.
    pub async fn way_back(&self, link: &str) -> Result<Option<WayBack>, AccountError> {
        match self.candidate_of_slip(Slip::WayBack, link).await {
            Ok(found) if found.needs_code => Ok(None),
            Ok(found) => Ok(Some(WayBack {
                asks_code: found.one_time.is_some(),
            })),
            Err(AccountError::Expired) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The key of the allowance of tries with a link.
    ///
    /// # Errors
    /// [`AccountError::Expired`], [`AccessError::Locked`].
    pub fn allowance_way_back(&self, link: &str) -> Result<[u8; 32], AccountError> {
        let (account, _) = self.read_slip(Slip::WayBack, link)?;
        let key = self.core().authority().key_of(account);
        key.ok_or(AccountError::Expired)
    }

    /// Puts a new password in the place of the forgotten one, ends every sign-in, and uses the link up.
    ///
    /// # Errors
    /// [`AccountError::Expired`] when the link cannot be used any more, [`AccountError::Password`] when the password is
    /// too weak, [`AccountError::Wrong`] when a code is asked for and this one is wrong or used.
    pub async fn come_back(
        &self,
        link: &str,
        password: String,
        code: &str,
    ) -> Result<(), AccountError> {
        let found = self.candidate_of_slip(Slip::WayBack, link).await?;
        if found.needs_code {
            return Err(AccountError::Expired);
        }
        if check_rule(&password) != PasswordRule::Good {
            return Err(AccountError::Password);
        }
        let step = match &found.one_time {
            Some(secret) => Some(self.step_of(secret, code).ok_or(AccountError::Wrong)?),
            None => None,
        };
        let change = Change {
            secrets: Secrets {
                password: self.hash_password(password).await?,
                one_time: found.one_time.clone(),
            },
            step,
            ended: Ended::Otherwise,
            purpose: Purpose::SignIn,
        };
        let job = JobAccess::of(Job::SignIn, found.body.person);
        match self.change_secrets(&job, &found, change).await {
            Ok(_) => Ok(()),
            Err(AccountError::Access(AccessError::Stale)) => Err(AccountError::Expired),
            Err(error) => Err(error),
        }
    }
}
