//! Every receipt of the log, and by which compartments it is found.
//!
//! Reading and hashing take about as long as each other, so they stand on two threads: one reads rows, the other hashes them.
//! Rows are read as they lie in the table and put in their order afterwards: following an index to each of them takes ten
//! times as long. The index of receipts by compartment is compared by the sum of keyed hashes of its rows, which whoever
//! changes the database cannot aim at; only when the sums differ is everything read once more, to name the rows.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use store::{Row, StoreError, Tx};
use uuid::Uuid;
use vault::{Checkpoint, CompartmentId, RowDigest, Vault};

use super::super::records::{self, COLUMNS, Stored};
use super::super::{KEYS, MAC, OUTSIDE};
use super::{Destroyed, Examination, HeldElsewhere, OF_PRACTICE};
use crate::keys::Keyring;

/// How many rows go from one thread to the other at once.
const AT_ONCE: usize = 1_024;
/// How many such heaps wait at the most, so that memory stays bounded.
const WAITING: usize = 4;

/// Hands heaps of what one thread reads to another.
pub(super) struct Heaps<T> {
    heap: Vec<T>,
    to: SyncSender<Vec<T>>,
}

impl<T> Heaps<T> {
    pub(super) fn new() -> (Self, Receiver<Vec<T>>) {
        let (to, from) = sync_channel(WAITING);
        let heap = Vec::with_capacity(AT_ONCE);
        (Self { heap, to }, from)
    }

    pub(super) fn push(&mut self, one: T) -> Result<(), StoreError> {
        self.heap.push(one);
        if self.heap.len() >= AT_ONCE {
            self.hand_over()?;
        }
        Ok(())
    }

    fn hand_over(&mut self) -> Result<(), StoreError> {
        let heap = std::mem::replace(&mut self.heap, Vec::with_capacity(AT_ONCE));
        self.to.send(heap).map_err(|_| stopped())
    }

    pub(super) fn end(mut self) -> Result<(), StoreError> {
        self.hand_over()
    }
}

/// The other thread ended before its time.
pub(super) fn stopped() -> StoreError {
    StoreError::Broken("what verifies stopped".to_owned())
}

/// What must stand in the index, or does: how many rows, and the sum of their hashes.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Sum {
    rows: u64,
    hashes: u64,
}

impl Sum {
    fn add(&mut self, hashed: &RandomState, row: (Uuid, Uuid)) {
        self.rows = self.rows.wrapping_add(1);
        self.hashes = self.hashes.wrapping_add(hashed.hash_one(row));
    }
}

/// The hashing side.
struct Chain<'e> {
    examination: &'e mut Examination,
    vault: &'e Vault,
    sizes: HashSet<i64>,
    /// Number, id and leaf of every receipt that has a number.
    numbered: Vec<(i64, Uuid, [u8; 32])>,
    hashed: &'e RandomState,
    indexed: Sum,
}

impl Examination {
    /// Every receipt: its leaf, its number, its place in the tree, and that it is found by each of its compartments.
    pub(super) fn log(
        &mut self,
        tx: &mut Tx<'_>,
        keyring: &Keyring,
        against: &[HeldElsewhere],
    ) -> Result<(), StoreError> {
        let sizes = self.sizes(tx, keyring, against)?;
        let (practice, hashed) = (self.practice, RandomState::new());
        let (mut heaps, from) = Heaps::new();
        let mut chain = Chain {
            examination: self,
            vault: &keyring.vault,
            sizes,
            numbered: Vec::new(),
            hashed: &hashed,
            indexed: Sum::default(),
        };
        let (must, is) = std::thread::scope(|scope| {
            let hashing = scope.spawn(move || {
                for heap in from {
                    for row in heap {
                        chain.receipt(&row);
                    }
                }
                chain.in_order();
                chain.indexed
            });
            let sql = format!("SELECT {COLUMNS} FROM receipts WHERE {OF_PRACTICE}");
            tx.each(&sql, &[practice.into()], |row| heaps.push(row))?;
            heaps.end()?;
            let mut is = Sum::default();
            let sql = format!(
                "SELECT receipt_id, compartment_id FROM receipt_compartments WHERE {OF_PRACTICE}"
            );
            tx.each(&sql, &[practice.into()], |row| {
                is.add(&hashed, (row.uuid(0)?, row.uuid(1)?));
                Ok::<_, StoreError>(())
            })?;
            let must = hashing.join().map_err(|_| stopped())?;
            Ok::<_, StoreError>((must, is))
        })?;
        if must == is { Ok(()) } else { self.index(tx) }
    }

