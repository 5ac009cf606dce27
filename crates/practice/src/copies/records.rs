//! Copies and their pieces in their tables.

use store::{Row, StoreError, Tx};

use super::{Basis, CopyState};
use crate::ids::{CaseId, CopyId, PersonId, PracticeId};
use crate::sealed::{self, Cell, SealedRow};

/// A copy as stored.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) id: CopyId,
    pub(crate) cell: Cell,
    pub(crate) basis: Basis,
    pub(crate) case: CaseId,
    pub(crate) asked_at: i64,
    pub(crate) asked_by: PersonId,
    pub(crate) state: CopyState,
    pub(crate) done: u32,
    pub(crate) total: u32,
    pub(crate) until: Option<i64>,
}

const COLUMNS: &str = "id, compartment_id, revision, schema, sealed, basis, basis_id, case_id, asked_at, asked_by, state, done, \
                       total, until_at, failed";

fn read(row: &Row) -> Result<Stored, StoreError> {
    let count = |at: usize| u32::try_from(row.int(at)?).map_err(|_| StoreError::Column(at));
    Ok(Stored {
        id: CopyId(row.uuid(0)?),
        cell: Cell::read(row, 0)?,
        basis: Basis::of(row.text(5)?, row.uuid(6)?).ok_or(StoreError::Column(5))?,
        case: CaseId(row.uuid(7)?),
        asked_at: row.int(8)?,
        asked_by: PersonId(row.uuid(9)?),
        state: CopyState::of_word(row.text(10)?, row.int(14)? == 1)
            .ok_or(StoreError::Column(10))?,
        done: count(11)?,
        total: count(12)?,
        until: row.opt_int(13)?,
    })
}

pub(super) fn copy(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: CopyId,
) -> Result<Option<Stored>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM copies WHERE practice_id = $1 AND id = $2");
    tx.one(&sql, &[practice.into(), id.into()])?
        .map(|row| read(&row))
        .transpose()
}

/// Those that were made on one ground, the newest first.
pub(super) fn of_basis(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    basis: uuid::Uuid,
) -> Result<Vec<Stored>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM copies WHERE practice_id = $1 AND basis_id = $2 ORDER BY asked_at DESC, id DESC"
    );
    tx.query(&sql, &[practice.into(), basis.into()])?
        .iter()
        .map(read)
        .collect()
}

/// When copies of one ground were handed out that hold this part, the newest first.
pub(super) fn handed(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    basis: uuid::Uuid,
    joint: bool,
) -> Result<Vec<i64>, StoreError> {
    let column = if joint { "has_joint" } else { "has_own" };
    let sql = format!(
        "SELECT h.handed_at FROM copies c JOIN hand_outs h ON h.practice_id = c.practice_id AND h.copy_id = c.id \
         WHERE c.practice_id = $1 AND c.basis_id = $2 AND c.{column} = 1 ORDER BY h.handed_at DESC"
    );
    tx.query(&sql, &[practice.into(), basis.into()])?
        .iter()
        .map(|row| row.int(0))
        .collect()
}

/// When a copy was handed out, the first time first.
pub(super) fn hand_outs(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: CopyId,
) -> Result<Vec<i64>, StoreError> {
    tx.query(
        "SELECT handed_at FROM hand_outs WHERE practice_id = $1 AND copy_id = $2 ORDER BY handed_at",
        &[practice.into(), id.into()],
    )?
    .iter()
    .map(|row| row.int(0))
    .collect()
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
            ("basis", new.basis.word().into()),
            ("basis_id", new.basis.id().into()),
            ("case_id", new.case.into()),
            ("asked_at", new.asked_at.into()),
            ("asked_by", new.asked_by.into()),
            ("state", new.state.word().into()),
            ("done", i64::from(new.done).into()),
            ("total", i64::from(new.total).into()),
            ("has_own", 0.into()),
            ("has_joint", 0.into()),
        ],
    )
}

/// Says how far the making is; false when it was stopped meanwhile.
pub(super) fn goes_on(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: CopyId,
    (done, total): (u32, u32),
) -> Result<bool, StoreError> {
    let changed = tx.exec(
        "UPDATE copies SET state = 'making', done = $3, total = $4 WHERE practice_id = $1 AND id = $2 \
         AND state IN ('waiting', 'making')",
        &[
            practice.into(),
            id.into(),
            i64::from(done).into(),
            i64::from(total).into(),
        ],
    )?;
    Ok(changed == 1)
}

/// It can be fetched until `until`; a conflict when it was stopped meanwhile.
pub(super) fn ready(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: CopyId,
    (until, has_own, has_joint): (i64, bool, bool),
) -> Result<(), StoreError> {
    let changed = tx.exec(
        "UPDATE copies SET state = 'ready', done = total, until_at = $3, has_own = $4, has_joint = $5 \
         WHERE practice_id = $1 AND id = $2 AND state = 'making'",
        &[
            practice.into(),
            id.into(),
            until.into(),
            i64::from(has_own).into(),
            i64::from(has_joint).into(),
        ],
    )?;
    one(changed)
}

