//! What signs an account in, and its change: sealed anew, and every sign-in of before ended at once.

use serde::{Deserialize, Serialize};
use store::{StoreError, Tx};

use super::entering::Candidate;
use super::passwords::PasswordHash;
use super::recovery_codes::{self, Ended};
use super::{AccountError, records};
use crate::access::row::AuthorityKind;
use crate::access::{Access, AccountBody, Purpose, Work};
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{AccountId, PracticeId};
use crate::private::Private;
use crate::receipts::Action;
use crate::sealed::{self, SealedRow};

/// What signs an account in: the content of `sign_in_secrets.sealed`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Secrets {
    /// The password's hash.
    pub(crate) password: PasswordHash,
    /// The secret of the one-time codes, base32; staff always have one once they enrolled.
    pub(crate) one_time: Option<Private<String>>,
}

/// Secrets that take the place of those that a candidate proved.
pub(super) struct Change {
    pub(super) secrets: Secrets,
    /// The step of the code that was given, used up by the change.
    pub(super) step: Option<i64>,
    /// How recovery codes end, where the change ends them.
    pub(super) ended: Ended,
    /// What the account's compartment is opened for.
    pub(super) purpose: Purpose,
}

/// An account's next secrets, ready to be stored.
pub(super) struct Replaced {
    row: SealedRow,
    body: AccountBody,
    at: i64,
}

impl Replaced {
    /// Stores them and ends every sign-in; a used step of the one-time codes is wrong.
    pub(super) fn store(
        &self,
        tx: &mut Tx<'_>,
        practice: PracticeId,
        step: Option<i64>,
    ) -> Result<(AccountId, AccountBody), AccountError> {
        let account = AccountId(self.row.id());
        if let Some(step) = step {
            match records::use_step(tx, practice, account, step) {
                Err(StoreError::Unique(_)) => return Err(AccountError::Wrong),
                other => other?,
            }
        }
        sealed::revise(tx, practice, &self.row)?;
        records::end_all(tx, practice, account.0, self.at)?;
        Ok((account, self.body.clone()))
    }
}

/// Seals the next secrets of an account within an operation; `key` is the sign-in name from now on.
pub(super) fn replace(
    work: &mut Work<'_, '_>,
    account: (AccountId, AccountBody),
    secrets: &Secrets,
    opening: (Purpose, Option<[u8; 32]>, Ended),
) -> Result<Replaced, AccountError> {
    let practice = work.practice();
    let (id, body) = account;
    let (purpose, key, ended) = opening;
    let cell = records::secrets(work.tx, practice, id)?
        .filter(|cell| cell.revision == body.secrets)
        .ok_or(AccessError::Stale)?;
    let opened = work.open(Action::AccountChange, purpose, &[cell.compartment])?;
    let open = opened.get(cell.compartment).ok_or(AccessError::NotThere)?;
    let row = work.reseal(open, "sign_in_secrets", &cell, secrets)?;
    let body = AccountBody {
        secrets: row.revision,
        ..body
    }
    .signed_out();
    // Recovery codes stand in for one-time codes: who has none any more has none of these either.
    if secrets.one_time.is_none() {
        recovery_codes::end_all_of(work, id, ended)?;
    }
    let key = key.or_else(|| work.authority(|known| known.key_of(id.0)));
    work.put_authority(AuthorityKind::Account, id.0, &body, key)?;
    Ok(Replaced {
        row,
        body,
        at: micros(work.now()),
    })
}

impl Practice {
    /// Puts new secrets in the place of those that the candidate had; whoever else did it first makes this stale.
    pub(super) async fn change_secrets(
        &self,
        access: &impl Access,
        candidate: &Candidate,
        change: Change,
    ) -> Result<(AccountId, AccountBody), AccountError> {
        let practice = self.id();
        let account = (candidate.id, candidate.body.clone());
        let (step, opening) = (change.step, (change.purpose, None, change.ended));
        self.write(
            access,
            Action::AccountChange,
            move |work| replace(work, account, &change.secrets, opening),
            move |tx, replaced| replaced.store(tx, practice, step),
        )
        .await
    }
}
