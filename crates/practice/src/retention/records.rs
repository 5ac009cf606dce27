//! Retention in its tables: the practice's own rule, parts that have ended, holds, requests for destruction.

use store::{Row, StoreError, Tx};
use uuid::Uuid;
use vault::CompartmentId;

use super::{Hold, Request, RequestState};
use crate::ids::{CaseId, DestructionId, HoldId, ParticipantId, PersonId, PracticeId};
use crate::sealed::{self, Cell, SealedRow};

/// The practice's own rule, sealed.
pub(super) fn own_rule(tx: &mut Tx<'_>, practice: PracticeId) -> Result<Option<Cell>, StoreError> {
    tx.one(
        "SELECT id, compartment_id, revision, schema, sealed FROM retention_rules WHERE practice_id = $1 AND id = $1",
        &[practice.into()],
    )?
    .map(|row| Cell::read(&row, 0))
    .transpose()
}

pub(super) fn put_rule(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    row: &SealedRow,
) -> Result<(), StoreError> {
    if row.revision == 1 {
        sealed::insert(tx, practice, row, &[])
    } else {
        sealed::revise(tx, practice, row)
    }
}

/// A part, and what its retention is reckoned from.
pub(super) struct Counted {
    pub(super) case: CaseId,
    pub(super) part: ParticipantId,
    /// When the part began, microseconds UTC.
    pub(super) from_at: i64,
    /// When it ended.
    pub(super) ended_at: Option<i64>,
    /// When the last session of the case ended at which the participant was.
    pub(super) last_session: Option<i64>,
}

const COUNTED: &str = "SELECT p.case_id, p.id, p.from_at, p.until_at, \
     (SELECT MAX(s.ends_at) FROM sessions s JOIN session_people w ON w.practice_id = s.practice_id AND w.session_id = s.id \
      WHERE s.practice_id = p.practice_id AND s.case_id = p.case_id AND w.person_id = p.person_id AND s.state = 'held') \
     FROM participants p WHERE p.practice_id = $1 AND p.destroyed_at IS NULL";

fn counted(row: &Row) -> Result<Counted, StoreError> {
    Ok(Counted {
        case: CaseId(row.uuid(0)?),
        part: ParticipantId(row.uuid(1)?),
        from_at: row.int(2)?,
        ended_at: row.opt_int(3)?,
        last_session: row.opt_int(4)?,
    })
}

/// The parts that ended before `before`, and those with a hold or a request, the longest ago first.
pub(super) fn to_look_at(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    before: i64,
    at_most: i64,
) -> Result<Vec<Counted>, StoreError> {
    let sql = format!(
        "{COUNTED} AND (p.until_at < $2 \
         OR EXISTS (SELECT 1 FROM holds h WHERE h.practice_id = p.practice_id AND h.participant_id = p.id AND h.lifted_at IS NULL) \
         OR EXISTS (SELECT 1 FROM destructions d WHERE d.practice_id = p.practice_id AND d.participant_id = p.id AND d.state = 'asked')) \
         ORDER BY p.until_at, p.id LIMIT $3"
    );
    let rows = tx.query(&sql, &[practice.into(), before.into(), at_most.into()])?;
    rows.iter().map(counted).collect()
}

/// One part that was not destroyed.
pub(super) fn one_part(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    part: ParticipantId,
) -> Result<Option<Counted>, StoreError> {
    let sql = format!("{COUNTED} AND p.id = $2");
    let row = tx.one(&sql, &[practice.into(), part.into()])?;
    row.map(|row| counted(&row)).transpose()
}

const HOLD: &str = "id, compartment_id, revision, schema, sealed, participant_id, placed_at, placed_by, lifted_at, lifted_by";

fn hold(row: &Row) -> Result<(Hold, Cell), StoreError> {
    let hold = Hold {
        id: HoldId(row.uuid(0)?),
        part: ParticipantId(row.uuid(5)?),
        placed: (row.int(6)?, PersonId(row.uuid(7)?)),
        lifted: row.opt_int(8)?.zip(row.opt_uuid(9)?.map(PersonId)),
    };
    Ok((hold, Cell::read(row, 0)?))
}

/// The holds on a part, the newest first.
pub(super) fn holds(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    part: ParticipantId,
) -> Result<Vec<(Hold, Cell)>, StoreError> {
    let sql = format!(
        "SELECT {HOLD} FROM holds WHERE practice_id = $1 AND participant_id = $2 ORDER BY placed_at DESC, id DESC"
    );
    let rows = tx.query(&sql, &[practice.into(), part.into()])?;
    rows.iter().map(hold).collect()
}

/// Every hold that there ever was: which, its newest revision, and whether it says that it was lifted.
pub(super) fn every_hold(
    tx: &mut Tx<'_>,
    practice: PracticeId,
) -> Result<Vec<(Uuid, u32, bool)>, StoreError> {
    let rows = tx.query(
        "SELECT id, revision, lifted_at FROM holds WHERE practice_id = $1",
        &[practice.into()],
    )?;
    let read = |row: &Row| {
        let revision = u32::try_from(row.int(1)?).map_err(|_| StoreError::Column(1))?;
        Ok((row.uuid(0)?, revision, row.opt_int(2)?.is_some()))
    };
    rows.iter().map(read).collect()
}

