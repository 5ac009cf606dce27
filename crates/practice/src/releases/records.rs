//! Releases and signatures in their tables.

use store::{Row, StoreError, Tx};
use vault::CompartmentId;

use super::text::Part;
use super::{ReleaseState, Waits};
use crate::ids::{CaseId, ParticipantId, PersonId, PracticeId, ReleaseId, ReleaseSignatureId};
use crate::sealed::{self, Cell, SealedRow};

/// A release as stored: on the own side of whose it is or who asked for it, else in a file of its own ([`files`]). Never on a joint
/// side, where another would read of an own part (R2): the remark of migration 15, which cannot change any more, is wrong there.
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

/// How many of somebody's wishes in a case wait to be taken up.
pub(super) fn wishes(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    case: CaseId,
    person: PersonId,
) -> Result<i64, StoreError> {
    tx.required(
        "SELECT COUNT(*) FROM releases WHERE practice_id = $1 AND case_id = $2 AND asked_by = $3 AND state = 'asked'",
        &[practice.into(), case.into(), person.into()],
    )?
    .int(0)
}

/// Where those of a case lie that are of nobody's own side, with the documents that were made for them.
pub(crate) fn files(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    case: CaseId,
) -> Result<Vec<CompartmentId>, StoreError> {
    tx.query(
        "SELECT r.compartment_id FROM releases r WHERE r.practice_id = $1 AND r.case_id = $2 AND NOT EXISTS (SELECT 1 FROM \
         participants p WHERE p.practice_id = r.practice_id AND p.own_id = r.compartment_id) ORDER BY r.id",
        &[practice.into(), case.into()],
    )?
    .iter()
    .map(|row| Ok(CompartmentId(row.uuid(0)?)))
    .collect()
}

/// Those that wait for who cares for the case, and for what, the newest first. It looks at states alone: what they are of is sealed.
pub(super) fn waiting(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    clinician: PersonId,
) -> Result<Vec<(CaseId, ReleaseId, i64, Waits)>, StoreError> {
    let has = "(CASE s.part WHEN 'own' THEN c.has_own ELSE c.has_joint END) = 1";
    let of = "c.practice_id = r.practice_id AND c.basis_id = r.id";
    let sql = format!(
        "SELECT r.case_id, r.id, r.asked_at, CASE WHEN r.state = 'asked' THEN 'wished' \
         WHEN EXISTS (SELECT 1 FROM release_signatures s JOIN copies c ON {of} AND {has} \
         WHERE s.practice_id = r.practice_id AND s.release_id = r.id AND s.state = 'ended') THEN 'taken_back' \
         WHEN EXISTS (SELECT 1 FROM release_signatures s WHERE s.practice_id = r.practice_id AND s.release_id = r.id \
         AND NOT EXISTS (SELECT 1 FROM release_signatures o WHERE o.practice_id = r.practice_id AND o.release_id = r.id \
         AND o.part = s.part AND o.state <> 'in_force') \
         AND NOT EXISTS (SELECT 1 FROM copies c WHERE {of} \
         AND (c.state IN ('waiting', 'making') OR (c.state IN ('ready', 'gone') AND {has})))) THEN 'complete' END AS waits \
         FROM releases r CROSS JOIN cases k \
         WHERE k.practice_id = r.practice_id AND k.id = r.case_id \
         AND r.practice_id = $1 AND r.state <> 'closed' AND k.clinician_id = $2 ORDER BY r.asked_at DESC, r.id"
    );
    let mut found = Vec::new();
    for row in tx.query(&sql, &[practice.into(), clinician.into()])? {
        if let Some(word) = row.opt_text(3)? {
            let waits = Waits::of_word(word).ok_or(StoreError::Column(3))?;
            let (case, release) = (CaseId(row.uuid(0)?), ReleaseId(row.uuid(1)?));
            found.push((case, release, row.int(2)?, waits));
        }
    }
    Ok(found)
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

impl StoredSignature {
    /// Whether its state says that it holds; the answer itself must say so, too.
    pub(crate) fn is_in_force(&self) -> bool {
        self.state == "in_force"
    }
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
