//! FHIR's dates, which may be known in part (<https://hl7.org/fhir/R4/datatypes.html#dateTime>).

use super::Refusal;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, civil::DateTime};
use practice::imports::{PartialDate, Span};

/// A FHIR `dateTime`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum When {
    /// Without a time of day.
    Partial(PartialDate),
    /// With a time of day, and so with a zone.
    Instant(Timestamp, DateTime),
}

impl When {
    /// The date as far as it is known.
    pub(super) fn date(self) -> PartialDate {
        match self {
            Self::Partial(date) => date,
            Self::Instant(_, civil) => PartialDate::Day(civil.date()),
        }
    }
}

/// The years that a practice's records can speak of; others are slips.
fn is_plausible(date: PartialDate) -> bool {
    date.earliest()
        .is_some_and(|day| (1850..=2200).contains(&day.year()))
}

/// A FHIR `date`: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
pub(super) fn date(text: &str) -> Option<PartialDate> {
    let number = |digits: &str, length: usize| -> Option<i16> {
        let all = digits.len() == length && digits.bytes().all(|byte| byte.is_ascii_digit());
        if all { digits.parse().ok() } else { None }
    };
    let mut parts = text.split('-');
    let year = number(parts.next()?, 4)?;
    let month = parts.next();
    let day = parts.next();
    let date = match (month, day, parts.next()) {
        (None, _, _) => PartialDate::Year(year),
        (Some(month), None, _) => PartialDate::Month(year, i8::try_from(number(month, 2)?).ok()?),
        (Some(month), Some(day), None) => {
            let (month, day) = (number(month, 2)?, number(day, 2)?);
            let day = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
            PartialDate::Day(day.ok()?)
        }
        (Some(_), Some(_), Some(_)) => return None,
    };
    date.latest().map(|_| date)
}

/// A FHIR `dateTime` or `instant`. A time of day without a zone is no instant, and is refused.
pub(super) fn date_time(text: &str) -> Option<When> {
    let Some((day, time)) = text.split_once('T') else {
        return date(text).map(When::Partial);
    };
    let PartialDate::Day(_) = date(day)? else {
        return None;
    };
    let offset_at = time.find(['Z', '+', '-'])?;
    let at: Timestamp = text.parse().ok()?;
    let (clock, _) = time.split_at_checked(offset_at)?;
    let civil: DateTime = format!("{day}T{clock}").parse().ok()?;
    Some(When::Instant(at, civil))
}

/// An optional `date` of a resource.
pub(super) fn optional_date(
    text: Option<&str>,
    name: &str,
) -> Result<Option<PartialDate>, Refusal> {
    let read = |text| date(text).filter(|date| is_plausible(*date));
    text.map(|text| read(text).ok_or_else(|| Refusal::because(format!("`{name}` is not a date"))))
        .transpose()
}

/// An optional `dateTime` of a resource.
pub(super) fn optional_time(text: Option<&str>, name: &str) -> Result<Option<When>, Refusal> {
    let read = |text| date_time(text).filter(|when| is_plausible(when.date()));
    text.map(|text| read(text).ok_or_else(|| Refusal::because(format!("`{name}` is not a time"))))
        .transpose()
}

/// The span between two times, or from one on for some minutes.
pub(super) fn span(start: When, end: Option<When>, minutes: Option<u32>) -> Result<Span, Refusal> {
    match (start, end) {
        (When::Instant(start, _), end) => {
            let after = || {
                let length = SignedDuration::from_mins(i64::from(minutes.unwrap_or(0)));
                start.checked_add(length).unwrap_or(start)
            };
            let end = match end {
                Some(When::Instant(end, _)) => end,
                Some(When::Partial(date)) => last_moment(date, start),
                None => after(),
            };
            if end < start {
                return Err(Refusal::because("ends before it begins"));
            }
            Ok(Span::Time {
                start,
                end,
                civil: None,
                zone: None,
            })
        }
        (When::Partial(PartialDate::Day(first)), end) => {
            let last = end.map_or(Some(first), |end| end.date().latest());
            match last.filter(|last| *last >= first) {
                Some(last) => Ok(Span::Days { first, last }),
                None => Err(Refusal::because("ends before it begins")),
            }
        }
        (When::Partial(_), _) => Err(Refusal::because("does not say on which day")),
    }
}

/// An end of which only the day is known: not later than that day, and not before the start if it is the same.
fn last_moment(date: PartialDate, start: Timestamp) -> Timestamp {
    let day = start.to_zoned(TimeZone::UTC).date();
    let end = date.latest().and_then(|last| {
        if last == day {
            Some(start)
        } else {
            last.to_zoned(TimeZone::UTC)
                .ok()
                .map(|zoned| zoned.timestamp())
        }
    });
    end.unwrap_or(start)
}

#[cfg(test)]
mod tests {
    use super::{When, date, date_time};
    use jiff::civil::date as day;
    use practice::imports::PartialDate;

    #[test]
    fn dates_of_each_precision() {
        assert_eq!(date("1984"), Some(PartialDate::Year(1984)));
        assert_eq!(date("1984-07"), Some(PartialDate::Month(1984, 7)));
        assert_eq!(date("1984-07-02"), Some(PartialDate::Day(day(1984, 7, 2))));
        for wrong in [
            "",
            "84",
            "1984-7-2",
            "1984-13",
            "1984-02-30",
            "1984-07-02-01",
            "+984",
            "1984-",
            "१९८४",
        ] {
            assert_eq!(date(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_time_of_day_has_a_zone() {
        let known = date_time("1991-06-07T23:37:54-05:00").unwrap();
        assert!(matches!(known, When::Instant(at, civil)
            if at.to_string() == "1991-06-08T04:37:54Z" && civil.to_string() == "1991-06-07T23:37:54"));
        assert!(date_time("2013-06-08T10:57:34.2112Z").is_some());
        assert_eq!(known.date(), PartialDate::Day(day(1991, 6, 7)));
        for wrong in [
            "1991-06-07T23:37:54",
            "1991-06T10:00:00Z",
            "1991-06-07T25:00:00Z",
            "T",
            "1991-06-07T",
        ] {
            assert_eq!(date_time(wrong), None, "{wrong}");
        }
    }
}
