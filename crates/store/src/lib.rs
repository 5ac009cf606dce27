//! One synchronous transaction interface over SQLite and PostgreSQL.
//!
//! Operations are closures over a [`Tx`]. Writes that wait share a commit and are acknowledged when it is
//! durable; reads see one snapshot. One statement text with `$1` serves both databases:
//!
//! ```
//! # use store::{Store, StoreError, testing};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), StoreError> {
//! # let folder = testing::Folder::new();
//! let store = Store::open(&folder.sqlite()).await?;
//! store.migrate(&[store::jobs::migration(1)]).await?;
//! let waiting = store
//!     .read(|tx| tx.required("SELECT COUNT(*) FROM job WHERE due_at <= $1", &[7.into()])?.int(0))
//!     .await?;
//! assert_eq!(waiting, 0);
//! # Ok(())
//! # }
//! ```
//!
//! What keeps one text possible: columns are `BIGINT`, `TEXT` and `BLOB`/`BYTEA`; a sum is
//! `CAST(SUM(x) AS BIGINT)`; a parameter that stands alone in a `SELECT` is cast; constraints have names.
//! An operation that panics is undone and reported without its words; what the process prints about a panic
//! is the binary's matter.
//!
//! Not here: what any table means, sealing, the clock, randomness, where a backup goes.
//!
//! # To add another kind of statement
//!
//! 1. Write it with `$1` in the capability's `records.rs`; try it on both databases in the capability's story.
//! 2. If only a clause differs, ask [`Tx::dialect`] there. If its error means something new to callers, add a
//!    variant to [`StoreError`] and sort it in `sqlite.rs` and `postgres/sort.rs`.
//! 3. Tell it in `tests/story`, with `testing::both`.
//!
//! # To add another database
//!
//! 1. Give [`DatabaseUrl`] and [`Dialect`] a variant, [`Migration`] a text.
//! 2. Write a module with `start` that gives its threads, and a session: begin, mark, keep, undo, commit. What
//!    an error means for the whole transaction is said with `Lost`; `group.rs` does the rest.
//! 3. Let `testing::both` run the story on it too.

mod copying;
mod durability;
mod error;
mod group;
pub mod jobs;
mod migrate;
mod operation;
mod plans;
pub mod postgres;
mod sqlite;
mod store;
#[doc(hidden)]
pub mod testing;
mod tx;
mod url;
mod value;

pub use copying::Table;
pub use durability::Durability;
pub use error::StoreError;
pub use migrate::Migration;
pub use operation::Pending;
pub use store::Store;
pub use tx::Tx;
pub use url::{DatabaseUrl, Dialect, NotADatabase};
pub use value::{Bytes, Row, Value};
