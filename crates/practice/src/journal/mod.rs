//! A client's private journal: nobody but the client's browser reads it, the clinician neither.
//!
//! The server keeps age files, sealed once more on the client's own side of the case, so that destroying that side destroys
//! them, too. They are no part of the record: who cares for the client is told nothing of them, a partner neither (R2). Not
//! here: keys (`own_words`), reflections that the clinician reads (`homework`).

pub mod records;

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use vault::Opened;

use crate::access::{PortalAccess, Purpose, Work};
use crate::cases::{self, Part, Sides};
use crate::clock::{from_micros, micros};
use crate::consent;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{EntryId, ParticipantId};
use crate::own_words::AgeFile;
use crate::receipts::Action;
use crate::sealed;

/// One entry, as it is stored.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Which.
    pub id: EntryId,
    /// The newest revision; a change names it.
    pub revision: u32,
    /// When it was begun.
    pub written_at: Timestamp,
    /// What the browser reads.
    pub file: AgeFile,
}

/// The journal beside one case.
#[derive(Clone, Debug)]
pub struct Journal {
    /// Whose case it is, in names.
    pub sides: Sides,
    /// Whether something can be written now: the case goes on, and the client's consent is in force (R9).
    pub writes: bool,
    /// The entries, newest first.
    pub entries: Vec<Entry>,
}

/// Why an entry was not kept.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// R9: the client's informed consent is not in force.
    #[error("the client's informed consent is not in force yet (R9)")]
    ConsentMissing,
    /// The file is not for the client's key alone.
    #[error("a journal entry is encrypted for its author alone")]
    NotForOne,
    /// Something below; [`AccessError::Stale`] when another revision is newer.
    #[error(transparent)]
    Access(AccessError),
}

crate::carries_consent_error!(JournalError);

/// The content of `journal.sealed`.
#[derive(Serialize, Deserialize)]
struct Content {
    file: AgeFile,
}

/// The most entries that one page lists.
const MOST: i64 = 200;

impl Practice {
    /// The signed-in client's journal beside each of their cases.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault.
    pub async fn my_journal(&self, access: &PortalAccess) -> Result<Vec<Journal>, AccessError> {
        self.read(access, |work| {
            let mut found = Vec::new();
            for part in cases::parts_of_mine(work)? {
                found.push(of_part(work, &part)?);
            }
            Ok(found)
        })
        .await
    }

    /// Keeps an entry under the id that the browser gave it and signed; `revision` is the one that the writer saw, nothing
    /// for a new one. Returns the new revision.
    ///
    /// # Errors
    /// [`JournalError::ConsentMissing`] (R9), [`JournalError::NotForOne`], [`AccessError::Stale`] when another revision is
    /// newer, [`AccessError::NotThere`] when the part or the entry is not the client's, or has ended.
    pub async fn write_entry(
        &self,
        access: &PortalAccess,
        place: (ParticipantId, EntryId),
        file: AgeFile,
        revision: Option<u32>,
    ) -> Result<u32, JournalError> {
        let practice = self.id();
        let (participant, entry) = place;
        self.write(
            access,
            Action::Journal,
            move |work| {
                if !file.is_for(1) {
                    return Err(JournalError::NotForOne);
                }
                let (part, opened) = part(work, participant)?;
                if !part.goes_on() {
                    return Err(AccessError::NotThere.into());
                }
                work.stands_on_consent(&[part.who])?;
                let stored = records::entry(work.tx, practice, participant, entry)?;
                if revision != stored.as_ref().map(|one| one.cell.revision) {
                    return Err(AccessError::Stale.into());
                }
                let open = opened.get(part.who.own).ok_or(AccessError::NotThere)?;
                let content = Content { file };
                let row = match stored {
                    None => work.seal(open, ("journal", entry.0, 1), &content)?,
                    Some(one) => work.reseal(open, "journal", &one.cell, &content)?,
                };
                Ok((micros(work.now()), row))
            },
            move |tx, (at, row)| {
                if row.revision == 1 {
                    records::insert(tx, practice, (participant, *at), row)?;
                } else {
                    sealed::revise(tx, practice, row)?;
                }
                Ok(row.revision)
            },
        )
        .await
    }

    /// Removes an entry for good; it is the client's and no part of the record.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when it is not the client's, [`AccessError::Stale`] when another revision is newer.
    pub async fn remove_entry(
        &self,
        access: &PortalAccess,
        place: (ParticipantId, EntryId),
        revision: u32,
    ) -> Result<(), AccessError> {
        let practice = self.id();
        let (participant, entry) = place;
        self.write(
            access,
            Action::Journal,
            move |work| {
                part(work, participant)?;
                let stored = records::entry(work.tx, practice, participant, entry)?;
                let stored = stored.ok_or(AccessError::NotThere)?;
                if stored.cell.revision != revision {
                    return Err(AccessError::Stale);
                }
                work.removes("journal", entry.0, revision);
                Ok(())
            },
            move |tx, ()| Ok(sealed::remove(tx, practice, "journal", entry.0, revision)?),
        )
        .await
    }
}

/// A part of the client's, with their own side opened.
fn part(
    work: &mut Work<'_, '_>,
    participant: ParticipantId,
) -> Result<(Part, Opened), AccessError> {
    let part = cases::part_of_mine(work, participant)?;
    let opened = work.open(Action::Journal, Purpose::OwnRecord, &[part.who.own])?;
    Ok((part, opened))
}

fn of_part(work: &mut Work<'_, '_>, part: &Part) -> Result<Journal, AccessError> {
    let practice = work.practice();
    let opened = work.open(Action::Journal, Purpose::OwnRecord, &part.compartments())?;
    let mut entries = Vec::new();
    for stored in records::of_participant(work.tx, practice, part.who.id, MOST)? {
        let content: Content = work.unseal(&opened, "journal", &stored.cell)?;
        entries.push(Entry {
            id: EntryId(stored.cell.id),
            revision: stored.cell.revision,
            written_at: from_micros(stored.written_at),
            file: content.file,
        });
    }
    let writes = part.goes_on() && consent::all_informed(work, &[part.who])?;
    Ok(Journal {
        sides: cases::sides(work, &opened, part)?,
        writes,
        entries,
    })
}
