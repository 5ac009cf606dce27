//! Process notes: a clinician's own notes of a session, apart from the record (psychotherapy notes in the law, 45 CFR
//! 164.501). Only the author's browser reads them (R4), and the practice's executor where the author wants it (`succession`).
//!
//! The server keeps an age file, sealed once more on the side that the session is about, so that destroying that side
//! destroys it, too. Nobody else is given it, whatever they may open. Not here: keys (`own_words`), progress notes (`notes`).

mod anew;
pub mod records;

#[cfg(test)]
mod tests;

pub use anew::{Anew, Waiting};

use serde::{Deserialize, Serialize};
use vault::{CompartmentId, Opened};

use crate::access::{DeskAccess, Purpose, Work};
use crate::calendar::Session;
use crate::cases::Case;
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{CaseId, SessionId};
use crate::notes;
use crate::own_words::AgeFile;
use crate::receipts::Action;
use crate::sealed;
use crate::sessions;
use crate::succession::{self, Recipient};

/// The author's own note of a session, if they wrote one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProcessNote {
    /// Of which case: a part of what the author signed.
    pub case: CaseId,
    /// The file and its revision.
    pub written: Option<(AgeFile, u32)>,
}

/// A note as the author's browser encrypted it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Encrypted {
    /// The file.
    pub file: AgeFile,
    /// For whom it is beside its author, as the browser says; how many they are stands in the file's header.
    pub executor: Option<Recipient>,
}

impl Encrypted {
    /// Whether it is for its author and this reader, and for nobody else as far as its header tells.
    fn is_for(&self, reader: Option<&Recipient>) -> bool {
        let keys = 1 + usize::from(reader.is_some());
        self.executor.as_ref() == reader && self.file.is_for(keys)
    }

    fn digest(&self) -> Option<[u8; 32]> {
        self.executor.as_ref().map(Recipient::digest)
    }
}

/// Why a process note was not written.
#[derive(Debug, thiserror::Error)]
pub enum ProcessNoteError {
    /// R9: somebody's informed consent is not in force.
    #[error("the informed consent of everybody concerned is not in force yet (R9)")]
    ConsentMissing,
    /// The file is not for the author's key alone, or not for the executor's, too, where the author wants it.
    #[error(
        "a process note is encrypted for its author, and for the executor where the author wants it"
    )]
    OtherReaders,
    /// Something below; [`AccessError::Stale`] when another revision is newer.
    #[error(transparent)]
    Access(AccessError),
}

crate::carries_consent_error!(ProcessNoteError);

/// The content of `process_notes.sealed`.
#[derive(Serialize, Deserialize)]
struct Content {
    file: AgeFile,
    /// For whom it is beside its author.
    #[serde(default)]
    executor: Option<Recipient>,
}

impl From<Encrypted> for Content {
    fn from(note: Encrypted) -> Self {
        let Encrypted { file, executor } = note;
        Self { file, executor }
    }
}

/// The file in a cell, and for whom it is beside its author.
pub(crate) fn stored(
    work: &Work<'_, '_>,
    opened: &Opened,
    cell: &sealed::Cell,
) -> Result<(AgeFile, Option<Recipient>), AccessError> {
    let content: Content = work.unseal(opened, "process_notes", cell)?;
    Ok((content.file, content.executor))
}

impl Practice {
    /// The process note that who asks wrote of a session; nobody else's (R4).
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when the session is not theirs to care for.
    pub async fn process_note(
        &self,
        access: &DeskAccess,
        session: SessionId,
    ) -> Result<ProcessNote, AccessError> {
        self.read(access, move |work| {
            let found = find(work, session)?;
            let written = match found.stored {
                None => None,
                Some(cell) => {
                    let (file, _) = stored(work, &found.opened, &cell)?;
                    Some((file, cell.revision))
                }
            };
            Ok(ProcessNote {
                case: found.case.id,
                written,
            })
        })
        .await
    }

    /// Keeps the process note of who asks; `revision` is the one that the writer saw, nothing for the first. Returns the new
    /// one.
    ///
    /// # Errors
    /// [`ProcessNoteError::ConsentMissing`] (R9), [`ProcessNoteError::OtherReaders`], [`AccessError::Stale`] when another
    /// revision is newer: the browser still holds the text.
    pub async fn write_process_note(
        &self,
        access: &DeskAccess,
        session: SessionId,
        note: Encrypted,
        revision: Option<u32>,
    ) -> Result<u32, ProcessNoteError> {
        let practice = self.id();
        self.write(
            access,
            Action::ProcessNote,
            move |work| {
                if !note.is_for(succession::standing(work, work.person()?).reader()) {
                    return Err(ProcessNoteError::OtherReaders);
                }
                let found = find(work, session)?;
                work.stands_on_consent(&notes::concerned(&found.case, found.side))?;
                if revision != found.stored.as_ref().map(|cell| cell.revision) {
                    return Err(AccessError::Stale.into());
                }
                let digest = note.digest();
                let content = Content::from(note);
                let place = (
                    found.session.id,
                    found.case.id,
                    work.person()?,
                    micros(work.now()),
                );
                let row = match &found.stored {
                    None => {
                        let open = found.opened.get(found.side).ok_or(AccessError::NotThere)?;
                        work.seal(open, ("process_notes", work.new_id(), 1), &content)?
                    }
                    Some(cell) => {
                        let at = cell.compartment;
                        let open = found.opened.get(at).ok_or(AccessError::NotThere)?;
                        work.reseal(open, "process_notes", cell, &content)?
                    }
                };
                Ok((place, row, digest))
            },
            move |tx, (place, row, digest)| {
                if row.revision == 1 {
                    records::insert(tx, practice, *place, row)?;
                } else {
                    sealed::revise(tx, practice, row)?;
                }
                records::tell_executor(tx, practice, row, *digest)?;
                Ok(row.revision)
            },
        )
        .await
    }
}

struct Found {
    session: Session,
    case: Case,
    side: CompartmentId,
    stored: Option<sealed::Cell>,
    opened: Opened,
}

/// A session of mine, and what I wrote of it.
fn find(work: &mut Work<'_, '_>, session: SessionId) -> Result<Found, AccessError> {
    let (practice, author) = (work.practice(), work.person()?);
    let (session, case) = notes::session_of_mine(work, session)?;
    let side = sessions::side(&case, &session).ok_or(AccessError::NotThere)?;
    let stored = records::of_session(work.tx, practice, session.id, author)?;
    let at = stored.as_ref().map_or(side, |cell| cell.compartment);
    let opened = work.open(Action::ProcessNote, Purpose::Care, &[at])?;
    Ok(Found {
        session,
        case,
        side: at,
        stored,
        opened,
    })
}
