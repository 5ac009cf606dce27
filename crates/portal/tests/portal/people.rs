//! How a client may be reached, by URL: they say it themselves.

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
        let mail = ("address-0", "noor@example.org");
        let safe = ("safe-0", "yes");
        let half = [
            mail,
            safe,
            ("seen", "1"),
            ("from-0", "16:00"),
            ("until-0", ""),
        ];
        let refused = hers.post("/my/reach", &half).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.html.contains("value=\"16:00\""));
        let from = ("from-0", "16:00");
        let fields = [mail, safe, ("seen", "1"), from, ("until-0", "18:00")];
        let saved = hers.post("/my/reach", &fields).await;
        assert_eq!(saved.to, "/my/reach?done=saved");
        let again = hers.get(&saved.to).await;
        assert!(again.words().contains("Saved."));
        assert!(again.html.contains("value=\"16:00\"") && again.html.contains("value=\"18:00\""));
        let stale = hers.post("/my/reach", &fields).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        // Both empty: at any time again.
        let none = [mail, safe, ("seen", "2"), ("from-0", ""), ("until-0", "")];
        hers.post("/my/reach", &none).await;
        let page = hers.get("/my/reach").await;
        assert!(!page.html.contains("value=\"16:00\""));
    })
    .await;
}

#[tokio::test]
async fn r12_a_client_adds_a_way_with_words_of_their_own_and_takes_one_out() {
    once(async |house: Fictional| {
        let noor = house.client("Noor").await;
        house.case_of(&[noor]).await;
        let mut hers = browser(&house, noor).await;
        let call = [
            ("seen", "1"),
            ("address-0", ""),
            ("address-1", "555 0100"),
            ("safe-1", "yes"),
            ("name-1", "the garden club"),
            ("avoid", "Portland"),
        ];
        hers.get("/my/reach").await;
        let refused = hers.post("/my/reach", &call).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            refused.html.contains("value=\"555 0100\""),
            "typed words come back"
        );
        let fields = [&call[..], &[("channel-1", "phone")]].concat();
        assert_eq!(
            hers.post("/my/reach", &fields).await.to,
            "/my/reach?done=saved"
        );
        let page = hers.get("/my/reach").await;
        assert!(page.words().contains("Call: 555 0100"));
        assert!(!page.words().contains("noor@example.org"));
        assert!(page.words().contains("No email is safe for you now."));

        // An email address that was not safe before needs the password; without it, what was typed comes back.
        let mail = [
            ("seen", "2"),
            ("address-0", "555 0100"),
            ("safe-0", "yes"),
            ("name-0", "the garden club"),
            ("channel-1", "mail"),
            ("address-1", "new@example.org"),
            ("safe-1", "yes"),
            ("avoid", "Portland"),
        ];
        let refused = hers.post("/my/reach", &mail).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.html.contains("value=\"new@example.org\""));
        let password = ("present_password", practice::testing::PASSWORD);
        let proved = [&mail[..], &[password]].concat();
        assert_eq!(
            hers.post("/my/reach", &proved).await.to,
            "/my/reach?done=saved"
        );

        let desk = house.desk(house.front_desk).await;
        let identity = house.practice.identity(&desk, noor).await.unwrap();
        assert_eq!(identity.ways.len(), 2);
        assert_eq!(identity.ways[0].cover.name.reveal(), "the garden club");
        assert_eq!(identity.avoid.reveal(), "Portland");
    })
    .await;
}
