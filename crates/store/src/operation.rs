//! One closure that waits in a queue, together with the person who waits for its result.

use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll},
};

use tokio::sync::oneshot;

use crate::{StoreError, group::gone, tx::Tx};

/// A write, as the writer sees it. It may run more than once before it is acknowledged.
pub(crate) trait Operation: Send {
    /// Runs the closure and tells whether its writes are to be kept. A panic is caught.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    /// Replaces the result: the transaction did not hold.
    fn refuse(&mut self, error: StoreError);
    /// Tells the one who waits; only now, and only once.
    fn acknowledge(self: Box<Self>);
}

/// A read, as a reader sees it. It runs once.
pub(crate) trait Reading: Send {
    fn run(self: Box<Self>, tx: &mut Tx<'_>);
    fn refuse(self: Box<Self>, error: StoreError);
}

/// The result of an operation that is queued already. It runs even when this is dropped.
#[must_use = "the operation is queued, but only its result tells whether it held"]
pub struct Pending<T, E> {
    answer: oneshot::Receiver<Result<T, E>>,
}

impl<T, E: From<StoreError>> Future for Pending<T, E> {
    type Output = Result<T, E>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.answer)
            .poll(context)
            .map(|answer| answer.unwrap_or_else(|_| Err(gone().into())))
    }
}

struct Write<T, E, F> {
    work: F,
    panicked: bool,
    result: Option<Result<T, E>>,
    waiting: oneshot::Sender<Result<T, E>>,
}

struct Read<T, E, F> {
    work: F,
    waiting: oneshot::Sender<Result<T, E>>,
}

/// Makes a write ready for the queue.
pub(crate) fn write<T, E, F>(work: F) -> (Box<dyn Operation>, Pending<T, E>)
where
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    let (waiting, answer) = oneshot::channel();
    (
        Box::new(Write {
            work,
            panicked: false,
            result: None,
            waiting,
        }),
        Pending { answer },
    )
}

/// Makes a read ready for the queue.
pub(crate) fn read<T, E, F>(work: F) -> (Box<dyn Reading>, Pending<T, E>)
where
    F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    let (waiting, answer) = oneshot::channel();
    (Box::new(Read { work, waiting }), Pending { answer })
}

impl<T, E, F> Operation for Write<T, E, F>
where
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        if self.panicked {
            return false;
        }
        let outcome = catch_unwind(AssertUnwindSafe(|| (self.work)(tx)));
        self.panicked = outcome.is_err();
        let result = settle(outcome.ok(), tx);
        let keep = result.is_ok();
        self.result = Some(result);
        keep
    }

    fn refuse(&mut self, error: StoreError) {
        self.result = Some(Err(error.into()));
    }

    fn acknowledge(self: Box<Self>) {
        let Some(result) = self.result else { return };
        if self.waiting.send(result).is_err() {
            tracing::trace!("nobody waits for the result of a write any more");
        }
    }
}

impl<T, E, F> Reading for Read<T, E, F>
where
    F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run(self: Box<Self>, tx: &mut Tx<'_>) {
        let Self { work, waiting } = *self;
        let outcome = catch_unwind(AssertUnwindSafe(|| work(tx)));
        if waiting.send(settle(outcome.ok(), tx)).is_err() {
            tracing::trace!("nobody waits for the result of a read any more");
        }
    }

    fn refuse(self: Box<Self>, error: StoreError) {
        if self.waiting.send(Err(error.into())).is_err() {
            tracing::trace!("nobody waits for the result of a read any more");
        }
    }
}

/// `None` is a panic. An `Ok` after a failed statement does not count: PostgreSQL has undone the statements
/// before it, so SQLite has to as well.
fn settle<T, E: From<StoreError>>(outcome: Option<Result<T, E>>, tx: &Tx<'_>) -> Result<T, E> {
    match outcome {
        None => Err(StoreError::Broken("an operation panicked".into()).into()),
        Some(Ok(_)) if tx.failed() => {
            Err(StoreError::Broken("an operation went on after a failed statement".into()).into())
        }
        Some(result) => result,
    }
}
