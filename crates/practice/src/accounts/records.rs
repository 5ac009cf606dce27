//! Secrets, sign-ins and used one-time steps in their tables.

use store::{StoreError, Tx, Value};
use uuid::Uuid;

use crate::ids::{AccountId, PersonId, PracticeId, SignInId};
use crate::sealed::{self, Cell, SealedRow};

/// The sealed secrets of an account.
pub(super) fn secrets(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    account: AccountId,
) -> Result<Option<Cell>, StoreError> {
    tx.one(
        "SELECT id, compartment_id, revision, schema, sealed FROM sign_in_secrets WHERE practice_id = $1 AND id = $2",
        &[practice.into(), account.into()],
    )?
    .map(|row| Cell::read(&row, 0))
    .transpose()
}

pub(super) fn insert_secrets(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    row: &SealedRow,
) -> Result<(), StoreError> {
    sealed::insert(tx, practice, row, &[])
}

/// What is published of a member of staff, as JSON text.
pub(super) fn staff_page(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    person: PersonId,
) -> Result<Option<String>, StoreError> {
    tx.one(
        "SELECT published FROM staff WHERE practice_id = $1 AND id = $2",
        &[practice.into(), person.into()],
    )?
    .map(|row| row.text(0).map(str::to_owned))
    .transpose()
}

/// Everybody who works here, and what is published of them.
pub(super) fn staff(
    tx: &mut Tx<'_>,
    practice: PracticeId,
) -> Result<Vec<(PersonId, String)>, StoreError> {
    tx.query(
        "SELECT id, published FROM staff WHERE practice_id = $1 ORDER BY id",
        &[practice.into()],
    )?
    .iter()
    .map(|row| Ok((PersonId(row.uuid(0)?), row.text(1)?.to_owned())))
    .collect()
}

/// A sign-in as stored.
#[derive(Clone, Copy, Debug)]
pub(super) struct StoredSignIn {
    pub(super) id: SignInId,
    pub(super) account: AccountId,
    pub(super) seen_at: i64,
    pub(super) idle_until: i64,
    pub(super) absolute_until: i64,
    pub(super) token_hash: [u8; 32],
    pub(super) ended: bool,
}

pub(super) fn sign_in(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: SignInId,
) -> Result<Option<StoredSignIn>, StoreError> {
    tx.one(
        "SELECT id, account_id, seen_at, idle_until, absolute_until, token_hash, ended_at FROM sign_ins \
         WHERE practice_id = $1 AND id = $2",
        &[practice.into(), id.into()],
    )?
    .map(|row| {
        Ok(StoredSignIn {
            id: SignInId(row.uuid(0)?),
            account: AccountId(row.uuid(1)?),
            seen_at: row.int(2)?,
            idle_until: row.int(3)?,
            absolute_until: row.int(4)?,
            token_hash: row.blob(5)?.try_into().map_err(|_| StoreError::Column(5))?,
            ended: row.opt_int(6)?.is_some(),
        })
    })
    .transpose()
}

pub(super) fn insert_sign_in(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    new: &StoredSignIn,
) -> Result<(), StoreError> {
    let values: [Value; 8] = [
        practice.into(),
        new.id.into(),
        new.token_hash.into(),
        new.account.into(),
        new.seen_at.into(),
        new.seen_at.into(),
        new.idle_until.into(),
        new.absolute_until.into(),
    ];
    tx.exec(
        "INSERT INTO sign_ins (practice_id, id, token_hash, account_id, begun_at, seen_at, idle_until, absolute_until) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &values,
    )
    .map(|_| ())
}

pub(super) fn seen(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: SignInId,
    at: i64,
    idle_until: i64,
) -> Result<(), StoreError> {
    tx.exec(
        "UPDATE sign_ins SET seen_at = $3, idle_until = $4 WHERE practice_id = $1 AND id = $2 AND ended_at IS NULL",
        &[practice.into(), id.into(), at.into(), idle_until.into()],
    )
    .map(|_| ())
}

pub(super) fn end(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: SignInId,
    at: i64,
) -> Result<(), StoreError> {
    tx.exec(
        "UPDATE sign_ins SET ended_at = $3 WHERE practice_id = $1 AND id = $2 AND ended_at IS NULL",
        &[practice.into(), id.into(), at.into()],
    )
    .map(|_| ())
}

pub(super) fn end_all(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    account: Uuid,
    at: i64,
) -> Result<(), StoreError> {
    tx.exec(
        "UPDATE sign_ins SET ended_at = $3 WHERE practice_id = $1 AND account_id = $2 AND ended_at IS NULL",
        &[practice.into(), account.into(), at.into()],
    )
    .map(|_| ())
}

/// Marks a one-time step as used; a second time is a [`StoreError::Unique`].
pub(super) fn use_step(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    account: AccountId,
    step: i64,
) -> Result<(), StoreError> {
    tx.exec(
        "DELETE FROM one_time_steps WHERE practice_id = $1 AND account_id = $2 AND step < $3",
        &[practice.into(), account.into(), (step - 10).into()],
    )?;
    tx.exec(
        "INSERT INTO one_time_steps (practice_id, account_id, step) VALUES ($1, $2, $3)",
        &[practice.into(), account.into(), step.into()],
    )
    .map(|_| ())
}
