//! Passkeys: signing in with what a device keeps and its owner unlocks, in the place of password and code together.
//!
//! The device verifies its owner (user verification is required), so that a passkey is both factors. What the server knows of
//! one is a public key and a counter, in a row of authority. Questions stay with the server, are bound to the browser that
//! asked, end after five minutes and are answered once (`questions`). A credential that nobody knows takes the same way and
//! the same work as a known one. Not here: the browser's half (`web`'s module), limits of tries (the doors).

mod questions;
mod relying;

pub(crate) use questions::Questions;
pub(crate) use relying::Relying;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use uuid::Uuid;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, PublicKeyCredential, RegisterPublicKeyCredential,
};
use webauthn_rs::prelude::{PasskeyRegistration, Webauthn};

use super::AccountError;
use super::entering::{Candidate, HalfWay};
use super::sign_ins::{By, SignInToken};
use crate::access::row::AuthorityKind;
use crate::access::{Access, Job, JobAccess, PasskeyBody, ProvesAgain, Work};
use crate::clock::{from_micros, micros};
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{AccountId, PasskeyId};
use crate::receipts::Action;
use questions::{Act, Question};

/// How many passkeys one account has at most.
const MOST: usize = 10;
/// Under which name the keyed hash of a credential's id is made.
const INDEX: &str = "passkey";

/// What a passkey leads to.
pub enum Entered {
    /// Signed in; with the key of the account's allowance of tries.
    SignedIn(SignInToken, [u8; 32]),
    /// The one-time code is asked for, too: [`Practice::sign_in_with_code`].
    Code(HalfWay),
}

/// One of one's own passkeys. It has no name that somebody typed: when it was added tells it apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MyPasskey {
    /// Which.
    pub id: PasskeyId,
    /// When it was added.
    pub added: Timestamp,
}

/// A right answer: whose passkey it is of, and how its row goes on.
pub(super) struct Answered {
    pub(super) account: AccountId,
    pub(super) used: Used,
}

/// A passkey that was used: the revision that was verified, and the next one when its counter moved.
#[derive(Clone, Debug)]
pub(super) struct Used {
    id: Uuid,
    seen: u32,
    key: [u8; 32],
    next: Option<PasskeyBody>,
}

impl Used {
    /// Puts the counter down within the write that the answer is for. A passkey that was used or taken away meanwhile is
    /// wrong: of two answers to one counter the second may be a copy's.
    pub(super) fn put_down(&self, work: &mut Work<'_, '_>) -> Result<(), AccountError> {
        if work.authority(|known| known.revision(self.id)) != Some(self.seen) {
            return Err(AccountError::Wrong);
        }
        if let Some(next) = &self.next {
            work.put_authority(AuthorityKind::Passkey, self.id, next, Some(self.key))?;
        }
        Ok(())
    }
}

/// Whether an answer's JSON carries what a passkey derived (PRF): a secret that is never to come here.
#[must_use]
pub fn tells_secret(answer: &str) -> bool {
    let value = serde_json::from_str::<serde_json::Value>(answer).ok();
    value.is_some_and(|value| {
        let told = |at| value.pointer(at).is_some();
        told("/clientExtensionResults/prf/results") || told("/prf/results")
    })
}

/// The JSON of a browser's answer; one that tells a secret is refused.
fn read<T: DeserializeOwned>(answer: &str) -> Result<T, AccountError> {
    if tells_secret(answer) {
        return Err(AccountError::Wrong);
    }
    serde_json::from_str(answer).map_err(|_| AccountError::Wrong)
}

/// Whether browsers give passkeys to a page of this origin.
#[must_use]
pub fn carries_passkeys(origin: &str) -> bool {
    Relying::at(origin).is_some()
}

impl Practice {
    /// Says by which origin browsers reach the practice, such as `https://alcove.example.org`; passkeys are bound to its name.
    /// Without this, and with an address that is no name, there are no passkeys.
    pub fn reached_at(&self, origin: &str) {
        if let Some(relying) = Relying::at(origin)
            && self.core().relying.set(relying).is_err()
        {
            tracing::warn!("the origin of passkeys is set once");
        }
    }

