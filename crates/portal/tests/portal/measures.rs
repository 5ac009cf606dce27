//! The check-in by URL: answered for the clinician alone, and told without a number.

use axum::http::StatusCode;
use practice::testing::{Fictional, once};
use web::testing::steady;

use crate::{browser, couple};

#[tokio::test]
async fn r2_r13_a_check_in_is_ones_own_and_grades_nobody() {
    once(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        let path = format!("/my/measures/{}", house.part(&case, noor));
        let (mut hers, mut his) = (browser(&house, noor).await, browser(&house, sam).await);
        assert!(hers.get("/my/homework").await.html.contains("/my/measures"));
        assert!(hers.get("/my/measures").await.html.contains(&path));
        let before = his.get("/my/measures").await.html;
        let page = hers.get(&path).await.html;
        for words in [
            "Only you and Dr. Okafor",
            "Save for Dr. Okafor only",
            "Far away",
        ] {
            assert!(page.contains(words), "{words}");
        }
        let empty = hers.post(&path, &[]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(empty.html.contains("Answer at least one question"));
        let saved = hers.post(&path, &[("trouble", "8"), ("body", "2")]).await;
        assert_eq!(saved.to, "/my/measures?done=saved");
        let page = hers.get("/my/measures").await.html;
        let (_, main) = page.split_once("<main").unwrap();
        assert!(main.contains("Near “Very much”") && main.contains("Near “Not at all”"));
        for number in ["of 10", ">8<", ">2<"] {
            assert!(!main.contains(number), "{number}");
        }
        assert!(!main.contains("<svg class=\"spark\""));

        let after = his.get("/my/measures").await.html;
        assert_eq!(steady(&after), steady(&before));
        assert_eq!(his.get(&path).await.status, StatusCode::NOT_FOUND);
        let refused = his.post(&path, &[("trouble", "1")]).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn r9_answers_come_back_when_nothing_can_be_kept() {
    once(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let case = house.case_of(&[noor]).await;
        let path = format!("/my/measures/{}", house.part(&case, noor));
        let mut hers = browser(&house, noor).await;
        hers.get(&path).await;
        let page = hers.post(&path, &[("trouble", "8")]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            page.html
                .contains("Nothing can be kept here at the moment.")
        );
        assert!(page.html.contains("value=\"8\" checked"));
    })
    .await;
}
