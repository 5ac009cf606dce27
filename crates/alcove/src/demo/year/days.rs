//! Days and hours of the story, relative to the instant when the demonstration is made, in the practice's zone.

use jiff::civil::{Date, Time, Weekday, time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};

use super::super::people::weekday;

/// What "today" is, and where.
#[derive(Debug)]
pub(super) struct Days {
    zone: TimeZone,
    /// The instant of the making.
    pub(super) now: Timestamp,
    /// Its day at the practice.
    pub(super) today: Date,
}

impl Days {
    /// The days around `now` in an IANA zone; an unknown zone is UTC.
    pub(super) fn around(now: Timestamp, zone: &str) -> Self {
        let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
        let today = now.to_zoned(zone.clone()).date();
        Self { zone, now, today }
    }

    /// The instant of a civil time at the practice.
    pub(super) fn at(&self, day: Date, time: Time) -> Timestamp {
        self.zone
            .to_timestamp(day.to_datetime(time))
            .unwrap_or(self.now)
    }

    /// The day that lies `days` after `day`, before it when negative.
    pub(super) fn shift(day: Date, days: i64) -> Date {
        day.checked_add(days.days()).unwrap_or(day)
    }

    /// Today that many weeks ago.
    pub(super) fn weeks_ago(&self, weeks: u8) -> Date {
        Self::shift(self.today, -7 * i64::from(weeks))
    }

    /// The first day from today on that is working day `day` of the content.
    pub(super) fn next(&self, day: u8) -> Date {
        let wanted = weekday(day, self.today.weekday());
        (0..7)
            .map(|days| Self::shift(self.today, days))
            .find(|date| date.weekday() == wanted)
            .unwrap_or(self.today)
    }

    /// The day at the practice of an instant.
    pub(super) fn day_of(&self, at: Timestamp) -> Date {
        at.to_zoned(self.zone.clone()).date()
    }

    /// The next working day after an instant, early: when a supervisor reads what was written.
    pub(super) fn next_morning(&self, at: Timestamp) -> Timestamp {
        let mut day = Self::shift(self.day_of(at), 1);
        while is_weekend(day) {
            day = Self::shift(day, 1);
        }
        self.at(day, time(8, 40, 0, 0))
    }

    /// The last working day on or before `day`.
    pub(super) fn working(day: Date) -> Date {
        let mut day = day;
        while is_weekend(day) {
            day = Self::shift(day, -1);
        }
        day
    }
}

fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// An instant `minutes` later, earlier when negative.
pub(super) fn minutes(at: Timestamp, minutes: i64) -> Timestamp {
    at.checked_add(SignedDuration::from_mins(minutes))
        .unwrap_or(at)
}

/// A clock time; what is no time of day is noon.
pub(super) fn clock(hour: i8, minute: i8) -> Time {
    Time::new(hour, minute, 0, 0).unwrap_or(Time::midnight())
}
