//! Keeping and destroying records by URL: who finds the review, two people, holds, the certificate without names.

use axum::http::StatusCode;
use practice::cases::Case;
use practice::ids::{ParticipantId, PersonId};
use practice::testing::{Fictional, once};
use web::testing::Browser;

use crate::common::browser;

const YEAR: i64 = 366 * 24 * 60;

/// Noor and Sam, whose case was closed eight years ago.
struct Former {
    case: Case,
    noor: ParticipantId,
}

async fn former(house: &Fictional) -> Former {
    let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
    let case = house.case_of(&[noor, sam]).await;
    house.everybody_signs(&case).await;
    let okafor = house.desk(house.clinician).await;
    house.practice.close_case(&okafor, case.id).await.unwrap();
    house.clock.pass_minutes(8 * YEAR);
    let noor = case.participant(noor).unwrap().id;
    Former { case, noor }
}

async fn sees(house: &Fictional, staff: PersonId) -> Browser {
    browser(house, staff).await
}

#[tokio::test]
async fn r16_two_people_destroy_a_record_and_nothing_says_whose_it_was() {
    once(async |house: Fictional| {
        let former = former(&house).await;
        for staff in [house.front_desk, house.biller, house.associate] {
            let mut theirs = sees(&house, staff).await;
            for path in ["/desk/retention", "/desk/retention/certificates"] {
                assert_eq!(theirs.get(path).await.status, StatusCode::NOT_FOUND);
            }
        }
        let mut okafor = sees(&house, house.clinician).await;
        let list = okafor.get("/desk/retention").await;
        assert_eq!(list.status, StatusCode::OK);
        for said in [
            "Noor",
            "Sam",
            "Due for review",
            "7 years",
            "Not checked by a person",
        ] {
            assert!(list.words().contains(said), "{said}: {}", list.words());
        }
        let record = format!("/desk/retention/{}", former.noor);
        let request = asks(&mut okafor, &record).await;
        let mut owner = sees(&house, house.owner).await;
        confirms(&mut owner, &record, &request).await;
        house.practice.sequence().await.unwrap();
        let href = certificate(&mut owner).await;
        assert_eq!(okafor.get(&href).await.status, StatusCode::OK);
        let mut biller = sees(&house, house.biller).await;
        assert_eq!(biller.get(&href).await.status, StatusCode::NOT_FOUND);
        // What is left of the case is still there for who cared for it.
        let case = format!("/desk/cases/{}", former.case.id);
        assert_eq!(okafor.get(&case).await.status, StatusCode::OK);
    })
    .await;
}

