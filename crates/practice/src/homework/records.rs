//! Assignments and reflections in their tables.

use store::{Row, StoreError, Tx};
use vault::CompartmentId;

use crate::cases::Side;
use crate::ids::{AssignmentId, CaseId, ParticipantId, PracticeId, ReflectionId, SessionId};
use crate::sealed::{self, Cell, SealedRow};

const COLUMNS: &str = "a.id, a.compartment_id, a.revision, a.schema, a.sealed, a.case_id, a.session_id, a.given_at, a.state";

/// An assignment as stored.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) id: AssignmentId,
    pub(super) cell: Cell,
    pub(super) case: CaseId,
    pub(super) session: Option<SessionId>,
    pub(super) given_at: i64,
    pub(super) open: bool,
    pub(super) participants: Vec<ParticipantId>,
}

fn read(tx: &mut Tx<'_>, practice: PracticeId, row: &Row) -> Result<Stored, StoreError> {
    let id = AssignmentId(row.uuid(0)?);
    let participants = tx.query(
        "SELECT participant_id FROM assignment_participants WHERE practice_id = $1 AND assignment_id = $2 \
         ORDER BY participant_id",
        &[practice.into(), id.into()],
    )?;
    Ok(Stored {
        id,
        cell: Cell::read(row, 0)?,
        case: CaseId(row.uuid(5)?),
        session: row.opt_uuid(6)?.map(SessionId),
        given_at: row.int(7)?,
        open: row.text(8)? == "open",
        participants: participants
            .iter()
            .map(|row| row.uuid(0).map(ParticipantId))
            .collect::<Result<_, _>>()?,
    })
}

pub(super) fn assignment(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: AssignmentId,
) -> Result<Option<Stored>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM assignments a WHERE a.practice_id = $1 AND a.id = $2");
    tx.one(&sql, &[practice.into(), id.into()])?
        .map(|row| read(tx, practice, &row))
        .transpose()
}

/// The assignments of a case, newest first, at most `at_most`.
pub(super) fn of_case(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    case: CaseId,
    at_most: i64,
) -> Result<Vec<Stored>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM assignments a WHERE a.practice_id = $1 AND a.case_id = $2 \
         ORDER BY a.given_at DESC, a.id DESC LIMIT $3"
    );
    tx.query(&sql, &[practice.into(), case.into(), at_most.into()])?
        .iter()
        .map(|row| read(tx, practice, row))
        .collect()
}

/// An assignment at a glance: its sealed content, when it was given, whether it goes on, and from whom of those it is for
/// something came back.
pub(super) type Newest = (Cell, i64, bool, Vec<(ParticipantId, bool)>);

/// The newest assignments of a case, newest first.
pub(super) fn newest(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    case: CaseId,
    at_most: i64,
) -> Result<Vec<Newest>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS}, p.participant_id, (SELECT COUNT(*) FROM reflections r \
         WHERE r.practice_id = $1 AND r.assignment_id = a.id AND r.participant_id = p.participant_id AND r.state = 'given') \
         FROM (SELECT * FROM assignments WHERE practice_id = $1 AND case_id = $2 ORDER BY given_at DESC, id DESC LIMIT $3) AS a \
         JOIN assignment_participants p ON p.practice_id = $1 AND p.assignment_id = a.id \
         ORDER BY a.given_at DESC, a.id DESC, p.participant_id"
    );
    let mut found: Vec<Newest> = Vec::new();
    for row in tx.query(&sql, &[practice.into(), case.into(), at_most.into()])? {
        if found.last().map(|(cell, ..)| cell.id) != Some(row.uuid(0)?) {
            let open = row.text(8)? == "open";
            found.push((Cell::read(&row, 0)?, row.int(7)?, open, Vec::new()));
        }
        if let Some((.., back)) = found.last_mut() {
            back.push((ParticipantId(row.uuid(9)?), row.int(10)? > 0));
        }
    }
    Ok(found)
}

/// The assignments of one participant, newest first.
pub(super) fn of_participant(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    participant: ParticipantId,
) -> Result<Vec<Stored>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM assignments a JOIN assignment_participants p \
         ON p.practice_id = a.practice_id AND p.assignment_id = a.id \
         WHERE a.practice_id = $1 AND p.participant_id = $2 ORDER BY a.given_at DESC, a.id DESC"
    );
    tx.query(&sql, &[practice.into(), participant.into()])?
        .iter()
        .map(|row| read(tx, practice, row))
        .collect()
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    place: (CaseId, Option<SessionId>, i64),
    participants: &[ParticipantId],
    row: &SealedRow,
) -> Result<(), StoreError> {
    let (case, session, at) = place;
    sealed::insert(
        tx,
        practice,
        row,
        &[
            ("case_id", case.into()),
            ("session_id", session.map(|id| id.0).into()),
            ("given_at", at.into()),
            ("state", "open".into()),
        ],
    )?;
    is_for(tx, practice, AssignmentId(row.id()), participants)
}

