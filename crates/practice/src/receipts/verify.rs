//! `alcove audit verify`: recomputes the log and compares every stored row with the digest of its newest write.
//!
//! It trusts the keyring and the secret that opens it, and nothing in the data. Truncation, edit, swap and replay
//! each become a [`Finding`] that names the row.

mod rows;
mod structure;

use std::collections::{HashMap, HashSet};

use store::{Row, StoreError, Tx};
use uuid::Uuid;
use vault::log::Frontier;
use vault::{AuthorityDigest, Checkpoint, RowDigest, Secret, Vault};

use super::records::{self, COLUMNS};
use crate::access::{self, Authority};
use crate::core::Practice;
use crate::ids::PracticeId;
use crate::keys::{Keyring, KeysError};
use rows::Place;

/// One thing that is not as the program wrote it.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Finding {
    /// The table.
    pub table: String,
    /// The row, where one can be named.
    pub row: Option<Uuid>,
    /// What is wrong with it.
    pub what: String,
}

/// What the verification found.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Verdict {
    /// Receipts in the log.
    pub receipts: u64,
    /// Committed receipts that the log has not taken in yet.
    pub waiting: u64,
    /// Sealed rows and rows of authority that were compared.
    pub rows: u64,
    /// The log's root, hexadecimal.
    pub root: String,
    /// What is wrong; empty when everything holds.
    pub findings: Vec<Finding>,
}

impl Verdict {
    /// Whether everything holds.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.findings.is_empty()
    }
}

/// A head of the log that was kept elsewhere, and what it is called there.
#[derive(Clone, Debug)]
pub struct HeldElsewhere {
    /// For the person who reads the findings.
    pub name: String,
    /// The head.
    pub head: Checkpoint,
}

/// The newest digest that a receipt names for a row, and every earlier one.
type Written = HashMap<(String, Uuid), Vec<(u32, [u8; 32])>>;

/// How often everything is looked at while a server is at work.
const TRIES: u32 = 8;

/// What changes in the keyring while a server is at work.
fn known(keyring: &Keyring) -> (AuthorityDigest, Option<Checkpoint>, usize) {
    let compartments = keyring.vault.compartments();
    (keyring.digest, keyring.checkpoint.clone(), compartments)
}

struct Examination {
    practice: PracticeId,
    findings: Vec<Finding>,
    written: Written,
    receipts: u64,
    waiting: u64,
    rows: u64,
    frontier: Frontier,
    roots: HashMap<u64, [u8; 32]>,
    /// What the index of receipts by compartment must hold: receipt and compartment.
    indexed: HashSet<(Uuid, Uuid)>,
}

impl Practice {
    /// Verifies the receipt log, every sealed row and all of authority, without unlocking the server; and that the log goes on
    /// from each of the heads that were kept elsewhere.
    ///
    /// # Errors
    /// [`KeysError::WrongSecret`], or a fault of one of the databases; what is wrong with the data is no error but
    /// a finding.
    pub async fn verify(
        &self,
        secret: &Secret,
        against: &[HeldElsewhere],
    ) -> Result<Verdict, KeysError> {
        let mut keyring = self.open_keyring(secret).await?;
        let mut before: Vec<Finding> = Vec::new();
        for _ in 1..TRIES {
            let seen = known(&keyring);
            let mut examined = self.examine(keyring, against).await?;
            keyring = self.open_keyring(secret).await?;
            // A server that is at work meanwhile changes both; then what was read belongs to no one moment.
            let at_work = seen != known(&keyring);
            if examined.findings.is_empty() || !at_work {
                return Ok(examined.verdict());
            }
            // What is wrong with a row twice is wrong, however busy the server is.
            let again = |found: &Finding| found.row.is_some() && before.contains(found);
            if examined.findings.iter().any(again) {
                examined.findings.retain(again);
                return Ok(examined.verdict());
            }
            before = examined.findings;
        }
        Ok(self.examine(keyring, against).await?.verdict())
    }

