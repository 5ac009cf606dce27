//! Times of day at which a way is safe: from one to another, by the practice's clock, every day (R12).
//!
//! They may pass midnight: "from 22:00 until 6:00". Not here: what waits for them (`post`), who says them (`reaching`).

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

/// From when and until when on every day a way is safe.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SafeTimes {
    from: Time,
    until: Time,
}

/// After so much time at the latest a way is safe again: a day, and another where a clock that is put forward skips it.
const DAYS_AHEAD: i64 = 2;

impl SafeTimes {
    /// From `from` until before `until`; `None` when they are the same, for that could be read as always or as never.
    #[must_use]
    pub fn new(from: Time, until: Time) -> Option<Self> {
        (from != until).then_some(Self { from, until })
    }

    /// From when.
    #[must_use]
    pub const fn from(self) -> Time {
        self.from
    }

    /// Until when.
    #[must_use]
    pub const fn until(self) -> Time {
        self.until
    }

    /// Whether a clock that shows `time` is within.
    #[must_use]
    pub fn hold(self, time: Time) -> bool {
        if self.from < self.until {
            self.from <= time && time < self.until
        } else {
            self.from <= time || time < self.until
        }
    }

    /// `at` when it is within, or else the next instant that is.
    #[must_use]
    pub fn next(self, at: Timestamp, zone: &TimeZone) -> Timestamp {
        let here = at.to_zoned(zone.clone());
        if self.hold(here.time()) {
            return at;
        }
        let begins = (0..=DAYS_AHEAD).filter_map(|ahead| {
            let day = here.date().checked_add(ahead.days()).ok()?;
            let begins = day.to_datetime(self.from).to_zoned(zone.clone()).ok()?;
            (begins.timestamp() > at && self.hold(begins.time())).then(|| begins.timestamp())
        });
        let tomorrow = || at.checked_add(SignedDuration::from_hours(24)).unwrap_or(at);
        begins.min().unwrap_or_else(tomorrow)
    }
}
