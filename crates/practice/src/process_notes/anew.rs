//! Encrypting one's own notes anew, when it changed who can open them: which ones wait for it, and one after the other.
//!
//! What waits is known by the row of each note, so that a browser that was closed meanwhile goes on where it was. The words stay
//! the same, so no consent is asked for again: that nobody else can open them any more must not hang on one.

use super::{Encrypted, ProcessNoteError, Recipient, records, stored};
use crate::access::{DeskAccess, Purpose, Work};
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{CaseId, PersonId, ProcessNoteId, SessionId};
use crate::own_words::AgeFile;
use crate::receipts::Action;
use crate::sealed;
use crate::succession::{self, Standing};
use records::Authored;
use vault::Opened;

/// How far it is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Waiting {
    /// How many notes who asks ever wrote.
    pub all: usize,
    /// Those that are not encrypted for whom they are to be.
    pub waiting: Vec<ProcessNoteId>,
    /// Those of them in records that are not open to their author any more: they stay as they are.
    pub closed: usize,
}

/// A note to be encrypted anew.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Anew {
    /// Of which case: a part of what the author signed.
    pub case: CaseId,
    /// Of which session, likewise.
    pub session: SessionId,
    /// The file.
    pub file: AgeFile,
    /// Its revision.
    pub revision: u32,
}

/// Whether a note's readers are to change. Nothing changes before the author decided, nor while their yes is about an earlier
/// recipient than the registered one.
fn waits(standing: &Standing, executor: Option<&[u8]>) -> bool {
    let Some((decision, _)) = &standing.decided else {
        return false;
    };
    let is_about_another = decision.to.is_some() && standing.reader().is_none();
    let wanted = standing.reader().map(Recipient::digest);
    !is_about_another && executor != wanted.as_ref().map(<[u8; 32]>::as_slice)
}

impl Practice {
    /// How far the notes of who asks are encrypted for whom they are to be. It opens none.
    ///
    /// # Errors
    /// [`AccessError::NotSignedIn`], [`AccessError::Locked`], or a fault.
    pub async fn process_notes_waiting(&self, access: &DeskAccess) -> Result<Waiting, AccessError> {
        self.read(access, |work| {
            let (practice, me) = (work.practice(), work.person()?);
            let standing = succession::standing(work, me);
            let mut found = Waiting::default();
            for note in records::of_author(work.tx, practice, me)? {
                found.all += 1;
                if !waits(&standing, note.executor.as_deref()) {
                    continue;
                }
                if work.may_open(note.cell.compartment, Purpose::Care) {
                    found.waiting.push(ProcessNoteId(note.cell.id));
                } else {
                    found.closed += 1;
                }
            }
            Ok(found)
        })
        .await
    }

    /// One's own note, to be encrypted anew.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when it is somebody else's, or its record is not open to its author any more.
    pub async fn process_note_to_renew(
        &self,
        access: &DeskAccess,
        note: ProcessNoteId,
    ) -> Result<Anew, AccessError> {
        self.read(access, move |work| {
            let (_, opened, found) = mine(work, note)?;
            let (file, _) = stored(work, &opened, &found.cell)?;
            Ok(Anew {
                case: found.case,
                session: found.session,
                file,
                revision: found.cell.revision,
            })
        })
        .await
    }

    /// Keeps one's own note, encrypted anew; `revision` is the one that was read. Returns the new one.
    ///
    /// # Errors
    /// [`ProcessNoteError::OtherReaders`] when it is not for whom it is to be, [`AccessError::Stale`] when it was changed meanwhile.
    pub async fn renew_process_note(
        &self,
        access: &DeskAccess,
        note: ProcessNoteId,
        anew: Encrypted,
        revision: u32,
    ) -> Result<u32, ProcessNoteError> {
        let practice = self.id();
        self.write(
            access,
            Action::ProcessNoteAnew,
            move |work| {
                let (me, opened, found) = mine(work, note)?;
                if !anew.is_for(succession::standing(work, me).reader()) {
                    return Err(ProcessNoteError::OtherReaders);
                }
                if found.cell.revision != revision {
                    return Err(AccessError::Stale.into());
                }
                let digest = anew.digest();
                let at = found.cell.compartment;
                let open = opened.get(at).ok_or(AccessError::NotThere)?;
                let content = super::Content::from(anew);
                let row = work.reseal(open, "process_notes", &found.cell, &content)?;
                Ok((row, digest))
            },
            move |tx, (row, digest)| {
                sealed::revise(tx, practice, row)?;
                records::tell_executor(tx, practice, row, *digest)?;
                Ok(row.revision)
            },
        )
        .await
    }
}

fn mine(
    work: &mut Work<'_, '_>,
    note: ProcessNoteId,
) -> Result<(PersonId, Opened, Authored), AccessError> {
    let (practice, me) = (work.practice(), work.person()?);
    let found = records::one(work.tx, practice, me, note)?.ok_or(AccessError::NotThere)?;
    let at = found.cell.compartment;
    let opened = work.open(Action::ProcessNoteAnew, Purpose::Care, &[at])?;
    Ok((me, opened, found))
}
