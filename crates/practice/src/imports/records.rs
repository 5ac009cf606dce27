//! Imports in their tables: files by keyed digest, items by keyed digest of their key, entries sealed.

use store::{StoreError, Tx};
use uuid::Uuid;

use crate::ids::{CaseId, ImportId, ParticipantId, PersonId, PracticeId, SessionId};
use crate::sealed::{Cell, SealedRow};

/// Whether this very file was taken before.
pub(super) fn is_taken(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    digest: &[u8; 32],
) -> Result<bool, StoreError> {
    let row = tx.one(
        "SELECT 1 FROM imports WHERE practice_id = $1 AND file_digest = $2",
        &[practice.into(), (*digest).into()],
    )?;
    Ok(row.is_some())
}

pub(super) fn insert_import(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    file: (&[u8; 32], i64),
    row: &SealedRow,
) -> Result<(), StoreError> {
    let [compartment, revision, schema, sealed] = row.columns();
    tx.exec(
        "INSERT INTO imports (practice_id, id, file_digest, taken_at, compartment_id, revision, schema, sealed) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            practice.into(),
            row.id().into(),
            (*file.0).into(),
            file.1.into(),
            compartment,
            revision,
            schema,
            sealed,
        ],
    )
    .map(|_| ())
}

/// The newest files that were taken before `before`, newest first.
pub(super) fn imports(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    before: Option<ImportId>,
    at_most: i64,
) -> Result<Vec<(ImportId, i64, Cell)>, StoreError> {
    tx.query(
        "SELECT id, compartment_id, revision, schema, sealed, taken_at FROM imports WHERE practice_id = $1 \
         AND id < $2 ORDER BY id DESC LIMIT $3",
        &[
            practice.into(),
            before.map_or(Uuid::max(), |before| before.0).into(),
            at_most.into(),
        ],
    )?
    .iter()
    .map(|row| Ok((ImportId(row.uuid(0)?), row.int(5)?, Cell::read(row, 0)?)))
    .collect()
}

/// The row that an item became when it was taken.
pub(super) fn row_of_key(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    hash: &[u8; 32],
) -> Result<Option<Uuid>, StoreError> {
    tx.one(
        "SELECT row_id FROM import_keys WHERE practice_id = $1 AND key_hash = $2",
        &[practice.into(), (*hash).into()],
    )?
    .map(|row| row.uuid(0))
    .transpose()
}

pub(super) fn insert_key(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    hash: &[u8; 32],
    row: Uuid,
) -> Result<(), StoreError> {
    tx.exec(
        "INSERT INTO import_keys (practice_id, key_hash, row_id) VALUES ($1, $2, $3)",
        &[practice.into(), (*hash).into(), row.into()],
    )
    .map(|_| ())
}

/// To whom an entry belongs: a participant, or an appointment that no client is known of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Of {
    Participant(ParticipantId, EntryState),
    Session(SessionId),
}

/// Whether an entry can be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum EntryState {
    /// Not before a consent (R9).
    Closed,
    /// By who cares for the client.
    Open,
}

impl EntryState {
    const fn word(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
        }
    }
}

pub(super) fn insert_entry(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    of: Of,
    row: &SealedRow,
) -> Result<(), StoreError> {
    let (participant, session, state) = match of {
        Of::Participant(participant, state) => (Some(participant.0), None, state),
        Of::Session(session) => (None, Some(session.0), EntryState::Open),
    };
    let [compartment, revision, schema, sealed] = row.columns();
    tx.exec(
        "INSERT INTO imported_rows (practice_id, id, participant_id, session_id, state, compartment_id, revision, \
         schema, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            practice.into(),
            row.id().into(),
            participant.into(),
            session.into(),
            state.word().into(),
            compartment,
            revision,
            schema,
            sealed,
        ],
    )
    .map(|_| ())
}

/// Opens or closes the entries of a participant, as their consent begins or ends (R9).
pub(crate) fn set_state(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    participant: ParticipantId,
    state: EntryState,
) -> Result<(), StoreError> {
    tx.exec(
        "UPDATE imported_rows SET state = $3 WHERE practice_id = $1 AND participant_id = $2",
        &[practice.into(), participant.into(), state.word().into()],
    )
    .map(|_| ())
}

/// The entries of a participant, in the order of their taking.
pub(super) fn of_participant(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    participant: ParticipantId,
) -> Result<Vec<Cell>, StoreError> {
    tx.query(
        "SELECT id, compartment_id, revision, schema, sealed FROM imported_rows \
         WHERE practice_id = $1 AND participant_id = $2 ORDER BY id",
        &[practice.into(), participant.into()],
    )?
    .iter()
    .map(|row| Cell::read(row, 0))
    .collect()
}

/// How many entries there are of a participant.
pub(super) fn count(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    participant: ParticipantId,
) -> Result<u64, StoreError> {
    let row = tx.one(
        "SELECT COUNT(*) FROM imported_rows WHERE practice_id = $1 AND participant_id = $2",
        &[practice.into(), participant.into()],
    )?;
    let count = row.map_or(Ok(0), |row| row.int(0))?;
    u64::try_from(count).map_err(|_| StoreError::Column(0))
}

/// What stood on an appointment that no client is known of.
pub(super) fn of_session(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    session: SessionId,
) -> Result<Option<Cell>, StoreError> {
    tx.one(
        "SELECT id, compartment_id, revision, schema, sealed FROM imported_rows \
         WHERE practice_id = $1 AND session_id = $2",
        &[practice.into(), session.into()],
    )?
    .map(|row| Cell::read(&row, 0))
    .transpose()
}

/// The session of a case that begins at this moment.
pub(super) fn session_there(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    case: CaseId,
    starts_at: i64,
) -> Result<Option<SessionId>, StoreError> {
    let row = tx.one(
        "SELECT id FROM sessions WHERE practice_id = $1 AND case_id = $2 AND starts_at = $3 ORDER BY id LIMIT 1",
        &[practice.into(), case.into(), starts_at.into()],
    )?;
    row.map(|row| row.uuid(0).map(SessionId)).transpose()
}

/// The appointment without a client that keeps a clinician busy for exactly this time.
pub(super) fn busy_there(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    clinician: PersonId,
    span: (i64, i64),
) -> Result<Option<SessionId>, StoreError> {
    let row = tx.one(
        "SELECT id FROM sessions WHERE practice_id = $1 AND clinician_id = $2 AND starts_at = $3 AND ends_at = $4 \
         AND case_id IS NULL AND kind = 'individual' AND state <> 'cancelled' ORDER BY id LIMIT 1",
        &[practice.into(), clinician.into(), span.0.into(), span.1.into()],
    )?;
    row.map(|row| row.uuid(0).map(SessionId)).transpose()
}

/// Closes a case that was over when it came here.
pub(super) fn close_case(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    case: CaseId,
    at: i64,
) -> Result<(), StoreError> {
    tx.exec(
        "UPDATE cases SET state = 'closed', closed_at = $3 WHERE practice_id = $1 AND id = $2",
        &[practice.into(), case.into(), at.into()],
    )
    .map(|_| ())
}
