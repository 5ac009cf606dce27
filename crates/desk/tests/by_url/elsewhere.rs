//! What comes from elsewhere, by URL: entries of a file, a consent on paper, the report for the owner, and measures.

use std::sync::Arc;

use axum::http::StatusCode;
use practice::access::JobAccess;
use practice::cases::{Case, Which};
use practice::goals::GoalWords;
use practice::ids::PersonId;
use practice::imports::{
    Commit, ExternalKey, Offer, OfferedNames, OfferedPerson, PersonKind, Placing, SourceKind,
};
use practice::measures::Answers;
use practice::private::Private;
use practice::testing::{Fictional, once, secret};
use web::testing::Browser;

use crate::common::browser;

/// Takes a list in which stands Robin, with a note, and somebody who is refused.
async fn taken(house: &Fictional) -> Case {
    let person = |name: &str| {
        let names = OfferedNames {
            to_use: name.into(),
            given: Some(name.into()),
            family: Some("Lee".into()),
            others: Vec::new(),
        };
        OfferedPerson::new(ExternalKey::new("test", name), PersonKind::Client, names)
    };
    let (mut robin, mut kim) = (person("Robin"), person("Kim"));
    robin.notes = vec!["Presenting: what Robin came for".into()];
    kim.line = Some(3);
    kim.born = Some(practice::imports::PartialDate::Year(2015));
    let mut offer = Offer::empty(SourceKind::ClientList, "clients 2026.csv".into());
    offer.persons = vec![robin, kim];
    let watch = Arc::new(|_| {});
    let (access, placing) = (JobAccess::import(), Placing::default());
    let taken = house
        .practice
        .take_offer(&access, offer, placing, Commit::Take, watch);
    taken.await.unwrap();
    let desk = house.desk(house.clinician).await;
    let found = house
        .practice
        .caseload(&desk, Which::Open, "robin".to_owned())
        .await;
    found.unwrap().cases.first().unwrap().case.clone()
}

const DOCUMENT: (&str, &str) = ("document", "informed-consent");
const PLACE: (&str, &str) = ("place", "Paper, Alder Clinic");

async fn refuses_half_a_consent(desk: &mut Browser, consents: &str) {
    let form = desk.get(consents).await.html;
    assert!(form.contains("Agreement to begin therapy"));
    for (day, seen, words) in [
        ("2026-11-20", true, "has not come yet"),
        ("", true, "Give the day"),
        ("2026-09-03", false, "when you have seen it"),
    ] {
        let mut fields = vec![DOCUMENT, PLACE, ("day", day)];
        fields.extend(seen.then_some(("seen", "yes")));
        let again = desk.post(consents, &fields).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.html.contains(words), "{words}");
        assert!(again.html.contains("value=\"Paper, Alder Clinic\""));
    }
}

#[tokio::test]
async fn r9_entries_stay_closed_until_a_consent_given_elsewhere_is_recorded() {
    once(async |house: Fictional| {
        let case = taken(&house).await;
        let (id, part) = (case.id, case.participants[0].id);
        let overview = format!("/desk/cases/{id}");
        let entries = format!("{overview}/imported/{part}");
        let consents = format!("{overview}/consents/{part}");
        let mut desk = browser(&house, house.clinician).await;
        assert!(desk.get(&overview).await.html.contains(&entries));
        let closed = desk.get(&entries).await.html;
        for words in [
            "Closed until there is a consent",
            "One entry came with a file",
            &consents,
        ] {
            assert!(closed.contains(words), "{words}");
        }
        assert!(!closed.contains("what Robin came for"));

        refuses_half_a_consent(&mut desk, &consents).await;
        let fields = [DOCUMENT, PLACE, ("day", "2026-09-03"), ("seen", "yes")];
        let recorded = desk.post(&consents, &fields).await;
        assert_eq!(
            recorded.to,
            format!("{overview}/intake/{part}?done=recorded")
        );
        let read = desk.get(&recorded.to).await.html;
        assert!(read.contains("given elsewhere on 3 September 2026 (Paper, Alder Clinic)"));
        let open = desk.get(&entries).await.html;
        for words in [
            "Presenting: what Robin came for",
            "Note or column",
            "From the file clients 2026.csv, taken in on 19 November 2026",
        ] {
            assert!(open.contains(words), "{words}");
        }
        for other in [house.front_desk, house.owner, house.associate, house.biller] {
            let mut theirs = browser(&house, other).await;
            for page in [&entries, &consents] {
                let seen = theirs.get(page).await;
                assert_eq!(seen.status, StatusCode::NOT_FOUND, "{page}");
            }
            theirs.get("/desk").await;
            let refused = theirs.post(&consents, &fields).await;
            assert_eq!(refused.status, StatusCode::NOT_FOUND);
        }
    })
    .await;
}

#[tokio::test]
async fn r9_the_front_desk_reads_nothing_of_a_note_that_came_with_a_file() {
    once(async |house: Fictional| {
        let case = taken(&house).await;
        let contact = format!("/desk/people/{}", case.participants[0].person);
        let mut front = browser(&house, house.front_desk).await;
        let page = front.get(&contact).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.html.contains("Robin") && !page.html.contains("came for"));
    })
    .await;
}

