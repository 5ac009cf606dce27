//! Questions about receipts by URL: who reads them, and the answer.

use axum::http::StatusCode;
use practice::receipts::{OpenedBy, Whose};
use practice::testing::{Fictional, once};

use crate::common::{browser, day};

#[tokio::test]
async fn a_question_is_read_and_answered_by_whom_it_is_for() {
    once(async |house: Fictional| {
        let day = day(&house).await;
        let desk = house.desk(house.front_desk).await;
        house.practice.identity(&desk, day.noor).await.unwrap();
        let portal = house.portal(day.noor).await;
        let page = house.practice.who_opened_my_record(&portal, Whose::Others, None);
        let lines = page.await.unwrap().openings;
        let by_front = |one: &&practice::receipts::Opened| {
            matches!(&one.by, OpenedBy::Staff { person, .. } if *person == house.front_desk)
        };
        let line = lines.iter().find(by_front).unwrap().id;
        let asked = house.practice.ask(&portal, line, "Why on Sunday?".into()).await;
        let id = asked.unwrap();
        let (answer, field) = (format!("/desk/questions/{id}/answer"), format!("answer-{id}"));

        for staff in [house.front_desk, house.biller] {
            let mut theirs = browser(&house, staff).await;
            let seen = theirs.get("/desk/questions").await;
            assert_eq!(seen.status, StatusCode::NOT_FOUND);
            theirs.get("/desk/account").await;
            let words = [(field.as_str(), "Not mine to say")];
            let refused = theirs.post(&answer, &words).await;
            assert_eq!(refused.status, StatusCode::NOT_FOUND);
        }
        let mut okafor = browser(&house, house.clinician).await;
        let today = okafor.get("/desk").await;
        assert!(today.words().contains("One question about access"));
        assert!(okafor.get("/desk/questions").await.words().contains("Why on Sunday?"));
        let mut owner = browser(&house, house.owner).await;
        let seen = owner.get("/desk/questions").await;
        assert!(seen.words().contains("Noor") && seen.words().contains("Theo Lindqvist"));
        let empty = owner.post(&answer, &[]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        let words = [(field.as_str(), "To move your time.")];
        let done = owner.post(&answer, &words).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER);
        let again = okafor.post(&answer, &words).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        let seen = okafor.get("/desk/questions").await;
        assert!(seen.words().contains("To move your time."));
    })
    .await;
}
