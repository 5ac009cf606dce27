//! Cases and participants in their tables: structure only.

use store::{Row, StoreError, Tx};
use vault::CompartmentId;

use super::{Case, CaseKind, Participant, Which};
use crate::ids::{CaseId, ParticipantId, PersonId, PracticeId, SessionId};
use crate::sealed;
use crate::sealed::Cell;

const COLUMNS: &str = "c.id, c.kind, c.state, c.clinician_id, c.supervisor_id, c.joint_id, c.opened_at, c.joint_from, \
     (SELECT f.frozen_at FROM frozen_sides f WHERE f.practice_id = c.practice_id AND f.id = c.joint_id)";

fn read(row: &Row) -> Result<Case, StoreError> {
    Ok(Case {
        id: CaseId(row.uuid(0)?),
        kind: if row.text(1)? == "relational" {
            CaseKind::Relational
        } else {
            CaseKind::Individual
        },
        open: row.text(2)? == "open",
        clinician: PersonId(row.uuid(3)?),
        supervisor: row.opt_uuid(4)?.map(PersonId),
        joint: row.opt_uuid(5)?.map(CompartmentId),
        opened_at: row.int(6)?,
        joint_from: row.opt_int(7)?,
        parted: row.opt_int(8)?,
        participants: Vec::new(),
        names: None,
    })
}

/// A case with its participants.
///
/// # Errors
/// A fault of the database.
pub fn case(tx: &mut Tx<'_>, practice: PracticeId, id: CaseId) -> Result<Option<Case>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM cases c WHERE c.practice_id = $1 AND c.id = $2");
    let Some(row) = tx.one(&sql, &[practice.into(), id.into()])? else {
        return Ok(None);
    };
    with_participants(tx, practice, read(&row)?).map(Some)
}

/// A case with its participants, and the sealed identity of each of them in the same order: one statement.
pub(super) fn with_identities(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: CaseId,
) -> Result<Option<(Case, Vec<Cell>)>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS}, p.id, p.person_id, p.own_id, p.from_at, p.until_at, p.joint_id, p.destroyed_at, p.before_id, i.id, i.compartment_id, i.revision, \
         i.schema, i.sealed FROM cases c JOIN participants p ON p.practice_id = c.practice_id AND p.case_id = c.id \
         JOIN people i ON i.practice_id = p.practice_id AND i.id = p.person_id \
         WHERE c.practice_id = $1 AND c.id = $2 ORDER BY p.from_at, p.id"
    );
    let rows = tx.query(&sql, &[practice.into(), id.into()])?;
    let Some(first) = rows.first() else {
        return Ok(None);
    };
    let (mut case, mut cells) = (read(first)?, Vec::with_capacity(rows.len()));
    for row in &rows {
        case.participants.push(participant(row, 9, id)?);
        cells.push(Cell::read(row, 17)?);
    }
    Ok(Some((case, cells)))
}

/// A case in a list: the person cells of its participants, its next and its last session.
pub(super) struct Listed {
    pub(super) case: Case,
    pub(super) cells: Vec<Cell>,
    pub(super) next: Option<i64>,
    pub(super) last: Option<i64>,
}

