//! Stories of files that are taken: what becomes of persons, couples, appointments and clinical entries, and that the
//! same again changes nothing.

mod closed;
mod meetings;

use std::sync::Arc;

use jiff::civil::date;

use super::{
    Certainty, Commit, ConditionCourse, ExternalKey, ImportError, Mention, Offer,
    OfferedAppointment, OfferedCondition, OfferedNames, OfferedPerson, OfferedRelational,
    OfferedState, OfferedStatus, OfferedWay, Outcome, PartialDate, Permission, PersonKind, Place,
    Placing, Report, SourceKind, Span, WayKind,
};
use crate::AccessError;
use crate::access::JobAccess;
use crate::cases::{Case, CaseKind, Which};
use crate::ids::PersonId;
use crate::testing::{Fictional, both, once};

fn key(value: &str) -> ExternalKey {
    ExternalKey::new("test", value)
}

fn person(given: &str, family: &str) -> OfferedPerson {
    let names = OfferedNames {
        to_use: format!("{given} {family}").into(),
        given: Some(given.into()),
        family: Some(family.into()),
        others: Vec::new(),
    };
    OfferedPerson::new(key(given), PersonKind::Client, names)
}

fn offer(source: SourceKind, digest: u8) -> Offer {
    let mut offer = Offer::empty(source, "clients of Noor.csv".into());
    offer.digest = [digest; 32];
    offer
}

fn people(digest: u8, people: Vec<OfferedPerson>) -> Offer {
    let mut offer = offer(SourceKind::ClientList, digest);
    offer.persons = people;
    offer
}

fn meeting(value: &str, start: &str, end: &str) -> OfferedAppointment {
    OfferedAppointment {
        line: Some(7),
        key: key(value),
        part_of: None,
        span: Span::Time {
            start: start.parse().unwrap(),
            end: end.parse().unwrap(),
            civil: None,
            zone: None,
        },
        state: OfferedState::Booked,
        place: Place::Unsaid,
        busy: true,
        persons: Vec::new(),
        clinicians: Vec::new(),
        title: None,
        words: Vec::new(),
    }
}

fn condition(value: &str, of: &str) -> OfferedCondition {
    OfferedCondition {
        line: Some(9),
        key: key(value),
        of: key(of),
        session: None,
        text: "a condition with a marker".into(),
        codes: vec![("icd".to_owned(), "F52.21".into())],
        course: ConditionCourse::Active,
        certainty: Certainty::Confirmed,
        began: Some(PartialDate::Year(2020)),
        ended: None,
        recorded: None,
        words: Vec::new(),
    }
}

async fn try_take(
    house: &Fictional,
    offer: Offer,
    placing: Placing,
    commit: Commit,
) -> Result<Report, ImportError> {
    let access = JobAccess::import();
    let watch = Arc::new(|_| {});
    let taken = house
        .practice
        .take_offer(&access, offer, placing, commit, watch);
    taken.await
}

async fn take(house: &Fictional, offer: Offer) -> Report {
    let taken = try_take(house, offer, Placing::default(), Commit::Take);
    taken.await.unwrap()
}

fn taken(report: &Report) -> Vec<(&str, u64)> {
    let counts = report.taken.iter();
    counts
        .map(|(kind, count)| (kind.as_str(), *count))
        .collect()
}

fn reasons(report: &Report) -> Vec<&str> {
    report
        .refused
        .iter()
        .map(|line| line.said.as_str())
        .collect()
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
        let sql = format!("SELECT COUNT(*) FROM {table}");
        let count = house.store.read(move |tx| tx.one(&sql, &[]));
        counts.push(count.await.unwrap().unwrap().int(0).unwrap());
    }
    counts
}

async fn case_called(house: &Fictional, clinician: PersonId, name: &str) -> Case {
    let desk = house.desk(clinician).await;
    let found = house
        .practice
        .caseload(&desk, Which::Open, name.to_owned())
        .await
        .unwrap();
    assert_eq!(found.cases.len(), 1, "one case of this name");
    found.cases[0].case.clone()
}

async fn holds(house: &Fictional) {
    house.practice.sequence().await.unwrap();
    let verdict = house
        .practice
        .verify(&crate::testing::secret(), &[])
        .await
        .unwrap();
    assert!(verdict.holds(), "{:?}", verdict.findings);
}