    async fn examine(
        &self,
        keyring: Keyring,
        against: &[HeldElsewhere],
    ) -> Result<Examination, KeysError> {
        let practice = self.id();
        let against = against.to_vec();
        self.core()
            .store
            .read(move |tx| {
                let mut examination = Examination::new(practice);
                examination.log(tx, &keyring, &against)?;
                examination.against(&keyring.vault, &against);
                examination.index(tx)?;
                examination.checkpoints(tx, &keyring)?;
                examination.standing(tx)?;
                examination.sealed_rows(tx, &keyring.vault)?;
                let authority = examination.authority(tx, &keyring.vault)?;
                examination.cases(tx, &keyring.vault, &authority)?;
                if !keyring.digest.accepts(authority.digest()) {
                    examination.find("keyring", None, "the set of accounts, roles, grants, credentials and invitations is not the one that the keyring knows");
                }
                examination.missing();
                Ok::<_, KeysError>(examination)
            })
            .await
    }
}

impl Examination {
    fn new(practice: PracticeId) -> Self {
        Self {
            practice,
            findings: Vec::new(),
            written: Written::new(),
            receipts: 0,
            waiting: 0,
            rows: 0,
            frontier: Frontier::default(),
            roots: HashMap::new(),
            indexed: HashSet::new(),
        }
    }

    fn find(&mut self, table: &str, row: Option<Uuid>, what: &str) {
        self.findings.push(Finding {
            table: table.to_owned(),
            row,
            what: what.to_owned(),
        });
    }

    /// Every receipt: its leaf, its number, its place in the tree.
    fn log(
        &mut self,
        tx: &mut Tx<'_>,
        keyring: &Keyring,
        against: &[HeldElsewhere],
    ) -> Result<(), StoreError> {
        let mut sizes: HashSet<i64> = tx
            .query(
                "SELECT size FROM checkpoints WHERE practice_id = $1",
                &[self.practice.into()],
            )?
            .iter()
            .filter_map(|row| row.int(0).ok())
            .collect();
        let kept = keyring.checkpoint.as_ref().map(Checkpoint::size);
        let elsewhere = against.iter().map(|held| held.head.size());
        let more = kept.into_iter().chain(elsewhere);
        sizes.extend(more.filter_map(|size| i64::try_from(size).ok()));
        let practice = self.practice;
        let sql = format!(
            "SELECT {COLUMNS} FROM receipts WHERE practice_id = $1 ORDER BY seq IS NULL, seq, id"
        );
        let mut expected: i64 = 0;
        tx.each(&sql, &[practice.into()], |row| {
            self.receipt(row, &keyring.vault, &mut expected, &sizes);
            Ok::<_, StoreError>(())
        })
    }

    fn receipt(&mut self, row: &Row, vault: &Vault, expected: &mut i64, sizes: &HashSet<i64>) {
        let id = row.uuid(0).ok();
        let Ok(stored) = records::read(row) else {
            self.find("receipts", id, "cannot be read: its bytes were changed");
            return;
        };
        let leaf = stored.entry.leaf_hash();
        if stored.leaf != leaf {
            self.find("receipts", id, "does not match its hash: it was changed");
        } else if !vault.mac_matches(super::MAC, &leaf, &stored.mac) {
            self.find(
                "receipts",
                id,
                "does not match its MAC: it was changed or put in from outside",
            );
        }
        if let Some(seq) = stored.seq {
            if seq != *expected {
                self.find("receipts", id, &format!("has number {seq} where {expected} should stand: a receipt before it was removed, put in or moved"));
                *expected = seq;
            }
            *expected = expected.saturating_add(1);
            self.receipts += 1;
            self.frontier.push(leaf);
            if sizes.contains(expected) {
                let (size, root) = (self.frontier.size(), self.frontier.root());
                self.roots.insert(size, root);
            }
        } else {
            self.waiting += 1;
        }
        let id = stored.entry.id;
        let compartments = stored.entry.compartments.iter();
        self.indexed.extend(compartments.map(|at| (id, at.0)));
        let of_data = |row: &RowDigest| row.table != super::SLOTS;
        for row in stored.entry.rows.into_iter().filter(of_data) {
            let writes = self.written.entry((row.table, row.row)).or_default();
            writes.push((row.revision, row.digest));
        }
    }