    /// The sizes of the log at which a head was signed.
    fn sizes(
        &self,
        tx: &mut Tx<'_>,
        keyring: &Keyring,
        against: &[HeldElsewhere],
    ) -> Result<HashSet<i64>, StoreError> {
        let sql = "SELECT size FROM checkpoints WHERE practice_id = $1";
        let rows = tx.query(sql, &[self.practice.into()])?;
        let stored = rows.iter().filter_map(|row| row.int(0).ok());
        let kept = keyring.checkpoint.as_ref().map(Checkpoint::size);
        let elsewhere = against.iter().map(|held| held.head.size());
        let more = kept.into_iter().chain(elsewhere);
        let more = more.filter_map(|size| i64::try_from(size).ok());
        Ok(stored.chain(more).collect())
    }

    /// By which compartment a receipt is found: what is missing there, a client would not see.
    fn index(&mut self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let practice = self.practice;
        let mut indexed: HashSet<(Uuid, Uuid)> = HashSet::new();
        let sql = format!("SELECT {COLUMNS} FROM receipts WHERE practice_id = $1");
        tx.each(&sql, &[practice.into()], |row: Row| {
            if let Ok(stored) = records::read(&row) {
                let compartments = stored.entry.compartments.iter();
                indexed.extend(compartments.map(|at| (stored.entry.id, at.0)));
            }
            Ok::<_, StoreError>(())
        })?;
        tx.each(
            "SELECT receipt_id, compartment_id FROM receipt_compartments WHERE practice_id = $1",
            &[practice.into()],
            |row| {
                let (receipt, compartment) = (row.uuid(0)?, row.uuid(1)?);
                if !indexed.remove(&(receipt, compartment)) {
                    self.find(
                        "receipt_compartments",
                        Some(receipt),
                        "names a compartment that the receipt does not: it was put in from outside",
                    );
                }
                Ok::<_, StoreError>(())
            },
        )?;
        for (receipt, _) in indexed {
            self.find(
                "receipt_compartments",
                Some(receipt),
                "does not name a compartment that the receipt does: it was removed",
            );
        }
        Ok(())
    }
}

impl Chain<'_> {
    fn receipt(&mut self, row: &Row) {
        let Ok(stored) = records::read(row) else {
            let what = "cannot be read: its bytes were changed";
            return self.examination.find("receipts", row.uuid(0).ok(), what);
        };
        let id = Some(stored.entry.id);
        let leaf = stored.entry.leaf_hash();
        let mut is_ours = true;
        if stored.leaf != leaf {
            is_ours = false;
            let what = "does not match its hash: it was changed";
            self.examination.find("receipts", id, what);
        } else if !self.vault.mac_matches(MAC, &leaf, &stored.mac) {
            is_ours = false;
            let what = "does not match its MAC: it was changed or put in from outside";
            self.examination.find("receipts", id, what);
        }
        if is_ours {
            self.destroyed(&stored);
        }
        match stored.seq {
            Some(seq) => self.numbered.push((seq, stored.entry.id, leaf)),
            None => self.examination.waiting += 1,
        }
        self.named(stored);
    }

    /// What ends keys says which, and which rows went with them.
    fn destroyed(&mut self, stored: &Stored) {
        let rows = &stored.entry.rows;
        let mut keys = rows.iter().filter(|row| row.table == KEYS).peekable();
        if keys.peek().is_none() {
            return;
        }
        let ended = keys.map(|row| CompartmentId(row.row));
        self.examination.ended.extend(ended);
        let of_data = |row: &&RowDigest| !OUTSIDE.contains(&row.table.as_str());
        let gone = rows
            .iter()
            .filter(of_data)
            .filter(|row| row.digest == [0; 32]);
        let receipt = stored.entry.id;
        self.examination.destroyed.extend(gone.map(|row| Destroyed {
            table: row.table.to_string(),
            row: row.row,
            receipt,
        }));
    }

    /// Every number once, from nought on, and the tree over their leaves.
    fn in_order(&mut self) {
        self.numbered.sort_unstable();
        let mut expected = 0;
        for (seq, id, leaf) in std::mem::take(&mut self.numbered) {
            if seq != expected {
                self.examination.find("receipts", Some(id), &format!("has number {seq} where {expected} should stand: a receipt before it was removed, put in or moved"));
            }
            expected = seq.saturating_add(1);
            self.examination.receipts += 1;
            self.examination.frontier.push(leaf);
            if self.sizes.contains(&expected) {
                let frontier = &self.examination.frontier;
                let (size, root) = (frontier.size(), frontier.root());
                self.examination.roots.insert(size, root);
            }
        }
    }

    /// What a receipt names: compartments, by which it must be found, and rows.
    fn named(&mut self, stored: Stored) {
        let (id, mut opened) = (stored.entry.id, stored.entry.compartments);
        opened.sort_unstable();
        opened.dedup();
        for compartment in opened {
            self.indexed.add(self.hashed, (id, compartment.0));
        }
        let of_data = |row: &RowDigest| !OUTSIDE.contains(&row.table.as_str());
        for row in stored.entry.rows.into_iter().filter(of_data) {
            let written = &mut self.examination.written;
            let writes = written.entry((row.table, row.row)).or_default();
            writes.push((row.revision, row.digest));
        }
    }
}