#[tokio::test]
async fn a_client_list_becomes_people_with_a_case_of_the_clinician_it_names() {
    both(async |house: Fictional| {
        let mut noor = person("Noor", "Jansen");
        noor.clinician = Some(Mention::by_name("Castellano, Ren"));
        noor.first_seen = Some(date(2025, 3, 4));
        noor.born = Some(PartialDate::Day(date(1984, 7, 2)));
        let mut kit = person("Kit", "Marsh");
        kit.clinician = Some(Mention::by_name("Somebody Else"));
        let mut robin = person("Robin", "Lee");
        robin.kind = PersonKind::Related;
        let mut lou = person("Lou", "Berg");
        lou.status = OfferedStatus::Archived;
        let offer = people(1, vec![noor, kit, robin, lou]);
        let ahead = try_take(&house, offer.clone(), Placing::default(), Commit::DryRun);
        let before = rows(&house).await;
        let ahead = ahead.await.unwrap();
        assert_eq!(ahead.outcome, Outcome::WouldBeTaken);
        assert_eq!(rows(&house).await, before);

        let report = take(&house, offer.clone()).await;
        assert_eq!(
            (report.outcome, &report.taken),
            (Outcome::Taken, &ahead.taken)
        );
        assert_eq!(taken(&report), [("individual_cases", 3), ("people", 4)]);
        let noor = case_called(&house, house.associate, "noor").await;
        assert_eq!(noor.supervisor, Some(house.clinician));
        assert_eq!(noor.opened_at, 1_741_046_400_000_000);
        let kit = case_called(&house, house.clinician, "kit").await;
        assert!(kit.supervisor.is_none() && kit.kind == CaseKind::Individual);
        let front = house.desk(house.front_desk).await;
        let identity = house.practice.identity(&front, noor.participants[0].person);
        let identity = identity.await.unwrap();
        assert_eq!(identity.name.reveal(), "Noor Jansen");
        assert_eq!(identity.born.unwrap().reveal(), "1984-07-02");
        let all = house
            .practice
            .bookable_cases(&front, String::new())
            .await
            .unwrap();
        assert_eq!(all.cases.len(), 2, "care of Lou Berg is over");

        let after = rows(&house).await;
        let again = take(&house, offer).await;
        assert_eq!(
            (again.outcome, again.taken.len()),
            (Outcome::TakenBefore, 0)
        );
        assert_eq!(rows(&house).await, after);
        let told = house.practice.imports(&front, None, 9).await.unwrap().files;
        assert_eq!((told.len(), &told[0].report), (1, &report));
        let clinician = house.desk(house.clinician).await;
        let told = house.practice.imports(&clinician, None, 9).await;
        assert!(matches!(told, Err(AccessError::NotThere)));
        holds(&house).await;
    })
    .await;
}

#[tokio::test]
async fn r12_a_newer_list_adds_to_who_is_known_overwrites_nothing_and_makes_nothing_safe() {
    both(async |house: Fictional| {
        let way = |address: &str, messages| OfferedWay {
            kind: WayKind::Email,
            address: address.into(),
            place: None,
            messages,
            voicemail: Permission::Unsaid,
        };
        let mut noor = person("Noor", "Jansen");
        noor.ways = vec![way("noor@example.org", Permission::Yes)];
        take(&house, people(1, vec![noor.clone()])).await;
        noor.names.to_use = "Nora J.".into();
        noor.ways = vec![
            way("NOOR@example.org", Permission::No),
            way("new@example.org", Permission::Yes),
        ];
        let mut sam = person("Sam", "Jansen");
        sam.key = key("Noor");
        let report = take(&house, people(2, vec![noor])).await;
        assert_eq!((taken(&report), report.merged["people"]), (vec![], 1));
        let case = case_called(&house, house.clinician, "noor jansen").await;
        let front = house.desk(house.front_desk).await;
        let identity = house.practice.identity(&front, case.participants[0].person);
        let identity = identity.await.unwrap();
        let ways: Vec<(&str, bool)> = identity
            .ways
            .iter()
            .map(|way| (way.address.reveal().as_str(), way.safe))
            .collect();
        let expected = [("noor@example.org", true), ("new@example.org", false)];
        assert_eq!(ways, expected);

        let report = take(&house, people(3, vec![sam])).await;
        let reason =
            "has the number of somebody who is known here with another name or date of birth";
        assert_eq!((taken(&report), reasons(&report)), (vec![], vec![reason]));
        holds(&house).await;
    })
    .await;
}

