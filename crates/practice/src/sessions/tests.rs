//! What the pages of the desk read: R1 (one receipt), R2 and R7 (nothing of another's), and nothing clinical in front.

use jiff::civil::date;
use jiff::tz::TimeZone;

use crate::access::Purpose;
use crate::booking::{NewSession, SESSION};
use crate::calendar::{Place, SessionState, Whose};
use crate::cases::{Case, Which};
use crate::error::AccessError;
use crate::ids::{CaseId, PersonId, SessionId};
use crate::notes::{NoteText, Route};
use crate::testing::{Fictional, both, once};

fn portland() -> TimeZone {
    TimeZone::get("America/Los_Angeles").unwrap()
}

/// Everybody of a case has signed the informed consent.
async fn informed(house: &Fictional, case: &Case) {
    for part in &case.participants {
        let values = vec![
            house.practice.id().into(),
            part.id.into(),
            i64::from(crate::consent::informed_version()).into(),
            part.own.0.into(),
        ];
        let sql = "INSERT INTO consents (practice_id, id, participant_id, document, version, state, given_at, \
                   compartment_id, revision, schema, sealed) \
                   VALUES ($1, $2, $2, 'informed-consent', $3, 'in_force', 0, $4, 1, 1, $4)";
        house.by_hand(sql, values).await;
    }
}

async fn booked(house: &Fictional, case: CaseId, people: &[PersonId], at: &str) -> SessionId {
    let new = NewSession {
        case,
        people: people.to_vec(),
        starts: at.parse().unwrap(),
        length: SESSION,
        place: Place::Video,
    };
    let access = house.desk(house.clinician).await;
    house.practice.book_session(&access, new).await.unwrap()
}

fn agreed(text: &str) -> NoteText {
    NoteText {
        did: "We talked.".into(),
        agreed: text.into(),
        ..NoteText::default()
    }
}

async fn noted(house: &Fictional, session: SessionId, route: Route, text: &str) {
    let access = house.desk(house.clinician).await;
    let practice = &house.practice;
    let (note, revision) = practice
        .write_note(&access, session, route, agreed(text), None)
        .await
        .unwrap();
    practice.sign_note(&access, note, revision).await.unwrap();
}

