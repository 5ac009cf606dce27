//! A client's own passkeys by URL.

use axum::http::StatusCode;
use practice::testing::{Device, Fictional, PASSWORD, once};

use crate::browser;

const ORIGIN: &str = "https://alcove.example.org";
const HERE: &str = "/my/account/passkeys";

#[tokio::test]
async fn a_client_adds_a_passkey_and_takes_it_away() {
    once(async |house: Fictional| {
        house.practice.reached_at(ORIGIN);
        let noor = house.client("Noor").await;
        let elsewhere = house.token(noor).await;
        let mut hers = browser(&house, noor).await;
        hers.get(HERE).await;
        let asked = hers
            .post(&format!("{HERE}/ask"), &[("present_password", PASSWORD)])
            .await;
        let mut device = Device::new(ORIGIN, b"one");
        let answer = device.create(&asked.html).to_string();
        let added = hers.post(HERE, &[("credential", &answer)]).await;
        assert_eq!(added.to, "/my/account?done=passkey");
        let page = hers.get(&added.to).await;
        assert!(
            page.words()
                .contains("From now on this device signs you in.")
        );
        let (_, rest) = page.html.split_once(&format!("{HERE}/")).unwrap();
        let one = format!("{HERE}/{}", rest.split_once('"').unwrap().0);
        let sam = house.client("Sam").await;
        let mut his = browser(&house, sam).await;
        assert_eq!(his.get(&one).await.status, StatusCode::NOT_FOUND);
        hers.get(&one).await;
        let gone = hers.post(&one, &[("present_password", PASSWORD)]).await;
        assert_eq!(gone.to, "/my/account?done=passkey-gone");
        assert!(house.practice.signed_in(elsewhere.text()).await.is_err());
    })
    .await;
}
