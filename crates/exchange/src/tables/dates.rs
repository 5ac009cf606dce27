//! Dates as people and spreadsheets write them. Whether 03/04/1980 is in March or April is decided for the whole
//! file: by a date in it that can be only one, or by what the person who imports says; never by a guess.

use crate::SlashDates;
use jiff::civil::{Date, DateTime, Time};

/// A date as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Written {
    /// Only one day can be meant.
    Sure(Date),
    /// Two numbers and a year, with slashes or hyphens.
    Slashed(i8, i8, i16),
}

/// Why a cell is no date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoDate {
    /// It is none.
    None,
    /// The century is missing.
    Century,
}

/// How the dates with slashes of a file are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// As all of them can be read.
    Of(SlashDates),
    /// There is none that depends on it.
    Any,
    /// Both orders stand in the file; the line on which the second one shows.
    Mixed(u64),
    /// It cannot be told; the first line on which it matters.
    Open(u64),
}

impl Order {
    /// The order of a file, by its cells with their lines, or as the person who imports says.
    pub(super) fn of<'a>(
        cells: impl Iterator<Item = (u64, &'a str)>,
        said: Option<SlashDates>,
    ) -> Self {
        let mut known: Option<SlashDates> = None;
        let mut open = None;
        for (line, text) in cells {
            let Ok(Written::Slashed(one, two, _)) = written(text) else {
                continue;
            };
            let shows = match (one > 12, two > 12) {
                (true, false) => Some(SlashDates::DayFirst),
                (false, true) => Some(SlashDates::MonthFirst),
                _ => None,
            };
            match (shows, known) {
                (Some(shows), Some(known)) if shows != known => return Self::Mixed(line),
                (Some(shows), _) => known = Some(shows),
                (None, _) if one != two && one <= 12 => open = open.or(Some(line)),
                (None, _) => {}
            }
        }
        match (known.or(said), open) {
            (Some(known), _) => Self::Of(known),
            (None, Some(line)) => Self::Open(line),
            (None, None) => Self::Any,
        }
    }

    /// The date in a cell; a time of day after it is left.
    pub(super) fn date(self, text: &str) -> Result<Date, NoDate> {
        match written(text)? {
            Written::Sure(date) => Ok(date),
            Written::Slashed(one, two, year) => {
                let day_first = self == Self::Of(SlashDates::DayFirst);
                let (month, day) = if day_first { (two, one) } else { (one, two) };
                Date::new(year, month, day).map_err(|_| NoDate::None)
            }
        }
    }

    /// The civil time in a cell.
    pub(super) fn time(self, text: &str) -> Option<DateTime> {
        let text = text.trim();
        let (date, clock) = text.split_once([' ', 'T'])?;
        let date = self.date(date).ok()?;
        Some(date.to_datetime(time(clock)?))
    }
}

