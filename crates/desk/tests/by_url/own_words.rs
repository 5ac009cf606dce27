//! Own words at the desk by URL: keys for who cares for somebody, and a process note that only its author is given (R4).

use axum::http::StatusCode;
use practice::testing::age::{for_keys, for_passphrase};
use practice::testing::{Fictional, once};

use crate::common::{browser, day};

#[tokio::test]
async fn keys_are_for_who_cares_for_somebody() {
    once(async |house: Fictional| {
        let mut okafor = browser(&house, house.clinician).await;
        assert!(
            okafor
                .get("/desk/account")
                .await
                .html
                .contains("/desk/own-words")
        );
        let page = okafor.get("/desk/own-words").await;
        assert!(
            page.words()
                .contains("The server cannot recover what you write")
        );
        assert!(page.words().contains("This part needs script."));
        assert!(page.html.contains("integrity=\"sha384-"));
        let nothing = okafor.get("/desk/own-words/identity").await;
        assert!(nothing.html.contains("\"kept\":null"), "{}", nothing.html);
        let (cheap, dear) = (
            for_passphrase(12).to_base64(),
            for_passphrase(18).to_base64(),
        );
        let recipient = format!("age1{}", "q".repeat(58));
        let author = "ab".repeat(32);
        let fields = |passphrase| {
            [
                ("recipient", recipient.as_str()),
                ("author", author.as_str()),
                ("recovery", cheap.as_str()),
                ("passphrase", passphrase),
                ("revision", "0"),
            ]
        };
        let keep = "/desk/own-words/identity";
        let refused = okafor.post(keep, &fields(&cheap)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let kept = okafor.post(keep, &fields(&dear)).await;
        assert_eq!(kept.html, "{\"revision\":1}");
        let again = okafor.post(keep, &fields(&dear)).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        let there = okafor.get(keep).await;
        assert!(there.html.contains(&dear) && there.html.contains(&recipient));

        for stranger in [house.front_desk, house.biller, house.owner] {
            let mut theirs = browser(&house, stranger).await;
            theirs.get("/desk/account").await;
            for path in ["/desk/own-words", keep] {
                assert_eq!(theirs.get(path).await.status, StatusCode::NOT_FOUND);
            }
            let tab = theirs.post("/desk/own-words/tab", &[("want", "new")]).await;
            assert_eq!(tab.status, StatusCode::NOT_FOUND);
        }
    })
    .await;
}

#[tokio::test]
async fn the_key_of_a_tab_is_of_one_sign_in() {
    once(async |house: Fictional| {
        let mut here = browser(&house, house.clinician).await;
        let mut there = browser(&house, house.clinician).await;
        here.get("/desk/own-words").await;
        there.get("/desk/own-words").await;
        let tab = "/desk/own-words/tab";
        let none = here.post(tab, &[("want", "kept")]).await;
        assert_eq!(none.html, "{\"key\":null}");
        let new = here.post(tab, &[("want", "new")]).await;
        assert_eq!(here.post(tab, &[("want", "kept")]).await.html, new.html);
        assert_eq!(there.post(tab, &[("want", "kept")]).await.html, none.html);
        assert_eq!(here.post(tab, &[("want", "nothing")]).await.html, none.html);
        assert_eq!(here.post(tab, &[("want", "kept")]).await.html, none.html);
        let other = here.post(tab, &[("want", "everything")]).await;
        assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    })
    .await;
}

#[tokio::test]
async fn r4_a_process_note_is_given_to_its_author_alone() {
    once(async |house: Fictional| {
        let day = day(&house).await;
        let path = format!("/desk/sessions/{}/process-note", day.session);
        let mut okafor = browser(&house, house.clinician).await;
        let workspace = okafor.get(&format!("/desk/sessions/{}", day.session)).await;
        assert!(workspace.html.contains(&path));
        let file = for_keys(1).to_base64();
        let write = [("file", file.as_str()), ("revision", "0")];
        assert_eq!(okafor.post(&path, &write).await.html, "{\"revision\":1}");
        let late = okafor.post(&path, &write).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        for (field, wrong) in [("file", "plain words"), ("file", &for_keys(2).to_base64())] {
            let refused = okafor
                .post(&path, &[(field, wrong), ("revision", "1")])
                .await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let read = okafor.get(&path).await;
        assert!(read.html.contains(&file) && read.html.contains("\"revision\":1"));
        assert!(read.html.contains(&day.case.id.to_string()));
        for stranger in [house.associate, house.front_desk, house.biller, house.owner] {
            let mut theirs = browser(&house, stranger).await;
            theirs.get("/desk/account").await;
            assert_eq!(theirs.get(&path).await.status, StatusCode::NOT_FOUND);
            let written = theirs.post(&path, &write).await;
            assert_eq!(written.status, StatusCode::NOT_FOUND);
        }
    })
    .await;
}

#[tokio::test]
async fn a_session_with_a_process_note_alone_asks_for_its_progress_note_before_it_ends() {
    once(async |house: Fictional| {
        let day = day(&house).await;
        let mut okafor = browser(&house, house.clinician).await;
        let session = format!("/desk/sessions/{}", day.session);
        let seen = okafor.get(&session).await;
        assert!(!seen.words().contains("The progress note first."));
        let file = for_keys(1).to_base64();
        let note = format!("{session}/process-note");
        okafor
            .post(&note, &[("file", &file), ("revision", "0")])
            .await;
        let state = format!("{session}/state");
        let asked = okafor.post(&state, &[("state", "held")]).await;
        assert_eq!(asked.status, StatusCode::CONFLICT);
        assert!(asked.words().contains("The progress note first."));
        assert!(asked.html.contains("Save draft"));
        let side = ("side", "chart");
        let draft = [side, ("revision", "0"), ("did", "We talked.")];
        let kept = okafor.post(&format!("{session}/note"), &draft).await;
        assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.words());
        let ended = okafor.post(&state, &[("state", "held")]).await;
        assert_eq!(ended.status, StatusCode::SEE_OTHER);
    })
    .await;
}
