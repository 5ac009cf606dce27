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
