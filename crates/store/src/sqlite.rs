//! The embedded database: a file of mode 0600, one writing connection, several that only read.
//!
//! Durable means `synchronous=FULL` in WAL mode: each commit is on the disk before anybody is told. Deleted
//! bytes are overwritten (`secure_delete=ON`).

use std::{
    fs, io,
    ops::ControlFlow,
    path::Path,
    thread::{self, available_parallelism},
    time::Duration,
};

use rusqlite::{
    CachedStatement, Connection, Error, OpenFlags,
    config::DbConfig,
    ffi::{self, ErrorCode},
    types::{ToSqlOutput, ValueRef},
};

use crate::{
    Bytes, Dialect, Row, StoreError, Value,
    group::{read_until_closed, write_until_closed},
    store::{Queues, Threads},
    tx::{Lost, Mode, Session, Sink},
};

/// Readings of one snapshot: a commit makes a reader forget its pages, and others wait for what is taken along.
const LARGEST_SNAPSHOT: usize = 12;
/// Operations of one commit.
const LARGEST_GROUP: usize = 256;
/// Statements kept ready per connection.
const STATEMENTS: usize = 200;
/// How long to wait for another program that writes to the same file.
const PATIENCE: Duration = Duration::from_secs(5);

/// Opens the file and starts the threads.
pub(crate) fn start(path: &Path, queues: Queues) -> Result<Threads, StoreError> {
    make_private(path)?;
    let mut writer = open(path, Access::Writes)?;
    let mut handles = Vec::new();
    let readers = available_parallelism().map_or(2, |cores| cores.get().clamp(2, 4));
    for number in 0..readers {
        let mut reader = open(path, Access::OnlyReads)?;
        let reads = queues.reads.clone();
        let counters = std::sync::Arc::clone(&queues.counters);
        let work = move || read_until_closed(&mut reader, &reads, LARGEST_SNAPSHOT, &counters);
        handles.push(spawn(format!("store-read-{number}"), work)?);
    }
    let Queues {
        writes, counters, ..
    } = queues;
    handles.push(spawn("store-write".into(), move || {
        write_until_closed(&mut writer, &writes, LARGEST_GROUP, &counters);
        if let Err(error) = writer.empty_log() {
            tracing::debug!(%error, "the write-ahead log stays beside the file");
        }
    })?);
    Ok(Threads { handles, readers })
}

fn spawn(
    name: String,
    work: impl FnOnce() + Send + 'static,
) -> Result<thread::JoinHandle<()>, StoreError> {
    thread::Builder::new()
        .name(name)
        .spawn(work)
        .map_err(|error| unavailable(&error))
}

fn unavailable(error: &io::Error) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

/// Makes the file readable by its owner only, before SQLite sees it; its log and shared memory follow its mode.
fn make_private(path: &Path) -> Result<(), StoreError> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(unavailable(&error)),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    Writes,
    OnlyReads,
}

fn open(path: &Path, access: Access) -> Result<Embedded, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(sort)?;
    prepare(&connection, access).map_err(sort)?;
    let journal: String = connection
        .pragma_query_value(None, "journal_mode", |row| row.get(0))
        .map_err(sort)?;
    if journal != "wal" {
        return Err(StoreError::Unavailable(
            "the file system cannot keep a write-ahead log".into(),
        ));
    }
    Ok(Embedded {
        connection,
        access,
        open: false,
    })
}

fn prepare(connection: &Connection, access: Access) -> Result<(), Error> {
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // A misspelt column in double quotes must be an error here too, and nobody edits the schema's pages.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    // A plan that may depend on the values that are bound would be made anew each time it is used.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA secure_delete = ON;
         PRAGMA foreign_keys = ON;
         PRAGMA trusted_schema = OFF;
         PRAGMA temp_store = MEMORY;
         PRAGMA mmap_size = 0;
         PRAGMA journal_size_limit = 67108864;",
    )?;
    connection.pragma_update(None, "query_only", access == Access::OnlyReads)
}

