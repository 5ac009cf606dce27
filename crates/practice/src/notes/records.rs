//! Notes and amendments in their tables.

use store::{Row, StoreError, Tx, Value};
use vault::CompartmentId;

use super::NoteState;
use crate::calendar::Session;
use crate::ids::{AmendmentId, CaseId, NoteId, PersonId, PracticeId, SessionId};
use crate::sealed::{self, Cell, SealedRow};

const COLUMNS: &str =
    "id, compartment_id, revision, schema, sealed, session_id, case_id, author_id, written_at";

/// A note as stored.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) id: NoteId,
    pub(crate) cell: Cell,
    pub(crate) session: SessionId,
    pub(crate) case: CaseId,
    pub(crate) author: PersonId,
    pub(crate) written_at: i64,
}

fn read(row: &Row) -> Result<Stored, StoreError> {
    Ok(Stored {
        id: NoteId(row.uuid(0)?),
        cell: Cell::read(row, 0)?,
        session: SessionId(row.uuid(5)?),
        case: CaseId(row.uuid(6)?),
        author: PersonId(row.uuid(7)?),
        written_at: row.int(8)?,
    })
}

pub(super) fn note(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: NoteId,
) -> Result<Option<Stored>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM notes WHERE practice_id = $1 AND id = $2");
    tx.one(&sql, &[practice.into(), id.into()])?
        .map(|row| read(&row))
        .transpose()
}

pub(crate) fn of_session(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    session: SessionId,
    compartment: CompartmentId,
) -> Result<Option<Stored>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM notes WHERE practice_id = $1 AND session_id = $2 AND compartment_id = $3"
    );
    tx.one(
        &sql,
        &[practice.into(), session.into(), compartment.0.into()],
    )?
    .map(|row| read(&row))
    .transpose()
}

pub(super) fn of_case(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    case: CaseId,
    at_most: i64,
) -> Result<Vec<Stored>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM notes WHERE practice_id = $1 AND case_id = $2 ORDER BY written_at DESC LIMIT $3"
    );
    tx.query(&sql, &[practice.into(), case.into(), at_most.into()])?
        .iter()
        .map(read)
        .collect()
}

/// How many sessions one statement asks for.
const SESSIONS: usize = 7;

/// The notes of sessions, newest first, and whether something was added to each.
pub(super) fn of_sessions(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    sessions: &[Session],
) -> Result<Vec<(Stored, bool)>, StoreError> {
    let places: Vec<String> = (2..).take(SESSIONS).map(|at| format!("${at}")).collect();
    let sql = format!(
        "SELECT {COLUMNS}, (SELECT COUNT(*) FROM amendments a WHERE a.practice_id = n.practice_id AND a.note_id = n.id) \
         FROM notes n WHERE practice_id = $1 AND session_id IN ({})",
        places.join(", ")
    );
    let mut found = Vec::new();
    for some in sessions.chunks(SESSIONS) {
        // One text for any number of sessions: to ask for the same one again asks for nothing more.
        let ids = some.iter().map(|session| session.id).cycle();
        let values: Vec<Value> = std::iter::once(practice.into())
            .chain(ids.take(SESSIONS).map(Value::from))
            .collect();
        for row in tx.query(&sql, &values)? {
            found.push((read(&row)?, row.int(9)? > 0));
        }
    }
    found.sort_by_key(|(note, _)| std::cmp::Reverse(note.written_at));
    Ok(found)
}

pub(super) fn last_before(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    place: (CaseId, CompartmentId),
    starts_at: i64,
) -> Result<Option<Stored>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM notes n WHERE practice_id = $1 AND case_id = $2 AND compartment_id = $3 AND \
         EXISTS (SELECT 1 FROM sessions s WHERE s.practice_id = n.practice_id AND s.id = n.session_id AND s.starts_at < $4) \
         ORDER BY written_at DESC LIMIT 1"
    );
    tx.one(
        &sql,
        &[
            practice.into(),
            place.0.into(),
            place.1.0.into(),
            starts_at.into(),
        ],
    )?
    .map(|row| read(&row))
    .transpose()
}

