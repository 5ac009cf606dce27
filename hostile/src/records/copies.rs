//! Copies of records, as they stand in their tables.

use outside::Anything;

use crate::ground::Ground;
use crate::records::data::Data;

/// How many copies of records are not made yet.
pub(crate) fn under_way(ground: &Ground) -> Result<usize, Anything> {
    let sql = "SELECT id FROM copies WHERE state IN ('waiting', 'making')";
    Ok(ground.database()?.rows(sql, &[])?.len())
}

/// What was claimed by a program that is gone is due at once, so that nobody waits until its time is over.
pub(crate) fn let_go(data: &Data) -> Result<(), Anything> {
    data.change("UPDATE job SET due_at = 0 WHERE dead = 0", &[])
        .map(drop)
}

/// How many copies are half made: said to be ready with a piece missing, or not said to be and with pieces.
pub(crate) fn half_made(data: &Data) -> Result<usize, Anything> {
    let pieces = "SELECT 1 FROM copy_pieces p WHERE p.copy_id = c.id";
    let sql = format!(
        "SELECT c.id FROM copies c WHERE (c.state = 'ready') <> EXISTS ({pieces}) OR EXISTS (SELECT p.file FROM copy_pieces p \
         WHERE p.copy_id = c.id GROUP BY p.file HAVING COUNT(*) <> MAX(p.number) + 1)"
    );
    Ok(data.rows(&sql, &[])?.len())
}
