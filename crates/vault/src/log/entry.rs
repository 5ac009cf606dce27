//! One receipt: who opened or wrote what, when, in what role, for what purpose, and how it ended.
//!
//! A receipt carries ids and plain words, never a name nor free text: it must be readable when everything else is
//! destroyed.

use compact_str::CompactString;
use uuid::Uuid;

use super::LogError;
use super::hash::{Hash, leaf_hash};
use crate::bytes::{Reader, Writer};
use crate::{CompartmentId, VaultError};

/// The version of the encoding.
const VERSION: u8 = 1;
/// The longest word.
const LONGEST_WORD: usize = 64;
/// Bytes that most receipts fit in.
const ROOM: usize = 512;

/// A receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The receipt's own id.
    pub id: Uuid,
    /// When, in microseconds UTC.
    pub at: i64,
    /// The account that acted; `None` for a visitor or the practice's own jobs.
    pub actor: Option<Uuid>,
    /// The sign-in through which it acted.
    pub sign_in: Option<Uuid>,
    /// In what role: a plain word.
    pub role: CompactString,
    /// What was done: a plain word.
    pub action: CompactString,
    /// What for: a plain word.
    pub purpose: CompactString,
    /// How it ended: a plain word.
    pub outcome: CompactString,
    /// The compartments that were opened.
    pub compartments: Vec<CompartmentId>,
    /// The sealed rows that were written.
    pub rows: Vec<RowDigest>,
}

/// The digest of a sealed row that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowDigest {
    /// The table.
    pub table: CompactString,
    /// The row's id.
    pub row: Uuid,
    /// The revision that was written.
    pub revision: u32,
    /// [`sealed_digest`](crate::sealed_digest) of the stored bytes.
    pub digest: [u8; 32],
}

impl Entry {
    /// Checks that every word is a plain one: at most 64 of `a-z`, `0-9`, `-`, `_`, `.`, `:` and `/`; may be empty.
    ///
    /// # Errors
    /// [`VaultError::FreeText`] with the field's name.
    pub fn check(&self) -> Result<(), VaultError> {
        let words = [
            ("role", &self.role),
            ("action", &self.action),
            ("purpose", &self.purpose),
            ("outcome", &self.outcome),
        ];
        let tables = self.rows.iter().map(|row| ("table", &row.table));
        match words
            .into_iter()
            .chain(tables)
            .find(|(_, word)| !is_plain(word))
        {
            Some((field, _)) => Err(VaultError::FreeText { field }),
            None => Ok(()),
        }
    }

    /// The canonical encoding: two entries are equal exactly when their encodings are.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        Writer::with_capacity(ROOM)
            .fixed(&[VERSION])
            .part(self.id.as_bytes())
            .part(&self.at.to_be_bytes())
            .part(id_or_nothing(self.actor.as_ref()))
            .part(id_or_nothing(self.sign_in.as_ref()))
            .part(self.role.as_bytes())
            .part(self.action.as_bytes())
            .part(self.purpose.as_bytes())
            .part(self.outcome.as_bytes())
            .within(|part| {
                let opened = self.compartments.iter();
                opened.fold(part, |part, id| part.fixed(id.0.as_bytes()))
            })
            .within(|part| self.rows.iter().fold(part, RowDigest::written))
            .finish()
    }

    /// Reads an encoding.
    ///
    /// # Errors
    /// [`LogError::Malformed`] when it is not exactly what [`Entry::encode`] gives.
    pub fn decode(bytes: &[u8]) -> Result<Self, LogError> {
        Self::decoded(bytes).ok_or(LogError::Malformed("receipt"))
    }

    /// The hash of this receipt in the tree.
    #[must_use]
    pub fn leaf_hash(&self) -> Hash {
        leaf_hash(&self.encode())
    }

    fn decoded(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        (reader.u8()? == VERSION).then_some(())?;
        let entry = Self {
            id: reader.id()?,
            at: i64::from_be_bytes(reader.part()?.try_into().ok()?),
            actor: optional_id(reader.part()?).ok()?,
            sign_in: optional_id(reader.part()?).ok()?,
            role: reader.text()?.into(),
            action: reader.text()?.into(),
            purpose: reader.text()?.into(),
            outcome: reader.text()?.into(),
            compartments: compartments(reader.part()?)?,
            rows: row_digests(reader.part()?)?,
        };
        reader.end()?;
        Some(entry)
    }
}

impl RowDigest {
    fn written(part: Writer, row: &Self) -> Writer {
        part.part(row.table.as_bytes())
            .part(row.row.as_bytes())
            .part(&row.revision.to_be_bytes())
            .part(&row.digest)
    }
}

fn is_plain(word: &str) -> bool {
    let plain =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.:/".contains(&byte);
    word.len() <= LONGEST_WORD && word.bytes().all(plain)
}

/// An id that may be absent: then the part is empty.
fn id_or_nothing(id: Option<&Uuid>) -> &[u8] {
    id.map_or(&[], |id| id.as_bytes())
}

/// Reads [`id_or_nothing`].
fn optional_id(part: &[u8]) -> Result<Option<Uuid>, uuid::Error> {
    if part.is_empty() {
        Ok(None)
    } else {
        Uuid::from_slice(part).map(Some)
    }
}

fn compartments(part: &[u8]) -> Option<Vec<CompartmentId>> {
    let (ids, rest) = part.as_chunks::<16>();
    let ids = ids
        .iter()
        .map(|id| CompartmentId(Uuid::from_bytes(*id)))
        .collect();
    rest.is_empty().then_some(ids)
}

fn row_digests(part: &[u8]) -> Option<Vec<RowDigest>> {
    let mut reader = Reader::new(part);
    let mut rows = Vec::new();
    while reader.end().is_none() {
        rows.push(RowDigest {
            table: reader.text()?.into(),
            row: reader.id()?,
            revision: u32::from_be_bytes(reader.part()?.try_into().ok()?),
            digest: reader.part()?.try_into().ok()?,
        });
    }
    Some(rows)
}
