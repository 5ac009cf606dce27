//! Homework, the library, intake and consents at the desk, by URL: to everybody or to one, and for whose eyes.

use axum::http::StatusCode;
use jiff::civil::date;
use practice::cases::Case;
use practice::homework::{Happened, Told};
use practice::ids::PersonId;
use practice::intake::questions::QuestionId;
use practice::intake::{Answer, Answers};
use practice::private::Private;
use practice::testing::{Fictional, once};
use web::testing::steady;

use crate::common::browser;

async fn couple(house: &Fictional) -> (PersonId, PersonId, Case) {
    let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
    let case = house.case_of(&[noor, sam]).await;
    (noor, sam, case)
}

#[tokio::test]
async fn homework_is_given_from_the_library_or_in_own_words() {
    once(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        house.everybody_signs(&case).await;
        let mut desk = browser(&house, house.clinician).await;
        let new = format!("/desk/cases/{}/homework/new", case.id);
        let list = format!("/desk/cases/{}/homework", case.id);
        let page = desk.get(&new).await;
        for words in [
            "Give to Noor and Sam",
            "Give to Noor only",
            "Not shown to Sam",
            "Twenty quiet minutes",
            "Not, or not yet, with:",
            "In your own words",
        ] {
            assert!(page.html.contains(words), "{words}");
        }
        let library = [("what", "HW34"), ("for", "everybody"), ("remark", "Twice.")];
        let given = desk.post(&list, &library).await;
        assert_eq!(given.to, format!("{list}?done=given"));
        desk.get(&new).await;
        let sams = house.part(&case, sam).to_string();
        let own = [
            ("what", "own"),
            ("title", "A walk"),
            ("text", "Walk alone."),
            ("for", sams.as_str()),
        ];
        desk.post(&list, &own).await;
        let page = desk.get(&list).await;
        for words in [
            "A walk",
            "Sam only. Not for Noor",
            "Both of them see this",
            "Not yet",
        ] {
            assert!(page.html.contains(words), "{words}");
        }
        let mine = house.practice.my_homework(&house.portal(noor).await).await;
        assert_eq!(mine.unwrap()[0].given.len(), 1);
        let mine = house.practice.my_homework(&house.portal(sam).await).await;
        assert_eq!(mine.unwrap()[0].given.len(), 2);
    })
    .await;
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story")]
async fn wrong_input_comes_back_and_r9_is_told() {
    once(async |house: Fictional| {
        let (_, sam, case) = couple(&house).await;
        let mut desk = browser(&house, house.clinician).await;
        let new = format!("/desk/cases/{}/homework/new", case.id);
        let list = format!("/desk/cases/{}/homework", case.id);
        assert!(
            desk.get(&new)
                .await
                .html
                .contains("Noor and Sam have not signed")
        );
        let none = uuid::Uuid::from_u128(4).to_string();
        for (fields, status, words) in [
            (
                vec![("for", "everybody"), ("title", "Kept words")],
                422,
                "Kept words",
            ),
            (
                vec![("what", "HW34"), ("for", "nobody")],
                422,
                "with one of the buttons",
            ),
            (
                vec![("what", "HW99"), ("for", "everybody")],
                422,
                "Consent first.",
            ),
            (
                vec![("what", "HW34"), ("for", "everybody"), ("remark", "Mine")],
                422,
                "Mine",
            ),
            (
                vec![("what", "HW34"), ("for", none.as_str())],
                404,
                "nothing at this address",
            ),
        ] {
            let seen = desk.post(&list, &fields).await;
            assert_eq!(seen.status.as_u16(), status, "{fields:?}");
            assert!(seen.html.contains(words), "{words}");
            desk.get(&new).await;
        }
        house.everybody_signs(&case).await;
        desk.get(&new).await;
        let long = "x".repeat(10_001);
        let sams = house.part(&case, sam).to_string();
        for fields in [
            vec![("what", "HW99"), ("for", "everybody")],
            vec![("what", "own"), ("title", "A walk"), ("for", "everybody")],
            vec![
                ("what", "own"),
                ("text", long.as_str()),
                ("for", sams.as_str()),
            ],
        ] {
            let seen = desk.post(&list, &fields).await;
            assert_eq!(
                seen.status,
                StatusCode::UNPROCESSABLE_ENTITY,
                "{:?}",
                fields[0]
            );
            desk.get(&new).await;
        }
    })
    .await;
}

