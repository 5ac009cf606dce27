//! Goals by URL: set on one side, changed with the earlier words kept.

use axum::http::StatusCode;
use practice::testing::{Fictional, once};

use crate::{browser, couple, value};

#[tokio::test]
async fn r2_a_goal_is_set_on_the_side_that_its_button_names() {
    once(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        let me = house.part(&case, noor);
        let (mut hers, mut his) = (browser(&house, noor).await, browser(&house, sam).await);
        let page = hers.get("/my/goals").await;
        assert!(page.html.contains("Share with Sam"));
        assert!(page.html.contains("Save for Dr. Okafor only"));
        for (side, words) in [("own", "See the therapist"), ("joint", "Say pause early")] {
            let name = format!("{side}-{me}-words");
            let saved = hers
                .post(&format!("/my/goals/{me}/{side}"), &[(&name, words)])
                .await;
            assert_eq!(saved.to, "/my/goals?done=saved");
        }
        let empty = hers.post(&format!("/my/goals/{me}/own"), &[]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        let seen = his.get("/my/goals").await;
        assert!(seen.html.contains("Say pause early"));
        assert!(!seen.html.contains("See the therapist"));
    })
    .await;
}

#[tokio::test]
async fn a_goal_changes_and_stale_words_come_back() {
    once(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let case = house.case_of(&[noor]).await;
        house.everybody_signs(&case).await;
        let me = house.part(&case, noor);
        let mut hers = browser(&house, noor).await;
        let page = hers.get("/my/goals").await;
        assert!(!page.html.contains("Share with"));
        let name = format!("own-{me}-words");
        hers.post(&format!("/my/goals/{me}/own"), &[(&name, "Lean in")])
            .await;
        let joint = hers.post(&format!("/my/goals/{me}/joint"), &[]).await;
        assert!(joint.status.is_client_error());
        let list = hers.get("/my/goals").await;
        let (_, goal) = list.html.split_once("href=\"/my/goals/").unwrap();
        let path = format!("/my/goals/{}", goal.split_once('"').unwrap().0);
        let page = hers.get(&path).await;
        let revision = value(&page.html, "<main", "revision");
        let fields = [
            ("revision", revision.as_str()),
            ("words", "Lean in without noticing"),
            ("value", "Play"),
            ("state", "reached"),
        ];
        let saved = hers.post(&path, &fields).await;
        assert_eq!(saved.to, "/my/goals?done=saved");
        let page = hers.get(&path).await;
        assert!(page.html.contains("Lean in without noticing"));
        assert!(page.html.contains("timeline__what\">Lean in<"));
        let stale = hers.post(&path, &fields).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(stale.html.contains("Lean in without noticing"));
        let unknown = hers
            .post(
                &path,
                &[("revision", "2"), ("words", "x"), ("state", "70 %")],
            )
            .await;
        assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    })
    .await;
}

#[tokio::test]
async fn words_of_a_goal_come_back_although_the_partner_has_left_meanwhile() {
    once(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        let me = house.part(&case, noor);
        let mut hers = browser(&house, noor).await;
        hers.get("/my/goals").await;
        let desk = house.desk(house.clinician).await;
        let of = (case.id, house.part(&case, sam));
        let left = house.practice.end_part(&desk, of, "It ended.".into());
        left.await.unwrap();
        let (words, value) = (format!("joint-{me}-words"), format!("joint-{me}-value"));
        let long = "heronlake ".repeat(600);
        let typed = [
            (words.as_str(), long.as_str()),
            (value.as_str(), "tenderness"),
            ("typed", words.as_str()),
            ("typed", value.as_str()),
        ];
        let seen = hers.post(&format!("/my/goals/{me}/joint"), &typed).await;
        assert_eq!(seen.status, StatusCode::CONFLICT);
        for word in ["heronlake", "tenderness"] {
            assert!(seen.html.contains(word), "{word} is lost");
        }
    })
    .await;
}
