//! Releases and signatures in their tables.

use store::{Row, StoreError, Tx};

use super::ReleaseState;
use super::text::Part;
use crate::ids::{CaseId, ParticipantId, PersonId, PracticeId, ReleaseId, ReleaseSignatureId};
use crate::sealed::{self, Cell, SealedRow};

/// A release as stored.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) id: ReleaseId,
    pub(crate) cell: Cell,
    pub(crate) case: CaseId,
    pub(crate) own: Option<ParticipantId>,
    pub(crate) joint: bool,
    pub(crate) asked_at: i64,
    pub(crate) asked_by: PersonId,
    pub(crate) state: ReleaseState,
}

const COLUMNS: &str = "id, compartment_id, revision, schema, sealed, case_id, participant_id, joint, asked_at, asked_by, state";

fn read(row: &Row) -> Result<Stored, StoreError> {
    Ok(Stored {
        id: ReleaseId(row.uuid(0)?),
        cell: Cell::read(row, 0)?,
        case: CaseId(row.uuid(5)?),
        own: row.opt_uuid(6)?.map(ParticipantId),
        joint: row.int(7)? == 1,
        asked_at: row.int(8)?,
        asked_by: PersonId(row.uuid(9)?),
        state: ReleaseState::of_word(row.text(10)?).ok_or(StoreError::Column(10))?,
    })
}

pub(crate) fn release(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: ReleaseId,
) -> Result<Option<Stored>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM releases WHERE practice_id = $1 AND id = $2");
    tx.one(&sql, &[practice.into(), id.into()])?
        .map(|row| read(&row))
        .transpose()
}

/// Those of a case, the newest first.
pub(super) fn of_case(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    case: CaseId,
) -> Result<Vec<Stored>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM releases WHERE practice_id = $1 AND case_id = $2 ORDER BY asked_at DESC, id DESC"
    );
    tx.query(&sql, &[practice.into(), case.into()])?
        .iter()
        .map(read)
        .collect()
}

/// Those that clients asked for and that wait to be taken up by who cares for the case, the newest first.
pub(super) fn asked(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    clinician: PersonId,
) -> Result<Vec<(CaseId, ReleaseId, i64)>, StoreError> {
    tx.query(
        "SELECT r.case_id, r.id, r.asked_at FROM releases r JOIN cases c ON c.practice_id = r.practice_id AND c.id = r.case_id \
         WHERE r.practice_id = $1 AND r.state = 'asked' AND c.clinician_id = $2 ORDER BY r.asked_at DESC, r.id",
        &[practice.into(), clinician.into()],
    )?
    .iter()
    .map(|row| Ok((CaseId(row.uuid(0)?), ReleaseId(row.uuid(1)?), row.int(2)?)))
    .collect()
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    new: &Stored,
    row: &SealedRow,
) -> Result<(), StoreError> {
    sealed::insert(
        tx,
        practice,
        row,
        &[
            ("case_id", new.case.into()),
            ("participant_id", new.own.map(|id| id.0).into()),
            ("joint", i64::from(new.joint).into()),
            ("asked_at", new.asked_at.into()),
            ("asked_by", new.asked_by.into()),
            ("state", new.state.word().into()),
        ],
    )
}

/// Changes the state; a conflict when it is another one by now.
pub(super) fn set_state(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: ReleaseId,
    (from, to): (ReleaseState, ReleaseState),
) -> Result<(), StoreError> {
    let changed = tx.exec(
        "UPDATE releases SET state = $4 WHERE practice_id = $1 AND id = $2 AND state = $3",
        &[
            practice.into(),
            id.into(),
            from.word().into(),
            to.word().into(),
        ],
    )?;
    if changed == 1 {
        Ok(())
    } else {
        Err(StoreError::Conflict)
    }
}