/// The cases of a clinician or supervisor, or of everybody, newest first, with what a list shows of each.
pub(super) fn listed(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    (staff, which): (Option<PersonId>, Which),
    now: i64,
) -> Result<Vec<Listed>, StoreError> {
    let state = match which {
        Which::Open => "c.state = 'open'",
        Which::ClosedToo => "c.state IN ('open', 'closed')",
    };
    let mine = if staff.is_some() {
        "(c.clinician_id = $2 OR c.supervisor_id = $2)"
    } else {
        "c.practice_id = $2"
    };
    let sql = format!(
        "SELECT {COLUMNS}, p.id, p.person_id, p.own_id, p.from_at, p.until_at, p.joint_id, p.destroyed_at, p.before_id, i.id, i.compartment_id, i.revision, \
         i.schema, i.sealed, \
         (SELECT MIN(s.starts_at) FROM sessions s WHERE s.practice_id = c.practice_id AND s.case_id = c.id \
          AND s.state = 'booked' AND s.ends_at > $3), \
         (SELECT MAX(s.starts_at) FROM sessions s WHERE s.practice_id = c.practice_id AND s.case_id = c.id \
          AND s.state = 'held') \
         FROM cases c JOIN participants p ON p.practice_id = c.practice_id AND p.case_id = c.id \
         JOIN people i ON i.practice_id = p.practice_id AND i.id = p.person_id \
         WHERE c.practice_id = $1 AND {state} AND {mine} ORDER BY c.opened_at DESC, c.id, p.from_at, p.id"
    );
    let staff = staff.map_or(practice.0, |staff| staff.0);
    let mut found: Vec<Listed> = Vec::new();
    for row in tx.query(&sql, &[practice.into(), staff.into(), now.into()])? {
        let id = CaseId(row.uuid(0)?);
        if found.last().is_none_or(|last| last.case.id != id) {
            found.push(Listed {
                case: read(&row)?,
                cells: Vec::new(),
                next: row.opt_int(22)?,
                last: row.opt_int(23)?,
            });
        }
        if let Some(listed) = found.last_mut() {
            listed.case.participants.push(participant(&row, 9, id)?);
            listed.cells.push(Cell::read(&row, 17)?);
        }
    }
    Ok(found)
}

fn participant(row: &Row, first: usize, case: CaseId) -> Result<Participant, StoreError> {
    Ok(Participant {
        id: ParticipantId(row.uuid(first)?),
        case,
        person: PersonId(row.uuid(first + 1)?),
        own: CompartmentId(row.uuid(first + 2)?),
        from: row.int(first + 3)?,
        until: row.opt_int(first + 4)?,
        left: row.opt_uuid(first + 5)?.map(CompartmentId),
        destroyed: row.opt_int(first + 6)?,
        before: row.opt_uuid(first + 7)?.map(CompartmentId),
    })
}

/// Every part in every case, one after the other.
///
/// # Errors
/// A fault of the database.
pub(crate) fn each_part(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    mut look: impl FnMut(&Participant),
) -> Result<(), StoreError> {
    tx.each(
        "SELECT case_id, id, person_id, own_id, from_at, until_at, joint_id, destroyed_at, before_id FROM participants WHERE practice_id = $1",
        &[practice.into()],
        |row| {
            look(&participant(&row, 1, CaseId(row.uuid(0)?))?);
            Ok(())
        },
    )
}

/// The cases of a clinician or supervisor, newest first.
///
/// # Errors
/// A fault of the database.
pub fn of_staff(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    staff: PersonId,
) -> Result<Vec<Case>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM cases c WHERE c.practice_id = $1 AND (c.clinician_id = $2 OR c.supervisor_id = $2) \
         ORDER BY c.opened_at DESC"
    );
    let rows = tx.query(&sql, &[practice.into(), staff.into()])?;
    rows.iter()
        .map(|row| with_participants(tx, practice, read(row)?))
        .collect()
}

/// The cases in which a person takes or took part, newest first.
///
/// # Errors
/// A fault of the database.
pub fn of_person(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    person: PersonId,
) -> Result<Vec<Case>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM cases c JOIN participants p ON p.practice_id = c.practice_id AND p.case_id = c.id \
         WHERE c.practice_id = $1 AND p.person_id = $2 ORDER BY c.opened_at DESC"
    );
    let rows = tx.query(&sql, &[practice.into(), person.into()])?;
    rows.iter()
        .map(|row| with_participants(tx, practice, read(row)?))
        .collect()
}

fn with_participants(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    mut case: Case,
) -> Result<Case, StoreError> {
    let rows = tx.query(
        "SELECT id, person_id, own_id, from_at, until_at, joint_id, destroyed_at, before_id FROM participants WHERE practice_id = $1 AND case_id = $2 \
         ORDER BY from_at, id",
        &[practice.into(), case.id.into()],
    )?;
    for row in &rows {
        case.participants.push(participant(row, 0, case.id)?);
    }
    Ok(case)
}

