//! Dates that may be known only in part, and what they say about being of age (R8).

use jiff::civil::Date;
use std::fmt;

/// A date of somebody's life, as far as it is known. `Debug` shows nothing of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum PartialDate {
    /// Only the year.
    Year(i16),
    /// The year and the month, from 1 to 12.
    Month(i16, i8),
    /// The day.
    Day(Date),
}

impl fmt::Debug for PartialDate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("[sealed]")
    }
}

/// Whether somebody is of age.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adulthood {
    /// Of age on that day.
    Adult,
    /// Not of age on that day.
    Minor,
    /// The date is not known well enough.
    Unclear,
}

impl PartialDate {
    /// The first day that it can be.
    #[must_use]
    pub fn earliest(self) -> Option<Date> {
        match self {
            Self::Year(year) => Date::new(year, 1, 1).ok(),
            Self::Month(year, month) => Date::new(year, month, 1).ok(),
            Self::Day(day) => Some(day),
        }
    }

    /// The last day that it can be.
    #[must_use]
    pub fn latest(self) -> Option<Date> {
        match self {
            Self::Year(year) => Date::new(year, 12, 31).ok(),
            Self::Month(year, month) => Date::new(year, month, 1).ok().map(Date::last_of_month),
            Self::Day(day) => Some(day),
        }
    }

    /// Whether both can be the same day.
    #[must_use]
    pub fn agrees_with(self, other: Self) -> bool {
        match (
            self.earliest(),
            self.latest(),
            other.earliest(),
            other.latest(),
        ) {
            (Some(first), Some(last), Some(from), Some(until)) => first <= until && from <= last,
            _ => false,
        }
    }

    /// Whether somebody who was born then is `age` years old on the day `today` (R8).
    ///
    /// Who was born on 29 February comes of age on 1 March of a year without that day.
    #[must_use]
    pub fn adulthood(self, age: u8, today: Date) -> Adulthood {
        let of_age = |born: Option<Date>| {
            born.is_some_and(|born| {
                let year = born.year().saturating_add(i16::from(age));
                (year, born.month(), born.day()) <= (today.year(), today.month(), today.day())
            })
        };
        match (of_age(self.earliest()), of_age(self.latest())) {
            (true, true) => Adulthood::Adult,
            (false, _) => Adulthood::Minor,
            (true, false) => Adulthood::Unclear,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Adulthood, PartialDate};
    use jiff::civil::date;

    #[test]
    fn r8_of_age_on_the_birthday_and_not_before() {
        let born = PartialDate::Day(date(2008, 11, 22));
        assert_eq!(born.adulthood(18, date(2026, 11, 21)), Adulthood::Minor);
        assert_eq!(born.adulthood(18, date(2026, 11, 22)), Adulthood::Adult);
        let leap = PartialDate::Day(date(2008, 2, 29));
        assert_eq!(leap.adulthood(18, date(2026, 2, 28)), Adulthood::Minor);
        assert_eq!(leap.adulthood(18, date(2026, 3, 1)), Adulthood::Adult);
    }

    #[test]
    fn r8_a_year_alone_may_leave_it_open() {
        let today = date(2026, 11, 22);
        assert_eq!(
            PartialDate::Year(2007).adulthood(18, today),
            Adulthood::Adult
        );
        assert_eq!(
            PartialDate::Year(2008).adulthood(18, today),
            Adulthood::Unclear
        );
        assert_eq!(
            PartialDate::Year(2009).adulthood(18, today),
            Adulthood::Minor
        );
        assert_eq!(
            PartialDate::Month(2008, 12).adulthood(18, today),
            Adulthood::Minor
        );
        assert_eq!(
            PartialDate::Month(2008, 10).adulthood(18, today),
            Adulthood::Adult
        );
    }

    #[test]
    fn dates_known_in_part_agree_or_not() {
        let day = PartialDate::Day(date(1984, 7, 2));
        assert!(day.agrees_with(PartialDate::Year(1984)));
        assert!(day.agrees_with(PartialDate::Month(1984, 7)));
        assert!(!day.agrees_with(PartialDate::Month(1984, 8)));
    }
}
