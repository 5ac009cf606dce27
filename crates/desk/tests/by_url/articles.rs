//! Writing articles by URL: the owner alone, a preview that keeps nothing, who comes second, every version.

use axum::http::StatusCode;
use practice::testing::{Fictional, once};
use web::testing::Browser;

use crate::common::browser;

const NEW: &str = "/desk/articles/new";
const HERE: &str = "/desk/articles/when-it-hurts";

const WHOLE: [(&str, &str); 8] = [
    ("title", "When it hurts"),
    ("language", "en"),
    ("summary", "What to do today."),
    ("text", "## Today\n\nStop."),
    ("reviewer", "Dr. Adaeze Okafor"),
    ("reviewer_title", "PhD"),
    ("reviewed", "2026-11-01"),
    ("next_review", "2027-11-01"),
];

/// The whole form, with other fields in the place of some.
fn form<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = WHOLE.to_vec();
    fields.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
    fields.extend(more);
    fields
}

async fn owner(house: &Fictional) -> Browser {
    let mut browser = browser(house, house.owner).await;
    browser.get("/desk/articles").await;
    browser
}

async fn reads(house: &Fictional) -> Option<String> {
    let found = house.practice.published_article("when-it-hurts".to_owned());
    found.await.unwrap().map(|one| one.article.text)
}

