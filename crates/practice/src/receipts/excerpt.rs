//! Lines of the access log for somebody outside: one file in which each line is proved under a signed head, without the
//! database and without the keyring.
//!
//! The file is JSON, a value on each line: first the head, the key and the hashes that lead from the lines to the head's root
//! (RFC 6962; [`Tree::several_proof`]), then the receipts. Each carries the receipt as it was hashed, and beside it the same in
//! words. Names of who works here are the practice's word: receipts know ids.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vault::log::{Hash, LogError, Tree, verifier_key, verify_several};
use vault::{Checkpoint, Entry};

use super::access_log::{Search, found, of_owner};
use super::records;
use crate::access::{Fresh, Role, Work};
use crate::accounts;
use crate::clock::from_micros;
use crate::core::Practice;
use crate::error::AccessError;

/// So many lines are in one file; who needs older ones chooses days.
const LINES: i64 = 20_000;

/// Why an excerpt is none, or does not hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ExcerptError {
    /// It is no excerpt, or not whole.
    #[error("this is no excerpt of an access log, or not a whole one")]
    Malformed,
    /// What stands in words on a line is not what its receipt says.
    #[error("line {0} says something else than its receipt")]
    Words(usize),
    /// The head or the way to it.
    #[error(transparent)]
    Log(#[from] LogError),
}

/// The first line.
#[derive(Serialize, Deserialize)]
struct First {
    head: String,
    key: String,
    receipts: usize,
    hashes: Vec<String>,
}

/// Each other line.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Line {
    number: u64,
    at: String,
    by: Option<Uuid>,
    name: String,
    role: String,
    action: String,
    purpose: String,
    outcome: String,
    records: Vec<Uuid>,
    receipt: String,
}

impl Line {
    fn of(number: u64, entry: &Entry, name: &str) -> Self {
        Self {
            number,
            at: from_micros(entry.at).to_string(),
            by: entry.actor,
            name: name.to_owned(),
            role: entry.role.to_string(),
            action: entry.action.to_string(),
            purpose: entry.purpose.to_string(),
            outcome: entry.outcome.to_string(),
            records: entry.compartments.iter().map(|one| one.0).collect(),
            receipt: STANDARD.encode(entry.encode()),
        }
    }

    /// The receipt's hash, when the words beside it are its own.
    fn leaf(&self) -> Option<Hash> {
        let bytes = STANDARD.decode(&self.receipt).ok()?;
        let entry = Entry::decode(&bytes).ok()?;
        let same = Self::of(self.number, &entry, &self.name) == *self;
        same.then(|| entry.leaf_hash())
    }
}

/// Lines of the access log with what proves them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Excerpt {
    head: Checkpoint,
    key: [u8; 32],
    hashes: Vec<Hash>,
    lines: Vec<Line>,
}

impl Excerpt {
    /// How many receipts it has.
    #[must_use]
    pub fn receipts(&self) -> usize {
        self.lines.len()
    }

    /// The head under which they stand.
    #[must_use]
    pub const fn head(&self) -> &Checkpoint {
        &self.head
    }

    /// The log's key as the excerpt brings it: who trusts it has compared it with the one that the practice gave out.
    #[must_use]
    pub fn key(&self) -> String {
        verifier_key(self.head.origin(), &self.key)
    }

    /// Checks every line: its words, its number, and that the log with this key held it.
    ///
    /// # Errors
    /// [`ExcerptError::Words`] with the line, [`ExcerptError::Log`] for the head and the proof.
    pub fn check(&self) -> Result<(), ExcerptError> {
        self.head.verify(&self.key)?;
        let mut leaves = Vec::with_capacity(self.lines.len());
        for (line, at) in self.lines.iter().zip(2..) {
            leaves.push((line.number, line.leaf().ok_or(ExcerptError::Words(at))?));
        }
        let (size, root) = (self.head.size(), self.head.root());
        Ok(verify_several(&leaves, size, &self.hashes, &root)?)
    }