#[tokio::test]
async fn r8_a_minor_is_refused_once_more_where_it_is_stored() {
    once(async |house| {
        let mut kim = person("Kim", "Lee");
        kim.born = Some(PartialDate::Day(date(2012, 1, 4)));
        let mut lee = person("Lee", "Kim");
        lee.born = Some(PartialDate::Year(2008));
        let mut offer = people(1, vec![kim, lee]);
        offer.conditions = vec![condition("1", "Kim")];
        let report = take(&house, offer).await;
        assert_eq!(taken(&report), []);
        let expected = [
            "is a minor; clients are adults, and nothing of this is kept",
            "may be a minor: the date of birth is not exact enough to tell",
            "is of somebody who is not known here",
        ];
        assert_eq!(reasons(&report), expected);
    })
    .await;
}

#[tokio::test]
async fn r2_two_people_with_one_address_are_two() {
    both(async |house: Fictional| {
        let (mut noor, mut sam) = (person("Noor", "Jansen"), person("Sam", "Jansen"));
        for one in [&mut noor, &mut sam] {
            one.ways.push(OfferedWay {
                kind: WayKind::Email,
                address: "home@example.org".into(),
                place: None,
                messages: Permission::Yes,
                voicemail: Permission::Unsaid,
            });
        }
        let report = take(&house, people(1, vec![noor, sam])).await;
        assert_eq!(taken(&report), [("individual_cases", 2), ("people", 2)]);
        let front = house.desk(house.front_desk).await;
        let mut found = Vec::new();
        for name in ["noor", "sam"] {
            let case = case_called(&house, house.clinician, name).await;
            let who = case.participants[0].person;
            let identity = house.practice.identity(&front, who).await.unwrap();
            assert_eq!(identity.ways.len(), 1, "each has it");
            found.push(who);
        }
        assert_ne!(found[0], found[1]);
    })
    .await;
}

#[tokio::test]
async fn r2_a_couple_shares_a_case_and_an_address_is_nobodys() {
    both(async |house: Fictional| {
        let (mut noor, mut sam) = (person("Noor", "Jansen"), person("Sam", "Jansen"));
        (noor.line, sam.line) = (Some(2), Some(3));
        let mut offer = people(1, vec![noor, sam]);
        offer.relational = vec![OfferedRelational {
            line: Some(3),
            key: key("couple"),
            members: vec![key("Noor"), key("Sam")],
            ways: vec![OfferedWay {
                kind: WayKind::Email,
                address: "both@example.org".into(),
                place: None,
                messages: Permission::Yes,
                voicemail: Permission::Unsaid,
            }],
            status: OfferedStatus::Active,
            clinician: None,
            first_seen: None,
            notes: vec!["Thursdays".into()],
        }];
        let mut joint = meeting("s1", "2026-11-24T18:00:00Z", "2026-11-24T19:00:00Z");
        joint.persons = vec![Mention::by_key(key("couple"))];
        joint.words = vec!["what both said".into()];
        offer.appointments = vec![joint];
        let report = take(&house, offer).await;
        let expected = [
            ("coming_sessions", 1),
            ("individual_cases", 1),
            ("people", 2),
            ("relational_cases", 1),
        ];
        assert_eq!(taken(&report), expected);
        assert_eq!(
            report.not_taken["words on appointments of several people"],
            1
        );
        let couple = case_called(&house, house.clinician, "sam").await;
        assert_eq!(
            (couple.kind, couple.participants.len()),
            (CaseKind::Relational, 2)
        );
        let front = house.desk(house.front_desk).await;
        for participant in &couple.participants {
            let identity = house
                .practice
                .identity(&front, participant.person)
                .await
                .unwrap();
            assert!(identity.ways.is_empty());
        }
        let kept = house.practice.imports(&front, None, 9).await.unwrap().files;
        assert_eq!(kept[0].unplaced[0].ways[0].reveal(), "both@example.org");
        // R9: what stands in a couple's row is not clinical for sure, and nobody's for sure.
        assert_eq!(report.not_taken["remarks on couples"], 1);
        holds(&house).await;
    })
    .await;
}

