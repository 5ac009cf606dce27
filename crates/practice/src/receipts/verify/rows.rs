//! Every stored row against the receipts that name its writing, and against the place that it stands in.

use compact_str::CompactString;
use store::{Row, StoreError, Tx};
use uuid::Uuid;
use vault::{CompartmentId, Vault};

use super::chain::{Heaps, stopped};
use super::{Examination, OF_PRACTICE};
use crate::sealed;

/// Whether a row is the newest revision or one before it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Newest,
    Earlier,
}

/// A sealed row as it was read; its columns begin at `first`.
struct Sealed {
    table: CompactString,
    first: usize,
    row: Row,
    place: Place,
}

impl Examination {
    /// Every sealed row against the digest of its newest write, and against the place that it stands in. One thread reads,
    /// the other hashes.
    pub(super) fn sealed_rows(&mut self, tx: &mut Tx<'_>, vault: &Vault) -> Result<(), StoreError> {
        let practice = self.practice;
        let (mut heaps, from) = Heaps::new();
        std::thread::scope(|scope| {
            let hashing = scope.spawn(move || {
                for heap in from {
                    for row in heap {
                        self.sealed_row(&row, vault);
                    }
                }
            });
            for table in sealed::TABLES {
                if table == "revisions" {
                    continue;
                }
                let sql = format!(
                    "SELECT id, revision, compartment_id, schema, sealed FROM {table} WHERE {OF_PRACTICE}"
                );
                tx.each(&sql, &[practice.into()], |row| {
                    heaps.push(Sealed {
                        table: CompactString::const_new(table),
                        first: 0,
                        row,
                        place: Place::Newest,
                    })
                })?;
            }
            let sql = format!(
                "SELECT tbl, row_id, revision, compartment_id, schema, sealed FROM revisions WHERE {OF_PRACTICE}"
            );
            tx.each(&sql, &[practice.into()], |row| {
                heaps.push(Sealed {
                    table: row.text(0).unwrap_or("revisions").into(),
                    first: 1,
                    row,
                    place: Place::Earlier,
                })
            })?;
            heaps.end()?;
            hashing.join().map_err(|_| stopped())
        })
    }

    fn sealed_row(&mut self, found: &Sealed, vault: &Vault) {
        let (table, row, first) = (found.table.as_str(), &found.row, found.first);
        let id = row.uuid(first).unwrap_or_default();
        let revision = row.int(first + 1).unwrap_or(-1);
        let compartment = CompartmentId(row.uuid(first + 2).unwrap_or_default());
        let schema = row.int(first + 3).unwrap_or(-1);
        let bytes = row.blob(first + 4).unwrap_or_default();
        // Of somebody who was destroyed a row stays that others name, with nothing in it.
        if bytes.is_empty() && table == "people" && self.ended.contains(&compartment) {
            self.rows += 1;
            return;
        }
        let digest = vault::sealed_digest(bytes);
        if !self.compare(table, id, revision, digest, found.place) {
            return;
        }
        // The digest says that these are the bytes that were written for this row: so their own words on their key hold.
        if !vault.is_sealed_in(compartment, bytes) {
            self.find(
                table,
                Some(id),
                &format!("revision {revision} stands in another compartment than it was sealed in"),
            );
        } else if schema != i64::from(sealed::SCHEMA) {
            self.find(
                table,
                Some(id),
                &format!("revision {revision} names another shape than it was sealed in"),
            );
        }
    }

    /// Whether a row is what its newest write made of it.
    pub(super) fn compare(
        &mut self,
        table: &str,
        id: Uuid,
        revision: i64,
        digest: [u8; 32],
        place: Place,
    ) -> bool {
        let before = self.findings.len();
        self.compare_with_writes(table, (id, revision, digest), place);
        self.findings.len() == before
    }

    fn compare_with_writes(&mut self, table: &str, row: (Uuid, i64, [u8; 32]), place: Place) {
        let (id, revision, digest) = row;
        self.rows += 1;
        let key = (table.into(), id);
        let Some(writes) = self.written.get_mut(&key) else {
            self.find(
                table,
                Some(id),
                "no receipt names its writing: it was put in from outside",
            );
            return;
        };
        if writes
            .iter()
            .any(|(removed, digest)| *digest == [0; 32] && i64::from(*removed) >= revision)
        {
            self.find(
                table,
                Some(id),
                &format!("revision {revision} was removed once and put back from outside"),
            );
            return;
        }
        let newest = writes
            .iter()
            .map(|(revision, _)| *revision)
            .max()
            .unwrap_or(0);
        let position = writes
            .iter()
            .position(|(written, _)| i64::from(*written) == revision);
        let matches = position.is_some_and(|at| {
            writes
                .get(at)
                .is_some_and(|(_, written)| *written == digest)
        });
        if let Some(at) = position {
            writes.swap_remove(at);
        }
        if !matches {
            self.find(
                table,
                Some(id),
                &format!(
                    "revision {revision} does not match the digest of its writing: it was changed"
                ),
            );
        } else if place == Place::Newest && i64::from(newest) != revision {
            self.find(
                table,
                Some(id),
                &format!(
                    "revision {revision} stands where {newest} should: an older copy was put back"
                ),
            );
        }
    }

    /// What receipts name and the tables do not hold.
    pub(super) fn missing(&mut self) {
        let mut gone: Vec<(CompactString, Uuid, u32)> = Vec::new();
        for ((table, row), writes) in &self.written {
            let removed = writes
                .iter()
                .filter(|(_, digest)| *digest == [0; 32])
                .map(|(revision, _)| *revision)
                .max();
            let authority = !sealed::TABLES.contains(&table.as_str());
            for (revision, digest) in writes {
                let expected =
                    *digest != [0; 32] && removed.is_none_or(|removed| *revision > removed);
                let newest = writes.iter().map(|(revision, _)| *revision).max() == Some(*revision);
                if expected && (!authority || newest) {
                    gone.push((table.clone(), *row, *revision));
                }
            }
        }
        gone.sort();
        for (table, row, revision) in gone {
            self.find(
                &table,
                Some(row),
                &format!("revision {revision} was removed"),
            );
        }
    }
}
