//! Group commit: everything that waits to be written shares one transaction, and nobody is told before it is
//! durable.
//!
//! Here is the order of things, the same for both databases; what a savepoint is, `sqlite` and `postgres` know.

use std::{thread, time::Duration};

use crossbeam_channel::Receiver;
use tokio::sync::oneshot;

use crate::{
    StoreError,
    operation::{Operation, Reading},
    store::Counters,
    tx::{Lost, Mode, Session, Tx},
};

/// How often a group runs before its operations run one by one.
const GROUP_ATTEMPTS: u32 = 4;
/// How often one operation runs before it is told [`StoreError::Conflict`].
const LONE_ATTEMPTS: u32 = 8;

/// Each so many in a group say that others are on their way, for whom the next one waits a millisecond longer.
const COMPANY: usize = 4;
/// The longest wait, in milliseconds: where so many write, a commit saved is worth more to each of them than that.
const LONGEST_GATHERING: usize = 3;

/// What the writer's queue holds.
pub(crate) enum Request {
    /// May share a commit with its neighbours.
    Shared(Box<dyn Operation>),
    /// Has a transaction of its own, in which it may wait for other nodes.
    Alone(Box<dyn Operation>),
    /// Deleted bytes are to leave the write-ahead log.
    Forget(oneshot::Sender<Result<(), StoreError>>),
    /// Everything queued before is done first.
    Close,
}

/// What the readers' queue holds.
pub(crate) enum Asked {
    Work(Box<dyn Reading>),
    Close,
}

/// Answers readings until it is told to stop; the thread's whole life.
///
/// `most` is how many share a snapshot. They all wait before it is taken, so that nobody reads what was there before their
/// own last write.
pub(crate) fn read_until_closed<S: Session>(
    session: &mut S,
    queue: &Receiver<Asked>,
    most: usize,
    counters: &Counters,
) {
    while let Ok(first) = queue.recv() {
        let mut group = Vec::new();
        let mut next = Some(first);
        while let Some(Asked::Work(reading)) = next {
            group.push(reading);
            next = if group.len() < most {
                queue.try_recv().ok()
            } else {
                None
            };
        }
        read_group(session, group, counters);
        if let Some(Asked::Close) = next {
            return;
        }
    }
}

fn read_group<S: Session>(session: &mut S, group: Vec<Box<dyn Reading>>, counters: &Counters) {
    if group.is_empty() {
        return;
    }
    let mut lost = session.begin(Mode::Read).err().map(Lost::into_error);
    for reading in group {
        match &lost {
            None => reading.run(&mut Tx::new(session, counters)),
            Some(error) => reading.refuse(error.clone()),
        }
        lost = lost.or_else(|| session.trouble().map(Lost::into_error));
    }
    session.rollback();
}

/// Writes until it is told to stop; the thread's whole life.
///
/// `most` is the size of the largest group.
pub(crate) fn write_until_closed<S: Session>(
    session: &mut S,
    queue: &Receiver<Request>,
    most: usize,
    counters: &Counters,
) {
    let mut company = 0;
    while let Ok(first) = queue.recv() {
        gather(company);
        let mut group = Vec::new();
        let mut next = Some(first);
        while let Some(Request::Shared(operation)) = next {
            group.push(operation);
            next = if group.len() < most {
                queue.try_recv().ok()
            } else {
                None
            };
        }
        company = group.len();
        if !group.is_empty() {
            write_group(session, Mode::Write, group, counters);
        }
        match next {
            Some(Request::Alone(operation)) => {
                write_group(session, Mode::Alone, vec![operation], counters);
            }
            Some(Request::Forget(waiting)) => {
                if waiting.send(session.forget()).is_err() {
                    tracing::trace!("nobody waits for the end of the log any more");
                }
            }
            Some(Request::Close) => return,
            Some(Request::Shared(_)) | None => {}
        }
    }
}

/// Waits for those who are on their way, as the last group says; one who writes alone waits for nobody.
fn gather(company: usize) {
    let milliseconds = (company / COMPANY).min(LONGEST_GATHERING);
    if milliseconds > 0 {
        thread::sleep(Duration::from_millis(milliseconds as u64));
    }
}

/// Runs the operations in one transaction, again when others were in the way, and tells everybody.
fn write_group<S: Session>(
    session: &mut S,
    mode: Mode,
    mut group: Vec<Box<dyn Operation>>,
    counters: &Counters,
) {
    match hold(session, mode, &mut group, counters) {
        Ok(kept) => counters.committed(kept),
        Err(Lost::Again(_) | Lost::Apart(_)) if group.len() > 1 => {
            tracing::debug!(operations = group.len(), "a group is written one by one");
            for operation in group {
                write_group(session, mode, vec![operation], counters);
            }
            return;
        }
        Err(lost) => {
            let error = lost.into_error();
            for operation in &mut group {
                operation.refuse(error.clone());
            }
        }
    }
    for operation in group {
        operation.acknowledge();
    }
}

/// Tries until the transaction holds or the attempts are used up; gives the number of operations kept.
fn hold<S: Session>(
    session: &mut S,
    mode: Mode,
    group: &mut [Box<dyn Operation>],
    counters: &Counters,
) -> Result<u64, Lost> {
    let attempts = if group.len() > 1 {
        GROUP_ATTEMPTS
    } else {
        LONE_ATTEMPTS
    };
    let mut attempt = 0;
    loop {
        let lost = match run_all(session, mode, group, counters) {
            Ok(kept) => return Ok(kept),
            Err(lost) => lost,
        };
        session.rollback();
        attempt += 1;
        if attempt >= attempts || !matches!(lost, Lost::Again(_)) {
            return Err(lost);
        }
        thread::sleep(Duration::from_millis(1 << attempt));
    }
}

fn run_all<S: Session>(
    session: &mut S,
    mode: Mode,
    group: &mut [Box<dyn Operation>],
    counters: &Counters,
) -> Result<u64, Lost> {
    session.begin(mode)?;
    let shared = group.len() > 1;
    let mut kept = 0;
    for operation in group {
        if shared {
            session.mark()?;
        }
        let keep = operation.run(&mut Tx::new(session, counters));
        if let Some(lost) = session.trouble() {
            return Err(lost);
        }
        kept += u64::from(keep);
        match (keep, shared) {
            (true, true) => session.keep()?,
            (false, true) => session.undo()?,
            (true, false) => {}
            (false, false) => {
                session.rollback();
                return Ok(0);
            }
        }
    }
    session.commit()?;
    Ok(kept)
}

/// An error that belongs to nobody's operation.
pub(crate) fn gone() -> StoreError {
    StoreError::Unavailable("the store is closed".into())
}
