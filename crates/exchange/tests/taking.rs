//! Files that others made, taken into a fictional practice: who is in them shows up by name, what is clinical stays
//! closed, and the same file again changes nothing.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use exchange::{Options, Source, read, read_path};
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use practice::access::JobAccess;
use practice::calendar::{SessionState, Whose};
use practice::cases::{CaseKind, ListedCase};
use practice::imports::{Commit, Entries, EntryKind, Offer, Outcome, Placing, Report, SourceKind};
use practice::testing::{Fictional, both, once, premises, secret};

const TODAY: Date = date(2026, 11, 19);

fn options(today: Date) -> Options {
    Options::new(today, TimeZone::get("America/Los_Angeles").unwrap())
}

fn under(folder: &str) -> PathBuf {
    Path::new("tests").join(folder)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn file(path: &str) -> Offer {
    read_path(&under(path), &options(TODAY), &mut |_| {}).unwrap()
}

fn text(name: &str, text: &str) -> Offer {
    let source = Source::new(name, text.as_bytes(), None);
    read(source, &options(TODAY), &mut |_| {}).unwrap()
}

async fn take(house: &Fictional, offer: Offer) -> Report {
    let access = JobAccess::import();
    let placing = Placing::default();
    let taken = house
        .practice
        .take_offer(&access, offer, placing, Commit::Take, Arc::new(|_| {}));
    taken.await.unwrap()
}

fn taken(report: &Report) -> Vec<(&str, u64)> {
    let counts = report.taken.iter();
    counts
        .map(|(kind, count)| (kind.as_str(), *count))
        .collect()
}

async fn count(house: &Fictional, sql: &str) -> i64 {
    let sql = sql.to_owned();
    let row = house.store.read(move |tx| tx.one(&sql, &[])).await;
    row.unwrap().unwrap().int(0).unwrap()
}

/// How many rows there are of everything that an import can write.
async fn rows(house: &Fictional) -> Vec<i64> {
    let mut counts = Vec::new();
    for table in [
        "people",
        "cases",
        "participants",
        "case_names",
        "sessions",
        "session_people",
        "bookings",
        "imports",
        "import_keys",
        "imported_rows",
        "revisions",
        "access_grants",
    ] {
        counts.push(count(house, &format!("SELECT COUNT(*) FROM {table}")).await);
    }
    counts
}

async fn holds(house: &Fictional) {
    house.practice.sequence().await.unwrap();
    let verdict = house.practice.verify(&secret(), &[]).await.unwrap();
    assert!(verdict.holds(), "{:?}", verdict.findings);
}

/// The open cases that the front desk finds by a name.
async fn called(house: &Fictional, name: &str) -> Vec<ListedCase> {
    let desk = house.desk(house.front_desk).await;
    let found = house.practice.bookable_cases(&desk, name.to_owned()).await;
    found.unwrap().cases
}

const SYNTHEA: [&str; 6] = [
    "hospitalInformation.json",
    "practitionerInformation.json",
    "Abdul_Koepp_e925b0f3-8006-43f6-aa31-94bd215e55e7.json",
    "Adalberto_Hartmann_44ec4447-9e2c-4eb9-bd4f-0bdb416b806e.json",
    "Clemente_Kreiger_1484a42d-0eaf-4654-9cbf-6b050a5cd73b.json",
    "Desmond_Gutmann_d49945ce-9f8c-4974-80e3-0b38054dd45d.json",
];

/// Takes a bundle whole, and tells how many people came with it.
async fn synthetic_people(house: &Fictional, name: &str) -> usize {
    let offer = file(&format!("data/fhir/synthea/{name}"));
    let (persons, clinicians) = (offer.persons.len(), offer.clinicians.len());
    let report = take(house, offer).await;
    assert_eq!(report.outcome, Outcome::Taken, "{name}");
    let of =
        |counts: &practice::imports::Counts, kind: &str| counts.get(kind).copied().unwrap_or(0);
    assert_eq!(of(&report.taken, "people"), persons as u64, "{name}");
    let elsewhere = of(&report.not_taken, "clinicians who do not work here");
    assert_eq!(elsewhere, clinicians as u64, "{name}");
    persons
}

#[tokio::test]
async fn r9_synthetic_patients_show_up_by_name_and_their_conditions_stay_closed() {
    both(async |house: Fictional| {
        let mut people = 0;
        for name in SYNTHEA {
            people += synthetic_people(&house, name).await;
        }
        assert!(people >= 3);
        let abdul = called(&house, "abdul koepp").await;
        assert_eq!(abdul.len(), 1);
        let case = &abdul[0].case;
        assert_eq!(
            (case.clinician, case.kind),
            (house.clinician, CaseKind::Individual)
        );
        let sql = "SELECT COUNT(*) FROM sessions s JOIN session_people p ON p.session_id = s.id";
        assert!(count(&house, sql).await >= 14);
        let sql = "SELECT COUNT(*) FROM imported_rows WHERE state <> 'closed'";
        assert_eq!(count(&house, sql).await, 0);

        let desk = house.desk(house.clinician).await;
        let part = case.participants[0].id;
        let entries = async || {
            let page = house.practice.imported_entries(&desk, case.id, part).await;
            page.unwrap().entries
        };
        let Entries::Closed(closed) = entries().await else {
            unreachable!("they are closed")
        };
        let consent = "informed-consent".to_owned();
        let given = house
            .practice
            .record_consent(&desk, part, consent, (TODAY, "Here".into()));
        given.await.unwrap();
        let Entries::Open(open) = entries().await else {
            unreachable!("a consent is recorded")
        };
        let conditions = open
            .iter()
            .filter(|one| one.entry.kind == EntryKind::Condition);
        assert_eq!((open.len(), conditions.count()), (closed, 3));
        assert!(open.iter().filter(|one| one.session_at.is_some()).count() >= 14);

        let before = rows(&house).await;
        for name in SYNTHEA {
            let again = take(&house, file(&format!("data/fhir/synthea/{name}"))).await;
            assert_eq!(
                (again.outcome, taken(&again)),
                (Outcome::TakenBefore, vec![])
            );
        }
        assert_eq!(rows(&house).await, before);
        holds(&house).await;
    })
    .await;
}

#[tokio::test]
async fn records_in_files_of_one_kind_each_find_each_other() {
    both(async |house: Fictional| {
        let patients = r#"{"resourceType":"Patient","id":"noor","name":[{"family":"Jansen","given":["Noor"]}],"birthDate":"1984-07-02"}
{"resourceType":"Patient","id":"kim","name":[{"text":"Kim Lee"}],"birthDate":"2012-01-04"}"#;
        let practitioners = r#"{"resourceType":"Practitioner","id":"1","name":[{"family":"Castellano","given":["Ren"]}]}
{"resourceType":"Practitioner","id":"2","name":[{"text":"Somebody Else"}]}"#;
        let sessions = r#"{"resourceType":"Encounter","id":"e1","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/noor"},"participant":[{"individual":{"reference":"Practitioner/1"}}],"period":{"start":"2026-11-02T10:00:00-08:00","end":"2026-11-02T11:00:00-08:00"}}
{"resourceType":"Encounter","id":"e2","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/kim"},"period":{"start":"2026-11-02"}}"#;
        let conditions = r#"{"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/noor"},"encounter":{"reference":"Encounter/e1"},"code":{"text":"a word"}}"#;
        let related = r#"{"resourceType":"RelatedPerson","id":"r1","patient":{"reference":"Patient/noor"},"relationship":[{"coding":[{"code":"DOMPART"}]}],"name":[{"text":"Robin Lee"}]}
{"resourceType":"RelatedPerson","id":"r2","patient":{"reference":"Patient/kim"},"name":[{"text":"Lou Lee"}]}"#;
        let all = [
            (practitioners, vec![("clinicians", 1)], 0),
            (patients, vec![("individual_cases", 1), ("people", 1)], 1),
            (sessions, vec![("past_sessions", 1)], 1),
            (conditions, vec![("clinical_entries", 1)], 0),
            (related, vec![("people", 2), ("relations", 1)], 1),
        ];
        for (content, expected, refused) in all {
            let report = take(&house, text("x.ndjson", content)).await;
            assert_eq!((taken(&report), report.refused.len()), (expected, refused));
        }
        let noor = called(&house, "noor").await;
        let desk = house.desk(house.front_desk).await;
        let person = noor[0].case.participants[0].person;
        let identity = house.practice.identity(&desk, person).await.unwrap();
        assert_eq!(identity.remarks.unwrap().reveal(), "Partner: Robin Lee");
        holds(&house).await;
    })
    .await;
}

