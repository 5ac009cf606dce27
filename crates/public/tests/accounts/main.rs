//! Signing in by URL: what each step shows, where it leads, and what an outsider can learn from it.
#![expect(clippy::unwrap_used, reason = "tests")]

mod passkeys;
mod recovery_codes;
mod tries;
mod ways_back;

use std::net::{IpAddr, Ipv4Addr};

use axum::http::StatusCode;
use practice::accounts::code_at;
use practice::testing::{Fictional, PASSWORD, once, secret};
use web::testing::{Browser, Seen, check, steady};

/// Where the browsers are when nothing else is said.
const HOME: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7));
const OWN: &str = "nine blue chairs by noon";

fn browser(house: &Fictional) -> Browser {
    Browser::of(&house.practice, public::router())
}

async fn sign_in(browser: &mut Browser, name: &str, password: &str) -> Seen {
    browser.get("/sign-in").await;
    browser
        .post("/sign-in", &[("name", name), ("password", password)])
        .await
}

/// The page with the name that was typed taken out of it.
fn without(seen: &Seen, name: &str) -> String {
    let mark = format!("name=\"name\" type=\"text\" value=\"{name}\"");
    assert!(seen.html.contains(&mark), "the name comes back");
    steady(&seen.html).replace(&mark, "")
}

#[tokio::test]
async fn a_client_signs_in_and_out() {
    once(async |house: Fictional| {
        house.client("Noor").await;
        let mut browser = browser(&house);
        let first = browser.get("/sign-in?next=/my/homework").await;
        assert_eq!(check(&first.html), Vec::<String>::new());
        assert_eq!(first.field("next"), "/my/homework");
        let fields = [
            ("name", "noor"),
            ("password", PASSWORD),
            ("next", "/my/homework"),
        ];
        let seen = browser.post("/sign-in", &fields).await;
        assert_eq!(
            (seen.status, seen.to.as_str()),
            (StatusCode::SEE_OTHER, "/my/homework")
        );
        let cookie = seen.headers["set-cookie"].to_str().unwrap();
        assert!(
            cookie.contains("HttpOnly; SameSite=Lax; Path=/"),
            "{cookie}"
        );
        let token = browser.sign_in().unwrap().to_owned();
        assert!(house.practice.signed_in(&token).await.is_ok());
        assert_eq!(browser.get("/sign-in").await.to, "/my");

        browser.get("/").await;
        let seen = browser.post("/sign-out", &[]).await;
        assert_eq!(seen.to, "/sign-in?done=signed-out");
        assert_eq!(browser.sign_in(), None);
        assert!(house.practice.signed_in(&token).await.is_err());
        let seen = browser.get("/sign-in?done=signed-out").await;
        assert!(seen.words().contains("You are signed out."));
    })
    .await;
}

#[tokio::test]
async fn nobody_is_sent_elsewhere_after_signing_in() {
    once(async |house: Fictional| {
        house.client("Noor").await;
        for next in [
            "https://evil.example/",
            "//evil.example",
            "/desk",
            "/\\evil.example",
            "",
        ] {
            let mut browser = browser(&house);
            browser.get("/sign-in").await;
            let fields = [("name", "noor"), ("password", PASSWORD), ("next", next)];
            assert_eq!(browser.post("/sign-in", &fields).await.to, "/my", "{next}");
        }
    })
    .await;
}