#[tokio::test]
async fn r2_what_a_refused_row_says_comes_to_nobody_else() {
    once(async |house| {
        take(&house, people(1, vec![person("Noor", "Jansen")])).await;
        let mut sam = person("Sam", "Jansen");
        sam.key = key("Noor");
        sam.notes = vec!["a marker".into()];
        let mut offer = people(2, vec![sam]);
        offer.conditions = vec![condition("c1", "Noor")];
        let mut held = meeting("s1", "2026-11-02T18:00:00Z", "2026-11-02T19:00:00Z");
        held.persons = vec![Mention::by_key(key("Noor"))];
        offer.sessions = vec![held];
        let report = take(&house, offer).await;
        assert_eq!(taken(&report), []);
        assert_eq!(report.refused.len(), 3, "{:?}", report.refused);
    })
    .await;
}

#[tokio::test]
async fn to_whom_clients_go_when_the_file_does_not_say() {
    once(async |house| {
        let list = |digest| people(digest, vec![person("Noor", "Jansen")]);
        let placing = Placing {
            clinician: Some(house.front_desk),
        };
        let refused = try_take(&house, list(1), placing, Commit::Take).await;
        assert!(matches!(refused, Err(ImportError::NoClinician)));
        let placing = Placing {
            clinician: Some(house.associate),
        };
        let report = try_take(&house, list(1), placing, Commit::Take)
            .await
            .unwrap();
        let said = "1 of them name no clinician, and go to Ren Castellano";
        assert_eq!(report.notices[0].said, said);
        case_called(&house, house.associate, "noor").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_file_twice_at_once_is_taken_once() {
    both(async |house: Fictional| {
        let list: Vec<OfferedPerson> = (0..40)
            .map(|n| person(&format!("Noor{n}"), "Jansen"))
            .collect();
        let before = rows(&house).await;
        let both = [people(1, list.clone()), people(1, list)];
        let [one, two] =
            both.map(|offer| try_take(&house, offer, Placing::default(), Commit::Take));
        let (one, two) = tokio::join!(one, two);
        let mut outcomes = [one.unwrap().outcome, two.unwrap().outcome];
        outcomes.sort_by_key(|outcome| *outcome == Outcome::TakenBefore);
        assert_eq!(outcomes, [Outcome::Taken, Outcome::TakenBefore]);
        let after = rows(&house).await;
        assert_eq!((after[0] - before[0], after[1] - before[1]), (40, 40));
        let sql = "SELECT COUNT(*) FROM receipts WHERE role = 'import'";
        let receipts = house.store.read(move |tx| tx.one(sql, &[])).await;
        let receipts = receipts.unwrap().unwrap().int(0).unwrap();
        assert!(receipts < 10, "one receipt opens many: {receipts}");
        holds(&house).await;
    })
    .await;
}

#[tokio::test]
async fn files_that_were_taken_are_read_page_by_page() {
    both(async |house| {
        let mut expected = Vec::new();
        for (digest, name) in [(1, "Noor"), (2, "Sam"), (3, "Kit")] {
            let mut offer = people(digest, vec![person(name, "Lee")]);
            offer.name = format!("{name}.csv").into();
            take(&house, offer).await;
            house.clock.pass_minutes(1);
            expected.insert(0, format!("{name}.csv"));
        }
        let front = house.desk(house.front_desk).await;
        let mut told = Vec::new();
        let mut before = None;
        for more in [true, true, false] {
            let page = house.practice.imports(&front, before, 1).await.unwrap();
            assert_eq!((page.files.len(), page.more), (1, more));
            told.push(page.files[0].name.reveal().clone());
            before = Some(page.files[0].id);
        }
        assert_eq!(told, expected);
        let none = house.practice.imports(&front, before, 1).await.unwrap();
        assert!(none.files.is_empty() && !none.more);
    })
    .await;
}