#[tokio::test]
async fn client_lists_with_couples() {
    both(async |house: Fictional| {
        let report = take(&house, file("fixtures/simplepractice-clients.csv")).await;
        let expected = [
            // One diagnosis; the notes and the columns that nobody knows.
            ("clinical_entries", 1 + 7),
            ("individual_cases", 3),
            ("people", 3),
            ("relational_cases", 1),
        ];
        assert_eq!(taken(&report), expected);
        let refused: Vec<_> = report.refused.iter().map(|line| line.line).collect();
        assert_eq!(refused, [Some(6)], "{:?}", report.refused);
        let couples: Vec<_> = called(&house, "abdul").await;
        let kinds: Vec<bool> = couples.iter().map(ListedCase::is_relational).collect();
        assert_eq!(kinds.iter().filter(|relational| **relational).count(), 1);
        assert_eq!(kinds.len(), 2);
        let front = house.desk(house.front_desk).await;
        let clients = couples.iter().filter(|one| !one.is_relational());
        for one in clients {
            let person = one.case.participants[0].person;
            let identity = house.practice.identity(&front, person).await.unwrap();
            let safe: Vec<&str> = identity
                .ways
                .iter()
                .filter(|way| way.safe)
                .map(|way| way.address.reveal().as_str())
                .collect();
            assert_eq!(safe, ["abdul.koepp@example.org", "555-978-4581"]);
        }
        let kept = house.practice.imports(&front, None, 9).await.unwrap().files;
        assert!(!kept[0].unplaced[0].ways.is_empty());
        assert!(kept[0].report.not_taken["remarks on couples"] > 0);

        let report = take(&house, file("fixtures/couples.csv")).await;
        let couples = called(&house, "clemente").await;
        let relational = couples.iter().filter(|one| one.is_relational()).count();
        assert!(relational >= 2, "{report:?}");
        let before = rows(&house).await;
        let again = take(&house, file("fixtures/couples.csv")).await;
        assert_eq!(again.outcome, Outcome::TakenBefore);
        assert_eq!(rows(&house).await, before);
        holds(&house).await;
    })
    .await;
}