/// One connection.
struct Embedded {
    connection: Connection,
    access: Access,
    /// Whether a transaction was begun that has to be there still.
    open: bool,
}

impl Embedded {
    fn run(&self, sql: &str) -> Result<(), Error> {
        self.connection.prepare_cached(sql)?.raw_execute().map(drop)
    }

    /// A write inside a read is the caller's mistake; a file that cannot be written is not.
    fn blame(&self, error: Error) -> StoreError {
        if self.access == Access::OnlyReads
            && error.sqlite_error_code() == Some(ErrorCode::ReadOnly)
        {
            return StoreError::Broken("a read cannot write".into());
        }
        sort(error)
    }

    /// Copies the log into the file and empties it.
    fn empty_log(&self) -> Result<(), StoreError> {
        let busy: i64 = self
            .connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
            .map_err(sort)?;
        if busy == 0 {
            return Ok(());
        }
        let message = "a reader still needs the write-ahead log";
        Err(StoreError::Unavailable(message.into()))
    }

    fn statement(&self, sql: &str, values: &[Value]) -> Result<CachedStatement<'_>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql).map_err(sort)?;
        if statement.parameter_count() != values.len() {
            let wanted = statement.parameter_count();
            let message = format!(
                "the statement has {wanted} parameters, not {}",
                values.len()
            );
            return Err(StoreError::Broken(message));
        }
        for place in 1..=values.len() {
            // SQLite takes `$2` for a name, and numbers names as they come: ask which value is meant.
            let meant = statement
                .parameter_name(place)
                .and_then(|name| name.strip_prefix('$'))
                .and_then(|number| number.parse::<usize>().ok())
                .and_then(|number| values.get(number.checked_sub(1)?));
            let Some(value) = meant else {
                return Err(StoreError::Broken("parameters are $1, $2 and so on".into()));
            };
            statement
                .raw_bind_parameter(place, Bound(value))
                .map_err(sort)?;
        }
        Ok(statement)
    }
}

impl Session for Embedded {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn begin(&mut self, mode: Mode) -> Result<(), Lost> {
        let text = match mode {
            Mode::Read => "BEGIN",
            Mode::Write | Mode::Alone => "BEGIN IMMEDIATE",
        };
        self.run(text).map_err(|error| Lost::Final(sort(error)))?;
        self.open = true;
        Ok(())
    }

    fn mark(&mut self) -> Result<(), Lost> {
        self.run("SAVEPOINT operation")
            .map_err(|error| Lost::Final(sort(error)))
    }

    fn keep(&mut self) -> Result<(), Lost> {
        self.run("RELEASE operation")
            .map_err(|error| Lost::Final(sort(error)))
    }

    fn undo(&mut self) -> Result<(), Lost> {
        self.run("ROLLBACK TO operation")
            .map_err(|error| Lost::Final(sort(error)))?;
        self.keep()
    }

