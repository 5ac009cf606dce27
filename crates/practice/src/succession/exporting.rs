//! Taking out process notes for the executor: of one clinician who wanted it so, with a reason that is kept. What goes out are
//! the age files as their author's browser made them; nobody here can open them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use vault::CompartmentId;

use super::{Recipient, Standing, SuccessionError, records};
use crate::access::{DeskAccess, Fresh, JobAccess, Purpose, Work};
use crate::calendar;
use crate::clock::{from_micros, micros};
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{CaseId, ExportId, PersonId, SessionId};
use crate::own_words::AgeFile;
use crate::private::Private;
use crate::process_notes;
use crate::receipts::Action;

/// What is taken out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Exported {
    /// The notes, the oldest session first.
    pub notes: Vec<ExportedNote>,
    /// How many notes of the clinician stay: they are for their author alone, or their record was destroyed.
    pub stay: usize,
}

/// One note.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExportedNote {
    /// Of which case.
    pub case: CaseId,
    /// Of which session.
    pub session: SessionId,
    /// When that began.
    pub starts: Timestamp,
    /// The note's revision.
    pub revision: u32,
    /// For whom it is encrypted beside its author.
    pub executor: Recipient,
    /// The file.
    pub file: AgeFile,
}

/// One export of before.
#[derive(Clone, Debug)]
pub struct Taken {
    /// Which.
    pub id: ExportId,
    /// Whose notes.
    pub clinician: PersonId,
    /// When, microseconds UTC.
    pub at: i64,
    /// How many notes.
    pub notes: u32,
    /// Why.
    pub reason: Private<String>,
}

/// The content of `succession_exports.sealed`.
#[derive(Serialize, Deserialize)]
struct Content {
    reason: Private<String>,
}

impl Practice {
    /// Takes out the process notes of a clinician for the executor. That it happened, and why, is written down before anything is
    /// given, each case gets its receipt, and the clinician is told.
    ///
    /// # Errors
    /// [`SuccessionError::ReasonMissing`]; [`SuccessionError::NotGiven`] when the clinician does not want it;
    /// [`AccessError::NotThere`] for anybody but the owner and the command line.
    pub async fn export_for_executor(
        &self,
        access: &impl Fresh,
        clinician: PersonId,
        reason: Private<String>,
    ) -> Result<Exported, SuccessionError> {
        self.sets_up(access).await?;
        if reason.reveal().trim().is_empty() {
            return Err(SuccessionError::ReasonMissing);
        }
        let at = self.write_down(access, clinician, reason).await?;
        let job = JobAccess::succession(access.who().person);
        let exported = self
            .read(&job, move |work| taken_out(work, clinician))
            .await?;
        let notice = (clinician, "/desk/own-words", at);
        if let Err(error) = self.tell(vec![notice]).await {
            tracing::error!(%error, "a clinician was not written to about an export of their notes");
        }
        Ok(exported)
    }

    async fn write_down(
        &self,
        access: &impl Fresh,
        clinician: PersonId,
        reason: Private<String>,
    ) -> Result<i64, SuccessionError> {
        let (practice, office) = (self.id(), self.core().office);
        self.write(
            access,
            Action::SuccessionExport,
            move |work| {
                let standing = Standing::of(work, clinician);
                if standing
                    .decided
                    .and_then(|(decision, _)| decision.to)
                    .is_none()
                {
                    work.refused(Action::SuccessionExport, Purpose::Keeping);
                    return Err(SuccessionError::NotGiven);
                }
                let all = process_notes::records::of_author(work.tx, practice, clinician)?;
                let notes = all.iter().filter(|note| note.executor.is_some()).count();
                let opened = work.open(Action::SuccessionExport, Purpose::Keeping, &[office])?;
                let open = opened.get(office).ok_or(AccessError::NotThere)?;
                let id = work.new_id();
                let row = work.seal(open, ("succession_exports", id, 1), &Content { reason })?;
                let notes = i64::try_from(notes).unwrap_or(i64::MAX);
                Ok((row, (clinician, micros(work.now()), notes)))
            },
            move |tx, (row, place)| {
                records::insert(tx, practice, *place, row)?;
                Ok(place.1)
            },
        )
        .await
    }

    /// What was taken out until now, the newest first, for the owner.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] for anybody but the owner.
    pub async fn succession_exports(&self, access: &DeskAccess) -> Result<Vec<Taken>, AccessError> {
        self.sets_up(access).await?;
        let office = self.core().office;
        self.read(access, move |work| {
            let practice = work.practice();
            let stored = records::all(work.tx, practice)?;
            if stored.is_empty() {
                return Ok(Vec::new());
            }
            let opened = work.open(Action::SuccessionRead, Purpose::Keeping, &[office])?;
            let mut all = Vec::new();
            for (cell, (clinician, at, notes)) in stored {
                let content: Content = work.unseal(&opened, "succession_exports", &cell)?;
                all.push(Taken {
                    id: ExportId(cell.id),
                    clinician,
                    at,
                    notes: u32::try_from(notes).unwrap_or(0),
                    reason: content.reason,
                });
            }
            Ok(all)
        })
        .await
    }

    /// When notes of who asks were taken out, the newest first.
    ///
    /// # Errors
    /// [`AccessError::NotSignedIn`], or a fault.
    pub async fn my_succession_exports(
        &self,
        access: &DeskAccess,
    ) -> Result<Vec<Timestamp>, AccessError> {
        self.read(access, |work| {
            let (practice, me) = (work.practice(), work.person()?);
            let all = records::all(work.tx, practice)?;
            let mine = all.into_iter().filter(|(_, (whose, ..))| *whose == me);
            Ok(mine.map(|(_, (_, at, _))| from_micros(at)).collect())
        })
        .await
    }
}

/// Opens each case by itself, so that each has a receipt of its own.
fn taken_out(work: &mut Work<'_, '_>, clinician: PersonId) -> Result<Exported, SuccessionError> {
    let practice = work.practice();
    let all = process_notes::records::of_author(work.tx, practice, clinician)?;
    let total = all.len();
    let mut cases: BTreeMap<CaseId, Vec<process_notes::records::Authored>> = BTreeMap::new();
    for note in all.into_iter().filter(|note| note.executor.is_some()) {
        if work.may_open(note.cell.compartment, Purpose::Keeping) {
            cases.entry(note.case).or_default().push(note);
        }
    }
    let mut notes = Vec::new();
    for (case, found) in cases {
        let sides: Vec<CompartmentId> = found.iter().map(|note| note.cell.compartment).collect();
        let opened = work.open(Action::SuccessionExport, Purpose::Keeping, &sides)?;
        for note in found {
            let session = calendar::records::session(work.tx, practice, note.session)?;
            let session = session.ok_or(AccessError::NotThere)?;
            let (file, executor) = process_notes::stored(work, &opened, &note.cell)?;
            notes.extend(executor.map(|executor| ExportedNote {
                case,
                session: note.session,
                starts: from_micros(session.starts_at),
                revision: note.cell.revision,
                executor,
                file,
            }));
        }
    }
    notes.sort_by_key(|note| (note.starts, note.session));
    let stay = total.saturating_sub(notes.len());
    Ok(Exported { notes, stay })
}
