//! Intake: each person alone, before therapy begins.
//!
//! The answers of each part are sealed in the participant's own side, kept as a draft and sent to the clinician, who
//! reads what was sent; a partner never does (R2). Nothing is kept before the informed consent is in force (R9), and
//! before the date of birth says that the person is an adult; a minor's intake stops and nothing of it is stored (R8).
//! Not here: the questions (`questions`).

mod filling;
pub mod questions;
#[cfg(test)]
mod questions_tests;
mod reading;
mod records;
mod words;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use filling::Sent;
pub use reading::{IntakePage, IntakeRead, MyIntake, PartRead, states};
pub(crate) use reading::{answered_alone, of_part, parts_of, raised};

use crate::error::AccessError;
use crate::ids::ParticipantId;
use crate::library::{ConcernId, library};
use crate::private::Private;
use questions::{AnswerKind, Question, QuestionId, Raises, Section};

/// One concern in the client's order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Ranked {
    /// The concern of the library that comes closest; nothing when the client's words stand alone.
    #[serde(default)]
    pub concern: Option<ConcernId>,
    /// The client's own words; may be empty beside a concern.
    #[serde(default)]
    pub words: Private<String>,
}

/// An answer. A question without one was left out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Words.
    Text(Private<String>),
    /// One or several of the choices.
    Chosen {
        /// Their values.
        values: Vec<String>,
        /// Own words beside them; may be empty.
        #[serde(default)]
        words: Private<String>,
    },
    /// A number between the two ends.
    Scale(u8),
    /// Concerns, most important first.
    Ranked(Vec<Ranked>),
    /// "I would rather say this in the room."
    InTheRoom,
}

/// The answers of one part, by question.
pub type Answers = BTreeMap<QuestionId, Answer>;

/// The content of `intakes.sealed`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct PartContent {
    /// The version of the questions that were answered.
    #[serde(default)]
    pub(crate) version: u32,
    /// The date of birth, in the part that asks it.
    #[serde(default)]
    pub(crate) born: Option<Date>,
    /// What was sent.
    #[serde(default)]
    pub(crate) given: Option<Answers>,
    /// When, microseconds UTC.
    #[serde(default)]
    pub(crate) given_at: Option<i64>,
    /// What is being written and nobody else reads yet.
    #[serde(default)]
    pub(crate) draft: Option<Answers>,
}

/// How far a part is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PartState {
    /// Nothing is kept of it.
    NotBegun,
    /// It is a draft.
    Begun,
    /// It was sent to the clinician.
    Sent,
}

/// How far a participant's intake is: structure only.
#[derive(Clone, Debug)]
pub struct IntakeState {
    /// Whose.
    pub participant: ParticipantId,
    /// Each part in its order.
    pub parts: Vec<(&'static Section, PartState, Option<Timestamp>)>,
}

impl IntakeState {
    /// Whether every part was sent.
    #[must_use]
    pub fn is_sent(&self) -> bool {
        self.parts
            .iter()
            .all(|(_, state, _)| *state == PartState::Sent)
    }

    /// Whether nothing was begun.
    #[must_use]
    pub fn is_untouched(&self) -> bool {
        self.parts
            .iter()
            .all(|(_, state, _)| *state == PartState::NotBegun)
    }

    /// The first part that was not sent.
    #[must_use]
    pub fn next(&self) -> Option<&'static Section> {
        self.parts
            .iter()
            .find(|(_, state, _)| *state != PartState::Sent)
            .map(|(section, _, _)| *section)
    }
}

/// Why an intake was not kept.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// R9: the informed consent is not in force.
    #[error("the informed consent is not in force (R9)")]
    ConsentMissing,
    /// R8: the person is not an adult by the law of the practice's place; nothing is stored.
    #[error("not an adult by the law of the place (R8)")]
    Minor,
    /// The date of birth comes first.
    #[error("the date of birth is asked first (R8)")]
    BornFirst,
    /// Nobody was born on that day: it has not come, or it lies too far back.
    #[error("nobody who is alive was born on that day")]
    BornUnlikely,
    /// Something below; [`AccessError::Stale`] when another revision is newer.
    #[error(transparent)]
    Access(AccessError),
}