fn is_for(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: AssignmentId,
    whom: &[ParticipantId],
) -> Result<(), StoreError> {
    for participant in whom {
        tx.exec(
            "INSERT INTO assignment_participants (practice_id, assignment_id, participant_id) VALUES ($1, $2, $3)",
            &[practice.into(), id.into(), (*participant).into()],
        )?;
    }
    Ok(())
}

pub(super) fn belongs(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: AssignmentId,
    whom: &[ParticipantId],
) -> Result<(), StoreError> {
    tx.exec(
        "DELETE FROM assignment_participants WHERE practice_id = $1 AND assignment_id = $2",
        &[practice.into(), id.into()],
    )?;
    is_for(tx, practice, id, whom)
}

pub(super) fn given_at(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: AssignmentId,
    at: i64,
) -> Result<(), StoreError> {
    tx.exec(
        "UPDATE assignments SET given_at = $3 WHERE practice_id = $1 AND id = $2",
        &[practice.into(), id.into(), at.into()],
    )
    .map(|_| ())
}

pub(super) fn is_answered(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: AssignmentId,
    only: ParticipantId,
) -> Result<bool, StoreError> {
    let row = tx.one(
        "SELECT 1 FROM reflections WHERE practice_id = $1 AND assignment_id = $2 AND (participant_id <> $3 OR audience = 'joint') \
         LIMIT 1",
        &[practice.into(), id.into(), only.into()],
    )?;
    Ok(row.is_some())
}

pub(super) fn end(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: AssignmentId,
) -> Result<(), StoreError> {
    tx.exec(
        "UPDATE assignments SET state = 'ended' WHERE practice_id = $1 AND id = $2",
        &[practice.into(), id.into()],
    )
    .map(|_| ())
}

/// A reflection as stored.
#[derive(Clone, Debug)]
pub(super) struct StoredReflection {
    pub(super) id: ReflectionId,
    pub(super) cell: Cell,
    pub(super) participant: ParticipantId,
    pub(super) side: Side,
}

/// The word under which a side is stored.
const fn word(side: Side) -> &'static str {
    match side {
        Side::Own => "own",
        Side::Joint => "joint",
    }
}

/// The reflections on an assignment whose compartments are among `compartments`, in the order of the participants: the
/// rest is not even read, so that how much there is of it tells nothing (R2).
pub(super) fn reflections(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    assignment: AssignmentId,
    compartments: &[CompartmentId],
) -> Result<Vec<StoredReflection>, StoreError> {
    let mut found = Vec::new();
    for compartment in compartments {
        let rows = tx.query(
            "SELECT id, compartment_id, revision, schema, sealed, participant_id, audience FROM reflections \
             WHERE practice_id = $1 AND assignment_id = $2 AND compartment_id = $3 ORDER BY participant_id",
            &[practice.into(), assignment.into(), compartment.0.into()],
        )?;
        for row in &rows {
            found.push(StoredReflection {
                id: ReflectionId(row.uuid(0)?),
                cell: Cell::read(row, 0)?,
                participant: ParticipantId(row.uuid(5)?),
                side: if row.text(6)? == "joint" {
                    Side::Joint
                } else {
                    Side::Own
                },
            });
        }
    }
    Ok(found)
}

/// One participant's reflection for one side.
pub(super) fn reflection(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    place: (AssignmentId, ParticipantId, Side),
) -> Result<Option<StoredReflection>, StoreError> {
    let (assignment, participant, side) = place;
    tx.one(
        "SELECT id, compartment_id, revision, schema, sealed FROM reflections \
         WHERE practice_id = $1 AND assignment_id = $2 AND participant_id = $3 AND audience = $4",
        &[
            practice.into(),
            assignment.into(),
            participant.into(),
            word(side).into(),
        ],
    )?
    .map(|row| {
        Ok(StoredReflection {
            id: ReflectionId(row.uuid(0)?),
            cell: Cell::read(&row, 0)?,
            participant,
            side,
        })
    })
    .transpose()
}

/// Stores a new reflection.
pub(super) fn insert_reflection(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    place: (AssignmentId, ParticipantId, Side),
    state: (&'static str, i64),
    row: &SealedRow,
) -> Result<(), StoreError> {
    let (assignment, participant, side) = place;
    sealed::insert(
        tx,
        practice,
        row,
        &[
            ("assignment_id", assignment.into()),
            ("participant_id", participant.into()),
            ("audience", word(side).into()),
            ("state", state.0.into()),
            ("written_at", state.1.into()),
        ],
    )
}

pub(super) fn set_reflection_state(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: ReflectionId,
    state: (&'static str, i64),
) -> Result<(), StoreError> {
    tx.exec(
        "UPDATE reflections SET state = $3, written_at = $4 WHERE practice_id = $1 AND id = $2",
        &[practice.into(), id.into(), state.0.into(), state.1.into()],
    )
    .map(|_| ())
}
