//! Progress notes: drafted, signed, co-signed, amended, never altered (R5).
//!
//! A note stands in one compartment: the joint one of a relational case, or one participant's own side. What was
//! signed is in the sealed content itself, so that a changed state in a column makes no draft of it. Nothing is
//! written before the consent of everybody concerned is in force (R9). Not here: process notes, which the server
//! cannot read.

mod glance;
mod reading;
pub mod records;
mod writing;

#[cfg(test)]
mod tests;

pub use glance::NoteGlance;
pub(crate) use glance::of_sessions;
pub use reading::{NoteList, NotePage};
pub(crate) use reading::{last_before, of_session};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use vault::CompartmentId;

use crate::cases::Case;
use crate::error::AccessError;
use crate::ids::{AmendmentId, NoteId, ParticipantId, PersonId, SessionId};
use crate::private::Private;

/// Where a note belongs; the default on a page is the narrowest.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Route {
    /// The case's chart: joint in a relational case.
    Chart,
    /// One participant's own side.
    Own(ParticipantId),
}

impl Route {
    /// The compartment of this route in a case, for what concerns the instant `at`.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when the participant is not in the case.
    pub fn compartment(self, case: &Case, at: i64) -> Result<CompartmentId, AccessError> {
        match self {
            Self::Chart => case.chart_at(at),
            Self::Own(id) => case
                .participants
                .iter()
                .find(|participant| participant.id == id)
                .map(|participant| participant.own),
        }
        .ok_or(AccessError::NotThere)
    }
}

/// What a note says.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct NoteText {
    /// What they brought.
    pub brought: Private<String>,
    /// What was done in the session.
    pub did: Private<String>,
    /// How it landed.
    pub landed: Private<String>,
    /// What was agreed for next time.
    pub agreed: Private<String>,
    /// Response phases that were spoken of: desire, arousal, orgasm, resolution.
    #[serde(default)]
    pub phases: Vec<String>,
}

impl NoteText {
    /// Whether nothing was written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        [&self.brought, &self.did, &self.landed, &self.agreed]
            .iter()
            .all(|part| part.reveal().trim().is_empty())
    }
}

/// Who signed, and when.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Signature {
    /// Who.
    pub by: PersonId,
    /// When, microseconds UTC.
    pub at: i64,
}

/// The content of `notes.sealed`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct NoteContent {
    pub(crate) text: NoteText,
    #[serde(default)]
    pub(crate) signed: Option<Signature>,
    #[serde(default)]
    pub(crate) cosigned: Option<Signature>,
    /// Whether the author needed a supervisor when signing.
    #[serde(default)]
    pub(crate) needs_cosignature: bool,
}

/// How it stands with a note.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum NoteState {
    /// Being written.
    Draft,
    /// Signed by an associate; final when the supervisor co-signs.
    Awaiting,
    /// Final.
    Signed,
}

impl NoteState {
    /// The stored word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Awaiting => "awaiting",
            Self::Signed => "signed",
        }
    }
}

impl NoteContent {
    /// The state that the sealed content itself tells.
    pub(crate) const fn state(&self) -> NoteState {
        match (&self.signed, &self.cosigned, self.needs_cosignature) {
            (None, _, _) => NoteState::Draft,
            (Some(_), None, true) => NoteState::Awaiting,
            (Some(_), _, _) => NoteState::Signed,
        }
    }
}

/// Something added to a signed note.
#[derive(Clone, Debug)]
pub struct Amendment {
    /// Which.
    pub id: AmendmentId,
    /// Who added it.
    pub author: PersonId,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: Private<String>,
    /// What.
    pub text: Private<String>,
}

/// A note as it is read.
#[derive(Clone, Debug)]
pub struct Note {
    /// Which.
    pub id: NoteId,
    /// Of which session.
    pub session: SessionId,
    /// Who wrote it.
    pub author: PersonId,
    /// In which compartment.
    pub compartment: CompartmentId,
    /// When it was begun.
    pub written_at: Timestamp,
    /// How it stands.
    pub state: NoteState,
    /// The newest revision; a change names it.
    pub revision: u32,
    /// What it says.
    pub text: NoteText,
    /// The author's signature.
    pub signed: Option<Signature>,
    /// The supervisor's.
    pub cosigned: Option<Signature>,
    /// What was added after signing, oldest first.
    pub amendments: Vec<Amendment>,
}

/// Why a note was not written, signed or amended.
#[derive(Debug, thiserror::Error)]
pub enum NoteError {
    /// R9: somebody's informed consent is not in force.
    #[error("the informed consent of everybody concerned is not in force yet (R9)")]
    ConsentMissing,
    /// R5: it is signed; only an amendment can be added.
    #[error("a signed note cannot be changed (R5)")]
    Signed,
    /// Only a signed note is amended or co-signed.
    #[error("the note is not signed yet")]
    NotSigned,
    /// Nothing was written.
    #[error("there is nothing in it yet")]
    Empty,
    /// An amendment says why.
    #[error("an amendment needs a reason and a text")]
    ReasonMissing,
    /// It is for the author, or for the supervisor.
    #[error("this is for somebody else to do")]
    NotYours,
    /// R5: nobody supervises the case, so that an associate's note could never become final.
    #[error("an associate's note needs a supervisor who co-signs, and the case has none (R5)")]
    NoSupervisor,
    /// Something below; [`AccessError::Stale`] when another revision is newer.
    #[error(transparent)]
    Access(AccessError),
}

crate::carries_consent_error!(NoteError);

/// The content of `amendments.sealed`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AmendmentContent {
    pub(crate) reason: Private<String>,
    pub(crate) text: Private<String>,
}
