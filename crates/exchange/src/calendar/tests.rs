//! What becomes of events, of series and of what is wrong in them; and agreement with another reader on real files.

use crate::{Options, Source, lines, read};
use jiff::civil::date;
use jiff::tz::TimeZone;
use practice::imports::{Offer, OfferedState, Place, Span};
use std::path::PathBuf;

fn options() -> Options {
    Options::new(
        date(2026, 11, 22),
        TimeZone::get("America/New_York").unwrap(),
    )
}

fn offer(events: &str) -> Offer {
    let text = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}\r\nEND:VCALENDAR\r\n");
    read(
        Source::new("x.ics", text.as_bytes(), None),
        &options(),
        &mut |_| {},
    )
    .unwrap()
}

fn event(lines: &str) -> Offer {
    offer(&format!("BEGIN:VEVENT\nUID:1\n{lines}\nEND:VEVENT"))
}

/// When each appointment begins: civil time and zone, or days.
fn begins(offer: &Offer) -> Vec<String> {
    let text = |span: &Span| match span {
        Span::Time {
            start,
            end,
            civil,
            zone,
        } => {
            let minutes = end.duration_since(*start).as_mins();
            let zone = zone.as_deref().unwrap_or("?");
            format!("{} {zone} {minutes}", civil.unwrap())
        }
        Span::Days { first, last } => format!("{first}..{last}"),
    };
    offer
        .appointments
        .iter()
        .map(|one| text(&one.span))
        .collect()
}

fn reasons(offer: &Offer) -> Vec<(u64, &str)> {
    offer
        .refusals
        .iter()
        .map(|one| (one.line.unwrap_or(0), one.reason.as_str()))
        .collect()
}

#[test]
fn times_of_every_kind() {
    let one = |lines: &str| begins(&event(lines)).join(" ");
    assert_eq!(
        one("DTSTART;TZID=Europe/Berlin:20261125T100000\nDTEND;TZID=Europe/Berlin:20261125T105000"),
        "2026-11-25T10:00:00 Europe/Berlin 50"
    );
    assert_eq!(
        one("DTSTART:20261125T100000Z\nDURATION:PT50M"),
        "2026-11-25T10:00:00 UTC 50"
    );
    assert_eq!(
        one("DTSTART:20261125T100000"),
        "2026-11-25T10:00:00 America/New_York 0"
    );
    assert_eq!(one("DTSTART;VALUE=DATE:20261125"), "2026-11-25..2026-11-25");
    assert_eq!(
        one("DTSTART;VALUE=DATE:20261125\nDTEND;VALUE=DATE:20261128"),
        "2026-11-25..2026-11-27"
    );
    assert_eq!(
        one("DTSTART;TZID=Europe/London:20261125T100000\nDTEND;TZID=Europe/Berlin:20261125T120000"),
        "2026-11-25T10:00:00 Europe/London 60"
    );
    let floating =
        offer("X-WR-TIMEZONE:Europe/Paris\nBEGIN:VEVENT\nDTSTART:20261125T100000\nEND:VEVENT");
    assert_eq!(begins(&floating), ["2026-11-25T10:00:00 Europe/Paris 0"]);
}

#[test]
fn a_session_keeps_its_hour_when_the_clocks_change() {
    let offer = event(
        "DTSTART;TZID=America/New_York:20261027T170000\nDURATION:PT50M\nRRULE:FREQ=WEEKLY;COUNT=2",
    );
    let starts: Vec<String> = offer
        .appointments
        .iter()
        .map(|one| {
            if let Span::Time { start, .. } = one.span {
                start.to_string()
            } else {
                String::new()
            }
        })
        .collect();
    assert_eq!(starts, ["2026-10-27T21:00:00Z", "2026-11-03T22:00:00Z"]);
}

#[test]
fn a_series_with_what_was_taken_moved_and_cancelled() {
    let offer = offer(
        "BEGIN:VEVENT\nUID:s\nSUMMARY:Session\nDTSTART;TZID=America/New_York:20261102T090000\nDURATION:PT50M\n\
         RRULE:FREQ=WEEKLY;COUNT=6\nEXDATE;TZID=America/New_York:20261109T090000\nEXDATE;VALUE=DATE:20261116\n\
         RDATE;TZID=America/New_York:20261104T090000\nEND:VEVENT\n\
         BEGIN:VEVENT\nUID:s\nRECURRENCE-ID:20261123T140000Z\nDTSTART;TZID=America/New_York:20261124T110000\n\
         DURATION:PT25M\nEND:VEVENT\n\
         BEGIN:VEVENT\nUID:s\nRECURRENCE-ID;TZID=America/New_York:20261130T090000\nSTATUS:CANCELLED\n\
         DTSTART;TZID=America/New_York:20261130T090000\nDURATION:PT50M\nEND:VEVENT",
    );
    assert_eq!(
        begins(&offer),
        [
            "2026-11-02T09:00:00 America/New_York 50",
            "2026-11-04T09:00:00 America/New_York 50",
            "2026-12-07T09:00:00 America/New_York 50",
            "2026-11-24T11:00:00 America/New_York 25",
            "2026-11-30T09:00:00 America/New_York 50",
        ]
    );
    assert_eq!(offer.appointments[4].state, OfferedState::Cancelled);
    assert!(!offer.appointments[4].busy);
    let mut keys: Vec<_> = offer
        .appointments
        .iter()
        .map(|one| one.key.clone())
        .collect();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 5);
    assert!(
        offer
            .appointments
            .iter()
            .all(|one| one.part_of == offer.appointments[0].part_of)
    );
}