    fn commit(&mut self) -> Result<(), Lost> {
        match self.run("COMMIT") {
            Ok(()) => {
                self.open = false;
                Ok(())
            }
            // A deferred foreign key, for example: one operation is to blame.
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
                Err(Lost::Apart(sort(error)))
            }
            Err(error) => Err(Lost::Final(sort(error))),
        }
    }

    fn rollback(&mut self) {
        self.open = false;
        if self.connection.is_autocommit() {
            return;
        }
        if let Err(error) = self.run("ROLLBACK") {
            tracing::error!(%error, "a transaction was not rolled back");
        }
    }

    /// A full disk, for example, makes SQLite end the whole transaction by itself.
    fn trouble(&mut self) -> Option<Lost> {
        let ended = self.open && self.connection.is_autocommit();
        ended.then(|| {
            let message = "the database ended the transaction by itself (is the disk full?)";
            Lost::Final(StoreError::Unavailable(message.into()))
        })
    }

    fn exec(&mut self, sql: &str, values: &[Value]) -> Result<u64, StoreError> {
        let changed = self.statement(sql, values)?.raw_execute();
        let changed = changed.map_err(|error| self.blame(error))?;
        Ok(u64::try_from(changed).unwrap_or(u64::MAX))
    }

    fn rows(&mut self, sql: &str, values: &[Value], sink: Sink<'_>) -> Result<(), StoreError> {
        let mut statement = self.statement(sql, values)?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(|error| self.blame(error))? {
            // Asked of each row: a table that was changed meanwhile changes `*` with the first step.
            let width = row.as_ref().column_count();
            let mut columns = Vec::with_capacity(width);
            for column in 0..width {
                columns.push(read(row.get_ref(column), column)?);
            }
            if sink(Row::new(columns)) == ControlFlow::Break(()) {
                return Ok(());
            }
        }
        Ok(())
    }

    fn batch(&mut self, sql: &str) -> Result<(), StoreError> {
        self.connection.execute_batch(sql).map_err(sort)
    }

    fn forget(&mut self) -> Result<(), StoreError> {
        self.empty_log()
    }
}

/// A value on its way into a statement, without a copy.
struct Bound<'a>(&'a Value);

impl rusqlite::ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Value::Null => ValueRef::Null,
            Value::Int(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn read(value: Result<ValueRef<'_>, Error>, column: usize) -> Result<Value, StoreError> {
    Ok(match value.map_err(sort)? {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Int(number),
        // Text that is none was put in from outside: as bytes, only who asks for text is refused, and `audit verify`
        // can still name the row.
        ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Value::from(text),
            Err(_) => Value::Blob(Bytes::from_slice(bytes)),
        },
        ValueRef::Blob(bytes) => Value::Blob(Bytes::from_slice(bytes)),
        ValueRef::Real(_) => return Err(StoreError::Column(column)),
    })
}

/// Sorts what SQLite says into what a caller does about it. Its messages name tables and columns, never values.
#[expect(clippy::needless_pass_by_value, reason = "made for map_err")]
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "SQLite adds codes; an unknown one is a bug"
)]
fn sort(error: Error) -> StoreError {
    let Error::SqliteFailure(code, message) = &error else {
        return StoreError::Broken(match &error {
            Error::SqlInputError { msg, .. } => msg.clone(),
            other => other.to_string(),
        });
    };
    let message = message.clone().unwrap_or_else(|| code.to_string());
    match code.code {
        ErrorCode::ConstraintViolation => constraint(code.extended_code, &message),
        ErrorCode::Unknown
        | ErrorCode::TypeMismatch
        | ErrorCode::ApiMisuse
        | ErrorCode::ParameterOutOfRange => StoreError::Broken(message),
        _ => StoreError::Unavailable(message),
    }
}

fn constraint(code: i32, message: &str) -> StoreError {
    // "UNIQUE constraint failed: person.practice_id, person.name"
    let what = message.split_once(": ").map_or(message, |(_, what)| what);
    match code {
        ffi::SQLITE_CONSTRAINT_UNIQUE
        | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
        | ffi::SQLITE_CONSTRAINT_ROWID => StoreError::Unique(what.to_owned()),
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => StoreError::ForeignKey(String::new()),
        // ON DELETE RESTRICT counts as a trigger.
        ffi::SQLITE_CONSTRAINT_TRIGGER if message.starts_with("FOREIGN KEY") => {
            StoreError::ForeignKey(String::new())
        }
        ffi::SQLITE_CONSTRAINT_TRIGGER if message.starts_with("exclusion") => StoreError::Exclusion,
        ffi::SQLITE_CONSTRAINT_CHECK
        | ffi::SQLITE_CONSTRAINT_NOTNULL
        | ffi::SQLITE_CONSTRAINT_TRIGGER => StoreError::Check(what.to_owned()),
        _ => StoreError::Broken(what.to_owned()),
    }
}
