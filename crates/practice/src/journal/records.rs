//! Journal entries in their table.

use store::{Row, StoreError, Tx};

use crate::ids::{EntryId, ParticipantId, PracticeId};
use crate::sealed::{self, Cell, SealedRow};

const COLUMNS: &str = "id, compartment_id, revision, schema, sealed, written_at";

/// An entry as stored.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) cell: Cell,
    pub(super) written_at: i64,
}

fn read(row: &Row) -> Result<Stored, StoreError> {
    Ok(Stored {
        cell: Cell::read(row, 0)?,
        written_at: row.int(5)?,
    })
}

pub(super) fn entry(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    participant: ParticipantId,
    id: EntryId,
) -> Result<Option<Stored>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM journal WHERE practice_id = $1 AND participant_id = $2 AND id = $3"
    );
    tx.one(&sql, &[practice.into(), participant.into(), id.into()])?
        .map(|row| read(&row))
        .transpose()
}

pub(super) fn of_participant(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    participant: ParticipantId,
    at_most: i64,
) -> Result<Vec<Stored>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM journal WHERE practice_id = $1 AND participant_id = $2 \
         ORDER BY written_at DESC, id DESC LIMIT $3"
    );
    tx.query(&sql, &[practice.into(), participant.into(), at_most.into()])?
        .iter()
        .map(read)
        .collect()
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    place: (ParticipantId, i64),
    row: &SealedRow,
) -> Result<(), StoreError> {
    let (participant, at) = place;
    sealed::insert(
        tx,
        practice,
        row,
        &[
            ("participant_id", participant.into()),
            ("written_at", at.into()),
        ],
    )
}
