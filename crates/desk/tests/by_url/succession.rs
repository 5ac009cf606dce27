//! Succession by URL: the owner registers the executor's cards with both lines that were printed, a clinician decides, and the
//! server takes notes for exactly the readers that the clinician signed for.

use axum::http::StatusCode;
use practice::testing::age::for_keys;
use practice::testing::author::{Author, recipient};
use practice::testing::{Fictional, once};
use web::testing::Browser;

use crate::common::{browser, day};

const PAGE: &str = "/desk/practice/succession";
const MINE: &str = "/desk/own-words/succession";

fn write<'a>(file: &'a str, executor: &'a str, revision: &'a str) -> [(&'a str, &'a str); 3] {
    [
        ("file", file),
        ("executor", executor),
        ("revision", revision),
    ]
}

fn decide<'a>(to: &'a str, signature: &'a str) -> [(&'a str, &'a str); 3] {
    [("to", to), ("signature", signature), ("revision", "0")]
}

async fn register(owner: &mut Browser, byte: u8) {
    let one = recipient(byte);
    let (text, check) = (one.to_string(), one.check().to_lowercase());
    let fields = [("recipient", text.as_str()), ("check", check.as_str())];
    let done = owner.post(PAGE, &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.html);
}

#[tokio::test]
async fn the_owner_registers_what_was_printed_and_nobody_else_finds_the_page() {
    once(async |house: Fictional| {
        let mut owner = browser(&house, house.owner).await;
        let practice = owner.get("/desk/practice").await.html;
        assert!(practice.contains(PAGE));
        let first = owner.get(PAGE).await.words();
        assert!(first.contains("alcove succession make"), "{first}");
        let (one, other) = (recipient(1), recipient(2));
        let (text, check) = (one.to_string(), other.check());
        let cut = &text[..61];
        for (typed, why) in [(text.as_str(), "not the check"), (cut, "no recipient")] {
            let fields = [("recipient", typed), ("check", check.as_str())];
            let refused = owner.post(PAGE, &fields).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(refused.html.contains(why) && refused.html.contains(typed));
        }
        register(&mut owner, 1).await;
        let page = owner.get(PAGE).await;
        assert!(page.html.contains(&text) && page.html.contains(&one.check()));
        assert!(page.words().contains("Keep the earlier cards until then."));
        register(&mut owner, 2).await;
        assert!(owner.get(PAGE).await.html.contains(&check));
        let log = owner.get("/desk/practice/log").await.words();
        assert!(log.contains("Registered who can open the notes that clinicians leave behind"));

        for stranger in [house.clinician, house.front_desk, house.biller] {
            let mut theirs = browser(&house, stranger).await;
            theirs.get("/desk/account").await;
            assert_eq!(theirs.get(PAGE).await.status, StatusCode::NOT_FOUND);
            let fields = [("recipient", text.as_str()), ("check", check.as_str())];
            let tried = theirs.post(PAGE, &fields).await;
            assert_eq!(tried.status, StatusCode::NOT_FOUND);
        }
    })
    .await;
}

#[tokio::test]
async fn registering_asks_once_more_who_it_is() {
    once(async |house: Fictional| {
        let mut owner = browser(&house, house.owner).await;
        owner.get(PAGE).await;
        house.clock.pass_minutes(11);
        let one = recipient(1);
        let (text, check) = (one.to_string(), one.check());
        let fields = [("recipient", text.as_str()), ("check", check.as_str())];
        let asked = owner.post(PAGE, &fields).await;
        assert_eq!(asked.status, StatusCode::FORBIDDEN);
        assert!(asked.words().contains("Is it still you?") && asked.html.contains(&text));
        assert!(!owner.get(PAGE).await.html.contains(&text));
    })
    .await;
}

#[tokio::test]
async fn r4_a_clinician_decides_and_notes_are_for_whom_they_signed_for() {
    once(async |house: Fictional| {
        let day = day(&house).await;
        let author = Author::new('q');
        author
            .begins(&house, &house.desk(house.clinician).await)
            .await;
        let mut owner = browser(&house, house.owner).await;
        owner.get(PAGE).await;
        register(&mut owner, 1).await;
        let one = recipient(1);
        let text = one.to_string();

        let mut okafor = browser(&house, house.clinician).await;
        let page = okafor.get("/desk/own-words").await;
        assert!(page.words().contains("If I die or cannot work any more"));
        let stands = okafor.get(MINE).await.html;
        assert!(
            stands.contains(&text) && stands.contains("\"decided\":null"),
            "{stands}"
        );
        let note = format!("/desk/sessions/{}/process-note", day.session);
        let (alone, both) = (for_keys(1).to_base64(), for_keys(2).to_base64());
        let kept = okafor.post(&note, &write(&alone, "", "0")).await;
        assert_eq!(kept.html, "{\"revision\":1}");
        let early = okafor.post(&note, &write(&both, &text, "1")).await;
        assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);

        let decision = author.decides(&house, (house.clinician, 1), Some(&one));
        let forged = okafor.post(MINE, &decide(&text, &"ab".repeat(64))).await;
        assert_eq!(forged.status, StatusCode::UNPROCESSABLE_ENTITY);
        let other = recipient(2).to_string();
        let about_other = okafor
            .post(MINE, &decide(&other, &decision.signature))
            .await;
        assert_eq!(about_other.status, StatusCode::CONFLICT);
        let decided = okafor.post(MINE, &decide(&text, &decision.signature)).await;
        assert_eq!(decided.html, "{\"revision\":1}");
        let again = okafor.post(MINE, &decide(&text, &decision.signature)).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        assert!(owner.get(PAGE).await.html.contains("Okafor"));

        let refused = okafor.post(&note, &write(&alone, "", "1")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let stands = okafor.get(MINE).await.html;
        let (_, waiting) = stands.split_once("\"waiting\":[\"").expect("one waits");
        let anew = format!("/desk/own-words/notes/{}", &waiting[..36]);
        let read = okafor.get(&anew).await.html;
        assert!(read.contains(&alone) && read.contains(&day.session.to_string()));
        let renewed = okafor.post(&anew, &write(&both, &text, "1")).await;
        assert_eq!(renewed.html, "{\"revision\":2}");
        assert!(okafor.get(MINE).await.html.contains("\"waiting\":[]"));

        nobody_else(&house, &anew, &decision.signature).await;
    })
    .await;
}

/// Neither the note that waits nor the decision is anybody else's.
async fn nobody_else(house: &Fictional, anew: &str, signature: &str) {
    let both = for_keys(2).to_base64();
    let one = recipient(1).to_string();
    for stranger in [house.associate, house.front_desk, house.biller, house.owner] {
        let mut theirs = browser(house, stranger).await;
        theirs.get("/desk/account").await;
        assert_eq!(theirs.get(anew).await.status, StatusCode::NOT_FOUND);
        let tried = theirs.post(anew, &write(&both, &one, "2")).await;
        assert_eq!(tried.status, StatusCode::NOT_FOUND);
        if stranger != house.associate {
            assert_eq!(theirs.get(MINE).await.status, StatusCode::NOT_FOUND);
            let tried = theirs.post(MINE, &decide("", signature)).await;
            assert_eq!(tried.status, StatusCode::NOT_FOUND);
        }
    }
}
