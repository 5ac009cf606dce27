//! One's own recovery codes by URL at the desk.

use axum::http::StatusCode;
use practice::testing::{Fictional, once};
use web::testing::check;

use crate::common::browser;

const HERE: &str = "/desk/account/recovery-codes";

#[tokio::test]
async fn ten_codes_are_shown_once_to_who_proved_themselves() {
    once(async |house: Fictional| {
        let mut front = browser(&house, house.front_desk).await;
        assert!(
            front
                .get("/desk/account")
                .await
                .words()
                .contains("You have none.")
        );
        let made = front.post(HERE, &[]).await;
        assert_eq!(made.status, StatusCode::OK);
        assert_eq!(check(&made.html), Vec::<String>::new());
        let codes: Vec<_> = made.html.split("translate=\"no\">").skip(1).collect();
        assert_eq!(codes.len(), 10);
        let first = codes[0].split_once('<').unwrap().0;
        let account = front.get("/desk/account").await;
        assert!(account.words().contains("10 are left") && !account.html.contains(first));
        house.clock.pass_minutes(11);
        let asked = front.post(HERE, &[]).await;
        assert_eq!(asked.status, StatusCode::FORBIDDEN);
        assert!(asked.words().contains("Is it still you?"));
        assert_eq!(front.get(HERE).await.to, "/desk/account");
    })
    .await;
}