    /// Whether passkeys can be used here.
    #[must_use]
    pub fn has_passkeys(&self) -> bool {
        self.core().relying.get().is_some()
    }

    fn relying(&self) -> Result<&Webauthn, AccountError> {
        let relying = self.core().relying.get();
        Ok(relying.ok_or(AccessError::NotThere)?.webauthn())
    }

    /// The question for signing in, for `navigator.credentials.get`, as JSON. It is bound to the browser that carries `browser`.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] without passkeys, [`AccessError::Busy`] when too many are asked at once.
    pub fn ask_passkey(&self, browser: &str) -> Result<String, AccountError> {
        self.question(Act::SignIn, browser)
    }

    /// The question for proving oneself again.
    ///
    /// # Errors
    /// As [`Practice::ask_passkey`].
    pub fn ask_passkey_again(&self, browser: &str) -> Result<String, AccountError> {
        self.question(Act::Prove, browser)
    }

    fn question(&self, act: Act, browser: &str) -> Result<String, AccountError> {
        self.unlocked_now()?;
        let begun = self.relying()?.start_discoverable_authentication();
        let (options, state) = begun.map_err(fault)?;
        let question = Question::Known(Box::new(state));
        self.core()
            .questions
            .keep((act, browser), question, self.now())?;
        serde_json::to_string(&options.public_key).map_err(fault)
    }

    /// Signs in with the answer to [`Practice::ask_passkey`]. Where somebody else may see the device, as the account says or
    /// who signs in (`shared`), the one-time code of who has one is asked for, too (R12).
    ///
    /// # Errors
    /// [`AccountError::Wrong`] for every answer that signs nobody in, known or not, alike in words and work.
    pub async fn sign_in_with_passkey(
        &self,
        browser: &str,
        answer: &str,
        shared: bool,
    ) -> Result<Entered, AccountError> {
        let answered = self.answered(Act::SignIn, browser, answer)?;
        let account = answered.as_ref().map(|answered| answered.account.0);
        let candidate = self.candidate_with_account(account).await?;
        let fits = |found: &Candidate| !found.must_enrol();
        let candidate = candidate.filter(fits).ok_or(AccountError::Wrong)?;
        let used = answered.ok_or(AccountError::Wrong)?.used;
        let key = self.core().authority().key_of(candidate.id.0);
        let key = key.ok_or(AccountError::Wrong)?;
        if candidate.asks_code_too(shared) {
            let half = self.half_way(&candidate)?;
            let of = JobAccess::of(Job::SignIn, candidate.body.person);
            let put = move |work: &mut Work<'_, '_>| used.put_down(work);
            self.write(&of, Action::SignIn, put, |_, ()| Ok(())).await?;
            return Ok(Entered::Code(half));
        }
        let by = By::Passkey(Box::new(used));
        let token = self.begin((candidate.id, &candidate.body), by).await?;
        Ok(Entered::SignedIn(token, key))
    }

    /// Proves who is signed in again, with the answer to [`Practice::ask_passkey_again`].
    ///
    /// # Errors
    /// [`AccountError::Wrong`] for an answer that is not of one of their own passkeys.
    pub async fn prove_again_with_passkey(
        &self,
        access: &impl ProvesAgain,
        browser: &str,
        answer: &str,
    ) -> Result<(), AccountError> {
        let answered = self.answered(Act::Prove, browser, answer)?;
        let sign_in = access.who().sign_in.ok_or(AccessError::NotSignedIn)?;
        self.write(
            access,
            Action::ProveAgain,
            move |work: &mut Work<'_, '_>| {
                let (mine, _) = mine(work)?;
                let own = answered.filter(|answered| answered.account.0 == mine);
                own.ok_or(AccountError::Wrong)?.used.put_down(work)
            },
            |_, ()| Ok(()),
        )
        .await?;
        self.core().proofs.note(sign_in, self.now());
        Ok(())
    }

