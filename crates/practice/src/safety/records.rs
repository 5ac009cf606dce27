//! Screenings and what was decided, in their tables.

use store::{Row, StoreError, Tx};

use crate::ids::{CaseId, ParticipantId, PersonId, PracticeId};
use crate::sealed::{self, Cell, SealedRow};

/// How it stands with a participant, microseconds UTC.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Standing {
    /// When they were asked once more, while that waits.
    pub(crate) asked: Option<i64>,
    /// When the newest answers came in.
    pub(crate) answered: Option<i64>,
    /// Up to when answers were read.
    pub(crate) read: Option<i64>,
}

impl Standing {
    /// When the newest answers came in, while they were not read.
    pub(crate) fn unread(&self) -> Option<i64> {
        self.answered.filter(|at| self.read < Some(*at))
    }
}

pub(crate) fn standing(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    participant: ParticipantId,
) -> Result<Standing, StoreError> {
    let found = tx.one(
        "SELECT asked_at, answered_at, read_at FROM screenings WHERE practice_id = $1 AND participant_id = $2",
        &[practice.into(), participant.into()],
    )?;
    found.map_or(Ok(Standing::default()), |row| {
        Ok(Standing {
            asked: row.opt_int(0)?,
            answered: row.opt_int(1)?,
            read: row.opt_int(2)?,
        })
    })
}

fn put(
    tx: &mut Tx<'_>,
    place: (PracticeId, ParticipantId),
    set: &str,
    at: i64,
) -> Result<(), StoreError> {
    let key = [place.0.into(), place.1.into()];
    tx.exec(
        "INSERT INTO screenings (practice_id, participant_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        &key,
    )?;
    let [practice, participant] = key;
    tx.exec(
        &format!("UPDATE screenings SET {set} WHERE practice_id = $1 AND participant_id = $2"),
        &[practice, participant, at.into()],
    )
    .map(|_| ())
}

/// Somebody is asked once more.
pub(super) fn asked(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    participant: ParticipantId,
    at: i64,
) -> Result<(), StoreError> {
    put(tx, (practice, participant), "asked_at = $3", at)
}

/// Answers came in, and are unread from now on; the ones about safety are what was asked for.
pub(crate) fn answered(
    tx: &mut Tx<'_>,
    place: (PracticeId, ParticipantId),
    about_safety: bool,
    at: i64,
) -> Result<(), StoreError> {
    let set = if about_safety {
        "answered_at = $3, asked_at = NULL"
    } else {
        "answered_at = $3"
    };
    put(tx, place, set, at)
}

/// Those that had come in by `seen` were read; what came in since was not.
pub(super) fn read(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    participant: ParticipantId,
    seen: i64,
) -> Result<(), StoreError> {
    tx.exec(
        "UPDATE screenings SET read_at = $3 WHERE practice_id = $1 AND participant_id = $2 \
         AND (read_at IS NULL OR read_at < $3)",
        &[practice.into(), participant.into(), seen.into()],
    )
    .map(|_| ())
}

/// Forgets how it stood with a participant whose record is destroyed (R16).
pub(crate) fn forget(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    participant: ParticipantId,
) -> Result<(), StoreError> {
    tx.exec(
        "DELETE FROM screenings WHERE practice_id = $1 AND participant_id = $2",
        &[practice.into(), participant.into()],
    )
    .map(|_| ())
}

/// Whoever cares for a case, and an associate's supervisor beside them, has what nobody said to have read: also when the case
/// was closed meanwhile, because danger does not end with it. What is unread is few, and a case has few of it: the join begins
/// there, which `CROSS JOIN` says to SQLite and changes nothing for PostgreSQL.
const UNREAD: &str = "FROM screenings s CROSS JOIN participants p CROSS JOIN cases c \
     WHERE p.practice_id = s.practice_id AND p.id = s.participant_id \
     AND c.practice_id = p.practice_id AND c.id = p.case_id \
     AND s.practice_id = $1 AND (s.read_at IS NULL OR s.read_at < s.answered_at) AND s.answered_at IS NOT NULL \
     AND (c.clinician_id = $2 OR c.supervisor_id = $2) AND p.destroyed_at IS NULL";

/// The participants of somebody's cases whose answers wait to be read, and when they came in, the newest first.
pub(super) fn unread(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    clinician: PersonId,
) -> Result<Vec<(CaseId, ParticipantId, i64)>, StoreError> {
    let sql =
        format!("SELECT p.case_id, p.id, s.answered_at {UNREAD} ORDER BY s.answered_at DESC, p.id");
    tx.query(&sql, &[practice.into(), clinician.into()])?
        .iter()
        .map(|row| {
            Ok((
                CaseId(row.uuid(0)?),
                ParticipantId(row.uuid(1)?),
                row.int(2)?,
            ))
        })
        .collect()
}

pub(super) fn count_unread(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    clinician: PersonId,
) -> Result<u32, StoreError> {
    let sql = format!("SELECT COUNT(*) {UNREAD}");
    let row = tx.one(&sql, &[practice.into(), clinician.into()])?;
    let count = row.map_or(Ok(0), |row| row.int(0))?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

pub(super) fn joint_waits(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    case: CaseId,
) -> Result<bool, StoreError> {
    let found = tx.one(
        "SELECT 1 FROM cases WHERE practice_id = $1 AND id = $2 AND kind = 'relational' AND joint_from IS NULL",
        &[practice.into(), case.into()],
    )?;
    Ok(found.is_some())
}

/// Joint work takes place from `from` on, or waits; false when the case was closed meanwhile.
pub(super) fn set_joint_from(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    case: CaseId,
    from: Option<i64>,
) -> Result<bool, StoreError> {
    let changed = tx.exec(
        "UPDATE cases SET joint_from = $3 WHERE practice_id = $1 AND id = $2 AND state = 'open'",
        &[practice.into(), case.into(), from.into()],
    )?;
    Ok(changed == 1)
}

/// How many take part in a case now.
pub(super) fn staying(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    case: CaseId,
) -> Result<i64, StoreError> {
    tx.required(
        "SELECT COUNT(*) FROM participants WHERE practice_id = $1 AND case_id = $2 AND until_at IS NULL",
        &[practice.into(), case.into()],
    )?
    .int(0)
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    place: (ParticipantId, i64),
    row: &SealedRow,
) -> Result<(), StoreError> {
    let structure = [
        ("participant_id", place.0.into()),
        ("decided_at", place.1.into()),
    ];
    sealed::insert(tx, practice, row, &structure)
}

/// What was decided for a participant and when, the newest first.
pub(super) fn decided(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    participant: ParticipantId,
) -> Result<Vec<(i64, Cell)>, StoreError> {
    let read = |row: &Row| Ok((row.int(5)?, Cell::read(row, 0)?));
    tx.query(
        "SELECT id, compartment_id, revision, schema, sealed, decided_at FROM safety_decisions \
         WHERE practice_id = $1 AND participant_id = $2 ORDER BY decided_at DESC, id DESC",
        &[practice.into(), participant.into()],
    )?
    .iter()
    .map(read)
    .collect()
}
