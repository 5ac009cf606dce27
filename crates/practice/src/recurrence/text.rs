//! Rules and moments as text (RFC 5545, sections 3.3.4, 3.3.5 and 3.3.10). Nothing of the text comes back in
//! an error, because a calendar's words may be a client's.

use super::days::WEEKDAYS;
use super::{DayOfWeek, End, Frequency, Moment, Rule};
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use std::fmt;
use std::str::FromStr;

/// Why a rule is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// `FREQ` is missing or none of the known ones.
    #[error("the rule does not say how often")]
    Frequency,
    /// `FREQ` is `HOURLY`, `MINUTELY` or `SECONDLY`.
    #[error("comes again within a day, as no session does")]
    TooOften,
    /// A part of the rule that is not understood here.
    #[error("the rule has a part that is not understood here: {0}")]
    Unknown(&'static str),
    /// A part of the rule has a value that it cannot have.
    #[error("the rule's {0} is not valid")]
    Value(&'static str),
    /// A part stands twice in the rule.
    #[error("the rule says {0} twice")]
    Twice(&'static str),
    /// `COUNT` and `UNTIL` both.
    #[error("the rule says both COUNT and UNTIL")]
    TwoEnds,
}

impl Moment {
    /// Reads `20261122`, `20261122T103000` or `20261122T153000Z`; a leap second is the second before it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let Some((date, time)) = text.split_once(['T', 't']) else {
            return civil_date(text).map(Self::Day);
        };
        let (time, utc) = match time.strip_suffix(['Z', 'z']) {
            Some(time) => (time, true),
            None => (time, false),
        };
        let digits = digits(time, 6)?;
        let (hour, minute, second) = (digits / 10_000, digits / 100 % 100, digits % 100);
        let time = jiff::civil::Time::new(
            i8::try_from(hour).ok()?,
            i8::try_from(minute).ok()?,
            i8::try_from(if second == 60 { 59 } else { second }).ok()?,
            0,
        );
        let civil = civil_date(date)?.to_datetime(time.ok()?);
        if utc {
            TimeZone::UTC.to_timestamp(civil).ok().map(Self::Utc)
        } else {
            Some(Self::Civil(civil))
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => write!(out, "{}", day.strftime("%Y%m%d")),
            Self::Civil(civil) => write!(out, "{}", civil.strftime("%Y%m%dT%H%M%S")),
            Self::Utc(at) => write!(out, "{}", at.strftime("%Y%m%dT%H%M%SZ")),
        }
    }
}

fn digits(text: &str, length: usize) -> Option<u32> {
    let all = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    if all { text.parse().ok() } else { None }
}

fn civil_date(text: &str) -> Option<Date> {
    let digits = digits(text, 8)?;
    let (year, month, day) = (digits / 10_000, digits / 100 % 100, digits % 100);
    let year = i16::try_from(year).ok().filter(|year| *year > 0)?;
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

impl FromStr for Rule {
    type Err = RuleError;

    fn from_str(text: &str) -> Result<Self, RuleError> {
        let mut parts = Parts::default();
        for part in text
            .split(';')
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            let (name, value) = part.split_once('=').ok_or(RuleError::Value("text"))?;
            parts.take(name.trim(), value.trim())?;
        }
        parts.into_rule()
    }
}

#[derive(Default)]
struct Parts {
    seen: Vec<&'static str>,
    frequency: Option<Frequency>,
    interval: Option<u16>,
    count: Option<u32>,
    until: Option<Moment>,
    months: Vec<i8>,
    month_days: Vec<i8>,
    weekdays: Vec<DayOfWeek>,
    positions: Vec<i16>,
    week_start: Option<Weekday>,
}

const NAMES: [&str; 16] = [
    "FREQ",
    "INTERVAL",
    "COUNT",
    "UNTIL",
    "BYMONTH",
    "BYMONTHDAY",
    "BYDAY",
    "BYSETPOS",
    "WKST",
    "RSCALE",
    "SKIP",
    "BYWEEKNO",
    "BYYEARDAY",
    "BYHOUR",
    "BYMINUTE",
    "BYSECOND",
];

impl Parts {
    fn take(&mut self, name: &str, value: &str) -> Result<(), RuleError> {
        let known = NAMES
            .into_iter()
            .find(|known| known.eq_ignore_ascii_case(name));
        let name = known.ok_or(RuleError::Unknown("one without a name of RFC 5545"))?;
        if self.seen.contains(&name) {
            return Err(RuleError::Twice(name));
        }
        self.seen.push(name);
        let wrong = RuleError::Value(name);
        match name {
            "FREQ" => self.frequency = Some(frequency(value)?),
            "INTERVAL" => {
                let interval = value.parse().ok().filter(|interval| *interval > 0);
                self.interval = Some(interval.ok_or(wrong)?);
            }
            "COUNT" => {
                let count = value.parse().ok().filter(|count| *count > 0);
                self.count = Some(count.ok_or(wrong)?);
            }
            "UNTIL" => self.until = Some(Moment::parse(value).ok_or(wrong)?),
            "BYMONTH" => {
                self.months = list(value, |month| (1..=12).contains(month)).ok_or(wrong)?;
            }
            "BYMONTHDAY" => {
                self.month_days =
                    list(value, |day: &i8| (1..=31).contains(&day.abs())).ok_or(wrong)?;
            }
            "BYDAY" => {
                self.weekdays = value
                    .split(',')
                    .map(day_of_week)
                    .collect::<Option<_>>()
                    .ok_or(wrong)?;
            }
            "BYSETPOS" => {
                self.positions =
                    list(value, |at: &i16| (1..=366).contains(&at.abs())).ok_or(wrong)?;
            }
            "WKST" => self.week_start = Some(weekday(value).ok_or(wrong)?),
            "RSCALE" if value.eq_ignore_ascii_case("GREGORIAN") => {}
            "SKIP" if value.eq_ignore_ascii_case("OMIT") => {}
            _ => return Err(RuleError::Unknown(name)),
        }
        Ok(())
    }

