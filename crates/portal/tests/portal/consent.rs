//! Documents by URL: read, signed by typing a name, withdrawn.

use axum::http::StatusCode;
use practice::testing::{Fictional, once};

use crate::{browser, value};

#[tokio::test]
async fn a_document_is_read_signed_and_taken_back() {
    once(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let case = house.case_of(&[noor]).await;
        let mut browser = browser(&house, noor).await;
        let list = browser.get("/my/consents").await;
        assert!(list.html.contains("Agreement to begin therapy"));
        let path = format!("/my/consents/{}/informed-consent", house.part(&case, noor));
        assert!(list.html.contains(&path));
        let page = browser.get(&path).await;
        assert!(page.html.contains("No touch, ever"));
        let digest = value(&page.html, "<main", "digest");

        let unnamed = browser
            .post(&path, &[("digest", &digest), ("name", " ")])
            .await;
        assert_eq!(unnamed.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(unnamed.html.contains("Type your name to sign."));
        let other = browser
            .post(&path, &[("digest", "00"), ("name", "Noor H.")])
            .await;
        assert_eq!(other.status, StatusCode::CONFLICT);
        assert!(other.html.contains("value=\"Noor H.\""));
        let signed = browser
            .post(&path, &[("digest", &digest), ("name", "Noor H.")])
            .await;
        assert_eq!(signed.to, "/my/consents?done=signed");
        let page = browser.get(&path).await;
        assert!(page.html.contains("You signed this on"));
        assert!(page.html.contains("signed as Noor H. on"));
        let (_, copy) = page.html.split_once("href=\"/my/consents/signed/").unwrap();
        let copy = copy.split_once('"').unwrap().0;
        let copy = browser.get(&format!("/my/consents/signed/{copy}")).await;
        assert!(copy.html.contains(&digest) && copy.html.contains("No touch, ever"));

        let withdraw = format!("{path}/withdraw");
        assert_eq!(browser.get(&withdraw).await.status, StatusCode::OK);
        let gone = browser.post(&withdraw, &[]).await;
        assert_eq!(gone.to, "/my/consents?done=withdrawn");
        let list = browser.get(&gone.to).await;
        assert!(list.html.contains("Withdrawn by you on"));
        assert_eq!(browser.get(&withdraw).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn r9_r15_a_consent_that_was_recorded_for_somebody_is_theirs_to_read_and_take_back() {
    once(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let case = house.case_of(&[noor]).await;
        let part = house.part(&case, noor);
        let desk = house.desk(house.clinician).await;
        let given = (jiff::civil::date(2026, 9, 3), "Alder Clinic".into());
        let document = "informed-consent".to_owned();
        let recorded = house.practice.record_consent(&desk, part, document, given);
        recorded.await.unwrap();
        let mut browser = browser(&house, noor).await;
        let list = browser.get("/my/consents").await;
        assert!(list.html.contains("In force since Thursday 19 November"));
        assert!(!list.html.contains("Signed by you"));
        let path = format!("/my/consents/{part}/informed-consent");
        let page = browser.get(&path).await;
        for words in [
            "You agreed elsewhere on 3 September 2026",
            "given elsewhere on 3 September 2026 (Alder Clinic), and recorded here for you on",
        ] {
            assert!(page.html.contains(words), "{words}");
        }
        let gone = browser.post(&format!("{path}/withdraw"), &[]).await;
        assert_eq!(gone.to, "/my/consents?done=withdrawn");
    })
    .await;
}
