//! Sessions in their table.

use store::{Row, StoreError, Tx, Value};

use super::{Place, Session, SessionKind, SessionState};
use crate::ids::{CaseId, PersonId, PracticeId, RoomId, SessionId};

const COLUMNS: &str =
    "id, kind, clinician_id, case_id, room_id, place, starts_at, ends_at, state, revision";

/// How many of the sessions to come a person is shown.
const COMING: i64 = 20;

fn read(row: &Row) -> Result<Session, StoreError> {
    Ok(Session {
        id: SessionId(row.uuid(0)?),
        kind: SessionKind::of_word(row.text(1)?).ok_or(StoreError::Column(1))?,
        clinician: PersonId(row.uuid(2)?),
        case: row.opt_uuid(3)?.map(CaseId),
        room: row.opt_uuid(4)?.map(RoomId),
        place: Place::of_word(row.text(5)?).ok_or(StoreError::Column(5))?,
        starts_at: row.int(6)?,
        ends_at: row.int(7)?,
        state: SessionState::of_word(row.text(8)?).ok_or(StoreError::Column(8))?,
        revision: u32::try_from(row.int(9)?).map_err(|_| StoreError::Column(9))?,
        people: Vec::new(),
    })
}

/// In which order sessions come, by their beginning.
#[derive(Clone, Copy)]
enum Order {
    OldestFirst,
    NewestFirst,
}

/// The sessions that a condition chooses, with who is expected; `most` is the place of the value that bounds their number.
fn all(
    tx: &mut Tx<'_>,
    (condition, order, most): (&str, Order, Option<usize>),
    values: &[Value],
) -> Result<Vec<Session>, StoreError> {
    let order = match order {
        Order::OldestFirst => "starts_at",
        Order::NewestFirst => "starts_at DESC",
    };
    let bound = most.map_or_else(String::new, |place| {
        format!(" ORDER BY {order} LIMIT ${place}")
    });
    let sql = format!(
        "SELECT {COLUMNS}, person_id FROM (SELECT {COLUMNS} FROM sessions WHERE practice_id = $1 AND {condition}{bound}) \
         AS chosen LEFT JOIN session_people ON practice_id = $1 AND session_id = id ORDER BY {order}, id, person_id"
    );
    let mut sessions: Vec<Session> = Vec::new();
    for row in tx.query(&sql, values)? {
        if sessions.last().map(|session| session.id.0) != Some(row.uuid(0)?) {
            sessions.push(read(&row)?);
        }
        if let (Some(session), Some(person)) = (sessions.last_mut(), row.opt_uuid(10)?) {
            session.people.push(PersonId(person));
        }
    }
    Ok(sessions)
}

/// One session.
///
/// # Errors
/// A fault of the database.
pub fn session(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: SessionId,
) -> Result<Option<Session>, StoreError> {
    let chosen = ("id = $2", Order::OldestFirst, None);
    Ok(all(tx, chosen, &[practice.into(), id.into()])?.pop())
}

/// The newest sessions of a case first, at most `at_most`.
///
/// # Errors
/// A fault of the database.
pub fn of_case(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    case: CaseId,
    at_most: i64,
) -> Result<Vec<Session>, StoreError> {
    all(
        tx,
        ("case_id = $2", Order::NewestFirst, Some(3)),
        &[practice.into(), case.into(), at_most.into()],
    )
}

/// The sessions of a case around `now`: the newest `begun` of those that have begun and the next `to_come`, newest first;
/// cancelled ones are left out.
///
/// # Errors
/// A fault of the database.
pub fn around(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    case: CaseId,
    (now, begun, to_come): (i64, i64, i64),
) -> Result<Vec<Session>, StoreError> {
    all(
        tx,
        (
            "id IN (SELECT id FROM (SELECT id FROM sessions WHERE practice_id = $1 AND case_id = $2 AND starts_at <= $3 \
             AND state <> 'cancelled' ORDER BY starts_at DESC LIMIT $4) AS begun \
             UNION ALL SELECT id FROM (SELECT id FROM sessions WHERE practice_id = $1 AND case_id = $2 AND starts_at > $3 \
             AND state <> 'cancelled' ORDER BY starts_at LIMIT $5) AS coming)",
            Order::NewestFirst,
            None,
        ),
        &[
            practice.into(),
            case.into(),
            now.into(),
            begun.into(),
            to_come.into(),
        ],
    )
}

