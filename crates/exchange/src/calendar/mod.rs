//! iCalendar (RFC 5545) as past and coming appointments of the clinician whose calendar it is.
//!
//! Each appointment of a series becomes one of its own, within two years back and one year ahead; moved ones stand
//! where they were moved to, and cancelled ones are said to be cancelled. Writing calendars is not here.

mod event;
mod zones;

#[cfg(test)]
mod tests;

use crate::Options;
use crate::lines::{self, Component};
use crate::text::{line, private_line, private_paragraph};
use aws_lc_rs::digest::{SHA256, digest};
use event::{Event, Length, Point, Refusal};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use practice::imports::{
    ExternalKey, Gravity, Mention, Notice, Offer, OfferedAppointment, OfferedState, Place, Refused,
    SourceKind, Span,
};
use practice::private::Private;
use practice::recurrence::Effort;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use zones::{Zone, Zones};

/// How much work the recurring events of one file may make.
const EFFORT: u32 = 2_000_000;

/// An exception that cannot be read would leave its session standing at the old time.
const SPOILED: &str = "is part of a series of which another part was refused";

const OUTSIDE: &str = "event more than two years ago or a year ahead";

/// Reads a calendar.
pub(crate) fn read(bytes: &[u8], name: Private<String>, options: &Options) -> Offer {
    let mut offer = Offer::empty(SourceKind::Calendar, name);
    let read = lines::read(bytes);
    if let Some(damaged) = read.damaged {
        refuse(
            &mut offer,
            damaged.line,
            "calendar",
            damaged.reason,
            Gravity::File,
        );
    }
    if let Some(line) = read.outside {
        let said = "stands outside of the calendar and was passed over".to_owned();
        offer.notices.push(Notice {
            line: Some(line),
            what: "line".to_owned(),
            said,
        });
    }
    let mut effort = Effort::steps(EFFORT);
    for component in &read.components {
        if component.name == "VCALENDAR" {
            calendar(component, &mut offer, options, &mut effort);
        } else {
            refuse(
                &mut offer,
                component.line,
                "component",
                "stands outside of a calendar",
                Gravity::Item,
            );
        }
    }
    offer
}

fn refuse(offer: &mut Offer, line: u64, what: &str, reason: &str, gravity: Gravity) {
    offer.refusals.push(Refused {
        line: Some(line),
        what: what.to_owned(),
        reason: reason.to_owned(),
        gravity,
    });
}

/// The days within which events become appointments.
fn window(today: Date) -> Range<Date> {
    let from = today.checked_sub(2.years()).unwrap_or(today);
    let until = today.checked_add(1.year()).unwrap_or(today);
    from..until.tomorrow().unwrap_or(until)
}

fn calendar(calendar: &Component, offer: &mut Offer, options: &Options, effort: &mut Effort) {
    let window = window(options.today);
    let zones = Zones::of(calendar, &options.zone, window.end, effort);
    if let Some(line) = calendar.broken {
        refuse(offer, line, "line", "cannot be read", Gravity::Item);
    }
    let is_cancelled = calendar
        .property("METHOD")
        .is_some_and(|method| method.word() == "CANCEL");
    let mut groups: BTreeMap<usize, Vec<Event<'_>>> = BTreeMap::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut spoiled: HashSet<String> = HashSet::new();
    for (at, component) in calendar.components.iter().enumerate() {
        match component.name.as_str() {
            "VEVENT" => match Event::read(component, &zones) {
                Ok(event) => {
                    let place = event
                        .uid
                        .clone()
                        .map_or(at, |uid| *places.entry(uid).or_insert(at));
                    groups.entry(place).or_default().push(event);
                }
                Err(refusal) => {
                    refuse(offer, refusal.line, "event", &refusal.reason, Gravity::Item)
                }
            },
            "VTIMEZONE" => {}
            name => {
                let is_known =
                    ["VTODO", "VJOURNAL", "VFREEBUSY", "VAVAILABILITY", "VALARM"].contains(&name);
                offer.pass_over(if is_known { name } else { "another component" });
            }
        }
    }
    let mut writer = Writer {
        offer,
        window,
        zone: &zones.floating,
        is_cancelled,
    };
    for group in groups.into_values() {
        let first = group
            .first()
            .map(|event| (event.component.line, event.uid.clone().unwrap_or_default()));
        if let Some((line, _)) = first.filter(|(_, uid)| spoiled.contains(uid)) {
            refuse(writer.offer, line, "event", SPOILED, Gravity::Item);
            continue;
        }
        if let Err(refusal) = writer.group(group, effort) {
            refuse(
                writer.offer,
                refusal.line,
                "event",
                &refusal.reason,
                Gravity::Item,
            );
        }
    }
}

struct Writer<'o> {
    offer: &'o mut Offer,
    window: Range<Date>,
    zone: &'o Zone,
    is_cancelled: bool,
}

