//! iCalendar (RFC 5545) as past and coming appointments of the clinician whose calendar it is.
//!
//! Each appointment of a series becomes one of its own, within two years back and one year ahead; moved ones stand
//! where they were moved to, and cancelled ones are said to be cancelled. Writing calendars is not here.

mod appointment;
mod event;
mod series;
mod zones;

#[cfg(test)]
mod tests;

use crate::Options;
use crate::lines::{self, Component};
use event::Event;
use jiff::ToSpan;
use jiff::civil::Date;
use practice::imports::{Gravity, Notice, Offer, Refused, SourceKind};
use practice::private::Private;
use practice::recurrence::Effort;
use series::Writer;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use zones::Zones;

/// How much work the recurring events of one file may make.
const EFFORT: u32 = 2_000_000;

/// An exception that cannot be read would leave its session standing at the old time.
const SPOILED: &str = "is part of a series of which another part was refused";

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
    let method = calendar.property("METHOD");
    let is_cancelled = method.is_some_and(|method| method.word() == "CANCEL");
    let (groups, spoiled) = groups(calendar, &zones, offer);
    let mut writer = Writer {
        offer,
        window,
        zone: &zones.floating,
        is_cancelled,
    };
    for group in groups {
        let first = group
            .first()
            .map(|event| (event.component.line, event.uid.clone()));
        let Some((line, uid)) = first else { continue };
        if uid.is_some_and(|uid| spoiled.contains(&uid)) {
            refuse(writer.offer, line, "event", SPOILED, Gravity::Item);
        } else if let Err(refusal) = writer.group(group, effort) {
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

/// The events that can be read, those with one `UID` together, and the `UID`s of those that cannot.
fn groups<'c>(
    calendar: &'c Component,
    zones: &Zones,
    offer: &mut Offer,
) -> (Vec<Vec<Event<'c>>>, HashSet<String>) {
    let mut groups: Vec<Vec<Event<'c>>> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut spoiled: HashSet<String> = HashSet::new();
    for component in &calendar.components {
        match component.name.as_str() {
            "VEVENT" => match Event::read(component, zones) {
                Ok(event) => {
                    let next = groups.len();
                    let place = event
                        .uid
                        .clone()
                        .map(|uid| *places.entry(uid).or_insert(next));
                    match place.and_then(|place| groups.get_mut(place)) {
                        Some(group) => group.push(event),
                        None => groups.push(vec![event]),
                    }
                }
                Err(refusal) => {
                    spoiled.extend(event::uid(component));
                    refuse(offer, refusal.line, "event", &refusal.reason, Gravity::Item);
                }
            },
            "VTIMEZONE" => {}
            name => {
                let known = ["VTODO", "VJOURNAL", "VFREEBUSY", "VAVAILABILITY", "VALARM"];
                offer.pass_over(if known.contains(&name) {
                    name
                } else {
                    "another component"
                });
            }
        }
    }
    (groups, spoiled)
}
