//! What became of a file: counts by kind, and lines with reasons.
//!
//! It speaks of places in the file and kinds of items, never of a person, so that it can stand on a terminal.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Notice, Offer, Refused};

/// What became of the file as a whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was taken.
    Taken,
    /// It would be taken; this was a look ahead.
    WouldBeTaken,
    /// The very same file was taken before: nothing changed.
    TakenBefore,
    /// Nothing of it was taken.
    Refused,
}

/// A place in the file, and what is to be said of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Line {
    /// The line, counted from 1, where the format has lines.
    pub line: Option<u64>,
    /// What stands there: a resource, a row, an event.
    pub what: String,
    /// Why it was refused, or what is to be known of it.
    pub said: String,
}

/// How many, by kind.
pub type Counts = BTreeMap<String, u64>;

/// The report on one file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Report {
    /// What became of the file.
    pub outcome: Outcome,
    /// What kind of file it is.
    pub source: String,
    /// What is new here.
    pub taken: Counts,
    /// What was here already, or stood in the file more than once.
    pub merged: Counts,
    /// What has no place here, by kind.
    pub not_taken: Counts,
    /// What was refused, and why.
    pub refused: Vec<Line>,
    /// What was taken and is worth a look.
    pub notices: Vec<Line>,
}

/// What can be taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Item {
    Clinician,
    Person,
    Individual,
    Relational,
    Session,
    PastSession,
    ComingSession,
    CalendarEntry,
    Clinical,
    Relation,
}

impl Item {
    const fn word(self) -> &'static str {
        match self {
            Self::Clinician => "clinicians",
            Self::Person => "people",
            Self::Individual => "individual_cases",
            Self::Relational => "relational_cases",
            Self::Session => "sessions",
            Self::PastSession => "past_sessions",
            Self::ComingSession => "coming_sessions",
            Self::CalendarEntry => "calendar_entries",
            Self::Clinical => "clinical_entries",
            Self::Relation => "relations",
        }
    }
}

impl Report {
    /// The report as far as the reading of the file goes.
    pub(super) fn of(offer: &Offer) -> Self {
        let refused = |refused: &Refused| Line {
            line: refused.line,
            what: refused.what.clone(),
            said: refused.reason.clone(),
        };
        let notice = |notice: &Notice| Line {
            line: notice.line,
            what: notice.what.clone(),
            said: notice.said.clone(),
        };
        let mut report = Self {
            outcome: Outcome::WouldBeTaken,
            source: offer.source.to_string(),
            taken: Counts::new(),
            merged: Counts::new(),
            not_taken: offer.not_taken.clone(),
            refused: offer.refusals.iter().map(refused).collect(),
            notices: offer.notices.iter().map(notice).collect(),
        };
        if offer.merged > 0 {
            let repeated = "repeated_in_the_file".to_owned();
            report.merged.insert(repeated, offer.merged);
        }
        if offer.is_refused() {
            report.outcome = Outcome::Refused;
        }
        report
    }

    /// The report on a file that cannot be read at all.
    #[must_use]
    pub fn unread(why: &str) -> Self {
        let mut report = Self {
            outcome: Outcome::Refused,
            source: "unknown".to_owned(),
            taken: Counts::new(),
            merged: Counts::new(),
            not_taken: Counts::new(),
            refused: Vec::new(),
            notices: Vec::new(),
        };
        report.refuses(None, "file", why);
        report
    }

    /// The report on a file that was taken before.
    pub(super) fn taken_before(offer: &Offer) -> Self {
        Self {
            outcome: Outcome::TakenBefore,
            merged: Counts::new(),
            not_taken: Counts::new(),
            refused: Vec::new(),
            notices: Vec::new(),
            ..Self::of(offer)
        }
    }

    /// Whether nothing of the file was taken because it is refused as a whole.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.outcome == Outcome::Refused
    }

    pub(super) fn takes(&mut self, item: Item) {
        *self.taken.entry(item.word().to_owned()).or_default() += 1;
    }

    pub(super) fn merges(&mut self, item: Item) {
        *self.merged.entry(item.word().to_owned()).or_default() += 1;
    }

    pub(super) fn passes_over(&mut self, kind: &str) {
        *self.not_taken.entry(kind.to_owned()).or_default() += 1;
    }

    pub(super) fn refuses(&mut self, line: Option<u64>, what: &str, why: &str) {
        self.refused.push(Line {
            line,
            what: what.to_owned(),
            said: why.to_owned(),
        });
    }

    pub(super) fn notices(&mut self, line: Option<u64>, what: &str, said: impl Into<String>) {
        self.notices.push(Line {
            line,
            what: what.to_owned(),
            said: said.into(),
        });
    }

    /// Puts lines in the order of the file.
    pub(super) fn sorted(mut self) -> Self {
        self.refused.sort_by_key(|line| line.line);
        self.notices.sort_by_key(|line| line.line);
        self
    }
}
