//! Intake by URL: consent, then the date of birth, then a part at a time; without script, too.

use axum::http::StatusCode;
use practice::testing::{Fictional, once};

use crate::{browser, value};

#[tokio::test]
async fn r8_r9_intake_begins_with_consent_and_the_date_of_birth() {
    once(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let case = house.case_of(&[noor]).await;
        let me = house.part(&case, noor);
        let mut browser = browser(&house, noor).await;
        let list = browser.get("/my/intake").await;
        assert!(list.html.contains("First the agreement."));
        let (begin, field) = (format!("/my/intake/{me}"), format!("born-{me}"));
        let early = browser.post(&begin, &[(&field, "1995-02-14")]).await;
        assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
        house.everybody_signs(&case).await;
        let about = format!("/my/intake/{me}/about");
        assert_eq!(browser.get(&about).await.to, "/my/intake");

        browser.get("/my/intake").await;
        for (born, words) in [("", "the day, the month"), ("2031-01-01", "at the year")] {
            let wrong = browser.post(&begin, &[(&field, born)]).await;
            assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(wrong.html.contains(words));
        }
        let minor = browser.post(&begin, &[(&field, "2010-05-01")]).await;
        assert_eq!(minor.to, "/my/intake/younger");
        let page = browser.get(&minor.to).await;
        assert!(page.html.contains("We have kept nothing of what you typed"));
        assert!(!browser.get("/my/intake").await.html.contains("2010"));

        browser.get("/my/intake").await;
        let begun = browser.post(&begin, &[(&field, "1995-02-14")]).await;
        assert_eq!(begun.to, about);
        let page = browser.get(&about).await;
        assert!(page.html.contains("Born on 14 February 1995"));
        assert!(!page.html.contains("name=\"about.born\""));
    })
    .await;
}

#[tokio::test]
async fn a_part_is_kept_resumed_sent_and_stale_words_come_back() {
    once(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let case = house.case_of(&[noor]).await;
        house.everybody_signs(&case).await;
        let me = house.part(&case, noor);
        let mut browser = browser(&house, noor).await;
        browser.get("/my/intake").await;
        let (begin, field) = (format!("/my/intake/{me}"), format!("born-{me}"));
        browser.post(&begin, &[(&field, "1995-02-14")]).await;
        let path = format!("/my/intake/{me}/concerns");
        let page = browser.get(&path).await;
        let revision = value(&page.html, "<main", "revision");
        let typed = [
            ("revision", revision.as_str()),
            ("concerns.ranked-1", "P1"),
            (
                "concerns.ranked-1-words",
                "It hurts, and then I wait for it to hurt.",
            ),
            ("concerns.ranked-2", ""),
            ("concerns.ranked-2-words", "He asks with his eyes"),
            ("concerns.words-room", "yes"),
            ("concerns.closeness", "4"),
            ("concerns.other", "grief"),
            ("no-such-question", "x"),
        ];
        let keep: Vec<_> = typed.into_iter().chain([("act", "keep")]).collect();
        assert_eq!(browser.post(&path, &keep).await.to, "/my/intake");
        let page = browser.get(&path).await;
        for words in [
            "<option value=\"P1\" selected>",
            "It hurts, and then I wait for it to hurt.",
            "He asks with his eyes",
            "name=\"concerns.words-room\" value=\"yes\" checked",
            "value=\"grief\" checked",
        ] {
            assert!(page.html.contains(words), "{words}");
        }
        let stale = browser.post(&path, &typed).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(stale.html.contains("He asks with his eyes"));
        let revision = value(&stale.html, "<main", "revision");
        let mut again = typed.to_vec();
        again[0] = ("revision", revision.as_str());
        let sent = browser.post(&path, &again).await;
        assert_eq!(sent.to, format!("/my/intake/{me}/safety"));
        assert!(browser.get("/my/intake").await.html.contains("Sent on"));
    })
    .await;
}

#[tokio::test]
async fn wrong_answers_are_given_back_and_urgent_ones_name_people() {
    once(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let case = house.case_of(&[noor]).await;
        house.everybody_signs(&case).await;
        let me = house.part(&case, noor);
        let mut browser = browser(&house, noor).await;
        browser.get("/my/intake").await;
        let (begin, field) = (format!("/my/intake/{me}"), format!("born-{me}"));
        browser.post(&begin, &[(&field, "1995-02-14")]).await;
        let path = format!("/my/intake/{me}/safety");
        browser.get(&path).await;
        let long = "x".repeat(10_001);
        let wrong = browser.post(&path, &[("safety.wish", &long)]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.html.contains(&long));
        let drafted = browser
            .post_by_module(&format!("{path}/draft"), &[("safety.wish", &long)])
            .await;
        assert_eq!(drafted.status, StatusCode::UNPROCESSABLE_ENTITY);
        let told = r#"{"fields":[["safety.wish","This is 1 characters too long."]],"status":422}"#;
        assert_eq!(drafted.html, told);
        browser.get(&path).await;
        let odd = [
            ("revision", "0"),
            ("safety.life", "no-such-choice"),
            ("safety.afraid", "yes"),
            ("safety.today", "yes"),
        ];
        let sent = browser.post(&path, &odd).await;
        assert_eq!(sent.to, format!("{path}/people"));
        assert!(browser.get(&sent.to).await.html.contains("988"));
        let missing = browser.get(&format!("/my/intake/{me}/no-such-part")).await;
        assert_eq!(missing.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn r8_who_is_in_two_cases_is_asked_in_each_and_answers_one() {
    once(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let mut parts = Vec::new();
        for _ in 0..2 {
            let case = house.case_of(&[noor]).await;
            house.everybody_signs(&case).await;
            parts.push(house.part(&case, noor));
        }
        let mut browser = browser(&house, noor).await;
        // Every page is checked for fields that are there twice.
        let list = browser.get("/my/intake").await;
        for me in &parts {
            assert!(list.html.contains(&format!("name=\"born-{me}\"")));
        }
        let (asked, other) = (parts[0], parts[1]);
        let begin = format!("/my/intake/{asked}");
        let elsewhere = format!("born-{other}");
        let wrong = browser.post(&begin, &[(&elsewhere, "1995-02-14")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let field = format!("born-{asked}");
        let begun = browser.post(&begin, &[(&field, "1995-02-14")]).await;
        assert_eq!(begun.to, format!("/my/intake/{asked}/about"));
        let list = browser.get("/my/intake").await.html;
        assert_eq!(list.matches("Born on 14 February 1995").count(), 1);
    })
    .await;
}