pub(super) fn insert(tx: &mut Tx<'_>, practice: PracticeId, case: &Case) -> Result<(), StoreError> {
    tx.exec(
        "INSERT INTO cases (practice_id, id, kind, state, clinician_id, supervisor_id, joint_id, opened_at) \
         VALUES ($1, $2, $3, 'open', $4, $5, $6, $7)",
        &[
            practice.into(),
            case.id.into(),
            case.kind.word().into(),
            case.clinician.into(),
            case.supervisor.map(|id| id.0).into(),
            case.joint.map(|id| id.0).into(),
            case.opened_at.into(),
        ],
    )?;
    for participant in &case.participants {
        insert_part(tx, practice, participant)?;
    }
    let Some(names) = &case.names else {
        return Ok(());
    };
    sealed::insert(tx, practice, names, &[])
}

/// Stores a part that begins.
pub(super) fn insert_part(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    part: &Participant,
) -> Result<(), StoreError> {
    tx.exec(
        "INSERT INTO participants (practice_id, id, case_id, person_id, own_id, from_at, before_id) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &[
            practice.into(),
            part.id.into(),
            part.case.into(),
            part.person.into(),
            part.own.0.into(),
            part.from.into(),
            part.before.map(|side| side.0).into(),
        ],
    )
    .map(|_| ())
}

/// By which names the participants of a case know each other, sealed.
pub(super) fn names(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    case: CaseId,
) -> Result<Option<Cell>, StoreError> {
    tx.one(
        "SELECT id, compartment_id, revision, schema, sealed FROM case_names WHERE practice_id = $1 AND id = $2",
        &[practice.into(), case.into()],
    )?
    .map(|row| Cell::read(&row, 0))
    .transpose()
}

/// The participant with this id, with the case.
pub(crate) fn case_of_participant(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    participant: ParticipantId,
) -> Result<Option<Case>, StoreError> {
    let row = tx.one(
        "SELECT case_id FROM participants WHERE practice_id = $1 AND id = $2",
        &[practice.into(), participant.into()],
    )?;
    match row {
        Some(row) => case(tx, practice, CaseId(row.uuid(0)?)),
        None => Ok(None),
    }
}

/// Closes an open case and the parts of those who are still in it.
///
/// # Errors
/// [`StoreError::Conflict`] when it was closed, or a part of it began or ended, meanwhile.
pub(super) fn close(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    of: &Case,
    at: i64,
) -> Result<(), StoreError> {
    let case = of.id;
    let changed = tx.exec(
        "UPDATE cases SET state = 'closed', closed_at = $3 WHERE practice_id = $1 AND id = $2 AND state = 'open' \
         AND (joint_id = $4 OR joint_id IS NULL)",
        &[
            practice.into(),
            case.into(),
            at.into(),
            of.joint.map_or(case.0, |joint| joint.0).into(),
        ],
    )?;
    if changed != 1 {
        return Err(StoreError::Conflict);
    }
    let ended = tx.exec(
        "UPDATE participants SET until_at = $3 WHERE practice_id = $1 AND case_id = $2 AND until_at IS NULL",
        &[practice.into(), case.into(), at.into()],
    )?;
    if usize::try_from(ended) == Ok(of.staying().count()) {
        Ok(())
    } else {
        Err(StoreError::Conflict)
    }
}

/// Names the supervisor of an open case.
///
/// # Errors
/// A fault of the database.
pub fn set_supervisor(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    case: CaseId,
    supervisor: PersonId,
) -> Result<(), StoreError> {
    tx.exec(
        "UPDATE cases SET supervisor_id = $3 WHERE practice_id = $1 AND id = $2 AND state = 'open'",
        &[practice.into(), case.into(), supervisor.into()],
    )
    .map(|_| ())
}

/// Ends a part while its case goes on; the joint side of until now stays the leaving participant's.
///
/// # Errors
/// [`StoreError::Conflict`] when it ended meanwhile.
pub(super) fn leave(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    of: (&Case, &Participant),
    at: i64,
) -> Result<(), StoreError> {
    let (case, who) = of;
    let changed = tx.exec(
        "UPDATE participants SET until_at = $3, joint_id = $4 WHERE practice_id = $1 AND id = $2 AND until_at IS NULL",
        &[
            practice.into(),
            who.id.into(),
            at.into(),
            case.joint.map(|joint| joint.0).into(),
        ],
    )?;
    if changed == 1 {
        Ok(())
    } else {
        Err(StoreError::Conflict)
    }
}

