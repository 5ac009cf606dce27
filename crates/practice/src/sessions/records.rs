//! What a day and a session need of sessions, notes and rooms: structure only.

use std::collections::HashMap;

use store::{Row, StoreError, Tx};
use vault::CompartmentId;

use crate::ids::{CaseId, NoteId, PersonId, PracticeId, RoomId, SessionId};
use crate::notes::NoteState;
use crate::sealed::Cell;

fn state(word: &str) -> NoteState {
    match word {
        "signed" => NoteState::Signed,
        "awaiting" => NoteState::Awaiting,
        _ => NoteState::Draft,
    }
}

/// A note as structure.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing {
    pub(super) note: NoteId,
    pub(super) session: SessionId,
    pub(super) compartment: CompartmentId,
    pub(super) state: NoteState,
}

/// How it stands with the notes of a clinician's sessions that begin in `span`.
pub(super) fn standings(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    clinician: PersonId,
    span: (i64, i64),
) -> Result<Vec<Standing>, StoreError> {
    tx.query(
        "SELECT n.id, n.session_id, n.compartment_id, n.state FROM sessions s \
         JOIN notes n ON n.practice_id = s.practice_id AND n.session_id = s.id \
         WHERE s.practice_id = $1 AND s.clinician_id = $2 AND s.starts_at >= $3 AND s.starts_at < $4",
        &[practice.into(), clinician.into(), span.0.into(), span.1.into()],
    )?
    .iter()
    .map(|row| {
        Ok(Standing {
            note: NoteId(row.uuid(0)?),
            session: SessionId(row.uuid(1)?),
            compartment: CompartmentId(row.uuid(2)?),
            state: state(row.text(3)?),
        })
    })
    .collect()
}

/// A session whose note is not signed.
#[derive(Clone, Debug)]
pub(super) struct Open {
    pub(super) session: SessionId,
    pub(super) case: CaseId,
    pub(super) starts_at: i64,
    pub(super) note: Option<NoteId>,
    pub(super) author: PersonId,
    /// Whom it is about: on whose own side the note stands, or else who was expected.
    pub(super) people: Vec<PersonId>,
}

fn open(tx: &mut Tx<'_>, practice: PracticeId, row: &Row) -> Result<Open, StoreError> {
    let session = SessionId(row.uuid(0)?);
    let own = tx.one(
        "SELECT person_id FROM participants WHERE practice_id = $1 AND own_id = $2",
        &[practice.into(), row.uuid(5)?.into()],
    )?;
    let people = match own {
        Some(own) => vec![PersonId(own.uuid(0)?)],
        None => expected(tx, practice, session)?,
    };
    Ok(Open {
        session,
        people,
        case: CaseId(row.uuid(1)?),
        starts_at: row.int(2)?,
        note: row.opt_uuid(3)?.map(NoteId),
        author: PersonId(row.uuid(4)?),
    })
}

fn expected(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    session: SessionId,
) -> Result<Vec<PersonId>, StoreError> {
    tx.query(
        "SELECT person_id FROM session_people WHERE practice_id = $1 AND session_id = $2",
        &[practice.into(), session.into()],
    )?
    .iter()
    .map(|row| row.uuid(0).map(PersonId))
    .collect()
}

/// A clinician's drafts, oldest first.
pub(super) fn drafts(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    author: PersonId,
) -> Result<Vec<Open>, StoreError> {
    tx.query(
        "SELECT s.id, n.case_id, s.starts_at, n.id, n.author_id, n.compartment_id FROM notes n \
         JOIN sessions s ON s.practice_id = n.practice_id AND s.id = n.session_id \
         WHERE n.practice_id = $1 AND n.author_id = $2 AND n.state <> 'signed' AND n.state = 'draft' \
         ORDER BY s.starts_at LIMIT 50",
        &[practice.into(), author.into()],
    )?
    .iter()
    .map(|row| open(tx, practice, row))
    .collect()
}

