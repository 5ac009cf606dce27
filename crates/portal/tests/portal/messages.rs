//! Messages by URL: a private thread is its readers', and a partner finds nothing of it (R2).

use axum::http::StatusCode;
use practice::testing::age::{for_keys, for_passphrase};
use practice::testing::{Fictional, PASSWORD, once};
use web::testing::Browser;

use crate::{browser, couple};

const THREAD: &str = "01990000-0000-7000-8000-000000000001";
const MESSAGE: &str = "01990000-0000-7000-8000-000000000002";

async fn makes_keys(of: &mut Browser, letter: &str) {
    let recipient = format!("age1{}", letter.repeat(58));
    let (author, recovery, passphrase) = (
        "ab".repeat(32),
        for_passphrase(12).to_base64(),
        for_passphrase(18).to_base64(),
    );
    let fields = [
        ("recipient", recipient.as_str()),
        ("author", author.as_str()),
        ("recovery", recovery.as_str()),
        ("passphrase", passphrase.as_str()),
        ("revision", "0"),
    ];
    of.get("/my/own-words").await;
    let kept = of.post("/my/own-words/identity", &fields).await;
    assert_eq!(kept.html, "{\"revision\":1}");
}

#[tokio::test]
async fn r2_a_private_thread_is_its_readers_and_a_partner_finds_nothing_of_it() {
    once(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        let (mut hers, mut his) = (browser(&house, noor).await, browser(&house, sam).await);
        let begins = format!("/my/messages/new/{}/own", house.part(&case, noor));
        let before = his.get("/my/messages").await.words();
        assert!(before.contains("Write to Dr. Okafor alone"));
        assert!(before.contains("Write to Noor and Dr. Okafor"));
        let page = hers.get(&begins).await;
        assert!(page.words().contains("Dr. Okafor has no keys yet"));
        assert!(!page.html.contains("data-composer"));
        makes_keys(&mut hers, "n").await;
        let page = hers.get(&begins).await;
        assert!(page.words().contains("Dr. Okafor has no keys yet"));
        house.has_keys(house.clinician).await;
        let page = hers.get(&begins).await;
        assert!(
            page.words()
                .contains("You and Dr. Okafor can read this, and nobody else.")
        );
        assert!(page.words().contains("This part needs script."));
        assert!(page.html.contains("integrity=\"sha384-") && page.html.contains("data-composer"));
        let file = for_keys(2).to_base64();
        let begin = [
            ("thread", THREAD),
            ("message", MESSAGE),
            ("about", &file),
            ("file", &file),
        ];
        assert_eq!(
            his.post(&begins, &begin).await.status,
            StatusCode::NOT_FOUND
        );
        assert_eq!(hers.post(&begins, &begin).await.html, "{\"sent\":true}");
        let thread = format!("/my/messages/{THREAD}");
        let page = hers.get(&thread).await;
        assert!(page.html.contains(&file) && page.html.contains(MESSAGE));
        for person in [noor, house.clinician] {
            assert!(
                !page.html.contains(&person.to_string()),
                "ids tell since when"
            );
        }
        assert!(hers.get("/my/messages").await.html.contains(THREAD));
        let wrong = for_keys(3).to_base64();
        let other = [("message", THREAD), ("file", wrong.as_str())];
        let refused = hers.post(&thread, &other).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);

        assert_eq!(his.get("/my/messages").await.words(), before);
        finds_nothing(&mut his, &other).await;
        let joint = format!("/my/messages/new/{}/joint", house.part(&case, noor));
        assert!(
            hers.get(&joint)
                .await
                .words()
                .contains("Sam has no keys yet")
        );
        assert_eq!(his.get(&joint).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

/// That a partner finds nothing of the thread, whatever they try.
async fn finds_nothing(his: &mut Browser, message: &[(&str, &str)]) {
    let thread = format!("/my/messages/{THREAD}");
    assert_eq!(his.get(&thread).await.status, StatusCode::NOT_FOUND);
    for (path, fields) in [
        (thread.clone(), message),
        (format!("{thread}/read"), &[("message", MESSAGE)][..]),
    ] {
        assert_eq!(his.post(&path, fields).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn known_keys_are_ones_own_file() {
    once(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let mut hers = browser(&house, noor).await;
        makes_keys(&mut hers, "n").await;
        let path = "/my/own-words/known-keys";
        let none = hers.get(path).await;
        assert_eq!(none.html, "{\"file\":null,\"revision\":0}");
        let (one, two) = (for_keys(1).to_base64(), for_keys(2).to_base64());
        let refused = hers.post(path, &[("file", &two), ("revision", "0")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let keep = [("file", one.as_str()), ("revision", "0")];
        assert_eq!(hers.post(path, &keep).await.html, "{\"revision\":1}");
        assert_eq!(hers.post(path, &keep).await.status, StatusCode::CONFLICT);
        assert!(hers.get(path).await.html.contains(&one));
    })
    .await;
}

#[tokio::test]
async fn messages_and_known_keys_have_a_bound_for_each_person() {
    once(async |house: Fictional| {
        let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
        let (mut hers, mut his) = (browser(&house, noor).await, browser(&house, sam).await);
        hers.get("/my/own-words").await;
        his.get("/my/own-words").await;
        let file = for_keys(1).to_base64();
        let thread = format!("/my/messages/{THREAD}");
        let message = [("message", MESSAGE), ("file", file.as_str())];
        let known = [("file", file.as_str()), ("revision", "9")];
        for (path, fields, most) in [
            (thread.as_str(), &message, 30),
            ("/my/own-words/known-keys", &known, 40),
        ] {
            for _ in 0..most {
                let answer = hers.post(path, fields).await.status;
                assert_ne!(answer, StatusCode::TOO_MANY_REQUESTS, "{path}");
            }
            let answer = hers.post(path, fields).await.status;
            assert_eq!(answer, StatusCode::TOO_MANY_REQUESTS, "{path}");
            let answer = his.post(path, fields).await.status;
            assert_ne!(answer, StatusCode::TOO_MANY_REQUESTS, "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn other_keys_in_the_place_of_ones_own_ask_for_the_password() {
    once(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let mut hers = browser(&house, noor).await;
        makes_keys(&mut hers, "n").await;
        house.clock.pass_minutes(11);
        let slot = for_passphrase(18).to_base64();
        let (recipient, author) = (format!("age1{}", "p".repeat(58)), "ab".repeat(32));
        let path = "/my/own-words/identity";
        let fields = |present: &'static str| {
            vec![
                ("recipient", recipient.as_str()),
                ("author", author.as_str()),
                ("recovery", slot.as_str()),
                ("passphrase", slot.as_str()),
                ("revision", "1"),
                ("anew", "yes"),
                ("present_password", present),
            ]
        };
        for wrong in ["", "not her password"] {
            let refused = hers.post(path, &fields(wrong)).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        }
        assert_eq!(
            hers.post(path, &fields(PASSWORD)).await.html,
            "{\"revision\":2}"
        );
    })
    .await;
}