pub(super) fn one_hold(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: HoldId,
) -> Result<Option<(Hold, Cell)>, StoreError> {
    let sql = format!("SELECT {HOLD} FROM holds WHERE practice_id = $1 AND id = $2");
    let row = tx.one(&sql, &[practice.into(), id.into()])?;
    row.map(|row| hold(&row)).transpose()
}

/// Places a hold, while there is something to hold.
pub(super) fn place(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    hold: &Hold,
    row: &SealedRow,
) -> Result<(), StoreError> {
    let there =
        "SELECT 1 FROM participants WHERE practice_id = $1 AND id = $2 AND destroyed_at IS NULL";
    if tx
        .one(there, &[practice.into(), hold.part.into()])?
        .is_none()
    {
        return Err(StoreError::Conflict);
    }
    let structure = [
        ("participant_id", hold.part.into()),
        ("placed_at", hold.placed.0.into()),
        ("placed_by", hold.placed.1.into()),
    ];
    sealed::insert(tx, practice, row, &structure)
}

pub(super) fn lift(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    by: (i64, PersonId),
    row: &SealedRow,
) -> Result<(), StoreError> {
    sealed::revise(tx, practice, row)?;
    tx.exec(
        "UPDATE holds SET lifted_at = $3, lifted_by = $4 WHERE practice_id = $1 AND id = $2",
        &[practice.into(), row.id.into(), by.0.into(), by.1.into()],
    )
    .map(|_| ())
}

/// Whether something holds a part at this very moment.
pub(super) fn is_held(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    part: ParticipantId,
) -> Result<bool, StoreError> {
    let held = tx.one(
        "SELECT 1 FROM holds WHERE practice_id = $1 AND participant_id = $2 AND lifted_at IS NULL LIMIT 1",
        &[practice.into(), part.into()],
    )?;
    Ok(held.is_some())
}

const REQUEST: &str = "id, compartment_id, revision, schema, sealed, participant_id, state, asked_at, asked_by, until_at, ended_at, \
     ended_by, died_at, epoch";

fn request(row: &Row) -> Result<(Request, Cell), StoreError> {
    let epoch = row.opt_int(13)?.map(u32::try_from);
    let request = Request {
        id: DestructionId(row.uuid(0)?),
        part: ParticipantId(row.uuid(5)?),
        state: RequestState::of_word(row.text(6)?).ok_or(StoreError::Column(6))?,
        asked: (row.int(7)?, PersonId(row.uuid(8)?)),
        until: row.int(9)?,
        ended: row.opt_int(10)?.zip(row.opt_uuid(11)?.map(PersonId)),
        died_at: row.opt_int(12)?,
        epoch: epoch.transpose().map_err(|_| StoreError::Column(13))?,
    };
    Ok((request, Cell::read(row, 0)?))
}

/// The requests about one part, or those that were carried out of all, the newest first.
pub(super) fn requests(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    of: Option<ParticipantId>,
    at_most: i64,
) -> Result<Vec<(Request, Cell)>, StoreError> {
    let mut values = vec![practice.into(), at_most.into()];
    let which = match of {
        Some(part) => {
            values.push(part.into());
            "participant_id = $3"
        }
        None => "state IN ('confirmed', 'done')",
    };
    let sql = format!(
        "SELECT {REQUEST} FROM destructions WHERE practice_id = $1 AND {which} ORDER BY asked_at DESC, id DESC LIMIT $2"
    );
    tx.query(&sql, &values)?.iter().map(request).collect()
}

pub(super) fn one_request(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: DestructionId,
) -> Result<Option<(Request, Cell)>, StoreError> {
    let sql = format!("SELECT {REQUEST} FROM destructions WHERE practice_id = $1 AND id = $2");
    let row = tx.one(&sql, &[practice.into(), id.into()])?;
    row.map(|row| request(&row)).transpose()
}

/// Those that wait for a second person, or did.
pub(super) fn asked(tx: &mut Tx<'_>, practice: PracticeId) -> Result<Vec<Request>, StoreError> {
    let sql =
        format!("SELECT {REQUEST} FROM destructions WHERE practice_id = $1 AND state = 'asked'");
    let rows = tx.query(&sql, &[practice.into()])?;
    rows.iter()
        .map(|row| request(row).map(|(request, _)| request))
        .collect()
}

/// Those whose keys are to die.
pub(super) fn dying(
    tx: &mut Tx<'_>,
    practice: PracticeId,
) -> Result<Vec<(Request, Cell)>, StoreError> {
    let sql = format!(
        "SELECT {REQUEST} FROM destructions WHERE practice_id = $1 AND state = 'confirmed' ORDER BY ended_at"
    );
    tx.query(&sql, &[practice.into()])?
        .iter()
        .map(request)
        .collect()
}

