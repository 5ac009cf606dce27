//! Accounts by URL at the desk: one's own password, and letting somebody in again.

use axum::http::StatusCode;
use practice::access::JobAccess;
use practice::accounts::NextStep;
use practice::testing::{Fictional, PASSWORD, once};

use crate::common::browser;

const NEW: &str = "seven green doors at dusk";

#[tokio::test]
async fn everybody_changes_their_own_password() {
    once(async |house: Fictional| {
        for staff in [house.front_desk, house.owner, house.clinician] {
            let elsewhere = house.token(staff).await;
            let mut theirs = browser(&house, staff).await;
            let first = theirs.get("/desk").await;
            assert!(first.html.contains("href=\"/desk/account\""));
            theirs.get("/desk/account").await;
            let wrong = [("present_password", "no"), ("password", NEW)];
            let seen = theirs.post("/desk/account", &wrong).await;
            assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(seen.words().contains("This is not your present password."));
            let right = [("present_password", PASSWORD), ("password", NEW)];
            let seen = theirs.post("/desk/account", &right).await;
            assert_eq!(seen.to, "/desk/account?done=password");
            let told = theirs.get(&seen.to).await;
            assert!(told.words().contains("Everywhere else you are signed out."));
            assert!(house.practice.signed_in(elsewhere.text()).await.is_err());
        }
    })
    .await;
}

#[tokio::test]
async fn the_owner_gives_a_one_time_password_that_is_shown_once() {
    once(async |house: Fictional| {
        let open = house.token(house.clinician).await;
        let again = "/desk/practice/staff/again";
        let mut front = browser(&house, house.front_desk).await;
        front.get("/desk").await;
        let fields = [("again", "okafor")];
        let refused = front.post(again, &fields).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND);
        let mut owner = browser(&house, house.owner).await;
        let page = owner.get("/desk/practice").await;
        assert!(page.html.contains("<option value=\"okafor\">"));
        for wrong in ["raman", "nobody", ""] {
            let seen = owner.post(again, &[("again", wrong)]).await;
            assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        }
        let taken = [("again", "okafor"), ("new_sign_in", "raman")];
        let seen = owner.post(again, &taken).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(house.practice.signed_in(open.text()).await.is_ok());
        let seen = owner.post(again, &fields).await;
        assert_eq!(seen.status, StatusCode::OK);
        let (_, rest) = seen.html.split_once("one-time password <b>").unwrap();
        let password = rest.split_once('<').unwrap().0.to_owned();
        assert!(!owner.get("/desk/practice").await.html.contains(&password));
        assert!(house.practice.signed_in(open.text()).await.is_err());
        let next = house.practice.sign_in("okafor", password).await;
        assert!(matches!(next, Ok(NextStep::Enrol(_))));
        // Who has no access any more is not let in by this.
        let set_up = JobAccess::set_up();
        let end = house.practice.end_account(&set_up, house.clinician);
        end.await.unwrap();
        let page = owner.get("/desk/practice").await;
        let (_, whom) = page.html.split_once("name=\"again\"").unwrap();
        let (whom, _) = whom.split_once("</select>").unwrap();
        assert!(!whom.contains("\"okafor\""));
    })
    .await;
}

#[tokio::test]
async fn everybody_ends_their_own_sign_ins_and_nobody_elses() {
    once(async |house: Fictional| {
        let elsewhere = house.token(house.front_desk).await;
        let mut theirs = browser(&house, house.front_desk).await;
        let seen = theirs.get("/desk/account").await;
        let (_, rest) = seen
            .html
            .split_once("action=\"/desk/account/sign-ins/")
            .unwrap();
        let act = format!(
            "/desk/account/sign-ins/{}/end",
            rest.split_once('/').unwrap().0
        );
        let mut owner = browser(&house, house.owner).await;
        owner.get("/desk/account").await;
        assert_eq!(owner.post(&act, &[]).await.status, StatusCode::NOT_FOUND);
        assert!(house.practice.signed_in(elsewhere.text()).await.is_ok());
        let ended = theirs.post(&act, &[]).await;
        assert_eq!(ended.to, "/desk/account?done=sign_in_ended");
        assert!(house.practice.signed_in(elsewhere.text()).await.is_err());
        let told = theirs.get(&ended.to).await;
        assert!(told.words().contains("Nobody is signed in there any more."));
    })
    .await;
}
