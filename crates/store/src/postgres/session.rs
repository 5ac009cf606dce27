//! One connection to PostgreSQL as a [`Session`].
//!
//! Commands that give nothing back (`BEGIN`, savepoints) wait and travel with the next statement, so that a
//! point read and a write in a group are one round trip each.

use std::{collections::HashMap, ops::ControlFlow, pin::pin, sync::Arc, thread, time::Duration};

use futures_util::TryStreamExt as _;
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{Client, Error, Statement};

use crate::{
    Dialect, Row, StoreError, Value,
    tx::{Lost, Mode, Session, Sink},
};

use super::{
    connect::{Place, Role},
    sort::{self, is_lost, sort},
    values,
};

/// Statements kept ready per connection.
const STATEMENTS: usize = 400;
/// Waits between attempts to connect again: less than a second in all, because others wait behind.
const WAITS: [u64; 4] = [20, 80, 200, 400];

/// A connection that is made again when it is lost.
pub(crate) struct Remote {
    runtime: Runtime,
    place: Arc<Place>,
    role: Role,
    link: Option<Link>,
    mode: Mode,
    stage: Stage,
    trouble: Option<Lost>,
}

/// How far the transaction is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// There is none.
    Idle,
    /// Its `BEGIN` waits for the first statement.
    Queued,
    /// The server has it.
    Open,
}

/// What lasts as long as the connection.
struct Link {
    client: Client,
    statements: HashMap<String, Statement>,
    /// Commands that travel with the next statement.
    unsent: String,
}

/// Why a statement failed.
enum Failure {
    Database(Error),
    Ours(StoreError),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

/// Whether a statement may give rows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wants {
    Count,
    Rows,
}

impl Remote {
    pub(crate) fn new(place: Arc<Place>, role: Role) -> Result<Self, StoreError> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        let (mode, stage) = (Mode::Read, Stage::Idle);
        Ok(Self {
            runtime,
            place,
            role,
            link: None,
            mode,
            stage,
            trouble: None,
        })
    }

    /// Connects, once.
    pub(crate) fn connect(&mut self) -> Result<(), StoreError> {
        self.link = None;
        let client = self.runtime.block_on(self.place.connect(self.role))?;
        self.link = Some(Link {
            client,
            statements: HashMap::new(),
            unsent: String::new(),
        });
        Ok(())
    }

    /// Connects again if need be, trying for a moment: a server that restarts is back soon.
    fn ready(&mut self) -> Result<(), StoreError> {
        if self
            .link
            .as_ref()
            .is_some_and(|link| !link.client.is_closed())
        {
            return Ok(());
        }
        for wait in WAITS {
            match self.connect() {
                Ok(()) => return Ok(()),
                Err(error) => tracing::warn!(%error, "connecting to the database"),
            }
            thread::sleep(Duration::from_millis(wait));
        }
        self.connect()
    }

    fn open_with(&mut self, mode: Mode) -> Result<(), StoreError> {
        self.ready()?;
        self.mode = mode;
        self.stage = Stage::Queued;
        if let Some(link) = &mut self.link {
            link.unsent.clear();
            link.unsent.push_str(match mode {
                Mode::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                Mode::Write => "BEGIN ISOLATION LEVEL SERIALIZABLE",
                // Whoever waited for another node must see what that node did.
                Mode::Alone => {
                    "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = 0; \
                     SET LOCAL idle_in_transaction_session_timeout = 0"
                }
            });
        }
        Ok(())
    }

    fn later(&mut self, command: &str) {
        if let Some(link) = &mut self.link {
            if !link.unsent.is_empty() {
                link.unsent.push(';');
            }
            link.unsent.push_str(command);
        }
    }

    /// Runs a statement. When the connection turns out to be lost before this transaction saw anything, it is
    /// made again and the transaction goes on there.
    fn run(
        &mut self,
        (sql, values): (&str, &[Value]),
        wants: Wants,
        sink: Sink<'_>,
    ) -> Result<u64, StoreError> {
        let untouched = self.stage == Stage::Queued;
        let mut seen = false;
        let mut watched = |row| {
            seen = true;
            sink(row)
        };
        let mut outcome = self.send((sql, values), wants, &mut watched);
        if let Err(Failure::Database(error)) = &outcome
            && is_lost(error)
        {
            self.link = None;
            if untouched && !seen && self.mode == Mode::Read {
                self.open_with(self.mode)?;
                outcome = self.send((sql, values), wants, sink);
            }
        }
        outcome.map_err(|failure| self.note(failure))
    }

    fn note(&mut self, failure: Failure) -> StoreError {
        match failure {
            Failure::Ours(error) => error,
            Failure::Database(error) => {
                self.trouble = sort::trouble(&error);
                sort(&error)
            }
        }
    }

    fn send(
        &mut self,
        (sql, values): (&str, &[Value]),
        wants: Wants,
        sink: Sink<'_>,
    ) -> Result<u64, Failure> {
        self.stage = Stage::Open;
        let Some(link) = &mut self.link else {
            let message = "the connection was lost earlier in the transaction";
            return Err(Failure::Ours(StoreError::Unavailable(message.into())));
        };
        let drain = self.mode != Mode::Read;
        self.runtime.block_on(async {
            let statement = link.prepare(sql).await?;
            check(&statement, values, wants)?;
            link.execute(&statement, values, drain, sink).await
        })
    }

    /// Sends what waits, and `last`.
    fn command(&mut self, last: &str) -> Result<(), Error> {
        self.later(last);
        let Some(link) = &mut self.link else {
            return Ok(());
        };
        let text = std::mem::take(&mut link.unsent);
        self.runtime.block_on(link.client.batch_execute(&text))
    }
}

