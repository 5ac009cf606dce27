//! Writing, signing, co-signing and adding to notes, by URL (R5, R9).

use crate::common::{self, booked, browser, day, noted, session_of, text};
use axum::http::StatusCode;
use practice::notes::Route;
use practice::testing::{Fictional, once, premises};

fn form<'a>(revision: &'a str, did: &'a str, then: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("side", "chart"),
        ("revision", revision),
        ("did", did),
        ("agreed", "Walk together."),
        ("phases", "desire"),
        ("phases", "no phase"),
        ("then", then),
    ]
}

#[tokio::test]
async fn r5_a_draft_is_saved_signed_and_then_only_added_to() {
    once(async |house: Fictional| {
        let day = day(&house).await;
        let mut okafor = browser(&house, house.clinician).await;
        let workspace = format!("/desk/sessions/{}", day.session);
        let to_note = format!("{workspace}/note");
        okafor.get(&workspace).await;
        let saved = okafor
            .post(&to_note, &form("0", "Slowed down.", "draft"))
            .await;
        assert_eq!(saved.to, format!("{workspace}?side=chart&done=saved"));
        let seen = okafor.get(&saved.to).await.html;
        assert!(seen.contains("Slowed down.") && seen.contains("name=\"revision\" value=\"1\""));
        let asked = okafor
            .post(&to_note, &form("1", "Slowed down. <b>", "sign"))
            .await;
        assert!(asked.to.ends_with("/signature"), "{}", asked.to);
        let seen = okafor.get(&asked.to).await.html;
        assert!(seen.contains("Sign this note?") && seen.contains("Slowed down. &#60;b&#62;"));
        let signed = okafor.post(&asked.to, &[("revision", "2")]).await;
        assert!(signed.to.ends_with("?done=signed"), "{}", signed.to);
        let note = okafor.get(&signed.to).await.html;
        assert!(note.contains("Signed by Dr. Adaeze Okafor") && note.contains("Desire"));
        // R5: nothing more can be written, and the words come back.
        let late = okafor
            .post(&to_note, &form("2", "One more thought.", "draft"))
            .await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(late.html.contains("One more thought.") && late.html.contains("cannot be changed"));
        let again = okafor.post(&asked.to, &[("revision", "2")]).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        let add = signed.to.replace("?done=signed", "/amendments");
        let refused = okafor
            .post(&add, &[("text", "It was Tuesday."), ("reason", " ")])
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.html.contains("It was Tuesday.") && refused.html.contains("Write why"));
        let added = okafor
            .post(
                &add,
                &[
                    ("text", "It was Tuesday."),
                    ("reason", "I mixed up the day."),
                ],
            )
            .await;
        let note = okafor.get(&added.to).await.html;
        assert!(note.contains("It was Tuesday.") && note.contains("I mixed up the day."));
        assert!(note.contains("Slowed down."));
    })
    .await;
}

#[tokio::test]
async fn r5_saved_and_signed_at_once_from_the_dialog() {
    once(async |house: Fictional| {
        let day = day(&house).await;
        let mut okafor = browser(&house, house.clinician).await;
        let workspace = format!("/desk/sessions/{}", day.session);
        okafor.get(&workspace).await;
        let to_note = format!("{workspace}/note");
        let signed = okafor
            .post(&to_note, &form("0", "Slowed down.", "signed"))
            .await;
        assert_eq!(signed.to, format!("{workspace}?side=chart&done=signed"));
        assert!(
            okafor
                .get(&signed.to)
                .await
                .html
                .contains("Signed Thu 19 Nov")
                || okafor.get(&signed.to).await.html.contains("Signed, Today")
        );
    })
    .await;
}

#[tokio::test]
async fn a_note_that_saves_itself_is_told_which_field_is_too_long() {
    once(async |house: Fictional| {
        let day = day(&house).await;
        let mut okafor = browser(&house, house.clinician).await;
        let workspace = format!("/desk/sessions/{}", day.session);
        okafor.get(&workspace).await;
        let to_note = format!("{workspace}/note");
        let long = "x".repeat(20_003);
        let fields = form("0", &long, "draft");
        let told = okafor.post_by_module(&to_note, &fields).await;
        assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            told.html.contains("\"This is 3 characters too long.\""),
            "{}",
            told.html
        );
    })
    .await;
}

