//! The store as its callers see it: closures go in, results come out when they are durable.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread::JoinHandle,
};

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use tokio::sync::oneshot;

use crate::{
    DatabaseUrl, Dialect, Migration, Pending, StoreError, Tx,
    group::{Asked, Request, gone},
    migrate, operation, postgres, sqlite,
};

/// So many operations may wait; more than this is refused at once, so that a stuck disk does not fill memory.
const LONGEST_QUEUE: usize = 16_384;

/// A database: one writer, several readers. Clones share them.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    dialect: Dialect,
    writes: Sender<Request>,
    reads: Sender<Asked>,
    readers: usize,
    threads: Mutex<Vec<JoinHandle<()>>>,
    counters: Arc<Counters>,
}

/// What a back end needs to start its threads.
pub(crate) struct Queues {
    pub(crate) writes: Receiver<Request>,
    pub(crate) reads: Receiver<Asked>,
    pub(crate) counters: Arc<Counters>,
}

/// The threads of a back end: the writer and `readers` readers.
pub(crate) struct Threads {
    pub(crate) handles: Vec<JoinHandle<()>>,
    pub(crate) readers: usize,
}

/// How many commits, how many operations in them, and how many statements of operations.
#[derive(Default)]
pub(crate) struct Counters {
    commits: AtomicU64,
    writes: AtomicU64,
    statements: AtomicU64,
}

impl Counters {
    pub(crate) fn asked(&self) {
        self.statements.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn committed(&self, kept: u64) {
        if kept > 0 {
            self.commits.fetch_add(1, Ordering::Relaxed);
            self.writes.fetch_add(kept, Ordering::Relaxed);
            metrics::counter!("alcove_commits_total").increment(1);
            metrics::counter!("alcove_writes_total").increment(kept);
        }
    }
}

impl Store {
    /// Opens the database, making the file when there is none.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it cannot be opened, reached or made durable.
    pub async fn open(url: &DatabaseUrl) -> Result<Self, StoreError> {
        let url = url.clone();
        tokio::task::spawn_blocking(move || Self::start(&url))
            .await
            .map_err(|_| gone())?
    }

    fn start(url: &DatabaseUrl) -> Result<Self, StoreError> {
        let (writes, write_queue) = bounded(LONGEST_QUEUE);
        let (reads, read_queue) = bounded(LONGEST_QUEUE);
        let counters = Arc::new(Counters::default());
        let queues = Queues {
            writes: write_queue,
            reads: read_queue,
            counters: Arc::clone(&counters),
        };
        let (dialect, threads) = match url {
            DatabaseUrl::Sqlite(path) => (Dialect::Sqlite, sqlite::start(path, queues)?),
            DatabaseUrl::Postgres(url) => (Dialect::Postgres, postgres::start(url, queues)?),
        };
        let Threads { handles, readers } = threads;
        let threads = Mutex::new(handles);
        Ok(Self {
            inner: Arc::new(Inner {
                dialect,
                writes,
                reads,
                readers,
                threads,
                counters,
            }),
        })
    }

    /// Which database this is.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.inner.dialect
    }

    /// Brings the tables up to date; see [`Migration`].
    ///
    /// # Errors
    /// [`StoreError::Newer`] when a newer program was here; [`StoreError::Broken`] when an applied migration
    /// was changed or left out, or a text does not run.
    pub async fn migrate(&self, migrations: &[Migration]) -> Result<(), StoreError> {
        migrate::run(self, migrations).await
    }

    /// How many of these migrations were applied here; it applies none.
    ///
    /// # Errors
    /// [`StoreError::Newer`] when a newer program was here; [`StoreError::Broken`] when an applied migration was changed or
    /// left out.
    pub async fn migrated(&self, migrations: &[Migration]) -> Result<usize, StoreError> {
        migrate::applied(self, migrations).await
    }

    /// Reads one snapshot: all statements of `work` see the same state.
    ///
    /// # Errors
    /// What `work` returned, or why it could not run.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reading, pending) = operation::read(work);
        match self.inner.reads.try_send(Asked::Work(reading)) {
            Ok(()) => pending.await,
            Err(error) => Err(refusal(&error).into()),
        }
    }

    /// Writes, and returns when it is durable. The commit is shared with others; an `Err` undoes only this.
    ///
    /// `work` does nothing slow: all other writers wait for it. It may run again from the beginning when
    /// another node was in the way, so what it computes must depend on nothing that its first run changed.
    ///
    /// # Errors
    /// What `work` returned; [`StoreError::Conflict`] after too many attempts; [`StoreError::Unavailable`]
    /// when the commit failed, or when nobody can know whether it did.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.submit(work).await
    }

    /// Queues a write now, behind all that were queued before it; its result may be awaited later, or never.
    pub fn submit<T, E, F>(&self, work: F) -> Pending<T, E>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (operation, pending) = operation::write(work);
        self.queue(Request::Shared(operation));
        pending
    }

    /// Queues a write that does not share its transaction and may wait for other nodes.
    pub(crate) fn submit_alone<T, F>(&self, work: F) -> Pending<T, StoreError>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
        T: Send + 'static,
    {
        let (operation, pending) = operation::write(work);
        self.queue(Request::Alone(operation));
        pending
    }

    fn queue(&self, request: Request) {
        let Err(error) = self.inner.writes.try_send(request) else {
            return;
        };
        let refused = refusal(&error);
        if let Request::Shared(mut operation) | Request::Alone(mut operation) = error.into_inner() {
            operation.refuse(refused);
            operation.acknowledge();
        }
    }

    /// Makes bytes that were deleted leave the embedded database's write-ahead log too: part of destroying a
    /// record (R16), after its rows are gone. PostgreSQL keeps its log by its own rules, so nothing happens there.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when a long read still needs the log; try again.
    pub async fn forget(&self) -> Result<(), StoreError> {
        let (waiting, done) = oneshot::channel();
        self.queue(Request::Forget(waiting));
        done.await.unwrap_or_else(|_| Err(gone()))
    }

    /// How many commits were made durable since the store was opened.
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.inner.counters.commits.load(Ordering::Relaxed)
    }

    /// How many operations those commits held.
    #[must_use]
    pub fn writes(&self) -> u64 {
        self.inner.counters.writes.load(Ordering::Relaxed)
    }

    /// How many statements operations have run since the store was opened, those that failed or were undone among them: a
    /// measure of how much is done for an answer that needs no clock.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.inner.counters.statements.load(Ordering::Relaxed)
    }

    /// Ends all threads after what is queued is done. Later operations are refused.
    pub async fn close(&self) {
        let inner = Arc::clone(&self.inner);
        let closing = tokio::task::spawn_blocking(move || inner.close());
        if closing.await.is_err() {
            tracing::error!("closing the store failed");
        }
    }
}

impl Inner {
    fn close(&self) {
        let handles =
            std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        if handles.is_empty() {
            return;
        }
        let writer = self.writes.send(Request::Close).is_ok();
        let readers = (0..self.readers)
            .filter(|_| self.reads.send(Asked::Close).is_ok())
            .count();
        let panicked = handles
            .into_iter()
            .filter_map(|thread| thread.join().err())
            .count();
        tracing::debug!(writer, readers, panicked, "the store is closed");
    }
}

fn refusal<T>(error: &TrySendError<T>) -> StoreError {
    match error {
        TrySendError::Full(_) => StoreError::Unavailable("too many operations wait".into()),
        TrySendError::Disconnected(_) => gone(),
    }
}
