//! The owner's access log by URL: who reads it, what is searched, the file of it, and the days that stand out.

use axum::http::StatusCode;
use practice::testing::{Fictional, once};

use crate::common::{browser, day};

#[tokio::test]
async fn r1_the_owner_reads_who_opened_what_and_for_others_there_is_no_log() {
    once(async |house: Fictional| {
        let day = day(&house).await;
        let mut clinician = browser(&house, house.clinician).await;
        clinician.get(&format!("/desk/cases/{}", day.case.id)).await;
        for staff in [house.clinician, house.front_desk, house.biller] {
            let mut theirs = browser(&house, staff).await;
            for page in ["", "/file", "/unusual"] {
                let seen = theirs.get(&format!("/desk/practice/log{page}")).await;
                assert_eq!(seen.status, StatusCode::NOT_FOUND);
            }
        }
        let mut owner = browser(&house, house.owner).await;
        assert!(
            owner
                .get("/desk/practice")
                .await
                .html
                .contains("/desk/practice/log")
        );
        let all = owner.get("/desk/practice/log").await;
        assert_eq!(all.status, StatusCode::OK);
        for told in [
            "Opened the overview",
            "Adaeze Okafor",
            "Own side",
            "Joint side",
            "Refused",
        ] {
            assert!(all.words().contains(told), "{told}");
        }
        // R2, R15: nobody's name, and nothing of what clients do.
        assert!(!all.html.contains("Noor") && !all.html.contains("Sam"));

        let by = format!(
            "/desk/practice/log?by={}&outcome=opened&from=2026-11-19&until=2026-11-19",
            house.clinician
        );
        let found = owner.get(&by).await;
        assert!(
            found.words().contains("Opened the overview")
                && !found
                    .html
                    .contains("<td data-label=\"Outcome:\"><span class=\"badge badge--attn")
        );
        let record = found
            .html
            .split("?record=")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .unwrap();
        let of_record = owner
            .get(&format!("/desk/practice/log?record={record}"))
            .await;
        assert!(of_record.words().contains("Only the record that ends in"));
        let other = owner.get("/desk/practice/log?from=2026-11-20").await;
        assert!(other.words().contains("Nothing was found"));
    })
    .await;
}

#[tokio::test]
async fn the_file_of_the_log_has_a_line_for_each_receipt() {
    once(async |house: Fictional| {
        let day = day(&house).await;
        let mut clinician = browser(&house, house.clinician).await;
        clinician.get(&format!("/desk/cases/{}", day.case.id)).await;
        let mut owner = browser(&house, house.owner).await;
        let file = owner
            .get(&format!("/desk/practice/log/file?by={}", house.clinician))
            .await;
        assert!(
            file.html
                .starts_with("number,time,who,role,action,purpose,outcome,records,receipt\n")
        );
        let line = ",Dr. Adaeze Okafor,clinician,case_overview,care,opened,";
        assert!(file.html.contains(line), "{}", file.html);
    })
    .await;
}

#[tokio::test]
async fn the_log_with_proofs_holds_without_the_database() {
    once(async |house: Fictional| {
        let day = day(&house).await;
        let mut clinician = browser(&house, house.clinician).await;
        clinician.get(&format!("/desk/cases/{}", day.case.id)).await;
        assert_eq!(
            clinician.get("/desk/practice/log/excerpt").await.status,
            StatusCode::NOT_FOUND
        );
        let mut owner = browser(&house, house.owner).await;
        let file = owner.get("/desk/practice/log/excerpt").await;
        let excerpt = practice::receipts::Excerpt::parse(&file.html).unwrap();
        assert_eq!(excerpt.check(), Ok(()));
        assert!(excerpt.receipts() > 10);
        assert!(!file.html.contains("Noor"));
        let page = owner.get("/desk/practice/log").await;
        assert!(page.words().contains("Nowhere yet: set heads_folder"));
        let noted = house
            .practice
            .head_left_for_folder("/elsewhere".to_owned(), Err("it is full".to_owned()));
        noted.await.unwrap();
        let page = owner.get("/desk/practice/log").await;
        let said = "Never yet to /elsewhere. It fails now: it is full";
        assert!(page.words().contains(said), "{}", page.words());
    })
    .await;
}

#[tokio::test]
async fn a_day_that_is_none_comes_back_with_a_word_about_it() {
    once(async |house: Fictional| {
        let mut owner = browser(&house, house.owner).await;
        let refused = owner
            .get("/desk/practice/log?from=soon&by=nobody&before=x&record=y")
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.words().contains("Write a day like 2026-11-19."));
        assert!(refused.html.contains("value=\"soon\""));
        let backwards = owner
            .get("/desk/practice/log?from=2026-11-19&until=2026-11-18")
            .await;
        assert!(
            backwards
                .words()
                .contains("The last day is before the first one.")
        );
        let far = owner
            .get("/desk/practice/log?from=9999-12-31&until=9999-12-31")
            .await;
        assert_eq!(far.status, StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn a_filter_that_cannot_be_read_finds_nothing_and_takes_nothing_away() {
    once(async |house: Fictional| {
        let mut owner = browser(&house, house.owner).await;
        for filter in ["record=zzz", "by=nobody", "outcome=most", "before=x"] {
            let seen = owner.get(&format!("/desk/practice/log?{filter}")).await;
            assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{filter}");
            let said = "This search cannot be read. Choose once more.";
            assert!(seen.words().contains(said), "{filter}: {}", seen.words());
            assert!(!seen.html.contains("/desk/practice/log/file"), "{filter}");
            for taken in ["file", "excerpt"] {
                let seen = owner
                    .get(&format!("/desk/practice/log/{taken}?{filter}"))
                    .await;
                assert_eq!(
                    seen.status,
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "{taken} {filter}"
                );
            }
        }
    })
    .await;
}

#[tokio::test]
async fn days_that_stand_out_lead_to_their_lines() {
    once(async |house: Fictional| {
        let mut owner = browser(&house, house.owner).await;
        let nothing = owner.get("/desk/practice/log/unusual").await;
        assert!(nothing.words().contains("Nothing stands out"));
        let mut biller = browser(&house, house.biller).await;
        for _ in 0..5 {
            biller.get("/desk/practice/log").await;
        }
        let told = owner.get("/desk/practice/log/unusual").await;
        assert!(told.words().contains("Was refused 5 times."));
        let lines = format!(
            "/desk/practice/log?by={}&#38;from=2026-11-19&#38;until=2026-11-19&#38;outcome=refused",
            house.biller
        );
        assert!(told.html.contains(&lines), "{}", told.html);
    })
    .await;
}