pub(super) fn ask(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    request: &Request,
    row: &SealedRow,
) -> Result<(), StoreError> {
    // One that nobody confirmed in time makes room.
    tx.exec(
        "UPDATE destructions SET state = 'withdrawn', ended_at = until_at WHERE practice_id = $1 AND participant_id = $2 \
         AND state = 'asked' AND until_at <= $3",
        &[practice.into(), request.part.into(), request.asked.0.into()],
    )?;
    let structure = [
        ("participant_id", request.part.into()),
        ("state", RequestState::Asked.word().into()),
        ("asked_at", request.asked.0.into()),
        ("asked_by", request.asked.1.into()),
        ("until_at", request.until.into()),
    ];
    sealed::insert(tx, practice, row, &structure)
}

/// Ends a request that still waits: withdrawn, or confirmed while this epoch counts.
pub(super) fn end(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    which: (DestructionId, RequestState),
    by: (i64, PersonId),
    epoch: Option<u32>,
) -> Result<(), StoreError> {
    let (id, state) = which;
    let changed = tx.exec(
        "UPDATE destructions SET state = $3, ended_at = $4, ended_by = $5, epoch = $6 WHERE practice_id = $1 AND id = $2 \
         AND state = 'asked' AND until_at > $4",
        &[
            practice.into(),
            id.into(),
            state.word().into(),
            by.0.into(),
            by.1.into(),
            epoch.map(i64::from).into(),
        ],
    )?;
    one_changed(changed)
}

/// Notes that the keys of a confirmed destruction are dead, and which epoch counts since.
pub(super) fn died(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: DestructionId,
    when: (i64, u32),
) -> Result<(), StoreError> {
    let changed = tx.exec(
        "UPDATE destructions SET state = 'done', died_at = $3, epoch = $4 WHERE practice_id = $1 AND id = $2 AND state = 'confirmed'",
        &[
            practice.into(),
            id.into(),
            when.0.into(),
            i64::from(when.1).into(),
        ],
    )?;
    one_changed(changed)
}

/// Notes that a part's content is gone; a part that goes on, or is gone already, is a conflict.
pub(super) fn part_destroyed(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    part: ParticipantId,
    at: i64,
) -> Result<(), StoreError> {
    let changed = tx.exec(
        "UPDATE participants SET destroyed_at = $3 WHERE practice_id = $1 AND id = $2 AND until_at IS NOT NULL \
         AND destroyed_at IS NULL",
        &[practice.into(), part.into(), at.into()],
    )?;
    one_changed(changed)
}

/// How many parts are left of a part's case, and of its person, that were not destroyed.
pub(super) fn left_beside(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    part: ParticipantId,
) -> Result<(i64, i64), StoreError> {
    let row = tx.required(
        "SELECT (SELECT COUNT(*) FROM participants o WHERE o.practice_id = p.practice_id AND o.case_id = p.case_id \
         AND o.destroyed_at IS NULL), (SELECT COUNT(*) FROM participants o WHERE o.practice_id = p.practice_id \
         AND o.person_id = p.person_id AND o.destroyed_at IS NULL) FROM participants p WHERE p.practice_id = $1 AND p.id = $2",
        &[practice.into(), part.into()],
    )?;
    Ok((row.int(0)?, row.int(1)?))
}

/// Every part that is not marked as destroyed, with its own side.
pub(super) fn undestroyed(
    tx: &mut Tx<'_>,
    practice: PracticeId,
) -> Result<Vec<(ParticipantId, CompartmentId)>, StoreError> {
    let rows = tx.query(
        "SELECT id, own_id FROM participants WHERE practice_id = $1 AND destroyed_at IS NULL ORDER BY id",
        &[practice.into()],
    )?;
    rows.iter()
        .map(|row| Ok((ParticipantId(row.uuid(0)?), CompartmentId(row.uuid(1)?))))
        .collect()
}

/// Notes of a part that its content was gone before these data were put back.
pub(super) fn gone_before(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    part: ParticipantId,
    at: i64,
) -> Result<(), StoreError> {
    tx.exec(
        "UPDATE participants SET destroyed_at = $3, until_at = COALESCE(until_at, $3) WHERE practice_id = $1 AND id = $2",
        &[practice.into(), part.into(), at.into()],
    )
    .map(|_| ())
}

/// The parts of somebody whose content was destroyed, each with when it ended and when that was, the newest first.
pub(super) fn destroyed_of(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    person: PersonId,
) -> Result<Vec<(i64, i64)>, StoreError> {
    tx.query(
        "SELECT until_at, destroyed_at FROM participants WHERE practice_id = $1 AND person_id = $2 AND destroyed_at IS NOT NULL \
         ORDER BY destroyed_at DESC",
        &[practice.into(), person.into()],
    )?
    .iter()
    .map(|row| Ok((row.int(0)?, row.int(1)?)))
    .collect()
}

pub(super) const fn one_changed(changed: u64) -> Result<(), StoreError> {
    if changed == 1 {
        Ok(())
    } else {
        Err(StoreError::Conflict)
    }
}
