//! Concerns: what a client comes with, in the client's words and the clinician's.
//!
//! Codes are listed so that a clinician can choose one; nothing here chooses.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Names a concern of the taxonomy, such as `D1`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConcernId(String);

impl ConcernId {
    /// An id as it stands in the taxonomy; whether it exists is for [`super::Library::concern`] to say.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }
}

impl AsRef<str> for ConcernId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ConcernId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A phase of the sexual response cycle that a concern may touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponsePhase {
    /// Interest in sex.
    Desire,
    /// The body and the mind getting ready.
    Arousal,
    /// The peak.
    Orgasm,
    /// The time afterwards.
    Resolution,
}

impl ResponsePhase {
    /// The four phases in their order.
    pub const ALL: [Self; 4] = [Self::Desire, Self::Arousal, Self::Orgasm, Self::Resolution];

    /// The word on the page.
    pub fn title(self) -> &'static str {
        match self {
            Self::Desire => "Desire",
            Self::Arousal => "Arousal",
            Self::Orgasm => "Orgasm",
            Self::Resolution => "Resolution",
        }
    }
}

/// Whether a physician should look before the work goes near the body (R10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhysicianFirst {
    /// Show the card, and settle it with a referral or a reason.
    First,
    /// Ask the screening questions.
    Consider,
    /// Not by default.
    No,
}

/// One concern of the taxonomy.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Concern {
    /// Its id.
    pub id: ConcernId,
    /// Title of the group that it belongs to.
    pub group: String,
    /// How a client would say it.
    pub client_label: String,
    /// How a clinician names it. Never shown to a client.
    pub clinician_label: String,
    /// The phases that it touches; none when it is not about a phase.
    pub phases: Vec<ResponsePhase>,
    /// ICD-10-CM codes that a clinician may consider.
    pub icd10cm: Vec<String>,
    /// ICD-11 codes that a clinician may consider.
    pub icd11: Vec<String>,
    /// Whether a physician should look first.
    pub physician_first: PhysicianFirst,
    /// Why, in the clinician's words.
    pub reason: String,
    /// Who should look.
    pub specialists: Vec<String>,
    /// What a clinician should keep in mind.
    pub notes: String,
}

/// Concerns that belong together.
#[derive(Debug, Clone)]
pub struct ConcernGroup {
    /// Heading in the picker.
    pub title: String,
    /// Its concerns, in their order.
    pub concerns: Vec<ConcernId>,
}

pub(super) fn groups(concerns: &[Concern]) -> Vec<ConcernGroup> {
    let mut groups: Vec<ConcernGroup> = Vec::new();
    for concern in concerns {
        match groups.iter_mut().find(|group| group.title == concern.group) {
            Some(group) => group.concerns.push(concern.id.clone()),
            None => groups.push(ConcernGroup {
                title: concern.group.clone(),
                concerns: vec![concern.id.clone()],
            }),
        }
    }
    groups
}

/// Titles of the codes in use.
#[derive(Debug, Deserialize)]
pub(super) struct CodeTitles {
    icd10cm: BTreeMap<String, String>,
    icd11: BTreeMap<String, String>,
}

impl CodeTitles {
    pub(super) fn title(&self, code: &str) -> Option<&str> {
        self.icd10cm
            .get(code)
            .or_else(|| self.icd11.get(code))
            .map(String::as_str)
    }
}
