//! One `VEVENT` (RFC 5545, section 3.6.1), read and checked. A value that cannot be read refuses the event: a wrong
//! exception would put a session where there is none.

use super::zones::{Zone, Zones};
use crate::lines::{Component, Property};
use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, Timestamp, ToSpan};
use practice::recurrence::{Moment, Rule};

/// Why an event is not taken, and where it shows.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) line: u64,
    pub(super) reason: String,
}

impl Refusal {
    pub(super) fn at(line: u64, reason: impl Into<String>) -> Self {
        Self {
            line,
            reason: reason.into(),
        }
    }
}

/// A point in time of an event.
#[derive(Clone, Debug)]
pub(super) enum Point {
    /// A whole day.
    Day(Date),
    /// A civil time in a zone.
    Time(DateTime, Zone),
}

impl Point {
    /// The instant; midnight in `zone` of a whole day.
    pub(super) fn instant(&self, zone: &Zone) -> Option<Timestamp> {
        match self {
            Self::Day(day) => zone.instant(day.at(0, 0, 0, 0)),
            Self::Time(civil, zone) => zone.instant(*civil),
        }
    }
}

/// How long an event lasts.
#[derive(Clone, Copy, Debug)]
pub(super) enum Length {
    /// Whole days, one or more.
    Days(i32),
    /// By the clock on the wall: an end in the same zone, or a duration.
    Civil(jiff::Span),
    /// Exactly: an end in another zone.
    Exact(SignedDuration),
}

/// A period of an `RDATE`: when it begins, and its own length if it has one.
pub(super) type Extra = (Point, Option<Length>);

/// An event, an exception of a series, or a series.
#[derive(Debug)]
pub(super) struct Event<'c> {
    pub(super) component: &'c Component,
    pub(super) uid: Option<String>,
    pub(super) recurrence_id: Option<Point>,
    pub(super) start: Point,
    pub(super) length: Length,
    pub(super) rules: Vec<Rule>,
    pub(super) extra: Vec<Extra>,
    pub(super) except: Vec<Point>,
    pub(super) sequence: u64,
}

impl<'c> Event<'c> {
    /// Reads an event.
    pub(super) fn read(component: &'c Component, zones: &Zones) -> Result<Self, Refusal> {
        if let Some(line) = component.broken {
            return Err(Refusal::at(line, "has a line that cannot be read"));
        }
        let start = component.property("DTSTART");
        let start = start.ok_or_else(|| Refusal::at(component.line, "has no start"))?;
        let at = start.line;
        let start = point(start, zones)?;
        let length = length(component, &start, zones)?;
        check_years(&start, at)?;
        if let Some(rule) = component.property("EXRULE") {
            return Err(Refusal::at(
                rule.line,
                "has an EXRULE, which is not understood here",
            ));
        }
        let recurrence_id = component
            .property("RECURRENCE-ID")
            .map(|id| recurrence_id(id, zones))
            .transpose()?;
        let mut event = Self {
            component,
            uid: uid(component),
            recurrence_id,
            start,
            length,
            rules: Vec::new(),
            extra: Vec::new(),
            except: Vec::new(),
            sequence: component
                .property("SEQUENCE")
                .and_then(|one| one.value.trim().parse().ok())
                .unwrap_or(0),
        };
        for rule in component.all("RRULE") {
            let read = rule
                .value
                .parse()
                .map_err(|error| Refusal::at(rule.line, format!("{error}")))?;
            event.rules.push(read);
        }
        for dates in component.all("RDATE") {
            event.extra.extend(extra(dates, &event.start, zones)?);
        }
        for dates in component.all("EXDATE") {
            for one in dates.value.split(',') {
                event.except.push(point_of(dates, one, zones)?);
            }
        }
        Ok(event)
    }

    /// Whether it comes again.
    pub(super) fn is_series(&self) -> bool {
        !(self.rules.is_empty() && self.extra.is_empty())
    }
}

/// The `UID`, which the standard asks for and some programs leave away.
pub(super) fn uid(component: &Component) -> Option<String> {
    let uid = component
        .property("UID")
        .map(|uid| uid.value.trim().to_owned());
    uid.filter(|uid| !uid.is_empty())
}

fn point(property: &Property, zones: &Zones) -> Result<Point, Refusal> {
    point_of(property, &property.value, zones)
}

/// A date or a time with its zone: `TZID`, UTC, or floating, which is meant in the calendar's own zone.
fn point_of(property: &Property, value: &str, zones: &Zones) -> Result<Point, Refusal> {
    let wrong = || Refusal::at(property.line, format!("`{}` is not a time", property.name));
    match Moment::parse(value).ok_or_else(wrong)? {
        Moment::Day(day) => Ok(Point::Day(day)),
        Moment::Utc(at) => Ok(Point::Time(Zone::utc().civil(at), Zone::utc())),
        Moment::Civil(civil) => {
            let zone = match property.parameter("TZID") {
                None => Some(zones.floating.clone()),
                Some(id) => zones.find(id),
            };
            let unknown = || {
                let name = &property.name;
                let reason = "is in a zone that neither the file nor the tz database knows";
                Refusal::at(property.line, format!("`{name}` {reason}"))
            };
            Ok(Point::Time(civil, zone.ok_or_else(unknown)?))
        }
    }
}

/// RFC 5545, section 3.8.4.4. A change of all that follow would have to change a series in the middle.
fn recurrence_id(property: &Property, zones: &Zones) -> Result<Point, Refusal> {
    if property
        .parameter("RANGE")
        .is_some_and(|range| range.eq_ignore_ascii_case("THISANDFUTURE"))
    {
        return Err(Refusal::at(
            property.line,
            "changes this one and all that follow, which is not understood here",
        ));
    }
    point(property, zones)
}

