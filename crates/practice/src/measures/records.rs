//! Measures in their table.

use store::{StoreError, Tx};

use crate::ids::{ParticipantId, PracticeId};
use crate::sealed::{Cell, SealedRow};

/// The newest measures of a participant with when they were taken, oldest first.
pub(super) fn of_participant(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    participant: ParticipantId,
    newest: i64,
) -> Result<Vec<(i64, Cell)>, StoreError> {
    tx.query(
        "SELECT id, compartment_id, revision, schema, sealed, taken_at FROM measures \
         WHERE practice_id = $1 AND participant_id = $2 ORDER BY taken_at DESC, id DESC LIMIT $3",
        &[practice.into(), participant.into(), newest.into()],
    )?
    .iter()
    .rev()
    .map(|row| Ok((row.int(5)?, Cell::read(row, 0)?)))
    .collect()
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    place: (ParticipantId, i64),
    row: &SealedRow,
) -> Result<(), StoreError> {
    let [compartment, revision, schema, sealed] = row.columns();
    tx.exec(
        "INSERT INTO measures (practice_id, id, participant_id, taken_at, compartment_id, revision, schema, sealed) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            practice.into(),
            row.id().into(),
            place.0.into(),
            place.1.into(),
            compartment,
            revision,
            schema,
            sealed,
        ],
    )
    .map(|_| ())
}
