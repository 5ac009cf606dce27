//! Copies of a record: for its own person (R15), for a release (R3), for what a court ordered. One way for all three.
//!
//! What is wanted is gathered from the sides that were opened, drawn in the background by the program, sealed on the side of whom
//! it is about, and handed out to nobody but who may have it, who proves themselves again for it. What a copy stands on is looked
//! at when it is asked for, when it is gathered, when it is kept, and once more in the transaction that hands it out: a signature
//! that is taken back meanwhile stops it. Every document ends with the same sentence ([`sentence`]).
//!
//! Not here: how a page of it is drawn (`documents`), other systems' words (`exchange`).

mod asking;
mod gathered;
mod gathering;
mod handing;
mod making;
mod reading;
pub(crate) mod records;
pub mod sentence;
pub mod what;

#[cfg(test)]
mod tests;

pub use gathered::{Answered, Gathered, Given, InIt, LeftOut, Of};
pub use handing::Handed;
pub use making::{MadeFile, ToMake};
pub use reading::{CopyLine, MyCopies};
pub(crate) use reading::{handed, of_basis};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::AccessError;
use crate::ids::{DemandId, ParticipantId, ReleaseId, ReleaseSignatureId};
use crate::language::Language;
use crate::private::Private;
use what::Wanted;

/// For how long a copy can be fetched, microseconds: a week.
const KEPT: i64 = 7 * 24 * 60 * 60 * 1_000_000;

/// On what ground a copy is made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Basis {
    /// Its own person wants it.
    Own(ParticipantId),
    /// A release allows it.
    Release(ReleaseId),
    /// A court ordered it.
    Order(DemandId),
}

impl Basis {
    const fn word(self) -> &'static str {
        match self {
            Self::Own(_) => "own",
            Self::Release(_) => "release",
            Self::Order(_) => "order",
        }
    }

    const fn id(self) -> Uuid {
        match self {
            Self::Own(id) => id.0,
            Self::Release(id) => id.0,
            Self::Order(id) => id.0,
        }
    }

    fn of(word: &str, id: Uuid) -> Option<Self> {
        match word {
            "own" => Some(Self::Own(ParticipantId(id))),
            "release" => Some(Self::Release(ReleaseId(id))),
            "order" => Some(Self::Order(DemandId(id))),
            _ => None,
        }
    }
}

/// How it stands with a copy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CopyState {
    /// It waits for its turn.
    Waiting,
    /// It is being made.
    Making,
    /// It can be fetched.
    Ready,
    /// What it stood on does not hold any more, or nothing was left of it.
    Stopped,
    /// It could not be made, though nothing forbids it: it can be asked for again.
    Failed,
    /// Its week is over.
    Gone,
}

impl CopyState {
    /// The stored word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Making => "making",
            Self::Ready => "ready",
            Self::Stopped | Self::Failed => "stopped",
            Self::Gone => "gone",
        }
    }

    /// The state of a stored word, and of whether the making failed.
    #[must_use]
    pub fn of_word(word: &str, failed: bool) -> Option<Self> {
        if failed {
            return Some(Self::Failed);
        }
        [
            Self::Waiting,
            Self::Making,
            Self::Ready,
            Self::Stopped,
            Self::Gone,
        ]
        .into_iter()
        .find(|one| one.word() == word)
    }

    /// Whether it is under way.
    #[must_use]
    pub const fn is_under_way(self) -> bool {
        matches!(self, Self::Waiting | Self::Making)
    }
}

/// What stands on a document's first page of why it was made.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Cover {
    /// For whom; nobody when it is its own person's.
    #[serde(default)]
    pub to: Option<Private<String>>,
    /// For what.
    #[serde(default)]
    pub purpose: Option<Private<String>>,
}

/// A file of a copy.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FileLine {
    /// Its name, which names nobody (R12).
    pub name: String,
    /// Its kind, as browsers know it.
    pub kind: String,
    /// How many bytes it has.
    pub bytes: usize,
    /// SHA-256 of them, in hexadecimal.
    pub sha256: String,
    /// In how many pieces it is kept.
    pub pieces: usize,
}

/// The content of `copies.sealed`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct CopyContent {
    pub(crate) wanted: Wanted,
    pub(crate) language: Language,
    pub(crate) cover: Cover,
    /// The signatures that it stands on, each with the revision that was looked at.
    #[serde(default)]
    pub(crate) stands_on: Vec<(ReleaseSignatureId, u32)>,
    #[serde(default)]
    pub(crate) left_out: Vec<LeftOut>,
    #[serde(default)]
    pub(crate) files: Vec<FileLine>,
}

/// The content of `copy_pieces.sealed`.
#[derive(Serialize, Deserialize)]
pub(crate) struct PieceContent {
    /// In Base64.
    pub(crate) bytes: String,
}

/// Why a copy was not asked for, made or handed out.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// One is being made already.
    #[error("one is being made already")]
    UnderWay,
    /// Nothing allows it: not everybody has signed, or not any more, or it was closed (R3).
    #[error("nothing allows it at this moment (R3)")]
    NotAllowed,
    /// It is not ready, or its week is over.
    #[error("there is no file to hand out")]
    NotReady,
    /// Something below.
    #[error(transparent)]
    Access(#[from] AccessError),
}

crate::carries_access_error!(CopyError);
