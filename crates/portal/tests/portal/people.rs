//! When a client may be reached, by URL: they say it themselves.

use axum::http::StatusCode;
use practice::testing::{Fictional, once};

use crate::browser;

#[tokio::test]
async fn r12_a_client_says_at_which_times_of_day_a_way_is_safe() {
    once(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let mut hers = browser(&house, noor).await;
        let account = hers.get("/my/account").await;
        assert!(account.html.contains("href=\"/my/reach\""));
        let page = hers.get("/my/reach").await;
        assert!(page.words().contains("Email: noor@example.org"));
        let half = [("seen", "1"), ("from-0", "16:00"), ("until-0", "")];
        let refused = hers.post("/my/reach", &half).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.html.contains("value=\"16:00\""));
        let fields = [("seen", "1"), ("from-0", "16:00"), ("until-0", "18:00")];
        let saved = hers.post("/my/reach", &fields).await;
        assert_eq!(saved.to, "/my/reach?done=saved");
        let again = hers.get(&saved.to).await;
        assert!(again.words().contains("Saved."));
        assert!(again.html.contains("value=\"16:00\"") && again.html.contains("value=\"18:00\""));
        let stale = hers.post("/my/reach", &fields).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        // Both empty: at any time again.
        let none = [("seen", "2"), ("from-0", ""), ("until-0", "")];
        hers.post("/my/reach", &none).await;
        let page = hers.get("/my/reach").await;
        assert!(!page.html.contains("value=\"16:00\""));
    })
    .await;
}
