//! The zones of a calendar file: those of the tz database by name, and those that the file defines itself
//! (RFC 5545, section 3.6.5).

use crate::lines::Component;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, date};
use jiff::tz::{Offset, TimeZone};
use practice::recurrence::{self, Effort, Moment, Rule};
use std::collections::HashMap;
use std::ops::Range;

/// A zone in which a civil time is an instant.
#[derive(Clone, Debug)]
pub(super) enum Zone {
    /// One of the tz database, with its name.
    Known(TimeZone, String),
    /// One that the file defines.
    Defined(Defined),
}

/// A zone by its changes.
#[derive(Clone, Debug)]
pub(super) struct Defined {
    before: Offset,
    /// From an instant on, an offset; in order.
    changes: Vec<(Timestamp, Offset)>,
}

impl Zone {
    /// UTC.
    pub(super) fn utc() -> Self {
        Self::Known(TimeZone::UTC, "UTC".to_owned())
    }

    /// A zone of the practice.
    pub(super) fn of(zone: &TimeZone) -> Self {
        let name = zone.iana_name().unwrap_or_default().to_owned();
        Self::Known(zone.clone(), name)
    }

    /// The IANA name, where it has one.
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::Known(_, name) if !name.is_empty() => Some(name),
            Self::Known(..) | Self::Defined(_) => None,
        }
    }

    /// The instant of a civil time: in a gap with the offset before it, of two the first (RFC 5545, section 3.3.5).
    pub(super) fn instant(&self, civil: DateTime) -> Option<Timestamp> {
        match self {
            Self::Known(zone, _) => recurrence::instant(zone, civil),
            Self::Defined(zone) => zone.instant(civil),
        }
    }

    /// The civil time of an instant.
    pub(super) fn civil(&self, at: Timestamp) -> DateTime {
        match self {
            Self::Known(zone, _) => zone.to_datetime(at),
            Self::Defined(zone) => {
                let change = zone.changes.iter().rev().find(|(from, _)| *from <= at);
                change
                    .map_or(zone.before, |(_, offset)| *offset)
                    .to_datetime(at)
            }
        }
    }
}

impl Defined {
    fn instant(&self, civil: DateTime) -> Option<Timestamp> {
        let mut offset = self.before;
        for (from, to) in &self.changes {
            let at = offset.to_timestamp(civil).ok()?;
            let is_in_gap = to.to_timestamp(civil).ok()? < *from;
            if at < *from || is_in_gap {
                return Some(at);
            }
            offset = *to;
        }
        offset.to_timestamp(civil).ok()
    }
}

/// The zones that a calendar can name.
pub(super) struct Zones {
    defined: HashMap<String, Zone>,
    /// For times that name no zone.
    pub(super) floating: Zone,
}

impl Zones {
    /// The zones that stand in a `VCALENDAR`; `X-WR-TIMEZONE` is what floating times of Google's and Apple's files
    /// are meant in.
    pub(super) fn of(
        calendar: &Component,
        practice: &TimeZone,
        until: Date,
        effort: &mut Effort,
    ) -> Self {
        let mut defined = HashMap::new();
        for component in calendar
            .components
            .iter()
            .filter(|one| one.name == "VTIMEZONE")
        {
            let Some(id) = component
                .property("TZID")
                .map(|id| id.value.trim().to_owned())
            else {
                continue;
            };
            let location = component
                .property("X-LIC-LOCATION")
                .and_then(|name| known(name.value.trim()));
            if let Some(zone) = location.or_else(|| definition(component, until, effort)) {
                defined.entry(id).or_insert(zone);
            }
        }
        let mut zones = Self {
            defined,
            floating: Zone::of(practice),
        };
        let said = calendar
            .property("X-WR-TIMEZONE")
            .and_then(|name| zones.find(name.value.trim()));
        if let Some(zone) = said {
            zones.floating = zone;
        }
        zones
    }

    /// The zone of a `TZID`: the tz database knows it best; then what the file defines; then names of Windows.
    pub(super) fn find(&self, id: &str) -> Option<Zone> {
        let id = id.trim();
        known(id)
            .or_else(|| self.defined.get(id).cloned())
            .or_else(|| prefixed(id))
            .or_else(|| {
                WINDOWS
                    .iter()
                    .find(|(name, _)| *name == id)
                    .and_then(|(_, name)| known(name))
            })
    }
}

