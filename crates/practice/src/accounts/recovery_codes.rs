//! Recovery codes: ten on paper, each of which signs in once in the place of a one-time code, for who has no phone at hand.
//!
//! They are shown once, when they are made; what stays is a keyed hash of each, in a row of authority, so that none can be put
//! in or put back with SQL. One that is used leaves a receipt of its own, is told of on the first page for thirty days and by mail
//! where mail is safe (R12), and nothing that whoever used it can do takes that away: neither new codes nor none. It signs in and is
//! no proof for a dangerous act. Not here: tries and their limits (the doors), the recovery code of one's own words, which the
//! browser makes (`own_words`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use jiff::Timestamp;
use store::StoreError;
use subtle::ConstantTimeEq;
use uuid::Uuid;
use vault::Vault;

use super::changing::Codes;
use super::entering::Candidate;
use super::passwords::LETTERS;
use super::sign_ins::{By, SignInToken};
use super::{AccountError, records};
use crate::access::row::AuthorityKind;
use crate::access::{Access, Fresh, PortalAccess, Purpose, RecoveryCodesBody, Work};
use crate::clock::{from_micros, micros};
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::AccountId;
use crate::private::Private;
use crate::receipts::Action;

/// How many are made at once.
const MANY: usize = 10;
/// Letters of a code, of five bits each: 60 bits, behind a keyed hash and an allowance of tries.
const LONG: usize = 12;
const GROUP: usize = 4;
/// For how many days it is said on the first page that one was used.
const TOLD_DAYS: i64 = 30;

/// What there is of one's own recovery codes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MyRecoveryCodes {
    /// How many were not used yet.
    pub left: usize,
    /// When they were made.
    pub made: Timestamp,
    /// When one was last used.
    pub used: Option<Timestamp>,
}

/// That one of somebody's recovery codes was used lately: told until thirty days later, whatever codes there are by then.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RecoveryUse {
    /// When.
    pub at: Timestamp,
    /// How many codes are left; nothing when all of them ended.
    pub left: Option<usize>,
}

/// How long it is told that one was used.
const TOLD: i64 = TOLD_DAYS * 24 * 60 * 60 * 1_000_000;

/// A code that fits: the revision in which it was found, and what is left after it.
#[derive(Clone, Debug)]
pub(super) struct Spent {
    row: Uuid,
    seen: u32,
    next: RecoveryCodesBody,
}

impl Spent {
    /// Uses the code up within the write that it is for, which concerns its person. Of two at the same moment one is wrong.
    pub(super) fn put_down(&self, work: &mut Work<'_, '_>) -> Result<(), AccountError> {
        if work.authority(|known| known.revision(self.row)) != Some(self.seen) {
            return Err(AccountError::Wrong);
        }
        let next = RecoveryCodesBody {
            used: Some(micros(work.now())),
            ..self.next.clone()
        };
        let practice = work.practice();
        if let Some(cell) = records::secrets(work.tx, practice, AccountId(next.account))? {
            work.concerns(Purpose::SignIn, &[cell.compartment]);
        }
        Ok(work.put_authority(AuthorityKind::RecoveryCodes, self.row, &next, None)?)
    }
}

/// A code as it is hashed, from what was typed: case, spaces and hyphens say nothing, and an O is a nought.
fn typed(code: &str) -> Option<String> {
    let letters = code.chars().filter(|c| !c.is_whitespace() && *c != '-');
    let letters: String = letters
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'o' { '0' } else { c })
        .collect();
    let fits = letters.len() == LONG && letters.bytes().all(|one| LETTERS.contains(&one));
    fits.then_some(letters)
}

/// A code as it is shown: "abcd-efgh-jkmn".
fn shown(letters: &str) -> String {
    let letters: Vec<char> = letters.chars().collect();
    let groups: Vec<String> = letters
        .chunks(GROUP)
        .map(|group| group.iter().collect())
        .collect();
    groups.join("-")
}

