//! Process notes in their table.

use store::{Row, StoreError, Tx};

use crate::ids::{CaseId, PersonId, PracticeId, ProcessNoteId, SessionId};
use crate::sealed::{self, Cell, SealedRow};

/// What an author wrote of a session.
///
/// # Errors
/// A fault of the database.
pub fn of_session(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    session: SessionId,
    author: PersonId,
) -> Result<Option<Cell>, StoreError> {
    tx.one(
        "SELECT id, compartment_id, revision, schema, sealed FROM process_notes \
         WHERE practice_id = $1 AND session_id = $2 AND author_id = $3",
        &[practice.into(), session.into(), author.into()],
    )?
    .map(|row| Cell::read(&row, 0))
    .transpose()
}

/// Whether somebody wrote a process note of a session of which there is no progress note, not even a draft.
///
/// # Errors
/// A fault of the database.
pub(crate) fn stands_alone(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    session: SessionId,
    author: PersonId,
) -> Result<bool, StoreError> {
    let found = tx.one(
        "SELECT p.id FROM process_notes p WHERE p.practice_id = $1 AND p.session_id = $2 AND p.author_id = $3 \
         AND NOT EXISTS (SELECT 1 FROM notes n WHERE n.practice_id = p.practice_id AND n.session_id = p.session_id)",
        &[practice.into(), session.into(), author.into()],
    )?;
    Ok(found.is_some())
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    place: (SessionId, CaseId, PersonId, i64),
    row: &SealedRow,
) -> Result<(), StoreError> {
    let (session, case, author, at) = place;
    sealed::insert(
        tx,
        practice,
        row,
        &[
            ("session_id", session.into()),
            ("case_id", case.into()),
            ("author_id", author.into()),
            ("written_at", at.into()),
        ],
    )
}

/// Writes down for whom beside its author the newest revision is encrypted: the digest of the executor's recipient.
pub(super) fn tell_executor(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    row: &SealedRow,
    executor: Option<[u8; 32]>,
) -> Result<(), StoreError> {
    let digest = executor.map(|digest| digest.to_vec());
    tx.exec(
        "UPDATE process_notes SET executor = $3 WHERE practice_id = $1 AND id = $2",
        &[practice.into(), row.id().into(), digest.into()],
    )
    .map(|_| ())
}

/// A note of an author, with where it belongs; what it is encrypted for is the digest of a recipient.
pub(crate) struct Authored {
    pub(crate) cell: Cell,
    pub(crate) case: CaseId,
    pub(crate) session: SessionId,
    pub(crate) executor: Option<Vec<u8>>,
}

const AUTHORED: &str = "SELECT id, compartment_id, revision, schema, sealed, case_id, session_id, executor FROM process_notes \
     WHERE practice_id = $1 AND author_id = $2";

fn authored(row: &Row) -> Result<Authored, StoreError> {
    Ok(Authored {
        cell: Cell::read(row, 0)?,
        case: CaseId(row.uuid(5)?),
        session: SessionId(row.uuid(6)?),
        executor: row.opt_blob(7)?.map(<[u8]>::to_vec),
    })
}

/// Everything that an author wrote.
pub(crate) fn of_author(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    author: PersonId,
) -> Result<Vec<Authored>, StoreError> {
    let sql = format!("{AUTHORED} ORDER BY id");
    let rows = tx.query(&sql, &[practice.into(), author.into()])?;
    rows.iter().map(authored).collect()
}

/// One note of an author.
pub(super) fn one(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    author: PersonId,
    note: ProcessNoteId,
) -> Result<Option<Authored>, StoreError> {
    let sql = format!("{AUTHORED} AND id = $3");
    let found = tx.one(&sql, &[practice.into(), author.into(), note.into()])?;
    found.map(|row| authored(&row)).transpose()
}
