//! A case by URL: ending one participant's part while it goes on for the other.

use axum::http::StatusCode;
use practice::testing::{Fictional, once};

use crate::common::{browser, day};

#[tokio::test]
async fn r2_a_part_is_ended_with_a_reason_that_only_their_own_side_keeps() {
    once(async |house: Fictional| {
        let day = day(&house).await;
        let sam = house.part(&day.case, day.sam);
        let case = format!("/desk/cases/{}", day.case.id);
        let page = format!("{case}/people/{sam}/end");
        let mut okafor = browser(&house, house.clinician).await;
        assert!(okafor.get(&case).await.html.contains(&page));
        let asked = okafor.get(&page).await;
        assert!(asked.words().contains("The case goes on with Noor."));
        let half = okafor.post(&page, &[("reason", "They part.")]).await;
        assert_eq!(half.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(half.html.contains("They part."));
        let none = okafor.post(&page, &[("sure", "yes")]).await;
        assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
        for other in [house.front_desk, house.associate, house.owner] {
            let mut theirs = browser(&house, other).await;
            assert_eq!(theirs.get(&page).await.status, StatusCode::NOT_FOUND);
        }
        let sure = [("reason", "They part."), ("sure", "yes")];
        let ended = okafor.post(&page, &sure).await;
        assert_eq!(ended.to, format!("{case}?done=part"));
        let seen = okafor.get(&ended.to).await;
        assert!(seen.words().contains("Their part has ended."));
        assert!(seen.words().contains("until 19 November 2026"));
        assert!(seen.words().contains("They part."));
        assert!(!seen.html.contains("Somebody leaves"), "Noor is the last");
        let late = okafor.post(&page, &sure).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert_eq!(okafor.get(&page).await.status, StatusCode::NOT_FOUND);
        let later = okafor.get(&format!("/desk/sessions/{}", day.later)).await;
        assert_eq!(later.status, StatusCode::OK);
        let booking = okafor
            .get(&format!("/desk/booking?case={}", day.case.id))
            .await;
        assert!(!booking.html.contains("Sam alone"));
    })
    .await;
}
