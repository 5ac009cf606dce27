//! Consent: what a person agreed to, in which words.
//!
//! Each participant signs alone, in their own side: the exact text that was read, its digest, the name as typed and the
//! time. Without the informed consent in force nothing clinical is written about them (R9); a new version asks again.
//! Not here: the texts (`texts`), what may leave the practice (`release`).

mod facts;
mod policy;
pub mod records;
mod signing;
pub mod texts;
mod withdrawing;

#[cfg(test)]
mod policy_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod withdrawal_tests;

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::Tx;

pub(crate) use policy::policy_of;
pub use policy::{OwnPolicy, Policy, PolicyError, Secrets, SignedPolicy};
pub(crate) use signing::of_care;
pub use signing::{CareConsents, ConsentPage, MyConsents, SignedText, Signing};
pub(crate) use withdrawing::signed_texts;

use crate::access::Work;
use crate::cases::{Case, CaseKind, Participant};
use crate::error::AccessError;
use crate::ids::{ConsentId, ParticipantId, PersonId, PracticeId};
use crate::private::Private;
use crate::settings::{self, Description};
use texts::ConsentText;

/// How it stands with a document of a participant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It was never signed.
    Missing,
    /// It is in force since then.
    InForce(Timestamp),
    /// An earlier version is signed; the one in use asks again.
    Older {
        /// The signed version.
        version: u32,
    },
    /// It was withdrawn then.
    Withdrawn(Timestamp),
}

impl Standing {
    /// Whether the version in use is in force.
    #[must_use]
    pub const fn is_in_force(self) -> bool {
        matches!(self, Self::InForce(_))
    }
}

/// A document that a participant has to sign, and how it stands.
#[derive(Clone, Debug)]
pub struct Document {
    /// The text as it ships, or the practice's own: id, version, title, summary.
    pub text: Arc<ConsentText>,
    /// How it stands.
    pub standing: Standing,
}

/// The documents of one participant.
#[derive(Clone, Debug)]
pub struct States {
    /// Whose.
    pub participant: ParticipantId,
    /// Each document, the informed consent first.
    pub documents: Vec<Document>,
}

impl States {
    /// Whether the informed consent in use is in force (R9).
    #[must_use]
    pub fn informed(&self) -> bool {
        self.documents.iter().any(|document| {
            document.text.id == records::INFORMED && document.standing.is_in_force()
        })
    }

    /// The documents that wait for a signature.
    pub fn waiting(&self) -> impl Iterator<Item = &Document> {
        self.documents
            .iter()
            .filter(|document| !document.standing.is_in_force())
    }
}

/// How a consent was given.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Given {
    /// Signed here, by the person.
    Here,
    /// On paper or with another system; staff recorded it.
    Elsewhere {
        /// On this day.
        day: Date,
        /// Where: the practice, the clinic, the system where it was signed.
        place: Private<String>,
        /// Who recorded it.
        by: PersonId,
    },
}

/// The content of `consents.sealed`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ConsentContent {
    /// Exactly what was read.
    pub(crate) text: ConsentText,
    /// SHA-256 of its exact bytes, in hexadecimal.
    pub(crate) digest: String,
    /// The name as it was typed.
    pub(crate) name: Private<String>,
    /// When it was signed or recorded, microseconds UTC.
    pub(crate) at: i64,
    pub(crate) given: Given,
    #[serde(default)]
    pub(crate) withdrawn_at: Option<i64>,
}

/// Why a consent was not signed, recorded or withdrawn.
#[derive(Debug, thiserror::Error)]
pub enum ConsentError {
    /// No name was typed.
    #[error("a signature needs a name")]
    NameMissing,
    /// The text is not the one that was read: it has to be read again.
    #[error("the text is another one than was read")]
    OtherText,
    /// This version is in force already.
    #[error("it is signed already")]
    Signed,
    /// There is nothing in force to be withdrawn.
    #[error("it is not in force")]
    NotInForce,
    /// It is not said where it was given.
    #[error("where it was given is missing")]
    PlaceMissing,
    /// The day lies in the future.
    #[error("that day has not come yet")]
    DayToCome,
    /// The person withdrew it on that day or later: only they, or a later paper, give it again.
    #[error("it was withdrawn since that day")]
    Withdrawn,
    /// Something below.
    #[error(transparent)]
    Access(#[from] AccessError),
}

crate::carries_access_error!(ConsentError);

/// The version of the informed consent that is in use.
#[must_use]
pub fn informed_version() -> u32 {
    texts::text(records::INFORMED).map_or(1, |text| text.version)
}

/// The texts that each participant of a case has to sign: the informed consent, sessions by video, and in a relational
/// case the practice's policy on what is told alone.
pub(crate) fn asked(kind: CaseKind, practice: &Description) -> Vec<Arc<ConsentText>> {
    let policy = match kind {
        CaseKind::Relational => practice.policy(),
        CaseKind::Individual => None,
    };
    let shipped = [records::INFORMED, records::VIDEO];
    let shipped = shipped.into_iter().filter_map(texts::shared);
    shipped.chain(policy).collect()
}

/// How it stands with every document of every participant of a case; structure only, nothing is opened.
///
/// # Errors
/// A fault of the database.
pub fn states(work: &mut Work<'_, '_>, case: &Case) -> Result<Vec<States>, AccessError> {
    let described = settings::described(work)?;
    case.participants
        .iter()
        .map(|participant| of_participant(work, case.kind, &described, participant.id))
        .collect()
}

pub(crate) fn of_participant(
    work: &mut Work<'_, '_>,
    kind: CaseKind,
    described: &Description,
    participant: ParticipantId,
) -> Result<States, AccessError> {
    let practice = work.practice();
    let marks = records::marks(work.tx, practice, participant)?;
    let documents = asked(kind, described)
        .into_iter()
        .map(|text| Document {
            standing: records::standing(&marks, &text),
            text,
        })
        .collect();
    Ok(States {
        participant,
        documents,
    })
}

/// R9, in whatever transaction asks: a write stands on it ([`Work::stands_on_consent`]).
///
/// # Errors
/// [`AccessError::ConsentMissing`] when the informed consent of one of `participants` is not in force, or a fault.
pub(crate) fn informed_now(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    participants: &[ParticipantId],
) -> Result<(), AccessError> {
    let version = informed_version();
    for participant in participants {
        if !records::informed(tx, practice, *participant, version)? {
            return Err(AccessError::ConsentMissing);
        }
    }
    Ok(())
}

/// Whether every one of `participants` has given the informed consent that is in use (R9).
///
/// # Errors
/// A fault of the database.
pub fn all_informed(
    work: &mut Work<'_, '_>,
    participants: &[Participant],
) -> Result<bool, AccessError> {
    let participants: Vec<ParticipantId> = participants.iter().map(|who| who.id).collect();
    let practice = work.practice();
    match informed_now(work.tx, practice, &participants) {
        Err(AccessError::ConsentMissing) => Ok(false),
        other => other.map(|()| true),
    }
}

/// A consent's id with what was signed: what a participant or their clinician reads again.
#[derive(Clone, Debug)]
pub struct Signed {
    /// Which.
    pub id: ConsentId,
    /// Of which document.
    pub document: String,
    /// What it is called.
    pub title: String,
    /// Which version.
    pub version: u32,
    /// The name as typed.
    pub name: Private<String>,
    /// When it was signed or recorded.
    pub at: Timestamp,
    /// How.
    pub given: Given,
    /// When it was withdrawn.
    pub withdrawn: Option<Timestamp>,
    /// SHA-256 of the exact text, in hexadecimal.
    pub digest: String,
}