#[test]
fn only_two_years_back_and_one_ahead() {
    let weekly = event("DTSTART:20100104T090000Z\nRRULE:FREQ=WEEKLY");
    assert_eq!(
        begins(&weekly).first().unwrap(),
        "2024-11-25T09:00:00 UTC 0"
    );
    assert_eq!(begins(&weekly).last().unwrap(), "2027-11-22T09:00:00 UTC 0");
    let old = event("DTSTART:20100104T090000Z");
    assert_eq!((old.count(), old.not_taken.values().sum::<u64>()), (0, 1));
}

#[test]
fn what_stands_on_an_event() {
    let offer = event(
        "DTSTART:20261125T100000Z\nSUMMARY:Noor \\, Sam\nDESCRIPTION:about it\\nhttps://zoom.us/j/1\n\
         ORGANIZER;CN=Mariam:MAILTO:M@practice.test\nATTENDEE;CN=\"Jansen, Noor\":mailto:noor@example.org\n\
         ATTENDEE;CUTYPE=ROOM:mailto:room@practice.test\nTRANSP:TRANSPARENT\nSTATUS:tentative",
    );
    let one = &offer.appointments[0];
    assert_eq!(one.title.as_ref().unwrap().reveal(), "Noor , Sam");
    assert_eq!(
        (one.place, one.state, one.busy),
        (Place::Video, OfferedState::Requested, false)
    );
    let mails: Vec<&str> = one
        .persons
        .iter()
        .map(|who| who.email.as_ref().unwrap().reveal().as_str())
        .collect();
    assert_eq!(mails, ["m@practice.test", "noor@example.org"]);
    assert!(!format!("{offer:?}").contains("Noor"));
}

#[test]
fn what_is_wrong_refuses_the_event_and_says_where() {
    let why = |lines: &str| {
        let offer = event(lines);
        assert!(
            offer.appointments.is_empty() && !offer.is_refused(),
            "{lines}"
        );
        offer
            .refusals
            .iter()
            .map(|one| (one.line.unwrap_or(0), one.reason.clone()))
            .collect::<Vec<_>>()
    };
    let start = "DTSTART:20261125T100000Z";
    let at = |line: u64, reason: &str| vec![(line, reason.to_owned())];
    assert_eq!(why("SUMMARY:x"), at(3, "has no start"));
    assert_eq!(why("DTSTART:tomorrow"), at(5, "`DTSTART` is not a time"));
    assert_eq!(
        why(&format!("{start}\nDTEND:20261125T090000Z")),
        at(6, "ends before it begins")
    );
    assert_eq!(
        why(&format!("{start}\nDTEND;VALUE=DATE:20261126")),
        at(6, "ends before it begins")
    );
    assert_eq!(
        why(&format!("{start}\nDURATION:-PT5M")),
        at(6, "`DURATION` is not a length of time")
    );
    assert_eq!(
        why(&format!("{start}\nRRULE:FREQ=HOURLY")),
        at(6, "comes again within a day, as no session does")
    );
    assert_eq!(
        why(&format!("{start}\nEXDATE:")),
        at(6, "`EXDATE` is not a time")
    );
    assert_eq!(
        why(&format!("{start}\nno colon")),
        at(6, "has a line that cannot be read")
    );
    assert_eq!(
        why("DTSTART:99990101T000000Z"),
        at(5, "is in a year that cannot be meant")
    );
    assert_eq!(
        why("DTSTART;TZID=Nowhere:20261125T100000"),
        at(
            5,
            "`DTSTART` is in a zone that neither the file nor the tz database knows"
        )
    );
}