/// What is kept of a code: bound to its account and to when it was made.
fn hash(vault: &Vault, account: Uuid, made: i64, letters: &str) -> String {
    let said = [
        account.as_bytes().as_slice(),
        &made.to_be_bytes(),
        letters.as_bytes(),
    ]
    .concat();
    STANDARD_NO_PAD.encode(vault.mac("recovery code", &said))
}

/// How all codes of an account came to their end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ended {
    /// By one of them, with which one-time codes were turned off.
    WithOne,
    /// By anything else.
    Otherwise,
}

/// Ends all codes of an account, within an operation; that one was used, now or lately, is told all the same.
pub(super) fn end_all_of(
    work: &mut Work<'_, '_>,
    account: AccountId,
    by: Ended,
) -> Result<(), AccessError> {
    let found = work.authority(|known| known.recovery_codes_of(account.0));
    let Some((row, _, body)) = found.filter(|(_, _, body)| body.left.is_some()) else {
        return Ok(());
    };
    let used = match by {
        Ended::WithOne => Some(micros(work.now())),
        Ended::Otherwise => body.used,
    };
    let ended = RecoveryCodesBody {
        left: None,
        used,
        ..body
    };
    work.put_authority(AuthorityKind::RecoveryCodes, row, &ended, None)
}

/// Puts ten new codes in the place of whatever the person had, within an operation.
fn make(work: &mut Work<'_, '_>) -> Result<(AccountId, Vec<Private<String>>), AccountError> {
    let person = work.person()?;
    let found = work.authority(|known| known.account_of(person));
    let (account, _) = found.ok_or(AccessError::NotSignedIn)?;
    let made = micros(work.now());
    let mut codes = Vec::with_capacity(MANY);
    for _ in 0..MANY {
        let letters = work.random::<LONG>();
        let letters = letters
            .iter()
            .filter_map(|byte| LETTERS.get(usize::from(byte % 32)));
        codes.push(
            letters
                .map(|letter| char::from(*letter))
                .collect::<String>(),
        );
    }
    let hashes = codes
        .iter()
        .map(|code| hash(work.vault(), account, made, code))
        .collect();
    let known = work.authority(|known| known.recovery_codes_of(account));
    let body = RecoveryCodesBody {
        account,
        person,
        made,
        used: known.as_ref().and_then(|(_, _, before)| before.used),
        left: Some(hashes),
    };
    let row = known.map_or_else(|| work.new_id(), |(row, _, _)| row);
    work.put_authority(AuthorityKind::RecoveryCodes, row, &body, None)?;
    let codes = codes.iter().map(|code| shown(code).into());
    Ok((AccountId(account), codes.collect()))
}

impl Practice {
    /// What there is of the recovery codes of who is signed in.
    ///
    /// # Errors
    /// [`AccessError::NotSignedIn`].
    pub fn my_recovery_codes(
        &self,
        access: &impl Access,
    ) -> Result<Option<MyRecoveryCodes>, AccessError> {
        let found = self.codes_of_mine(access)?;
        Ok(found.and_then(|body| {
            Some(MyRecoveryCodes {
                left: body.left?.len(),
                made: from_micros(body.made),
                used: body.used.filter(|used| *used >= body.made).map(from_micros),
            })
        }))
    }

    /// Whether a recovery code of who is signed in was used within the last thirty days.
    ///
    /// # Errors
    /// [`AccessError::NotSignedIn`].
    pub fn recovery_code_used(
        &self,
        access: &impl Access,
    ) -> Result<Option<RecoveryUse>, AccessError> {
        let found = self.codes_of_mine(access)?;
        let now = micros(self.now());
        Ok(found.and_then(|body| {
            let used = body.used.filter(|used| now - used < TOLD)?;
            Some(RecoveryUse {
                at: from_micros(used),
                left: body.left.map(|left| left.len()),
            })
        }))
    }

    fn codes_of_mine(
        &self,
        access: &impl Access,
    ) -> Result<Option<RecoveryCodesBody>, AccessError> {
        let person = access.who_asks()?;
        let authority = self.core().authority();
        let (account, _) = authority
            .account_of(person)
            .ok_or(AccessError::NotSignedIn)?;
        let found = authority.recovery_codes_of(account);
        Ok(found.map(|(_, _, body)| body))
    }

