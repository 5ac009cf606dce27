//! Sessions that come again: a rule of RFC 5545, and the days on which it falls.
//!
//! A series is kept as civil time, zone and rule, never as instants: half past ten stays half past ten when
//! the clocks change. The rule speaks of civil time only; who calls says which instant a civil time is, so
//! that a zone of the tz database and a zone that a calendar file defines itself are treated alike.
//! Frequencies under a day are not here, because no session comes again within a day.

mod days;
mod text;

#[cfg(test)]
mod tests;

pub use text::RuleError;

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use std::ops::Range;

/// A moment as RFC 5545, sections 3.3.4 and 3.3.5, writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// A whole day: `20261122`.
    Day(Date),
    /// A civil time, in a zone that is said elsewhere or floating: `20261122T103000`.
    Civil(DateTime),
    /// An instant: `20261122T153000Z`.
    Utc(Timestamp),
}

/// How often a rule comes round (RFC 5545, section 3.3.10, `FREQ`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frequency {
    /// Every day.
    Daily,
    /// Every week.
    Weekly,
    /// Every month.
    Monthly,
    /// Every year.
    Yearly,
}

/// When a rule stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It does not say.
    Never,
    /// After so many occurrences, the first one included (`COUNT`).
    After(u32),
    /// With the last occurrence that is not later than this (`UNTIL`).
    Until(Moment),
}

/// A weekday, or the first, second, last … one of its month or year (`BYDAY`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayOfWeek {
    /// 1 is the first and -1 the last of the month or year; none is every one.
    pub nth: Option<i8>,
    /// The weekday.
    pub weekday: Weekday,
}

/// A recurrence rule (RFC 5545, section 3.3.10), as far as sessions need it.
///
/// `BYWEEKNO`, `BYYEARDAY` and times of day other than the start's are refused when the text is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    frequency: Frequency,
    interval: u16,
    end: End,
    months: Vec<i8>,
    month_days: Vec<i8>,
    weekdays: Vec<DayOfWeek>,
    positions: Vec<i16>,
    week_start: Weekday,
}

/// How much work may still go into expanding rules, so that a hostile calendar cannot take the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort(u32);

/// The rules asked for more work than was allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("comes again too often to be worked out")]
pub struct TooMuch;

impl Effort {
    /// So many steps; a step is a period looked at or a day found.
    #[must_use]
    pub const fn steps(steps: u32) -> Self {
        Self(steps)
    }

    fn spend(&mut self, steps: usize) -> Result<(), TooMuch> {
        let steps = u32::try_from(steps).map_err(|_| TooMuch)?;
        self.0 = self.0.checked_sub(steps).ok_or(TooMuch)?;
        Ok(())
    }
}

/// The instant of a civil time in a zone.
///
/// A time that the clocks skip is taken with the offset before the gap, one that they repeat is the first
/// (RFC 5545, section 3.3.5; jiff's `compatible`). `None` is outside the years that can be represented.
#[must_use]
pub fn instant(zone: &TimeZone, civil: DateTime) -> Option<Timestamp> {
    zone.to_timestamp(civil).ok()
}

impl Rule {
    /// Every `interval` weeks on the weekday of the start.
    #[must_use]
    pub fn weekly(interval: u16, end: End) -> Self {
        Self {
            interval: interval.max(1),
            end,
            ..Self::plain(Frequency::Weekly)
        }
    }

    fn plain(frequency: Frequency) -> Self {
        Self {
            frequency,
            interval: 1,
            end: End::Never,
            months: Vec::new(),
            month_days: Vec::new(),
            weekdays: Vec::new(),
            positions: Vec::new(),
            week_start: Weekday::Monday,
        }
    }

    /// When it stops.
    #[must_use]
    pub const fn end(&self) -> End {
        self.end
    }

    /// The civil times on which a series falls whose first one is `start`, in order, on days `within`.
    ///
    /// The start is always the first occurrence and counts as one (RFC 5545, section 3.8.5.3), even where the
    /// rule would not produce it. `instant` is asked only to compare with an `UNTIL` that is an instant.
    ///
    /// # Errors
    /// [`TooMuch`] when `effort` ends first.
    pub fn occurrences(
        &self,
        start: DateTime,
        instant: &dyn Fn(DateTime) -> Option<Timestamp>,
        within: &Range<Date>,
        effort: &mut Effort,
    ) -> Result<Vec<DateTime>, TooMuch> {
        let mut found = Vec::new();
        if within.contains(&start.date()) {
            found.push(start);
        }
        let mut left = match self.end {
            End::After(count) => count.saturating_sub(1),
            End::Never | End::Until(_) => u32::MAX,
        };
        let mut period = self.first_period(start.date(), within.start);
        while let Some(dates) = self.period(start.date(), period) {
            effort.spend(dates.found.len().saturating_add(1))?;
            for civil in dates
                .found
                .iter()
                .map(|date| date.to_datetime(start.time()))
            {
                if civil <= start {
                    continue;
                }
                if left == 0 || civil.date() >= within.end || self.is_over(civil, instant) {
                    return Ok(found);
                }
                left = left.saturating_sub(1);
                if civil.date() >= within.start {
                    found.push(civil);
                }
            }
            if dates.first >= within.end {
                break;
            }
            period = period.saturating_add(1);
        }
        Ok(found)
    }

    fn is_over(&self, civil: DateTime, instant: &dyn Fn(DateTime) -> Option<Timestamp>) -> bool {
        match self.end {
            End::Never | End::After(_) => false,
            End::Until(Moment::Day(last)) => civil.date() > last,
            End::Until(Moment::Civil(last)) => civil > last,
            End::Until(Moment::Utc(last)) => instant(civil).is_none_or(|at| at > last),
        }
    }

    /// The period to begin with: what lies before the window is passed over, unless it has to be counted.
    fn first_period(&self, start: Date, from: Date) -> i32 {
        if matches!(self.end, End::After(_)) || from <= start {
            return 0;
        }
        let days = start.until(from).map_or(0, |span: Span| span.get_days());
        let periods = match self.frequency {
            Frequency::Daily => days,
            Frequency::Weekly => days / 7,
            Frequency::Monthly => days / 31,
            Frequency::Yearly => days / 366,
        };
        (periods / i32::from(self.interval))
            .saturating_sub(1)
            .max(0)
    }
}