#[tokio::test]
async fn every_file_is_taken_or_refused_and_again_changes_nothing() {
    once(async |house| {
        let mut all = files(&under("data"));
        all.extend(files(&under("fixtures")));
        let read = |path: &PathBuf, today| read_path(path, &options(today), &mut |_| {}).ok();
        let (mut is_taken, mut is_refused) = (0, 0);
        for path in &all {
            // Calendars of others are old: read on a day on which most of their events are not.
            let calendars = read(path, date(2012, 6, 1));
            let is_calendar = |offer: &Offer| offer.source == SourceKind::Calendar;
            let offer = match calendars {
                Some(offer) if is_calendar(&offer) => offer,
                _ => match read(path, TODAY) {
                    Some(offer) => offer,
                    None => continue,
                },
            };
            let known = offer.clone();
            let report = take(&house, offer).await;
            assert_eq!(
                report.is_refused(),
                known.is_refused(),
                "{}",
                path.display()
            );
            is_taken += u32::from(report.outcome == Outcome::Taken);
            is_refused += u32::from(report.is_refused());
            let before = rows(&house).await;
            let again = take(&house, known).await;
            assert!(again.taken.is_empty(), "{}", path.display());
            assert_eq!(rows(&house).await, before, "{}", path.display());
        }
        assert!(is_taken > 150 && is_refused > 5, "{is_taken} {is_refused}");
        holds(&house).await;
    })
    .await;
}

const CALENDAR: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\n\
BEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=America/Los_Angeles:20261124T100000\r\nDTEND;TZID=America/Los_Angeles:20261124T110000\r\n\
RRULE:FREQ=WEEKLY;COUNT=3\r\nSUMMARY:Noor Jansen\r\nDESCRIPTION:a word\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nUID:2\r\nDTSTART;TZID=America/Los_Angeles:20261103T100000\r\nDURATION:PT1H\r\nSUMMARY:Session\r\n\
ATTENDEE;CN=Noor:mailto:noor@example.org\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nUID:3\r\nDTSTART;TZID=America/Los_Angeles:20261124T103000\r\nDURATION:PT1H\r\nSUMMARY:Dentist\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nUID:4\r\nDTSTART;TZID=America/Los_Angeles:20261125T103000\r\nDURATION:PT1H\r\nSUMMARY:Dentist\r\nEND:VEVENT\r\n\
END:VCALENDAR\r\n";

#[tokio::test]
async fn r7_a_calendar_becomes_past_and_coming_sessions() {
    both(async |house: Fictional| {
        premises(&house).await;
        let clients = "First Name,Last Name,Email\nNoor,Jansen,noor@example.org\n";
        take(&house, text("clients.csv", clients)).await;
        let report = take(&house, text("calendar.ics", CALENDAR)).await;
        let expected = [
            ("calendar_entries", 1),
            ("coming_sessions", 3),
            ("past_sessions", 1),
        ];
        assert_eq!(taken(&report), expected);
        assert_eq!(report.refused.len(), 1, "{:?}", report.refused);
        assert!(report.refused[0].said.ends_with("(R7)"));
        assert!(report.refused[0].line.is_some());
        let front = house.desk(house.front_desk).await;
        let zone = TimeZone::get("America/Los_Angeles").unwrap();
        let monday = date(2026, 11, 23);
        let week = house
            .practice
            .week(&front, monday, zone, Whose::Everybody)
            .await
            .unwrap();
        let names: Vec<Vec<&str>> = week
            .sessions
            .iter()
            .map(|one| {
                let people = one.people.iter().flatten();
                people.map(|named| named.name.reveal().as_str()).collect()
            })
            .collect();
        assert_eq!(names, [vec!["Noor Jansen"], vec![]]);
        assert!(
            week.sessions
                .iter()
                .all(|one| one.session.state == SessionState::Booked)
        );
        holds(&house).await;
    })
    .await;
}