    /// By which compartment a receipt is found: what is missing there, a client would not see.
    fn index(&mut self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let practice = self.practice;
        tx.each(
            "SELECT receipt_id, compartment_id FROM receipt_compartments WHERE practice_id = $1",
            &[practice.into()],
            |row| {
                let (receipt, compartment) = (row.uuid(0)?, row.uuid(1)?);
                if !self.indexed.remove(&(receipt, compartment)) {
                    self.find(
                        "receipt_compartments",
                        Some(receipt),
                        "names a compartment that the receipt does not: it was put in from outside",
                    );
                }
                Ok::<_, StoreError>(())
            },
        )?;
        for (receipt, _) in std::mem::take(&mut self.indexed) {
            self.find(
                "receipt_compartments",
                Some(receipt),
                "does not name a compartment that the receipt does: it was removed",
            );
        }
        Ok(())
    }

    /// The heads that were kept elsewhere: each is this log's, and the log of today begins with what it signs.
    fn against(&mut self, vault: &Vault, against: &[HeldElsewhere]) {
        for HeldElsewhere { name, head } in against {
            let size = head.size();
            let wrong = if head.origin() != vault.origin()
                || head.verify(&vault.audit_key()).is_err()
            {
                "is not a head that this log signed".to_owned()
            } else if size > self.receipts {
                format!(
                    "signs {size} receipts, and here are {}: receipts were removed, or the database is older",
                    self.receipts
                )
            } else if size > 0 && self.roots.get(&size) != Some(&head.root()) {
                format!("signs other receipts than the first {size} here: the log was written anew")
            } else {
                continue;
            };
            self.find("checkpoints", None, &format!("{name} {wrong}"));
        }
    }

    /// Every signed head against the recomputed tree, and the keyring's newest one.
    fn checkpoints(&mut self, tx: &mut Tx<'_>, keyring: &Keyring) -> Result<(), StoreError> {
        let rows = tx.query(
            "SELECT size, text FROM checkpoints WHERE practice_id = $1 ORDER BY size",
            &[self.practice.into()],
        )?;
        let mut wrong: Vec<i64> = Vec::new();
        let mut sizes = HashSet::new();
        for row in rows {
            let at = row.int(0).unwrap_or(-1);
            let size = u64::try_from(at).unwrap_or(0);
            sizes.insert(size);
            let text = row.text(1).unwrap_or_default();
            let holds = Checkpoint::parse(text).is_ok_and(|checkpoint| {
                checkpoint.verify(&keyring.vault.audit_key()).is_ok()
                    && checkpoint.size() == size
                    && self.roots.get(&size) == Some(&checkpoint.root())
            });
            if !holds {
                wrong.push(at);
            }
        }
        if let Some(first) = wrong.first() {
            let more = wrong.len() - 1;
            self.find(
                "checkpoints",
                None,
                &format!("the head at size {first}, and {more} after it, do not match the receipts before them"),
            );
        }
        let Some(kept) = &keyring.checkpoint else {
            // One head may be on its way into the keyring.
            if sizes.len() > 1 {
                self.find(
                    "keyring",
                    None,
                    "keeps no head, although several were signed: its row was removed",
                );
            }
            return Ok(());
        };
        let size = kept.size();
        if self.roots.get(&size) != Some(&kept.root()) {
            self.find(
                "keyring",
                None,
                &format!("the newest head that the keyring keeps, at size {size}, is not of these receipts: some were removed, changed, or the database is older"),
            );
        } else if !sizes.contains(&size) {
            self.find(
                "checkpoints",
                None,
                &format!("the head at size {size}, which the keyring keeps, was removed"),
            );
        }
        Ok(())
    }

    fn authority(&mut self, tx: &mut Tx<'_>, vault: &Vault) -> Result<Authority, KeysError> {
        let mut authority = Authority::default();
        access::each(tx, self.practice, |row| {
            let table = row.kind.table();
            if row.is_authentic(vault, self.practice) {
                authority.take(vault, row)?;
                self.compare(
                    table,
                    row.id,
                    i64::from(row.revision),
                    row.mac,
                    Place::Newest,
                );
                self.written.remove(&(table.to_owned(), row.id));
            } else {
                self.rows += 1;
                self.written.remove(&(table.to_owned(), row.id));
                self.find(
                    table,
                    Some(row.id),
                    "does not match its MAC: it was changed or put in from outside",
                );
            }
            Ok::<_, KeysError>(())
        })?;
        Ok(authority)
    }

    fn verdict(self) -> Verdict {
        let root = self
            .frontier
            .root()
            .iter()
            .fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
        Verdict {
            receipts: self.receipts,
            waiting: self.waiting,
            rows: self.rows,
            root,
            findings: self.findings,
        }
    }
}