/// A clinician's sessions of `span` that are over and have no note at all, oldest first. What came from another system
/// as held, and never was booked here, has its note there.
pub(super) fn without_note(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    clinician: PersonId,
    span: (i64, i64),
) -> Result<Vec<Open>, StoreError> {
    tx.query(
        "SELECT s.id, s.case_id, s.starts_at, s.clinician_id FROM sessions s \
         WHERE s.practice_id = $1 AND s.clinician_id = $2 AND s.starts_at >= $3 AND s.ends_at <= $4 \
         AND (s.state = 'booked' OR s.state = 'held' AND s.revision > 1) AND s.case_id IS NOT NULL AND NOT EXISTS \
         (SELECT 1 FROM notes n WHERE n.practice_id = s.practice_id AND n.session_id = s.id) \
         ORDER BY s.starts_at LIMIT 50",
        &[practice.into(), clinician.into(), span.0.into(), span.1.into()],
    )?
    .iter()
    .map(|row| {
        let session = SessionId(row.uuid(0)?);
        Ok(Open {
            session,
            people: expected(tx, practice, session)?,
            case: CaseId(row.uuid(1)?),
            starts_at: row.int(2)?,
            note: None,
            author: PersonId(row.uuid(3)?),
        })
    })
    .collect()
}

/// Notes that wait for the co-signature of a supervisor, oldest first.
pub(super) fn awaiting(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    supervisor: PersonId,
) -> Result<Vec<Open>, StoreError> {
    tx.query(
        "SELECT s.id, n.case_id, s.starts_at, n.id, n.author_id, n.compartment_id FROM notes n \
         JOIN cases c ON c.practice_id = n.practice_id AND c.id = n.case_id \
         JOIN sessions s ON s.practice_id = n.practice_id AND s.id = n.session_id \
         WHERE n.practice_id = $1 AND c.supervisor_id = $2 AND n.state <> 'signed' AND n.state = 'awaiting' \
         ORDER BY s.starts_at LIMIT 50",
        &[practice.into(), supervisor.into()],
    )?
    .iter()
    .map(|row| open(tx, practice, row))
    .collect()
}

/// How many notes of an author wait for a supervisor.
pub(super) fn count_awaiting(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    author: PersonId,
) -> Result<u32, StoreError> {
    count(
        tx.one(
            "SELECT COUNT(*) FROM notes WHERE practice_id = $1 AND author_id = $2 AND state <> 'signed' AND state = 'awaiting'",
            &[practice.into(), author.into()],
        )?
        .as_ref(),
    )
}

/// The how-manieth session of its case one is that begins at `starts_at`, called-off ones left out.
pub(super) fn number(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    case: CaseId,
    starts_at: i64,
) -> Result<u32, StoreError> {
    count(
        tx.one(
            "SELECT COUNT(*) FROM sessions WHERE practice_id = $1 AND case_id = $2 AND starts_at <= $3 \
             AND state IN ('booked', 'held')",
            &[practice.into(), case.into(), starts_at.into()],
        )?
        .as_ref(),
    )
}

/// The next booked session of a case after `after`.
pub(super) fn next(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    case: CaseId,
    after: i64,
) -> Result<Option<SessionId>, StoreError> {
    tx.one(
        "SELECT id FROM sessions WHERE practice_id = $1 AND case_id = $2 AND starts_at > $3 AND state = 'booked' \
         ORDER BY starts_at LIMIT 1",
        &[practice.into(), case.into(), after.into()],
    )?
    .map(|row| row.uuid(0).map(SessionId))
    .transpose()
}

fn count(row: Option<&Row>) -> Result<u32, StoreError> {
    let count = row.map_or(Ok(0), |row| row.int(0))?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The names of the rooms.
pub(super) fn rooms(
    tx: &mut Tx<'_>,
    practice: PracticeId,
) -> Result<HashMap<RoomId, String>, StoreError> {
    Ok(crate::booking::records::rooms(tx, practice)?
        .into_iter()
        .collect())
}

/// Who was in the room of a session, sealed.
pub(super) fn attendance(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    session: SessionId,
) -> Result<Option<Cell>, StoreError> {
    tx.one(
        "SELECT id, compartment_id, revision, schema, sealed FROM attendances WHERE practice_id = $1 AND id = $2",
        &[practice.into(), session.into()],
    )?
    .map(|row| Cell::read(&row, 0))
    .transpose()
}
