//! The intake's questions: what each person is asked, alone, before therapy begins.
//!
//! Every question can be left out or kept for the room, but for the date of birth (R8). Answers are not here.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::content::{self, ContentError};
use crate::library::ResponsePhase;

/// Names a question, such as `health.medicines`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct QuestionId(String);

impl QuestionId {
    /// An id as it stands in the intake; whether it exists is for [`Questions::question`] to say.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }
}

impl AsRef<str> for QuestionId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// The whole intake.
#[derive(Debug, Deserialize)]
pub struct Questions {
    /// Its id.
    pub id: String,
    /// Its version; answers remember which one they answered.
    pub version: u32,
    /// Its language.
    pub language: String,
    /// Its heading.
    pub title: String,
    /// What stands before the first section.
    pub intro: String,
    /// The words for leaving a question out.
    pub skip: String,
    /// The words for keeping a question for the room.
    pub in_person: String,
    /// Where questions come from that are not our own words.
    pub sources: Vec<Source>,
    /// The sections, in their order.
    pub sections: Vec<Section>,
}

/// Where a set of questions comes from, shown beside it.
#[derive(Debug, Deserialize)]
pub struct Source {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Who wrote it.
    pub authors: String,
    /// Where it was published.
    pub published: String,
    /// Its licence.
    pub license: String,
    /// What to know about it.
    pub note: String,
}

/// Questions that are asked on one page.
#[derive(Debug, Deserialize)]
pub struct Section {
    /// Its id, and the end of its address.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// What stands before its questions.
    pub intro: String,
    /// Whether it may be answered only when nobody watches (R11).
    #[serde(default)]
    pub alone: bool,
    /// Its questions.
    pub questions: Vec<Question>,
}

/// One question.
#[derive(Debug, Deserialize)]
pub struct Question {
    /// Its id.
    pub id: QuestionId,
    /// The question.
    pub text: String,
    /// What helps to answer it.
    pub hint: Option<String>,
    /// How it is answered.
    pub answer: AnswerKind,
    /// Whether it can be left out or kept for the room.
    #[serde(default = "yes")]
    pub skippable: bool,
    /// The rule that needs an answer.
    pub rule: Option<QuestionRule>,
    /// The response phase that it is about.
    pub phase: Option<ResponsePhase>,
    /// The [`Source`] that it is from.
    pub source: Option<String>,
}

fn yes() -> bool {
    true
}

/// A rule that a question serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionRule {
    /// The answer must be the birth of an adult (R8).
    Adult,
}

/// How a question is answered.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AnswerKind {
    /// A civil date.
    Date,
    /// One line.
    Text,
    /// As many lines as wanted.
    LongText,
    /// One of these.
    Choice {
        /// What may be chosen.
        options: Vec<Choice>,
        /// Whether own words may be added.
        #[serde(default)]
        describe: bool,
    },
    /// Any of these.
    Choices {
        /// What may be chosen.
        options: Vec<Choice>,
        /// Whether own words may be added.
        #[serde(default)]
        describe: bool,
    },
    /// A whole number between two ends.
    Scale {
        /// The lowest.
        from: u8,
        /// The highest.
        to: u8,
        /// What the lowest means.
        low: String,
        /// What the highest means.
        high: String,
    },
    /// Concerns of the library in the client's order, each with their own words.
    Concerns {
        /// How many may be ranked.
        most: u8,
    },
}

/// Something that may be chosen.
#[derive(Debug, Deserialize)]
pub struct Choice {
    /// The value of the form's field.
    pub value: String,
    /// The words on the page.
    pub label: String,
    /// What choosing it sets in motion.
    pub raises: Option<Raises>,
    /// Whether it excludes the others, such as "none of these".
    #[serde(default)]
    pub exclusive: bool,
}

/// What an answer sets in motion. The order is that of urgency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Raises {
    /// 'See a physician first or as well' (R10).
    Physician,
    /// The same, and words at once about urgent care (R10).
    PhysicianNow,
    /// It reaches the clinician before the next session and at once in the inbox, never a partner (R11).
    Safety,
    /// The same, and help lines are shown at once (R11).
    SafetyNow,
}

/// The shipped intake, read on first use.
#[expect(
    clippy::expect_used,
    reason = "the text is part of the binary, and a test reads it"
)]
pub fn questions() -> &'static Questions {
    static QUESTIONS: LazyLock<Questions> =
        LazyLock::new(|| Questions::shipped().expect("the shipped intake reads"));
    &QUESTIONS
}

impl Questions {
    fn shipped() -> Result<Self, ContentError> {
        content::read("intake.json", include_str!("../../content/intake.json"))
    }

    /// The section with this id.
    pub fn section(&self, id: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.id == id)
    }

    /// The section that comes after this one.
    pub fn section_after(&self, id: &str) -> Option<&Section> {
        self.sections
            .iter()
            .skip_while(|section| section.id != id)
            .nth(1)
    }

    /// The question with this id.
    pub fn question(&self, id: impl AsRef<str>) -> Option<&Question> {
        let questions = self.sections.iter().flat_map(|section| &section.questions);
        questions
            .into_iter()
            .find(|question| question.id.as_ref() == id.as_ref())
    }

    /// Where a question comes from that is not our own words.
    pub fn source(&self, question: &Question) -> Option<&Source> {
        let id = question.source.as_ref()?;
        self.sources.iter().find(|source| source.id == *id)
    }
}

impl Question {
    /// What may be chosen; nothing for a question that is answered in another way.
    pub fn options(&self) -> &[Choice] {
        match &self.answer {
            AnswerKind::Choice { options, .. } | AnswerKind::Choices { options, .. } => options,
            AnswerKind::Date
            | AnswerKind::Text
            | AnswerKind::LongText
            | AnswerKind::Scale { .. }
            | AnswerKind::Concerns { .. } => &[],
        }
    }

    /// The most urgent thing that these chosen values set in motion.
    pub fn raises<'a>(&self, chosen: impl IntoIterator<Item = &'a str>) -> Option<Raises> {
        chosen
            .into_iter()
            .filter_map(|value| self.options().iter().find(|option| option.value == value))
            .filter_map(|option| option.raises)
            .max()
    }
}
