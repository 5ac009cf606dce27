//! The client's own account by URL: another password, codes on and off.

use axum::http::StatusCode;
use practice::accounts::code_at;
use practice::private::Private;
use practice::testing::{Fictional, PASSWORD, once};
use web::testing::{Browser, Seen};

const NEW: &str = "seven green doors at dusk";

/// A browser of Noor whose clock is the practice's.
async fn noor(house: &Fictional) -> Browser {
    let noor = house.client("Noor").await;
    let token = house.token(noor).await;
    Browser::of(&house.practice, portal::router()).signed_in(token.text())
}

fn secret(seen: &Seen) -> Private<String> {
    let (_, rest) = seen.html.split_once("<code class=\"num\">").unwrap();
    rest.split_once('<').unwrap().0.replace(' ', "").into()
}

#[tokio::test]
async fn a_password_is_changed_on_its_own_page() {
    once(async |house: Fictional| {
        let mut browser = noor(&house).await;
        let first = browser.get("/my/account").await;
        assert!(first.html.contains("href=\"/my/account/password\""));
        assert!(
            browser
                .get("/my")
                .await
                .html
                .contains("href=\"/my/account\"")
        );
        browser.get("/my/account/password").await;
        let before = browser.sign_in().unwrap().to_owned();
        for (present, new, words) in [
            (
                "not the password",
                NEW,
                "This is not your present password.",
            ),
            (PASSWORD, "short", "Choose at least 12 characters"),
        ] {
            let fields = [("present_password", present), ("password", new)];
            let seen = browser.post("/my/account/password", &fields).await;
            assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(seen.words().contains(words), "{words}");
            assert!(!seen.html.contains(present) || present.is_empty());
        }
        let fields = [("present_password", PASSWORD), ("password", NEW)];
        let seen = browser.post("/my/account/password", &fields).await;
        assert_eq!(seen.to, "/my/account?done=password");
        assert_ne!(browser.sign_in().unwrap(), before);
        assert!(house.practice.signed_in(&before).await.is_err());
        let told = browser.get(&seen.to).await;
        assert!(told.words().contains("Everywhere else you are signed out."));
        for _ in 0..8 {
            browser.post("/my/account/password", &fields).await;
        }
        let paused = browser.post("/my/account/password", &fields).await;
        assert_eq!(paused.status, StatusCode::TOO_MANY_REQUESTS);
    })
    .await;
}

#[tokio::test]
async fn codes_are_turned_on_and_off_on_their_own_page() {
    once(async |house: Fictional| {
        let mut browser = noor(&house).await;
        let seen = browser.get("/my/account/codes").await;
        assert!(seen.html.contains("<svg class=\"scan\""));
        let secret = secret(&seen);
        let code = code_at(&secret, house.practice.now()).unwrap();
        let wrong = [("present_password", PASSWORD), ("code", "000000")];
        let seen = browser.post("/my/account/codes", &wrong).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(seen.words().contains("Codes are not on yet."));
        let fields = [("present_password", PASSWORD), ("code", &code)];
        let seen = browser.post("/my/account/codes", &fields).await;
        assert_eq!(seen.to, "/my/account?done=codes-on");
        let told = browser.get(&seen.to).await;
        assert!(told.words().contains("One-time codes are on."));
        assert!(told.words().contains("They are on: signing in asks"));

        let page = browser.get("/my/account/codes").await;
        assert!(page.html.contains("action=\"/my/account/codes/off\""));
        assert!(
            !page.html.contains("<svg class=\"scan\""),
            "never shown again"
        );
        let used = browser.post("/my/account/codes/off", &fields).await;
        assert_eq!(used.status, StatusCode::UNPROCESSABLE_ENTITY);
        house.clock.pass_minutes(2);
        let code = code_at(&secret, house.practice.now()).unwrap();
        let bad = [("present_password", "no"), ("code", code.as_str())];
        let seen = browser.post("/my/account/codes/off", &bad).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(seen.words().contains("Codes are still on."));
        let fields = [("present_password", PASSWORD), ("code", &code)];
        let seen = browser.post("/my/account/codes/off", &fields).await;
        assert_eq!(seen.to, "/my/account?done=codes-off");
        assert!(
            browser
                .get("/my/account")
                .await
                .words()
                .contains("They are off.")
        );
    })
    .await;
}

#[tokio::test]
async fn the_account_of_a_client_is_nobody_elses_page() {
    once(async |house: Fictional| {
        let mut okafor = crate::browser(&house, house.clinician).await;
        let mut nobody = okafor.another("203.0.113.9".parse().unwrap());
        for path in ["/my/account", "/my/account/password", "/my/account/codes"] {
            assert_eq!(okafor.get(path).await.status, StatusCode::NOT_FOUND);
            assert!(nobody.get(path).await.to.starts_with("/sign-in"), "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_sign_in_somewhere_else_is_ended_on_the_page_of_the_account() {
    once(async |house: Fictional| {
        let kit = house.client("Kit").await;
        let elsewhere = house.token(kit).await;
        let mut browser = crate::browser(&house, kit).await;
        let mut seen = browser.get("/my/account").await;
        assert!(seen.words().contains("This browser"));
        let mut last = String::new();
        while let Some(act) = ending(&seen.html) {
            assert_ne!(act, last, "what was ended is not offered again");
            assert_eq!(browser.get(&act).await.to, "/my/account");
            let ended = browser.post(&act, &[]).await;
            assert_eq!(ended.to, "/my/account?done=ended");
            seen = browser.get(&ended.to).await;
            assert!(seen.words().contains("Nobody is signed in there any more."));
            last = act;
        }
        assert!(house.practice.signed_in(elsewhere.text()).await.is_err());
        // The second click finds nothing, and somebody else's sign-in is nothing either.
        assert_eq!(browser.post(&last, &[]).await.status, StatusCode::NOT_FOUND);
        let noor = house.client("Noor").await;
        let mut other = crate::browser(&house, noor).await;
        let _second = house.token(noor).await;
        let of_noor = ending(&other.get("/my/account").await.html).unwrap();
        assert_eq!(
            browser.post(&of_noor, &[]).await.status,
            StatusCode::NOT_FOUND
        );
        assert!(ending(&other.get("/my/account").await.html).is_some());
    })
    .await;
}

/// Where the first form that ends a sign-in leads.
fn ending(html: &str) -> Option<String> {
    let (_, rest) = html.split_once("action=\"/my/account/sign-ins/")?;
    let (id, _) = rest.split_once('/')?;
    Some(format!("/my/account/sign-ins/{id}/end"))
}