    /// Verifies an answer; `None` for one of a credential that is not known, after the same work.
    fn answered(
        &self,
        act: Act,
        browser: &str,
        answer: &str,
    ) -> Result<Option<Answered>, AccountError> {
        let vault = self.vault()?;
        let relying = self.relying()?;
        let kept = self.core().questions.take((act, browser), self.now());
        let Some(Question::Known(state)) = kept else {
            return Err(AccountError::Expired);
        };
        let answer: PublicKeyCredential = read(answer)?;
        let key = vault.mac(INDEX, answer.get_credential_id());
        let found = self.core().authority().passkey_by_key(&key);
        let stranger = || relying::of_nobody(answer.get_credential_id());
        let known = found.as_ref().and_then(|(_, _, body)| body.passkey.clone());
        let passkey = known.map_or_else(stranger, Ok)?;
        #[cfg(test)]
        self.core()
            .verified
            .fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let result = relying.finish_discoverable_authentication_v2(&answer, *state, &passkey);
        let (Some((id, seen, body)), Ok(result)) = (found, result) else {
            return Ok(None);
        };
        // The device also says whose it is; that must be the account whose row this is.
        if answer.get_user_unique_id() != Some(body.account.as_bytes().as_slice()) {
            return Ok(None);
        }
        let mut moved = passkey;
        let next = match moved.update_credential(&result) {
            Some(true) => Some(PasskeyBody {
                passkey: Some(moved),
                ..body.clone()
            }),
            Some(false) | None => None,
        };
        let used = Used {
            id,
            seen,
            key,
            next,
        };
        let account = AccountId(body.account);
        Ok(Some(Answered { account, used }))
    }

    /// The passkeys of who is signed in, the oldest first.
    ///
    /// # Errors
    /// [`AccessError::NotSignedIn`], or a fault.
    pub async fn my_passkeys(&self, access: &impl Access) -> Result<Vec<MyPasskey>, AccountError> {
        self.read(access, |work| {
            let (_, mine) = mine(work)?;
            let one = |(id, body): &(Uuid, PasskeyBody)| MyPasskey {
                id: PasskeyId(*id),
                added: from_micros(body.added),
            };
            Ok(mine.iter().map(one).collect())
        })
        .await
    }

    /// The question for a new passkey, for `navigator.credentials.create`, as JSON. On the device it is called as `calls` says:
    /// neither the person nor the practice is named.
    ///
    /// # Errors
    /// [`AccountError::Wrong`] when `present` is not the present password, [`AccountError::Enough`] with ten of them.
    pub async fn passkey_to_be(
        &self,
        access: &impl Access,
        browser: &str,
        present: String,
    ) -> Result<String, AccountError> {
        let whose = self.proved(access, present).await?;
        let others = self.read(access, |work| Ok::<_, AccountError>(mine(work)?.1));
        let others: Vec<_> = others
            .await?
            .into_iter()
            .filter_map(|(_, body)| body.passkey)
            .map(|passkey| passkey.cred_id().clone())
            .collect();
        if others.len() >= MOST {
            return Err(AccountError::Enough);
        }
        let name = self.calls(whose.id)?;
        let relying = self.relying()?;
        let begun = relying.start_passkey_registration(whose.id.0, &name, &name, Some(others));
        let (options, state) = begun.map_err(fault)?;
        let question = Question::New(whose.id, Box::new(state));
        self.core()
            .questions
            .keep((Act::Add, browser), question, self.now())?;
        relying::kept_by_the_device(&options)
    }

    /// What a device calls the account: a number that tells two of them apart, and nothing else.
    fn calls(&self, account: AccountId) -> Result<String, AccessError> {
        let mac = self.vault()?.mac("passkey name", account.0.as_bytes());
        let number = mac.iter().take(4).fold(0_u32, |sum, byte| {
            sum.wrapping_mul(256).wrapping_add(u32::from(*byte))
        });
        Ok(format!("Account {:04}", number % 10_000))
    }