fn check(statement: &Statement, values: &[Value], wants: Wants) -> Result<(), Failure> {
    let wanted = statement.params().len();
    if wanted != values.len() {
        let message = format!(
            "the statement has {wanted} parameters, not {}",
            values.len()
        );
        return Err(Failure::Ours(StoreError::Broken(message)));
    }
    if wants == Wants::Count && !statement.columns().is_empty() {
        let message = "the statement gives rows: query it";
        return Err(Failure::Ours(StoreError::Broken(message.into())));
    }
    Ok(())
}

impl Link {
    /// Statements are kept by their text; when there are too many (a text made anew each time), all are
    /// forgotten, and the server with them.
    async fn prepare(&mut self, sql: &str) -> Result<Statement, Error> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        if self.statements.len() >= STATEMENTS {
            self.statements.clear();
        }
        let unsent = std::mem::take(&mut self.unsent);
        if !unsent.is_empty() {
            self.client.batch_execute(&unsent).await?;
        }
        let statement = self.client.prepare(sql).await?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    /// Gives the rows to `sink` and the number of changed rows back. Inside a write all rows are read, wanted
    /// or not: an error after the first row must not go unseen before a `COMMIT`.
    async fn execute(
        &mut self,
        statement: &Statement,
        values: &[Value],
        drain: bool,
        sink: Sink<'_>,
    ) -> Result<u64, Failure> {
        let unsent = std::mem::take(&mut self.unsent);
        let query = self.client.query_raw(statement, values);
        let stream = if unsent.is_empty() {
            query.await?
        } else {
            // Both are sent before either is answered; the order is kept.
            let (before, stream) = tokio::join!(biased; self.client.batch_execute(&unsent), query);
            before?;
            stream?
        };
        let mut stream = pin!(stream);
        let mut flow = ControlFlow::Continue(());
        while let Some(raw) = stream.try_next().await? {
            if flow.is_continue() {
                let row: Row = values::read(&raw).map_err(Failure::Ours)?;
                flow = sink(row);
            }
            if flow.is_break() && !drain {
                break;
            }
        }
        Ok(stream.rows_affected().unwrap_or(0))
    }
}

impl Session for Remote {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    fn begin(&mut self, mode: Mode) -> Result<(), Lost> {
        self.trouble = None;
        self.open_with(mode).map_err(Lost::Final)
    }

    fn mark(&mut self) -> Result<(), Lost> {
        self.later("SAVEPOINT operation");
        Ok(())
    }

    fn keep(&mut self) -> Result<(), Lost> {
        self.later("RELEASE operation");
        Ok(())
    }

    fn undo(&mut self) -> Result<(), Lost> {
        self.later("ROLLBACK TO operation;RELEASE operation");
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Lost> {
        let stage = std::mem::replace(&mut self.stage, Stage::Idle);
        if stage != Stage::Open {
            return Ok(());
        }
        if self.link.is_none() {
            let message = "the connection was lost before the commit";
            return Err(Lost::Again(StoreError::Unavailable(message.into())));
        }
        let outcome = self.command("COMMIT");
        outcome.map_err(|error| {
            if is_lost(&error) {
                self.link = None;
            }
            sort::commit(&error)
        })
    }

    fn rollback(&mut self) {
        let stage = std::mem::replace(&mut self.stage, Stage::Idle);
        if let Some(link) = &mut self.link {
            link.unsent.clear();
        }
        if stage == Stage::Open && self.command("ROLLBACK").is_err() {
            self.link = None;
        }
    }

    fn trouble(&mut self) -> Option<Lost> {
        self.trouble.take()
    }

    fn exec(&mut self, sql: &str, values: &[Value]) -> Result<u64, StoreError> {
        self.run((sql, values), Wants::Count, &mut |_| {
            ControlFlow::Continue(())
        })
    }

    fn rows(&mut self, sql: &str, values: &[Value], sink: Sink<'_>) -> Result<(), StoreError> {
        self.run((sql, values), Wants::Rows, sink).map(drop)
    }

    fn batch(&mut self, sql: &str) -> Result<(), StoreError> {
        self.stage = Stage::Open;
        self.command(sql).map_err(|error| self.note(error.into()))
    }

    fn forget(&mut self) -> Result<(), StoreError> {
        Ok(())
    }
}
