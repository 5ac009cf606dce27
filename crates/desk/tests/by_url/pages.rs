//! Every page of the desk, and who may not see it.

use crate::common::{browser, day, first_talk, noted};
use axum::http::StatusCode;
use practice::homework::For;
use practice::notes::Route;
use practice::people::Channel;
use practice::testing::{Fictional, once};

#[tokio::test]
async fn every_page_is_whole_for_the_clinician() {
    once(async |house: Fictional| {
        let day = day(&house).await;
        let sams = Route::Own(house.part(&day.case, day.sam));
        let note = noted(&house, day.session, Route::Chart, "Say pause early.").await;
        noted(&house, day.session, sams, "Ask him about his father.").await;
        house.clock.set("2026-11-19T18:41:00Z".parse().unwrap());
        let mut okafor = browser(&house, house.clinician).await;
        let pages = [
            ("/desk".to_owned(), "Now"),
            ("/desk/calendar".to_owned(), "Noor"),
            (
                "/desk/calendar?whose=everybody&week=2026-11-26".to_owned(),
                "Noor",
            ),
            ("/desk/booking".to_owned(), "Book a session"),
            ("/desk/cases".to_owned(), "Noor"),
            (format!("/desk/cases/{}", day.case.id), "Say pause early."),
            (
                format!("/desk/cases/{}/notes", day.case.id),
                "Ask him about his father.",
            ),
            (format!("/desk/sessions/{}", day.later), "Say pause early."),
            (format!("/desk/sessions/{}", day.session), "Signed"),
            (format!("/desk/notes/{note}"), "Add to this note"),
            ("/desk/inbox".to_owned(), "Nothing waits"),
            (format!("/desk/people/{}", day.noor), "noor@example.org"),
        ];
        for (path, words) in pages {
            let seen = okafor.get(&path).await;
            assert_eq!(seen.status, StatusCode::OK, "{path}");
            assert!(seen.html.contains(words), "{path} says {words:?}");
            let title = seen.html.split("<title>").nth(1).unwrap();
            assert!(!title.split('<').next().unwrap().contains("Noor"), "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn r1_what_is_not_theirs_is_the_same_page_as_what_is_not_there() {
    once(async |house: Fictional| {
        let day = day(&house).await;
        let note = noted(&house, day.session, Route::Chart, "Say pause early.").await;
        let nothing = day.noor;
        for staff in [house.associate, house.front_desk, house.biller, house.owner] {
            let mut theirs = browser(&house, staff).await;
            for (path, missing) in [
                (
                    format!("/desk/cases/{}", day.case.id),
                    format!("/desk/cases/{nothing}"),
                ),
                (
                    format!("/desk/cases/{}/notes", day.case.id),
                    format!("/desk/cases/{nothing}/notes"),
                ),
                (
                    format!("/desk/notes/{note}"),
                    format!("/desk/notes/{nothing}"),
                ),
                (
                    format!("/desk/notes/{note}/signature"),
                    format!("/desk/notes/{nothing}/signature"),
                ),
                (
                    format!("/desk/cases/{}", day.case.id),
                    "/desk/nothing/at/all".to_owned(),
                ),
                (
                    format!("/desk/cases/{}", day.case.id),
                    "/desk/cases/x".to_owned(),
                ),
            ] {
                let refused = theirs.get(&path).await;
                let missing = theirs.get(&missing).await;
                assert_eq!(refused.status, StatusCode::NOT_FOUND, "{path}");
                assert_eq!(
                    (refused.status, refused.html),
                    (missing.status, missing.html),
                    "{path}"
                );
            }
        }
    })
    .await;
}

#[tokio::test]
async fn in_front_there_are_names_and_times_and_nothing_clinical() {
    once(async |house: Fictional| {
        let day = day(&house).await;
        noted(&house, day.session, Route::Chart, "Say pause early.").await;
        for staff in [house.front_desk, house.owner] {
            let mut theirs = browser(&house, staff).await;
            for path in [
                "/desk".to_owned(),
                "/desk/calendar".to_owned(),
                format!("/desk/sessions/{}", day.session),
                format!("/desk/people/{}", day.noor),
                "/desk/inbox".to_owned(),
                "/desk/booking".to_owned(),
            ] {
                let seen = theirs.get(&path).await;
                assert_eq!(seen.status, StatusCode::OK, "{path}");
                let clinical = ["pause", "Agreed", "Progress note", "/desk/cases"];
                let told = clinical.iter().find(|word| seen.html.contains(*word));
                assert_eq!(told, None, "{path}");
            }
            let cases = theirs.get("/desk/cases").await;
            assert_eq!(cases.status, StatusCode::NOT_FOUND);
        }
        let mut brandt = browser(&house, house.biller).await;
        let seen = brandt.get("/desk").await;
        assert!(seen.html.contains("Noor") && !seen.html.contains("pause"));
        for path in [
            format!("/desk/sessions/{}", day.session),
            format!("/desk/people/{}", day.noor),
            "/desk/booking".to_owned(),
            "/desk/cases".to_owned(),
        ] {
            assert_eq!(
                brandt.get(&path).await.status,
                StatusCode::NOT_FOUND,
                "{path}"
            );
        }
        assert!(brandt.get("/desk/calendar").await.html.contains("Noor"));
        let mut ren = browser(&house, house.associate).await;
        let week = ren.get("/desk/calendar?whose=everybody").await.html;
        assert!(week.contains("Busy") && !week.contains("Noor"));
    })
    .await;
}

#[tokio::test]
async fn r14_no_page_of_the_day_or_the_week_leads_to_what_its_reader_may_not_open() {
    once(async |house: Fictional| {
        day(&house).await;
        first_talk(&house, Channel::Mail, "2026-11-19T21:00:00Z").await;
        for (who, staff) in [
            ("clinician", house.clinician),
            ("associate", house.associate),
            ("front desk", house.front_desk),
            ("biller", house.biller),
            ("owner", house.owner),
        ] {
            let mut theirs = browser(&house, staff).await;
            for path in ["/desk", "/desk/calendar?whose=everybody"] {
                let seen = theirs.get(path).await.html;
                let named = seen.contains("Robin");
                assert_eq!(named, who != "associate", "{who}: {path}");
                let links = seen.split(" href=\"").skip(1);
                let links = links.filter_map(|rest| rest.split('"').next());
                for link in links.filter(|link| link.starts_with("/desk")) {
                    let link = link.replace("&#38;", "&");
                    let status = theirs.get(&link).await.status;
                    assert_eq!(status, StatusCode::OK, "{who}: {path} leads to {link}");
                }
            }
        }
        let mut brandt = browser(&house, house.biller).await;
        let seen = brandt.get("/desk").await.html;
        assert!(seen.contains("Robin") && !seen.contains("/desk/sessions/"));
    })
    .await;
}

#[tokio::test]
async fn who_is_not_signed_in_or_stands_at_another_door_gets_nothing() {
    once(async |house: Fictional| {
        let day = day(&house).await;
        let mut nobody = web::testing::Browser::new(
            desk::router().with_state(house.practice.clone()),
            &web::testing::web(),
        );
        let seen = nobody.get("/desk/cases").await;
        assert_eq!(
            (seen.status, seen.to.as_str()),
            (StatusCode::SEE_OTHER, "/sign-in?next=/desk/cases")
        );
        let mut noor = browser(&house, day.noor).await;
        assert_eq!(noor.get("/desk").await.status, StatusCode::NOT_FOUND);
        let mut okafor = browser(&house, house.clinician).await;
        okafor.get("/desk").await;
        let locked = okafor.post("/desk/lock", &[]).await;
        assert_eq!(locked.to, "/sign-in?next=/desk");
        assert_eq!(okafor.get("/desk").await.status, StatusCode::SEE_OTHER);
    })
    .await;
}

#[tokio::test]
async fn an_answer_to_a_form_that_is_loaded_anew_leads_to_the_page_with_the_form() {
    once(async |house: Fictional| {
        let day = day(&house).await;
        let asked = first_talk(&house, Channel::Mail, "2026-11-24T18:00:00Z").await;
        let note = noted(&house, day.session, Route::Chart, "Say pause early.").await;
        house.gives(&day.case, For::Everybody).await.unwrap();
        let case = format!("/desk/cases/{}", day.case.id);
        for (staff, paths) in [
            (
                house.clinician,
                vec![
                    "/desk/booking".to_owned(),
                    "/desk/cases".to_owned(),
                    format!("{case}/homework"),
                    format!("{case}/homework/new"),
                    format!("/desk/sessions/{}", day.later),
                    format!("/desk/notes/{note}"),
                    format!("/desk/inbox/{asked}"),
                    format!("/desk/people/{}", day.noor),
                    "/desk/account".to_owned(),
                ],
            ),
            (house.owner, vec!["/desk/practice".to_owned()]),
        ] {
            let mut theirs = browser(&house, staff).await;
            for path in paths {
                let forms = theirs.loads_every_form_anew(&path).await;
                assert!(forms > 2, "{path} has a form of its own");
            }
            let again = format!("{case}/homework/{note}/end");
            let to = theirs.get(&again).await.to;
            assert_eq!(to, format!("{case}/homework"));
            assert_eq!(theirs.get("/desk/sessions").await.to, "/desk/booking");
        }
    })
    .await;
}

#[tokio::test]
async fn who_is_signed_out_meanwhile_gets_back_what_was_typed() {
    once(async |house: Fictional| {
        let day = day(&house).await;
        let mut okafor = browser(&house, house.clinician).await;
        let workspace = format!("/desk/sessions/{}", day.session);
        let open = okafor.get(&workspace).await;
        let mut elsewhere = okafor.clone();
        elsewhere.post("/desk/lock", &[]).await;
        let fields = [
            ("back", workspace.as_str()),
            ("revision", open.field("revision")),
            ("side", open.field("side")),
            ("brought", "Grief"),
            ("typed", "brought"),
            ("then", "draft"),
        ];
        assert!(open.html.contains("name=\"typed\" value=\"brought\""));
        let seen = okafor.post(&format!("{workspace}/note"), &fields).await;
        assert_eq!(seen.status, StatusCode::UNAUTHORIZED);
        assert!(
            seen.html.contains(">Grief</textarea>") && seen.html.contains("You are signed out")
        );
        assert!(seen.html.contains(&format!("/sign-in?next={workspace}")));
    })
    .await;
}

#[tokio::test]
async fn initials_stand_for_names_on_every_page() {
    once(async |house: Fictional| {
        let day = day(&house).await;
        noted(&house, day.session, Route::Chart, "Say pause early.").await;
        let mut okafor = browser(&house, house.clinician).await;
        okafor.get("/desk").await;
        okafor.post("/desk/initials", &[("show", "initials")]).await;
        for path in [
            "/desk".to_owned(),
            "/desk/calendar".to_owned(),
            "/desk/cases".to_owned(),
            format!("/desk/cases/{}", day.case.id),
            format!("/desk/sessions/{}", day.session),
            format!("/desk/booking?case={}", day.case.id),
        ] {
            let seen = okafor.get(&path).await;
            assert!(seen.html.contains("N."), "{path}");
            assert!(!seen.html.contains("Noor"), "{path}");
        }
    })
    .await;
}