    /// Writes to whose recovery code was used, as far as mail is safe for them (R12). Nobody is kept from coming in when that fails.
    pub(super) async fn tell_of_recovery(&self, account: &Candidate) {
        let page = if account.needs_code { "/desk" } else { "/my" };
        let notice = (account.body.person, page, micros(self.now()));
        if let Err(error) = self.tell(vec![notice]).await {
            tracing::error!(%error, "nobody was written to about a recovery code");
        }
    }

    /// Makes ten codes for somebody who works here, who proved anew that it is them. Those of before end; these are given back
    /// this once.
    ///
    /// # Errors
    /// [`AccessError::NotSignedIn`], or a fault.
    pub async fn make_recovery_codes(
        &self,
        access: &impl Fresh,
    ) -> Result<Vec<Private<String>>, AccountError> {
        self.write(access, Action::AccountChange, make, |_, (_, codes)| {
            Ok(codes.clone())
        })
        .await
    }

    /// The same for a client, whose proof goes with it: the password and a one-time code.
    ///
    /// # Errors
    /// [`AccountError::Password`] when `present` is not the present password, [`AccountError::Wrong`] when the code is wrong
    /// or used, [`AccountError::Required`] for who has no one-time codes.
    pub async fn make_my_recovery_codes(
        &self,
        access: &PortalAccess,
        present: String,
        code: &str,
    ) -> Result<Vec<Private<String>>, AccountError> {
        let mine = self.proved_for_codes(access, present).await?;
        let (Codes::On, Some(secret)) = (mine.codes(), &mine.one_time) else {
            return Err(AccountError::Required);
        };
        let step = self.step_of(secret, code).ok_or(AccountError::Wrong)?;
        let practice = self.id();
        self.write(
            access,
            Action::AccountChange,
            make,
            move |tx, (account, codes)| match records::use_step(tx, practice, *account, step) {
                Err(StoreError::Unique(_)) => Err(AccountError::Wrong),
                other => Ok(other.map(|()| codes.clone())?),
            },
        )
        .await
    }

    /// The second step of signing in with a recovery code in the place of the one-time code. Each works once.
    ///
    /// # Errors
    /// [`AccountError::Expired`] when the first step is too long ago, [`AccountError::Wrong`] for a wrong or used code, and for
    /// who has none.
    pub async fn sign_in_with_recovery_code(
        &self,
        half_way: &str,
        code: &str,
    ) -> Result<SignInToken, AccountError> {
        let candidate = self.candidate_half_way(half_way).await?;
        if candidate.one_time.is_none() {
            return Err(AccountError::Expired);
        }
        let spent = self.unspent(&candidate, code)?.ok_or(AccountError::Wrong)?;
        let by = By::Recovery(Box::new(spent));
        let token = self.begin((candidate.id, &candidate.body), by).await?;
        self.tell_of_recovery(&candidate).await;
        Ok(token)
    }

    /// The code among those that an account has left; none is used up yet.
    pub(super) fn unspent(
        &self,
        candidate: &Candidate,
        code: &str,
    ) -> Result<Option<Spent>, AccountError> {
        let Some(letters) = typed(code) else {
            return Ok(None);
        };
        let vault = self.vault()?;
        let found = self.core().authority().recovery_codes_of(candidate.id.0);
        let Some((row, seen, body)) = found else {
            return Ok(None);
        };
        let hash = hash(&vault, body.account, body.made, &letters);
        let is_it = |known: &String| bool::from(known.as_bytes().ct_eq(hash.as_bytes()));
        let mut left = body.left.clone().unwrap_or_default();
        let before = left.len();
        left.retain(|known| !is_it(known));
        Ok((left.len() < before).then_some(Spent {
            row,
            seen,
            next: RecoveryCodesBody {
                left: Some(left),
                ..body
            },
        }))
    }
}