/// Stops whatever is under way or ready on one ground, because it does not hold any more.
pub(crate) fn stop(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    basis: uuid::Uuid,
) -> Result<(), StoreError> {
    tx.exec(
        "UPDATE copies SET state = 'stopped' WHERE practice_id = $1 AND basis_id = $2 AND state IN ('waiting', 'making', 'ready')",
        &[practice.into(), basis.into()],
    )
    .map(|_| ())
}

/// Stops what is being made on the ground of a release, and what is ready and holds this part of it. One that waits for its turn
/// looks by itself at what is in force then.
pub(crate) fn stop_part(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    release: uuid::Uuid,
    joint: bool,
) -> Result<(), StoreError> {
    let column = if joint { "has_joint" } else { "has_own" };
    let sql = format!(
        "UPDATE copies SET state = 'stopped' WHERE practice_id = $1 AND basis_id = $2 \
         AND (state = 'making' OR (state = 'ready' AND {column} = 1))"
    );
    tx.exec(&sql, &[practice.into(), release.into()])
        .map(|_| ())
}

/// Stops one that is under way.
pub(super) fn stop_one(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: CopyId,
) -> Result<(), StoreError> {
    tx.exec(
        "UPDATE copies SET state = 'stopped' WHERE practice_id = $1 AND id = $2 AND state IN ('waiting', 'making')",
        &[practice.into(), id.into()],
    )
    .map(|_| ())
}

/// Says of one that is under way that it could not be made.
pub(super) fn fail(tx: &mut Tx<'_>, practice: PracticeId, id: CopyId) -> Result<(), StoreError> {
    tx.exec(
        "UPDATE copies SET state = 'stopped', failed = 1 WHERE practice_id = $1 AND id = $2 AND state IN ('waiting', 'making')",
        &[practice.into(), id.into()],
    )
    .map(|_| ())
}

/// It is handed out at this moment: a conflict when it is not ready any more.
pub(super) fn hand(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: CopyId,
    (at, by): (i64, PersonId),
) -> Result<(), StoreError> {
    let ready = tx.one(
        "SELECT 1 FROM copies WHERE practice_id = $1 AND id = $2 AND state = 'ready' AND until_at > $3",
        &[practice.into(), id.into(), at.into()],
    )?;
    ready.ok_or(StoreError::Conflict)?;
    tx.exec(
        "INSERT INTO hand_outs (practice_id, copy_id, handed_at, handed_by) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        &[practice.into(), id.into(), at.into(), by.into()],
    )
    .map(|_| ())
}

/// A piece of a file as stored: of which file, the how manieth.
pub(super) type Piece = (i64, i64, Cell);

/// The pieces of a copy, in their order.
pub(super) fn pieces(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: CopyId,
) -> Result<Vec<Piece>, StoreError> {
    tx.query(
        "SELECT id, compartment_id, revision, schema, sealed, file, number FROM copy_pieces \
         WHERE practice_id = $1 AND copy_id = $2 ORDER BY file, number",
        &[practice.into(), id.into()],
    )?
    .iter()
    .map(|row| Ok((row.int(5)?, row.int(6)?, Cell::read(row, 0)?)))
    .collect()
}

pub(super) fn insert_piece(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    place: (CopyId, i64, i64),
    row: &SealedRow,
) -> Result<(), StoreError> {
    let (copy, file, number) = place;
    sealed::insert(
        tx,
        practice,
        row,
        &[
            ("copy_id", copy.into()),
            ("file", file.into()),
            ("number", number.into()),
        ],
    )
}

/// The copies whose files are to be forgotten: their week is over, or they were stopped.
pub(super) fn ended(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    now: i64,
) -> Result<Vec<CopyId>, StoreError> {
    tx.query(
        "SELECT id FROM copies c WHERE practice_id = $1 AND ((state = 'ready' AND until_at <= $2) OR (state = 'stopped' AND \
         EXISTS (SELECT 1 FROM copy_pieces p WHERE p.practice_id = c.practice_id AND p.copy_id = c.id))) ORDER BY id",
        &[practice.into(), now.into()],
    )?
    .iter()
    .map(|row| Ok(CopyId(row.uuid(0)?)))
    .collect()
}

/// The ids and revisions of a copy's pieces.
pub(super) fn piece_ids(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: CopyId,
) -> Result<Vec<(uuid::Uuid, u32)>, StoreError> {
    tx.query(
        "SELECT id, revision FROM copy_pieces WHERE practice_id = $1 AND copy_id = $2 ORDER BY id",
        &[practice.into(), id.into()],
    )?
    .iter()
    .map(|row| {
        let revision = u32::try_from(row.int(1)?).map_err(|_| StoreError::Column(1))?;
        Ok((row.uuid(0)?, revision))
    })
    .collect()
}

/// Its file is gone; that it was there stays.
pub(super) fn gone(tx: &mut Tx<'_>, practice: PracticeId, id: CopyId) -> Result<(), StoreError> {
    tx.exec(
        "UPDATE copies SET state = 'gone' WHERE practice_id = $1 AND id = $2 AND state IN ('ready', 'stopped')",
        &[practice.into(), id.into()],
    )
    .map(|_| ())
}

fn one(changed: u64) -> Result<(), StoreError> {
    if changed == 1 {
        Ok(())
    } else {
        Err(StoreError::Conflict)
    }
}