    /// The excerpt as text; parsing it gives the same one.
    ///
    /// # Errors
    /// [`AccessError::Fault`] when it cannot be written down.
    pub fn text(&self) -> Result<String, AccessError> {
        let fault = |_| AccessError::Fault("an excerpt cannot be written".to_owned());
        let first = First {
            head: self.head.text(),
            key: STANDARD.encode(self.key),
            receipts: self.lines.len(),
            hashes: self
                .hashes
                .iter()
                .map(|hash| STANDARD.encode(hash))
                .collect(),
        };
        let mut text = serde_json::to_string(&first).map_err(fault)? + "\n";
        for line in &self.lines {
            text.push_str(&serde_json::to_string(line).map_err(fault)?);
            text.push('\n');
        }
        Ok(text)
    }

    /// Reads an excerpt; whether it holds, [`Excerpt::check`] says.
    ///
    /// # Errors
    /// [`ExcerptError::Malformed`].
    pub fn parse(text: &str) -> Result<Self, ExcerptError> {
        Self::parsed(text).ok_or(ExcerptError::Malformed)
    }

    fn parsed(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let first: First = serde_json::from_str(lines.next()?).ok()?;
        let hash = |text: &str| -> Option<Hash> { STANDARD.decode(text).ok()?.try_into().ok() };
        let lines = lines.map(|line| serde_json::from_str(line).ok());
        let excerpt = Self {
            head: Checkpoint::parse(&first.head).ok()?,
            key: hash(&first.key)?,
            hashes: first
                .hashes
                .iter()
                .map(|text| hash(text))
                .collect::<Option<_>>()?,
            lines: lines.collect::<Option<_>>()?,
        };
        (excerpt.lines.len() == first.receipts).then_some(excerpt)
    }
}

impl Practice {
    /// The lines of the access log that a search finds, at most 20,000 of the newest, with their proof; reading it leaves a
    /// receipt.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] for anybody but the owner, and a fault of the database.
    pub async fn log_excerpt(
        &self,
        access: &impl Fresh,
        search: Search,
    ) -> Result<Excerpt, AccessError> {
        let head = self.head_to_leave().await?;
        let key = self.vault()?.audit_key();
        self.read(access, move |work| {
            of_owner(work)?;
            let head =
                head.ok_or_else(|| AccessError::Fault("nothing was signed yet".to_owned()))?;
            excerpt(work, &search, (head, key))
        })
        .await
    }
}

fn excerpt(
    work: &mut Work<'_, '_>,
    search: &Search,
    signed: (Checkpoint, [u8; 32]),
) -> Result<Excerpt, AccessError> {
    let (head, key) = signed;
    let practice = work.practice();
    let staff = accounts::colleagues(work.tx, practice)?;
    let staff = staff.iter().map(|one| (one.id.0, one.page.name.as_str()));
    let names: HashMap<Uuid, &str> = staff.collect();
    let mut lines = Vec::new();
    for (stored, _) in found(work, search, (LINES, usize::MAX))? {
        let number = stored.seq.and_then(|seq| u64::try_from(seq).ok());
        let entry = &stored.entry;
        let name = entry.actor.and_then(|actor| names.get(&actor));
        // Whoever reads it outside is not to learn which client was refused something.
        let of_client = entry.role == Role::Client.word();
        if let Some(number) = number.filter(|number| *number < head.size() && !of_client) {
            lines.push(Line::of(number, entry, name.copied().unwrap_or_default()));
        }
    }
    lines.sort_by_key(|line| line.number);
    let numbers: Vec<u64> = lines.iter().map(|line| line.number).collect();
    let mut tree = Tree::new();
    records::each_leaf(work.tx, practice, head.size(), |leaf| tree.push(leaf))?;
    let changed = || {
        AccessError::Fault(
            "the receipts are not those that were signed: run `alcove audit verify`".to_owned(),
        )
    };
    if tree.root_at(head.size()) != Some(head.root()) {
        return Err(changed());
    }
    Ok(Excerpt {
        hashes: tree
            .several_proof(&numbers, head.size())
            .ok_or_else(changed)?,
        head,
        key,
        lines,
    })
}
