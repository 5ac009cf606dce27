//! A person's page of contact by URL: at which times of day a way is safe.

use axum::http::StatusCode;
use practice::testing::{Fictional, once};

use crate::common::browser;

#[tokio::test]
async fn r12_times_are_written_down_and_said_where_a_link_is_sent() {
    once(async |house: Fictional| {
        let noor = house.client("Noor").await;
        house.case_of(&[noor]).await;
        let mut front = browser(&house, house.front_desk).await;
        let here = format!("/desk/people/{noor}");
        let page = format!("{here}/times");
        assert!(front.get(&here).await.html.contains(&page));
        let asked = front.get(&page).await;
        assert!(asked.words().contains("Email: noor@example.org"));
        for wrong in [
            [("from-0", "16:00"), ("until-0", "")],
            [("from-0", "16:00"), ("until-0", "16:00")],
            [("from-0", "soon"), ("until-0", "late")],
        ] {
            let mut fields = vec![("seen", "1")];
            fields.extend(wrong);
            let refused = front.post(&page, &fields).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(refused.words().contains("Give both, two times of day"));
        }
        let fields = [("seen", "1"), ("from-0", "16:00"), ("until-0", "18:00")];
        let saved = front.post(&page, &fields).await;
        assert_eq!(saved.to, format!("{here}?done=times"));
        let stale = front.post(&page, &fields).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        let contact = front.get(&here).await;
        assert!(contact.words().contains("Safe, 16:00 to 18:00"));
        assert!(contact.words().contains("A link waits until"));
        let sent = front
            .post(&format!("{here}/invitation"), &[("by", "mail")])
            .await;
        assert_eq!(sent.to, format!("{here}?done=mailed-later"));
        assert!(front.get(&sent.to).await.words().contains("It waits."));
        let mut stranger = browser(&house, house.associate).await;
        assert_eq!(stranger.get(&page).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}