/// Which notes of a clinician are not signed yet, oldest first: structure only.
///
/// # Errors
/// A fault of the database.
pub fn unsigned(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    author: PersonId,
) -> Result<Vec<(NoteId, SessionId, CaseId)>, StoreError> {
    // `<> 'signed'` are the words of the index of unfinished notes: by them SQLite knows that it may be used.
    tx.query(
        "SELECT id, session_id, case_id FROM notes WHERE practice_id = $1 AND author_id = $2 AND state <> 'signed' AND state = 'draft' \
         ORDER BY written_at",
        &[practice.into(), author.into()],
    )?
    .iter()
    .map(|row| Ok((NoteId(row.uuid(0)?), SessionId(row.uuid(1)?), CaseId(row.uuid(2)?))))
    .collect()
}

/// Which notes wait for a supervisor's co-signature: structure only.
///
/// # Errors
/// A fault of the database.
pub fn awaiting(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    supervisor: PersonId,
) -> Result<Vec<(NoteId, SessionId, CaseId)>, StoreError> {
    tx.query(
        "SELECT n.id, n.session_id, n.case_id FROM notes n JOIN cases c ON c.practice_id = n.practice_id AND c.id = n.case_id \
         WHERE n.practice_id = $1 AND c.supervisor_id = $2 AND n.state <> 'signed' AND n.state = 'awaiting' \
         ORDER BY n.written_at",
        &[practice.into(), supervisor.into()],
    )?
    .iter()
    .map(|row| Ok((NoteId(row.uuid(0)?), SessionId(row.uuid(1)?), CaseId(row.uuid(2)?))))
    .collect()
}

/// The states of the notes of a session, by compartment: structure only.
///
/// # Errors
/// A fault of the database.
pub fn states(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    session: SessionId,
) -> Result<Vec<(NoteId, CompartmentId, NoteState)>, StoreError> {
    tx.query(
        "SELECT id, compartment_id, state FROM notes WHERE practice_id = $1 AND session_id = $2",
        &[practice.into(), session.into()],
    )?
    .iter()
    .map(|row| {
        let state = match row.text(2)? {
            "signed" => NoteState::Signed,
            "awaiting" => NoteState::Awaiting,
            _ => NoteState::Draft,
        };
        Ok((NoteId(row.uuid(0)?), CompartmentId(row.uuid(1)?), state))
    })
    .collect()
}

pub(crate) fn insert(
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
            ("state", "draft".into()),
            ("written_at", at.into()),
        ],
    )
}

pub(super) fn set_state(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: NoteId,
    state: NoteState,
    at: i64,
) -> Result<(), StoreError> {
    tx.exec(
        "UPDATE notes SET state = $3, signed_at = $4 WHERE practice_id = $1 AND id = $2",
        &[practice.into(), id.into(), state.word().into(), at.into()],
    )
    .map(|_| ())
}

pub(super) struct StoredAmendment {
    pub(super) id: AmendmentId,
    pub(super) note: NoteId,
    pub(super) cell: Cell,
    pub(super) author: PersonId,
    pub(super) written_at: i64,
}

fn amended(
    tx: &mut Tx<'_>,
    condition: &str,
    values: &[Value],
) -> Result<Vec<StoredAmendment>, StoreError> {
    let sql = format!(
        "SELECT id, compartment_id, revision, schema, sealed, note_id, author_id, written_at FROM amendments \
         WHERE practice_id = $1 AND {condition} ORDER BY written_at"
    );
    tx.query(&sql, values)?
        .iter()
        .map(|row| {
            Ok(StoredAmendment {
                id: AmendmentId(row.uuid(0)?),
                cell: Cell::read(row, 0)?,
                note: NoteId(row.uuid(5)?),
                author: PersonId(row.uuid(6)?),
                written_at: row.int(7)?,
            })
        })
        .collect()
}

pub(super) fn amendments(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    note: NoteId,
) -> Result<Vec<StoredAmendment>, StoreError> {
    amended(tx, "note_id = $2", &[practice.into(), note.into()])
}

/// The amendments of the newest notes of a case.
pub(super) fn amendments_of_case(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    case: CaseId,
    at_most: i64,
) -> Result<Vec<StoredAmendment>, StoreError> {
    amended(
        tx,
        "note_id IN (SELECT id FROM notes WHERE practice_id = $1 AND case_id = $2 ORDER BY written_at DESC LIMIT $3)",
        &[practice.into(), case.into(), at_most.into()],
    )
}

pub(crate) fn insert_amendment(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    place: (NoteId, PersonId, i64),
    row: &SealedRow,
) -> Result<(), StoreError> {
    let (note, author, at) = place;
    sealed::insert(
        tx,
        practice,
        row,
        &[
            ("note_id", note.into()),
            ("author_id", author.into()),
            ("written_at", at.into()),
        ],
    )
}