#[tokio::test]
async fn r2_an_own_reflection_is_folded_and_says_whose_it_is() {
    once(async |house: Fictional| {
        let (noor, _, case) = couple(&house).await;
        house.everybody_signs(&case).await;
        let id = house.gives(&case, practice::homework::For::Everybody).await;
        let id = id.unwrap();
        let access = house.portal(noor).await;
        let told = Told {
            happened: Some(Happened::NotThisWeek),
            tense: Some(3),
            answers: vec![Private::from("Cold hands.")],
            words: Private::from("I was bracing."),
        };
        let practice = &house.practice;
        practice
            .give_reflection(&access, id, told, 0)
            .await
            .unwrap();
        let words = Private::from("Thank you for saying pause.");
        practice
            .share_reflection(&access, id, words, 0)
            .await
            .unwrap();
        let mut desk = browser(&house, house.clinician).await;
        let list = format!("/desk/cases/{}/homework", case.id);
        let html = desk.get(&list).await.html;
        let (open, folded) = html.split_once("<details class=\"veil\">").unwrap();
        let (folded, rest) = folded.split_once("</details>").unwrap();
        assert!(folded.contains("I was bracing.") && folded.contains("Noor only. Not for Sam"));
        assert!(folded.contains("Not this week") && folded.contains("Cold hands."));
        assert!(!open.contains("I was bracing.") && !rest.contains("I was bracing."));
        assert!(html.contains("Thank you for saying pause."));

        let end = format!("{list}/{id}/end");
        assert_eq!(desk.post(&end, &[]).await.to, format!("{list}?done=ended"));
        assert!(desk.get(&list).await.html.contains("Ended"));
    })
    .await;
}

#[tokio::test]
async fn intake_and_consents_are_read_by_who_cares() {
    once(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        house.everybody_signs(&case).await;
        let access = house.portal(noor).await;
        let part = house.part(&case, noor);
        let practice = &house.practice;
        let born = date(1995, 2, 14);
        practice.begin_intake(&access, part, born).await.unwrap();
        let chosen = |value: &str| Answer::Chosen {
            values: vec![value.to_owned()],
            words: Private::default(),
        };
        let answers = Answers::from([
            (QuestionId::new("safety.afraid"), chosen("yes")),
            (QuestionId::new("safety.life"), Answer::InTheRoom),
        ]);
        practice
            .send_intake(&access, part, "safety", answers, 0)
            .await
            .unwrap();
        let mut desk = browser(&house, house.clinician).await;
        let path = format!("/desk/cases/{}/intake/{part}", case.id);
        let page = desk.get(&path).await;
        for words in [
            "Noor only. Not for a partner",
            "Speak about safety, alone",
            "I would rather say this in the room",
            "The other questions were left out.",
            "In force since",
            "signed as As I am called",
        ] {
            assert!(page.html.contains(words), "{words}");
        }
        let overview = desk.get(&format!("/desk/cases/{}", case.id)).await;
        assert!(overview.html.contains(&path));
        let other = format!("/desk/cases/{}/intake/{}", case.id, house.part(&case, sam));
        assert!(!desk.get(&other).await.html.contains("Speak about safety"));
        assert_eq!(desk.get("/desk/library").await.status, StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn who_does_not_care_for_the_case_finds_nothing() {
    once(async |house: Fictional| {
        let (noor, _, case) = couple(&house).await;
        house.everybody_signs(&case).await;
        let id = house.gives(&case, practice::homework::For::Everybody).await;
        let part = house.part(&case, noor);
        let list = format!("/desk/cases/{}/homework", case.id);
        let end = format!("{list}/{}/end", id.unwrap());
        for staff in [house.associate, house.front_desk, house.biller, house.owner] {
            let mut desk = browser(&house, staff).await;
            let none = format!("/desk/cases/{}/homework", uuid::Uuid::from_u128(9));
            let missing = steady(&desk.get(&none).await.html);
            for path in [
                list.clone(),
                format!("{list}/new"),
                format!("/desk/cases/{}/intake/{part}", case.id),
            ] {
                let seen = desk.get(&path).await;
                assert_eq!(seen.status, StatusCode::NOT_FOUND, "{path}");
                assert_eq!(steady(&seen.html), missing, "{path}");
            }
            desk.get("/desk").await;
            for path in [&list, &end] {
                let seen = desk
                    .post(path, &[("what", "HW34"), ("for", "everybody")])
                    .await;
                assert_eq!(seen.status, StatusCode::NOT_FOUND, "{path}");
                desk.get("/desk").await;
            }
        }
    })
    .await;
}
