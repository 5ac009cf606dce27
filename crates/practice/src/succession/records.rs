//! Exports of process notes in their table.

use store::{StoreError, Tx};

use crate::ids::{PersonId, PracticeId};
use crate::sealed::{self, Cell, SealedRow};

/// Whose notes, when, how many.
pub(super) type Place = (PersonId, i64, i64);

pub(super) fn insert(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    place: Place,
    row: &SealedRow,
) -> Result<(), StoreError> {
    let (clinician, at, notes) = place;
    sealed::insert(
        tx,
        practice,
        row,
        &[
            ("clinician_id", clinician.into()),
            ("taken_at", at.into()),
            ("notes", notes.into()),
        ],
    )
}

/// All of them, the newest first.
pub(super) fn all(tx: &mut Tx<'_>, practice: PracticeId) -> Result<Vec<(Cell, Place)>, StoreError> {
    let rows = tx.query(
        "SELECT id, compartment_id, revision, schema, sealed, clinician_id, taken_at, notes FROM succession_exports \
         WHERE practice_id = $1 ORDER BY taken_at DESC, id DESC",
        &[practice.into()],
    )?;
    rows.iter()
        .map(|row| {
            let place = (PersonId(row.uuid(5)?), row.int(6)?, row.int(7)?);
            Ok((Cell::read(row, 0)?, place))
        })
        .collect()
}