#[tokio::test]
async fn imports_are_the_owners_to_read_with_lines_and_reasons() {
    once(async |house: Fictional| {
        let mut owner = browser(&house, house.owner).await;
        let empty = owner.get("/desk/practice/imports").await.html;
        assert!(empty.contains("No file was taken in yet"));
        taken(&house).await;
        assert!(
            owner
                .get("/desk/practice")
                .await
                .html
                .contains("/desk/practice/imports")
        );
        let page = owner.get("/desk/practice/imports").await.html;
        for words in [
            "clients 2026.csv",
            "client list",
            "1 clinical entries, 1 individual cases, 1 people",
            "Line 3, person",
            "is a minor; clients are adults, and nothing of this is kept",
        ] {
            assert!(page.contains(words), "{words}");
        }
        assert!(!page.contains("came for") && !page.contains("Robin"));
        assert!(!page.contains(">Earlier<"), "one file is no page to turn");
        let unread = owner.get("/desk/practice/imports?before=soon").await;
        assert_eq!(unread.status, StatusCode::NOT_FOUND);
        let first = format!("/desk/practice/imports?before={}", uuid::Uuid::nil());
        assert!(!owner.get(&first).await.html.contains("clients 2026.csv"));
        for other in [house.clinician, house.front_desk, house.biller] {
            let mut theirs = browser(&house, other).await;
            let seen = theirs.get("/desk/practice/imports").await;
            assert_eq!(seen.status, StatusCode::NOT_FOUND);
        }
    })
    .await;
}

#[tokio::test]
async fn the_ways_to_unlock_are_the_owners_to_see_with_when_each_was_tried() {
    once(async |house: Fictional| {
        let job = JobAccess::set_up();
        let (cards, _) = vault::deal(&vault::SeededRandomness::new(5));
        let cost = vault::PassphraseCost::CHEAPEST;
        house.practice.add_slot(&job, &cards, cost).await.unwrap();
        let mut owner = browser(&house, house.owner).await;
        let page = owner.get("/desk/practice").await.html;
        assert!(page.contains("/desk/practice/unlocking"));
        let before = owner.get("/desk/practice/unlocking").await.html;
        assert!(before.contains("Two of three cards") && before.contains("With the practice"));
        assert_eq!(before.matches("<dd>Never</dd>").count(), 2);
        assert!(before.contains("<code>alcove keys add machine</code>"));
        house.practice.rehearse(&job, &secret()).await.unwrap();
        let after = owner.get("/desk/practice/unlocking").await.html;
        assert_eq!(after.matches("<dd>Never</dd>").count(), 1);
        for other in [house.clinician, house.front_desk, house.biller] {
            let mut theirs = browser(&house, other).await;
            let seen = theirs.get("/desk/practice/unlocking").await;
            assert_eq!(seen.status, StatusCode::NOT_FOUND);
        }
    })
    .await;
}

async fn answered(house: &Fictional, case: &Case, who: PersonId, trouble: u8) {
    let (access, part) = (house.portal(who).await, house.part(case, who));
    let answers = Answers::from([("trouble".to_owned(), trouble), ("heard".to_owned(), 9)]);
    let taken = house.practice.take_measure(&access, part, answers);
    taken.await.unwrap();
}

#[tokio::test]
async fn r2_r13_measures_stand_on_the_case_each_on_its_own_side() {
    once(async |house: Fictional| {
        let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
        let case = house.case_of(&[noor, sam]).await;
        house.everybody_signs(&case).await;
        let overview = format!("/desk/cases/{}", case.id);
        let mut desk = browser(&house, house.clinician).await;
        assert!(!desk.get(&overview).await.html.contains("Check-in"));
        answered(&house, &case, noor, 7).await;
        house.clock.pass_minutes(14 * 24 * 60);
        answered(&house, &case, noor, 5).await;
        let mut desk = browser(&house, house.clinician).await;
        let page = desk.get(&overview).await.html;
        for words in [
            "Check-in, ",
            "Noor only. Not for Sam",
            "5 of 10",
            "Between “Not at all” and “Very much”",
            "2 less than on Thu 19 Nov",
            "As on Thu 19 Nov",
            "Left out",
            "aria-label=\"From 7 (Thu 19 Nov) to 5 (Thu 3 Dec)\"",
            "Nothing is added up.",
        ] {
            assert!(page.contains(words), "{words}");
        }
        assert!(!page.contains("Sam only. Not for Noor"), "Sam took none");
        assert!(!page.contains("style="));
    })
    .await;
}

#[tokio::test]
async fn r2_r9_the_clinician_sees_on_whose_consent_a_joint_goal_stands() {
    once(async |house: Fictional| {
        let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
        let case = house.case_of(&[noor, sam]).await;
        house.signs(&case, noor, "informed-consent").await.unwrap();
        let said = GoalWords {
            words: Private::from("Say pause early"),
            value: Private::default(),
        };
        let (access, part) = (house.portal(noor).await, house.part(&case, noor));
        let set = house
            .practice
            .set_goal(&access, part, practice::cases::Side::Joint, said);
        set.await.unwrap();
        let overview = format!("/desk/cases/{}", case.id);
        let mut desk = browser(&house, house.clinician).await;
        let told = "Sam has not signed the informed consent. Joint goals are here";
        assert!(desk.get(&overview).await.html.contains(told));
        house.signs(&case, sam, "informed-consent").await.unwrap();
        assert!(
            !desk
                .get(&overview)
                .await
                .html
                .contains("Joint goals are here")
        );
    })
    .await;
}
