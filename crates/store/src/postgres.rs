//! PostgreSQL.
use crate::{
    StoreError,
    store::{Queues, Threads},
};
pub(crate) fn start(_url: &str, _queues: Queues) -> Result<Threads, StoreError> {
    Err(StoreError::Unavailable(
        "PostgreSQL is not built in yet".into(),
    ))
}
