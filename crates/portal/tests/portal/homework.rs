//! Homework by URL: two boxes, the shared words shown once more, and what comes back when something is refused.

use axum::http::StatusCode;
use practice::homework::For;
use practice::testing::{Fictional, once};
use web::testing::steady;

use crate::{browser, couple, value};

const OWN: &str = "I was bracing and I have not told him.";
const SHARED: &str = "Thank you for saying pause & before \"I\" had to.\nYour hands were cold.";

#[tokio::test]
async fn r2_each_box_says_who_reads_it_and_the_own_one_changes_nothing_for_the_partner() {
    once(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        let id = house.gives(&case, For::Everybody).await.unwrap();
        let path = format!("/my/homework/{id}");
        let (mut hers, mut his) = (browser(&house, noor).await, browser(&house, sam).await);
        let before = [
            steady(&his.get(&path).await.html),
            steady(&his.get("/my").await.html),
            steady(&his.get("/my/homework").await.html),
        ];
        let page = hers.get(&path).await;
        for words in [
            "Only you and Dr. Okafor",
            "Sam cannot see this, and is not told that you wrote it.",
            "Save for Dr. Okafor only",
            "Shared with Sam",
            "Share with Sam",
            "What you tell the clinician alone stays with you, unless you agree to share it.",
        ] {
            assert!(page.html.contains(words), "{words}");
        }
        let fields = [
            ("revision", "0"),
            ("happened", "not_this_week"),
            ("tense", "3"),
            ("answer-0", "Cold hands"),
            ("told", OWN),
        ];
        let draft = hers.post(&format!("{path}/own/draft"), &fields).await;
        assert_eq!(draft.to, format!("{path}?done=kept"));
        let page = hers.get(&draft.to).await;
        let revision = value(&page.html, "/own/draft", "revision");
        let mut given = fields;
        given[0].1 = &revision;
        let saved = hers.post(&format!("{path}/own"), &given).await;
        assert_eq!(saved.to, format!("{path}?done=own"));
        let page = hers.get(&saved.to).await;
        assert!(page.html.contains(OWN) && page.html.contains("Cold hands"));
        let after = [
            steady(&his.get(&path).await.html),
            steady(&his.get("/my").await.html),
            steady(&his.get("/my/homework").await.html),
        ];
        assert_eq!(before, after);
    })
    .await;
}

#[tokio::test]
async fn the_exact_words_are_shown_once_more_before_they_are_shared() {
    once(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        let id = house.gives(&case, For::Everybody).await.unwrap();
        let path = format!("/my/homework/{id}");
        let (mut hers, mut his) = (browser(&house, noor).await, browser(&house, sam).await);
        hers.get(&path).await;
        let empty = hers
            .post(&format!("{path}/shared"), &[("shared", " ")])
            .await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        let typed = [("revision", "0"), ("shared", SHARED)];
        let look = hers.post(&format!("{path}/shared"), &typed).await;
        assert_eq!(look.to, format!("{path}/share"));
        let page = hers.get(&look.to).await;
        assert!(page.html.contains("Sam will read exactly this"));
        let (_, shown) = page.html.split_once("<blockquote").unwrap();
        let shown = shown.split_once("</blockquote>").unwrap().0;
        assert!(shown.contains("Your hands were cold."));
        assert!(value(&page.html, "<main", "shared").contains("Your hands were cold."));
        assert!(page.html.contains("autofocus>Keep editing"));
        assert!(!his.get(&path).await.html.contains("Your hands were cold."));
        let revision = value(&page.html, "/share\"", "revision");
        let exact = [("revision", revision.as_str()), ("shared", SHARED)];
        let shared = hers.post(&look.to, &exact).await;
        assert_eq!(shared.to, format!("{path}?done=shared"));
        let read = his.get(&path).await;
        assert!(read.html.contains("From Noor") && read.html.contains("Your hands were cold."));
        assert_eq!(hers.get(&look.to).await.to, path);

        let page = hers.get(&path).await;
        let revision = value(&page.html, "/take-back", "revision");
        let stale = hers
            .post(&format!("{path}/take-back"), &[("revision", "1")])
            .await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        let back = hers
            .post(&format!("{path}/take-back"), &[("revision", &revision)])
            .await;
        assert_eq!(back.to, format!("{path}?done=back"));
        assert!(!his.get(&path).await.html.contains("Your hands were cold."));
        assert!(hers.get(&path).await.html.contains("Your hands were cold."));
    })
    .await;
}

#[tokio::test]
async fn what_is_refused_comes_back_with_the_words() {
    once(async |house: Fictional| {
        let (noor, _, case) = couple(&house).await;
        let id = house.gives(&case, For::Everybody).await.unwrap();
        let path = format!("/my/homework/{id}");
        let own = format!("{path}/own");
        let mut hers = browser(&house, noor).await;
        hers.get(&path).await;
        let long = "x".repeat(20_001);
        for (fields, status, words) in [
            (
                vec![("told", "")],
                422,
                "Write something, or leave this page.",
            ),
            (vec![("told", long.as_str())], 422, "1 characters too long"),
            (vec![("revision", "7"), ("told", OWN)], 409, OWN),
            (
                vec![("tense", "11"), ("happened", "often")],
                422,
                "Write something",
            ),
        ] {
            let seen = hers.post(&own, &fields).await;
            assert_eq!(seen.status.as_u16(), status, "{words}");
            assert!(seen.html.contains(words), "{words}");
        }
        let part = house.part(&case, noor);
        let access = house.portal(noor).await;
        let withdrawn =
            house
                .practice
                .withdraw_consent(&access, part, "informed-consent".to_owned());
        withdrawn.await.unwrap();
        hers.get(&path).await;
        let seen = hers.post(&own, &[("revision", "0"), ("told", OWN)]).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(seen.html.contains(OWN));
        let forged = hers
            .clone()
            .post(&own, &[("csrf", "no"), ("told", OWN)])
            .await;
        assert!(forged.status.is_client_error());
    })
    .await;
}

#[tokio::test]
async fn r13_no_page_counts_or_grades() {
    once(async |house: Fictional| {
        let (noor, _, case) = couple(&house).await;
        let id = house.gives(&case, For::Everybody).await.unwrap();
        let path = format!("/my/homework/{id}");
        let mut hers = browser(&house, noor).await;
        hers.get(&path).await;
        for revision in ["0", "1", "2"] {
            let fields = [("revision", revision), ("happened", "yes"), ("told", OWN)];
            hers.post(&format!("{path}/own"), &fields).await;
            hers.get(&path).await;
        }
        for path in ["/my", "/my/homework", "/my/goals", path.as_str()] {
            let html = hers.get(path).await.html.to_lowercase();
            for word in [
                "streak",
                "well done",
                "great job",
                "congrat",
                "score",
                "out of",
                " of 2",
                "percent",
                "%",
                "<progress",
                "<meter",
                "3 times",
                "missed",
            ] {
                assert!(!html.contains(word), "{path}: {word}");
            }
        }
    })
    .await;
}
