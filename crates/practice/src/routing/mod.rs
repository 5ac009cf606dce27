//! Where things go: one participant's own side, the joint side, or, for words of a note, the author's process note.
//!
//! What is moved is sealed anew on the side to which it goes, and its earlier revision stays on the side that it left, for
//! those who could read it there. Moving wider, to somebody who could not read it before, is asked once more with the exact
//! text and the names; moving narrower is a correction that stays in the history of the side that it left. The program
//! itself never moves anything. A signed note is not altered by it (R5): something is added to it. Decided in
//! `docs/decisions`. Not here: writing what is moved, and releases to anybody outside (`consent`).

mod asking;
mod blocks;
mod corrections;
mod kinds;
mod moving;
mod records;

#[cfg(test)]
mod tests;

pub use asking::Routing;
pub(crate) use corrections::of_case as corrections_of;
pub use corrections::{Correction, MyCorrections};

use serde::{Deserialize, Serialize};
use vault::CompartmentId;

use crate::calendar::Session;
use crate::cases::Case;
use crate::error::AccessError;
use crate::ids::{AssignmentId, GoalId, MeasureId, MessageId, PersonId, SessionId};
use crate::notes::{NoteBlock, Route};
use crate::private::Private;

/// What can be moved.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Thing {
    /// A goal.
    Goal(GoalId),
    /// Homework.
    Assignment(AssignmentId),
    /// One set of answers.
    Measure(MeasureId),
    /// The copy of a message that was filed to the record.
    Message(MessageId),
    /// One block of a session's note on one side.
    Block(SessionId, Route, NoteBlock),
}

/// The kind of a thing, as its history keeps it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A goal.
    Goal,
    /// Homework.
    Assignment,
    /// One set of answers.
    Measure,
    /// A filed copy of a message.
    Message,
    /// A block of a note.
    Block,
}

impl Kind {
    /// In plain words, as a sentence begins.
    #[must_use]
    pub const fn plain(self) -> &'static str {
        match self {
            Self::Goal => "A goal",
            Self::Assignment => "Homework",
            Self::Measure => "Answers to a check-in",
            Self::Message => "A copy of a message",
            Self::Block => "A part of a session’s note",
        }
    }
}

/// Whether a move lets somebody read who could not before.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Direction {
    /// Somebody reads it from now on who could not: asked once more.
    Wider,
    /// Nobody new reads it: a correction.
    Narrower,
}

/// Which way it goes between two sides of a case. From one participant's own side to another's is wider, too.
#[must_use]
pub fn direction(from: Route, to: Route) -> Direction {
    match (from, to) {
        (Route::Chart, Route::Own(_)) => Direction::Narrower,
        (Route::Own(one), Route::Own(other)) if one == other => Direction::Narrower,
        (Route::Own(_) | Route::Chart, Route::Chart) | (Route::Own(_), Route::Own(_)) => {
            Direction::Wider
        }
    }
}

/// The narrowest side on which everybody who was in the room finds again what was said there, and nobody who was not: one
/// participant's own side, or the joint one when everybody was there. Where some were and some were not there is no such
/// side, and whoever writes has to say.
#[must_use]
pub fn narrowest(case: &Case, session: &Session, present: &[PersonId]) -> Option<Route> {
    if case.joint.is_none() {
        return Some(Route::Chart);
    }
    let taking_part: Vec<_> = case.then(session.starts_at).collect();
    let mut there = taking_part
        .iter()
        .filter(|who| present.contains(&who.person));
    match (there.next(), there.next()) {
        (Some(only), None) => Some(Route::Own(only.id)),
        (Some(_), Some(_)) if taking_part.iter().all(|who| present.contains(&who.person)) => {
            Some(Route::Chart)
        }
        (Some(_), Some(_)) | (None, _) => None,
    }
}

/// What says that a move was asked for with open eyes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    /// The digest of exactly the text that was shown, in hexadecimal ([`Routing::digest`]).
    pub digest: String,
    /// Whether the one whose words they are said yes to it; it is asked for what a client wrote or answered.
    pub agreed: bool,
}

/// Why something was not moved.
#[derive(Debug, thiserror::Error)]
pub enum RoutingError {
    /// R9: the informed consent of somebody who will read it is not in force.
    #[error("the informed consent of everybody concerned is not in force (R9)")]
    ConsentMissing,
    /// R11: joint homework waits until the screening is settled.
    #[error("joint homework waits until the screening is settled (R11)")]
    JointWaits,
    /// It stands there already, or there is no such side for it.
    #[error("it cannot go there")]
    NoSuchSide,
    /// There are no words to move.
    #[error("there is nothing in it")]
    Empty,
    /// It was changed since it was shown: it has to be read again.
    #[error("the text is another one than was read")]
    OtherText,
    /// It is a client's own: only with their word.
    #[error("it is a client's own and moves wider with their word only")]
    NotAgreed,
    /// Somebody else answered this homework; it can be ended and given anew.
    #[error("somebody answered it already")]
    Answered,
    /// Somebody else writes the note there.
    #[error("this is for somebody else to do")]
    NotYours,
    /// Something below; [`AccessError::Stale`] when another revision is newer.
    #[error(transparent)]
    Access(AccessError),
}

crate::carries_consent_error!(RoutingError);

/// What is moved, in words with what each is, exactly as it will be read.
pub(crate) type Exact = Vec<(String, Private<String>)>;

/// The digest of exactly these words between two sides, in hexadecimal. Each part is preceded by its length.
pub(crate) fn digest_of(
    words: &Exact,
    revision: u32,
    sides: (CompartmentId, CompartmentId),
) -> String {
    let mut bytes = Vec::new();
    for side in [sides.0, sides.1] {
        bytes.extend_from_slice(side.0.as_bytes());
    }
    bytes.extend_from_slice(&revision.to_be_bytes());
    for (what, said) in words {
        for part in [what.as_bytes(), said.reveal().as_bytes()] {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part);
        }
    }
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes);
    digest
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
