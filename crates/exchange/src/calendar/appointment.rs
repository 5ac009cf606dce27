//! One event on one day, as an appointment.

use super::event::{Event, Length, Point};
use super::series::Writer;
use crate::lines::{Component, Property};
use crate::text::{line, private_line, private_paragraph};
use aws_lc_rs::digest::{Context, SHA256};
use jiff::{Timestamp, ToSpan};
use practice::imports::{ExternalKey, Mention, OfferedAppointment, OfferedState, Place, Span};
use practice::private::Private;

impl Writer<'_> {
    /// Offers one appointment, if it is within the window; `part` is the instant that names it in its series.
    pub(super) fn one(
        &mut self,
        event: &Event<'_>,
        start: &Point,
        length: Length,
        part: Option<Timestamp>,
    ) {
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
        let status = component.property("STATUS").map(Property::word);
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
    let names = [
        "DTSTART",
        "DTEND",
        "DURATION",
        "RRULE",
        "SUMMARY",
        "RECURRENCE-ID",
    ];
    let properties = names.iter().flat_map(|name| component.all(name));
    let mut context = Context::new(&SHA256);
    for property in properties {
        for part in [
            &property.name,
            property.parameter("TZID").unwrap_or_default(),
            &property.value,
        ] {
            context.update(part.as_bytes());
            context.update(b"\n");
        }
    }
    crate::text::hex(context.finish().as_ref())
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
