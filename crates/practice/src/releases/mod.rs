//! Releases: what may leave the practice, to whom, for what and until when, and who signed that (R3).
//!
//! A release is of one participant's own side, of the joint one, or of both. Each person whose signature is needed is asked alone,
//! on their own side, with the exact text: for what is theirs alone their own, for what is joint that of everybody who took part
//! in the time that it covers, also of who left since. A partner who is asked for the joint part learns that there is one, and
//! nothing of an own part beside it (R2). Who refuses or revokes does so on their own side, too: others learn only that not
//! everybody has signed. A client may ask for a release; others are asked to sign only once the clinician has taken it up.
//!
//! Not here: making the document (`copies`), what a court orders (`demands`).

mod answering;
mod asking;
mod ending;
mod reading;
pub(crate) mod records;
pub mod signers;
mod standing;
pub mod text;

#[cfg(test)]
mod model;
#[cfg(test)]
pub(crate) mod tests;

pub use answering::Reply;
pub use asking::NewRelease;
pub use reading::{AskedOfMe, CareRelease, CareReleases, MyReleases, ReleasePage, Wished};
pub(crate) use reading::{found_for_care, waiting, waiting_for};
pub use standing::Standing;
pub(crate) use standing::{Look, stands};

use serde::{Deserialize, Serialize};

use crate::consent::texts::ConsentText;
use crate::copies::CopyError;
use crate::error::AccessError;
use signers::{Answer, OutOfOrder};
use text::{Frame, Part};

/// How it stands with a release.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReleaseState {
    /// A client asked for it, and the clinician has not taken it up.
    Asked,
    /// It waits for signatures, or has them.
    Open,
    /// It was closed, and allows nothing any more.
    Closed,
}

impl ReleaseState {
    /// The stored word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }

    /// The state of a stored word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Asked, Self::Open, Self::Closed]
            .into_iter()
            .find(|one| one.word() == word)
    }
}

/// For what a release waits for its clinician.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Waits {
    /// A client wished for it, and it was not taken up.
    Wished,
    /// A part of it has every signature, and no document was made of that.
    Complete,
    /// A signature was taken back on which a document stands that was made.
    TakenBack,
}

impl Waits {
    fn of_word(word: &str) -> Option<Self> {
        match word {
            "wished" => Some(Self::Wished),
            "complete" => Some(Self::Complete),
            "taken_back" => Some(Self::TakenBack),
            _ => None,
        }
    }
}

/// The content of `releases.sealed`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ReleaseContent {
    pub(crate) frame: Frame,
}

/// The content of `release_signatures.sealed`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SignatureContent {
    pub(crate) frame: Frame,
    pub(crate) part: Part,
    /// Exactly what is read.
    pub(crate) text: ConsentText,
    /// SHA-256 of its exact bytes, in hexadecimal.
    pub(crate) digest: String,
    #[serde(default)]
    pub(crate) answer: Answer,
}

/// Why a release was not asked for, signed or closed.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    /// It names no kind of content that its sides can hold.
    #[error("it names nothing that may leave")]
    NothingNamed,
    /// It names nobody, no way or no purpose.
    #[error("it names not to whom, by which way, or for what")]
    Unnamed,
    /// Its last day has passed.
    #[error("its last day has passed")]
    Over,
    /// So many wishes of one person's wait already that they are to be talked about first.
    #[error("enough wishes wait already")]
    Enough,
    /// It was closed.
    #[error("it was closed")]
    Closed,
    /// It was taken up before.
    #[error("it was taken up before")]
    TakenUp,
    /// No name was typed.
    #[error("a signature needs a name")]
    NameMissing,
    /// The text is not the one that was read.
    #[error("the text is another one than was read")]
    OtherText,
    /// What was answered before does not allow it.
    #[error(transparent)]
    OutOfOrder(#[from] OutOfOrder),
    /// Something below.
    #[error(transparent)]
    Access(#[from] AccessError),
}

crate::carries_access_error!(ReleaseError);

impl From<ReleaseError> for CopyError {
    fn from(error: ReleaseError) -> Self {
        match error {
            ReleaseError::Access(error) => Self::Access(error),
            ReleaseError::NothingNamed
            | ReleaseError::Unnamed
            | ReleaseError::Over
            | ReleaseError::Enough
            | ReleaseError::Closed
            | ReleaseError::TakenUp
            | ReleaseError::NameMissing
            | ReleaseError::OtherText
            | ReleaseError::OutOfOrder(_) => Self::NotAllowed,
        }
    }
}
