//! The journal by URL: its writer's alone, and nothing before consent.

use axum::http::StatusCode;
use practice::testing::age::for_keys;
use practice::testing::{Fictional, once};

use crate::{browser, couple};

const ENTRY: &str = "01990000-0000-7000-8000-000000000001";

#[tokio::test]
async fn r2_a_journal_is_its_writers_and_a_partner_finds_nothing_of_it() {
    once(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        let (mut hers, mut his) = (browser(&house, noor).await, browser(&house, sam).await);
        let path = format!("/my/journal/{}/{ENTRY}", house.part(&case, noor));
        let before = his.get("/my/journal").await.words();
        let page = hers.get("/my/journal").await;
        assert!(page.words().contains("Only you, encrypted in your browser"));
        assert!(
            page.words()
                .contains("Dr. Okafor, Sam and the practice cannot read this")
        );
        assert!(page.html.contains("integrity=\"sha384-"));
        let file = for_keys(1).to_base64();
        let write = [("file", file.as_str()), ("revision", "0")];
        assert_eq!(hers.post(&path, &write).await.html, "{\"revision\":1}");
        assert_eq!(hers.post(&path, &write).await.status, StatusCode::CONFLICT);
        let list = hers.get("/my/journal").await;
        assert!(list.html.contains(&file) && list.html.contains(ENTRY));

        assert_eq!(his.get("/my/journal").await.words(), before);
        let removal = format!("{path}/removal");
        for (path, fields) in [(&path, &write[..]), (&removal, &[("revision", "1")][..])] {
            assert_eq!(his.post(path, fields).await.status, StatusCode::NOT_FOUND);
        }
        let late = hers.post(&removal, &[("revision", "7")]).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        let gone = hers.post(&removal, &[("revision", "1")]).await;
        assert_eq!(gone.status, StatusCode::OK);
        assert!(!hers.get("/my/journal").await.html.contains(ENTRY));
    })
    .await;
}

#[tokio::test]
async fn r9_nothing_is_kept_before_consent_and_the_page_says_where_it_is() {
    once(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let case = house.case_of(&[noor]).await;
        let mut hers = browser(&house, noor).await;
        let page = hers.get("/my/journal").await;
        assert!(page.words().contains("Look at your documents first"));
        assert!(!page.html.contains("data-new"));
        let path = format!("/my/journal/{}/{ENTRY}", house.part(&case, noor));
        let file = for_keys(1).to_base64();
        let refused = hers.post(&path, &[("file", &file)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    })
    .await;
}

#[tokio::test]
async fn keys_are_reached_from_the_account_and_nobody_has_any_at_first() {
    once(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let mut hers = browser(&house, noor).await;
        assert!(hers.get("/my/account").await.html.contains("/my/own-words"));
        let page = hers.get("/my/own-words").await;
        assert!(
            page.words()
                .contains("The server cannot recover what you write")
        );
        let nothing = hers.get("/my/own-words/identity").await;
        assert!(nothing.html.contains("\"kept\":null"));
        assert!(nothing.html.contains(&noor.to_string()));
    })
    .await;
}
