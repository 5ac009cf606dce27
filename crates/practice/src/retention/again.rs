//! An older backup of the data that was put back with a keyring that is newer: what was destroyed since goes once more (R16).
//!
//! The log that was put back knows nothing of it, but the keyring does: the key of the part is not there any more. That says
//! something only of a keyring that has seen more than this log; of an older one it would be a key that was not made yet, and
//! nothing is removed then.

use store::Tx;
use uuid::Uuid;

use super::going::{self, Going};
use super::records;
use crate::access::{Fresh, Work};
use crate::accounts;
use crate::cases::{self, Participant};
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{ParticipantId, PracticeId};
use crate::receipts::{Action, KEYS};
use crate::safety;

impl Practice {
    /// Removes what is left of parts whose keys are dead already. How many there were.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] for who may not set up, or a fault of the database.
    pub(crate) async fn destroy_again(&self, access: &impl Fresh) -> Result<usize, AccessError> {
        access.may_set_up()?;
        let (practice, vault) = (self.id(), self.vault()?);
        let parts = self
            .published(move |tx| records::undestroyed(tx, practice))
            .await?;
        let dead = parts.into_iter().filter(|(_, own)| !vault.has(*own));
        let mut count = 0;
        for (part, _) in dead {
            self.write(
                access,
                Action::DestructionConfirm,
                move |work| left_of(work, part),
                move |tx, going| put(tx, practice, part, going),
            )
            .await?;
            count += 1;
        }
        Ok(count)
    }
}

fn left_of(work: &mut Work<'_, '_>, part: ParticipantId) -> Result<(Going, i64), AccessError> {
    let practice = work.practice();
    let case = cases::records::case_of_participant(work.tx, practice, part)?;
    let case = case.ok_or(AccessError::NotThere)?;
    let who = case.participants.iter().find(|who| who.id == part);
    let who = *who.ok_or(AccessError::NotThere)?;
    let going = going::dead(work, &case, &who)?;
    for key in &going.keys {
        work.names(KEYS, key.0, 1, [0; 32]);
    }
    for row in going.rows.rows.iter().chain(&going.rows.earlier) {
        work.removes(row.table, row.id, row.revision);
    }
    let at = micros(work.now());
    work.names_part(&Participant {
        until: who.until.or(Some(at)),
        destroyed: Some(at),
        ..who
    });
    Ok((going, at))
}

fn put(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    part: ParticipantId,
    left: &(Going, i64),
) -> Result<(), AccessError> {
    let (going, at) = left;
    records::gone_before(tx, practice, part, *at)?;
    safety::records::forget(tx, practice, part)?;
    going::records::remove(tx, practice, &going.rows)?;
    for account in &going.accounts {
        let account: Uuid = *account;
        accounts::sign_out(tx, practice, account, *at)?;
    }
    Ok(())
}
