//! The bulk brake by URL: what is said, that a proof lets somebody go on, and that it then ends.

use axum::http::StatusCode;
use practice::accounts::{NextStep, code_at};
use practice::testing::{Fictional, PASSWORD, once};
use web::testing::Browser;

use crate::common::browser;

const OWN: &str = "nine blue chairs by noon";

/// The front desk's browser after they enrolled, and a code that counts now.
async fn front(house: &Fictional) -> (Browser, String) {
    let practice = &house.practice;
    let next = practice.sign_in("lindqvist", PASSWORD.to_owned()).await;
    let NextStep::Enrol(half) = next.unwrap() else {
        panic!("staff enrol first")
    };
    let secret = practice.enrolment(half.text()).await.unwrap().secret;
    let code = code_at(&secret, practice.now()).unwrap();
    let enrolled = practice.enrol(half.text(), OWN.to_owned(), &code).await;
    enrolled.unwrap();
    let theirs = browser(house, house.front_desk).await;
    house.clock.pass_minutes(1);
    (theirs, code_at(&secret, practice.now()).unwrap())
}

#[tokio::test]
async fn far_more_records_than_usual_ask_for_a_proof_and_then_end() {
    once(async |house: Fictional| {
        let mut pages = Vec::new();
        for number in 0..5 {
            let person = house.person(&format!("Client {number}")).await;
            pages.push(format!("/desk/people/{person}"));
        }
        house.practice.brake_at(2);
        let (mut front, code) = front(&house).await;
        for page in &pages[..2] {
            assert_eq!(front.get(page).await.status, StatusCode::OK);
        }
        // A proof from before does not count: this one is asked for because of what was opened since.
        let braked = front.get(&pages[2]).await;
        assert_eq!(braked.status, StatusCode::FORBIDDEN);
        assert!(braked.words().contains("Is it still you?"));
        let to = pages[2].as_str();
        let prove = |password: &'static str| {
            [
                ("proof_to", to),
                ("proof_how", "get"),
                ("proof_password", password),
                ("proof_code", code.as_str()),
            ]
        };
        let wrong = front.post("/desk/prove", &prove("another")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let right = front.post("/desk/prove", &prove(OWN)).await;
        assert_eq!(
            (right.status, right.to.as_str()),
            (StatusCode::SEE_OTHER, to)
        );
        for page in &pages[2..4] {
            assert_eq!(front.get(page).await.status, StatusCode::OK);
        }
        let ended = front.get(&pages[4]).await;
        assert_eq!(ended.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(ended.words().contains("60 minutes"), "{}", ended.words());
        let mut owner = browser(&house, house.owner).await;
        let told = owner.get("/desk/practice/log/unusual").await;
        let said = "after opening very many records in an hour";
        assert!(told.words().contains(said));
    })
    .await;
}
