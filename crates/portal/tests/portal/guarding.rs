//! R12 by URL: somebody else may see the device. And what is shown together, which is each one's own choice (R2).

use axum::http::StatusCode;
use practice::testing::{Fictional, PASSWORD, once};
use web::testing::{Browser, steady};

use super::couple;

#[tokio::test]
async fn r12_a_guarded_first_page_is_the_same_whatever_is_new() {
    once(async |house: Fictional| {
        let (noor, _, case) = couple(&house).await;
        let token = house.token(noor).await;
        let mut browser = Browser::of(&house.practice, portal::router()).signed_in(token.text());
        assert!(browser.get("/my").await.html.contains("To do"));
        browser.get("/my/account/guard").await;
        let on = browser.post("/my/account/guard", &[("guard", "on")]).await;
        // Without codes it goes straight on to them, and can be left there.
        assert_eq!(on.to, "/my/account/codes?done=guarded");
        let codes = browser.get(&on.to).await;
        assert!(
            codes.words().contains("It holds from now on.")
                && codes.html.contains("Leave them off")
        );
        let before = browser.get("/my").await;
        assert!(before.html.contains("Where would you like to go?"));
        assert!(before.html.contains("Turn codes on"));
        let whom = practice::homework::For::One(house.part(&case, noor));
        house.gives(&case, whom).await.unwrap();
        let after = browser.get("/my").await;
        assert_eq!(steady(&before.html), steady(&after.html));
        assert!(!after.html.contains("badge") && !after.html.contains("Twenty quiet"));
        let further = browser.get("/my/homework").await;
        assert!(
            further.html.contains("Twenty quiet minutes"),
            "one step further"
        );
        browser.get("/my/account/guard").await;
        let wrong = [("guard", "off"), ("present_password", "another")];
        let wrong = browser.post("/my/account/guard", &wrong).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let right = [("guard", "off"), ("present_password", PASSWORD)];
        browser.post("/my/account/guard", &right).await;
        assert!(browser.get("/my").await.html.contains("Twenty quiet"));
    })
    .await;
}

#[tokio::test]
async fn r2_a_choice_for_the_page_that_all_look_at_is_nothing_that_the_other_learns() {
    once(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        let (mut hers, mut his) = (
            super::browser(&house, noor).await,
            super::browser(&house, sam).await,
        );
        let before = steady(&his.get("/my/together").await.html);
        hers.get("/my/together").await;
        let path = format!("/my/together/{}", house.part(&case, noor));
        let choice = [("goals", "yes"), ("revision", "0")];
        let kept = hers.post(&path, &choice).await;
        assert_eq!(kept.to, "/my/together?done=saved");
        assert!(hers.get("/my/together").await.html.contains("checked"));
        assert_eq!(steady(&his.get("/my/together").await.html), before);
        let not_his = his.post(&path, &[("revision", "1")]).await;
        assert_eq!(not_his.status, StatusCode::NOT_FOUND);
    })
    .await;
}
