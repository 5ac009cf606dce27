//! Work that is done later, at least once: a table, a lease for whoever works on a row, and waiting times
//! that grow after each failure.
//!
//! A job is enqueued in the transaction that makes it necessary. Whoever claims it has it until the lease
//! ends; after that anybody may claim it again, so a job's work must be harmless when it is done twice.
//! [`Job::attempt`] is what keeps an overtaken worker from reporting: its word no longer counts.
//!
//! What a kind means, and its content, is not here: a job holds the id of the row that it is about.

use uuid::Uuid;

use crate::{Dialect, Migration, Row, StoreError, Tx};

/// After so many attempts a job is dead until somebody revives it.
pub const ATTEMPTS: u32 = 12;

/// The first waiting time after a failure; it doubles each time.
const FIRST_WAIT: i64 = 10 * SECOND;
/// The longest waiting time.
const LONGEST_WAIT: i64 = 6 * 3_600 * SECOND;
const SECOND: i64 = 1_000_000;

/// The table for SQLite.
pub const SQLITE: &str = "CREATE TABLE job (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    payload BLOB NOT NULL,
    due_at BIGINT NOT NULL,
    attempt BIGINT NOT NULL DEFAULT 0,
    dead BIGINT NOT NULL DEFAULT 0 CHECK (dead IN (0, 1)),
    reason TEXT
);
CREATE INDEX job_due ON job (due_at) WHERE dead = 0;
";

/// The table for PostgreSQL.
pub const POSTGRES: &str = "CREATE TABLE job (
    id BYTEA NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    payload BYTEA NOT NULL,
    due_at BIGINT NOT NULL,
    attempt BIGINT NOT NULL DEFAULT 0,
    dead BIGINT NOT NULL DEFAULT 0 CHECK (dead IN (0, 1)),
    reason TEXT
);
CREATE INDEX job_due ON job (due_at) WHERE dead = 0;
";

/// The table as a migration of its own.
#[must_use]
pub const fn migration(number: u32) -> Migration {
    Migration {
        number,
        name: "job",
        sqlite: SQLITE,
        postgres: POSTGRES,
    }
}

/// A job that was claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Given by whoever enqueued it.
    pub id: Uuid,
    /// What is to be done: a word that the program knows.
    pub kind: String,
    /// The row that it is about.
    pub payload: Uuid,
    /// 1 for the first.
    pub attempt: u32,
}

/// A job that failed too often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dead {
    /// Its id, to revive it.
    pub id: Uuid,
    /// What was to be done.
    pub kind: String,
    /// The row that it is about.
    pub payload: Uuid,
    /// Why the last attempt failed, in the program's words.
    pub reason: Option<String>,
}

/// Enqueues a job to run at `run_at` (microseconds UTC) or later. Tells whether it is new: a job with the
/// same id is left as it is, so that an id made from its cause enqueues once.
///
/// # Errors
/// What the database says.
pub fn enqueue(
    tx: &mut Tx<'_>,
    id: Uuid,
    kind: &str,
    run_at: i64,
    payload: Uuid,
) -> Result<bool, StoreError> {
    let sql = "INSERT INTO job (id, kind, payload, due_at) VALUES ($1, $2, $3, $4)
               ON CONFLICT (id) DO NOTHING";
    let added = tx.exec(
        sql,
        &[id.into(), kind.into(), payload.into(), run_at.into()],
    )?;
    Ok(added == 1)
}

/// Claims the job that is due longest, until `now + lease` (microseconds).
///
/// # Errors
/// What the database says.
pub fn claim(tx: &mut Tx<'_>, now: i64, lease: i64) -> Result<Option<Job>, StoreError> {
    let sql = match tx.dialect() {
        Dialect::Sqlite => concat!(
            "UPDATE job SET attempt = attempt + 1, due_at = $2,
                 dead = CASE WHEN attempt >= $3 THEN 1 ELSE 0 END
             WHERE id = (SELECT id FROM job WHERE dead = 0 AND due_at <= $1
                         ORDER BY due_at LIMIT 1)",
            " RETURNING id, kind, payload, attempt, dead"
        ),
        Dialect::Postgres => concat!(
            "UPDATE job SET attempt = attempt + 1, due_at = $2,
                 dead = CASE WHEN attempt >= $3 THEN 1 ELSE 0 END
             WHERE id = (SELECT id FROM job WHERE dead = 0 AND due_at <= $1
                         ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)",
            " RETURNING id, kind, payload, attempt, dead"
        ),
    };
    let until = now.saturating_add(lease);
    while let Some(row) = tx.one(sql, &[now.into(), until.into(), ATTEMPTS.into()])? {
        // A worker that dies with its job, twelve times, would otherwise be the job of every worker.
        if !row.bool(4)? {
            return read(&row).map(Some);
        }
    }
    Ok(None)
}