crate::carries_consent_error!(IntakeError);

impl Section {
    /// The answers that fit the questions of this part; what fits none of them is left out.
    #[must_use]
    pub fn fitting(&self, mut answers: Answers) -> Answers {
        self.questions
            .iter()
            .filter(|question| question.rule.is_none())
            .filter_map(|question| {
                let answer = answers.remove(&question.id)?;
                Some((question.id.clone(), question.fitting(answer)?))
            })
            .collect()
    }

    /// The most urgent thing that these answers set in motion (R10, R11).
    #[must_use]
    pub fn raises(&self, answers: &Answers) -> Option<Raises> {
        self.questions
            .iter()
            .filter_map(|question| question.raised_by(answers.get(&question.id)?))
            .max()
    }
}

impl Question {
    /// What an answer to this question sets in motion (R10, R11).
    #[must_use]
    pub fn raised_by(&self, answer: &Answer) -> Option<Raises> {
        match answer {
            Answer::Chosen { values, .. } => self.raises(values.iter().map(String::as_str)),
            Answer::Text(_) | Answer::Scale(_) | Answer::Ranked(_) | Answer::InTheRoom => None,
        }
    }

    /// The answer as far as it answers this question.
    fn fitting(&self, answer: Answer) -> Option<Answer> {
        match (&self.answer, answer) {
            (_, Answer::InTheRoom) => self.skippable.then_some(Answer::InTheRoom),
            (AnswerKind::Text | AnswerKind::LongText, Answer::Text(words)) => {
                (!words.reveal().trim().is_empty()).then_some(Answer::Text(words))
            }
            (AnswerKind::Scale { from, to, .. }, Answer::Scale(at)) => {
                (*from..=*to).contains(&at).then_some(Answer::Scale(at))
            }
            (AnswerKind::Choice { describe, .. }, Answer::Chosen { values, words }) => {
                self.chosen(values.into_iter().take(1).collect(), words, *describe)
            }
            (AnswerKind::Choices { describe, .. }, Answer::Chosen { values, words }) => {
                self.chosen(values, words, *describe)
            }
            (AnswerKind::Concerns { most }, Answer::Ranked(ranked)) => ranking(ranked, *most),
            _ => None,
        }
    }

    /// Known choices only. Somebody who ticked "none of these" and something else meant the something else.
    fn chosen(
        &self,
        values: Vec<String>,
        words: Private<String>,
        describe: bool,
    ) -> Option<Answer> {
        let chosen = self
            .options()
            .iter()
            .filter(|option| values.contains(&option.value));
        let several = chosen.clone().any(|option| !option.exclusive);
        let values: Vec<String> = chosen
            .filter(|option| !several || !option.exclusive)
            .map(|option| option.value.clone())
            .collect();
        let words = if describe { words } else { Private::default() };
        let silent = values.is_empty() && words.reveal().trim().is_empty();
        (!silent).then_some(Answer::Chosen { values, words })
    }
}

fn ranking(ranked: Vec<Ranked>, most: u8) -> Option<Answer> {
    let mut kept: Vec<Ranked> = Vec::new();
    for one in ranked {
        let concern = one.concern.filter(|id| library().concern(id).is_some());
        let twice = concern.is_some() && kept.iter().any(|before| before.concern == concern);
        let silent = concern.is_none() && one.words.reveal().trim().is_empty();
        if !twice && !silent && kept.len() < usize::from(most) {
            kept.push(Ranked {
                concern,
                words: one.words,
            });
        }
    }
    (!kept.is_empty()).then_some(Answer::Ranked(kept))
}