impl Writer<'_> {
    /// What has one `UID`: an event, or a series with its exceptions (RFC 5545, section 3.8.4.4).
    fn group(&mut self, events: Vec<Event<'_>>, effort: &mut Effort) -> Result<(), Refusal> {
        let before = self.offer.appointments.len();
        let mut single: Vec<Event<'_>> = Vec::new();
        let mut moved: BTreeMap<Timestamp, Event<'_>> = BTreeMap::new();
        for event in events {
            let at = event.recurrence_id.as_ref().map(|id| id.instant(self.zone));
            let older = match at {
                None => {
                    let older = single.pop();
                    match older {
                        Some(older) if older.sequence > event.sequence => {
                            single.push(older);
                            Some(event)
                        }
                        older => {
                            single.push(event);
                            older
                        }
                    }
                }
                Some(None) => {
                    return Err(Refusal::at(
                        event.component.line,
                        "is in a year that cannot be meant",
                    ));
                }
                Some(Some(at)) => newer(&mut moved, at, event),
            };
            self.offer.merged += u64::from(older.is_some());
        }
        for event in &single {
            if event.is_series() {
                self.series(event, &mut moved, effort)?;
            } else {
                self.one(event, &event.start, event.length, None);
            }
        }
        for (at, event) in &moved {
            self.one(event, &event.start, event.length, Some(*at));
        }
        if self.offer.appointments.len() == before {
            self.offer.pass_over(OUTSIDE);
        }
        Ok(())
    }

    /// The days of a series; one that was moved is left to the event that moves it.
    fn series(
        &mut self,
        event: &Event<'_>,
        moved: &mut BTreeMap<Timestamp, Event<'_>>,
        effort: &mut Effort,
    ) -> Result<(), Refusal> {
        let line = event.component.line;
        let outside = || Refusal::at(line, "is in a year that cannot be meant");
        let mut points: BTreeMap<Timestamp, (Point, Length)> = BTreeMap::new();
        for point in self
            .occurrences(event, effort)
            .map_err(|reason| Refusal::at(line, reason.to_string()))?
        {
            points.insert(
                point.instant(self.zone).ok_or_else(outside)?,
                (point, event.length),
            );
        }
        for (point, length) in &event.extra {
            let at = point.instant(self.zone).ok_or_else(outside)?;
            points.insert(at, (point.clone(), length.unwrap_or(event.length)));
        }
        for except in &event.except {
            match (except, &event.start) {
                (Point::Day(day), Point::Time(..)) => {
                    points.retain(|_, (point, _)| !matches!(point, Point::Time(civil, _) if civil.date() == *day));
                }
                _ => drop(points.remove(&except.instant(self.zone).ok_or_else(outside)?)),
            }
        }
        for (at, (point, length)) in points {
            if !moved.contains_key(&at) {
                self.one(event, &point, length, Some(at));
            }
        }
        Ok(())
    }

    /// By the rules, or by the start alone where only dates are added to it.
    fn occurrences(
        &self,
        event: &Event<'_>,
        effort: &mut Effort,
    ) -> Result<Vec<Point>, practice::recurrence::TooMuch> {
        let (start, zone) = match &event.start {
            Point::Day(day) => (day.at(0, 0, 0, 0), None),
            Point::Time(civil, zone) => (*civil, Some(zone)),
        };
        let mut found = vec![start];
        let instant = |civil| zone.unwrap_or(self.zone).instant(civil);
        for rule in &event.rules {
            found.extend(rule.occurrences(start, &instant, &self.window, effort)?);
        }
        let point = |civil: jiff::civil::DateTime| match zone {
            None => Point::Day(civil.date()),
            Some(zone) => Point::Time(civil, zone.clone()),
        };
        Ok(found.into_iter().map(point).collect())
    }

    /// Offers one appointment, if it is within the window; `part` is the instant that names it in its series.
    fn one(&mut self, event: &Event<'_>, start: &Point, length: Length, part: Option<Timestamp>) {
        let Some(span) = span(start, length) else {
            return;
        };
        let day = match start {
            Point::Day(day) => *day,
            Point::Time(civil, _) => civil.date(),
        };
        if !self.window.contains(&day) {
            return;
        }
        let component = event.component;
        let uid = event.uid.clone().unwrap_or_else(|| fingerprint(component));
        let series = ExternalKey::new("ical", uid.clone());
        let key = part.map_or_else(
            || series.clone(),
            |at| ExternalKey::new("ical", format!("{uid}\n{at}")),
        );
        let status = component
            .property("STATUS")
            .map(crate::lines::Property::word);
        let state = match status.as_deref() {
            _ if self.is_cancelled => OfferedState::Cancelled,
            Some("CANCELLED") => OfferedState::Cancelled,
            Some("TENTATIVE") => OfferedState::Requested,
            _ => OfferedState::Booked,
        };
        let is_transparent = component
            .property("TRANSP")
            .is_some_and(|one| one.word() == "TRANSPARENT");
        let said = ["DESCRIPTION", "COMMENT", "LOCATION"];
        let said = said.into_iter().flat_map(|name| component.all(name));
        self.offer.appointments.push(OfferedAppointment {
            line: Some(component.line),
            key,
            part_of: part.map(|_| series),
            span,
            state,
            place: place(component),
            busy: state != OfferedState::Cancelled && !is_transparent,
            persons: persons(component),
            clinicians: Vec::new(),
            title: component
                .property("SUMMARY")
                .and_then(|text| private_line(&text.text())),
            words: said
                .filter_map(|text| private_paragraph(&text.text()))
                .collect(),
        });
    }
}

