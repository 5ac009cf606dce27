//! Progress notes: drafted, signed, co-signed, amended, never altered (R5).
//!
//! A note stands in one compartment: the joint one of a relational case, or one participant's own side. What was
//! signed is in the sealed content itself, so that a changed state in a column makes no draft of it. Nothing is
//! written before the consent of everybody concerned is in force (R9). Not here: process notes, which the server
//! cannot read.

mod comparing;
mod echo;
mod glance;
mod reading;
pub mod records;
mod writing;

#[cfg(test)]
pub(crate) mod comparing_tests;
#[cfg(test)]
mod tests;

pub use comparing::{Echo, Told};
pub use glance::NoteGlance;
pub(crate) use glance::of_sessions;
pub use reading::{NoteList, NotePage};
pub(crate) use reading::{last_before, of_case, of_session, went_elsewhere};
pub(crate) use writing::{concerned, session_of_mine};

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
    /// [`AccessError::NotThere`] when the participant was not in the case then.
    pub fn compartment(self, case: &Case, at: i64) -> Result<CompartmentId, AccessError> {
        match self {
            Self::Chart => case.chart_at(at),
            Self::Own(id) => case.then(at).find(|who| who.id == id).map(|who| who.own),
        }
        .ok_or(AccessError::NotThere)
    }
}

/// One block of a note.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteBlock {
    /// What they brought.
    Brought,
    /// What was done in the session.
    Did,
    /// How it landed.
    Landed,
    /// What was agreed for next time.
    Agreed,
}

impl NoteBlock {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 4] = [Self::Brought, Self::Did, Self::Landed, Self::Agreed];

    /// The word of a form.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Brought => "brought",
            Self::Did => "did",
            Self::Landed => "landed",
            Self::Agreed => "agreed",
        }
    }

    /// The block of a form's word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|block| block.word() == word)
    }

    /// What stands above it.
    #[must_use]
    pub const fn plain(self) -> &'static str {
        match self {
            Self::Brought => "What they brought",
            Self::Did => "What we did",
            Self::Landed => "How it landed",
            Self::Agreed => "Agreed for next time",
        }
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
    /// One block.
    #[must_use]
    pub const fn block(&self, block: NoteBlock) -> &Private<String> {
        match block {
            NoteBlock::Brought => &self.brought,
            NoteBlock::Did => &self.did,
            NoteBlock::Landed => &self.landed,
            NoteBlock::Agreed => &self.agreed,
        }
    }

    /// The same, to be changed.
    pub const fn block_mut(&mut self, block: NoteBlock) -> &mut Private<String> {
        match block {
            NoteBlock::Brought => &mut self.brought,
            NoteBlock::Did => &mut self.did,
            NoteBlock::Landed => &mut self.landed,
            NoteBlock::Agreed => &mut self.agreed,
        }
    }

    /// The same without some blocks.
    #[must_use]
    pub fn without(&self, blocks: &[NoteBlock]) -> Self {
        let mut text = self.clone();
        for block in blocks {
            *text.block_mut(*block) = Private::default();
        }
        text
    }

    /// Adds words to a block, under those that stand there.
    pub fn add(&mut self, block: NoteBlock, words: &str) {
        let there = self.block_mut(block);
        let before = there.reveal().trim();
        *there = if before.is_empty() {
            Private::from(words.trim())
        } else {
            Private::from(format!("{before}\n\n{}", words.trim()))
        };
    }

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
    /// It repeats words that somebody told alone: asked once before it is signed (R2).
    #[error("it repeats words that somebody told alone (R2)")]
    Repeats,
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
