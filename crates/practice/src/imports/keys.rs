//! Under which row an item of a file is known here: by a keyed digest, because a key can be a record number or a
//! social security number, and a digest without a key could be tried out.

use std::collections::HashMap;

use store::StoreError;
use uuid::Uuid;

use super::cases::CaseRef;
use super::{ExternalKey, records};
use crate::access::Work;

/// What a key is the key of. A number that a file gives to a client never leads to a clinician.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Domain {
    Clinician,
    Person,
    Case,
    Session,
    Entry,
    Relation,
}

impl Domain {
    const fn word(self) -> &'static str {
        match self {
            Self::Clinician => "import/clinician",
            Self::Person => "import/person",
            Self::Case => "import/case",
            Self::Session => "import/session",
            Self::Entry => "import/entry",
            Self::Relation => "import/relation",
        }
    }
}

/// The row of a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum KeyRow {
    /// A row whose id is known.
    Id(Uuid),
    /// A case, also one that is being made.
    Case(CaseRef),
}

/// The keys of a file: those that are known here, and those that become known with it.
#[derive(Default)]
pub(super) struct Keys {
    found: HashMap<[u8; 32], Option<KeyRow>>,
    new: Vec<([u8; 32], KeyRow)>,
}

impl Keys {
    /// The row of a key, if it is known.
    ///
    /// # Errors
    /// A fault of the database.
    pub(super) fn find(
        &mut self,
        work: &mut Work<'_, '_>,
        domain: Domain,
        key: &ExternalKey,
    ) -> Result<Option<KeyRow>, StoreError> {
        let hash = digest(work, domain, key);
        if let Some(found) = self.found.get(&hash) {
            return Ok(*found);
        }
        let practice = work.practice();
        let row = records::row_of_key(work.tx, practice, &hash)?;
        let row = row.map(|id| match domain {
            Domain::Case => KeyRow::Case(CaseRef::Known(crate::ids::CaseId(id))),
            Domain::Clinician
            | Domain::Person
            | Domain::Session
            | Domain::Entry
            | Domain::Relation => KeyRow::Id(id),
        });
        self.found.insert(hash, row);
        Ok(row)
    }

    /// As [`Keys::find`], for what is not a case.
    ///
    /// # Errors
    /// A fault of the database.
    pub(super) fn id(
        &mut self,
        work: &mut Work<'_, '_>,
        domain: Domain,
        key: &ExternalKey,
    ) -> Result<Option<Uuid>, StoreError> {
        Ok(match self.find(work, domain, key)? {
            Some(KeyRow::Id(id)) => Some(id),
            Some(KeyRow::Case(_)) | None => None,
        })
    }

    /// Makes a key known, unless it is.
    ///
    /// # Errors
    /// A fault of the database.
    pub(super) fn put(
        &mut self,
        work: &mut Work<'_, '_>,
        domain: Domain,
        key: &ExternalKey,
        row: KeyRow,
    ) -> Result<(), StoreError> {
        if self.find(work, domain, key)?.is_none() {
            let hash = digest(work, domain, key);
            self.found.insert(hash, Some(row));
            self.new.push((hash, row));
        }
        Ok(())
    }

    /// Those that become known.
    pub(super) fn into_new(self) -> Vec<([u8; 32], KeyRow)> {
        self.new
    }
}

fn digest(work: &Work<'_, '_>, domain: Domain, key: &ExternalKey) -> [u8; 32] {
    let text = key.text();
    work.vault().mac(domain.word(), text.reveal().as_bytes())
}

/// The keyed digest of a file's digest.
pub(super) fn of_file(work: &Work<'_, '_>, digest: &[u8; 32]) -> [u8; 32] {
    work.vault().mac("import/file", digest)
}
