//! Goals: what a client wants, in the client's words, with the value it serves.
//!
//! A goal is one participant's own, or joint; it stays in the compartment where it was set. Every wording is kept.
//! Nothing measures how near anybody is (R13): a goal is open, reached or let go. Not here: homework.

mod records;
mod setting;

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{StoreError, Tx};
use vault::Opened;

use crate::access::Work;
use crate::cases::Case;
use crate::clock::from_micros;
use crate::error::AccessError;
use crate::ids::{CaseId, GoalId, ParticipantId, PracticeId};
use crate::private::Private;
use crate::sealed::Cell;

pub use setting::{GoalPage, MyGoals};

/// How it stands with a goal.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GoalState {
    /// It is being worked on.
    #[default]
    Open,
    /// The client says so.
    Reached,
    /// It does not matter any more, or another matters more.
    LetGo,
}

impl GoalState {
    /// The stored word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Reached => "reached",
            Self::LetGo => "let_go",
        }
    }

    /// The state of a stored word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Open, Self::Reached, Self::LetGo]
            .into_iter()
            .find(|state| state.word() == word)
    }
}

/// A goal as somebody puts it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct GoalWords {
    /// What is wanted, in the client's words.
    pub words: Private<String>,
    /// The value that it serves; may be empty.
    #[serde(default)]
    pub value: Private<String>,
}

/// The content of `goals.sealed`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct GoalContent {
    #[serde(flatten)]
    pub(crate) said: GoalWords,
    pub(crate) state: GoalState,
    /// When this was written, microseconds UTC.
    pub(crate) at: i64,
}

/// A goal.
#[derive(Clone, Debug)]
pub struct Goal {
    /// Which.
    pub id: GoalId,
    /// Whose own goal it is; nobody's when it is joint.
    pub whose: Option<ParticipantId>,
    /// What is wanted, and the value that it serves.
    pub said: GoalWords,
    /// How it stands.
    pub state: GoalState,
    /// When it was set.
    pub set_at: Timestamp,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// Whether it was shared before somebody joined who takes part now, and is not shared with them.
    pub narrower: bool,
    /// The newest revision; a change names it.
    pub revision: u32,
}

/// Why a goal was not set or changed.
#[derive(Debug, thiserror::Error)]
pub enum GoalError {
    /// R9: the writer's informed consent is not in force.
    #[error("the writer's informed consent is not in force (R9)")]
    ConsentMissing,
    /// Nothing was written.
    #[error("a goal needs words")]
    Empty,
    /// It was shared among people who do not all share now, or the part in the case is over: what is there stays as it is.
    #[error("this goal belongs to a time that is over")]
    Ended,
    /// Something below; [`AccessError::Stale`] when another revision is newer.
    #[error(transparent)]
    Access(AccessError),
}

crate::carries_consent_error!(GoalError);

/// The goals of a case in the compartments that were opened, oldest first.
///
/// # Errors
/// A fault of the database or of sealed bytes.
pub fn of_case(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    case: &Case,
) -> Result<Vec<Goal>, AccessError> {
    let practice = work.practice();
    let mut found = Vec::new();
    for stored in records::of_case(work.tx, practice, case.id)? {
        if let Some(known) = known(work, opened, case, stored)? {
            found.push(read(work, opened, case, &known)?);
        }
    }
    Ok(found)
}

