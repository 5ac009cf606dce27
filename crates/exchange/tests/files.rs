//! Every file of `data` and `fixtures`, read whole: none panics, the same twice is the same, and for some it is
//! known what has to come out.

#![expect(clippy::unwrap_used, reason = "tests")]

use exchange::{ExchangeError, Options, Source, read, read_path};
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use practice::imports::{Offer, OfferedState, Place, Span};
use std::path::{Path, PathBuf};

const TODAY: Date = date(2026, 11, 22);

fn options(today: Date) -> Options {
    Options::new(today, TimeZone::get("America/New_York").unwrap())
}

fn under(folder: &str) -> PathBuf {
    Path::new("tests").join(folder)
}

fn files(folder: PathBuf, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(path, found);
        } else {
            found.push(path);
        }
    }
}

fn offer_on(file: &str, today: Date) -> Offer {
    read_path(&under("data").join(file), &options(today), &mut |_| {}).unwrap()
}

fn offer(file: &str) -> Offer {
    offer_on(file, TODAY)
}

#[test]
fn every_file_is_read_and_the_same_twice() {
    let mut all = Vec::new();
    files(under("data"), &mut all);
    files(under("fixtures"), &mut all);
    assert!(all.len() > 220, "{}", all.len());
    for file in all {
        for today in [TODAY, date(2012, 11, 1)] {
            let once = read_path(&file, &options(today), &mut |_| {});
            let again = read_path(&file, &options(today), &mut |_| {});
            match (once, again) {
                (Ok(once), Ok(again)) => {
                    assert_eq!(
                        format!("{once:?}"),
                        format!("{again:?}"),
                        "{}",
                        file.display()
                    );
                    assert_eq!(keys(&once), keys(&again), "{}", file.display());
                    assert_eq!(once.bytes, std::fs::metadata(&file).unwrap().len());
                    assert!(!once.is_refused() || once.count() == 0);
                }
                (Err(ExchangeError::Unrecognised(_)), Err(ExchangeError::Unrecognised(_))) => {}
                (once, _) => unreachable!("{}: {:?}", file.display(), once.err()),
            }
        }
    }
}

fn keys(offer: &Offer) -> Vec<String> {
    let persons = offer.persons.iter().map(|one| &one.key);
    let meetings = offer
        .appointments
        .iter()
        .chain(&offer.sessions)
        .map(|one| &one.key);
    let others = offer
        .conditions
        .iter()
        .map(|one| &one.key)
        .chain(offer.clinicians.iter().map(|one| &one.key));
    persons
        .chain(meetings)
        .chain(others)
        .map(|key| key.text().reveal().clone())
        .collect()
}

#[test]
fn no_two_items_of_a_file_have_one_key() {
    let mut all = Vec::new();
    files(under("data"), &mut all);
    for file in all {
        let Ok(offer) = read_path(&file, &options(date(2014, 1, 1)), &mut |_| {}) else {
            continue;
        };
        let mut keys = keys(&offer);
        let count = keys.len();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), count, "{}", file.display());
    }
}

#[test]
fn synthea_bundles() {
    let offer = offer("fhir/synthea/Abdul_Koepp_e925b0f3-8006-43f6-aa31-94bd215e55e7.json");
    assert_eq!(
        (
            offer.persons.len(),
            offer.clinicians.len(),
            offer.sessions.len(),
            offer.conditions.len()
        ),
        (1, 1, 16, 3)
    );
    assert_eq!(offer.not_taken.get("Observation"), Some(&94));
    assert_eq!(offer.not_taken.values().sum::<u64>(), 159);
    let abdul = &offer.persons[0];
    assert_eq!(abdul.names.to_use.reveal(), "Abdul Koepp");
    assert!(
        offer
            .sessions
            .iter()
            .all(|one| one.persons[0].key.as_ref() == Some(&abdul.key))
    );
    assert!(
        offer
            .conditions
            .iter()
            .all(|one| one.of == abdul.key && one.session.is_some())
    );
    let places = |place| {
        offer
            .sessions
            .iter()
            .filter(|one| one.place == place)
            .count()
    };
    assert_eq!((places(Place::Premises), places(Place::Elsewhere)), (14, 2));
    assert!(
        offer
            .sessions
            .iter()
            .all(|one| one.state == OfferedState::Held)
    );
    assert_eq!(offer.refusals.len() + offer.notices.len(), 0);
}

#[test]
fn synthea_clinicians_are_the_same_in_every_file() {
    let all = offer("fhir/synthea/practitionerInformation.json");
    assert_eq!(all.clinicians.len(), 102);
    assert_eq!(
        offer("fhir/synthea/hospitalInformation.json")
            .not_taken
            .get("Organization"),
        Some(&102)
    );
    let of_abdul = offer("fhir/synthea/Abdul_Koepp_e925b0f3-8006-43f6-aa31-94bd215e55e7.json");
    let key = &of_abdul.clinicians[0].key;
    assert!(
        all.clinicians
            .iter()
            .any(|one| one.key == *key && one.name == of_abdul.clinicians[0].name)
    );
}

