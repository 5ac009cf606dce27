//! One's own passkeys by URL at the desk, and proving oneself with one.

use axum::http::StatusCode;
use practice::testing::{Device, Fictional, PASSWORD, once};

use crate::common::browser;

const ORIGIN: &str = "https://alcove.example.org";
const HERE: &str = "/desk/account/passkeys";

#[tokio::test]
async fn a_passkey_is_added_with_the_password_proves_and_goes_again() {
    once(async |house: Fictional| {
        house.practice.reached_at(ORIGIN);
        let mut owner = browser(&house, house.owner).await;
        owner.get(HERE).await;
        let ask = format!("{HERE}/ask");
        let wrong = owner.post(&ask, &[("present_password", "no")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.html.contains("This is not your present password."));
        let asked = owner.post(&ask, &[("present_password", PASSWORD)]).await;
        let mut device = Device::new(ORIGIN, b"one");
        let answer = device.create(&asked.html).to_string();
        let added = owner.post(HERE, &[("credential", &answer)]).await;
        assert_eq!(added.to, "/desk/account?done=passkey");
        let twice = owner.post(HERE, &[("credential", &answer)]).await;
        assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);

        house.clock.pass_minutes(11);
        let file = "/desk/practice/log/file";
        assert_eq!(owner.get(file).await.status, StatusCode::FORBIDDEN);
        let asked = owner.post("/desk/prove/passkey", &[]).await;
        let answer = device.get(&asked.html).to_string();
        let to = [("proof_to", file), ("proof_how", "get")];
        let none = [to.as_slice(), &[("proof_credential", "{}")]].concat();
        let refused = owner.post("/desk/prove", &none).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let spent = [to.as_slice(), &[("proof_credential", &answer)]].concat();
        let refused = owner.post("/desk/prove", &spent).await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "asked once, answered once"
        );
        let asked = owner.post("/desk/prove/passkey", &[]).await;
        let answer = device.get(&asked.html).to_string();
        let right = [to.as_slice(), &[("proof_credential", &answer)]].concat();
        assert_eq!(owner.post("/desk/prove", &right).await.to, file);
        assert_eq!(owner.get(file).await.status, StatusCode::OK);

        let page = owner.get("/desk/account").await;
        let (_, rest) = page.html.split_once(&format!("{HERE}/")).unwrap();
        let one = format!("{HERE}/{}", rest.split_once('"').unwrap().0);
        let mut front = browser(&house, house.front_desk).await;
        assert_eq!(front.get(&one).await.status, StatusCode::NOT_FOUND);
        owner.get(&one).await;
        let wrong = owner.post(&one, &[("present_password", "no")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let gone = owner.post(&one, &[("present_password", PASSWORD)]).await;
        assert_eq!(gone.to, "/desk/account?done=passkey_gone");
        assert_eq!(owner.get(&one).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}
