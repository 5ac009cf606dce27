//! Proving oneself again: what a dangerous act asks for, of somebody who is signed in already.
//!
//! An open window that nobody watches, and a stolen cookie, are not enough to hand out the log, to change who works here
//! or to touch the keys. A proof holds for ten minutes in the very sign-in that gave it. Proofs are kept in memory only:
//! no row says that somebody proved anything, so that none can be forged, and a restart asks again.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use store::StoreError;

use super::changing::Codes;
use super::entering::{Candidate, candidate};
use super::{AccountError, records};
use crate::access::{Access, Proof, ProvesAgain, Purpose, Work};
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{PersonId, SignInId};
use crate::receipts::Action;

/// How many minutes a proof counts.
const MINUTES: i64 = 10;
const HOLDS: i64 = MINUTES * 60_000_000;

/// When each sign-in was last proved, microseconds UTC.
#[derive(Default)]
pub(crate) struct Proofs(Mutex<HashMap<SignInId, i64>>);

impl Proofs {
    /// Notes a proof; those that count no more are forgotten.
    pub(super) fn note(&self, sign_in: SignInId, now: Timestamp) {
        let now = micros(now);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, at| holds(*at, now));
        kept.insert(sign_in, now);
    }

    fn hold(&self, sign_in: SignInId, now: Timestamp) -> bool {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = micros(now);
        kept.get(&sign_in).is_some_and(|at| holds(*at, now))
    }

    /// Forgets all of them.
    pub(crate) fn forget(&self) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.clear();
    }
}

/// A clock that goes back makes no proof last longer.
const fn holds(at: i64, now: i64) -> bool {
    at <= now && now - at < HOLDS
}

impl Practice {
    /// The same access for a dangerous act, when this sign-in was proved within the last ten minutes.
    #[must_use]
    pub fn fresh<A: ProvesAgain>(&self, access: &A) -> Option<A::Fresh> {
        self.proved_lately(access)
            .then(|| access.clone().proved(Proof::given()))
    }

    /// Whether this sign-in was proved within the last ten minutes, at either door.
    pub(crate) fn proved_lately(&self, access: &impl Access) -> bool {
        let sign_in = access.who().sign_in;
        sign_in.is_some_and(|one| self.core().proofs.hold(one, self.now()))
    }

    /// Proves who is signed in again, by password, and by one-time code where the account has them. A code works once.
    ///
    /// # Errors
    /// [`AccountError::Wrong`] when they do not go together, or the code was used: one answer for all.
    pub async fn prove_again(
        &self,
        access: &impl ProvesAgain,
        password: String,
        code: &str,
    ) -> Result<(), AccountError> {
        let sign_in = access.who().sign_in.ok_or(AccessError::NotSignedIn)?;
        let mine = self.read(access, mine).await?;
        let matches = self
            .check_password(password, Some(mine.password.clone()))
            .await?;
        let step = match mine.codes() {
            Codes::Off => None,
            Codes::On | Codes::Required => {
                let secret = mine.one_time.as_ref();
                let step = secret.and_then(|secret| self.step_of(secret, code));
                Some(step.ok_or(AccountError::Wrong)?)
            }
        };
        if !matches {
            return Err(AccountError::Wrong);
        }
        let practice = self.id();
        self.write(
            access,
            Action::ProveAgain,
            |_: &mut Work<'_, '_>| Ok(()),
            move |tx, ()| match step.map(|step| records::use_step(tx, practice, mine.id, step)) {
                Some(Err(StoreError::Unique(_))) => Err(AccountError::Wrong),
                Some(other) => Ok(other?),
                None => Ok(()),
            },
        )
        .await?;
        self.known_again(sign_in, mine.body.person);
        Ok(())
    }

    /// Takes who is signed in for proved again without asking for anything: for the demo, whose people are fictional and
    /// have no password that anybody knows. The binary offers it where it offers [`Practice::enter_demo`], and nowhere else.
    ///
    /// # Errors
    /// [`AccessError::NotSignedIn`].
    pub async fn prove_again_in_demo(&self, access: &impl ProvesAgain) -> Result<(), AccessError> {
        let sign_in = access.who().sign_in.ok_or(AccessError::NotSignedIn)?;
        let person = access.who_asks()?;
        self.write(
            access,
            Action::ProveAgain,
            |_: &mut Work<'_, '_>| Ok::<_, AccessError>(()),
            |_, ()| Ok(()),
        )
        .await?;
        self.known_again(sign_in, person);
        Ok(())
    }

    fn known_again(&self, sign_in: SignInId, person: PersonId) {
        self.core().proofs.note(sign_in, self.now());
        // Whom the bulk brake asked for it may open records again.
        self.core().brake.proved(person, self.now());
    }
}

/// The account of who is signed in, opened to prove them again.
fn mine(work: &mut Work<'_, '_>) -> Result<Candidate, AccountError> {
    let person = work.person()?;
    let found = work.authority(|known| known.account_of(person));
    let opening = (Action::ProveAgain, Purpose::OwnRecord);
    candidate(work, found, opening)?.ok_or_else(|| AccessError::NotSignedIn.into())
}