/// What somebody is asked to sign, as stored.
#[derive(Clone, Debug)]
pub(crate) struct StoredSignature {
    pub(crate) id: ReleaseSignatureId,
    pub(crate) cell: Cell,
    pub(crate) release: ReleaseId,
    pub(crate) participant: ParticipantId,
    pub(crate) part: Part,
    pub(crate) state: String,
    pub(crate) asked_at: i64,
}

const SIGNATURE: &str = "id, compartment_id, revision, schema, sealed, release_id, participant_id, part, state, asked_at";

fn read_signature(row: &Row) -> Result<StoredSignature, StoreError> {
    Ok(StoredSignature {
        id: ReleaseSignatureId(row.uuid(0)?),
        cell: Cell::read(row, 0)?,
        release: ReleaseId(row.uuid(5)?),
        participant: ParticipantId(row.uuid(6)?),
        part: Part::of_word(row.text(7)?).ok_or(StoreError::Column(7))?,
        state: row.text(8)?.to_owned(),
        asked_at: row.int(9)?,
    })
}

pub(super) fn signature(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: ReleaseSignatureId,
) -> Result<Option<StoredSignature>, StoreError> {
    let sql =
        format!("SELECT {SIGNATURE} FROM release_signatures WHERE practice_id = $1 AND id = $2");
    tx.one(&sql, &[practice.into(), id.into()])?
        .map(|row| read_signature(&row))
        .transpose()
}

pub(super) fn of_release(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    release: ReleaseId,
) -> Result<Vec<StoredSignature>, StoreError> {
    let sql = format!(
        "SELECT {SIGNATURE} FROM release_signatures WHERE practice_id = $1 AND release_id = $2 ORDER BY part DESC, id"
    );
    tx.query(&sql, &[practice.into(), release.into()])?
        .iter()
        .map(read_signature)
        .collect()
}

/// What a participant is asked to sign, the newest first.
pub(super) fn of_participant(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    participant: ParticipantId,
) -> Result<Vec<StoredSignature>, StoreError> {
    let sql = format!(
        "SELECT {SIGNATURE} FROM release_signatures WHERE practice_id = $1 AND participant_id = $2 \
         ORDER BY asked_at DESC, id DESC"
    );
    tx.query(&sql, &[practice.into(), participant.into()])?
        .iter()
        .map(read_signature)
        .collect()
}

pub(super) fn insert_signature(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    place: (ReleaseId, ParticipantId, Part, i64),
    row: &SealedRow,
) -> Result<(), StoreError> {
    let (release, participant, part, at) = place;
    sealed::insert(
        tx,
        practice,
        row,
        &[
            ("release_id", release.into()),
            ("participant_id", participant.into()),
            ("part", part.word().into()),
            ("state", "open".into()),
            ("asked_at", at.into()),
        ],
    )
}

pub(super) fn set_answer(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: ReleaseSignatureId,
    word: &str,
) -> Result<(), StoreError> {
    tx.exec(
        "UPDATE release_signatures SET state = $3 WHERE practice_id = $1 AND id = $2",
        &[practice.into(), id.into(), word.into()],
    )
    .map(|_| ())
}

/// Whether every one of these signatures is in force, at the very revision that was looked at, and the release is open:
/// asked in the transaction of what stands on them.
pub(crate) fn all_stand(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    release: ReleaseId,
    signatures: &[(ReleaseSignatureId, u32)],
) -> Result<bool, StoreError> {
    let open = tx.one(
        "SELECT 1 FROM releases WHERE practice_id = $1 AND id = $2 AND state = 'open'",
        &[practice.into(), release.into()],
    )?;
    if open.is_none() || signatures.is_empty() {
        return Ok(false);
    }
    for (id, revision) in signatures {
        let found = tx.one(
            "SELECT 1 FROM release_signatures WHERE practice_id = $1 AND id = $2 AND revision = $3 AND state = 'in_force'",
            &[practice.into(), (*id).into(), i64::from(*revision).into()],
        )?;
        if found.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}