#[tokio::test]
async fn a_stale_draft_comes_back_beside_what_was_saved_meanwhile() {
    once(async |house: Fictional| {
        let day = day(&house).await;
        let (mut here, mut there) = (
            browser(&house, house.clinician).await,
            browser(&house, house.clinician).await,
        );
        let workspace = format!("/desk/sessions/{}", day.session);
        let to_note = format!("{workspace}/note");
        here.get(&workspace).await;
        there.get(&workspace).await;
        here.post(&to_note, &form("0", "First words.", "draft"))
            .await;
        let late = there
            .post(&to_note, &form("0", "Other words.", "draft"))
            .await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        for words in [
            "Other words.",
            "First words.",
            "saved meanwhile",
            "name=\"revision\" value=\"1\"",
        ] {
            assert!(late.html.contains(words), "{words}");
        }
        let saved = there
            .post(&to_note, &form("1", "Other words.", "draft"))
            .await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER);
    })
    .await;
}

#[tokio::test]
async fn wrong_input_keeps_the_text() {
    once(async |house: Fictional| {
        let day = day(&house).await;
        let mut okafor = browser(&house, house.clinician).await;
        let to_note = format!("/desk/sessions/{}/note", day.session);
        okafor.get("/desk").await;
        let long = "word ".repeat(4_001);
        let refused = okafor.post(&to_note, &form("0", &long, "draft")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.html.contains("too long") && refused.html.contains(&long));
        let empty = [("side", "chart"), ("revision", "0")];
        let refused = okafor.post(&to_note, &empty).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.html.contains("Write something first."));
        for side in ["", "x", day.noor.to_string().as_str()] {
            let refused = okafor
                .post(&to_note, &[("side", side), ("did", "Words.")])
                .await;
            assert!(refused.status.is_client_error(), "{side}");
        }
    })
    .await;
}

#[tokio::test]
async fn r9_nothing_is_written_before_consent_and_the_page_says_whose_is_missing() {
    once(async |house: Fictional| {
        practice::testing::premises(&house).await;
        let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
        let case = house.case_of(&[noor, sam]).await;
        let session = booked(&house, case.id, &[], "2026-11-19T18:00:00Z").await;
        house.signs(&case, noor, "informed-consent").await.unwrap();
        let mut okafor = browser(&house, house.clinician).await;
        let workspace = format!("/desk/sessions/{session}");
        let seen = okafor.get(&workspace).await.html;
        assert!(seen.contains("Sam has not signed the informed consent"));
        assert!(!seen.contains("data-autosave"));
        let noors = format!("{workspace}?side={}", house.part(&case, noor));
        assert!(okafor.get(&noors).await.html.contains("data-autosave"));
        let refused = okafor
            .post(
                &format!("{workspace}/note"),
                &form("0", "Too early.", "draft"),
            )
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.html.contains("Too early.") && refused.html.contains("not in force"));
    })
    .await;
}

#[tokio::test]
async fn r2_each_side_has_its_own_note_under_its_own_label() {
    once(async |house: Fictional| {
        let day = day(&house).await;
        let sam = house.part(&day.case, day.sam);
        noted(
            &house,
            day.session,
            Route::Own(sam),
            "Ask him about his father.",
        )
        .await;
        let mut okafor = browser(&house, house.clinician).await;
        let joint = okafor
            .get(&format!("/desk/sessions/{}", day.session))
            .await
            .html;
        assert!(joint.contains("Couple record. Both of them may ask to read this"));
        assert!(!joint.contains("father"));
        let own = okafor
            .get(&format!("/desk/sessions/{}?side={sam}", day.session))
            .await
            .html;
        assert!(own.contains("Sam only. Not for Noor") && own.contains("father"));
        // In the next session with both, what is Sam's own is folded and labelled.
        let next = okafor
            .get(&format!("/desk/sessions/{}", day.later))
            .await
            .html;
        let (_, folded) = next.split_once("<details class=\"ref\"><summary>").unwrap();
        assert!(folded.contains("Sam only. Not for Noor"));
    })
    .await;
}

