//! The days of one period of a rule: a day, a week, a month or a year (the table of RFC 5545, section 3.3.10).

use super::{DayOfWeek, Frequency, Rule};
use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};

/// What one period holds.
pub(super) struct Period {
    /// Its first day.
    pub(super) first: Date,
    /// The days on which the rule falls, in order.
    pub(super) found: Vec<Date>,
}

impl Rule {
    /// The period so many intervals after the one of `start`; none when the calendar has no such day.
    pub(super) fn period(&self, start: Date, index: i32) -> Option<Period> {
        let step = index.checked_mul(i32::from(self.interval))?;
        let period = match self.frequency {
            Frequency::Daily => self.day(later(start, step)?),
            Frequency::Weekly => self.week(start, step)?,
            Frequency::Monthly => self.month(start, step)?,
            Frequency::Yearly => self.year(start, step)?,
        };
        Some(Period {
            found: self.positioned(period.found),
            ..period
        })
    }

    fn day(&self, day: Date) -> Period {
        let falls = self.has_month(day) && self.has_month_day(day) && self.has_weekday(day);
        Period {
            first: day,
            found: if falls { vec![day] } else { Vec::new() },
        }
    }

    fn week(&self, start: Date, weeks: i32) -> Option<Period> {
        let into = start.weekday().since(self.week_start);
        let first = later(start, weeks.checked_mul(7)?.checked_sub(i32::from(into))?)?;
        let falls = |day: &Date| {
            let weekday = day.weekday();
            let chosen = if self.weekdays.is_empty() {
                weekday == start.weekday()
            } else {
                self.weekdays.iter().any(|one| one.weekday == weekday)
            };
            chosen && self.has_month(*day)
        };
        let found = (0..7)
            .filter_map(|offset| later(first, offset))
            .filter(falls)
            .collect();
        Some(Period { first, found })
    }

    fn month(&self, start: Date, months: i32) -> Option<Period> {
        let first = start.first_of_month().checked_add(months.months()).ok()?;
        let found = if self.has_month(first) {
            self.days_of(first, start.day())
        } else {
            Vec::new()
        };
        Some(Period { first, found })
    }

    fn year(&self, start: Date, years: i32) -> Option<Period> {
        let first = start.first_of_year().checked_add(years.years()).ok()?;
        let months = (0..12).filter_map(|month: i32| first.checked_add(month.months()).ok());
        let plain =
            self.months.is_empty() && self.month_days.is_empty() && self.weekdays.is_empty();
        let found = months
            .filter(|month| {
                if plain {
                    month.month() == start.month()
                } else {
                    self.has_month(*month)
                }
            })
            .flat_map(|month| self.days_of(month, start.day()))
            .collect();
        Some(Period { first, found })
    }

    /// The days of one month on which the rule falls; a day that the month does not have is passed over.
    fn days_of(&self, first: Date, day_of_start: i8) -> Vec<Date> {
        let days = first.days_in_month();
        let unsaid = self.month_days.is_empty() && self.weekdays.is_empty();
        (1..=days)
            .filter(|day| !unsaid || *day == day_of_start)
            .filter_map(|day| first.with().day(day).build().ok())
            .filter(|day| self.has_month_day(*day) && self.has_weekday(*day))
            .collect()
    }

    fn has_month(&self, day: Date) -> bool {
        self.months.is_empty() || self.months.contains(&day.month())
    }

    fn has_month_day(&self, day: Date) -> bool {
        let from_end = day.day() - day.days_in_month() - 1;
        self.month_days.is_empty()
            || self.month_days.contains(&day.day())
            || self.month_days.contains(&from_end)
    }

    fn has_weekday(&self, day: Date) -> bool {
        let of_year = self.frequency == Frequency::Yearly && self.months.is_empty();
        self.weekdays.is_empty() || self.weekdays.iter().any(|one| one.is(day, of_year))
    }

    /// `BYSETPOS`: of the days of a period, the first, the last …
    fn positioned(&self, found: Vec<Date>) -> Vec<Date> {
        if self.positions.is_empty() {
            return found;
        }
        let chosen = |at: usize| {
            let from_start = i16::try_from(at).map_or(0, |at| at + 1);
            let from_end = i16::try_from(found.len() - at).map_or(0, |back| -back);
            self.positions.contains(&from_start) || self.positions.contains(&from_end)
        };
        found
            .iter()
            .enumerate()
            .filter(|(at, _)| chosen(*at))
            .map(|(_, day)| *day)
            .collect()
    }
}

impl DayOfWeek {
    fn is(self, day: Date, of_year: bool) -> bool {
        let (at, length) = if of_year {
            (day.day_of_year(), day.days_in_year())
        } else {
            (i16::from(day.day()), i16::from(day.days_in_month()))
        };
        let nth_is = match self.nth.map(i16::from) {
            None => true,
            Some(nth) if nth > 0 => (at - 1) / 7 + 1 == nth,
            Some(nth) => (length - at) / 7 + 1 == -nth,
        };
        self.weekday == day.weekday() && nth_is
    }
}

fn later(day: Date, days: i32) -> Option<Date> {
    day.checked_add(Span::new().try_days(days).ok()?).ok()
}

/// The weekday of each two letters of RFC 5545.
pub(super) const WEEKDAYS: [(&str, Weekday); 7] = [
    ("MO", Weekday::Monday),
    ("TU", Weekday::Tuesday),
    ("WE", Weekday::Wednesday),
    ("TH", Weekday::Thursday),
    ("FR", Weekday::Friday),
    ("SA", Weekday::Saturday),
    ("SU", Weekday::Sunday),
];
