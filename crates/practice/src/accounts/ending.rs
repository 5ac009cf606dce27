//! The end of an account within another operation: by the owner, or when what is known of its person is destroyed (R16).

use store::{StoreError, Tx};
use uuid::Uuid;

use super::recovery_codes::{self, Ended};
use super::{passkeys, records};
use crate::access::row::AuthorityKind;
use crate::access::{AccountBody, AccountState, Work};
use crate::error::AccessError;
use crate::ids::{AccountId, PracticeId};

/// Ends an account, and with it what signs it in. Its name stays taken: an ended account never becomes somebody else's.
///
/// # Errors
/// A fault of what is written.
pub(crate) fn end(
    work: &mut Work<'_, '_>,
    account: Uuid,
    body: AccountBody,
) -> Result<(), AccessError> {
    passkeys::end_all_of(work, AccountId(account))?;
    recovery_codes::end_all_of(work, AccountId(account), Ended::Otherwise)?;
    let ended = AccountBody {
        state: AccountState::Ended,
        ..body.signed_out()
    };
    let key = work.authority(|known| known.key_of(account));
    work.put_authority(AuthorityKind::Account, account, &ended, key)
}

/// Ends every sign-in of an account.
pub(crate) fn sign_out(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    account: Uuid,
    at: i64,
) -> Result<(), StoreError> {
    records::end_all(tx, practice, account, at)
}