/// A name of the tz database. Short names without a place (`EST`) mean different things to different programs, so
/// only those that are the same to all are taken.
fn known(name: &str) -> Option<Zone> {
    let is_sure = name.contains('/')
        || [
            "UTC", "GMT", "Z", "EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT",
        ]
        .contains(&name);
    if !is_sure {
        return None;
    }
    if matches!(name, "UTC" | "GMT" | "Z") {
        return Some(Zone::utc());
    }
    let zone = TimeZone::get(name).ok()?;
    let name = zone.iana_name()?.to_owned();
    Some(Zone::Known(zone, name))
}

/// A name with something of a maker before it: `/mozilla.org/20070129_1/America/New_York`.
fn prefixed(id: &str) -> Option<Zone> {
    let mut rest = id;
    while let Some((_, after)) = rest.split_once('/') {
        rest = after;
        if let Some(zone) = known(rest) {
            return Some(zone);
        }
    }
    None
}

/// What a `VTIMEZONE` defines, up to some day.
fn definition(component: &Component, until: Date, effort: &mut Effort) -> Option<Zone> {
    let mut changes: Vec<(Timestamp, Offset, Offset)> = Vec::new();
    let of_time = |one: &&Component| matches!(one.name.as_str(), "STANDARD" | "DAYLIGHT");
    for part in component.components.iter().filter(of_time) {
        let from = part
            .property("TZOFFSETFROM")
            .and_then(|offset| utc_offset(offset.value.trim()))?;
        let to = part
            .property("TZOFFSETTO")
            .and_then(|offset| utc_offset(offset.value.trim()))?;
        for onset in onsets(part, from, until, effort)? {
            changes.push((from.to_timestamp(onset).ok()?, from, to));
        }
    }
    changes.sort_by_key(|(at, ..)| *at);
    let before = changes.first().map(|(_, from, _)| *from)?;
    let changes = changes.into_iter().map(|(at, _, to)| (at, to)).collect();
    Some(Zone::Defined(Defined { before, changes }))
}

/// Changes before this do not matter to any appointment, and files begin them in 1601.
const FIRST_CHANGE: Date = date(1900, 1, 1);

/// When a `STANDARD` or `DAYLIGHT` part begins, each time, by the clock before it.
fn onsets(
    part: &Component,
    from: Offset,
    until: Date,
    effort: &mut Effort,
) -> Option<Vec<DateTime>> {
    let start = civil(Moment::parse(&part.property("DTSTART")?.value)?, from);
    let start = if start.date() < date(1600, 1, 1) {
        FIRST_CHANGE.to_datetime(start.time())
    } else {
        start
    };
    let within: Range<Date> = FIRST_CHANGE..until;
    let mut found = vec![start];
    for rule in part.all("RRULE") {
        let rule: Rule = rule.value.parse().ok()?;
        let instant = |civil: DateTime| from.to_timestamp(civil).ok();
        found.extend(rule.occurrences(start, &instant, &within, effort).ok()?);
    }
    for dates in part.all("RDATE") {
        for moment in dates.value.split(',') {
            found.push(civil(Moment::parse(moment)?, from));
        }
    }
    found.sort_unstable();
    found.dedup();
    Some(found)
}

fn civil(moment: Moment, offset: Offset) -> DateTime {
    match moment {
        Moment::Day(day) => day.at(0, 0, 0, 0),
        Moment::Civil(civil) => civil,
        Moment::Utc(at) => offset.to_datetime(at),
    }
}

/// `+0530`, `-0800`, `-000115` (RFC 5545, section 3.3.14).
fn utc_offset(text: &str) -> Option<Offset> {
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let all = matches!(digits.len(), 4 | 6) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number: i32 = if all {
        digits.parse().ok()?
    } else {
        return None;
    };
    let (minutes, second) = if digits.len() == 6 {
        (number / 100, number % 100)
    } else {
        (number, 0)
    };
    let (hour, minute) = (minutes / 100, minutes % 100);
    if minute > 59 || second > 59 {
        return None;
    }
    Offset::from_seconds(sign * (hour * 3600 + minute * 60 + second)).ok()
}

