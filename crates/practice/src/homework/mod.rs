//! Homework: what a clinician gives to try at home, and what comes back.
//!
//! An assignment for everybody stands on the joint side of a relational case, one for a single participant on their own
//! side, where no partner learns of it. What comes back is a reflection. The own one and the shared one are separate
//! boxes and text never moves from the first to the second (R2). Nothing is counted or graded (R13), and nothing is given
//! or written before the informed consent of everybody concerned is in force (R9). Not here: the library's texts.

mod caring;
mod giving;
mod glance;
pub(crate) mod lying;
mod reading;
mod records;
mod reflecting;

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use caring::CareHomework;
pub use giving::{For, NewAssignment, What};
pub(crate) use giving::{ended, put_ended};
pub use glance::Glance;
pub(crate) use glance::newest;
pub use reading::{CaseHomework, HomeworkPage, JointBox, MyHomework, OwnBox, of_case};
pub(crate) use reading::{SHOWN, of_part, whole};

use crate::error::AccessError;
use crate::ids::{AssignmentId, CaseId, ParticipantId, PersonId, ReflectionId, SessionId};
use crate::library;
use crate::private::Private;

/// What there is to do, as it stood when it was given: a later library changes nothing of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Task {
    /// The assignment of the library that it came from.
    #[serde(default)]
    pub library: Option<library::AssignmentId>,
    /// Its name.
    pub title: Private<String>,
    /// How much time it asks for; may be empty.
    #[serde(default)]
    pub duration: String,
    /// What to try, a paragraph each.
    pub steps: Vec<Private<String>>,
    /// What is asked afterwards: what was noticed, felt, said, wanted (R13).
    pub prompts: Vec<String>,
    /// A line from the clinician; may be empty.
    #[serde(default)]
    pub remark: Private<String>,
    /// Whether it is done with the body or in quiet, so that asking how the body felt makes sense.
    #[serde(default)]
    pub of_the_body: bool,
}

/// The content of `assignments.sealed`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AssignmentContent {
    pub(crate) task: Task,
    pub(crate) given_by: PersonId,
    /// When it was ended, microseconds UTC.
    #[serde(default)]
    pub(crate) ended_at: Option<i64>,
}

/// Homework that was given.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// Which.
    pub id: AssignmentId,
    /// In which case.
    pub case: CaseId,
    /// In which session it was agreed.
    pub session: Option<SessionId>,
    /// When it was given.
    pub given_at: Timestamp,
    /// Whether it goes on.
    pub open: bool,
    /// What there is to do.
    pub task: Task,
    /// Who gave it.
    pub given_by: PersonId,
    /// For whom.
    pub participants: Vec<ParticipantId>,
    /// Whether it stands on the joint side.
    pub joint: bool,
    /// Whether it was shared before somebody joined who takes part now, and is not shared with them.
    pub narrower: bool,
    /// The newest revision.
    pub revision: u32,
}

/// Whether it happened, as the client says; "not this week" is an answer like the others (R13).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Happened {
    /// It did.
    Yes,
    /// Some of it.
    Some,
    /// Not this week.
    NotThisWeek,
}

impl Happened {
    /// The three answers, in the order of the page.
    pub const ALL: [Self; 3] = [Self::Yes, Self::Some, Self::NotThisWeek];

    /// The word of a form.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Some => "some",
            Self::NotThisWeek => "not_this_week",
        }
    }

    /// The answer of a form's word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|answer| answer.word() == word)
    }
}

/// What somebody tells about their homework.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Told {
    /// Whether it happened.
    pub happened: Option<Happened>,
    /// How tense the body felt, 0 at ease to 10 braced.
    pub tense: Option<u8>,
    /// An answer to each prompt of the task, in their order; empty ones are left out by the reader.
    pub answers: Vec<Private<String>>,
    /// Anything else.
    pub words: Private<String>,
}

impl Told {
    /// Whether nothing was told.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let silent = |text: &Private<String>| text.reveal().trim().is_empty();
        self.happened.is_none()
            && self.tense.is_none()
            && self.answers.iter().all(silent)
            && silent(&self.words)
    }
}

/// The content of `reflections.sealed`. A draft of the shared box is sealed in the writer's own side, like what is for
/// the clinician alone: only what was shared is ever sealed with the joint key, in any revision.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct ReflectionContent {
    /// What was given or shared.
    #[serde(default)]
    pub(crate) given: Option<Told>,
    /// When, microseconds UTC.
    #[serde(default)]
    pub(crate) given_at: Option<i64>,
    /// What is being written and nobody else reads yet.
    #[serde(default)]
    pub(crate) draft: Option<Told>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Reflection {
    /// Which.
    pub id: ReflectionId,
    /// Whose.
    pub participant: ParticipantId,
    /// Whether it was shared; otherwise it is its writer's own, for who cares for them.
    pub shared: bool,
    /// What it says.
    pub told: Told,
    /// When it was given.
    pub given_at: Timestamp,
}

/// Why homework was not given, or a reflection not kept.
#[derive(Debug, thiserror::Error)]
pub enum HomeworkError {
    /// R9: the informed consent of somebody concerned is not in force. Whose is not told.
    #[error("the informed consent of everybody concerned is not in force (R9)")]
    ConsentMissing,
    /// R11: joint homework waits until the clinician has settled the screening, whatever was answered.
    #[error("joint homework waits until the screening is settled (R11)")]
    JointWaits,
    /// There is no such assignment in the library.
    #[error("the library has no such assignment")]
    NotInLibrary,
    /// Nothing was written.
    #[error("there is nothing in it yet")]
    Empty,
    /// It was ended.
    #[error("it has ended")]
    Ended,
    /// It is shared already; taken back first, it can be changed.
    #[error("it is shared already")]
    Shared,
    /// Something below; [`AccessError::Stale`] when another revision is newer.
    #[error(transparent)]
    Access(AccessError),
}

crate::carries_consent_error!(HomeworkError);
