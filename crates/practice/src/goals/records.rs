//! Goals in their table.

use store::{Row, StoreError, Tx};

use super::GoalState;
use crate::ids::{CaseId, GoalId, ParticipantId, PracticeId};
use crate::sealed::{self, Cell, SealedRow};

const COLUMNS: &str =
    "id, compartment_id, revision, schema, sealed, case_id, participant_id, set_at";

/// A goal as stored.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) id: GoalId,
    pub(super) cell: Cell,
    pub(super) case: CaseId,
    pub(super) participant: Option<ParticipantId>,
    pub(super) set_at: i64,
}

fn read(row: &Row) -> Result<Stored, StoreError> {
    Ok(Stored {
        id: GoalId(row.uuid(0)?),
        cell: Cell::read(row, 0)?,
        case: CaseId(row.uuid(5)?),
        participant: row.opt_uuid(6)?.map(ParticipantId),
        set_at: row.int(7)?,
    })
}

pub(super) fn goal(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: GoalId,
) -> Result<Option<Stored>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM goals WHERE practice_id = $1 AND id = $2");
    tx.one(&sql, &[practice.into(), id.into()])?
        .map(|row| read(&row))
        .transpose()
}

pub(super) fn of_case(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    case: CaseId,
) -> Result<Vec<Stored>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM goals WHERE practice_id = $1 AND case_id = $2 ORDER BY set_at, id"
    );
    tx.query(&sql, &[practice.into(), case.into()])?
        .iter()
        .map(read)
        .collect()
}

/// The earlier wordings of a goal as they were sealed, oldest first.
pub(super) fn earlier(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: GoalId,
) -> Result<Vec<Cell>, StoreError> {
    tx.query(
        "SELECT row_id, compartment_id, revision, schema, sealed FROM revisions \
         WHERE practice_id = $1 AND tbl = 'goals' AND row_id = $2 ORDER BY revision",
        &[practice.into(), id.into()],
    )?
    .iter()
    .map(|row| Cell::read(row, 0))
    .collect()
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    place: (CaseId, Option<ParticipantId>, i64),
    row: &SealedRow,
) -> Result<(), StoreError> {
    let (case, participant, at) = place;
    sealed::insert(
        tx,
        practice,
        row,
        &[
            ("case_id", case.into()),
            ("participant_id", participant.map(|id| id.0).into()),
            ("state", "open".into()),
            ("set_at", at.into()),
        ],
    )
}

pub(super) fn belongs(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: GoalId,
    whose: Option<ParticipantId>,
) -> Result<(), StoreError> {
    tx.exec(
        "UPDATE goals SET participant_id = $3 WHERE practice_id = $1 AND id = $2",
        &[practice.into(), id.into(), whose.map(|id| id.0).into()],
    )
    .map(|_| ())
}

pub(super) fn begins(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: GoalId,
    at: i64,
) -> Result<(), StoreError> {
    tx.exec(
        "UPDATE goals SET set_at = $3 WHERE practice_id = $1 AND id = $2",
        &[practice.into(), id.into(), at.into()],
    )
    .map(|_| ())
}

pub(super) fn set_state(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: GoalId,
    state: GoalState,
) -> Result<(), StoreError> {
    tx.exec(
        "UPDATE goals SET state = $3 WHERE practice_id = $1 AND id = $2",
        &[practice.into(), id.into(), state.word().into()],
    )
    .map(|_| ())
}