#[test]
fn bulk_data_by_type() {
    let patients = offer("fhir/bulk-ndjson/Patient.ndjson");
    let refused: Vec<_> = patients
        .refusals
        .iter()
        .map(|one| (one.line, one.reason.as_str()))
        .collect();
    assert_eq!(
        refused,
        [(Some(1), "has no name"), (Some(2), "has no name")]
    );
    let sessions = offer("fhir/bulk-ndjson/Encounter.ndjson");
    assert_eq!(sessions.sessions.len(), 2);
    assert_eq!(
        sessions.sessions[0].persons[0]
            .key
            .as_ref()
            .unwrap()
            .value()
            .reveal(),
        "Patient/323456"
    );
    assert_eq!(
        sessions.sessions[0].span,
        Span::Days {
            first: date(2013, 3, 10),
            last: date(2013, 3, 13)
        }
    );
    assert_eq!(
        offer("fhir/bulk-ndjson/Condition.ndjson").conditions.len(),
        2
    );
    assert_eq!(
        offer("fhir/bulk-ndjson/Practitioner.ndjson")
            .clinicians
            .len(),
        2
    );
}

#[test]
fn official_examples() {
    let example = |name: &str| offer(&format!("fhir/hl7-r4-examples/{name}.json"));
    let jim = example("Patient-example");
    assert_eq!(jim.persons[0].names.to_use.reveal(), "Jim");
    assert_eq!(
        jim.persons[0].names.given.as_ref().unwrap().reveal(),
        "Peter James"
    );
    for (name, reason) in [
        ("Patient-animal", "is an animal"),
        (
            "Patient-newborn",
            "is a minor; clients are adults, and nothing of this is kept",
        ),
        (
            "Patient-pat3",
            "has died; keep the record where it is for as long as the law says",
        ),
        ("Encounter-example", "has no start"),
    ] {
        let offer = example(name);
        assert_eq!(
            (offer.count(), offer.refusals[0].reason.as_str()),
            (0, reason),
            "{name}"
        );
    }
    let transaction = example("Bundle-bundle-transaction");
    assert_eq!(
        (
            transaction.persons.len(),
            transaction.not_taken.get("deletion")
        ),
        (5, Some(&2))
    );
    assert_eq!(example("RelatedPerson-peter").relations.len(), 1);
    assert_eq!(
        example("Appointment-2docs").appointments[0]
            .clinicians
            .len(),
        2
    );
    assert!(example("Bundle-10bb101f-a121-4264-a920-67be9cb82c74").is_refused());
}

#[test]
fn calendars() {
    let count =
        |file: &str, today: Date| offer_on(&format!("ics/{file}"), today).appointments.len();
    assert_eq!(
        count(
            "ical.js/samples/recur_instances_finite.ics",
            date(2012, 11, 1)
        ),
        5
    );
    assert_eq!(
        count("ical.js/samples/rdate_exdate.ics", date(2024, 6, 9)),
        3
    );
    assert_eq!(
        count(
            "icalendar-py/calendars/rfc_7265_appendix_example_2_ical.ics",
            date(2006, 1, 2)
        ),
        6
    );
    assert_eq!(
        count(
            "icalendar-py/calendars/issue_466_respect_unique_timezone.ics",
            date(2022, 10, 21)
        ),
        53
    );
    let dance = offer_on("ics/vobject/radicale-0827.ics", date(2018, 3, 1));
    let cancelled = dance
        .appointments
        .iter()
        .filter(|one| one.state == OfferedState::Cancelled)
        .count();
    assert_eq!((dance.appointments.len(), cancelled), (28, 2));
    let daily = offer_on(
        "ics/icalendar-py/calendars/issue_165_missing_event.ics",
        date(2015, 7, 3),
    );
    assert_eq!(daily.appointments.len(), 14);
    assert!(
        matches!(daily.appointments[0].span, Span::Time { start, .. } if start.to_string() == "2015-07-03T08:00:00Z")
    );
    let refused = offer_on(
        "ics/icalendar-py/calendars/parsing_error.ics",
        date(2008, 3, 3),
    );
    assert_eq!(
        (refused.appointments.len(), refused.refusals[0].line),
        (20, Some(19))
    );
    assert!(offer("ics/icalendar-py/calendars/small_bad_calendar.ics").is_refused());
}

#[test]
fn cards() {
    let cards = offer("vcf/ical.js/vcard3.vcf");
    assert_eq!(cards.persons.len(), 1);
}

#[test]
fn progress_ends_at_the_length_of_the_file() {
    let path = under("data").join("fhir/synthea/practitionerInformation.json");
    let mut seen = Vec::new();
    let source = Source::open(&path).unwrap();
    let offer = read(source, &options(TODAY), &mut |at| seen.push(at)).unwrap();
    let last = seen.last().unwrap();
    assert_eq!((last.bytes, last.of), (offer.bytes, Some(offer.bytes)));
    assert!(seen.len() > 2 && seen.windows(2).all(|two| two[0].bytes <= two[1].bytes));
}
