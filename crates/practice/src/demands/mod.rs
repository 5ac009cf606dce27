//! Demands of the law: a subpoena, a court order. Who asks for what, until when; who was told; what was handed out, or objected to.
//!
//! A demand is recorded with a hold on every part of the case, so that nothing of it is destroyed meanwhile. Its file is a
//! compartment of its own, for the owner and the case's clinician. What a court ordered can be handed out without anybody's
//! signature, and no more than is named; a subpoena without an order allows nothing, and needs a release (45 CFR 164.512(e);
//! psychotherapy notes are in neither, 45 CFR 164.508(a)(2)). The client is told, or it is written down why not.
//!
//! Not here: the document itself (`copies`), holds as such (`retention`).

mod recording;
pub(crate) mod records;
mod writing;

#[cfg(test)]
mod tests;

pub use recording::NewDemand;
pub use writing::{DemandPage, DemandsOf};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use vault::CompartmentId;

use crate::access::{Purpose, Work};
use crate::cases::{self, Case};
use crate::copies::{CopyError, Cover};
use crate::error::AccessError;
use crate::ids::{CaseId, DemandId, PersonId};
use crate::private::Private;
use crate::receipts::Action;
use crate::retention::RetentionError;

/// What a demand is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DemandKind {
    /// Of a lawyer or a clerk, without a judge: it allows nothing to be handed out.
    Subpoena,
    /// Of a court: what it names is to be handed out.
    Order,
}

impl DemandKind {
    /// The stored word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Subpoena => "subpoena",
            Self::Order => "order",
        }
    }

    /// The kind of a stored word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Subpoena, Self::Order]
            .into_iter()
            .find(|one| one.word() == word)
    }

    /// What people read for it.
    #[must_use]
    pub const fn plain(self) -> &'static str {
        match self {
            Self::Subpoena => "Subpoena, without a court’s order",
            Self::Order => "Court order",
        }
    }
}

/// What was done about a demand.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Somebody was told of it.
    Told,
    /// The client was not told, for a reason that is written down.
    NotTold,
    /// It was objected to, or a court was asked to protect the record.
    Objected,
    /// A lawyer or an insurer was asked.
    Advice,
    /// Something else.
    Noted,
    /// A document was handed out on its ground.
    HandedOut,
    /// It is settled.
    Closed,
}

impl Step {
    /// Those that a person writes down, in the order of the page.
    pub const WRITTEN: [Self; 5] = [
        Self::Told,
        Self::NotTold,
        Self::Objected,
        Self::Advice,
        Self::Noted,
    ];

    /// The word of a form.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Told => "told",
            Self::NotTold => "not_told",
            Self::Objected => "objected",
            Self::Advice => "advice",
            Self::Noted => "noted",
            Self::HandedOut => "handed_out",
            Self::Closed => "closed",
        }
    }

    /// The step of a form's word, of those that a person writes down.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::WRITTEN.into_iter().find(|one| one.word() == word)
    }

    /// What people read for it.
    #[must_use]
    pub const fn plain(self) -> &'static str {
        match self {
            Self::Told => "Told the client",
            Self::NotTold => "The client was not told",
            Self::Objected => "Objected, or asked the court to protect the record",
            Self::Advice => "Asked for advice",
            Self::Noted => "Noted",
            Self::HandedOut => "Handed out a document",
            Self::Closed => "Settled",
        }
    }
}

/// A line of a demand's log.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LogLine {
    /// What was done.
    pub step: Step,
    /// Whom, how, why.
    pub words: Private<String>,
    /// When, microseconds UTC.
    pub at: i64,
    /// By whom.
    pub by: PersonId,
}

/// The content of `demands.sealed`; every revision of it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct DemandContent {
    pub(crate) from: Private<String>,
    pub(crate) reference: Private<String>,
    pub(crate) asks: Private<String>,
    pub(crate) due: Option<Date>,
    pub(crate) log: Vec<LogLine>,
}

/// A demand as it is read.
#[derive(Clone, Debug)]
pub struct Demand {
    /// Which.
    pub id: DemandId,
    /// Of which case.
    pub case: CaseId,
    /// What it is.
    pub kind: DemandKind,
    /// Whether it is open.
    pub open: bool,
    /// Who asks.
    pub from: Private<String>,
    /// Under which number.
    pub reference: Private<String>,
    /// For what.
    pub asks: Private<String>,
    /// Until when.
    pub due: Option<Date>,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// By whom.
    pub recorded_by: PersonId,
    /// What was done about it, the oldest first.
    pub log: Vec<LogLine>,
}

impl Demand {
    /// Whether it is written down that the client was told, or why not.
    #[must_use]
    pub fn is_told(&self) -> bool {
        let mut log = self.log.iter();
        log.any(|line| matches!(line.step, Step::Told | Step::NotTold))
    }
}

/// Why a demand was not recorded or written on.
#[derive(Debug, thiserror::Error)]
pub enum DemandError {
    /// It does not say who asks, or for what.
    #[error("who asks, and for what, is missing")]
    Unnamed,
    /// Nothing was written.
    #[error("there is nothing in it")]
    Empty,
    /// It is closed.
    #[error("it is closed")]
    Closed,
    /// Whether the client was told is not written down yet.
    #[error("whether the client was told is missing")]
    NobodyTold,
    /// Something below.
    #[error(transparent)]
    Access(#[from] AccessError),
}

crate::carries_access_error!(DemandError);

impl From<RetentionError> for DemandError {
    fn from(error: RetentionError) -> Self {
        match error {
            RetentionError::Access(error) => Self::Access(error),
            other @ (RetentionError::ReasonMissing
            | RetentionError::NotDue
            | RetentionError::Held
            | RetentionError::Asked
            | RetentionError::Ended
            | RetentionError::SamePerson
            | RetentionError::Rule) => Self::Access(AccessError::Fault(other.to_string())),
        }
    }
}

/// The case of an open order, its file and what stands on the first page of a document, for whoever may open the file.
///
/// # Errors
/// [`CopyError::NotAllowed`] for a subpoena, and for what is closed; [`AccessError::NotThere`] when it is not for who asks.
pub(crate) fn orders(
    work: &mut Work<'_, '_>,
    id: DemandId,
) -> Result<(Case, CompartmentId, Cover), CopyError> {
    let practice = work.practice();
    let Some(stored) = records::demand(work.tx, practice, id)? else {
        return Err(work.refused(Action::Demand, Purpose::Keeping).into());
    };
    let file = stored.cell.compartment;
    let opened = work.open(Action::Demand, Purpose::Keeping, &[file])?;
    if stored.kind != DemandKind::Order || !stored.open {
        return Err(CopyError::NotAllowed);
    }
    let content: DemandContent = work.unseal(&opened, "demands", &stored.cell)?;
    let case = cases::records::case(work.tx, practice, stored.case)?;
    let cover = Cover {
        to: Some(content.from),
        purpose: Some(content.reference),
    };
    Ok((case.ok_or(AccessError::NotThere)?, file, cover))
}