/// Names of Windows for files that do not define them, with the zone of CLDR's `windowsZones` for each.
const WINDOWS: [(&str, &str); 24] = [
    ("Eastern Standard Time", "America/New_York"),
    ("US Eastern Standard Time", "America/Indianapolis"),
    ("Central Standard Time", "America/Chicago"),
    ("Mountain Standard Time", "America/Denver"),
    ("US Mountain Standard Time", "America/Phoenix"),
    ("Pacific Standard Time", "America/Los_Angeles"),
    ("Alaskan Standard Time", "America/Anchorage"),
    ("Hawaiian Standard Time", "Pacific/Honolulu"),
    ("Atlantic Standard Time", "America/Halifax"),
    ("Newfoundland Standard Time", "America/St_Johns"),
    ("GMT Standard Time", "Europe/London"),
    ("Greenwich Standard Time", "Atlantic/Reykjavik"),
    ("W. Europe Standard Time", "Europe/Berlin"),
    ("Central Europe Standard Time", "Europe/Budapest"),
    ("Central European Standard Time", "Europe/Warsaw"),
    ("Romance Standard Time", "Europe/Paris"),
    ("E. Europe Standard Time", "Europe/Chisinau"),
    ("FLE Standard Time", "Europe/Kiev"),
    ("GTB Standard Time", "Europe/Bucharest"),
    ("Israel Standard Time", "Asia/Jerusalem"),
    ("India Standard Time", "Asia/Kolkata"),
    ("AUS Eastern Standard Time", "Australia/Sydney"),
    ("New Zealand Standard Time", "Pacific/Auckland"),
    ("SA Pacific Standard Time", "America/Bogota"),
];

#[cfg(test)]
mod tests {
    use super::{Zones, utc_offset};
    use crate::lines;
    use jiff::civil::{date, datetime};
    use jiff::tz::TimeZone;
    use practice::recurrence::Effort;

    const EXCHANGE: &str = "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:Ours\nBEGIN:STANDARD\nDTSTART:16010101T020000\n\
        RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=1SU;BYMONTH=11\nTZOFFSETFROM:-0700\nTZOFFSETTO:-0800\nEND:STANDARD\n\
        BEGIN:DAYLIGHT\nDTSTART:16010101T020000\nRRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=2SU;BYMONTH=3\n\
        TZOFFSETFROM:-0800\nTZOFFSETTO:-0700\nEND:DAYLIGHT\nEND:VTIMEZONE\nEND:VCALENDAR\n";

    fn zones(text: &str) -> Zones {
        let read = lines::read(text.as_bytes());
        let practice = TimeZone::get("Europe/London").unwrap();
        Zones::of(
            &read.components[0],
            &practice,
            date(2028, 1, 1),
            &mut Effort::steps(100_000),
        )
    }

    #[test]
    fn a_zone_of_the_file_agrees_with_the_database() {
        let ours = zones(EXCHANGE).find("Ours").unwrap();
        let known = zones(EXCHANGE).find("America/Los_Angeles").unwrap();
        assert_eq!(
            (ours.name(), known.name()),
            (None, Some("America/Los_Angeles"))
        );
        for (month, day, hour) in [
            (1, 10, 9),
            (3, 8, 1),
            (3, 8, 2),
            (3, 8, 3),
            (7, 1, 9),
            (11, 1, 0),
            (11, 1, 1),
            (11, 1, 2),
        ] {
            let civil = datetime(2026, month, day, hour, 30, 0, 0);
            let at = ours.instant(civil).unwrap();
            assert_eq!(Some(at), known.instant(civil), "{civil}");
            assert_eq!(ours.civil(at), known.civil(at));
        }
    }

    #[test]
    fn names_of_zones() {
        let zones = zones(EXCHANGE);
        let name = |id: &str| {
            zones
                .find(id)
                .and_then(|zone| zone.name().map(ToOwned::to_owned))
        };
        assert_eq!(
            name("/mozilla.org/20070129_1/America/New_York").as_deref(),
            Some("America/New_York")
        );
        assert_eq!(
            name("W. Europe Standard Time").as_deref(),
            Some("Europe/Berlin")
        );
        assert_eq!(name("UTC").as_deref(), Some("UTC"));
        for unknown in ["EST", "localtime", "Nowhere", "../../etc/passwd", "", "/"] {
            assert_eq!(name(unknown), None, "{unknown}");
        }
        assert_eq!(zones.floating.name(), Some("Europe/London"));
    }

    #[test]
    fn offsets() {
        assert_eq!(utc_offset("-000115").unwrap().seconds(), -75);
        assert_eq!(utc_offset("+0530").unwrap().seconds(), 19_800);
        for wrong in [
            "", "+", "0530", "+05:30", "+0560", "+9900", "-05301", "−0530",
        ] {
            assert!(utc_offset(wrong).is_none(), "{wrong}");
        }
    }
}