fn read(row: &Row) -> Result<Job, StoreError> {
    Ok(Job {
        id: row.uuid(0)?,
        kind: row.text(1)?.to_owned(),
        payload: row.uuid(2)?,
        attempt: u32::try_from(row.int(3)?).map_err(|_| StoreError::Column(3))?,
    })
}

/// Keeps a claimed job until `now + lease`. `false` when the lease had ended and somebody else has it.
///
/// # Errors
/// What the database says.
pub fn renew(tx: &mut Tx<'_>, job: &Job, now: i64, lease: i64) -> Result<bool, StoreError> {
    let sql = "UPDATE job SET due_at = $3 WHERE id = $1 AND attempt = $2 AND dead = 0";
    let until = now.saturating_add(lease);
    Ok(tx.exec(sql, &[job.id.into(), job.attempt.into(), until.into()])? == 1)
}

/// Removes a job that is done. `false` when the lease had ended and somebody else has it.
///
/// # Errors
/// What the database says.
pub fn done(tx: &mut Tx<'_>, job: &Job) -> Result<bool, StoreError> {
    let sql = "DELETE FROM job WHERE id = $1 AND attempt = $2";
    Ok(tx.exec(sql, &[job.id.into(), job.attempt.into()])? == 1)
}

/// Puts a job back to wait, longer each time, or among the dead after [`ATTEMPTS`]. `reason` is a word of the
/// program, never content. `false` when the lease had ended and somebody else has it.
///
/// # Errors
/// What the database says.
pub fn fail(tx: &mut Tx<'_>, job: &Job, now: i64, reason: &str) -> Result<bool, StoreError> {
    let sql = "UPDATE job SET due_at = $3, dead = $4, reason = $5 WHERE id = $1 AND attempt = $2";
    let again = now.saturating_add(wait_after(job.attempt));
    let dead = job.attempt >= ATTEMPTS;
    let values = [
        job.id.into(),
        job.attempt.into(),
        again.into(),
        dead.into(),
        reason.into(),
    ];
    Ok(tx.exec(sql, &values)? == 1)
}

/// 10 s, 20 s, 40 s and so on, up to six hours.
fn wait_after(attempt: u32) -> i64 {
    let doublings = attempt.saturating_sub(1).min(20);
    (FIRST_WAIT << doublings).min(LONGEST_WAIT)
}

/// The jobs that failed too often, the oldest first.
///
/// # Errors
/// What the database says.
pub fn dead(tx: &mut Tx<'_>, most: u32) -> Result<Vec<Dead>, StoreError> {
    let sql = "SELECT id, kind, payload, reason FROM job WHERE dead = 1 ORDER BY due_at LIMIT $1";
    tx.query(sql, &[most.into()])?
        .iter()
        .map(|row| {
            Ok(Dead {
                id: row.uuid(0)?,
                kind: row.text(1)?.to_owned(),
                payload: row.uuid(2)?,
                reason: row.opt_text(3)?.map(ToOwned::to_owned),
            })
        })
        .collect()
}

/// Lets a dead job begin again at `now`. `false` when there is no such dead job.
///
/// # Errors
/// What the database says.
pub fn revive(tx: &mut Tx<'_>, id: Uuid, now: i64) -> Result<bool, StoreError> {
    let sql = "UPDATE job SET dead = 0, attempt = 0, due_at = $2, reason = NULL
               WHERE id = $1 AND dead = 1";
    Ok(tx.exec(sql, &[id.into(), now.into()])? == 1)
}