/// Gives a case that goes on another joint side.
///
/// # Errors
/// [`StoreError::Conflict`] when it was closed, or has got another one meanwhile.
pub(super) fn joined_anew(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    case: &Case,
    joint: CompartmentId,
) -> Result<(), StoreError> {
    let changed = tx.exec(
        "UPDATE cases SET joint_id = $3 WHERE practice_id = $1 AND id = $2 AND joint_id = $4 AND state = 'open'",
        &[
            practice.into(),
            case.id.into(),
            joint.0.into(),
            case.joint.map(|joint| joint.0).into(),
        ],
    )?;
    if changed == 1 {
        Ok(())
    } else {
        Err(StoreError::Conflict)
    }
}

/// Why a part ended before its case, sealed.
pub(super) fn ending(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    participant: ParticipantId,
) -> Result<Option<Cell>, StoreError> {
    tx.one(
        "SELECT id, compartment_id, revision, schema, sealed FROM part_endings WHERE practice_id = $1 AND id = $2",
        &[practice.into(), participant.into()],
    )?
    .map(|row| Cell::read(&row, 0))
    .transpose()
}

/// By which names those know each other who take part from a joint side on, sealed.
pub(super) fn joint_names(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    side: CompartmentId,
) -> Result<Option<Cell>, StoreError> {
    tx.one(
        "SELECT id, compartment_id, revision, schema, sealed FROM joint_names WHERE practice_id = $1 AND id = $2",
        &[practice.into(), side.0.into()],
    )?
    .map(|row| Cell::read(&row, 0))
    .transpose()
}

/// Joint work of a case waits again (R11).
pub(super) fn waits_anew(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    case: CaseId,
) -> Result<(), StoreError> {
    tx.exec(
        "UPDATE cases SET joint_from = NULL WHERE practice_id = $1 AND id = $2",
        &[practice.into(), case.into()],
    )
    .map(|_| ())
}

/// Keeps that a joint side changes no more.
pub(super) fn freeze(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    side: CompartmentId,
    of: (CaseId, i64),
) -> Result<(), StoreError> {
    tx.exec(
        "INSERT INTO frozen_sides (practice_id, id, case_id, frozen_at) VALUES ($1, $2, $3, $4)",
        &[practice.into(), side.0.into(), of.0.into(), of.1.into()],
    )
    .map(|_| ())
}

/// Whether a joint side changes no more.
pub(super) fn is_frozen(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    side: CompartmentId,
) -> Result<bool, StoreError> {
    let found = tx.one(
        "SELECT 1 FROM frozen_sides WHERE practice_id = $1 AND id = $2",
        &[practice.into(), side.0.into()],
    )?;
    Ok(found.is_some())
}

pub(super) fn each_frozen(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    mut look: impl FnMut(CompartmentId, CaseId, i64),
) -> Result<(), StoreError> {
    tx.each(
        "SELECT id, case_id, frozen_at FROM frozen_sides WHERE practice_id = $1",
        &[practice.into()],
        |row| {
            look(
                CompartmentId(row.uuid(0)?),
                CaseId(row.uuid(1)?),
                row.int(2)?,
            );
            Ok(())
        },
    )
}

/// Of which sessions of a case there is a note, on which of its sides, and whether it is final.
pub(super) fn noted(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    case: CaseId,
) -> Result<Vec<(SessionId, CompartmentId, bool)>, StoreError> {
    tx.query(
        "SELECT session_id, compartment_id, state FROM notes WHERE practice_id = $1 AND case_id = $2 ORDER BY written_at",
        &[practice.into(), case.into()],
    )?
    .iter()
    .map(|row| {
        let side = CompartmentId(row.uuid(1)?);
        Ok((SessionId(row.uuid(0)?), side, row.text(2)? == "signed"))
    })
    .collect()
}
