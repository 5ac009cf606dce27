//! What of a record is meant: which kinds of content, of which days, of whose side.

use std::collections::BTreeSet;

use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use vault::CompartmentId;

use crate::cases::{Case, Participant};
use crate::clock::micros;
use crate::ids::ParticipantId;
use crate::language::Language;

/// A kind of content.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// When sessions were.
    Sessions,
    /// Signed progress notes.
    Notes,
    /// Answers before therapy began, but for what is answered alone.
    Intake,
    /// What was answered alone, about safety: named by itself, so that nothing of it leaves unnoticed (R11).
    Alone,
    /// Check-ins.
    Measures,
    /// Goals.
    Goals,
    /// Homework, and what came back.
    Homework,
    /// Copies of messages that were filed to the record.
    Messages,
    /// What came from another system or practice.
    Elsewhere,
    /// What was signed.
    Agreements,
}

impl Kind {
    /// All of them, in the order of a document.
    pub const ALL: [Self; 10] = [
        Self::Sessions,
        Self::Notes,
        Self::Intake,
        Self::Alone,
        Self::Measures,
        Self::Goals,
        Self::Homework,
        Self::Messages,
        Self::Elsewhere,
        Self::Agreements,
    ];

    /// The word of a form.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sessions => "sessions",
            Self::Notes => "notes",
            Self::Intake => "intake",
            Self::Alone => "alone",
            Self::Measures => "measures",
            Self::Goals => "goals",
            Self::Homework => "homework",
            Self::Messages => "messages",
            Self::Elsewhere => "elsewhere",
            Self::Agreements => "agreements",
        }
    }

    /// The kind of a form's word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }

    /// What people read for it.
    #[must_use]
    pub const fn plain(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Sessions, Language::English) => "when sessions were",
            (Self::Notes, Language::English) => "signed progress notes",
            (Self::Intake, Language::English) => "answers before therapy began",
            (Self::Alone, Language::English) => "answers about safety, given alone",
            (Self::Measures, Language::English) => "check-ins",
            (Self::Goals, Language::English) => "goals",
            (Self::Homework, Language::English) => "homework, and what came back",
            (Self::Messages, Language::English) => "messages that were filed to the record",
            (Self::Elsewhere, Language::English) => "records from elsewhere",
            (Self::Agreements, Language::English) => "agreements that were signed",
            (Self::Sessions, Language::German) => "wann Sitzungen waren",
            (Self::Notes, Language::German) => "unterschriebene Verlaufsnotizen",
            (Self::Intake, Language::German) => "Antworten vor Beginn der Therapie",
            (Self::Alone, Language::German) => "allein gegebene Antworten zur Sicherheit",
            (Self::Measures, Language::German) => "Zwischenfragen",
            (Self::Goals, Language::German) => "Ziele",
            (Self::Homework, Language::German) => "Aufgaben und was zurückkam",
            (Self::Messages, Language::German) => "zur Akte genommene Nachrichten",
            (Self::Elsewhere, Language::German) => "Unterlagen von anderswo",
            (Self::Agreements, Language::German) => "unterschriebene Vereinbarungen",
        }
    }

    /// Whether content of this kind can stand on a joint side.
    #[must_use]
    pub const fn can_be_joint(self) -> bool {
        match self {
            Self::Sessions
            | Self::Notes
            | Self::Measures
            | Self::Goals
            | Self::Homework
            | Self::Messages => true,
            Self::Intake | Self::Alone | Self::Elsewhere | Self::Agreements => false,
        }
    }
}

/// Kinds of content.
pub type Kinds = BTreeSet<Kind>;

/// From a day to a day, both of them counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Days {
    from: Date,
    until: Date,
}

impl Days {
    /// From `from` to `until`; nothing when that is before it.
    #[must_use]
    pub fn new(from: Date, until: Date) -> Option<Self> {
        (from <= until).then_some(Self { from, until })
    }

    /// The first day.
    #[must_use]
    pub const fn from(self) -> Date {
        self.from
    }

    /// The last day.
    #[must_use]
    pub const fn until(self) -> Date {
        self.until
    }

    /// The instants of these days on the clock of `zone`.
    #[must_use]
    pub fn span(self, zone: &TimeZone) -> Span {
        let begins = |day: Date| {
            let midnight = day.to_zoned(zone.clone());
            midnight.map_or(i64::MAX, |at| micros(at.timestamp()))
        };
        let after = self.until.checked_add(1.day());
        Span {
            from: begins(self.from),
            until: after.map_or(i64::MAX, begins),
        }
    }
}

/// From an instant up to another one, microseconds UTC.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    from: i64,
    until: i64,
}

impl Span {
    /// All the time that there is.
    pub const EVER: Self = Self {
        from: i64::MIN,
        until: i64::MAX,
    };

    /// From `from` up to `until`.
    #[must_use]
    pub const fn new(from: i64, until: i64) -> Self {
        Self { from, until }
    }

    /// Whether an instant is in it.
    #[must_use]
    pub const fn holds(self, at: i64) -> bool {
        self.from <= at && at < self.until
    }

    /// Whether there is any instant in both.
    #[must_use]
    pub const fn meets(self, other: Self) -> bool {
        let empty = self.from >= self.until || other.from >= other.until;
        !empty && self.from < other.until && other.from < self.until
    }
}

/// What is wanted of a case.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Wanted {
    /// Of whose own side.
    pub own: Vec<ParticipantId>,
    /// Whether of the joint side, too.
    pub joint: bool,
    /// Which kinds.
    pub kinds: Kinds,
    /// Of which days; of all, where nothing is said.
    pub days: Option<Days>,
}

impl Wanted {
    /// The days as instants.
    #[must_use]
    pub fn span(&self, zone: &TimeZone) -> Span {
        self.days.map_or(Span::EVER, |days| days.span(zone))
    }

    /// The sides of a case that hold it. `reader` is who took part only for a time, when it is for them.
    pub(crate) fn sides(&self, case: &Case, reader: Option<&Participant>) -> Vec<CompartmentId> {
        let own = case.participants.iter();
        let own = own.filter(|who| self.own.contains(&who.id) && who.destroyed.is_none());
        let joint = match (self.joint, reader) {
            (false, _) => Vec::new(),
            (true, Some(reader)) => case.joints_of(reader),
            (true, None) => case.joints(),
        };
        own.map(|who| who.own).chain(joint).collect()
    }
}
