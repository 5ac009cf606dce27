//! Booking, settling and the calendar, by URL (R7).

use crate::common::{browser, day};
use axum::http::StatusCode;
use practice::testing::{Fictional, once, premises};

#[tokio::test]
async fn r7_a_session_is_booked_once_and_the_form_comes_back() {
    once(async |house: Fictional| {
        let day = day(&house).await;
        let case = day.case.id.to_string();
        let form = |time: &'static str| {
            vec![
                ("case", case.clone()),
                ("day", "2026-11-24".to_owned()),
                ("time", time.to_owned()),
                ("place", "premises".to_owned()),
            ]
        };
        for staff in [house.clinician, house.front_desk] {
            let time = if staff == house.clinician {
                "10:00"
            } else {
                "14:00"
            };
            let mut theirs = browser(&house, staff).await;
            assert!(
                theirs
                    .get("/desk/booking")
                    .await
                    .html
                    .contains("Noor and Sam")
            );
            let fields = form(time);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
            let booked = theirs.post("/desk/sessions", &fields).await;
            assert_eq!(booked.to, "/desk/calendar?week=2026-11-23&done=booked");
            let week = theirs.get(&booked.to).await.html;
            assert!(week.contains("Booked.") && week.contains("Noor"));
            let refused = theirs.post("/desk/sessions", &fields).await;
            assert_eq!(refused.status, StatusCode::CONFLICT);
            assert!(refused.html.contains("not available") && refused.html.contains(time));
        }
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_booked_says_why_beside_the_field() {
    once(async |house: Fictional| {
        let day = day(&house).await;
        let mut okafor = browser(&house, house.clinician).await;
        okafor.get("/desk/booking").await;
        let refused = okafor.post("/desk/sessions", &[("time", "25:99")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        for words in [
            "Choose whose",
            "Choose a day",
            "Choose a time",
            "Choose where",
            "25:99",
        ] {
            assert!(refused.html.contains(words), "{words}");
        }
        let case = day.case.id.to_string();
        let past = [
            ("case", case.as_str()),
            ("day", "2026-11-10"),
            ("time", "10:00"),
            ("place", "video"),
        ];
        let refused = okafor.post("/desk/sessions", &past).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.html.contains("has passed"));
        let mut ren = browser(&house, house.associate).await;
        ren.get("/desk/booking").await;
        let far = [
            ("case", case.as_str()),
            ("day", "2026-12-01"),
            ("time", "23:59"),
            ("place", "video"),
        ];
        assert_eq!(
            ren.post("/desk/sessions", &far).await.status,
            StatusCode::NOT_FOUND
        );
        let found = okafor.post("/desk/booking", &[("name", "noo")]).await.html;
        assert!(found.contains("Who comes"));
        let none = okafor.post("/desk/booking", &[("name", "zzz")]).await.html;
        assert!(none.contains("Nobody is called so."));
        let found = okafor.post("/desk/cases", &[("name", "SAM")]).await.html;
        assert!(found.contains("Noor"));
    })
    .await;
}

#[tokio::test]
async fn weeks_go_back_and_forth_and_survive_any_address() {
    once(async |house: Fictional| {
        let day = day(&house).await;
        let mut okafor = browser(&house, house.clinician).await;
        let week = okafor.get("/desk/calendar?week=2026-11-19").await.html;
        for words in [
            "16 to 21 November",
            "week=2026-11-09",
            "week=2026-11-23",
            "at-1000 for-60",
        ] {
            assert!(week.contains(words), "{words}");
        }
        assert!(week.contains(&format!("/desk/sessions/{}", day.session)));
        for week in [
            "x",
            "",
            "-9999-01-01",
            "9999-12-31",
            "2026-02-30",
            "-009999-01-03",
        ] {
            for whose in ["", "x", day.noor.to_string().as_str()] {
                let path = format!("/desk/calendar?week={week}&whose={whose}");
                assert_eq!(okafor.get(&path).await.status, StatusCode::OK, "{path}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_session_is_held_or_called_off_once() {
    once(async |house: Fictional| {
        let day = day(&house).await;
        let mut okafor = browser(&house, house.clinician).await;
        let path = format!("/desk/sessions/{}", day.session);
        assert!(okafor.get(&path).await.html.contains("Call it off"));
        house.clock.set("2026-11-19T19:01:00Z".parse().unwrap());
        let mut okafor = browser(&house, house.clinician).await;
        assert!(okafor.get(&path).await.html.contains("It took place"));
        let state = format!("{path}/state");
        for wrong in ["", "booked", "x"] {
            let refused = okafor.post(&state, &[("state", wrong)]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        }
        let held = okafor.post(&state, &[("state", "held")]).await;
        assert_eq!(held.to, format!("{path}?done=held"));
        assert!(okafor.get(&held.to).await.html.contains("Took place"));
        let again = okafor.post(&state, &[("state", "not_held")]).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        let mut front = browser(&house, house.front_desk).await;
        let later = format!("/desk/sessions/{}", day.later);
        assert!(front.get(&later).await.html.contains("sam@example.org"));
        let off = front
            .post(&format!("{later}/state"), &[("state", "cancelled")])
            .await;
        assert_eq!(off.to, "/desk/calendar?done=cancelled");
        let mut ren = browser(&house, house.associate).await;
        ren.get("/desk").await;
        let refused = ren
            .post(&format!("{later}/state"), &[("state", "held")])
            .await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn r7_some_of_several_are_booked_together_and_nobody_is_not() {
    once(async |house: Fictional| {
        premises(&house).await;
        let mut people = Vec::new();
        for name in ["Noor", "Sam", "Kit"] {
            people.push(house.client(name).await);
        }
        let case = house.case_of(&people).await;
        let mut okafor = browser(&house, house.clinician).await;
        let form = okafor.get(&format!("/desk/booking?case={}", case.id)).await;
        for who in &people {
            assert!(form.html.contains(&format!("value=\"{who}\" checked")));
        }
        let (whose, ids) = (
            case.id.to_string(),
            people.iter().map(ToString::to_string).collect::<Vec<_>>(),
        );
        let fields = |come: &[usize], time: &'static str| {
            let mut fields = vec![
                ("case", whose.clone()),
                ("whose", whose.clone()),
                ("day", "2026-11-24".to_owned()),
                ("time", time.to_owned()),
                ("place", "video".to_owned()),
            ];
            fields.extend(come.iter().map(|at| ("people", ids[*at].clone())));
            fields
        };
        let mut post = async |fields: Vec<(&'static str, String)>| {
            let fields: Vec<_> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
            okafor.post("/desk/sessions", &fields).await
        };
        let nobody = post(fields(&[], "10:00")).await;
        assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(nobody.words().contains("Choose who comes."));
        let two = post(fields(&[0, 2], "10:00")).await;
        assert_eq!(two.to, "/desk/calendar?week=2026-11-23&done=booked");
        let desk = house.desk(house.clinician).await;
        let seen = house.practice.case_overview(&desk, case.id).await.unwrap();
        assert_eq!(seen.sessions.len(), 1);
        // R11: while joint work waits, one comes and not two.
        house.waits(&case).await;
        let two = post(fields(&[0, 2], "14:00")).await;
        assert_eq!(two.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(two.words().contains("Sessions of everybody wait"));
        let one = post(fields(&[1], "14:00")).await;
        assert_eq!(one.to, "/desk/calendar?week=2026-11-23&done=booked");
    })
    .await;
}