#[tokio::test]
async fn r2_the_session_of_one_shows_their_side_and_goes_on_to_the_case_when_asked() {
    once(async |house: Fictional| {
        let day = day(&house).await;
        let alone = booked(&house, day.case.id, &[day.noor], "2026-11-19T20:00:00Z").await;
        let workspace = format!("/desk/sessions/{alone}");
        let mut okafor = browser(&house, house.clinician).await;
        let seen = okafor.get(&workspace).await;
        assert!(seen.words().contains("Noor only. Not for a partner"));
        assert!(!seen.html.contains("Sam"));
        let whole = format!("{workspace}?side=chart");
        assert!(seen.html.contains(&whole));
        assert!(seen.words().contains("Somebody else of the case came, too"));
        let written = [
            ("side", ""),
            ("brought", "Of her sister."),
            ("then", "draft"),
        ];
        let side = house.part(&day.case, day.noor).to_string();
        let written = written.map(|(name, value)| match name {
            "side" => (name, side.as_str()),
            _ => (name, value),
        });
        let saved = okafor.post(&format!("{workspace}/note"), &written).await;
        assert!(!okafor.get(&saved.to).await.html.contains("Sam"));
        let all = okafor.get(&whole).await;
        assert!(all.words().contains("Couple record") && all.html.contains("Sam"));
        assert!(!all.words().contains("Somebody else of the case came, too"));
    })
    .await;
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story")]
async fn r5_an_associates_note_waits_for_the_supervisor() {
    once(async |house: Fictional| {
        practice::testing::premises(&house).await;
        let kit = house.client("Kit").await;
        let case = house
            .case_with(house.associate, Some(house.clinician), &[kit])
            .await;
        house.everybody_signs(&case).await;
        let ren = house.desk(house.associate).await;
        let new = common::session_of(case.id, &[], "2026-11-19T18:00:00Z");
        let session = house.practice.book_session(&ren, new).await.unwrap();
        let (note, _) = house
            .practice
            .write_note(&ren, session, Route::Chart, text("We talked.", ""), None)
            .await
            .unwrap();
        let mut castellano = browser(&house, house.associate).await;
        let asked = format!("/desk/notes/{note}/signature");
        assert!(
            castellano
                .get(&asked)
                .await
                .html
                .contains("when your supervisor co-signs")
        );
        let signed = castellano.post(&asked, &[("revision", "1")]).await;
        assert!(signed.to.ends_with("?done=awaiting"), "{}", signed.to);
        assert!(
            castellano
                .get("/desk")
                .await
                .html
                .contains("One note waits")
        );
        let cosign = format!("/desk/notes/{note}/cosignature");
        let refused = castellano.post(&cosign, &[("revision", "2")]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        let mut okafor = browser(&house, house.clinician).await;
        assert!(
            okafor
                .get("/desk")
                .await
                .html
                .contains(&format!("/desk/notes/{note}"))
        );
        assert!(
            okafor
                .get(&format!("/desk/notes/{note}"))
                .await
                .html
                .contains("Your co-signature")
        );
        let done = okafor.post(&cosign, &[("revision", "2")]).await;
        assert!(
            okafor
                .get(&done.to)
                .await
                .html
                .contains("Co-signed by Dr. Adaeze Okafor")
        );
    })
    .await;
}

#[tokio::test]
async fn r5_an_associate_without_a_supervisor_reads_what_the_owner_must_do() {
    once(async |house: Fictional| {
        premises(&house).await;
        let noor = house.client("Noor").await;
        let case = house.case_with(house.associate, None, &[noor]).await;
        house.everybody_signs(&case).await;
        let new = session_of(case.id, &[], "2026-11-26T18:00:00Z");
        let access = house.desk(house.associate).await;
        let session = house.practice.book_session(&access, new).await.unwrap();
        let mut theirs = browser(&house, house.associate).await;
        let here = format!("/desk/sessions/{session}");
        let note = format!("{here}/note");
        theirs.get(&here).await;
        let fields = [("side", "chart"), ("did", "We talked."), ("then", "signed")];
        let refused = theirs.post(&note, &fields).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.words());
        assert!(refused.words().contains("Not signed."));
        assert!(refused.words().contains("Ask the owner of the practice"));
        assert!(refused.words().contains("We talked."));
        let again = [
            ("side", "chart"),
            ("did", "We talked more."),
            ("revision", "1"),
            ("then", "sign"),
        ];
        let asked = theirs.post(&note, &again).await;
        let page = theirs.get(&asked.to).await;
        assert!(page.words().contains("This cannot be signed yet."));
        let refused = theirs.post(&asked.to, &[("revision", "2")]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);

        let mut owner = browser(&house, house.owner).await;
        let practice = owner.get("/desk/practice").await;
        assert!(practice.words().contains("Name a supervisor"));
        let name = "/desk/practice/staff/supervisor";
        let wrong = [("associate", "okafor"), ("supervised_by", "okafor")];
        let seen = owner.post(name, &wrong).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
        let right = [("associate", "castellano"), ("supervised_by", "okafor")];
        let seen = owner.post(name, &right).await;
        assert_eq!(seen.to, "/desk/practice");
        let signed = theirs.post(&asked.to, &[("revision", "2")]).await;
        assert!(signed.to.ends_with("?done=awaiting"));
    })
    .await;
}
