//! What bookings take, rooms and working hours in their tables.

use store::{StoreError, Tx};
use uuid::Uuid;

use crate::ids::{PersonId, PracticeId, RoomId, SessionId};

pub(super) fn take(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    what: (SessionId, Uuid),
    span: (i64, i64),
) -> Result<(), StoreError> {
    tx.exec(
        "INSERT INTO bookings (practice_id, session_id, taken_id, starts_at, ends_at) VALUES ($1, $2, $3, $4, $5)",
        &[practice.into(), what.0.into(), what.1.into(), span.0.into(), span.1.into()],
    )
    .map(|_| ())
}

pub(crate) fn release(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    session: SessionId,
) -> Result<(), StoreError> {
    tx.exec(
        "DELETE FROM bookings WHERE practice_id = $1 AND session_id = $2",
        &[practice.into(), session.into()],
    )
    .map(|_| ())
}

/// Releases one person from what a session takes.
pub(crate) fn release_one(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    session: SessionId,
    person: PersonId,
) -> Result<(), StoreError> {
    tx.exec(
        "DELETE FROM bookings WHERE practice_id = $1 AND session_id = $2 AND taken_id = $3",
        &[practice.into(), session.into(), person.into()],
    )
    .map(|_| ())
}

/// A room that is free for the whole of `span`.
///
/// # Errors
/// A fault of the database.
pub fn free_room(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    span: (i64, i64),
) -> Result<Option<RoomId>, StoreError> {
    tx.one(
        // Bookings of one room never overlap (R7): only the last one to begin before the span ends can be in its way.
        "SELECT r.id FROM rooms r WHERE r.practice_id = $1 AND COALESCE((SELECT b.ends_at FROM bookings b \
         WHERE b.practice_id = r.practice_id AND b.taken_id = r.id AND b.starts_at < $3 ORDER BY b.starts_at DESC LIMIT 1), $2) <= $2 \
         ORDER BY r.name LIMIT 1",
        &[practice.into(), span.0.into(), span.1.into()],
    )?
    .map(|row| row.uuid(0).map(RoomId))
    .transpose()
}

/// The rooms and their names.
///
/// # Errors
/// A fault of the database.
pub fn rooms(tx: &mut Tx<'_>, practice: PracticeId) -> Result<Vec<(RoomId, String)>, StoreError> {
    tx.query(
        "SELECT id, name FROM rooms WHERE practice_id = $1 ORDER BY name",
        &[practice.into()],
    )?
    .iter()
    .map(|row| Ok((RoomId(row.uuid(0)?), row.text(1)?.to_owned())))
    .collect()
}

/// Enters a room.
///
/// # Errors
/// A fault of the database.
pub fn insert_room(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    room: RoomId,
    name: &str,
) -> Result<(), StoreError> {
    tx.exec(
        "INSERT INTO rooms (practice_id, id, name) VALUES ($1, $2, $3)",
        &[practice.into(), room.into(), name.into()],
    )
    .map(|_| ())
}

/// What is taken of any of `who` between `span`, as spans.
///
/// # Errors
/// A fault of the database.
pub fn taken(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    who: Uuid,
    span: (i64, i64),
) -> Result<Vec<(i64, i64)>, StoreError> {
    tx.query(
        // Bookings of one thing never overlap (R7): of those that began before, only the last one can reach into the span.
        "SELECT starts_at, ends_at FROM bookings WHERE practice_id = $1 AND taken_id = $2 AND ends_at > $3 AND starts_at < $4 \
         AND starts_at >= COALESCE((SELECT MAX(b.starts_at) FROM bookings b WHERE b.practice_id = $1 AND b.taken_id = $2 \
         AND b.starts_at <= $3), $3) ORDER BY starts_at",
        &[practice.into(), who.into(), span.0.into(), span.1.into()],
    )?
    .iter()
    .map(|row| Ok((row.int(0)?, row.int(1)?)))
    .collect()
}

/// One stretch of a clinician's week.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hours {
    /// Whose.
    pub clinician: PersonId,
    /// 1 for Monday to 7 for Sunday (ISO 8601).
    pub weekday: i64,
    /// Civil time, for example "09:00".
    pub begins: String,
    /// Civil time.
    pub ends: String,
    /// IANA zone.
    pub zone: String,
    /// `premises`, `video` or `both`.
    pub place: String,
    /// `sessions`, `consultations` or `both`.
    pub use_for: String,
}

/// Enters a stretch of working hours.
///
/// # Errors
/// A fault of the database.
pub fn insert_hours(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: Uuid,
    hours: &Hours,
) -> Result<(), StoreError> {
    tx.exec(
        "INSERT INTO working_hours (practice_id, id, clinician_id, weekday, begins, ends, zone, place, use_for) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            practice.into(),
            id.into(),
            hours.clinician.into(),
            hours.weekday.into(),
            hours.begins.as_str().into(),
            hours.ends.as_str().into(),
            hours.zone.as_str().into(),
            hours.place.as_str().into(),
            hours.use_for.as_str().into(),
        ],
    )
    .map(|_| ())
}

/// A clinician's working hours.
///
/// # Errors
/// A fault of the database.
pub fn hours(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    clinician: PersonId,
) -> Result<Vec<Hours>, StoreError> {
    tx.query(
        "SELECT weekday, begins, ends, zone, place, use_for FROM working_hours WHERE practice_id = $1 AND clinician_id = $2 \
         ORDER BY weekday, begins",
        &[practice.into(), clinician.into()],
    )?
    .iter()
    .map(|row| {
        Ok(Hours {
            clinician,
            weekday: row.int(0)?,
            begins: row.text(1)?.to_owned(),
            ends: row.text(2)?.to_owned(),
            zone: row.text(3)?.to_owned(),
            place: row.text(4)?.to_owned(),
            use_for: row.text(5)?.to_owned(),
        })
    })
    .collect()
}

/// Takes stretches like this one away.
///
/// # Errors
/// A fault of the database.
pub fn remove_hours(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    hours: &Hours,
) -> Result<(), StoreError> {
    tx.exec(
        "DELETE FROM working_hours WHERE practice_id = $1 AND clinician_id = $2 AND weekday = $3 AND begins = $4 AND ends = $5",
        &[
            practice.into(),
            hours.clinician.into(),
            hours.weekday.into(),
            hours.begins.as_str().into(),
            hours.ends.as_str().into(),
        ],
    )
    .map(|_| ())
}
