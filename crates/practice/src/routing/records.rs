//! Moves in their table, and the earlier revisions that they left behind.

use store::{StoreError, Tx};
use uuid::Uuid;

use crate::ids::{CaseId, PracticeId};
use crate::sealed::{self, Cell, SealedRow};

pub(super) fn insert(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    place: (CaseId, i64),
    row: &SealedRow,
) -> Result<(), StoreError> {
    let (case, at) = place;
    let structure = [("case_id", case.into()), ("moved_at", at.into())];
    sealed::insert(tx, practice, row, &structure)
}

/// What left the sides of a case, the newest first.
pub(super) fn of_case(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    case: CaseId,
) -> Result<Vec<(Cell, i64)>, StoreError> {
    tx.query(
        "SELECT id, compartment_id, revision, schema, sealed, moved_at FROM moves \
         WHERE practice_id = $1 AND case_id = $2 ORDER BY moved_at DESC, id DESC",
        &[practice.into(), case.into()],
    )?
    .iter()
    .map(|row| Ok((Cell::read(row, 0)?, row.int(5)?)))
    .collect()
}

/// An earlier revision of a row, as it was sealed.
pub(super) fn earlier(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    of: (&str, Uuid, u32),
) -> Result<Option<Cell>, StoreError> {
    let (table, id, revision) = of;
    tx.one(
        "SELECT row_id, compartment_id, revision, schema, sealed FROM revisions \
         WHERE practice_id = $1 AND tbl = $2 AND row_id = $3 AND revision = $4",
        &[
            practice.into(),
            table.into(),
            id.into(),
            i64::from(revision).into(),
        ],
    )?
    .map(|row| Cell::read(&row, 0))
    .transpose()
}