async fn receipts(house: &Fictional) -> i64 {
    house
        .store
        .read(|tx| {
            let row = tx.one("SELECT COUNT(*) FROM receipts", &[])?;
            row.unwrap().int(0)
        })
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn r1_an_overview_is_one_opening_with_one_receipt() {
    both(async |house: Fictional| {
        let (noor, sam) = (house.person("Noor").await, house.person("Sam").await);
        let case = house.case_of(&[noor, sam]).await;
        informed(&house, &case).await;
        let first = booked(&house, case.id, &[], "2026-11-19T18:00:00Z").await;
        booked(&house, case.id, &[sam], "2026-11-26T18:00:00Z").await;
        noted(&house, first, Route::Chart, "Say pause early.").await;
        let sams = case.participant(sam).unwrap().id;
        noted(&house, first, Route::Own(sams), "Ask him about his father.").await;
        let access = house.desk(house.clinician).await;
        let before = receipts(&house).await;
        let seen = house
            .practice
            .case_overview(&access, case.id)
            .await
            .unwrap();
        assert_eq!(receipts(&house).await, before + 1);
        let names: Vec<&str> = case
            .participants
            .iter()
            .map(|part| seen.name(part.id))
            .collect();
        assert_eq!(names, ["Noor", "Sam"]);
        assert_eq!((seen.notes.len(), seen.sessions.len()), (2, 2));
        assert!(seen.people.iter().all(|person| person.consents.informed()));
        let routes: Vec<Route> = seen
            .notes
            .iter()
            .map(|note| seen.case.route(note.compartment))
            .collect();
        assert!(routes.contains(&Route::Chart) && routes.contains(&Route::Own(sams)));
    })
    .await;
}

/// The sessions of an overview, and of which sessions its notes are.
async fn timeline(house: &Fictional, case: CaseId) -> (Vec<SessionId>, Vec<SessionId>) {
    let access = house.desk(house.clinician).await;
    let seen = house.practice.case_overview(&access, case).await.unwrap();
    (
        seen.sessions.iter().map(|one| one.id).collect(),
        seen.notes.iter().map(|note| note.session).collect(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn an_overview_shows_the_next_sessions_however_many_are_booked_and_every_note_of_what_it_shows()
 {
    both(async |house: Fictional| {
        let [noor, sam] = [house.person("Noor").await, house.person("Sam").await];
        let case = house.case_of(&[noor, sam]).await;
        informed(&house, &case).await;
        let days = [
            "2026-11-20",
            "2026-11-27",
            "2026-12-04",
            "2026-12-11",
            "2026-12-18",
            "2027-01-08",
            "2027-01-15",
            "2027-01-22",
            "2027-01-29",
            "2027-02-05",
        ];
        let mut sessions = Vec::new();
        for day in days {
            sessions.push(booked(&house, case.id, &[], &format!("{day}T18:00:00Z")).await);
        }
        assert_eq!(
            timeline(&house, case.id).await.0,
            [sessions[1], sessions[0]]
        );

        // Seven of them are over: the newest five stay, with the notes of each of its sides.
        house.clock.pass_minutes(60 * 24 * 60);
        let sams = case.participant(sam).unwrap().id;
        for session in [sessions[0], sessions[3], sessions[6]] {
            noted(&house, session, Route::Chart, "Say pause early.").await;
            noted(&house, session, Route::Own(sams), "Ask him.").await;
        }
        let (around, mut notes) = timeline(&house, case.id).await;
        let mut expected = sessions[2..9].to_vec();
        expected.reverse();
        assert_eq!(around, expected);
        let mut of_those = vec![sessions[3], sessions[3], sessions[6], sessions[6]];
        notes.sort_unstable();
        of_those.sort_unstable();
        assert_eq!(notes, of_those);
    })
    .await;
}

#[tokio::test]
async fn r1_what_is_not_theirs_to_open_does_not_exist() {
    once(async |house: Fictional| {
        let noor = house.person("Noor").await;
        let case = house.case_of(&[noor]).await;
        let session = booked(&house, case.id, &[], "2026-11-19T18:00:00Z").await;
        for staff in [house.associate, house.front_desk, house.biller, house.owner] {
            let access = house.desk(staff).await;
            let nothing = CaseId(case.participants[0].id.0);
            for id in [case.id, nothing] {
                let refused = house.practice.case_overview(&access, id).await;
                assert!(matches!(refused, Err(AccessError::NotThere)));
                let refused = house.practice.notes_of_case(&access, id).await;
                assert!(matches!(refused, Err(AccessError::NotThere)));
            }
            let refused = house
                .practice
                .session_workspace(&access, session, None)
                .await;
            assert!(matches!(refused, Err(AccessError::NotThere)));
        }
        let access = house.desk(house.biller).await;
        let refused = house.practice.bookable_cases(&access, String::new()).await;
        assert!(matches!(refused, Err(AccessError::NotThere)));
    })
    .await;
}

#[tokio::test]
async fn a_day_tells_what_was_agreed_on_the_side_that_the_session_is_about() {
    once(async |house: Fictional| {
        let (noor, sam) = (house.person("Noor").await, house.person("Sam").await);
        let case = house.case_of(&[noor, sam]).await;
        informed(&house, &case).await;
        let sams = Route::Own(case.participant(sam).unwrap().id);
        let earlier = booked(&house, case.id, &[], "2026-11-19T15:00:00Z").await;
        noted(&house, earlier, Route::Chart, "Say pause early.").await;
        noted(&house, earlier, sams, "Ask him about his father.").await;
        booked(&house, case.id, &[], "2026-11-19T18:00:00Z").await;
        booked(&house, case.id, &[sam], "2026-11-19T20:00:00Z").await;
        let access = house.desk(house.clinician).await;
        let day = date(2026, 11, 19);
        let today = house
            .practice
            .today(&access, day, portland())
            .await
            .unwrap();
        let told: Vec<_> = today
            .hours
            .iter()
            .map(|hour| hour.agreed.as_ref().map(|agreed| agreed.reveal().as_str()))
            .collect();
        assert_eq!(
            told,
            [
                None,
                Some("Say pause early."),
                Some("Ask him about his father.")
            ]
        );
        assert_eq!(today.hours[0].notes.len(), 2);
        assert_eq!(today.hours[2].people.len(), 1);
        let front = house.desk(house.front_desk).await;
        let today = house.practice.today(&front, day, portland()).await.unwrap();
        assert_eq!(today.hours.len(), 3);
        assert!(
            today
                .hours
                .iter()
                .all(|hour| hour.agreed.is_none() && hour.notes.is_empty())
        );
        assert_eq!(today.hours[0].people.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_session_that_is_over_waits_for_its_note() {
    once(async |house: Fictional| {
        let noor = house.person("Noor").await;
        let case = house.case_of(&[noor]).await;
        informed(&house, &case).await;
        let session = booked(&house, case.id, &[], "2026-11-19T15:00:00Z").await;
        let access = house.desk(house.clinician).await;
        let practice = &house.practice;
        house.clock.pass_minutes(200);
        let day = date(2026, 11, 19);
        let today = practice.today(&access, day, portland()).await.unwrap();
        assert_eq!(today.unwritten.len(), 1);
        assert!(!today.unwritten[0].begun);
        practice
            .settle_session(&access, session, SessionState::Held)
            .await
            .unwrap();
        let (note, revision) = practice
            .write_note(&access, session, Route::Chart, agreed("Walk."), None)
            .await
            .unwrap();
        let today = practice.today(&access, day, portland()).await.unwrap();
        assert!(today.unwritten[0].begun);
        assert_eq!((today.week.held, today.week.signed), (1, 0));
        practice.sign_note(&access, note, revision).await.unwrap();
        let today = practice.today(&access, day, portland()).await.unwrap();
        assert!(today.unwritten.is_empty());
        assert_eq!((today.week.planned, today.week.signed), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn the_workspace_has_the_last_note_beside_the_new_one() {
    once(async |house: Fictional| {
        crate::testing::premises(&house).await;
        let (noor, sam) = (house.person("Noor").await, house.person("Sam").await);
        let case = house.case_of(&[noor, sam]).await;
        informed(&house, &case).await;
        let first = booked(&house, case.id, &[], "2026-11-24T18:00:00Z").await;
        let second = booked(&house, case.id, &[], "2026-12-01T18:00:00Z").await;
        let alone = booked(&house, case.id, &[sam], "2026-12-02T18:00:00Z").await;
        noted(&house, first, Route::Chart, "Say pause early.").await;
        let access = house.desk(house.clinician).await;
        let seen = house
            .practice
            .session_workspace(&access, second, None)
            .await
            .unwrap();
        assert_eq!((seen.number, seen.about), (2, Some(Route::Chart)));
        let (last, of) = seen.side(Route::Chart).unwrap().last.as_ref().unwrap();
        assert_eq!(last.text.agreed.reveal(), "Say pause early.");
        assert_eq!(of.id, first);
        assert_eq!(seen.sides.len(), 3);
        assert_eq!(seen.next.unwrap().id, alone);
        assert_eq!(seen.openings.len(), 3);
        let sams = Route::Own(case.participant(sam).unwrap().id);
        let seen = house
            .practice
            .session_workspace(&access, alone, None)
            .await
            .unwrap();
        assert_eq!(seen.about, Some(sams));
        assert!(seen.uninformed(sams).is_empty());
    })
    .await;
}

#[tokio::test]
async fn r7_a_week_says_busy_where_names_are_not_theirs_to_read() {
    both(async |house: Fictional| {
        let noor = house.person("Noor").await;
        let case = house.case_of(&[noor]).await;
        booked(&house, case.id, &[], "2026-11-19T18:00:00Z").await;
        let monday = date(2026, 11, 16);
        let practice = &house.practice;
        let named = async |staff: PersonId| {
            let access = house.desk(staff).await;
            let week = practice
                .week(&access, monday, portland(), Whose::Everybody)
                .await
                .unwrap();
            assert_eq!(week.sessions.len(), 1);
            assert_eq!(week.clinicians.len(), 2);
            week.sessions[0].people.is_some()
        };
        assert!(named(house.clinician).await);
        assert!(named(house.front_desk).await);
        assert!(named(house.biller).await);
        assert!(!named(house.associate).await);
    })
    .await;
}

#[tokio::test]
async fn lists_of_cases_are_by_name_and_as_wide_as_the_grants() {
    once(async |house: Fictional| {
        let (noor, kit) = (house.person("Noor").await, house.person("Kit").await);
        let noors = house.case_of(&[noor]).await;
        house.case_of(&[kit]).await;
        booked(&house, noors.id, &[], "2026-11-19T18:00:00Z").await;
        let practice = &house.practice;
        let list = async |staff: PersonId, search: &str| {
            let access = house.desk(staff).await;
            practice.bookable_cases(&access, search.to_owned()).await
        };
        let mine = list(house.clinician, "").await.unwrap();
        assert_eq!(mine.cases.len(), 2);
        assert_eq!(mine.cases[0].case.id, noors.id);
        assert!(mine.cases[0].next.is_some());
        assert_eq!(list(house.front_desk, "KI").await.unwrap().cases.len(), 1);
        assert_eq!(list(house.associate, "").await.unwrap().cases.len(), 0);
        let owner = house.desk(house.owner).await;
        let refused = practice.caseload(&owner, Which::Open, String::new()).await;
        assert!(matches!(refused, Err(AccessError::NotThere)));
        let case = practice.case(&owner, noors.id, Purpose::Care).await;
        assert!(matches!(case, Err(AccessError::NotThere)));
    })
    .await;
}
