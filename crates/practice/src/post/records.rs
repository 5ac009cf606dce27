//! Letters in their table: what waits, who is at work on it, how it ended.

use store::{StoreError, Tx};

use super::Posted;
use crate::ids::{PersonId, PostId, PracticeId};
use crate::sealed;
use crate::sealed::Cell;

/// How a letter ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum End {
    Sent,
    Failed,
    Kept,
}

impl End {
    const fn word(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Kept => "kept",
        }
    }
}

/// A letter that somebody is at work on.
#[derive(Clone, Debug)]
pub(super) struct Claimed {
    pub(super) person: PersonId,
    pub(super) tries: i64,
    pub(super) cell: Cell,
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    posted: &Posted,
) -> Result<(), StoreError> {
    sealed::insert(
        tx,
        practice,
        &posted.row,
        &[
            ("person_id", posted.person.into()),
            ("state", "waiting".into()),
            ("due_at", posted.due_at.into()),
            ("tries", 0_i64.into()),
        ],
    )
}

/// Whether a letter is due.
pub(super) fn is_due(tx: &mut Tx<'_>, practice: PracticeId, now: i64) -> Result<bool, StoreError> {
    let row = tx.one(
        "SELECT 1 FROM post WHERE practice_id = $1 AND state = 'waiting' AND due_at <= $2 LIMIT 1",
        &[practice.into(), now.into()],
    )?;
    Ok(row.is_some())
}

/// Takes the letter that is due longest, until `until`: nobody else takes it before.
pub(super) fn claim(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    now: i64,
    until: i64,
) -> Result<Option<Claimed>, StoreError> {
    let found = tx.one(
        "SELECT id, compartment_id, revision, schema, sealed, person_id, tries FROM post \
         WHERE practice_id = $1 AND state = 'waiting' AND due_at <= $2 ORDER BY due_at LIMIT 1",
        &[practice.into(), now.into()],
    )?;
    let Some(row) = found else { return Ok(None) };
    let claimed = Claimed {
        cell: Cell::read(&row, 0)?,
        person: PersonId(row.uuid(5)?),
        tries: row.int(6)?.saturating_add(1),
    };
    tx.exec(
        "UPDATE post SET due_at = $3, tries = $4 WHERE practice_id = $1 AND id = $2",
        &[
            practice.into(),
            claimed.cell.id.into(),
            until.into(),
            claimed.tries.into(),
        ],
    )?;
    Ok(Some(claimed))
}

/// Ends a claimed letter; `false` when the claim had run out and somebody else has it.
pub(super) fn end(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    claimed: (PostId, i64),
    end: End,
) -> Result<bool, StoreError> {
    let (id, tries) = claimed;
    let changed = tx.exec(
        "UPDATE post SET state = $4 WHERE practice_id = $1 AND id = $2 AND tries = $3 AND state = 'waiting'",
        &[practice.into(), id.into(), tries.into(), end.word().into()],
    )?;
    Ok(changed == 1)
}

/// Lets a claimed letter wait until `due_at`; it was tried `so_often`.
pub(super) fn again(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    claimed: (PostId, i64),
    again: (i64, i64),
) -> Result<(), StoreError> {
    let ((id, tries), (due_at, so_often)) = (claimed, again);
    tx.exec(
        "UPDATE post SET due_at = $4, tries = $5 WHERE practice_id = $1 AND id = $2 AND tries = $3 AND state = 'waiting'",
        &[
            practice.into(),
            id.into(),
            tries.into(),
            due_at.into(),
            so_often.into(),
        ],
    )
    .map(|_| ())
}

/// The letters that were kept instead of sent, newest first.
pub(super) fn kept(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    at_most: i64,
) -> Result<Vec<Claimed>, StoreError> {
    tx.query(
        "SELECT id, compartment_id, revision, schema, sealed, person_id, tries FROM post \
         WHERE practice_id = $1 AND state = 'kept' ORDER BY id DESC LIMIT $2",
        &[practice.into(), at_most.into()],
    )?
    .iter()
    .map(|row| {
        Ok(Claimed {
            cell: Cell::read(row, 0)?,
            person: PersonId(row.uuid(5)?),
            tries: row.int(6)?,
        })
    })
    .collect()
}

/// The letters to a person, however they ended, each with its revision.
pub(super) fn to_person(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    person: PersonId,
) -> Result<Vec<(PostId, u32)>, StoreError> {
    tx.query(
        "SELECT id, revision FROM post WHERE practice_id = $1 AND person_id = $2 ORDER BY id",
        &[practice.into(), person.into()],
    )?
    .iter()
    .map(|row| {
        let revision = u32::try_from(row.int(1)?).map_err(|_| StoreError::Column(1))?;
        Ok((PostId(row.uuid(0)?), revision))
    })
    .collect()
}

/// How many letters are in each state.
pub(super) fn counts(
    tx: &mut Tx<'_>,
    practice: PracticeId,
) -> Result<Vec<(String, i64)>, StoreError> {
    tx.query(
        "SELECT state, COUNT(*) FROM post WHERE practice_id = $1 GROUP BY state ORDER BY state",
        &[practice.into()],
    )?
    .iter()
    .map(|row| Ok((row.text(0)?.to_owned(), row.int(1)?)))
    .collect()
}