#[tokio::test]
async fn known_and_unknown_names_read_alike() {
    once(async |house: Fictional| {
        house.client("Noor").await;
        let wrong = sign_in(&mut browser(&house), "noor", "not the password").await;
        let unknown = sign_in(&mut browser(&house), "sam2", "not the password").await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(unknown.status, wrong.status);
        assert!(
            wrong
                .words()
                .contains("This name and password do not go together.")
        );
        assert_eq!(without(&wrong, "noor"), without(&unknown, "sam2"));
        assert!(!wrong.html.contains("not the password"));
        assert_eq!(check(&wrong.html), Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn staff_enrol_and_then_need_a_code() {
    once(async |house: Fictional| {
        let mut browser = browser(&house);
        let seen = sign_in(&mut browser, "okafor", PASSWORD).await;
        assert_eq!(seen.status, StatusCode::OK);
        assert_eq!(check(&seen.html), Vec::<String>::new());
        assert!(seen.html.contains("<svg class=\"scan\""));
        let half = seen.field("half").to_owned();
        let secret = seen.html.split("<code class=\"num\">").nth(1).unwrap();
        let secret = secret.split('<').next().unwrap().replace(' ', "").into();
        let code = code_at(&secret, house.practice.now()).unwrap();
        for (password, code, words) in [
            ("short", code.as_str(), "Choose at least 12 characters"),
            (PASSWORD, code.as_str(), "not the one-time one"),
            (OWN, "123", "Type the code that the app shows now."),
        ] {
            let fields = [
                ("half", half.as_str()),
                ("password", password),
                ("code", code),
            ];
            let seen = browser.post("/sign-in/enrol", &fields).await;
            assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(seen.words().contains(words), "{words}");
        }
        let fields = [("half", half.as_str()), ("password", OWN), ("code", &code)];
        let seen = browser.post("/sign-in/enrol", &fields).await;
        assert_eq!(seen.to, "/desk");

        let mut browser = browser.another(HOME);
        house.clock.pass_minutes(1);
        let seen = sign_in(&mut browser, "okafor", OWN).await;
        assert_eq!(check(&seen.html), Vec::<String>::new());
        assert!(!seen.html.contains(OWN));
        assert!(!seen.html.contains("name=\"shared\""), "R12");
        let half = seen.field("half").to_owned();
        let wrong = browser
            .post("/sign-in/code", &[("half", &half), ("code", "000000")])
            .await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.words().contains("each works once"));
        let code = code_at(&secret, house.practice.now()).unwrap();
        let fields = [
            ("half", half.as_str()),
            ("code", &code),
            ("next", "/desk/inbox"),
        ];
        assert_eq!(
            browser.post("/sign-in/code", &fields).await.to,
            "/desk/inbox"
        );
        browser.get("/").await;
        let again = browser.post("/sign-in/code", &fields).await;
        assert_eq!(
            again.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "a code works once"
        );
    })
    .await;
}

#[tokio::test]
async fn a_second_step_that_comes_too_late_begins_again() {
    once(async |house: Fictional| {
        let mut browser = browser(&house);
        let half = sign_in(&mut browser, "okafor", PASSWORD)
            .await
            .field("half")
            .to_owned();
        house.clock.pass_minutes(11);
        for path in ["/sign-in/enrol", "/sign-in/code"] {
            let seen = browser
                .post(path, &[("half", &half), ("code", "123456")])
                .await;
            assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(
                seen.words().contains("That took too long."),
                "{}",
                seen.words()
            );
            let seen = browser.post(path, &[("half", "nonsense")]).await;
            assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(browser.get(path).await.to, "/sign-in");
        }
    })
    .await;
}

#[tokio::test]
async fn an_invitation_is_chosen_once() {
    once(async |house: Fictional| {
        let noor = house.person("Noor").await;
        let invitation = house.invitation(noor).await;
        let path = format!("/invitation/{}", invitation.text());
        let mut browser = browser(&house);
        let seen = browser.get(&path).await;
        assert_eq!(check(&seen.html), Vec::<String>::new());
        let words = seen.words().to_lowercase();
        for word in ["noor", "okafor", "therap", "sex", "couple"] {
            assert!(!words.contains(word), "{word}");
        }
        for (name, password, message) in [
            ("n", OWN, "A sign-in name has 3 to 120 characters."),
            ("noor", "short", "Choose at least 12 characters"),
            ("okafor", OWN, "This name cannot be used."),
        ] {
            let seen = browser
                .post(&path, &[("name", name), ("password", password)])
                .await;
            assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(seen.words().contains(message), "{}", seen.words());
        }
        let seen = browser
            .post(&path, &[("name", "noor"), ("password", OWN)])
            .await;
        assert_eq!(seen.to, "/my");
        let token = browser.sign_in().unwrap();
        assert!(house.practice.signed_in(token).await.is_ok());

        let mut other = browser.another(HOME);
        let used = other.get(&path).await;
        let never = other.get("/invitation/never").await;
        assert_eq!(
            (used.status, never.status),
            (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND)
        );
        assert_eq!(used.html, never.html, "used, ended or never made: one page");
        other.get("/sign-in").await;
        let seen = other
            .post(&path, &[("name", "other"), ("password", OWN)])
            .await;
        assert_eq!(seen.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn leaving_ends_the_sign_in_and_needs_no_token() {
    once(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let token = house.token(noor).await;
        let mut browser = browser(&house).signed_in(token.text());
        let seen = browser.post("/exit", &[]).await;
        assert_eq!(seen.status, StatusCode::OK);
        assert_eq!(browser.sign_in(), None);
        assert!(house.practice.signed_in(token.text()).await.is_err());
        assert_eq!(browser.post("/exit", &[]).await.status, StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn r12_what_one_said_of_a_device_is_nothing_that_the_next_reads() {
    once(async |house: Fictional| {
        house.client("Noor").await;
        let said = |seen: &web::testing::Seen| {
            let all = seen.headers.get_all("set-cookie").iter();
            let mut all = all.map(|one| one.to_str().unwrap().to_owned());
            all.find(|one| one.contains("alcove-brief="))
                .unwrap_or_default()
        };
        for way in ["/sign-out", "/exit"] {
            let mut browser = browser(&house);
            browser.get("/sign-in").await;
            let fields = [("name", "noor"), ("password", PASSWORD), ("shared", "yes")];
            let seen = browser.post("/sign-in", &fields).await;
            assert!(said(&seen).contains("alcove-brief=1"));
            // It has run out, and somebody else comes.
            let token = browser.sign_in().unwrap().to_owned();
            house.practice.sign_out(&token).await.unwrap();
            assert!(!browser.get("/sign-in").await.html.contains("checked"));
            browser.post("/sign-in", &fields).await;
            browser.get("/").await;
            let left = browser.post(way, &[]).await;
            assert!(said(&left).contains("Max-Age=0"), "{way}: {}", said(&left));
        }
    })
    .await;
}

#[tokio::test]
async fn forms_without_their_token_do_nothing() {
    once(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let token = house.token(noor).await;
        let mut browser = browser(&house).signed_in(token.text());
        for path in [
            "/sign-in",
            "/sign-in/code",
            "/sign-in/enrol",
            "/sign-out",
            "/invitation/x",
            "/sign-in/help",
            "/sign-in/new-password/x",
        ] {
            let seen = browser.post(path, &[]).await;
            assert_eq!(seen.status, StatusCode::FORBIDDEN, "{path}");
        }
        assert!(house.practice.signed_in(token.text()).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a_locked_server_says_so_and_still_lets_people_out() {
    once(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let token = house.token(noor).await;
        let mut browser = browser(&house).signed_in(token.text());
        browser.get("/").await;
        house.practice.lock();
        for path in [
            "/sign-in",
            "/invitation/x",
            "/sign-in/help",
            "/sign-in/new-password/x",
        ] {
            let seen = browser.get(path).await;
            assert_eq!(seen.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
            assert!(seen.words().contains("The records are locked"));
            let seen = browser.post(path, &[("name", "noor")]).await;
            assert_eq!(seen.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        }
        assert_eq!(browser.post("/exit", &[]).await.status, StatusCode::OK);
        house.practice.unlock(&secret()).await.unwrap();
        assert!(house.practice.signed_in(token.text()).await.is_err());
    })
    .await;
}
