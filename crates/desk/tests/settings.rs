//! The practice page, by URL: the owner sets up, for anybody else it does not exist.
#![expect(clippy::too_many_lines, reason = "one story")]

use axum::http::StatusCode;
use practice::ids::PersonId;
use practice::testing::{Fictional, once};
use web::testing::Browser;

async fn browser(house: &Fictional, person: PersonId) -> Browser {
    let router = desk::router().with_state(house.practice.clone());
    Browser::new(router, &web::testing::web()).signed_in(house.token(person).await.text())
}

#[tokio::test]
async fn the_owner_adds_somebody_with_a_licence_a_room_and_hours() {
    once(async |house: Fictional| {
        let mut owner = browser(&house, house.owner).await;
        assert_eq!(owner.get("/desk/practice").await.status, StatusCode::OK);
        let added = owner
            .post(
                "/desk/practice/staff",
                &[
                    ("name", "Dr. Joy Baptiste"),
                    ("sign_in", "joy"),
                    ("role", "clinician"),
                    ("public", "yes"),
                ],
            )
            .await;
        assert_eq!(added.status, StatusCode::OK, "{}", added.html);
        assert!(added.html.contains("one-time password"));
        let credential = [
            ("who", "joy"),
            ("kind", "licence"),
            ("title", "Licensed professional counselor"),
            ("issuer", "Oregon Board"),
            ("from", "2020-01-01"),
            ("verified_how", "Looked up at the board"),
        ];
        assert_eq!(
            owner
                .post("/desk/practice/credentials", &credential)
                .await
                .status,
            StatusCode::SEE_OTHER
        );
        assert_eq!(
            owner
                .post("/desk/practice/rooms", &[("room", "Garden room")])
                .await
                .status,
            StatusCode::SEE_OTHER
        );
        let hours = [
            ("clinician", "joy"),
            ("weekday", "2"),
            ("begins", "09:00"),
            ("ends", "12:00"),
            ("place", "both"),
            ("use_for", "both"),
        ];
        assert_eq!(
            owner.post("/desk/practice/hours", &hours).await.status,
            StatusCode::SEE_OTHER
        );
        let page = owner.get("/desk/practice").await.html;
        for words in [
            "Licensed professional counselor",
            "Garden room",
            "Tuesday 9:00 to 12:00",
            "from 1 January 2020 without an end",
        ] {
            assert!(page.contains(words), "{words}");
        }
        let clinicians = house.practice.published_clinicians().await.unwrap();
        assert!(
            clinicians
                .iter()
                .any(|member| member.slug == "joy" && member.credentials.len() == 1)
        );
        assert!(
            house
                .practice
                .verify(&practice::testing::secret(), &[])
                .await
                .unwrap()
                .holds()
        );
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_is_said_and_what_was_typed_stays() {
    once(async |house: Fictional| {
        let mut owner = browser(&house, house.owner).await;
        owner.get("/desk/practice").await;
        let associate = [
            ("name", "Ren Two"),
            ("sign_in", "ren two"),
            ("role", "associate"),
        ];
        let refused = owner.post("/desk/practice/staff", &associate).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.html.contains("Ren Two") && refused.html.contains("co-signs"));
        let taken = [
            ("name", "Another"),
            ("sign_in", "OKAFOR"),
            ("role", "biller"),
        ];
        assert_eq!(
            owner.post("/desk/practice/staff", &taken).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        let zone = [("about_name", "Linden Row"), ("zone", "Moon/Base")];
        assert_eq!(
            owner.post("/desk/practice", &zone).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        let early = [
            ("clinician", "okafor"),
            ("weekday", "9"),
            ("begins", "12:00"),
            ("ends", "09:00"),
        ];
        assert_eq!(
            owner.post("/desk/practice/hours", &early).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
    })
    .await;
}

#[tokio::test]
async fn for_anybody_else_it_does_not_exist() {
    once(async |house: Fictional| {
        for person in [house.clinician, house.front_desk, house.biller] {
            let mut browser = browser(&house, person).await;
            browser.get("/desk").await;
            let missing = browser.get("/desk/nothing-here").await;
            let page = browser.get("/desk/practice").await;
            assert_eq!(
                (page.status, missing.status),
                (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND)
            );
            let room = browser
                .post("/desk/practice/rooms", &[("room", "Mine")])
                .await;
            assert_eq!(room.status, StatusCode::NOT_FOUND);
        }
    })
    .await;
}
