//! One transaction, the same over both databases. Synchronous: nothing in it waits for anything but the
//! database.

use std::ops::ControlFlow;

use crate::store::Counters;
use crate::{Dialect, Row, StoreError, Value};

/// How a transaction begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// One snapshot, nothing can be written.
    Read,
    /// A group of operations.
    Write,
    /// One operation that may wait for other nodes (a migration).
    Alone,
}

/// Why a transaction with all its operations did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Lost {
    /// Nothing was written; the same group may hold when it runs again.
    Again(StoreError),
    /// Nothing was written; one of the group is to blame, each has to run by itself.
    Apart(StoreError),
    /// It failed, or nobody can know whether it was written.
    Final(StoreError),
}

impl Lost {
    pub(crate) fn into_error(self) -> StoreError {
        match self {
            Self::Again(error) | Self::Apart(error) | Self::Final(error) => error,
        }
    }
}

/// Takes the rows of an answer one by one.
pub(crate) type Sink<'a> = &'a mut dyn FnMut(Row) -> ControlFlow<()>;

/// One connection of either database.
pub(crate) trait Session {
    fn dialect(&self) -> Dialect;
    fn begin(&mut self, mode: Mode) -> Result<(), Lost>;
    /// Marks the place to come back to when the next operation fails.
    fn mark(&mut self) -> Result<(), Lost>;
    fn keep(&mut self) -> Result<(), Lost>;
    fn undo(&mut self) -> Result<(), Lost>;
    fn commit(&mut self) -> Result<(), Lost>;
    fn rollback(&mut self);
    /// What happened to the whole transaction during the last operation, if anything did.
    fn trouble(&mut self) -> Option<Lost>;
    fn exec(&mut self, sql: &str, values: &[Value]) -> Result<u64, StoreError>;
    fn rows(&mut self, sql: &str, values: &[Value], sink: Sink<'_>) -> Result<(), StoreError>;
    fn batch(&mut self, sql: &str) -> Result<(), StoreError>;
    /// Outside a transaction: makes deleted bytes leave the log.
    fn forget(&mut self) -> Result<(), StoreError>;
}

/// A transaction that is open while an operation runs.
///
/// Parameters are `$1`, `$2` and so on, in any order and as often as wanted; a statement must use every
/// value that it is given. After a statement failed, the operation can only end: further statements are
/// refused, and its writes are undone even when it returns `Ok`. Use `ON CONFLICT` to go on instead.
pub struct Tx<'a> {
    session: &'a mut dyn Session,
    counters: &'a Counters,
    failed: bool,
}

impl<'a> Tx<'a> {
    pub(crate) fn new(session: &'a mut dyn Session, counters: &'a Counters) -> Self {
        Self {
            session,
            counters,
            failed: false,
        }
    }

    pub(crate) fn failed(&self) -> bool {
        self.failed
    }

    /// Which database this is, for the rare clause that differs.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.session.dialect()
    }

    /// Runs a statement that gives no rows and tells how many rows it changed.
    ///
    /// # Errors
    /// The constraint that does not hold, or what the database says.
    pub fn exec(&mut self, sql: &str, values: &[Value]) -> Result<u64, StoreError> {
        self.attempt(values, |session| session.exec(sql, values))
    }

    /// Runs a statement and gives all its rows.
    ///
    /// # Errors
    /// The constraint that does not hold, or what the database says.
    pub fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        let mut rows = Vec::new();
        self.rows(sql, values, &mut |row| {
            rows.push(row);
            ControlFlow::Continue(())
        })?;
        Ok(rows)
    }

    /// Runs a statement and gives its first row, if there is one.
    ///
    /// # Errors
    /// The constraint that does not hold, or what the database says.
    pub fn one(&mut self, sql: &str, values: &[Value]) -> Result<Option<Row>, StoreError> {
        let mut first = None;
        self.rows(sql, values, &mut |row| {
            first = Some(row);
            ControlFlow::Break(())
        })?;
        Ok(first)
    }

    /// Runs a statement and gives the row that has to be there.
    ///
    /// # Errors
    /// [`StoreError::NoRow`] when there is none; otherwise as [`Tx::one`].
    pub fn required(&mut self, sql: &str, values: &[Value]) -> Result<Row, StoreError> {
        self.one(sql, values)?.ok_or(StoreError::NoRow)
    }

    /// Runs a statement and hands over its rows one at a time, without keeping them; stops at the first error.
    ///
    /// # Errors
    /// What `work` returned, or what the database says.
    pub fn each<E, F>(&mut self, sql: &str, values: &[Value], mut work: F) -> Result<(), E>
    where
        E: From<StoreError>,
        F: FnMut(Row) -> Result<(), E>,
    {
        let mut stopped = None;
        self.rows(sql, values, &mut |row| match work(row) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                stopped = Some(error);
                ControlFlow::Break(())
            }
        })?;
        stopped.map_or(Ok(()), Err)
    }

    /// Runs several statements without parameters: the text of a migration.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), StoreError> {
        self.attempt(&[], |session| session.batch(sql))
    }

    fn rows(&mut self, sql: &str, values: &[Value], sink: Sink<'_>) -> Result<(), StoreError> {
        self.attempt(values, |session| session.rows(sql, values, sink))
    }

    fn attempt<T>(
        &mut self,
        values: &[Value],
        work: impl FnOnce(&mut dyn Session) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if self.failed {
            return Err(StoreError::Broken(
                "an earlier statement of the operation failed".into(),
            ));
        }
        self.counters.asked();
        let outcome = match values.iter().position(has_nul) {
            Some(at) => Err(StoreError::Broken(format!(
                "the text of ${} holds a NUL",
                at + 1
            ))),
            None => work(self.session),
        };
        self.failed = outcome.is_err();
        outcome
    }
}

/// SQLite would keep such text and PostgreSQL would not: refused on both.
fn has_nul(value: &Value) -> bool {
    matches!(value, Value::Text(text) if text.contains('\0'))
}
