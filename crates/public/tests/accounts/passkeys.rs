//! Signing in with a passkey by URL: what an outsider can learn from it, and how often they may try.

use axum::http::StatusCode;
use practice::testing::{Device, Fictional, PASSWORD, once};
use web::testing::{Browser, Seen, check, steady};

use crate::browser;

const ORIGIN: &str = "https://alcove.example.org";

/// Noor with a passkey of hers.
async fn noor(house: &Fictional) -> Device {
    house.practice.reached_at(ORIGIN);
    let noor = house.client("Noor").await;
    let access = house.portal(noor).await;
    let mut device = Device::new(ORIGIN, b"one");
    let asked = house
        .practice
        .passkey_to_be(&access, "here", PASSWORD.to_owned());
    let answer = device.create(&asked.await.unwrap()).to_string();
    house
        .practice
        .add_passkey(&access, "here", &answer)
        .await
        .unwrap();
    device
}

async fn tried(browser: &mut Browser, device: &mut Device) -> Seen {
    browser.get("/sign-in?next=/my/homework").await;
    let asked = browser.post("/sign-in/passkey/ask", &[]).await;
    assert_eq!(asked.status, StatusCode::OK);
    let answer = device.get(&asked.html).to_string();
    let fields = [("credential", answer.as_str()), ("next", "/my/homework")];
    browser.post("/sign-in/passkey", &fields).await
}

#[tokio::test]
async fn a_passkey_signs_in_without_name_or_password() {
    once(async |house: Fictional| {
        let mut device = noor(&house).await;
        let mut browser = browser(&house);
        let seen = tried(&mut browser, &mut device).await;
        assert_eq!(
            (seen.status, seen.to.as_str()),
            (StatusCode::SEE_OTHER, "/my/homework")
        );
        let token = browser.sign_in().unwrap().to_owned();
        assert!(house.practice.signed_in(&token).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn known_and_unknown_passkeys_read_alike() {
    once(async |house: Fictional| {
        let known = noor(&house).await;
        let mut seen = Vec::new();
        for id in [&b"one"[..], b"two"] {
            let mut forged = Device::new(ORIGIN, id);
            forged.account.clone_from(&known.account);
            let page = tried(&mut browser(&house), &mut forged).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(check(&page.html), Vec::<String>::new());
            assert!(page.words().contains("This passkey signs nobody in here."));
            assert!(
                !page.words().contains("Check both"),
                "no name and no password were given"
            );
            seen.push((steady(&page.html), page.html.len()));
        }
        assert_eq!(seen[0], seen[1]);
    })
    .await;
}

#[tokio::test]
async fn an_answer_without_a_question_and_one_of_another_site_count_for_nothing() {
    once(async |house: Fictional| {
        let mut device = noor(&house).await;
        let mut one = browser(&house);
        one.get("/sign-in").await;
        let asked = one.post("/sign-in/passkey/ask", &[]).await;
        let answer = device.get(&asked.html).to_string();
        let mut other = one.another(crate::HOME);
        other.get("/sign-in").await;
        let stolen = other
            .post("/sign-in/passkey", &[("credential", &answer)])
            .await;
        assert_eq!(stolen.status, StatusCode::UNPROCESSABLE_ENTITY);
        let mut forged = browser(&house).without_token();
        let refused = forged
            .post("/sign-in/passkey", &[("credential", &answer)])
            .await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        let ends = (0..40).map(|_| ());
        let mut last = StatusCode::OK;
        for () in ends {
            last = one.post("/sign-in/passkey/ask", &[]).await.status;
        }
        assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    })
    .await;
}