/// Keeps the event with the higher `SEQUENCE`, or the later one; the other comes back.
fn newer<'c>(
    moved: &mut BTreeMap<Timestamp, Event<'c>>,
    at: Timestamp,
    event: Event<'c>,
) -> Option<Event<'c>> {
    match moved.get(&at) {
        Some(known) if known.sequence > event.sequence => Some(event),
        _ => moved.insert(at, event),
    }
}

fn span(start: &Point, length: Length) -> Option<Span> {
    match (start, length) {
        (Point::Day(first), length) => {
            let days = if let Length::Days(days) = length {
                days
            } else {
                1
            };
            let last = first.checked_add(days.saturating_sub(1).days()).ok()?;
            Some(Span::Days {
                first: *first,
                last,
            })
        }
        (Point::Time(civil, zone), length) => {
            let start = zone.instant(*civil)?;
            let end = match length {
                Length::Exact(length) => start.checked_add(length).ok()?,
                Length::Civil(span) => zone.instant(civil.checked_add(span).ok()?)?,
                Length::Days(days) => zone.instant(civil.checked_add(days.days()).ok()?)?,
            };
            let (civil, zone) = (zone.civil(start), zone.name().map(ToOwned::to_owned));
            Some(Span::Time {
                start,
                end: end.max(start),
                civil: Some(civil),
                zone,
            })
        }
    }
}

/// The key of an event without `UID`: a digest of what it says, so that the same is the same again.
fn fingerprint(component: &Component) -> String {
    let mut text = String::new();
    for name in [
        "DTSTART",
        "DTEND",
        "DURATION",
        "RRULE",
        "SUMMARY",
        "RECURRENCE-ID",
    ] {
        for property in component.all(name) {
            text.push_str(&format!(
                "{name}\n{:?}\n{}\n",
                property.parameter("TZID"),
                property.value
            ));
        }
    }
    digest(&SHA256, text.as_bytes())
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// A link to a room of one of the known services, or a `CONFERENCE` (RFC 7986), means video.
fn place(component: &Component) -> Place {
    const ROOMS: [&str; 6] = [
        "zoom.us/",
        "meet.google.com/",
        "teams.microsoft.com/",
        "webex.com/",
        "doxy.me/",
        "whereby.com/",
    ];
    let is_link = |value: &str| ROOMS.iter().any(|room| value.contains(room));
    let said = ["LOCATION", "URL", "DESCRIPTION"]
        .into_iter()
        .flat_map(|name| component.all(name));
    let is_conference = ["CONFERENCE", "X-GOOGLE-CONFERENCE"]
        .iter()
        .any(|name| component.property(name).is_some());
    if is_conference || said.into_iter().any(|property| is_link(&property.value)) {
        Place::Video
    } else {
        Place::Unsaid
    }
}

/// Everybody who is asked to come, and who asks (RFC 5545, sections 3.8.4.1 and 3.8.4.3); rooms are nobody.
fn persons(component: &Component) -> Vec<Mention> {
    let mut persons: Vec<Mention> = Vec::new();
    for property in component.all("ORGANIZER").chain(component.all("ATTENDEE")) {
        let kind = property
            .parameter("CUTYPE")
            .unwrap_or("INDIVIDUAL")
            .to_ascii_uppercase();
        if !matches!(kind.as_str(), "INDIVIDUAL" | "UNKNOWN" | "X-UNKNOWN") {
            continue;
        }
        let value = property.value.trim();
        let is_mail = value
            .get(..7)
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("mailto:"));
        let email = if is_mail {
            value.get(7..).and_then(line)
        } else {
            None
        };
        let email = email.map(|email| Private::new(email.to_lowercase()));
        let name = property.parameter("CN").and_then(private_line);
        let mention = Mention {
            key: None,
            name,
            email,
        };
        let is_new = !persons
            .iter()
            .any(|known| known.email == mention.email && known.name == mention.name);
        if is_new && (mention.email.is_some() || mention.name.is_some()) {
            persons.push(mention);
        }
    }
    persons
}
