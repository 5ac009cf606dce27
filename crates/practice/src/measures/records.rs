//! Measures in their table.

use store::{StoreError, Tx};
use vault::CompartmentId;

use crate::ids::{MeasureId, ParticipantId, PracticeId};
use crate::sealed::{Cell, SealedRow};

/// The newest measures of a participant with when they were taken, oldest first.
///
/// What stands on other sides is not even read, so that how much there is of it tells nothing (R2).
pub(super) fn of_participant(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    (participant, side): (ParticipantId, CompartmentId),
    newest: i64,
) -> Result<Vec<(i64, Cell)>, StoreError> {
    tx.query(
        "SELECT id, compartment_id, revision, schema, sealed, taken_at FROM measures \
         WHERE practice_id = $1 AND participant_id = $2 AND compartment_id = $3 ORDER BY taken_at DESC, id DESC LIMIT $4",
        &[
            practice.into(),
            participant.into(),
            side.0.into(),
            newest.into(),
        ],
    )?
    .iter()
    .map(|row| Ok((row.int(5)?, Cell::read(row, 0)?)))
    .collect()
}

/// One measure: whose, and sealed.
pub(super) fn measure(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: MeasureId,
) -> Result<Option<(ParticipantId, i64, Cell)>, StoreError> {
    tx.one(
        "SELECT id, compartment_id, revision, schema, sealed, participant_id, taken_at FROM measures WHERE practice_id = $1 AND id = $2",
        &[practice.into(), id.into()],
    )?
    .map(|row| Ok((ParticipantId(row.uuid(5)?), row.int(6)?, Cell::read(&row, 0)?)))
    .transpose()
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