#[test]
fn an_exception_that_cannot_be_read_refuses_its_series() {
    let offer = offer(
        "BEGIN:VEVENT\nUID:s\nDTSTART:20261102T090000Z\nRRULE:FREQ=WEEKLY\nEND:VEVENT\n\
         BEGIN:VEVENT\nUID:s\nRECURRENCE-ID;RANGE=THISANDFUTURE:20261109T090000Z\nDTSTART:20261109T100000Z\nEND:VEVENT",
    );
    assert!(offer.appointments.is_empty());
    let line_and_reason = reasons(&offer);
    assert_eq!(
        line_and_reason[0],
        (3, "is part of a series of which another part was refused")
    );
    assert_eq!(line_and_reason[1].0, 10);
}

#[test]
fn the_newer_of_two_counts_and_a_cancelling_file_cancels() {
    let one = |sequence: u8, hour: u8| {
        format!(
            "BEGIN:VEVENT\nUID:1\nSEQUENCE:{sequence}\nDTSTART:20261125T{hour:02}0000Z\nEND:VEVENT\n"
        )
    };
    for text in [
        one(2, 11) + &one(1, 9),
        one(1, 9) + &one(2, 11),
        one(1, 9) + &one(1, 11),
    ] {
        let offer = offer(text.trim_end());
        assert_eq!(
            (begins(&offer), offer.merged),
            (vec!["2026-11-25T11:00:00 UTC 0".to_owned()], 1)
        );
    }
    let cancelled = offer(&format!("METHOD:CANCEL\n{}", one(1, 9).trim_end()));
    assert_eq!(cancelled.appointments[0].state, OfferedState::Cancelled);
}

#[test]
fn without_an_identifier_the_same_is_the_same() {
    let text = "BEGIN:VEVENT\nDTSTART:20261125T100000Z\nSUMMARY:x\nEND:VEVENT";
    let other = text.replace(":x", ":y");
    assert_eq!(
        offer(text).appointments[0].key,
        offer(text).appointments[0].key
    );
    assert_ne!(
        offer(text).appointments[0].key,
        offer(&other).appointments[0].key
    );
}

#[test]
fn hostile_rules_end() {
    let many =
        "BEGIN:VEVENT\nDTSTART:19000101T090000Z\nRRULE:FREQ=DAILY;COUNT=4000000000\nEND:VEVENT\n"
            .repeat(200);
    let offer = offer(many.trim_end());
    assert!(
        reasons(&offer)
            .iter()
            .any(|(_, reason)| *reason == "comes again too often to be worked out")
    );
}

#[test]
fn a_damaged_calendar_offers_nothing() {
    let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261125T100000Z\nEND:VEVENT\n";
    let offer = read(
        Source::new("x", text.as_bytes(), None),
        &options(),
        &mut |_| {},
    )
    .unwrap();
    assert!(offer.is_refused());
    assert_eq!(
        (offer.count(), reasons(&offer)),
        (0, vec![(4, "ends in the middle")])
    );
}

fn calendars(folder: PathBuf, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            calendars(path, found);
        } else if path.extension().is_some_and(|kind| kind == "ics") {
            found.push(path);
        }
    }
}

/// Another reader finds the same events with the same words in the files that others made, where both take the file.
#[test]
fn agrees_with_the_peer_on_real_files() {
    use calcard::icalendar::{ICalendar, ICalendarComponentType, ICalendarProperty};
    let mut files = Vec::new();
    calendars(PathBuf::from("tests/data/ics"), &mut files);
    let mut compared = 0;
    for file in files {
        let Ok(text) = std::fs::read_to_string(&file) else {
            continue;
        };
        let (Ok(peer), ours) = (ICalendar::parse(&text), lines::read(text.as_bytes())) else {
            continue;
        };
        if ours.damaged.is_some() {
            continue;
        }
        let said = |name: ICalendarProperty| {
            let events = peer
                .components
                .iter()
                .filter(|one| one.component_type == ICalendarComponentType::VEvent);
            let entries =
                events.filter_map(|one| one.entries.iter().find(|entry| entry.name == name));
            let mut texts: Vec<String> = entries
                .filter_map(|entry| entry.values.first()?.as_text().map(ToOwned::to_owned))
                .collect();
            texts.sort();
            texts
        };
        for (peer_name, name) in [
            (ICalendarProperty::Summary, "SUMMARY"),
            (ICalendarProperty::Uid, "UID"),
        ] {
            let mut texts = Vec::new();
            let mut open: Vec<&lines::Component> = ours.components.iter().collect();
            while let Some(one) = open.pop() {
                open.extend(&one.components);
                let text = one
                    .property(name)
                    .filter(|_| one.name == "VEVENT")
                    .map(lines::Property::text);
                texts.extend(text.map(|text| text.trim().to_owned()));
            }
            texts.sort();
            let peers: Vec<String> = said(peer_name)
                .iter()
                .map(|text| text.trim().to_owned())
                .collect();
            assert_eq!(texts, peers, "{name} in {}", file.display());
        }
        compared += 1;
    }
    assert!(compared > 90, "{compared}");
}
