//! Known keys: which public keys of others somebody's browser has seen, and which it compared by six words. A file for that person
//! alone, kept in the compartment of their identity: the server cannot say in it that other keys are the same.

use serde::{Deserialize, Serialize};
use vault::Opened;

use super::{AgeFile, identity, records};
use crate::access::{Access, Purpose, Work};
use crate::core::Practice;
use crate::error::AccessError;
use crate::receipts::Action;
use crate::sealed::{self, Cell};

/// The largest file of known keys: those of some two hundred people.
pub const LONGEST_KNOWN: usize = 64 * 1024;

/// Why known keys were not kept.
#[derive(Debug, thiserror::Error)]
pub enum KnownKeysError {
    /// The file is not for its author's key alone, or too long.
    #[error("known keys are encrypted for their author alone")]
    NotForOne,
    /// Something below; [`AccessError::Stale`] when another revision is newer.
    #[error(transparent)]
    Access(#[from] AccessError),
}

crate::carries_access_error!(KnownKeysError);

/// The content of `known_keys.sealed`.
#[derive(Serialize, Deserialize)]
struct Content {
    file: AgeFile,
}

impl Practice {
    /// The known keys of who is signed in, with their revision; nothing before the first.
    ///
    /// # Errors
    /// [`AccessError::NotSignedIn`], [`AccessError::Locked`], or a fault.
    pub async fn my_known_keys(
        &self,
        access: &impl Access,
    ) -> Result<Option<(AgeFile, u32)>, AccessError> {
        self.read(access, |work| {
            let (opened, cell) = mine(work)?;
            let Some(cell) = cell else { return Ok(None) };
            let content: Content = work.unseal(&opened, "known_keys", &cell)?;
            Ok(Some((content.file, cell.revision)))
        })
        .await
    }

    /// Keeps the known keys of who is signed in; `revision` is the one that the browser saw, nothing for the first.
    ///
    /// # Errors
    /// [`KnownKeysError::NotForOne`], [`AccessError::Stale`] when another revision is newer.
    pub async fn keep_known_keys(
        &self,
        access: &impl Access,
        file: AgeFile,
        revision: Option<u32>,
    ) -> Result<u32, KnownKeysError> {
        let practice = self.id();
        self.write(
            access,
            Action::OwnWords,
            move |work| {
                if !file.is_for(1) || file.size() > LONGEST_KNOWN {
                    return Err(KnownKeysError::NotForOne);
                }
                let (opened, stored) = mine(work)?;
                let person = work.person()?;
                if revision != stored.as_ref().map(|cell| cell.revision) {
                    return Err(AccessError::Stale.into());
                }
                let at = match &stored {
                    Some(cell) => cell.compartment,
                    None => identity(work, person)?.compartment,
                };
                let open = opened.get(at).ok_or(AccessError::NotThere)?;
                let content = Content { file };
                let row = match &stored {
                    None => work.seal(open, ("known_keys", work.new_id(), 1), &content)?,
                    Some(cell) => work.reseal(open, "known_keys", cell, &content)?,
                };
                Ok((person, row))
            },
            move |tx, (person, row)| {
                if row.revision == 1 {
                    sealed::insert(tx, practice, row, &[("person_id", (*person).into())])?;
                } else {
                    sealed::revise(tx, practice, row)?;
                }
                Ok(row.revision)
            },
        )
        .await
    }
}

fn mine(work: &mut Work<'_, '_>) -> Result<(Opened, Option<Cell>), AccessError> {
    let (practice, person) = (work.practice(), work.person()?);
    let identity = identity(work, person)?;
    let opened = work.open(
        Action::OwnWords,
        Purpose::OwnRecord,
        &[identity.compartment],
    )?;
    Ok((opened, records::known(work.tx, practice, person)?))
}
