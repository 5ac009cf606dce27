//! Where a table is cut into pieces: after rows that say so by their own bytes.
//!
//! A row that is added, changed or removed then changes the piece in which it stands, and no other; the next backup keeps
//! the rest as it is. (The idea is content-defined chunking, with rows for bytes.)

use crate::digest::sha256;

/// No piece is smaller, but the last of a table.
const LEAST: usize = 32 * 1024;
/// About this is what a piece has.
const USUAL: u64 = 128 * 1024;
/// After so much a piece ends whatever the rows say. One large row may be more.
const MOST: usize = 2 * 1024 * 1024;

/// Collects rows until a piece is whole.
#[derive(Default)]
pub(super) struct Cutter {
    rows: u64,
    bytes: Vec<u8>,
}

impl Cutter {
    /// Takes a row; gives the number of rows and the bytes of a piece that ends with it.
    pub(super) fn push(&mut self, row: &[u8]) -> Option<(u64, Vec<u8>)> {
        self.rows = self.rows.saturating_add(1);
        self.bytes.extend_from_slice(row);
        let length = self.bytes.len();
        let ends = length >= MOST || (length >= LEAST && says_so(row));
        if ends { self.rest() } else { None }
    }

    /// What is left, if anything is.
    pub(super) fn rest(&mut self) -> Option<(u64, Vec<u8>)> {
        let rows = std::mem::take(&mut self.rows);
        let bytes = std::mem::take(&mut self.bytes);
        (rows > 0).then_some((rows, bytes))
    }
}

/// Once in [`USUAL`] bytes, however long the rows are.
fn says_so(row: &[u8]) -> bool {
    let length = u64::try_from(row.len()).unwrap_or(USUAL);
    let mut drawn = [0; 8];
    for (to, from) in drawn.iter_mut().zip(sha256(row)) {
        *to = from;
    }
    u64::from_be_bytes(drawn) < length.saturating_mul(u64::MAX / USUAL)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(rows: impl Iterator<Item = u32>) -> Vec<Vec<u8>> {
        let mut cutter = Cutter::default();
        let row = |number: u32| [number.to_be_bytes().as_slice(), &[7; 800]].concat();
        let mut pieces: Vec<_> = rows
            .filter_map(|number| cutter.push(&row(number)))
            .map(|(_, bytes)| bytes)
            .collect();
        pieces.extend(cutter.rest().map(|(_, bytes)| bytes));
        pieces
    }

    #[test]
    fn a_row_more_changes_one_piece_and_leaves_the_others() {
        let before = pieces((0..4_000).map(|number| number * 2));
        let after = pieces((0..4_000).flat_map(|number| {
            let more = (number == 1_000).then_some(number * 2 + 1);
            [number * 2].into_iter().chain(more)
        }));
        assert!(before.len() > 8, "{}", before.len());
        let new = after.iter().filter(|piece| !before.contains(piece));
        assert!(new.count() <= 2);
        let kept = before.iter().filter(|piece| after.contains(piece));
        assert!(kept.count() >= before.len() - 2);
    }
}