/// A clinician's sessions that begin from `from` to before `until`, in order; cancelled ones are left out.
///
/// # Errors
/// A fault of the database.
pub fn of_clinician(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    clinician: PersonId,
    span: (i64, i64),
) -> Result<Vec<Session>, StoreError> {
    all(
        tx,
        (
            "clinician_id = $2 AND starts_at >= $3 AND starts_at < $4 AND state <> 'cancelled'",
            Order::OldestFirst,
            None,
        ),
        &[
            practice.into(),
            clinician.into(),
            span.0.into(),
            span.1.into(),
        ],
    )
}

/// The next booked sessions of a person from `now` on.
///
/// # Errors
/// A fault of the database.
pub fn coming_of_person(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    person: PersonId,
    now: i64,
) -> Result<Vec<Session>, StoreError> {
    all(
        tx,
        (
            "id IN (SELECT session_id FROM session_people WHERE practice_id = $1 AND person_id = $2) \
             AND ends_at > $3 AND state = 'booked'",
            Order::OldestFirst,
            Some(4),
        ),
        &[practice.into(), person.into(), now.into(), COMING.into()],
    )
}

/// The sessions of a person that have ended or were called off, newest first, at most `at_most`.
///
/// # Errors
/// A fault of the database.
pub fn past_of_person(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    person: PersonId,
    now: i64,
    at_most: i64,
) -> Result<Vec<Session>, StoreError> {
    all(
        tx,
        (
            "id IN (SELECT session_id FROM session_people WHERE practice_id = $1 AND person_id = $2) \
             AND (ends_at <= $3 OR state <> 'booked')",
            Order::NewestFirst,
            Some(4),
        ),
        &[practice.into(), person.into(), now.into(), at_most.into()],
    )
}

/// Stores a new session with who is expected; what it takes is taken by `booking`.
///
/// # Errors
/// A fault of the database.
pub fn insert(tx: &mut Tx<'_>, practice: PracticeId, session: &Session) -> Result<(), StoreError> {
    tx.exec(
        "INSERT INTO sessions (practice_id, id, kind, clinician_id, case_id, room_id, place, starts_at, ends_at, state, revision) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        &[
            practice.into(),
            session.id.into(),
            session.kind.word().into(),
            session.clinician.into(),
            session.case.map(|id| id.0).into(),
            session.room.map(|id| id.0).into(),
            session.place.word().into(),
            session.starts_at.into(),
            session.ends_at.into(),
            session.state.word().into(),
            i64::from(session.revision).into(),
        ],
    )?;
    for person in &session.people {
        tx.exec(
            "INSERT INTO session_people (practice_id, session_id, person_id) VALUES ($1, $2, $3)",
            &[practice.into(), session.id.into(), (*person).into()],
        )?;
    }
    Ok(())
}

/// Moves a session to another state; a stale revision is a conflict.
///
/// # Errors
/// [`StoreError::Conflict`] when `revision` is not the newest.
pub fn set_state(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: SessionId,
    revision: u32,
    state: SessionState,
) -> Result<(), StoreError> {
    let changed = tx.exec(
        "UPDATE sessions SET state = $4, revision = revision + 1 WHERE practice_id = $1 AND id = $2 AND revision = $3",
        &[practice.into(), id.into(), i64::from(revision).into(), state.word().into()],
    )?;
    if changed == 1 {
        Ok(())
    } else {
        Err(StoreError::Conflict)
    }
}

/// Removes a session and who was expected at it; `booking` has released what it took.
///
/// # Errors
/// A fault of the database.
pub fn remove(tx: &mut Tx<'_>, practice: PracticeId, id: SessionId) -> Result<(), StoreError> {
    let key = [practice.into(), id.into()];
    tx.exec(
        "DELETE FROM session_people WHERE practice_id = $1 AND session_id = $2",
        &key,
    )?;
    tx.exec(
        "DELETE FROM sessions WHERE practice_id = $1 AND id = $2",
        &key,
    )
    .map(|_| ())
}

/// Takes a person off those who are expected at a session, which is of another kind then; a stale revision is a conflict.
///
/// # Errors
/// [`StoreError::Conflict`] when the revision is not the newest.
pub fn expect_no_more(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    place: (SessionId, u32),
    whom: (PersonId, SessionKind),
) -> Result<(), StoreError> {
    let ((id, revision), (person, kind)) = (place, whom);
    tx.exec(
        "DELETE FROM session_people WHERE practice_id = $1 AND session_id = $2 AND person_id = $3",
        &[practice.into(), id.into(), person.into()],
    )?;
    let changed = tx.exec(
        "UPDATE sessions SET kind = $4, revision = revision + 1 WHERE practice_id = $1 AND id = $2 AND revision = $3",
        &[practice.into(), id.into(), i64::from(revision).into(), kind.word().into()],
    )?;
    if changed == 1 {
        Ok(())
    } else {
        Err(StoreError::Conflict)
    }
}
