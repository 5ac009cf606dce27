//! A case by URL: who joins, leaves and begins another one, and a separation.

use axum::http::StatusCode;
use practice::testing::{Fictional, once};

use crate::common::{booked, browser, day};

#[tokio::test]
async fn r2_a_part_is_ended_with_a_reason_that_only_their_own_side_keeps() {
    once(async |house: Fictional| {
        let day = day(&house).await;
        let sam = house.part(&day.case, day.sam);
        let case = format!("/desk/cases/{}", day.case.id);
        let page = format!("{case}/people/{sam}/end");
        let mut okafor = browser(&house, house.clinician).await;
        assert!(okafor.get(&case).await.html.contains(&page));
        let asked = okafor.get(&page).await;
        assert!(asked.words().contains("The case goes on with Noor."));
        let half = okafor.post(&page, &[("reason", "They part.")]).await;
        assert_eq!(half.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(half.html.contains("They part."));
        let none = okafor.post(&page, &[("sure", "yes")]).await;
        assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
        for other in [house.front_desk, house.associate, house.owner] {
            let mut theirs = browser(&house, other).await;
            assert_eq!(theirs.get(&page).await.status, StatusCode::NOT_FOUND);
        }
        let sure = [("reason", "They part."), ("sure", "yes")];
        let ended = okafor.post(&page, &sure).await;
        assert_eq!(ended.to, format!("{case}?done=part"));
        let seen = okafor.get(&ended.to).await;
        assert!(seen.words().contains("Their part has ended."));
        assert!(seen.words().contains("to 19 November 2026"));
        assert!(seen.words().contains("They part."));
        assert!(!seen.html.contains("End the part of"), "Noor is the last");
        let late = okafor.post(&page, &sure).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert_eq!(okafor.get(&page).await.status, StatusCode::NOT_FOUND);
        let later = okafor.get(&format!("/desk/sessions/{}", day.later)).await;
        assert_eq!(later.status, StatusCode::OK);
        let booking = okafor
            .get(&format!("/desk/booking?case={}", day.case.id))
            .await;
        assert!(!booking.html.contains("Sam alone"));
    })
    .await;
}

#[tokio::test]
async fn r2_somebody_joins_by_url_and_only_its_clinician_adds_them() {
    once(async |house: Fictional| {
        let day = day(&house).await;
        let page = format!("/desk/cases/{}/joining", day.case.id);
        for other in [house.front_desk, house.associate, house.owner] {
            let mut theirs = browser(&house, other).await;
            assert_eq!(theirs.get(&page).await.status, StatusCode::NOT_FOUND);
            theirs.get("/desk").await;
            let sent = theirs.post(&page, &[("sure", "yes")]).await;
            assert_eq!(sent.status, StatusCode::NOT_FOUND);
        }
        let mut okafor = browser(&house, house.clinician).await;
        let asked = okafor.get(&page).await;
        assert!(asked.words().contains("together with Noor and Sam"));
        let new = [("name-1", "Kit"), ("mail-1", "noor@example.org")];
        let half = okafor.post(&page, &new).await;
        assert_eq!(half.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(half.html.contains("Kit"));
        let [name, mail] = new;
        let added = okafor.post(&page, &[name, mail, ("sure", "yes")]).await;
        assert_eq!(added.status, StatusCode::OK);
        assert!(added.words().contains("The link is on its way"));
        let seen = okafor.get(&format!("/desk/cases/{}", day.case.id)).await;
        assert!(seen.words().contains("Three people"));
        assert!(seen.words().contains("wait for your screening"));
        assert!(seen.words().contains("Since 19 November 2026"));
    })
    .await;
}

#[tokio::test]
async fn r2_another_case_is_begun_by_url_with_nothing_in_it() {
    once(async |house: Fictional| {
        let day = day(&house).await;
        let page = format!("/desk/cases/{}/begin", day.case.id);
        for other in [house.front_desk, house.associate, house.owner] {
            let mut theirs = browser(&house, other).await;
            assert_eq!(theirs.get(&page).await.status, StatusCode::NOT_FOUND);
            theirs.get("/desk").await;
            let sent = theirs.post(&page, &[]).await;
            assert_eq!(sent.status, StatusCode::NOT_FOUND);
        }
        let mut okafor = browser(&house, house.clinician).await;
        let asked = okafor.get(&page).await;
        assert!(asked.words().contains("Noor") && asked.words().contains("Sam"));
        let nobody = okafor.post(&page, &[]).await;
        assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
        let more = okafor.post(&page, &[("more", "yes")]).await;
        assert!(more.html.contains("name-1"));
        let noor = format!("with-{}", day.noor);
        let begun = okafor.post(&page, &[(noor.as_str(), "yes")]).await;
        assert_eq!(begun.status, StatusCode::OK);
        assert!(begun.words().contains("They sign in as before"));
        let list = okafor.get("/desk/cases").await;
        assert!(list.words().contains("Individual"));
    })
    .await;
}

#[tokio::test]
async fn r2_a_separation_is_read_before_it_is_done_and_tells_each_of_themselves() {
    once(async |house: Fictional| {
        let day = day(&house).await;
        let page = format!("/desk/cases/{}/separation", day.case.id);
        for other in [house.front_desk, house.associate, house.owner] {
            let mut theirs = browser(&house, other).await;
            assert_eq!(theirs.get(&page).await.status, StatusCode::NOT_FOUND);
            theirs.get("/desk").await;
            assert_eq!(theirs.post(&page, &[]).await.status, StatusCode::NOT_FOUND);
        }
        let mut okafor = browser(&house, house.clinician).await;
        let asked = okafor.get(&page).await;
        assert!(asked.words().contains("Nothing happens on this page."));
        let parts = [day.noor, day.sam].map(|who| house.part(&day.case, who));
        let field = |word: &str, at: usize| format!("{word}-{}", parts[at]);
        let other = house.associate.to_string();
        let names = [
            field("onward", 0),
            field("onward", 1),
            field("clinician", 1),
        ];
        let said = [
            ("day", "2026-11-19"),
            (names[0].as_str(), "here"),
            (names[1].as_str(), "other"),
            (names[2].as_str(), other.as_str()),
        ];
        let half = okafor.post(&page, &said[..3]).await;
        assert_eq!(half.status, StatusCode::UNPROCESSABLE_ENTITY);
        let late = [("day", "2026-11-20"), said[1], said[2], said[3]];
        let late = okafor.post(&page, &late).await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
        let shown = okafor.post(&page, &said).await;
        assert_eq!(shown.status, StatusCode::OK);
        assert!(shown.words().contains("Nothing has happened yet."));
        assert!(shown.words().contains("With Ren Castellano"));
        let acts = [said.as_slice(), &[("step", "act")]].concat();
        let unsure = okafor.post(&page, &acts).await;
        assert_eq!(unsure.status, StatusCode::UNPROCESSABLE_ENTITY);
        let acts = [acts.as_slice(), &[("sure", "yes")]].concat();
        let parted = okafor.post(&page, &acts).await;
        assert_eq!(
            parted.to,
            format!("/desk/cases/{}?done=parted", day.case.id)
        );
        let seen = okafor.get(&parted.to).await;
        assert!(seen.words().contains("Care goes on: With you"));
        assert!(seen.words().contains("changes no more"));
        assert_eq!(okafor.get(&page).await.status, StatusCode::NOT_FOUND);
        let again = okafor.post(&page, &acts).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        let mut ren = browser(&house, house.associate).await;
        let list = ren.get("/desk/cases").await;
        assert!(list.words().contains("Sam") && !list.words().contains("Noor"));
    })
    .await;
}

#[tokio::test]
async fn r2_work_of_several_ends_by_its_separation_and_never_beside_a_case_that_begins() {
    once(async |house: Fictional| {
        let day = day(&house).await;
        let case = format!("/desk/cases/{}", day.case.id);
        let page = format!("{case}/begin");
        let mut okafor = browser(&house, house.clinician).await;
        let asked = okafor.get(&page).await;
        assert!(asked.html.contains(&format!("href=\"{case}/separation\"")));
        let noor = format!("with-{}", day.noor);
        let both = [(noor.as_str(), "yes"), ("close", "yes")];
        let refused = okafor.post(&page, &both).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            refused
                .words()
                .contains("Work of several ends on a page of its own")
        );
        assert!(
            refused
                .html
                .contains(&format!("href=\"{case}/separation\""))
        );
        let closing = format!("{case}/closing");
        assert_eq!(okafor.get(&closing).await.status, StatusCode::NOT_FOUND);
        let sent = okafor.post(&closing, &[("sure", "yes")]).await;
        assert_eq!(sent.status, StatusCode::NOT_FOUND);
        assert!(!okafor.get(&case).await.html.contains(&closing));
    })
    .await;
}

#[tokio::test]
async fn r15_a_closed_case_is_found_and_says_that_it_is_closed() {
    once(async |house: Fictional| {
        let day = day(&house).await;
        let kit = house.client("Kit").await;
        let open = house.case_of(&[kit]).await;
        let access = house.desk(house.clinician).await;
        let closing = house.practice.close_case(&access, day.case.id);
        closing.await.unwrap();
        let href = |case: practice::ids::CaseId| format!("href=\"/desk/cases/{case}\"");
        let mut okafor = browser(&house, house.clinician).await;
        let list = okafor.get("/desk/cases").await;
        assert!(list.html.contains(&href(open.id)) && !list.html.contains(&href(day.case.id)));
        assert!(list.words().contains("Closed ones too"));
        let all = okafor.get("/desk/cases?closed=yes").await;
        assert!(all.html.contains(&href(open.id)) && all.html.contains(&href(day.case.id)));
        assert_eq!(all.html.matches("</svg>Closed</span>").count(), 1);
        for (fields, found) in [
            (vec![("name", "noor")], false),
            (vec![("name", "noor"), ("closed", "yes")], true),
        ] {
            let list = okafor.post("/desk/cases", &fields).await;
            assert_eq!(list.html.contains(&href(day.case.id)), found);
        }
        // Who keeps its record reads it from there.
        let noor = house.part(&day.case, day.noor);
        let record = okafor.get(&format!("/desk/retention/{noor}")).await;
        assert!(record.html.contains(&href(day.case.id)));
        let mut owner = browser(&house, house.owner).await;
        let record = owner.get(&format!("/desk/retention/{noor}")).await;
        assert_eq!(record.status, StatusCode::OK);
        assert!(!record.html.contains(&href(day.case.id)));
    })
    .await;
}

#[tokio::test]
async fn a_case_of_one_is_closed_from_its_page() {
    once(async |house: Fictional| {
        practice::testing::premises(&house).await;
        let kit = house.client("Kit").await;
        let alone = house.case_of(&[kit]).await;
        house.everybody_signs(&alone).await;
        let coming = booked(&house, alone.id, &[], "2026-11-26T18:00:00Z").await;
        let case = format!("/desk/cases/{}", alone.id);
        let page = format!("{case}/closing");
        for other in [house.front_desk, house.associate, house.owner] {
            let mut theirs = browser(&house, other).await;
            assert_eq!(theirs.get(&page).await.status, StatusCode::NOT_FOUND);
            theirs.get("/desk").await;
            let sent = theirs.post(&page, &[("sure", "yes")]).await;
            assert_eq!(sent.status, StatusCode::NOT_FOUND);
        }
        let mut okafor = browser(&house, house.clinician).await;
        assert!(okafor.get(&case).await.html.contains(&page));
        let asked = okafor.get(&page).await;
        assert!(asked.words().contains("Your work with Kit ends today."));
        let half = okafor.post(&page, &[]).await;
        assert_eq!(half.status, StatusCode::UNPROCESSABLE_ENTITY);
        let closed = okafor.post(&page, &[("sure", "yes")]).await;
        assert_eq!(closed.to, format!("{case}?done=closed"));
        let seen = okafor.get(&closed.to).await;
        assert!(seen.words().contains("The case is closed."));
        assert!(!seen.html.contains(&page));
        let session = okafor.get(&format!("/desk/sessions/{coming}")).await;
        assert!(session.words().contains("Called off"));
        let late = okafor.post(&page, &[("sure", "yes")]).await;
        assert_eq!(late.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn r5_a_separation_names_what_is_unwritten_and_what_each_signed() {
    once(async |house: Fictional| {
        let owner = house.desk(house.owner).await;
        let own = practice::consent::Secrets::Own;
        let setting =
            house
                .practice
                .set_policy(&owner, own, "We decide together.", "Once you part, ask us.");
        setting.await.unwrap();
        let day = day(&house).await;
        house.clock.set("2026-11-19T19:01:00Z".parse().unwrap());
        let mut okafor = browser(&house, house.clinician).await;
        let page = format!("/desk/cases/{}/separation", day.case.id);
        okafor.get(&page).await;
        let parts = [day.noor, day.sam].map(|who| house.part(&day.case, who));
        let names = parts.map(|part| format!("onward-{part}"));
        let said = [
            ("day", "2026-11-19"),
            (names[0].as_str(), "here"),
            (names[1].as_str(), "nowhere"),
        ];
        let shown = okafor.post(&page, &said).await;
        assert_eq!(shown.status, StatusCode::OK, "{}", shown.words());
        assert!(
            shown
                .words()
                .contains("No note was written on the joint side")
        );
        assert!(
            shown
                .html
                .contains(&format!("/desk/sessions/{}", day.session))
        );
        assert!(
            shown
                .words()
                .contains("version 1. These are your practice’s own words")
        );
        assert!(!shown.words().contains("It does not end their reading"));
        crate::common::noted(&house, day.session, practice::notes::Route::Chart, "").await;
        let shown = okafor.post(&page, &said).await;
        assert!(
            !shown
                .words()
                .contains("No note was written on the joint side")
        );
    })
    .await;
}

#[tokio::test]
async fn r2_who_left_is_not_booked_named_or_asked_for_any_more() {
    once(async |house: Fictional| {
        let day = day(&house).await;
        let access = house.desk(house.clinician).await;
        let of = (day.case.id, house.part(&day.case, day.sam));
        let ending = house.practice.end_part(&access, of, "They part.".into());
        ending.await.unwrap();
        let mut okafor = browser(&house, house.clinician).await;
        for path in ["/desk/cases", "/desk/booking"] {
            let seen = okafor.get(path).await;
            assert!(seen.words().contains("Noor") && !seen.words().contains("Sam"));
        }
        let all = okafor.post("/desk/cases", &[("name", "sam"), ("closed", "yes")]);
        assert!(all.await.words().contains("Left: Sam"));
        let case = format!("/desk/cases/{}", day.case.id);
        let giving = okafor.get(&format!("{case}/homework/new")).await;
        assert!(giving.words().contains("Give to Noor") && !giving.words().contains("Give to Sam"));
        for page in ["", "/notes", "/homework", "/messages"] {
            let seen = okafor.get(&format!("{case}{page}")).await;
            assert!(seen.html.contains(&format!("{case}/together")), "{page}");
        }
        let session = format!("/desk/sessions/{}", day.later);
        let seen = okafor.get(&session).await;
        assert!(seen.words().contains("In the room") && seen.words().contains("Book next"));
        house
            .practice
            .close_case(&access, day.case.id)
            .await
            .unwrap();
        let seen = okafor.get(&format!("/desk/sessions/{}", day.session)).await;
        assert!(!seen.words().contains("In the room") && !seen.words().contains("Book next"));
    })
    .await;
}
