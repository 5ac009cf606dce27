//! The parts of intakes in their table.

use store::{Row, StoreError, Tx};

use super::PartState;
use crate::ids::{IntakeId, ParticipantId, PracticeId};
use crate::sealed::{Cell, SealedRow};

const COLUMNS: &str = "id, compartment_id, revision, schema, sealed, part, state, changed_at";

/// A part as stored.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) cell: Cell,
    pub(super) part: String,
    pub(super) state: PartState,
    pub(super) changed_at: i64,
}

fn read(row: &Row) -> Result<Stored, StoreError> {
    Ok(Stored {
        cell: Cell::read(row, 0)?,
        part: row.text(5)?.to_owned(),
        state: if row.text(6)? == "sent" {
            PartState::Sent
        } else {
            PartState::Begun
        },
        changed_at: row.int(7)?,
    })
}

pub(super) fn of_participant(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    participant: ParticipantId,
) -> Result<Vec<Stored>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM intakes WHERE practice_id = $1 AND participant_id = $2");
    tx.query(&sql, &[practice.into(), participant.into()])?
        .iter()
        .map(read)
        .collect()
}

/// The earlier revisions of a part as they were sealed, oldest first.
pub(super) fn earlier(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: uuid::Uuid,
) -> Result<Vec<Cell>, StoreError> {
    tx.query(
        "SELECT row_id, compartment_id, revision, schema, sealed FROM revisions \
         WHERE practice_id = $1 AND tbl = 'intakes' AND row_id = $2 ORDER BY revision",
        &[practice.into(), id.into()],
    )?
    .iter()
    .map(|row| Cell::read(row, 0))
    .collect()
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    place: (ParticipantId, &str),
    state: (&'static str, i64),
    row: &SealedRow,
) -> Result<(), StoreError> {
    let [compartment, revision, schema, sealed] = row.columns();
    tx.exec(
        "INSERT INTO intakes (practice_id, id, participant_id, part, state, changed_at, compartment_id, revision, schema, \
         sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[
            practice.into(),
            row.id().into(),
            place.0.into(),
            place.1.into(),
            state.0.into(),
            state.1.into(),
            compartment,
            revision,
            schema,
            sealed,
        ],
    )
    .map(|_| ())
}

pub(super) fn set_state(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: IntakeId,
    state: (&'static str, i64),
) -> Result<(), StoreError> {
    tx.exec(
        "UPDATE intakes SET state = $3, changed_at = $4 WHERE practice_id = $1 AND id = $2",
        &[practice.into(), id.into(), state.0.into(), state.1.into()],
    )
    .map(|_| ())
}
