//! Enquiries in their table.

use store::{Row, StoreError, Tx};

use super::EnquiryState;
use crate::ids::{EnquiryId, PersonId, PracticeId, SessionId};
use crate::sealed::{self, Cell, SealedRow};

/// An enquiry as stored.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) id: EnquiryId,
    pub(crate) cell: Cell,
    pub(crate) person: PersonId,
    pub(crate) session: SessionId,
    pub(crate) clinician: PersonId,
    pub(crate) state: EnquiryState,
    pub(crate) asked_at: i64,
}

const COLUMNS: &str = "id, compartment_id, revision, schema, sealed, person_id, session_id, clinician_id, state, asked_at";

fn read(row: &Row) -> Result<Stored, StoreError> {
    Ok(Stored {
        id: EnquiryId(row.uuid(0)?),
        cell: Cell::read(row, 0)?,
        person: PersonId(row.uuid(5)?),
        session: SessionId(row.uuid(6)?),
        clinician: PersonId(row.uuid(7)?),
        state: EnquiryState::of_word(row.text(8)?),
        asked_at: row.int(9)?,
    })
}

pub(super) fn enquiry(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: EnquiryId,
) -> Result<Option<Stored>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM enquiries WHERE practice_id = $1 AND id = $2");
    tx.one(&sql, &[practice.into(), id.into()])?
        .map(|row| read(&row))
        .transpose()
}

/// Enquiries that wait for an answer, oldest first.
pub(super) fn waiting(tx: &mut Tx<'_>, practice: PracticeId) -> Result<Vec<Stored>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM enquiries WHERE practice_id = $1 AND state = 'waiting' ORDER BY asked_at"
    );
    tx.query(&sql, &[practice.into()])?
        .iter()
        .map(read)
        .collect()
}

/// How many wait, for one clinician or for all.
pub(super) fn count_waiting(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    clinician: Option<PersonId>,
) -> Result<u32, StoreError> {
    let whose = match clinician {
        Some(_) => "clinician_id = $2",
        None => "practice_id = $2",
    };
    let sql = format!(
        "SELECT COUNT(*) FROM enquiries WHERE practice_id = $1 AND state = 'waiting' AND {whose}"
    );
    let whose = clinician.map_or(practice.0, |clinician| clinician.0);
    let row = tx.one(&sql, &[practice.into(), whose.into()])?;
    let count = row.map_or(Ok(0), |row| row.int(0))?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Declined before `$2`, or never answered: asked before it, and without a talk that ends later.
const OVER: &str = "(state = 'declined' AND decided_at < $2 OR state = 'waiting' AND asked_at < $2 AND NOT EXISTS (\
    SELECT 1 FROM sessions s WHERE s.practice_id = enquiries.practice_id AND s.id = enquiries.session_id \
    AND s.state <> 'cancelled' AND s.ends_at >= $2))";

/// Enquiries that were declined, or of which nothing was heard, since before `before`: they are to be forgotten.
pub(super) fn over_before(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    before: i64,
) -> Result<Vec<EnquiryId>, StoreError> {
    let sql = format!("SELECT id FROM enquiries WHERE practice_id = $1 AND {OVER} ORDER BY id");
    tx.query(&sql, &[practice.into(), before.into()])?
        .iter()
        .map(|row| Ok(EnquiryId(row.uuid(0)?)))
        .collect()
}

/// Whether one of them still is.
pub(super) fn is_over(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: EnquiryId,
    before: i64,
) -> Result<bool, StoreError> {
    let sql = format!("SELECT 1 FROM enquiries WHERE practice_id = $1 AND id = $3 AND {OVER}");
    let found = tx.one(&sql, &[practice.into(), before.into(), id.into()])?;
    Ok(found.is_some())
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    place: (PersonId, SessionId, PersonId, i64),
    row: &SealedRow,
) -> Result<(), StoreError> {
    let (person, session, clinician, at) = place;
    sealed::insert(
        tx,
        practice,
        row,
        &[
            ("person_id", person.into()),
            ("session_id", session.into()),
            ("clinician_id", clinician.into()),
            ("state", "waiting".into()),
            ("asked_at", at.into()),
        ],
    )
}

/// Decides a waiting enquiry; a second decision is a conflict.
pub(super) fn decide(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: EnquiryId,
    state: EnquiryState,
    at: i64,
) -> Result<(), StoreError> {
    let changed = tx.exec(
        "UPDATE enquiries SET state = $3, decided_at = $4 WHERE practice_id = $1 AND id = $2 AND state = 'waiting'",
        &[practice.into(), id.into(), state.word().into(), at.into()],
    )?;
    if changed == 1 {
        Ok(())
    } else {
        Err(StoreError::Conflict)
    }
}