/// Asks for the destruction of a record, and finds that it takes somebody else; gives the request.
async fn asks(okafor: &mut Browser, record: &str) -> String {
    let seen = okafor.get(record).await;
    assert!(seen.words().contains("Ask for its destruction"));
    assert!(seen.words().contains("somebody else’s part of it is kept"));

    let ask = format!("{record}/ask");
    let silent = okafor.post(&ask, &[("ask_reason", " ")]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(silent.words().contains("Say why, in a sentence."));
    let asked = okafor
        .post(&ask, &[("ask_reason", "Its years are over")])
        .await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER);
    let seen = okafor.get(record).await;
    assert!(
        seen.words()
            .contains("You asked for it, so somebody else confirms.")
    );
    let request = seen.field("request").to_owned();
    let confirm = format!("{record}/confirm");
    let fields = [("request", request.as_str()), ("sure", "yes")];
    let alone = okafor.post(&confirm, &fields).await;
    assert_eq!(alone.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(alone.words().contains("It takes two people"));

    request
}

/// The second person looks, and confirms.
async fn confirms(owner: &mut Browser, record: &str, request: &str) {
    let confirm = format!("{record}/confirm");
    let fields = [("request", request), ("sure", "yes")];
    let today = owner.get("/desk").await;
    assert!(
        today
            .words()
            .contains("One record waits for a second person")
    );
    let seen = owner.get(record).await;
    assert!(seen.words().contains("Its years are over"));
    let unsure = owner.post(&confirm, &[("request", request)]).await;
    assert!(
        unsure
            .words()
            .contains("Please say that you have looked at it.")
    );
    let done = owner.post(&confirm, &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    let gone = owner.get(record).await;
    assert!(gone.words().contains("This record was destroyed"));
}

/// What remains says who, when and with which receipts, and nobody's name; gives where it stands.
#[expect(clippy::unwrap_used, reason = "a test cannot go on without it")]
async fn certificate(owner: &mut Browser) -> String {
    let list = owner.get("/desk/retention/certificates").await;
    assert!(list.words().contains("The keys are dead"));
    assert!(!list.words().contains("Noor"));
    let from = list.html.find("/desk/retention/certificates/").unwrap();
    let href = list.html.get(from..).unwrap().split('"').next().unwrap();
    let file = owner.get(href).await;
    assert_eq!(file.status, StatusCode::OK);
    let name = file.headers.get("content-disposition").unwrap();
    let name = name.to_str().unwrap();
    assert!(name.starts_with("attachment; filename=\"certificate-"));
    assert!(file.html.starts_with("%PDF-1.7"));
    for said in ["P. Raman", "Dr. Adaeze Okafor", "Epoch 2"] {
        assert!(file.html.contains(said), "{said}");
    }
    assert!(!file.html.contains("Noor") && !file.html.contains("Sam"));
    href.to_owned()
}

/// A request that a hold keeps from being confirmed offers no button that would be refused.
async fn waits_for_the_lift(owner: &mut Browser, record: &str, reason: &[(&str, &str)]) {
    let waits = owner.get(record).await.words();
    assert!(waits.contains("Confirm and destroy it"), "{waits}");
    let held = owner.post(&format!("{record}/hold"), reason).await;
    assert_eq!(held.status, StatusCode::SEE_OTHER);
    let held = owner.get(record).await.words();
    assert!(!held.contains("Confirm and destroy it"), "{held}");
    assert!(held.contains("until the hold is lifted"), "{held}");
}

#[tokio::test]
async fn r16_a_hold_keeps_it_and_only_the_owner_reads_why() {
    once(async |house: Fictional| {
        let former = former(&house).await;
        let record = format!("/desk/retention/{}", former.noor);
        let mut okafor = sees(&house, house.clinician).await;
        let hold = format!("{record}/hold");
        let reason = [("hold_reason", "A complaint to the board")];
        okafor.get(&record).await;
        let refused = okafor.post(&hold, &reason).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND);
        let mut owner = sees(&house, house.owner).await;
        owner.get(&record).await;
        let silent = owner.post(&hold, &[("hold_reason", "")]).await;
        assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(
            owner.post(&hold, &reason).await.status,
            StatusCode::SEE_OTHER
        );
        let list = owner.get("/desk/retention").await;
        assert!(list.words().contains("On hold"));
        let theirs = okafor.get(&record).await;
        assert!(theirs.words().contains("On hold"));
        assert!(!theirs.words().contains("to the board"));
        let ask = format!("{record}/ask");
        let stopped = okafor
            .post(&ask, &[("ask_reason", "Its years are over")])
            .await;
        assert_eq!(stopped.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(stopped.words().contains("This record is on hold."));
        let seen = owner.get(&record).await;
        assert!(seen.words().contains("A complaint to the board"));
        let id = seen.field("hold").to_owned();
        let lift = [("hold", id.as_str()), ("lift_reason", "It was dismissed")];
        let lift_at = format!("{record}/lift");
        // Eleven minutes later who lifts is asked first who they are.
        house.clock.pass_minutes(11);
        let proof = owner.post(&lift_at, &lift).await;
        assert_eq!(proof.status, StatusCode::FORBIDDEN);
        let mut owner = sees(&house, house.owner).await;
        owner.get(&record).await;
        assert_eq!(
            owner.post(&lift_at, &lift).await.status,
            StatusCode::SEE_OTHER
        );
        let mut okafor = sees(&house, house.clinician).await;
        okafor.get(&record).await;
        let asked = okafor
            .post(&ask, &[("ask_reason", "Its years are over")])
            .await;
        assert_eq!(asked.status, StatusCode::SEE_OTHER);
        let seen = okafor.get(&record).await;
        let request = seen.field("request").to_owned();
        waits_for_the_lift(&mut owner, &record, &reason).await;
        let back = format!("{record}/withdraw");
        let back = okafor.post(&back, &[("request", &request)]).await;
        assert_eq!(back.status, StatusCode::SEE_OTHER);
        assert!(okafor.get(&record).await.words().contains("Taken back by"));
    })
    .await;
}

#[tokio::test]
async fn the_owner_gives_the_practice_a_rule_of_its_own() {
    once(async |house: Fictional| {
        former(&house).await;
        let mut okafor = sees(&house, house.clinician).await;
        let path = "/desk/retention/rule";
        assert_eq!(okafor.get(path).await.status, StatusCode::NOT_FOUND);
        let mut owner = sees(&house, house.owner).await;
        assert_eq!(owner.get(path).await.status, StatusCode::OK);
        let fields = |years| {
            [
                ("years", years),
                ("minors", "3"),
                ("source", "The letter of our board"),
                ("checked", "2026-11-19"),
            ]
        };
        let wrong = owner.post(path, &fields("0")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            wrong.html.contains("The letter of our board"),
            "what was typed stays"
        );
        let set = owner.post(path, &fields("10")).await;
        assert_eq!(set.status, StatusCode::SEE_OTHER);
        let list = okafor.get("/desk/retention").await;
        for said in [
            "10 years",
            "The letter of our board",
            "Checked by a person",
            "Nothing is due",
        ] {
            assert!(list.words().contains(said), "{said}: {}", list.words());
        }
    })
    .await;
}
