//! Appointments, sessions that were held, and clinical entries, as a file offers them.

use super::{ExternalKey, PartialDate};
use crate::private::Private;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

/// How a file speaks of somebody: by a key, by a name, by an email address. At least one is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mention {
    /// The key of an offered item or of one that was imported before.
    pub key: Option<ExternalKey>,
    /// The name as written.
    pub name: Option<Private<String>>,
    /// The email address.
    pub email: Option<Private<String>>,
}

impl Mention {
    /// By key.
    #[must_use]
    pub fn by_key(key: ExternalKey) -> Self {
        Self {
            key: Some(key),
            ..Self::default()
        }
    }

    /// By name.
    pub fn by_name(name: impl Into<String>) -> Self {
        Self {
            name: Some(Private::new(name.into())),
            ..Self::default()
        }
    }
}

/// When it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    /// From an instant to an instant.
    Time {
        /// The beginning.
        start: Timestamp,
        /// The end, not before the beginning.
        end: Timestamp,
        /// The beginning as the clock on the wall shows it, where the file says so.
        civil: Option<DateTime>,
        /// The IANA name of the zone of `civil`, where it has one.
        zone: Option<String>,
    },
    /// Whole days.
    Days {
        /// The first day.
        first: Date,
        /// The last day, not before the first.
        last: Date,
    },
}

impl Span {
    /// The first day, in UTC where only instants are known.
    #[must_use]
    pub fn day(&self) -> Date {
        match self {
            Self::Time {
                civil: Some(civil), ..
            } => civil.date(),
            Self::Time { start, .. } => start.to_zoned(jiff::tz::TimeZone::UTC).date(),
            Self::Days { first, .. } => *first,
        }
    }
}

/// Where an appointment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfferedState {
    /// Asked for and not settled.
    Requested,
    /// Settled.
    Booked,
    /// It took place.
    Held,
    /// The client did not come.
    Missed,
    /// It was called off.
    Cancelled,
    /// The file does not say.
    Unsaid,
}

/// Where it takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the practice's rooms.
    Premises,
    /// By video.
    Video,
    /// In a hospital, at home, or elsewhere: not a session of an office practice.
    Elsewhere,
    /// The file does not say.
    Unsaid,
}

/// An appointment, or a session that was held.
#[derive(Clone, Debug)]
pub struct OfferedAppointment {
    /// The line on which it begins.
    pub line: Option<u64>,
    /// The key under which it is known; each one of a series has its own.
    pub key: ExternalKey,
    /// The key of the appointment that a session comes from, or of the series of an appointment.
    pub part_of: Option<ExternalKey>,
    /// When.
    pub span: Span,
    /// Where it stands.
    pub state: OfferedState,
    /// Where it takes place.
    pub place: Place,
    /// Whether it takes the clinician's time; an entry that is only a remark does not.
    pub busy: bool,
    /// Clients and others who take part.
    pub persons: Vec<Mention>,
    /// Clinicians who take part; none means the clinician whose file it is.
    pub clinicians: Vec<Mention>,
    /// What stands on it. It may name a client.
    pub title: Option<Private<String>>,
    /// What is written in it or about its kind. It may be clinical, so it is kept sealed and closed like a clinical
    /// entry (R9).
    pub words: Vec<Private<String>>,
}

/// How sure a clinical entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// Confirmed by a clinician.
    Confirmed,
    /// Told, supposed, or not confirmed yet.
    Unconfirmed,
    /// Looked at and found not to be so.
    Refuted,
    /// The file does not say.
    Unsaid,
}

/// How a condition goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConditionCourse {
    /// It is there.
    Active,
    /// It is not there now.
    Past,
    /// The file does not say.
    Unsaid,
}

/// A clinical entry about a client: kept sealed and closed until a consent is recorded (R9).
#[derive(Clone, Debug)]
pub struct OfferedCondition {
    /// The line on which it begins.
    pub line: Option<u64>,
    /// The key under which it is known.
    pub key: ExternalKey,
    /// Whose it is.
    pub of: ExternalKey,
    /// The session in which it was written down.
    pub session: Option<ExternalKey>,
    /// What it is called.
    pub text: Private<String>,
    /// Codes, as pairs of system and code.
    pub codes: Vec<(String, Private<String>)>,
    /// How it goes.
    pub course: ConditionCourse,
    /// How sure it is.
    pub certainty: Certainty,
    /// When it began.
    pub began: Option<PartialDate>,
    /// When it ended.
    pub ended: Option<PartialDate>,
    /// When it was written down.
    pub recorded: Option<PartialDate>,
    /// Remarks.
    pub words: Vec<Private<String>>,
}
