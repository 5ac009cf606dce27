//! Assignments of the library: what a clinician may give to try at home, and what is asked afterwards.
//!
//! Who was given one, and what came back, belongs to homework and is not here.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::ConcernId;

/// Names an assignment of the library, such as `HW21`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AssignmentId(String);

impl AssignmentId {
    /// An id as it stands in the library; whether it exists is for [`super::Library::assignment`] to say.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }
}

impl AsRef<str> for AssignmentId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AssignmentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What kind of thing is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssignmentKind {
    /// Something to read.
    Reading,
    /// Something to fill in.
    Worksheet,
    /// Something to write.
    Journal,
    /// Something to pay attention to.
    Mindfulness,
    /// A way to talk with each other.
    Communication,
    /// Something to do for the relationship.
    Relationship,
    /// Something to try with the body.
    Exercise,
}

impl AssignmentKind {
    /// The word on the page.
    pub fn title(self) -> &'static str {
        match self {
            Self::Reading => "Reading",
            Self::Worksheet => "Worksheet",
            Self::Journal => "Journal",
            Self::Mindfulness => "Awareness",
            Self::Communication => "Talking together",
            Self::Relationship => "Time together",
            Self::Exercise => "Exercise",
        }
    }
}

/// How far an assignment goes, and so who may give it (PLISSIT, Annon 1976).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PlissitLevel {
    /// Permission: anybody.
    #[serde(rename = "P")]
    Permission,
    /// Limited information: counselors and therapists.
    #[serde(rename = "LI")]
    LimitedInformation,
    /// Specific suggestions: counselors and therapists.
    #[serde(rename = "SS")]
    SpecificSuggestions,
    /// Intensive therapy: therapists only.
    #[serde(rename = "IT")]
    IntensiveTherapy,
}

/// Who takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Participation {
    /// One person.
    Alone,
    /// Every participant, each for themselves first.
    EachAlone,
    /// Partners together.
    Partners,
    /// One person, or partners together.
    Either,
}

impl Participation {
    /// Whether it is done together and so waits for the safety screening (R11).
    pub fn is_joint(self) -> bool {
        match self {
            Self::Partners | Self::EachAlone => true,
            Self::Alone | Self::Either => false,
        }
    }
}

/// A reason not to give an assignment, or not yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Contraindication {
    /// Violence or coercion between partners.
    Ipv,
    /// Trauma that is not stabilised.
    Trauma,
    /// Pain, bleeding or a new change of the body.
    Pain,
    /// Thoughts of suicide.
    Risk,
    /// It would be done while intoxicated.
    Subst,
    /// A secret that only one partner has shared.
    Secret,
    /// The physician-first flag is still open.
    Med,
    /// One partner does not want to.
    Distress,
    /// Dissociation or panic during work with the body.
    Dissoc,
    /// An eating disorder without specialist support.
    Ed,
    /// Checking or reassurance would be fed.
    Ocd,
    /// The assessment is not complete.
    New,
}

/// One assignment of the library.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LibraryAssignment {
    /// Its id.
    pub id: AssignmentId,
    /// Its name, as the client reads it.
    pub title: String,
    /// What kind of thing it is.
    pub kind: AssignmentKind,
    /// How far it goes.
    pub level: PlissitLevel,
    /// Who takes part.
    pub who: Participation,
    /// Who takes part, as the client reads it.
    pub who_label: String,
    /// How much time it asks for, as the client reads it.
    pub duration: String,
    /// What it is for, in the clinician's words.
    pub purpose: String,
    /// What to try, a paragraph each, as the client reads it.
    pub steps: Vec<String>,
    /// What is asked afterwards: what was noticed, felt, said, wanted (R13).
    pub prompts: Vec<String>,
    /// The concerns that it was made for.
    pub concerns: Vec<ConcernId>,
    /// Whether it suits any concern.
    pub any_concern: bool,
    /// Reasons not to give it, or not yet.
    pub contraindications: Vec<Contraindication>,
    /// Assignments that should have been at ease before this one.
    pub after: Vec<AssignmentId>,
    /// The method that it comes from, for the clinician.
    pub basis: String,
}

/// The file of assignments.
#[derive(Debug, Deserialize)]
pub(super) struct Assignments {
    pub(super) contraindications: BTreeMap<Contraindication, String>,
    pub(super) items: Vec<LibraryAssignment>,
}
