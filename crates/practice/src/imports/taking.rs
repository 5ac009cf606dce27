//! Taking what a file offers: all of it in one transaction with one receipt, or nothing.
//!
//! A plan is worked out first; a look ahead ends there. Then the keys of new compartments are made in one batch, which
//! is harmless when the taking fails, and everything is sealed and stored. Somebody who was faster by a moment (the
//! same file twice at once, a booking at that time) makes it begin again from the plan.
//!
//! A file of 10,000 people is one transaction: it takes seconds, and who writes meanwhile waits for it. In parts it
//! would not be all or nothing.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::plan::{self, Plan, Unplaced};
use super::report::{Outcome, Report};
use super::{Offer, records, sealing};
use crate::access::{DeskAccess, JobAccess, Purpose};
use crate::clock::from_micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{ImportId, PersonId};
use crate::private::Private;
use crate::receipts::Action;

/// To whom goes what a file gives to nobody.
#[derive(Clone, Debug, Default)]
pub struct Placing {
    /// The clinician of those of whom the file names none, and of a calendar; without one, the clinician who has been
    /// here longest.
    pub clinician: Option<PersonId>,
}

/// Whether a file is taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Commit {
    /// Only what would happen is told.
    DryRun,
    /// It is taken.
    Take,
}

/// What is being done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// The file is compared with what is here.
    Comparing,
    /// What is new is sealed.
    Sealing,
    /// It is stored.
    Storing,
}

/// How far the taking is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Advance {
    /// What is being done.
    pub step: Step,
    /// Rows that are done.
    pub done: u64,
    /// Rows altogether; 0 while it is not known.
    pub of: u64,
}

/// Is told how far the taking is, from any thread.
pub type Watch = Arc<dyn Fn(Advance) + Send + Sync>;

/// Why a file was not taken; what is wrong with the file itself stands in its report.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Nobody works here to whom clients could come.
    #[error("nobody works in this practice to whom clients could come")]
    Nobody,
    /// The person named is no clinician of the practice.
    #[error("this is no clinician of the practice")]
    NoClinician,
    /// Something below.
    #[error(transparent)]
    Access(#[from] AccessError),
}

crate::denies!(ImportError);

/// A file that was taken, as the office keeps it.
#[derive(Clone, Debug)]
pub struct Import {
    /// Which.
    pub id: ImportId,
    /// When.
    pub at: jiff::Timestamp,
    /// The file's name.
    pub name: Private<String>,
    /// What became of it.
    pub report: Report,
    /// What is nobody's until somebody asks.
    pub unplaced: Vec<Unplaced>,
}

/// A page of the files that were taken, newest first.
#[derive(Clone, Debug)]
pub struct Imports {
    /// The files.
    pub files: Vec<Import>,
    /// Whether there are earlier ones.
    pub more: bool,
}

/// The content of `imports.sealed`.
#[derive(Serialize, Deserialize)]
pub(super) struct ImportContent {
    pub(super) name: Private<String>,
    pub(super) report: Report,
    pub(super) unplaced: Vec<Unplaced>,
}

/// How often a taking begins again when others were faster.
const TRIES: u32 = 5;

impl Practice {
    /// Takes what a file offers, or tells what would be taken.
    ///
    /// All of it is stored in one transaction, or nothing. The very same file again changes nothing. Single items that
    /// cannot be taken are left out and stand in the report with line and reason.
    ///
    /// # Errors
    /// [`ImportError::Nobody`], [`ImportError::NoClinician`]; [`AccessError::Locked`],
    /// [`AccessError::Stale`] when others kept changing the same rows, or a fault.
    pub async fn take_offer(
        &self,
        access: &JobAccess,
        offer: Offer,
        placing: Placing,
        commit: Commit,
        watch: Watch,
    ) -> Result<Report, ImportError> {
        if offer.is_refused() {
            return Ok(Report::of(&offer));
        }
        let offer = Arc::new(offer);
        let mut tries = 1;
        loop {
            let Some(plan) = self.plan(access, &offer, &placing, &watch).await? else {
                return Ok(Report::taken_before(&offer));
            };
            if commit == Commit::DryRun {
                return Ok(plan.report);
            }
            match self.carry_out(access, plan, &watch).await {
                Err(ImportError::Access(AccessError::Stale)) if tries < TRIES => tries += 1,
                result => return result,
            }
        }
    }

    async fn plan(
        &self,
        access: &JobAccess,
        offer: &Arc<Offer>,
        placing: &Placing,
        watch: &Watch,
    ) -> Result<Option<Plan>, ImportError> {
        watch(Advance {
            step: Step::Comparing,
            done: 0,
            of: 0,
        });
        let (offer, placing) = (Arc::clone(offer), placing.clone());
        self.read(access, move |work| plan::plan(work, &offer, &placing))
            .await
    }

    async fn carry_out(
        &self,
        access: &JobAccess,
        plan: Plan,
        watch: &Watch,
    ) -> Result<Report, ImportError> {
        let (practice, office) = (self.id(), self.core().office);
        let made = self.make(&plan.compartments()).await?;
        let (sealing, storing) = (Arc::clone(watch), Arc::clone(watch));
        self.write(
            access,
            Action::Import,
            move |work| {
                let mut plan = plan;
                plan.report.outcome = Outcome::Taken;
                let report = plan.report.clone();
                let rows = sealing::seal(work, plan, (made, office), &sealing)?;
                Ok((rows, report))
            },
            move |tx, (rows, report)| {
                rows.store(tx, practice, &storing)?;
                Ok(report.clone())
            },
        )
        .await
    }

    /// The newest files that were taken, before one of them where it is named and at most `at_most`, for who keeps the
    /// practice's own affairs.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] for anybody else.
    pub async fn imports(
        &self,
        access: &DeskAccess,
        before: Option<ImportId>,
        at_most: u32,
    ) -> Result<Imports, AccessError> {
        let wanted = i64::from(at_most).saturating_add(1);
        let most = usize::try_from(at_most).unwrap_or(usize::MAX);
        let office = self.core().office;
        self.read(access, move |work| {
            let opened = work.open(Action::ImportedRead, Purpose::Keeping, &[office])?;
            let practice = work.practice();
            let mut rows = records::imports(work.tx, practice, before, wanted)?;
            let more = rows.len() > most;
            rows.truncate(most);
            let mut files = Vec::new();
            for (id, at, cell) in rows {
                let content: ImportContent = work.unseal(&opened, "imports", &cell)?;
                files.push(Import {
                    id,
                    at: from_micros(at),
                    name: content.name,
                    report: content.report,
                    unplaced: content.unplaced,
                });
            }
            Ok(Imports { files, more })
        })
        .await
    }
}
