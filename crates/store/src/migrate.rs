//! Brings the tables up to date: numbered texts, each applied once, in one transaction, and never changed
//! afterwards.
//!
//! What the tables mean is not here: `practice` brings its migrations.

use aws_lc_rs::digest::{SHA256, digest};

use crate::{Dialect, Store, StoreError, Tx, Value, plans};

/// One step of the schema. Only the DDL differs between the databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Migration {
    /// From 1, each one more than the last.
    pub number: u32,
    /// The file's name, for messages.
    pub name: &'static str,
    /// Statements for SQLite.
    pub sqlite: &'static str,
    /// Statements for PostgreSQL.
    pub postgres: &'static str,
}

impl Migration {
    fn text(&self, dialect: Dialect) -> &'static str {
        match dialect {
            Dialect::Sqlite => self.sqlite,
            Dialect::Postgres => self.postgres,
        }
    }
}

/// Whoever holds this lock migrates; the number is "alcove" in a PostgreSQL advisory lock.
const LOCK: i64 = 0x616c_636f_7665;

const TABLE: &str = "CREATE TABLE IF NOT EXISTS migration (
    number BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    applied_at BIGINT NOT NULL
)";

pub(crate) async fn run(store: &Store, migrations: &[Migration]) -> Result<(), StoreError> {
    let numbered = migrations
        .iter()
        .zip(1..)
        .all(|(migration, number)| migration.number == number);
    if !numbered {
        return Err(StoreError::Broken(
            "migrations are numbered 1, 2, 3 and so on".into(),
        ));
    }
    // Looking first keeps the usual start free of locks.
    let mut applied = applied(store, migrations).await?;
    while let Some(next) = migrations.get(applied) {
        let (next, known) = (*next, migrations.to_vec());
        tracing::info!(number = next.number, name = next.name, "migrating");
        applied = store
            .submit_alone(move |tx| apply(tx, &known, next))
            .await?;
    }
    Ok(())
}

/// How many of these are applied.
pub(crate) async fn applied(store: &Store, migrations: &[Migration]) -> Result<usize, StoreError> {
    let known = migrations.to_vec();
    store.submit_alone(move |tx| look(tx, &known)).await
}

/// Applies `next` unless another node did meanwhile; gives how many are applied.
fn apply(tx: &mut Tx<'_>, known: &[Migration], next: Migration) -> Result<usize, StoreError> {
    let applied = look(tx, known)?;
    if known.get(applied) != Some(&next) {
        return Ok(applied);
    }
    let text = next.text(tx.dialect());
    tx.batch(text)?;
    let now = match tx.dialect() {
        Dialect::Sqlite => "CAST(unixepoch('subsec') * 1000000 AS BIGINT)",
        Dialect::Postgres => "CAST(extract(epoch from clock_timestamp()) * 1000000 AS BIGINT)",
    };
    let insert = format!(
        "INSERT INTO migration (number, name, digest, applied_at) VALUES ($1, $2, $3, {now})"
    );
    tx.exec(
        &insert,
        &[
            next.number.into(),
            next.name.into(),
            fingerprint(text).into(),
        ],
    )?;
    if tx.dialect() == Dialect::Sqlite {
        plans::tell(tx)?;
    }
    Ok(applied + 1)
}

/// Waits for other nodes, compares what is applied with what is known, and gives how many are applied.
fn look(tx: &mut Tx<'_>, known: &[Migration]) -> Result<usize, StoreError> {
    if tx.dialect() == Dialect::Postgres {
        tx.query("SELECT pg_advisory_xact_lock($1)", &[Value::Int(LOCK)])?;
    }
    tx.batch(TABLE)?;
    let rows = tx.query(
        "SELECT number, name, digest FROM migration ORDER BY number",
        &[],
    )?;
    if let Some(last) = rows.last() {
        let found = u32::try_from(last.int(0)?).map_err(|_| StoreError::Column(0))?;
        let newest = known.last().map_or(0, |migration| migration.number);
        if found > newest {
            return Err(StoreError::Newer {
                found,
                known: newest,
            });
        }
    }
    for (row, migration) in rows.iter().zip(known) {
        let same_place = row.int(0)? == i64::from(migration.number);
        if !same_place || row.text(2)? != fingerprint(migration.text(tx.dialect())) {
            let name = row.text(1)?;
            return Err(StoreError::Broken(format!(
                "migration {name} is not as it was applied"
            )));
        }
    }
    Ok(rows.len())
}

fn fingerprint(text: &str) -> String {
    use std::fmt::Write as _;
    digest(&SHA256, text.as_bytes())
        .as_ref()
        .iter()
        .fold(String::new(), |mut hex, byte| {
            if write!(hex, "{byte:02x}").is_err() {
                hex.clear();
            }
            hex
        })
}