#[tokio::test]
async fn an_article_is_written_looked_at_published_and_withdrawn() {
    once(async |house: Fictional| {
        let mut owner = owner(&house).await;
        let seen = owner.post(NEW, &form(&[("act", "preview")])).await;
        assert_eq!(seen.status, StatusCode::OK);
        assert!(seen.html.contains("<h2>Today</h2><p>Stop.</p>"));
        assert!(
            house
                .practice
                .articles(&house.desk(house.owner).await)
                .await
                .unwrap()
                .is_empty()
        );

        let kept = owner.post(NEW, &form(&[("act", "keep")])).await;
        assert_eq!(
            (kept.status, kept.to.as_str()),
            (
                StatusCode::SEE_OTHER,
                "/desk/articles/when-it-hurts?done=article_kept"
            )
        );
        assert_eq!(reads(&house).await, None);
        let page = owner.get(&kept.to).await;
        assert!(
            page.words().contains("A draft. Visitors do not find it.")
                && page.words().contains("Saved.")
        );

        let more = [("seen", "1"), ("text", "Two."), ("act", "publish")];
        assert_eq!(
            owner.post(HERE, &form(&more)).await.status,
            StatusCode::SEE_OTHER
        );
        assert_eq!(reads(&house).await.as_deref(), Some("Two."));
        let list = owner.get("/desk/articles").await;
        assert!(
            list.words()
                .contains("Published. Reviewed by Dr. Adaeze Okafor on 1 November 2026")
        );

        let gone = owner
            .post(&format!("{HERE}/withdrawal"), &[("seen", "2")])
            .await;
        assert_eq!(gone.status, StatusCode::SEE_OTHER);
        assert_eq!(reads(&house).await, None);
        assert!(owner.get(HERE).await.words().contains("Withdrawn"));
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_is_said_beside_the_field_and_nothing_is_lost() {
    once(async |house: Fictional| {
        let mut owner = owner(&house).await;
        let bare = [
            ("summary", ""),
            ("reviewer", ""),
            ("reviewed", "yesterday"),
            ("act", "publish"),
        ];
        let refused = owner.post(NEW, &form(&bare)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.html.contains("id=\"reviewed-error\"") && refused.html.contains("Stop."));
        let bare = [
            ("summary", ""),
            ("reviewer", ""),
            ("slug", "Not This"),
            ("act", "publish"),
        ];
        let refused = owner.post(NEW, &form(&bare)).await;
        for said in [
            "Say in a sentence what it is about.",
            "Say who reviewed it.",
            "small letters",
        ] {
            assert!(refused.words().contains(said), "{said}");
        }
        let late = form(&[("next_review", "2029-01-01"), ("act", "keep")]);
        assert!(
            owner
                .post(NEW, &late)
                .await
                .words()
                .contains("24 months at most")
        );
        let long = "a".repeat(121);
        let long = owner
            .post(NEW, &form(&[("title", &long), ("act", "keep")]))
            .await;
        assert!(long.words().contains("This is 1 characters too long."));
        owner.post(NEW, &form(&[("act", "keep")])).await;
        let taken = owner.post(NEW, &form(&[("act", "keep")])).await;
        assert!(taken.words().contains("Another article has this address."));
        let nothing = owner.post(NEW, &[("act", "keep")]).await;
        assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    })
    .await;
}

#[tokio::test]
async fn who_comes_second_gets_the_words_back() {
    once(async |house: Fictional| {
        let mut owner = owner(&house).await;
        owner.post(NEW, &form(&[("act", "publish")])).await;
        owner
            .post(
                HERE,
                &form(&[("seen", "1"), ("text", "First."), ("act", "publish")]),
            )
            .await;
        let typed = [
            ("seen", "1"),
            ("text", "Second thoughts."),
            ("typed", "text"),
            ("act", "publish"),
        ];
        let late = owner.post(HERE, &form(&typed)).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(late.html.contains("Second thoughts."));
        assert_eq!(reads(&house).await.as_deref(), Some("First."));
        let late = owner
            .post(&format!("{HERE}/withdrawal"), &[("seen", "1")])
            .await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        // What was seen stays what it was while the form comes back, so that a look does not hide who was faster.
        let look = owner
            .post(HERE, &form(&[("seen", "1"), ("act", "preview")]))
            .await;
        assert!(look.html.contains("name=\"seen\" value=\"1\""));
    })
    .await;
}

#[tokio::test]
async fn every_version_is_there_and_can_be_taken_up_again() {
    once(async |house: Fictional| {
        let mut owner = owner(&house).await;
        owner
            .post(
                NEW,
                &form(&[("text", "The first words."), ("act", "publish")]),
            )
            .await;
        owner
            .post(HERE, &form(&[("seen", "1"), ("act", "keep")]))
            .await;
        let versions = owner.get(&format!("{HERE}/versions")).await.words();
        assert!(versions.contains("by P. Raman") && versions.contains("Visitors read this one"));
        let first = owner.get(&format!("{HERE}/versions/1")).await;
        assert!(first.html.contains("<p>The first words.</p>"));
        let again = owner.get(&format!("{HERE}?version=1")).await;
        assert!(again.html.contains("The first words.</textarea>"));
        assert_eq!(again.field("seen"), "2");
        for path in ["versions/3", "versions/0", "versions/x"] {
            let none = owner.get(&format!("{HERE}/{path}")).await;
            assert_eq!(none.status, StatusCode::NOT_FOUND, "{path}");
        }
        assert_eq!(
            owner.get(&format!("{HERE}?version=9")).await.status,
            StatusCode::NOT_FOUND
        );
    })
    .await;
}

#[tokio::test]
async fn the_texts_of_the_program_are_published_by_an_act_and_are_due() {
    once(async |house: Fictional| {
        let mut owner = owner(&house).await;
        assert!(
            owner
                .get("/desk/articles")
                .await
                .words()
                .contains("There are no articles yet")
        );
        let begun = owner.post("/desk/articles/starting", &[]).await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER);
        let list = owner.get(&begun.to).await.words();
        assert!(
            list.contains("Nobody here has reviewed it yet.") && list.contains("Due for review")
        );
        assert!(owner.loads_every_form_anew(HERE).await > 1);
        let page = owner.get(HERE).await;
        assert!(
            page.words()
                .contains("Its address is /articles/when-it-hurts and stays.")
        );
        assert!(
            owner
                .get(&format!("{HERE}/versions"))
                .await
                .words()
                .contains("by the program")
        );
    })
    .await;
}

#[tokio::test]
async fn for_anybody_but_the_owner_there_is_nothing() {
    once(async |house: Fictional| {
        owner(&house)
            .await
            .post(NEW, &form(&[("act", "keep")]))
            .await;
        for person in [
            house.clinician,
            house.associate,
            house.front_desk,
            house.biller,
        ] {
            let mut theirs = browser(&house, person).await;
            theirs.get("/desk").await;
            let never = theirs.get("/desk/nothing-here").await;
            for path in [
                "/desk/articles",
                NEW,
                HERE,
                "/desk/articles/when-it-hurts/versions",
                "/desk/articles/never",
            ] {
                let none = theirs.get(path).await;
                assert_eq!(
                    (none.status, none.words()),
                    (StatusCode::NOT_FOUND, never.words()),
                    "{path}"
                );
            }
            for path in [
                NEW,
                HERE,
                "/desk/articles/when-it-hurts/withdrawal",
                "/desk/articles/starting",
            ] {
                let none = theirs
                    .post(path, &form(&[("seen", "1"), ("act", "publish")]))
                    .await;
                assert_eq!(none.status, StatusCode::NOT_FOUND, "{path}");
            }
        }
        assert_eq!(reads(&house).await, None);
    })
    .await;
}
