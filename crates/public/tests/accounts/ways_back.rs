//! A way back in after a forgotten password, by URL.

use axum::http::StatusCode;
use practice::post::Mailer;
use practice::testing::{Fictional, PASSWORD, once};
use web::testing::{Browser, Seen, check, steady};

use crate::{HOME, OWN, browser, sign_in};

/// The links to choose a new password that lie in the outbox.
async fn links(house: &Fictional) -> Vec<String> {
    house.practice.answer_ways_back().await.unwrap();
    let mailer = Mailer::kept("https://alder.example");
    house.practice.send_post(&mailer).await.unwrap();
    let letters = house.practice.outbox(&mailer).await.unwrap();
    let link = |text: &str| {
        let (_, rest) = text.split_once("https://alder.example")?;
        let path = rest.split_whitespace().next()?;
        path.starts_with("/sign-in/new-password/")
            .then(|| path.to_owned())
    };
    letters
        .iter()
        .filter_map(|letter| link(letter.text.reveal()))
        .collect()
}

async fn ask(browser: &mut Browser, name: &str) -> Seen {
    browser.get("/sign-in/help").await;
    browser.post("/sign-in/help", &[("name", name)]).await
}

#[tokio::test]
async fn r12_asking_for_a_way_back_answers_every_name_alike() {
    once(async |house: Fictional| {
        house.client("Noor").await;
        let mut pages = Vec::new();
        for name in ["noor", "nobody", "okafor"] {
            let mut browser = browser(&house);
            let seen = ask(&mut browser, name).await;
            assert_eq!(seen.to, "/sign-in/help?done=asked", "{name}");
            let answer = browser.get(&seen.to).await;
            assert_eq!(answer.status, StatusCode::OK);
            pages.push((seen.status, seen.html, steady(&answer.html)));
        }
        assert!(pages.windows(2).all(|pair| pair[0] == pair[1]));
        assert_eq!(links(&house).await.len(), 1, "one of them is a client");
        let mut browser = browser(&house);
        let empty = ask(&mut browser, " ").await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    })
    .await;
}

#[tokio::test]
async fn a_new_password_is_chosen_once_with_a_link() {
    once(async |house: Fictional| {
        house.client("Noor").await;
        let mut browser = browser(&house);
        ask(&mut browser, "noor").await;
        let link = links(&house).await.pop().unwrap();
        let seen = browser.get(&link).await;
        assert_eq!(check(&seen.html), Vec::<String>::new());
        for word in ["noor", "therap", "sex", "couple"] {
            assert!(!seen.words().to_lowercase().contains(word), "{word}");
        }
        let weak = browser.post(&link, &[("password", "short")]).await;
        assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(weak.words().contains("Choose at least 12 characters"));
        let chosen = browser.post(&link, &[("password", OWN)]).await;
        assert_eq!(chosen.to, "/sign-in?done=new-password");
        assert_eq!(browser.sign_in(), None, "they sign in with it themselves");
        let seen = browser.get(&chosen.to).await;
        assert!(seen.words().contains("Your new password holds."));
        assert_eq!(sign_in(&mut browser, "noor", OWN).await.to, "/my");

        let mut other = browser.another(HOME);
        let used = other.get(&link).await;
        let never = other.get("/sign-in/new-password/never").await;
        assert_eq!(used.status, StatusCode::NOT_FOUND);
        assert_eq!(used.html, never.html, "used, ended or never made: one page");
        other.get("/sign-in").await;
        let again = other.post(&link, &[("password", PASSWORD)]).await;
        assert_eq!(again.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn letters_are_few_and_asking_pauses_at_one_place() {
    once(async |house: Fictional| {
        house.client("Noor").await;
        let mut browser = browser(&house);
        let mut letters = 0;
        for _ in 0..6 {
            let seen = ask(&mut browser, "noor").await;
            assert_eq!(seen.to, "/sign-in/help?done=asked", "nobody is told");
            letters = links(&house).await.len();
        }
        assert_eq!(letters, 3);
        for n in 0..24 {
            ask(&mut browser, &format!("name{n}")).await;
        }
        let paused = ask(&mut browser, "sam").await;
        assert_eq!(paused.status, StatusCode::TOO_MANY_REQUESTS);
    })
    .await;
}