fn written(text: &str) -> Result<Written, NoDate> {
    let text = text.trim();
    let first = text.split([' ', 'T', 't']).next().unwrap_or_default();
    let is_number = |part: &str| {
        !part.is_empty() && part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let separator = first
        .chars()
        .find(|letter| matches!(letter, '-' | '/' | '.'));
    let parts: Vec<&str> =
        separator.map_or_else(Vec::new, |separator| first.split(separator).collect());
    let [one, two, three] = parts.as_slice() else {
        return by_name(text);
    };
    if ![one, two, three].into_iter().all(|part| is_number(part)) {
        return by_name(text);
    }
    let number = |text: &str| text.parse::<i16>().map_err(|_| NoDate::None);
    let small = |text: &str| text.parse::<i8>().map_err(|_| NoDate::None);
    let sure = |date: Result<Date, jiff::Error>| date.map(Written::Sure).map_err(|_| NoDate::None);
    match (one.len(), three.len(), separator) {
        (4, 1 | 2, _) => sure(Date::new(number(one)?, small(two)?, small(three)?)),
        (1 | 2, 4, Some('.')) => sure(Date::new(number(three)?, small(two)?, small(one)?)),
        (1 | 2, 4, _) => Ok(Written::Slashed(small(one)?, small(two)?, number(three)?)),
        (1 | 2, 2, _) => Err(NoDate::Century),
        _ => Err(NoDate::None),
    }
}

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// `Mar 14, 1980` and `14 March 1980`.
fn by_name(text: &str) -> Result<Written, NoDate> {
    let words: Vec<String> = text
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let [one, two, year] = words.as_slice() else {
        return Err(NoDate::None);
    };
    let month = |word: &str| MONTHS.iter().position(|month| word.get(..3) == Some(month));
    let (month, day) = match (month(one), month(two)) {
        (Some(month), None) => (month, two),
        (None, Some(month)) => (month, one),
        _ => return Err(NoDate::None),
    };
    let month = i8::try_from(month + 1).map_err(|_| NoDate::None)?;
    let (Ok(day), Ok(number)) = (day.parse(), year.parse()) else {
        return Err(NoDate::None);
    };
    if year.len() == 2 {
        return Err(NoDate::Century);
    }
    Date::new(number, month, day)
        .map(Written::Sure)
        .map_err(|_| NoDate::None)
}

/// `14:30`, `2:30 PM`, `14:30:00`.
fn time(text: &str) -> Option<Time> {
    let text = text.trim().to_lowercase();
    let (clock, half) = match text
        .strip_suffix("am")
        .or_else(|| text.strip_suffix("a.m."))
    {
        Some(clock) => (clock, Some(0)),
        None => match text
            .strip_suffix("pm")
            .or_else(|| text.strip_suffix("p.m."))
        {
            Some(clock) => (clock, Some(12)),
            None => (text.as_str(), None),
        },
    };
    let mut parts = clock.trim().split(':');
    let number = |part: &str| -> Option<i8> {
        let all =
            !part.is_empty() && part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        if all { part.parse().ok() } else { None }
    };
    let (hour, minute) = (number(parts.next()?)?, number(parts.next()?)?);
    let second = parts.next().map_or(Some(0), number)?;
    let hour = match half {
        None => hour,
        Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
        Some(_) => return None,
    };
    if parts.next().is_some() {
        return None;
    }
    Time::new(hour, minute, second, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::{NoDate, Order};
    use crate::SlashDates;
    use jiff::civil::{date, datetime};

    fn order(cells: &[&str]) -> Order {
        Order::of(
            cells
                .iter()
                .enumerate()
                .map(|(at, text)| (at as u64 + 2, *text)),
            None,
        )
    }

    #[test]
    fn one_sure_date_decides_for_the_file() {
        assert_eq!(
            order(&["03/04/1980", "12/25/1974"]),
            Order::Of(SlashDates::MonthFirst)
        );
        assert_eq!(
            order(&["03/04/1980", "25/12/1974"]),
            Order::Of(SlashDates::DayFirst)
        );
        assert_eq!(order(&["03/04/1980", "04/05/1981"]), Order::Open(2));
        assert_eq!(order(&["05/05/1980", "1981-04-05", ""]), Order::Any);
        assert_eq!(order(&["12/25/1974", "25/12/1974"]), Order::Mixed(3));
        let said = Order::of([(2, "03/04/1980")].into_iter(), Some(SlashDates::DayFirst));
        assert_eq!(said.date("03/04/1980"), Ok(date(1980, 4, 3)));
    }

    #[test]
    fn dates_of_many_kinds() {
        let any = Order::Of(SlashDates::MonthFirst);
        for same in [
            "1980-03-14",
            "1980/3/14",
            "14.03.1980",
            "3/14/1980",
            "03-14-1980",
            "Mar 14, 1980",
            "14 March 1980",
            "3/14/1980 0:00",
            "1980-03-14T00:00:00",
        ] {
            assert_eq!(any.date(same), Ok(date(1980, 3, 14)), "{same}");
        }
        for (wrong, why) in [
            ("3/14/80", NoDate::Century),
            ("29294", NoDate::None),
            ("1980", NoDate::None),
            ("2/30/1980", NoDate::None),
            ("unknown", NoDate::None),
            ("", NoDate::None),
            ("१/१/१९८०", NoDate::None),
        ] {
            assert_eq!(any.date(wrong), Err(why), "{wrong}");
        }
    }

    #[test]
    fn times() {
        let any = Order::Any;
        assert_eq!(
            any.time("2026-11-22 2:30 PM"),
            Some(datetime(2026, 11, 22, 14, 30, 0, 0))
        );
        assert_eq!(
            any.time("2026-11-22T14:30:00"),
            Some(datetime(2026, 11, 22, 14, 30, 0, 0))
        );
        assert_eq!(
            any.time("2026-11-22 12:05am"),
            Some(datetime(2026, 11, 22, 0, 5, 0, 0))
        );
        for wrong in [
            "2026-11-22",
            "2026-11-22 25:00",
            "2026-11-22 13:00 PM",
            "2026-11-22 1",
            "x 10:00",
        ] {
            assert_eq!(any.time(wrong), None, "{wrong}");
        }
    }
}
