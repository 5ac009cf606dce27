//! Who opened my record, by URL: in plain words, and never what a partner did (R15, R2).

use axum::http::StatusCode;
use practice::ids::PersonId;
use practice::testing::{Fictional, once};
use web::testing::{Browser, steady};

async fn browser(house: &Fictional, person: PersonId) -> Browser {
    let token = house.token(person).await;
    Browser::of(&house.practice, portal::router()).signed_in(token.text())
}

/// Noor and Sam, a couple of Dr. Okafor's.
async fn couple(house: &Fictional) -> (PersonId, PersonId) {
    let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
    house.case_of(&[noor, sam]).await;
    house.clock.pass_minutes(3 * 24 * 60);
    (noor, sam)
}

#[tokio::test]
async fn r15_every_opening_by_staff_stands_there_in_plain_words() {
    once(async |house: Fictional| {
        let (noor, _) = couple(&house).await;
        for staff in [house.front_desk, house.clinician] {
            let desk = house.desk(staff).await;
            house.practice.identity(&desk, noor).await.unwrap();
            house.clock.pass_minutes(30);
        }
        let biller = house.desk(house.biller).await;
        assert!(house.practice.identity(&biller, noor).await.is_err());
        let seen = browser(&house, noor).await.get("/my/receipts").await;
        assert_eq!(seen.status, StatusCode::OK);
        assert!(seen.html.contains("<title>Privacy · Alcove</title>"));
        insta::assert_snapshot!(seen.words());
    })
    .await;
}

#[tokio::test]
async fn r2_a_partners_visits_change_nothing() {
    once(async |house: Fictional| {
        let (noor, sam) = couple(&house).await;
        let mut hers = browser(&house, noor).await;
        let before = hers.get("/my/receipts").await;
        let mut his = browser(&house, sam).await;
        for path in ["/my", "/my/receipts", "/my/sessions", "/my/consents"] {
            assert_eq!(his.get(path).await.status, StatusCode::OK, "{path}");
        }
        let after = hers.get("/my/receipts").await;
        assert_eq!(steady(&before.html), steady(&after.html));
        let mine = hers.get("/my/receipts?mine=yes").await;
        assert!(mine.words().contains("You Read who opened the record"));
        assert_eq!(
            mine.words().matches("Sam").count(),
            before.words().matches("Sam").count()
        );
    })
    .await;
}

#[tokio::test]
async fn what_is_earlier_is_one_page_away() {
    once(async |house: Fictional| {
        let (noor, _) = couple(&house).await;
        let desk = house.desk(house.clinician).await;
        for _ in 0..120 {
            house.clock.pass_minutes(1);
            house.practice.identity(&desk, noor).await.unwrap();
        }
        let mut browser = browser(&house, noor).await;
        let first = browser.get("/my/receipts").await;
        let (_, rest) = first
            .html
            .split_once("href=\"/my/receipts?before=")
            .unwrap();
        let before = rest.split('"').next().unwrap();
        let second = browser.get(&format!("/my/receipts?before={before}")).await;
        assert_eq!(second.status, StatusCode::OK);
        assert!(second.words().contains("Newest") && !second.words().contains("Earlier"));
        for odd in ["nonsense", "%00", ""] {
            let seen = browser.get(&format!("/my/receipts?before={odd}")).await;
            assert_eq!(seen.status, StatusCode::OK, "{odd}");
        }
    })
    .await;
}

#[tokio::test]
async fn only_a_client_who_is_signed_in_stands_there() {
    once(async |house: Fictional| {
        let (noor, _) = couple(&house).await;
        let mut nobody = Browser::of(&house.practice, portal::router());
        let seen = nobody.get("/my/receipts").await;
        assert_eq!(
            (seen.status, seen.to.as_str()),
            (StatusCode::SEE_OTHER, "/sign-in?next=/my/receipts")
        );
        let mut staff = browser(&house, house.owner).await;
        let refused = staff.get("/my/receipts").await;
        let nothing = staff.get("/my/nothing-here").await;
        assert_eq!(
            (refused.status, nothing.status),
            (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND)
        );
        assert_eq!(refused.html, nothing.html);
        let mut hers = browser(&house, noor).await;
        let owner = house.fresh(house.owner).await;
        house.practice.end_account(&owner, noor).await.unwrap();
        assert_eq!(hers.get("/my/receipts").await.status, StatusCode::SEE_OTHER);
        house.practice.lock();
        assert_eq!(
            hers.get("/my/receipts").await.status,
            StatusCode::SERVICE_UNAVAILABLE
        );
    })
    .await;
}

#[tokio::test]
async fn r15_a_client_asks_about_a_line_and_no_partner_does() {
    once(async |house: Fictional| {
        let (noor, sam) = couple(&house).await;
        let desk = house.desk(house.front_desk).await;
        house.practice.identity(&desk, noor).await.unwrap();
        let mut hers = browser(&house, noor).await;
        let list = hers.get("/my/receipts").await;
        let ask = list
            .html
            .split("href=\"")
            .find(|part| part.contains("/ask\""));
        let ask = ask.and_then(|part| part.split('"').next()).unwrap();
        let form = hers.get(ask).await;
        assert!(
            form.words()
                .contains("You, Dr. Adaeze Okafor and P. Raman read this. Nobody else does")
                || form.words().contains("You and P. Raman"),
            "{}",
            form.words()
        );
        let empty = hers.post(ask, &[("question", " ")]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        let sent = hers.post(ask, &[("question", "Why on Sunday?")]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER);
        let list = hers.get("/my/receipts").await;
        assert!(list.words().contains("Why on Sunday?"));
        assert!(list.words().contains("The answer will stand here."));
        let mut his = browser(&house, sam).await;
        assert_eq!(his.get(ask).await.status, StatusCode::NOT_FOUND);
        assert!(!his.get("/my/receipts").await.words().contains("Sunday?"));
    })
    .await;
}