/// A goal as those read it who opened these sides. Where it went on among others after the time of a reader, they keep it as it
/// stood last on a side of theirs, and do not learn that it changed (R2, R15). What was taken off their side is not there.
fn known(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    case: &Case,
    stored: records::Stored,
) -> Result<Option<records::Stored>, AccessError> {
    let practice = work.practice();
    if opened.get(stored.cell.compartment).is_some() {
        return Ok(Some(stored));
    }
    if !case.is_joint(stored.cell.compartment) {
        return Ok(None);
    }
    let earlier = records::earlier(work.tx, practice, stored.id)?;
    let theirs = |one: &Cell| opened.get(one.compartment).is_some();
    let mut went_on = earlier.into_iter().rev();
    let last = went_on.find(|one| theirs(one) || !case.is_joint(one.compartment));
    // Whoever shares it where it stands reads it there: where their own side is opened without that one, nothing is shown of how it
    // was put before it came there (R2).
    let shares_it = |one: &Cell| {
        let mut whose = case.whose(stored.cell.compartment);
        whose.any(|who| who.own == one.compartment)
    };
    let Some(cell) = last.filter(|one| theirs(one) && !shares_it(one)) else {
        return Ok(None);
    };
    let content: GoalContent = work.unseal(opened, "goals", &cell)?;
    Ok(Some(records::Stored {
        participant: stored
            .participant
            .filter(|_| !case.is_joint(cell.compartment)),
        set_at: stored.set_at.min(content.at),
        cell,
        ..stored
    }))
}

/// How a goal was put before, oldest first: the words, and when they were written. What lies on a side that was not opened is not
/// among them (R2).
///
/// # Errors
/// A fault of the database or of sealed bytes.
pub(crate) fn earlier(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    goal: &Goal,
) -> Result<Vec<(GoalWords, Timestamp)>, AccessError> {
    let practice = work.practice();
    let mut cells = records::earlier(work.tx, practice, goal.id)?;
    cells.retain(|cell| opened.get(cell.compartment).is_some());
    // A reader counts what lies on their sides alone, so these are the ones before the one that they know.
    let before = usize::try_from(goal.revision.saturating_sub(1)).unwrap_or(usize::MAX);
    let mut found = Vec::new();
    for cell in cells.into_iter().take(before) {
        let content: GoalContent = work.unseal(opened, "goals", &cell)?;
        found.push((content.said, from_micros(content.at)));
    }
    Ok(found)
}

/// A goal as it lies there, to be moved (`routing`): in which case, sealed, and whose own it is.
///
/// # Errors
/// A fault of the database.
pub(crate) fn lying(
    work: &mut Work<'_, '_>,
    id: GoalId,
) -> Result<Option<(CaseId, Cell, Option<ParticipantId>)>, AccessError> {
    let practice = work.practice();
    let found = records::goal(work.tx, practice, id)?;
    Ok(found.map(|stored| (stored.case, stored.cell, stored.participant)))
}

/// Says whose own a goal is from now on, in the write that seals it there; nobody's for a joint one, which begins on its new
/// side at `since`, so that its age tells nothing of where it was (R2).
///
/// # Errors
/// A fault of the database.
pub(crate) fn belongs(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: GoalId,
    (whose, since): (Option<ParticipantId>, Option<i64>),
) -> Result<(), StoreError> {
    records::belongs(tx, practice, id, whose)?;
    match since {
        Some(at) => records::begins(tx, practice, id, at),
        None => Ok(()),
    }
}

/// The revision of a goal as its reader knows it: those that lie on a side which is not theirs do not count, so that a number
/// tells nobody that a goal of the joint side stood on somebody's own one before (R2).
fn revision_for(work: &mut Work<'_, '_>, opened: &Opened, cell: &Cell) -> Result<u32, AccessError> {
    let practice = work.practice();
    if cell.revision == 1 {
        return Ok(1);
    }
    let earlier = records::earlier(work.tx, practice, GoalId(cell.id))?;
    let unknown = earlier
        .iter()
        .filter(|one| one.revision < cell.revision)
        .filter(|one| opened.get(one.compartment).is_none());
    let unknown = u32::try_from(unknown.count()).unwrap_or(0);
    Ok(cell.revision.saturating_sub(unknown))
}

fn read(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    case: &Case,
    stored: &records::Stored,
) -> Result<Goal, AccessError> {
    let content: GoalContent = work.unseal(opened, "goals", &stored.cell)?;
    let revision = revision_for(work, opened, &stored.cell)?;
    Ok(Goal {
        id: stored.id,
        whose: stored.participant,
        said: content.said,
        state: content.state,
        set_at: from_micros(stored.set_at),
        changed_at: from_micros(content.at),
        narrower: case.is_narrower(stored.cell.compartment),
        revision,
    })
}
