//! Safety: each person of a case is asked alone, and joint work waits until the clinician has settled it (R11).
//!
//! The questions are the part of the intake that is answered alone; here is what follows from them: that answers which
//! came in are in the clinician's inbox until they were read, that somebody can be asked once more, and what the clinician
//! decided for each participant. A decision stands on that participant's own side, so that no partner learns what was
//! decided for another. In every relational case, whatever was answered, joint sessions and joint homework wait until what
//! was decided last for each participant lets them take place; whoever asks learns only that they wait.
//!
//! Not here: the questions (`intake::questions`), the help lines of the practice's country (`places`).

mod asking;
mod deciding;
pub(crate) mod records;

#[cfg(test)]
mod tests;

pub use asking::AnswersIn;
pub(crate) use asking::answers_for;
pub use deciding::NewDecision;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{StoreError, Tx};

use crate::calendar::Session;
use crate::cases::{Case, CaseKind, Participant};
use crate::error::AccessError;
use crate::ids::{CaseId, PersonId, PracticeId};
use crate::intake::questions::Raises;
use crate::people::Named;
use crate::private::Private;

/// What the clinician decides for a participant after asking them alone. Couple therapy is not offered where violence or
/// coercion goes on, and is with care where it does not any more (NICE PH50 of 2014, recommendation 5; WHO clinical
/// guidelines of 2013 on intimate partner violence).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Nothing stands against joint work.
    GoesOn,
    /// Joint work goes on with a safety plan that was made with them alone.
    WithPlan,
    /// Sessions apart for now.
    ApartForNow,
    /// No joint work here; help elsewhere was named to them.
    HelpElsewhere,
}

impl Outcome {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 4] = [
        Self::GoesOn,
        Self::WithPlan,
        Self::ApartForNow,
        Self::HelpElsewhere,
    ];

    /// The word of a form.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::GoesOn => "goes_on",
            Self::WithPlan => "with_plan",
            Self::ApartForNow => "apart_for_now",
            Self::HelpElsewhere => "help_elsewhere",
        }
    }

    /// The outcome of a form's word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }

    /// What the clinician reads for it.
    #[must_use]
    pub const fn plain(self) -> &'static str {
        match self {
            Self::GoesOn => "Joint work can take place",
            Self::WithPlan => "Joint work can take place, with a safety plan made alone with them",
            Self::ApartForNow => "Sessions apart for now",
            Self::HelpElsewhere => "No joint work here; help elsewhere was named to them",
        }
    }

    /// Whether joint sessions and joint homework may take place after it.
    #[must_use]
    pub const fn lets_joint_work(self) -> bool {
        matches!(self, Self::GoesOn | Self::WithPlan)
    }
}

/// The content of `safety_decisions.sealed`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct DecisionContent {
    pub(crate) outcome: Outcome,
    pub(crate) remark: Private<String>,
    pub(crate) by: PersonId,
}

/// What was decided for a participant.
#[derive(Clone, Debug)]
pub struct Decision {
    /// What.
    pub outcome: Outcome,
    /// The clinician's words beside it; may be empty.
    pub remark: Private<String>,
    /// By whom.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
}

/// How it stands with one participant.
#[derive(Clone, Debug)]
pub struct Screened {
    /// Who.
    pub who: Participant,
    /// By name.
    pub named: Named,
    /// When they were asked once more, while that waits for an answer.
    pub asked_at: Option<Timestamp>,
    /// When the questions about safety were answered, the newest first, and the most urgent thing that each raised (R11).
    pub answered: Vec<(Timestamp, Option<Raises>)>,
    /// What was decided, the newest first.
    pub decided: Vec<Decision>,
}

/// How it stands with a case.
#[derive(Clone, Debug)]
pub struct Safety {
    /// The case.
    pub case: Case,
    /// Its participants, in its order.
    pub people: Vec<Screened>,
    /// Joint sessions that are booked, the next one first.
    pub joint: Vec<Session>,
    /// What joint homework goes on is called, the newest first.
    pub homework: Vec<Private<String>>,
}

/// Why nothing was asked or decided.
#[derive(Debug, thiserror::Error)]
pub enum SafetyError {
    /// R9: the informed consent of somebody concerned is not in force.
    #[error("the informed consent is not in force (R9)")]
    ConsentMissing,
    /// Somebody who takes part was left out.
    #[error("something is to be decided for everybody who takes part")]
    NotEverybody,
    /// Something below.
    #[error(transparent)]
    Access(AccessError),
}

crate::carries_consent_error!(SafetyError);

impl Case {
    /// Whether joint sessions and joint homework wait for the clinician (R11). Nothing joint waits in an individual case.
    #[must_use]
    pub fn joint_waits(&self) -> bool {
        self.kind == CaseKind::Relational && self.joint_from.is_none()
    }
}

/// Whether joint work of a case waits, asked in the commit of what would be joint (R11).
///
/// # Errors
/// A fault of the database.
pub(crate) fn waits(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    case: CaseId,
) -> Result<bool, StoreError> {
    records::joint_waits(tx, practice, case)
}

/// How many participants' answers wait to be read by `clinician`.
///
/// # Errors
/// A fault of the database.
pub(crate) fn unread_for(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    clinician: PersonId,
) -> Result<u32, StoreError> {
    records::count_unread(tx, practice, clinician)
}