/// `DTEND`, else `DURATION`, else a day for days and nothing for times (RFC 5545, section 3.6.1).
fn length(component: &Component, start: &Point, zones: &Zones) -> Result<Length, Refusal> {
    if let Some(end) = component.property("DTEND") {
        let line = end.line;
        let end = point(end, zones)?;
        return between(start, &end).ok_or_else(|| Refusal::at(line, "ends before it begins"));
    }
    match component.property("DURATION") {
        None if matches!(start, Point::Day(_)) => Ok(Length::Days(1)),
        None => Ok(Length::Exact(SignedDuration::ZERO)),
        Some(text) => {
            let wrong = || Refusal::at(text.line, "`DURATION` is not a length of time");
            let span = duration(&text.value).ok_or_else(wrong)?;
            match start {
                Point::Day(_) => Ok(Length::Days(span.get_days().max(1))),
                Point::Time(..) => Ok(Length::Civil(span)),
            }
        }
    }
}

fn between(start: &Point, end: &Point) -> Option<Length> {
    match (start, end) {
        (Point::Day(first), Point::Day(end)) => {
            let days = first.until(*end).ok()?.get_days();
            if days < 0 {
                None
            } else {
                Some(Length::Days(days.max(1)))
            }
        }
        (Point::Time(from, zone), Point::Time(to, other)) => {
            if zone.name().is_some() && zone.name() == other.name() {
                let span = from.until(*to).ok()?;
                return if span.is_negative() {
                    None
                } else {
                    Some(Length::Civil(span))
                };
            }
            let length = other.instant(*to)?.duration_since(zone.instant(*from)?);
            if length.is_negative() {
                None
            } else {
                Some(Length::Exact(length))
            }
        }
        (Point::Day(_), Point::Time(..)) | (Point::Time(..), Point::Day(_)) => None,
    }
}

/// `RDATE`, which may be periods with a length of their own (RFC 5545, section 3.8.5.2).
fn extra(dates: &Property, start: &Point, zones: &Zones) -> Result<Vec<Extra>, Refusal> {
    let wrong = || Refusal::at(dates.line, "`RDATE` is not a time");
    let mut extra = Vec::new();
    for one in dates.value.split(',') {
        let (from, until) = one
            .split_once('/')
            .map_or((one, None), |(from, until)| (from, Some(until)));
        let from = point_of(dates, from, zones)?;
        let length = match until {
            None => None,
            Some(until) if until.trim_start().starts_with(['P', 'p', '+', '-']) => {
                Some(Length::Civil(duration(until).ok_or_else(wrong)?))
            }
            Some(until) => Some(between(&from, &point_of(dates, until, zones)?).ok_or_else(wrong)?),
        };
        let from = match (from, start) {
            (Point::Day(day), Point::Time(civil, zone)) => {
                Point::Time(day.to_datetime(civil.time()), zone.clone())
            }
            (Point::Time(..), Point::Day(_)) => return Err(wrong()),
            (from, _) => from,
        };
        check_years(&from, dates.line)?;
        extra.push((from, length));
    }
    Ok(extra)
}

/// `P1DT2H`, `PT50M`, `P2W` (RFC 5545, section 3.3.6); negative ones and more than a year are none for an event.
pub(super) fn duration(text: &str) -> Option<jiff::Span> {
    let text = text.trim().to_ascii_uppercase();
    let text = text.strip_prefix('+').unwrap_or(&text).strip_prefix('P')?;
    let (days, time) = text
        .split_once('T')
        .map_or((text, None), |(days, time)| (days, Some(time)));
    let day = part(days, &[('W', 7), ('D', 1)])?;
    let second = time.map_or(Some(0), |time| {
        part(time, &[('H', 3600), ('M', 60), ('S', 1)])
    })?;
    let is_said = !days.is_empty() || time.is_some_and(|time| !time.is_empty());
    let is_short = day <= 366 && second <= 366 * 86_400;
    if is_said && is_short {
        Some(day.days().seconds(second))
    } else {
        None
    }
}

fn part(text: &str, units: &[(char, i64)]) -> Option<i64> {
    let mut sum: i64 = 0;
    let mut rest = text;
    for (unit, size) in units {
        if let Some((number, after)) = rest.split_once(*unit) {
            let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
            let number: i64 = if is_number {
                number.parse().ok()?
            } else {
                return None;
            };
            sum = sum.checked_add(number.checked_mul(*size)?)?;
            rest = after;
        }
    }
    if rest.is_empty() { Some(sum) } else { None }
}

/// The years that a calendar of a practice can speak of; others are slips or attacks.
fn check_years(point: &Point, line: u64) -> Result<(), Refusal> {
    let year = match point {
        Point::Day(day) => day.year(),
        Point::Time(civil, _) => civil.year(),
    };
    if (1900..=2200).contains(&year) {
        Ok(())
    } else {
        Err(Refusal::at(line, "is in a year that cannot be meant"))
    }
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn durations() {
        let seconds = |text: &str| duration(text).map(|span| (span.get_days(), span.get_seconds()));
        assert_eq!(seconds("P1D"), Some((1, 0)));
        assert_eq!(seconds("PT60M"), Some((0, 3600)));
        assert_eq!(seconds("P0DT0H30M0S"), Some((0, 1800)));
        assert_eq!(seconds("+P2W"), Some((14, 0)));
        for wrong in [
            "",
            "P",
            "PT",
            "1D",
            "-PT5M",
            "P1H",
            "PT1D",
            "PT1M1H",
            "P9999999999999999999D",
            "P400D",
            "PTxS",
        ] {
            assert_eq!(duration(wrong).map(|_| ()), None, "{wrong}");
        }
    }
}
