//! Demands in their table.

use store::{Row, StoreError, Tx};

use super::DemandKind;
use crate::ids::{CaseId, DemandId, PersonId, PracticeId};
use crate::sealed::{self, Cell, SealedRow};

/// A demand as stored.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) id: DemandId,
    pub(super) cell: Cell,
    pub(super) case: CaseId,
    pub(super) kind: DemandKind,
    pub(super) open: bool,
    pub(super) recorded: (i64, PersonId),
}

const COLUMNS: &str =
    "id, compartment_id, revision, schema, sealed, case_id, kind, state, recorded_at, recorded_by";

fn read(row: &Row) -> Result<Stored, StoreError> {
    Ok(Stored {
        id: DemandId(row.uuid(0)?),
        cell: Cell::read(row, 0)?,
        case: CaseId(row.uuid(5)?),
        kind: DemandKind::of_word(row.text(6)?).ok_or(StoreError::Column(6))?,
        open: row.text(7)? == "open",
        recorded: (row.int(8)?, PersonId(row.uuid(9)?)),
    })
}

pub(super) fn demand(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: DemandId,
) -> Result<Option<Stored>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM demands WHERE practice_id = $1 AND id = $2");
    tx.one(&sql, &[practice.into(), id.into()])?
        .map(|row| read(&row))
        .transpose()
}

/// Those of one case or of all, the newest first.
pub(super) fn all(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    case: Option<CaseId>,
) -> Result<Vec<Stored>, StoreError> {
    let which = if case.is_some() {
        "AND case_id = $2"
    } else {
        "AND practice_id = $2"
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM demands WHERE practice_id = $1 {which} ORDER BY recorded_at DESC, id DESC"
    );
    let of = case.map_or(practice.0, |case| case.0);
    tx.query(&sql, &[practice.into(), of.into()])?
        .iter()
        .map(read)
        .collect()
}

/// Whether it is an order of a court that is open: asked in the transaction that hands something out.
pub(crate) fn is_open_order(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: DemandId,
) -> Result<bool, StoreError> {
    let found = tx.one(
        "SELECT 1 FROM demands WHERE practice_id = $1 AND id = $2 AND kind = 'order' AND state = 'open'",
        &[practice.into(), id.into()],
    )?;
    Ok(found.is_some())
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    new: &Stored,
    row: &SealedRow,
) -> Result<(), StoreError> {
    sealed::insert(
        tx,
        practice,
        row,
        &[
            ("case_id", new.case.into()),
            ("kind", new.kind.word().into()),
            ("state", "open".into()),
            ("recorded_at", new.recorded.0.into()),
            ("recorded_by", new.recorded.1.into()),
        ],
    )
}

/// Closes an open one.
pub(super) fn close(tx: &mut Tx<'_>, practice: PracticeId, id: DemandId) -> Result<(), StoreError> {
    let changed = tx.exec(
        "UPDATE demands SET state = 'closed' WHERE practice_id = $1 AND id = $2 AND state = 'open'",
        &[practice.into(), id.into()],
    )?;
    if changed == 1 {
        Ok(())
    } else {
        Err(StoreError::Conflict)
    }
}