    /// Adds the passkey that answers [`Practice::passkey_to_be`].
    ///
    /// # Errors
    /// [`AccountError::Expired`] when the question is gone, [`AccountError::Wrong`] for an answer that does not fit it.
    pub async fn add_passkey(
        &self,
        access: &impl Access,
        browser: &str,
        answer: &str,
    ) -> Result<(), AccountError> {
        let kept = self.core().questions.take((Act::Add, browser), self.now());
        let Some(Question::New(account, state)) = kept else {
            return Err(AccountError::Expired);
        };
        let answer: RegisterPublicKeyCredential = read(answer)?;
        let relying = self.relying()?;
        let passkey = relying.finish_passkey_registration(&answer, &state);
        let passkey = passkey.map_err(|_| AccountError::Wrong)?;
        let key = self.vault()?.mac(INDEX, passkey.cred_id().as_slice());
        self.write(
            access,
            Action::AccountChange,
            move |work: &mut Work<'_, '_>| {
                let (own, others) = mine(work)?;
                let taken = work.authority(|known| known.passkey_by_key(&key).is_some());
                if own != account.0 || taken || others.len() >= MOST {
                    return Err(AccountError::Wrong);
                }
                let body = PasskeyBody {
                    account: account.0,
                    person: work.person()?,
                    added: micros(work.now()),
                    passkey: Some(passkey),
                };
                let id = work.new_id();
                Ok(work.put_authority(AuthorityKind::Passkey, id, &body, Some(key))?)
            },
            |_, ()| Ok(()),
        )
        .await
    }

    /// Takes one of one's own passkeys away, and ends every sign-in but the new one that this browser goes on with.
    ///
    /// # Errors
    /// [`AccountError::Wrong`] when `present` is not the present password, [`AccessError::NotThere`] when it is not theirs.
    pub async fn remove_passkey(
        &self,
        access: &impl Access,
        id: PasskeyId,
        present: String,
    ) -> Result<SignInToken, AccountError> {
        let whose = self.proved(access, present).await?;
        let practice = self.id();
        let (account, body) = (whose.id, whose.body.clone().signed_out());
        let next = body.clone();
        self.write(
            access,
            Action::AccountChange,
            move |work: &mut Work<'_, '_>| {
                let (_, all) = mine(work)?;
                let one = all.into_iter().find(|(known, _)| *known == id.0);
                let one = one.ok_or(AccessError::NotThere)?;
                end(work, [one])?;
                let key = work.authority(|known| known.key_of(account.0));
                work.put_authority(AuthorityKind::Account, account.0, &next, key)?;
                Ok(micros(work.now()))
            },
            move |tx, now| {
                Ok::<_, AccountError>(super::records::end_all(tx, practice, account.0, *now)?)
            },
        )
        .await?;
        self.begin((account, &body), By::Password).await
    }
}

/// Takes passkeys away: the row stays, without what signs in.
fn end(
    work: &mut Work<'_, '_>,
    which: impl IntoIterator<Item = (Uuid, PasskeyBody)>,
) -> Result<(), AccessError> {
    for (id, body) in which {
        let body = PasskeyBody {
            passkey: None,
            ..body
        };
        work.put_authority(AuthorityKind::Passkey, id, &body, None)?;
    }
    Ok(())
}

/// Takes every passkey of an account away.
pub(super) fn end_all_of(work: &mut Work<'_, '_>, account: AccountId) -> Result<(), AccessError> {
    let all = work.authority(|known| known.passkeys_of(account.0));
    end(work, all)
}

/// The account of who is signed in, and its passkeys.
fn mine(work: &Work<'_, '_>) -> Result<(Uuid, Vec<(Uuid, PasskeyBody)>), AccountError> {
    let person = work.person()?;
    let found = work.authority(|known| known.account_of(person));
    let (account, _) = found.ok_or(AccessError::NotSignedIn)?;
    Ok((account, work.authority(|known| known.passkeys_of(account))))
}

fn fault(error: impl std::fmt::Display) -> AccountError {
    AccessError::Fault(format!("a passkey's question: {error}")).into()
}
