//! What a receipt names, packed into the columns of its row.

use uuid::Uuid;
use vault::{CompartmentId, RowDigest};

/// The compartments that a receipt names, from their ids one after the other; nothing when they are not whole.
pub(super) fn compartments(bytes: &[u8]) -> Option<Vec<CompartmentId>> {
    if !bytes.len().is_multiple_of(16) {
        return None;
    }
    bytes
        .chunks_exact(16)
        .map(|id| Some(CompartmentId(Uuid::from_slice(id).ok()?)))
        .collect()
}

/// Rows written: for each the table's length and name, id, revision, digest.
pub(super) fn of_rows(rows: &[RowDigest]) -> Vec<u8> {
    let mut out = Vec::new();
    for row in rows {
        out.push(u8::try_from(row.table.len()).unwrap_or(u8::MAX));
        out.extend_from_slice(row.table.as_bytes());
        out.extend_from_slice(row.row.as_bytes());
        out.extend_from_slice(&row.revision.to_be_bytes());
        out.extend_from_slice(&row.digest);
    }
    out
}

/// Reads [`of_rows`]; nothing when it is no such list.
pub(super) fn rows(mut bytes: &[u8]) -> Option<Vec<RowDigest>> {
    let mut rows = Vec::new();
    while let Some((length, rest)) = bytes.split_first() {
        let (table, rest) = rest.split_at_checked(usize::from(*length))?;
        let (id, rest) = rest.split_first_chunk::<16>()?;
        let (revision, rest) = rest.split_first_chunk::<4>()?;
        let (digest, rest) = rest.split_first_chunk::<32>()?;
        rows.push(RowDigest {
            table: std::str::from_utf8(table).ok()?.into(),
            row: Uuid::from_bytes(*id),
            revision: u32::from_be_bytes(*revision),
            digest: *digest,
        });
        bytes = rest;
    }
    Some(rows)
}
