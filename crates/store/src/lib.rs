//! One synchronous transaction interface over SQLite and PostgreSQL.
//!
//! Operations are closures over a [`Tx`]. Writes that wait share a commit and are acknowledged when it is
//! durable; reads see one snapshot. One statement text with `$1` serves both databases.
//!
//! Not here: what any table means, sealing, the clock, randomness.

mod error;
mod group;
pub mod jobs;
mod migrate;
mod operation;
pub mod postgres;
mod sqlite;
mod store;
#[doc(hidden)]
pub mod testing;
mod tx;
mod url;
mod value;

pub use error::StoreError;
pub use migrate::Migration;
pub use operation::Pending;
pub use store::Store;
pub use tx::Tx;
pub use url::{DatabaseUrl, Dialect, NotADatabase};
pub use value::{Row, Value};
