//! Consents in their table.

use store::{Row, StoreError, Tx};

use super::Standing;
use super::texts::ConsentText;
use crate::clock::from_micros;
use crate::ids::{ConsentId, ParticipantId, PracticeId};
use crate::sealed::{self, Cell, SealedRow};

/// The document without which no clinical content is written about a client (R9).
pub const INFORMED: &str = "informed-consent";
/// The document about sessions by video.
pub const VIDEO: &str = "telehealth";

/// A consent as stored.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) id: ConsentId,
    pub(crate) cell: Cell,
    pub(crate) participant: ParticipantId,
    pub(crate) mark: Mark,
}

/// What stands of a consent beside its content.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    pub(crate) document: String,
    pub(crate) version: u32,
    pub(crate) in_force: bool,
    pub(crate) given_at: i64,
    pub(crate) withdrawn_at: Option<i64>,
}

const COLUMNS: &str = "document, version, state, given_at, withdrawn_at, id, compartment_id, revision, schema, sealed, \
                       participant_id";
const MARK: &str = "document, version, state, given_at, withdrawn_at";

fn read(row: &Row) -> Result<Stored, StoreError> {
    Ok(Stored {
        mark: mark(row)?,
        id: ConsentId(row.uuid(5)?),
        cell: Cell::read(row, 5)?,
        participant: ParticipantId(row.uuid(10)?),
    })
}

fn mark(row: &Row) -> Result<Mark, StoreError> {
    Ok(Mark {
        document: row.text(0)?.to_owned(),
        version: u32::try_from(row.int(1)?).map_err(|_| StoreError::Column(1))?,
        in_force: row.text(2)? == "in_force",
        given_at: row.int(3)?,
        withdrawn_at: row.opt_int(4)?,
    })
}

/// Whether a participant's informed consent of `version` or later is in force (R9).
///
/// # Errors
/// A fault of the database.
pub fn informed(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    participant: ParticipantId,
    version: u32,
) -> Result<bool, StoreError> {
    let row = tx.one(
        "SELECT 1 FROM consents WHERE practice_id = $1 AND participant_id = $2 AND document = $3 AND version >= $4 \
         AND state = 'in_force' LIMIT 1",
        &[practice.into(), participant.into(), INFORMED.into(), i64::from(version).into()],
    )?;
    Ok(row.is_some())
}

/// How every consent stands, one after the other, with the revision of its sealed row.
///
/// # Errors
/// A fault of the database.
pub(crate) fn each_mark(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    mut look: impl FnMut((ConsentId, ParticipantId), i64, &Mark),
) -> Result<(), StoreError> {
    let sql =
        format!("SELECT {MARK}, id, participant_id, revision FROM consents WHERE practice_id = $1");
    tx.each(&sql, &[practice.into()], |row| {
        let of = (ConsentId(row.uuid(5)?), ParticipantId(row.uuid(6)?));
        look(of, row.int(7)?, &mark(&row)?);
        Ok(())
    })
}

/// Every consent of a participant, newest first.
pub(super) fn of_participant(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    participant: ParticipantId,
) -> Result<Vec<Stored>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM consents WHERE practice_id = $1 AND participant_id = $2 ORDER BY given_at DESC, id DESC"
    );
    tx.query(&sql, &[practice.into(), participant.into()])?
        .iter()
        .map(read)
        .collect()
}

/// How every consent of a participant stands, newest first; the contents, which are whole documents, are not read.
pub(super) fn marks(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    participant: ParticipantId,
) -> Result<Vec<Mark>, StoreError> {
    let sql = format!(
        "SELECT {MARK} FROM consents WHERE practice_id = $1 AND participant_id = $2 ORDER BY given_at DESC, id DESC"
    );
    tx.query(&sql, &[practice.into(), participant.into()])?
        .iter()
        .map(mark)
        .collect()
}

pub(super) fn consent(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: ConsentId,
) -> Result<Option<Stored>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM consents WHERE practice_id = $1 AND id = $2");
    tx.one(&sql, &[practice.into(), id.into()])?
        .map(|row| read(&row))
        .transpose()
}

/// How it stands with `text` among the consents of one participant, newest first.
pub(super) fn standing(marks: &[Mark], text: &ConsentText) -> Standing {
    let mut of_it = marks.iter().filter(|mark| mark.document == text.id);
    let in_force = of_it
        .clone()
        .filter(|mark| mark.in_force)
        .max_by_key(|mark| mark.version);
    match (in_force, of_it.next()) {
        (Some(signed), _) if signed.version >= text.version => {
            Standing::InForce(from_micros(signed.given_at))
        }
        (Some(signed), _) => Standing::Older {
            version: signed.version,
        },
        (None, Some(last)) => {
            Standing::Withdrawn(from_micros(last.withdrawn_at.unwrap_or(last.given_at)))
        }
        (None, None) => Standing::Missing,
    }
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    place: (ParticipantId, &str, u32, i64),
    row: &SealedRow,
) -> Result<(), StoreError> {
    let (participant, document, version, at) = place;
    sealed::insert(
        tx,
        practice,
        row,
        &[
            ("participant_id", participant.into()),
            ("document", document.into()),
            ("version", i64::from(version).into()),
            ("state", "in_force".into()),
            ("given_at", at.into()),
        ],
    )
}

pub(super) fn withdraw(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: ConsentId,
    at: i64,
) -> Result<(), StoreError> {
    let changed = tx.exec(
        "UPDATE consents SET state = 'withdrawn', withdrawn_at = $3 WHERE practice_id = $1 AND id = $2 AND state = 'in_force'",
        &[practice.into(), id.into(), at.into()],
    )?;
    if changed == 1 {
        Ok(())
    } else {
        Err(StoreError::Conflict)
    }
}
