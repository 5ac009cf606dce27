//! What can go wrong with a database, sorted by what a caller does about it.
//!
//! No variant carries a value of a row: these texts go to logs.

/// Why a statement or a whole operation did not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// A row with this key is already there: `table.column, table.column` (or the index's name when it is
    /// over an expression).
    #[error("a row with the same {0} is already there")]
    Unique(String),
    /// The row overlaps another one: an exclusion constraint on PostgreSQL, on SQLite a trigger that says
    /// `RAISE(ABORT, 'exclusion')`.
    #[error("the row overlaps another one")]
    Exclusion,
    /// The row points to one that is not there, or is pointed to. Names the constraint on PostgreSQL; SQLite
    /// does not know it.
    #[error("a foreign key does not hold ({0})")]
    ForeignKey(String),
    /// A `CHECK` (its name), a `NOT NULL` (`table.column`) or a trigger's refusal (its text) does not hold.
    #[error("a check does not hold ({0})")]
    Check(String),
    /// Others changed the same rows, again and again, until the attempts were used up.
    #[error("others changed the same rows at the same time")]
    Conflict,
    /// A row that had to be there is not.
    #[error("no such row")]
    NoRow,
    /// The column of this number is missing or of another kind.
    #[error("column {0} is missing or of another kind")]
    Column(usize),
    /// The database was written by a newer program.
    #[error(
        "the database is at migration {found}, this program knows {known}: start a newer program"
    )]
    Newer {
        /// The newest migration found in the database.
        found: u32,
        /// The newest migration that this program knows.
        known: u32,
    },
    /// The database cannot be reached, is full, or refuses work for now.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The statement or the operation is wrong: a bug, not something to try again.
    #[error("broken: {0}")]
    Broken(String),
}
