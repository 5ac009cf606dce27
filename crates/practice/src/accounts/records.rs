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
    whose: (PersonId, i64),
    row: &SealedRow,
) -> Result<(), StoreError> {
    let (person, number) = whose;
    sealed::insert(
        tx,
        practice,
        row,
        &[("person_id", person.into()), ("number", number.into())],
    )
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
    pub(super) token_digest: [u8; 32],
    pub(super) generation: u32,
    pub(super) ended: bool,
}

pub(super) fn sign_in(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: SignInId,
) -> Result<Option<StoredSignIn>, StoreError> {
    tx.one(
        "SELECT id, account_id, seen_at, idle_until, absolute_until, token_hash, ended_at, token_digest, generation \
         FROM sign_ins WHERE practice_id = $1 AND id = $2",
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
            token_digest: row.blob(7)?.try_into().map_err(|_| StoreError::Column(7))?,
            generation: u32::try_from(row.int(8)?).map_err(|_| StoreError::Column(8))?,
        })
    })
    .transpose()
}

pub(super) fn insert_sign_in(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    new: &StoredSignIn,
) -> Result<(), StoreError> {
    let values: [Value; 10] = [
        practice.into(),
        new.id.into(),
        new.token_hash.into(),
        new.account.into(),
        new.seen_at.into(),
        new.seen_at.into(),
        new.idle_until.into(),
        new.absolute_until.into(),
        new.token_digest.into(),
        i64::from(new.generation).into(),
    ];
    tx.exec(
        "INSERT INTO sign_ins (practice_id, id, token_hash, account_id, begun_at, seen_at, idle_until, absolute_until, \
         token_digest, generation) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
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

/// Ends the sign-in of a token, by its id and the digest of its secret.
pub(super) fn end(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    token: (SignInId, [u8; 32]),
    at: i64,
) -> Result<(), StoreError> {
    let (id, digest) = token;
    tx.exec(
        "UPDATE sign_ins SET ended_at = $3 WHERE practice_id = $1 AND id = $2 AND token_digest = $4 AND ended_at IS NULL",
        &[practice.into(), id.into(), at.into(), digest.into()],
    )
    .map(|_| ())
}

/// The sign-ins of an account and its generation that hold at `now`, with when each began and was last used; the one used last
/// first.
pub(super) fn holding(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    whose: (AccountId, u32),
    now: i64,
) -> Result<Vec<(SignInId, i64, i64)>, StoreError> {
    let (account, generation) = whose;
    tx.query(
        "SELECT id, begun_at, seen_at FROM sign_ins WHERE practice_id = $1 AND account_id = $2 AND generation = $3 \
         AND ended_at IS NULL AND idle_until > $4 AND absolute_until > $4 ORDER BY seen_at DESC, id DESC LIMIT 100",
        &[practice.into(), account.into(), i64::from(generation).into(), now.into()],
    )?
    .iter()
    .map(|row| Ok((SignInId(row.uuid(0)?), row.int(1)?, row.int(2)?)))
    .collect()
}

/// Ends one sign-in of an account; whether there was one to end.
pub(super) fn end_one(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    which: (SignInId, AccountId),
    at: i64,
) -> Result<bool, StoreError> {
    let (id, account) = which;
    let ended = tx.exec(
        "UPDATE sign_ins SET ended_at = $4 WHERE practice_id = $1 AND id = $2 AND account_id = $3 AND ended_at IS NULL",
        &[practice.into(), id.into(), account.into(), at.into()],
    )?;
    Ok(ended == 1)
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

/// Notes that a way back in was asked for; a second time before the program has looked changes nothing.
pub(super) fn ask_way_back(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    name_key: [u8; 32],
    at: i64,
) -> Result<(), StoreError> {
    tx.exec(
        "INSERT INTO ways_back (practice_id, name_key, asked_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        &[practice.into(), name_key.into(), at.into()],
    )
    .map(|_| ())
}

/// The keys of the names for which a way back in was asked, the oldest first.
pub(super) fn ways_back(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    at_most: i64,
) -> Result<Vec<[u8; 32]>, StoreError> {
    tx.query(
        "SELECT name_key FROM ways_back WHERE practice_id = $1 ORDER BY asked_at, name_key LIMIT $2",
        &[practice.into(), at_most.into()],
    )?
    .iter()
    .map(|row| row.blob(0)?.try_into().map_err(|_| StoreError::Column(0)))
    .collect()
}

/// Forgets that a way back in was asked for; [`StoreError::Conflict`] when somebody else has answered.
pub(super) fn forget_way_back(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    name_key: [u8; 32],
) -> Result<(), StoreError> {
    let gone = tx.exec(
        "DELETE FROM ways_back WHERE practice_id = $1 AND name_key = $2",
        &[practice.into(), name_key.into()],
    )?;
    if gone == 1 {
        Ok(())
    } else {
        Err(StoreError::Conflict)
    }
}
