//! What SQLite's planner is told about the tables: that each is large and all of one practice.
//!
//! Without figures the planner holds `practice_id = $1` for a choice among many and may read a whole table by it; with
//! measured ones its plans would change as a practice grows. So the figures are fixed, and written with each migration:
//! the column that all rows share chooses nothing, each further column much. The documentation of `sqlite_stat1` allows
//! figures of one's own. Not here: PostgreSQL, which keeps figures itself.

use crate::{StoreError, Tx};

/// The column that is the same in all rows of an installation.
const SHARED: &str = "practice_id";
/// Rows that a table is said to have.
const TABLE: i64 = 1_000_000;
/// Rows that a partial index is said to have.
const PART: i64 = 1_000;
/// Rows that the first column after the shared one is said to leave.
const CHOSEN: i64 = 10;

const COLUMNS: &str = "SELECT t.name, l.name, l.\"unique\", l.partial, c.name FROM sqlite_schema t \
    JOIN pragma_index_list(t.name) l JOIN pragma_index_info(l.name) c \
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY t.name, l.name, c.seqno";

/// An index with what its columns leave of the rows.
struct Index {
    table: String,
    name: String,
    is_unique: bool,
    left: Vec<i64>,
}

impl Index {
    /// Takes in the next column.
    fn column(&mut self, column: &str) {
        let rows = self.left.last().copied().unwrap_or(TABLE);
        let chosen = if column == SHARED {
            rows
        } else if rows > CHOSEN {
            CHOSEN
        } else {
            (rows / 3).max(1)
        };
        self.left.push(chosen);
    }

    /// The figures as `sqlite_stat1` keeps them: all rows, then what each column leaves.
    fn figures(&mut self) -> String {
        if let (true, Some(last)) = (self.is_unique, self.left.last_mut()) {
            *last = 1;
        }
        let figures: Vec<_> = self.left.iter().map(i64::to_string).collect();
        figures.join(" ")
    }
}

/// Writes the figures of every index and lets this connection plan by them; others do once the schema has changed.
pub(crate) fn tell(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let mut indexes: Vec<Index> = Vec::new();
    for row in tx.query(COLUMNS, &[])? {
        let name = row.text(1)?;
        if indexes.last().is_none_or(|last| last.name != name) {
            indexes.push(Index {
                table: row.text(0)?.to_owned(),
                name: name.to_owned(),
                is_unique: row.int(2)? == 1,
                left: vec![if row.int(3)? == 1 { PART } else { TABLE }],
            });
        }
        if let Some(index) = indexes.last_mut() {
            index.column(row.text(4)?);
        }
    }
    // The only statement that makes the table of figures.
    tx.batch("ANALYZE migration; DELETE FROM sqlite_stat1;")?;
    for mut index in indexes {
        let figures = index.figures();
        tx.exec(
            "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ($1, $2, $3)",
            &[index.table.into(), index.name.into(), figures.into()],
        )?;
    }
    tx.batch("ANALYZE sqlite_schema;")
}