    fn into_rule(self) -> Result<Rule, RuleError> {
        let frequency = self.frequency.ok_or(RuleError::Frequency)?;
        let end = match (self.count, self.until) {
            (Some(_), Some(_)) => return Err(RuleError::TwoEnds),
            (Some(count), None) => End::After(count),
            (None, Some(until)) => End::Until(until),
            (None, None) => End::Never,
        };
        let numbered = self.weekdays.iter().any(|day| day.nth.is_some());
        if numbered && matches!(frequency, Frequency::Daily | Frequency::Weekly) {
            return Err(RuleError::Value("BYDAY"));
        }
        if !self.month_days.is_empty() && frequency == Frequency::Weekly {
            return Err(RuleError::Value("BYMONTHDAY"));
        }
        let narrowed =
            !(self.months.is_empty() && self.month_days.is_empty() && self.weekdays.is_empty());
        if !self.positions.is_empty() && !narrowed {
            return Err(RuleError::Value("BYSETPOS"));
        }
        Ok(Rule {
            frequency,
            interval: self.interval.unwrap_or(1),
            end,
            months: self.months,
            month_days: self.month_days,
            weekdays: self.weekdays,
            positions: self.positions,
            week_start: self.week_start.unwrap_or(Weekday::Monday),
        })
    }
}

fn frequency(value: &str) -> Result<Frequency, RuleError> {
    match value.to_ascii_uppercase().as_str() {
        "DAILY" => Ok(Frequency::Daily),
        "WEEKLY" => Ok(Frequency::Weekly),
        "MONTHLY" => Ok(Frequency::Monthly),
        "YEARLY" => Ok(Frequency::Yearly),
        "HOURLY" | "MINUTELY" | "SECONDLY" => Err(RuleError::TooOften),
        _ => Err(RuleError::Frequency),
    }
}

fn list<T: FromStr>(value: &str, valid: impl Fn(&T) -> bool) -> Option<Vec<T>> {
    let one = |text: &str| text.trim().parse().ok().filter(|number| valid(number));
    value.split(',').map(one).collect()
}

fn weekday(text: &str) -> Option<Weekday> {
    let found = WEEKDAYS
        .into_iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(text.trim()));
    found.map(|(_, weekday)| weekday)
}

fn day_of_week(text: &str) -> Option<DayOfWeek> {
    let text = text.trim();
    let (number, name) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let nth = if number.is_empty() {
        None
    } else {
        Some(
            number
                .parse()
                .ok()
                .filter(|nth: &i8| (1..=53).contains(&nth.abs()))?,
        )
    };
    Some(DayOfWeek {
        nth,
        weekday: weekday(name)?,
    })
}

impl fmt::Display for Rule {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let frequency = match self.frequency {
            Frequency::Daily => "DAILY",
            Frequency::Weekly => "WEEKLY",
            Frequency::Monthly => "MONTHLY",
            Frequency::Yearly => "YEARLY",
        };
        write!(out, "FREQ={frequency}")?;
        if self.interval != 1 {
            write!(out, ";INTERVAL={}", self.interval)?;
        }
        match self.end {
            End::Never => {}
            End::After(count) => write!(out, ";COUNT={count}")?,
            End::Until(until) => write!(out, ";UNTIL={until}")?,
        }
        write_list(out, "BYMONTH", &self.months)?;
        write_list(out, "BYMONTHDAY", &self.month_days)?;
        write_list(out, "BYDAY", &self.weekdays)?;
        write_list(out, "BYSETPOS", &self.positions)?;
        if self.week_start != Weekday::Monday {
            write!(out, ";WKST={}", letters(self.week_start))?;
        }
        Ok(())
    }
}

impl fmt::Display for DayOfWeek {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(nth) = self.nth {
            write!(out, "{nth}")?;
        }
        out.write_str(letters(self.weekday))
    }
}

fn letters(weekday: Weekday) -> &'static str {
    WEEKDAYS
        .into_iter()
        .find(|(_, one)| *one == weekday)
        .map_or("MO", |(name, _)| name)
}

fn write_list<T: fmt::Display>(
    out: &mut fmt::Formatter<'_>,
    name: &str,
    values: &[T],
) -> fmt::Result {
    for (at, value) in values.iter().enumerate() {
        if at == 0 {
            write!(out, ";{name}={value}")?;
        } else {
            write!(out, ",{value}")?;
        }
    }
    Ok(())
}
