//! Sorts what PostgreSQL says into what a caller does about it.
//!
//! Its messages and details can hold values of rows: only names of tables, columns and constraints are taken,
//! and messages only where they are about the statement's text or the connection.

use tokio_postgres::{
    Error,
    error::{DbError, SqlState},
};

use crate::{StoreError, tx::Lost};

/// The error that the caller sees.
pub(crate) fn sort(error: &Error) -> StoreError {
    let Some(said) = error.as_db_error() else {
        return if is_lost(error) {
            StoreError::Unavailable(whole(error))
        } else {
            StoreError::Broken(whole(error))
        };
    };
    let name = || said.constraint().unwrap_or_default().to_owned();
    let code = said.code();
    match *code {
        SqlState::UNIQUE_VIOLATION => StoreError::Unique(columns(said).unwrap_or_else(name)),
        SqlState::EXCLUSION_VIOLATION => StoreError::Exclusion,
        SqlState::FOREIGN_KEY_VIOLATION => StoreError::ForeignKey(name()),
        SqlState::CHECK_VIOLATION => StoreError::Check(name()),
        SqlState::NOT_NULL_VIOLATION => StoreError::Check(format!(
            "{}.{}",
            said.table().unwrap_or_default(),
            said.column().unwrap_or_default()
        )),
        SqlState::RAISE_EXCEPTION if said.message().starts_with("exclusion") => {
            StoreError::Exclusion
        }
        SqlState::RAISE_EXCEPTION => StoreError::Check(said.message().to_owned()),
        SqlState::T_R_SERIALIZATION_FAILURE
        | SqlState::T_R_DEADLOCK_DETECTED
        | SqlState::LOCK_NOT_AVAILABLE => StoreError::Conflict,
        _ => match code.code().get(..2) {
            // Connection, authorisation, no such database, resources, operator, system.
            Some("08" | "28" | "3D" | "53" | "57" | "58") => {
                StoreError::Unavailable(said.message().to_owned())
            }
            // The statement's text.
            Some("42" | "25") => StoreError::Broken(said.message().to_owned()),
            _ => StoreError::Broken(format!("SQLSTATE {}", code.code())),
        },
    }
}

/// What the error of a statement means for its whole transaction, if anything.
pub(crate) fn trouble(error: &Error) -> Option<Lost> {
    let sorted = sort(error);
    (sorted == StoreError::Conflict || is_lost(error)).then_some(Lost::Again(sorted))
}

/// What the error of a `COMMIT` means.
pub(crate) fn commit(error: &Error) -> Lost {
    let sorted = sort(error);
    match sorted {
        StoreError::Conflict => Lost::Again(sorted),
        StoreError::Unique(_)
        | StoreError::Exclusion
        | StoreError::ForeignKey(_)
        | StoreError::Check(_) => Lost::Apart(sorted),
        _ if is_lost(error) => {
            let message = "the connection was lost during a commit; whether it held is not known";
            Lost::Final(StoreError::Unavailable(message.into()))
        }
        StoreError::NoRow
        | StoreError::Column(_)
        | StoreError::Newer { .. }
        | StoreError::Unavailable(_)
        | StoreError::Broken(_) => Lost::Final(sorted),
    }
}

/// Whether a new connection is needed: this one is gone, or what it knows of the tables is old.
pub(crate) fn is_lost(error: &Error) -> bool {
    match error.code() {
        None => error.is_closed() || has_io(error),
        Some(code) => {
            let stale = [
                SqlState::FEATURE_NOT_SUPPORTED,
                SqlState::INVALID_SQL_STATEMENT_NAME,
            ];
            let ended = [
                SqlState::ADMIN_SHUTDOWN,
                SqlState::CRASH_SHUTDOWN,
                SqlState::CANNOT_CONNECT_NOW,
                SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
            ];
            stale.contains(code) || ended.contains(code) || code.code().starts_with("08")
        }
    }
}

fn has_io(error: &Error) -> bool {
    std::error::Error::source(error).is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
}

/// The error with its cause, which tokio-postgres leaves out of its text.
fn whole(error: &Error) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

/// Names the key's columns as SQLite does. The detail is `Key (room, name)=(..) already exists.` in
/// whatever language the server speaks; an expression's index has only a name.
fn columns(said: &DbError) -> Option<String> {
    let table = said.table()?;
    let (_, after) = said.detail()?.split_once('(')?;
    let (names, _) = after.split_once(")=(")?;
    let plain = !names.contains(['(', ')', '"']);
    plain.then(|| {
        let listed: Vec<_> = names
            .split(", ")
            .map(|column| format!("{table}.{column}"))
            .collect();
        listed.join(", ")
    })
}
