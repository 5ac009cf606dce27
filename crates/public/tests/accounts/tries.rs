//! How often somebody may try, and that nobody locks another person out.

use std::net::{IpAddr, Ipv4Addr};

use axum::http::StatusCode;
use practice::accounts::code_at;
use practice::testing::{Fictional, PASSWORD, once};
use web::testing::{Browser, Seen};

use crate::{HOME, OWN, browser, sign_in};

#[tokio::test]
async fn many_tries_meet_a_pause_whether_the_name_exists_or_not() {
    once(async |house: Fictional| {
        house.client("Noor").await;
        let mut pauses = Vec::new();
        for name in ["noor", "nobody"] {
            let mut browser = browser(&house);
            let mut count = 0;
            let paused = loop {
                let seen = sign_in(&mut browser, name, "not the password").await;
                count += 1;
                if seen.status != StatusCode::UNPROCESSABLE_ENTITY {
                    break seen;
                }
            };
            assert_eq!(paused.status, StatusCode::TOO_MANY_REQUESTS);
            assert!(paused.headers.contains_key("retry-after"));
            assert!(paused.words().contains("Please wait"), "{}", paused.words());
            let right = sign_in(&mut browser, name, PASSWORD).await;
            assert_eq!(right.status, StatusCode::TOO_MANY_REQUESTS);
            house.clock.pass_minutes(30);
            pauses.push(count);
        }
        assert_eq!(pauses, [9, 9]);

        let mut browser = browser(&house);
        let mut statuses = Vec::new();
        for n in 0..31 {
            statuses.push(sign_in(&mut browser, &format!("name{n}"), "x").await.status);
        }
        assert_eq!(statuses[29], StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(
            statuses[30],
            StatusCode::TOO_MANY_REQUESTS,
            "one place, many names"
        );
    })
    .await;
}

/// Tries wrong passwords from ever new places at the same doors until the account pauses for strangers.
async fn strangers_of(doors: &Browser, name: &str) -> Browser {
    let mut somewhere = doors.another(HOME);
    for place in 1..=20_u8 {
        somewhere = somewhere.another(IpAddr::V4(Ipv4Addr::new(198, 51, 100, place)));
        for _ in 0..7 {
            let seen = sign_in(&mut somewhere, name, "not the password").await;
            if seen.status == StatusCode::TOO_MANY_REQUESTS {
                return somewhere;
            }
            assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
    }
    unreachable!("strangers are never paused")
}

#[tokio::test]
async fn one_person_does_not_lock_another_out() {
    once(async |house: Fictional| {
        house.client("Noor").await;
        let mut home = browser(&house);
        assert_eq!(sign_in(&mut home, "noor", PASSWORD).await.to, "/my");
        home.get("/").await;
        home.post("/sign-out", &[]).await;
        // Somebody at one place uses up what is theirs, and nobody else's.
        let mut other = home.another("198.51.100.99".parse().unwrap());
        for _ in 0..9 {
            sign_in(&mut other, "noor", "not the password").await;
        }
        let barred = sign_in(&mut other, "noor", PASSWORD).await;
        assert_eq!(barred.status, StatusCode::TOO_MANY_REQUESTS);
        let mut third = home.another("198.51.100.98".parse().unwrap());
        assert_eq!(sign_in(&mut third, "noor", PASSWORD).await.to, "/my");
    })
    .await;
}

#[tokio::test]
async fn strangers_everywhere_bar_strangers_and_no_browser_that_is_known() {
    once(async |house: Fictional| {
        house.client("Noor").await;
        let mut home = browser(&house);
        assert_eq!(sign_in(&mut home, "noor", PASSWORD).await.to, "/my");
        let doors = home.clone();
        home.get("/").await;
        home.post("/sign-out", &[]).await;
        let mut household = home.another(HOME);
        for name in ["noor", "nobody"] {
            let mut somewhere = strangers_of(&doors, name).await;
            let barred = sign_in(&mut somewhere, name, PASSWORD).await;
            assert_eq!(barred.status, StatusCode::TOO_MANY_REQUESTS, "{name}");
        }
        for n in 0..31 {
            sign_in(&mut household, &format!("name{n}"), "x").await;
        }
        let stranger = sign_in(&mut household, "noor", PASSWORD).await;
        assert_eq!(stranger.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(sign_in(&mut home, "noor", PASSWORD).await.to, "/my");
        // A known browser guesses no faster than anybody.
        home.get("/").await;
        home.post("/sign-out", &[]).await;
        for _ in 0..8 {
            let wrong = sign_in(&mut home, "noor", "not the password").await;
            assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let paused = sign_in(&mut home, "noor", PASSWORD).await;
        assert_eq!(paused.status, StatusCode::TOO_MANY_REQUESTS);
    })
    .await;
}

#[tokio::test]
async fn the_cookie_of_a_known_browser_stays_at_the_desk_only_and_goes_when_leaving() {
    once(async |house: Fictional| {
        house.client("Noor").await;
        let mut home = browser(&house);
        let seen = sign_in(&mut home, "noor", PASSWORD).await;
        let device = |seen: &Seen| {
            let cookies = seen.headers.get_all("set-cookie").iter();
            let cookies = cookies.map(|cookie| cookie.to_str().unwrap().to_owned());
            cookies
                .into_iter()
                .find(|cookie| cookie.starts_with("alcove-device="))
                .unwrap()
        };
        let cookie = device(&seen);
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"));
        assert!(
            !cookie.contains("Max-Age") && !cookie.contains("Expires"),
            "{cookie}"
        );
        let left = home.post("/exit", &[]).await;
        assert!(device(&left).contains("Max-Age=0"), "leaving forgets it");

        let mut desk = browser(&house);
        let seen = sign_in(&mut desk, "okafor", PASSWORD).await;
        let secret = seen.html.split("<code class=\"num\">").nth(1).unwrap();
        let secret = secret.split('<').next().unwrap().replace(' ', "").into();
        let code = code_at(&secret, house.practice.now()).unwrap();
        let half = seen.field("half").to_owned();
        let fields = [("half", half.as_str()), ("password", OWN), ("code", &code)];
        let seen = desk.post("/sign-in/enrol", &fields).await;
        assert!(device(&seen).ends_with("; Max-Age=7776000"));
    })
    .await;
}
