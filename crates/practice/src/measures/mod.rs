//! Measures: one set of answers to an instrument at one time.
//!
//! What ships is a check-in in our own words, under the project's licence: it is no validated test, has no cut-off and
//! is not added up, and no page grades anybody (R13). Answers stand in the participant's own side. Not here: instruments
//! that a practice has a licence for.

mod records;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use vault::Opened;

use crate::access::{PortalAccess, Purpose, Work};
use crate::cases::{self, Case, Sides};
use crate::clock::{from_micros, micros};
use crate::content;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{MeasureId, ParticipantId};
use crate::receipts::Action;
use crate::sealed::Cell;

/// Questions that are answered with a number between two ends.
#[derive(Debug, Deserialize)]
pub struct Instrument {
    /// Its id.
    pub id: String,
    /// Its version; answers remember which one they answered.
    pub version: u32,
    /// Its language.
    pub language: String,
    /// Its heading.
    pub title: String,
    /// What stands before its questions.
    pub intro: String,
    /// What it is and is not.
    pub note: String,
    /// The highest answer; the lowest is 0.
    pub most: u8,
    /// Its questions.
    pub items: Vec<Item>,
}

/// One question of an instrument.
#[derive(Debug, Deserialize)]
pub struct Item {
    /// Its id.
    pub id: String,
    /// The question.
    pub text: String,
    /// What the lowest answer means.
    pub low: String,
    /// What the highest answer means.
    pub high: String,
}

/// The shipped check-in, read on first use.
#[expect(
    clippy::expect_used,
    reason = "the text is part of the binary, and a test reads it"
)]
pub fn check_in() -> &'static Instrument {
    static CHECK_IN: LazyLock<Instrument> = LazyLock::new(|| {
        content::read("check-in.json", include_str!("../../content/check-in.json"))
            .expect("the shipped check-in reads")
    });
    &CHECK_IN
}

/// Answers by item; what was left out is not in it.
pub type Answers = BTreeMap<String, u8>;

/// The content of `measures.sealed`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct MeasureContent {
    pub(crate) instrument: String,
    pub(crate) version: u32,
    pub(crate) answers: Answers,
}

/// A measure that was taken.
#[derive(Clone, Debug)]
pub struct Measure {
    /// Which.
    pub id: MeasureId,
    /// Whose.
    pub participant: ParticipantId,
    /// Whether it stands on the joint side, where the others read it, too.
    pub joint: bool,
    /// When.
    pub taken_at: Timestamp,
    /// Of which instrument.
    pub instrument: String,
    /// What was answered.
    pub answers: Answers,
}

/// Why a measure was not taken.
#[derive(Debug, thiserror::Error)]
pub enum MeasureError {
    /// R9: the informed consent is not in force.
    #[error("the informed consent is not in force (R9)")]
    ConsentMissing,
    /// Nothing was answered.
    #[error("nothing was answered")]
    Empty,
    /// Something below.
    #[error(transparent)]
    Access(AccessError),
}

crate::carries_consent_error!(MeasureError);

impl Instrument {
    /// Where an answer stands between its question's two ends, in words that grade nothing (R13): the lower and the upper
    /// third are near an end.
    #[must_use]
    pub fn in_words(&self, item: &Item, at: u8) -> String {
        let third = self.most / 3;
        if at <= third {
            format!("Near “{}”", item.low)
        } else if at >= self.most - third {
            format!("Near “{}”", item.high)
        } else {
            format!("Between “{}” and “{}”", item.low, item.high)
        }
    }

    /// The answers that fit; what fits no question is left out.
    #[must_use]
    pub fn fitting(&self, mut answers: Answers) -> Answers {
        answers.retain(|id, at| *at <= self.most && self.items.iter().any(|item| item.id == *id));
        answers
    }
}

/// The newest measures of each participant of a case in the compartments that were opened, oldest first.
///
/// # Errors
/// A fault of the database or of sealed bytes.
pub fn of_case(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    case: &Case,
    newest: i64,
) -> Result<Vec<Measure>, AccessError> {
    let practice = work.practice();
    let mut found = Vec::new();
    for who in &case.participants {
        let sides = case.joints().into_iter().chain([who.own]);
        let mut taken = Vec::new();
        for side in sides.filter(|side| opened.get(*side).is_some()) {
            let place = (who.id, side);
            taken.extend(records::of_participant(work.tx, practice, place, newest)?);
        }
        taken.sort_by_key(|(taken_at, cell)| (*taken_at, cell.id));
        let kept = usize::try_from(newest).unwrap_or(usize::MAX);
        let older = taken.len().saturating_sub(kept);
        for (taken_at, cell) in taken.split_off(older) {
            let content: MeasureContent = work.unseal(opened, "measures", &cell)?;
            found.push(Measure {
                id: MeasureId(cell.id),
                participant: who.id,
                joint: case.is_joint(cell.compartment),
                taken_at: from_micros(taken_at),
                instrument: content.instrument,
                answers: content.answers,
            });
        }
    }
    Ok(found)
}

/// A measure as it lies there, to be moved (`routing`): whose, when it was taken, and sealed.
///
/// # Errors
/// A fault of the database.
pub(crate) fn lying(
    work: &mut Work<'_, '_>,
    id: MeasureId,
) -> Result<Option<(ParticipantId, i64, Cell)>, AccessError> {
    let practice = work.practice();
    Ok(records::measure(work.tx, practice, id)?)
}

impl Practice {
    /// The measures of the signed-in client, for each of their cases, oldest first.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault.
    pub async fn my_measures(
        &self,
        access: &PortalAccess,
    ) -> Result<Vec<(Sides, Vec<Measure>)>, AccessError> {
        self.read(access, |work| {
            let mut found = Vec::new();
            for part in cases::parts_of_mine(work)? {
                let opened =
                    work.open(Action::Measures, Purpose::OwnRecord, &part.compartments())?;
                // A partner's own side is not opened, so that nothing of it is among them (R2); what stands on the joint side is.
                let measures = of_case(work, &opened, &part.case, i64::MAX)?;
                found.push((cases::sides(work, &opened, &part)?, measures));
            }
            Ok(found)
        })
        .await
    }

    /// Takes the check-in.
    ///
    /// # Errors
    /// [`MeasureError::ConsentMissing`] (R9), [`MeasureError::Empty`], [`AccessError::NotThere`] when the part is not
    /// the signed-in person's, or has ended.
    pub async fn take_measure(
        &self,
        access: &PortalAccess,
        participant: ParticipantId,
        answers: Answers,
    ) -> Result<MeasureId, MeasureError> {
        let practice = self.id();
        self.write(
            access,
            Action::Measures,
            move |work| {
                let part = cases::part_of_mine(work, participant)?;
                if !part.goes_on() {
                    return Err(AccessError::NotThere.into());
                }
                work.stands_on_consent(&[part.who])?;
                let answers = check_in().fitting(answers);
                if answers.is_empty() {
                    return Err(MeasureError::Empty);
                }
                let content = MeasureContent {
                    instrument: check_in().id.clone(),
                    version: check_in().version,
                    answers,
                };
                let opened = work.open(Action::Measures, Purpose::OwnRecord, &[part.who.own])?;
                let open = opened.get(part.who.own).ok_or(AccessError::NotThere)?;
                let row = work.seal(open, ("measures", work.new_id(), 1), &content)?;
                Ok((micros(work.now()), row))
            },
            move |tx, (at, row)| {
                records::insert(tx, practice, (participant, *at), row)?;
                Ok(MeasureId(row.id()))
            },
        )
        .await
    }
}
