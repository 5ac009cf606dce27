//! What participants let be shown, in its table.

use store::{StoreError, Tx};

use crate::ids::{ParticipantId, PracticeId};
use crate::sealed::Cell;

pub(super) fn shown(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    participant: ParticipantId,
) -> Result<Option<Cell>, StoreError> {
    tx.one(
        "SELECT id, compartment_id, revision, schema, sealed FROM shown_together WHERE practice_id = $1 AND id = $2",
        &[practice.into(), participant.into()],
    )?
    .map(|row| Cell::read(&row, 0))
    .transpose()
}
