//! Break glass by URL: who finds the form, what it refuses and says, and the list with its marks.

use axum::http::StatusCode;
use practice::notes::Route;
use practice::testing::{Fictional, once};

use crate::common::{browser, day, noted};

const REASON: &str = "She called from the bridge";

#[tokio::test]
async fn r1_a_clinician_with_a_reason_and_a_fresh_proof_reads_one_record() {
    once(async |house: Fictional| {
        let day = day(&house).await;
        let other = house.colleague("Dr. Ilse Brandt", "ilse").await;
        for staff in [house.front_desk, house.biller, house.associate, house.owner] {
            let mut theirs = browser(&house, staff).await;
            let seen = theirs.get("/desk/emergencies/begin").await;
            assert_eq!(seen.status, StatusCode::NOT_FOUND);
        }
        let mut theirs = browser(&house, other).await;
        let record = format!("/desk/cases/{}", day.case.id);
        assert_eq!(theirs.get(&record).await.status, StatusCode::NOT_FOUND);
        let form = theirs.get("/desk/emergencies/begin").await;
        assert!(!form.words().contains("Noor"));
        let clinician = house.clinician.to_string();
        let fields = |name| {
            let clinician = ("clinician", clinician.as_str());
            [clinician, ("name", name), ("reason", REASON)]
        };
        let refused = theirs
            .post("/desk/emergencies/begin", &fields("Nora"))
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let said = "Nobody in their care goes by this name.";
        assert!(refused.words().contains(said), "{}", refused.words());
        assert!(refused.html.contains(REASON), "what was typed stays");
        let begun = theirs
            .post("/desk/emergencies/begin", &fields("Noor"))
            .await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER);
        let seen = theirs.get(&record).await;
        assert_eq!(seen.status, StatusCode::OK);
        assert!(
            seen.words().contains("Noor and a partner"),
            "{}",
            seen.words()
        );
        assert!(!seen.html.contains("Name not open"));
        // Eleven minutes later who asks is asked first, and nothing begins before.
        house.clock.pass_minutes(11);
        let asked = theirs.post("/desk/emergencies/begin", &fields("Sam")).await;
        assert_eq!(asked.status, StatusCode::FORBIDDEN);
        assert!(asked.words().contains("Is it still you?"));
    })
    .await;
}

#[tokio::test]
async fn r1_while_an_emergency_runs_its_end_stands_on_every_page_and_nothing_that_writes_is_offered()
 {
    once(async |house: Fictional| {
        let day = day(&house).await;
        let note = noted(&house, day.later, Route::Chart, "Walk").await;
        let other = house.colleague("Dr. Ilse Brandt", "ilse").await;
        let fresh = house.fresh(other).await;
        let asked = practice::emergencies::Asked {
            clinician: house.clinician,
            name: "Noor".into(),
            reason: REASON.into(),
        };
        let begun = house.practice.begin_emergency(&fresh, asked).await;
        let begun = begun.unwrap();
        let end = format!("/desk/emergencies/{}/end", begun.id);
        let case = format!("/desk/cases/{}", day.case.id);
        let noor = day.case.participant(day.noor).unwrap();
        let pages = [
            (case.clone(), vec!["Book</a>", ">Give<"]),
            (
                format!("{case}/homework"),
                vec!["Give homework", ">End it<"],
            ),
            (format!("{case}/notes"), vec![]),
            (format!("/desk/notes/{note}"), vec!["Add to this note"]),
            (
                format!("{case}/intake/{}", noor.id),
                vec!["Record one given elsewhere"],
            ),
            (
                format!("/desk/sessions/{}", day.session),
                vec!["Save draft", "It took place", "Book next", "Process note"],
            ),
            (
                format!("/desk/people/{}", day.noor),
                vec!["Signing in", "Write down at which times"],
            ),
        ];
        let mut okafor = browser(&house, house.clinician).await;
        let mut theirs = browser(&house, other).await;
        for (path, acts) in &pages {
            let seen = okafor.get(path).await;
            assert!(!seen.html.contains(&end), "{path}");
            let seen = theirs.get(path).await;
            assert_eq!(seen.status, StatusCode::OK, "{path}");
            assert!(seen.words().contains("Emergency access until"), "{path}");
            assert!(seen.html.contains(&end), "{path}");
            for act in acts {
                assert!(!seen.html.contains(act), "{act} at {path}");
            }
        }
        for path in [format!("{case}/homework/new")] {
            assert_eq!(theirs.get(&path).await.status, StatusCode::NOT_FOUND);
        }
        assert!(theirs.get("/desk").await.html.contains(&end));
        assert_eq!(theirs.post(&end, &[]).await.status, StatusCode::SEE_OTHER);
        assert!(!theirs.get("/desk").await.html.contains(&end));
    })
    .await;
}

#[tokio::test]
async fn the_list_is_for_whom_it_concerns_and_the_owner_marks_it() {
    once(async |house: Fictional| {
        let day = day(&house).await;
        let other = house.colleague("Dr. Ilse Brandt", "ilse").await;
        let fresh = house.fresh(other).await;
        let asked = practice::emergencies::Asked {
            clinician: house.clinician,
            name: "Noor".into(),
            reason: REASON.into(),
        };
        let begun = house.practice.begin_emergency(&fresh, asked).await;
        let id = begun.unwrap().id;
        for staff in [house.front_desk, house.biller] {
            let mut theirs = browser(&house, staff).await;
            let seen = theirs.get("/desk/emergencies").await;
            assert_eq!(seen.status, StatusCode::NOT_FOUND);
        }
        let mut okafor = browser(&house, house.clinician).await;
        let today = okafor.get("/desk").await;
        assert!(
            today
                .words()
                .contains("One record was opened in an emergency")
        );
        let seen = okafor.get("/desk/emergencies").await;
        assert!(seen.words().contains(REASON) && seen.words().contains("Open until"));
        let review = format!("/desk/emergencies/{id}/review");
        assert_eq!(
            okafor.post(&review, &[]).await.status,
            StatusCode::NOT_FOUND
        );
        let mut owner = browser(&house, house.owner).await;
        let seen = owner.get("/desk/emergencies").await;
        assert!(seen.words().contains(REASON) && seen.words().contains("Noor"));
        assert_eq!(owner.post(&review, &[]).await.status, StatusCode::SEE_OTHER);
        let end = format!("/desk/emergencies/{id}/end");
        assert_eq!(owner.post(&end, &[]).await.status, StatusCode::SEE_OTHER);
        let seen = okafor.get("/desk/emergencies").await;
        assert!(seen.words().contains("Looked at: P. Raman"));
        assert!(seen.words().contains("Ended"));
        let mut theirs = browser(&house, other).await;
        let record = format!("/desk/cases/{}", day.case.id);
        assert_eq!(theirs.get(&record).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}
