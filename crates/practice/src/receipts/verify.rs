//! `alcove audit verify`: recomputes the log and compares every stored row with the digest of its newest write.
//!
//! It trusts the keyring and the secret that opens it, and nothing in the data. Truncation, edit, swap and replay
//! each become a [`Finding`] that names the row.

mod chain;
mod decided;
mod rows;
mod structure;

use std::collections::{HashMap, HashSet};

use compact_str::CompactString;
use store::{StoreError, Tx};
use uuid::Uuid;
use vault::log::Frontier;
use vault::{AuthorityDigest, Checkpoint, CompartmentId, Secret, Vault};

use crate::access::{self, Authority};
use crate::core::Practice;
use crate::digest::hex;
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
    /// Rows that were destroyed together with their keys (R16): they are missing because they must.
    pub destroyed: Vec<Destroyed>,
    /// What is wrong; empty when everything holds.
    pub findings: Vec<Finding>,
}

/// A row that was destroyed, in the receipt that ordered the death of its key.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Destroyed {
    /// The table.
    pub table: String,
    /// The row.
    pub row: Uuid,
    /// The receipt.
    pub receipt: Uuid,
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
type Written = HashMap<(CompactString, Uuid), Vec<(u32, [u8; 32])>>;

/// Every row of the practice, in words for which no database takes an index: all of a table is read, as it lies.
const OF_PRACTICE: &str = "CASE WHEN practice_id = $1 THEN 1 ELSE 0 END = 1";

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
    /// The compartments whose keys the log says have ended.
    ended: HashSet<CompartmentId>,
    destroyed: Vec<Destroyed>,
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
                examination.checkpoints(tx, &keyring)?;
                examination.standing(tx)?;
                examination.sealed_rows(tx, &keyring.vault)?;
                let authority = examination.authority(tx, &keyring.vault)?;
                examination.cases(tx, &keyring.vault, &authority)?;
                examination.decided(tx)?;
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
            ended: HashSet::new(),
            destroyed: Vec::new(),
        }
    }

    fn find(&mut self, table: &str, row: Option<Uuid>, what: &str) {
        self.findings.push(Finding {
            table: table.to_owned(),
            row,
            what: what.to_owned(),
        });
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
                self.written.remove(&(table.into(), row.id));
            } else {
                self.rows += 1;
                self.written.remove(&(table.into(), row.id));
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
        let root = hex(&self.frontier.root());
        Verdict {
            receipts: self.receipts,
            waiting: self.waiting,
            rows: self.rows,
            root,
            destroyed: self.destroyed,
            findings: self.findings,
        }
    }
}
