//! PostgreSQL: one writing connection with group commit, four that read, each on a thread of its own.
//!
//! Parameters of the URL are libpq's that tokio-postgres knows, and three things more:
//!
//! - `sslmode=require`, and also `verify-ca` and `verify-full`, encrypt and check the server's certificate and
//!   name; there is no encryption without the check. Without `sslmode` a server on another machine is asked
//!   for the same; `sslmode=disable` is for networks that encrypt by themselves.
//! - `sslrootcert=PATH` names a file of PEM certificates to trust instead of the usual authorities.
//! - `options=-c search_path=NAME` keeps several stores in one database.
//!
//! Writes are `SERIALIZABLE`, reads are one `REPEATABLE READ` snapshot.

mod connect;
mod session;
mod sort;
mod values;

use std::{sync::Arc, thread};

use crate::{
    StoreError,
    group::{read_until_closed, write_until_closed},
    store::{Queues, Threads},
};

use self::{
    connect::{Place, Role},
    session::Remote,
};

/// Connections that read.
const READERS: usize = 4;
/// Readings of one snapshot: a statement that fails ends PostgreSQL's transaction for all that are in it.
const LARGEST_SNAPSHOT: usize = 1;
/// Operations of one commit: PostgreSQL remembers 64 subtransactions of a session cheaply, not more.
const LARGEST_GROUP: usize = 64;

/// Connects the writer, so that a wrong URL is known at once, and starts the threads. Readers connect when
/// they are first asked.
pub(crate) fn start(url: &str, queues: Queues) -> Result<Threads, StoreError> {
    let place = Arc::new(Place::parse(url)?);
    let mut writer = Remote::new(Arc::clone(&place), Role::Writes)?;
    writer.connect()?;
    let mut handles = Vec::new();
    for number in 0..READERS {
        let mut reader = Remote::new(Arc::clone(&place), Role::Reads)?;
        let reads = queues.reads.clone();
        let counters = Arc::clone(&queues.counters);
        let work = move || read_until_closed(&mut reader, &reads, LARGEST_SNAPSHOT, &counters);
        handles.push(spawn(format!("store-read-{number}"), work)?);
    }
    let Queues {
        writes, counters, ..
    } = queues;
    handles.push(spawn("store-write".into(), move || {
        write_until_closed(&mut writer, &writes, LARGEST_GROUP, &counters);
    })?);
    Ok(Threads {
        handles,
        readers: READERS,
    })
}

fn spawn(
    name: String,
    work: impl FnOnce() + Send + 'static,
) -> Result<thread::JoinHandle<()>, StoreError> {
    thread::Builder::new()
        .name(name)
        .spawn(work)
        .map_err(|error| StoreError::Unavailable(error.to_string()))
}
