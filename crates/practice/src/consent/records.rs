//! Consents in their table.

use store::{StoreError, Tx};

use crate::ids::{ParticipantId, PracticeId};

/// The document without which no clinical content is written about a client (R9).
pub const INFORMED: &str = "informed-consent";

/// Whether a participant's informed consent of `version` or later is in force (R9).
///
/// # Errors
/// A fault of the database.
pub fn informed(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    participant: ParticipantId,
    version: u32,
) -> Result<bool, StoreError> {
    let row = tx.one(
        "SELECT 1 FROM consents WHERE practice_id = $1 AND participant_id = $2 AND document = $3 AND version >= $4 \
         AND state = 'in_force' LIMIT 1",
        &[practice.into(), participant.into(), INFORMED.into(), i64::from(version).into()],
    )?;
    Ok(row.is_some())
}
