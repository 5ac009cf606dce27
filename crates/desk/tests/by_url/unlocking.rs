//! The ways to unlock, and the lock: the owner's alone.

use std::time::Duration;

use axum::http::StatusCode;
use practice::testing::{Fictional, once};

use crate::common::browser;

#[tokio::test]
async fn the_owner_locks_when_sure_and_the_log_says_so() {
    once(async |house: Fictional| {
        let lock = "/desk/practice/unlocking/lock";
        let asked = || async {
            let asked = house.practice.asked_to_lock();
            tokio::time::timeout(Duration::from_millis(1), asked)
                .await
                .is_ok()
        };
        for other in [house.clinician, house.front_desk, house.biller] {
            let mut theirs = browser(&house, other).await;
            theirs.get("/desk").await;
            let tried = theirs.post(lock, &[("sure", "yes")]).await;
            assert_eq!(tried.status, StatusCode::NOT_FOUND);
        }
        let mut owner = browser(&house, house.owner).await;
        let page = owner.get("/desk/practice/unlocking").await.html;
        assert!(page.contains("by stopping and starting the server with its key file"));
        let unsure = owner.post(lock, &[]).await;
        assert_eq!(unsure.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(unsure.html.contains("Not locked."));
        assert!(!asked().await, "nobody asked for it who may");
        let done = owner.post(lock, &[("sure", "yes")]).await;
        assert_eq!(
            (done.status, done.to.as_str()),
            (StatusCode::SEE_OTHER, "/unlock")
        );
        assert!(asked().await);
        let log = owner.get("/desk/practice/log").await.html;
        assert!(log.contains("Locked the records"), "{log}");
    })
    .await;
}
