//! Requests for a first talk: accepted as one or as several, declined, answered once.

use crate::common::{browser, first_talk};
use axum::http::StatusCode;
use practice::ids::EnquiryId;
use practice::people::Channel;
use practice::testing::{Fictional, once, premises};

async fn asked(house: &Fictional, channel: Channel) -> EnquiryId {
    premises(house).await;
    first_talk(house, channel, "2026-11-24T18:00:00Z").await
}

#[tokio::test]
async fn a_request_shows_what_was_given_with_it() {
    once(async |house: Fictional| {
        let id = asked(&house, Channel::Mail).await;
        let mut okafor = browser(&house, house.clinician).await;
        let inbox = okafor.get("/desk/inbox").await.html;
        assert!(inbox.contains("Robin") && inbox.contains("Tuesday 24 November, 10:00, video"));
        let path = format!("/desk/inbox/{id}");
        let seen = okafor.get(&path).await.html;
        for words in [
            "robin@example.org",
            "not after six",
            "street",
            "with somebody",
            "talk first",
        ] {
            assert!(seen.contains(words), "{words}");
        }
    })
    .await;
}

#[tokio::test]
async fn each_partner_has_fields_that_keep_what_was_typed() {
    once(async |house: Fictional| {
        let id = asked(&house, Channel::Mail).await;
        let mut okafor = browser(&house, house.clinician).await;
        let path = format!("/desk/inbox/{id}");
        okafor.get(&path).await;
        let accept = format!("{path}/acceptance");
        let refused = okafor
            .post(
                &accept,
                &[
                    ("kind", "relational"),
                    ("name-1", "Alex"),
                    ("mail-1", "alex"),
                ],
            )
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            refused.html.contains("not an email address")
                && refused.html.contains("value=\"Alex\"")
        );
        let more = okafor
            .post(
                &path,
                &[("kind", "relational"), ("others", "1"), ("name-1", "Alex")],
            )
            .await;
        assert_eq!(more.status, StatusCode::OK);
        assert!(more.html.contains("name-2") && more.html.contains("value=\"Alex\""));
        assert!(okafor.get("/desk/inbox").await.html.contains("Robin"));
    })
    .await;
}

#[tokio::test]
async fn a_request_becomes_a_couple_with_an_invitation_for_each() {
    once(async |house: Fictional| {
        let id = asked(&house, Channel::Mail).await;
        let mut okafor = browser(&house, house.clinician).await;
        okafor.get("/desk/inbox").await;
        let accept = format!("/desk/inbox/{id}/acceptance");
        let accepted = okafor
            .post(
                &accept,
                &[
                    ("kind", "relational"),
                    ("others", "2"),
                    ("name-1", "Alex"),
                    ("pronouns-1", "she/her"),
                    ("mail-1", "alex@example.org"),
                ],
            )
            .await;
        assert_eq!(accepted.status, StatusCode::OK);
        assert_eq!(accepted.html.matches("on its way by email").count(), 2);
        let (_, rest) = accepted.html.split_once("/desk/cases/").unwrap();
        let case = rest.split_once('"').unwrap().0.to_owned();
        let overview = okafor.get(&format!("/desk/cases/{case}")).await.html;
        assert!(
            overview.contains("Robin") && overview.contains("Alex") && overview.contains("Couple")
        );
        let again = okafor.post(&accept, &[("kind", "individual")]).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        assert!(
            okafor
                .get("/desk/inbox")
                .await
                .html
                .contains("Nothing waits")
        );
    })
    .await;
}

#[tokio::test]
async fn who_has_no_mail_gets_a_link_from_who_cares_and_nobody_in_front_sees_one() {
    once(async |house: Fictional| {
        let id = asked(&house, Channel::Text).await;
        let mut front = browser(&house, house.front_desk).await;
        let seen = front.get(&format!("/desk/inbox/{id}")).await.html;
        assert!(seen.contains("street") && !seen.contains("talk first"));
        let accepted = front
            .post(
                &format!("/desk/inbox/{id}/acceptance"),
                &[("kind", "individual")],
            )
            .await;
        assert_eq!(accepted.status, StatusCode::OK);
        assert!(!accepted.html.contains("/invitation/"));
        assert!(!accepted.html.contains("/desk/cases/"));
        let (_, rest) = accepted.html.split_once("href=\"/desk/people/").unwrap();
        let contact = format!("/desk/people/{}", rest.split_once('"').unwrap().0);
        let invite = format!("{contact}/invitation");
        let seen = front.get(&contact).await.html;
        assert!(seen.contains("Only who cares for them") && !seen.contains(&invite));
        for by in ["hand", "mail"] {
            let refused = front.post(&invite, &[("by", by)]).await;
            assert!(!refused.html.contains("value=\"/invitation/"), "{by}");
            assert!(
                refused.status == StatusCode::NOT_FOUND || refused.to == contact,
                "{by}"
            );
        }
        let mut okafor = browser(&house, house.clinician).await;
        let seen = okafor.get(&contact).await.html;
        assert!(seen.contains("Show me a link") && !seen.contains("value=\"/invitation/"));
        let shown = okafor.post(&invite, &[("by", "hand")]).await;
        assert_eq!(shown.status, StatusCode::OK);
        assert!(shown.html.contains("value=\"/invitation/"));
        let again = okafor.get(&contact).await.html;
        assert!(!again.contains("value=\"/invitation/"), "shown once");
    })
    .await;
}

#[tokio::test]
async fn who_has_mail_gets_a_new_link_by_it_and_whoever_keeps_the_desk_sends_it() {
    once(async |house: Fictional| {
        let noor = house.client("Noor").await;
        house.case_of(&[noor]).await;
        let contact = format!("/desk/people/{noor}");
        let mut front = browser(&house, house.front_desk).await;
        let seen = front.get(&contact).await.html;
        assert!(seen.contains("They have an account.") && !seen.contains("Show me a link"));
        let invite = format!("{contact}/invitation");
        let sent = front.post(&invite, &[("by", "mail")]).await;
        assert_eq!(sent.to, format!("{contact}?done=mailed"));
        let told = front.get(&sent.to).await;
        assert!(told.words().contains("On its way."));
        let mut biller = browser(&house, house.biller).await;
        biller.get("/desk").await;
        let refused = biller.post(&invite, &[("by", "mail")]).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn a_declined_request_is_gone_and_nobody_elses_is_to_be_answered() {
    once(async |house: Fictional| {
        let id = asked(&house, Channel::Mail).await;
        let path = format!("/desk/inbox/{id}");
        for staff in [house.associate, house.biller] {
            let mut theirs = browser(&house, staff).await;
            assert!(!theirs.get("/desk/inbox").await.html.contains("Robin"));
            assert_eq!(theirs.get(&path).await.status, StatusCode::NOT_FOUND);
            for act in ["acceptance", "refusal"] {
                let refused = theirs.post(&format!("{path}/{act}"), &[]).await;
                assert_eq!(refused.status, StatusCode::NOT_FOUND, "{act}");
            }
        }
        let mut okafor = browser(&house, house.clinician).await;
        assert!(
            okafor
                .get("/desk")
                .await
                .html
                .contains("One request for a first talk")
        );
        let declined = okafor.post(&format!("{path}/refusal"), &[]).await;
        assert_eq!(declined.to, "/desk/inbox?done=declined");
        assert_eq!(okafor.get(&path).await.status, StatusCode::NOT_FOUND);
        let again = okafor.post(&format!("{path}/refusal"), &[]).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
    })
    .await;
}
