//! Messages at the desk by URL: the case's clinician and nobody else, and a copy in the chart that its client sees.

use axum::http::StatusCode;
use practice::testing::age::for_keys;
use practice::testing::{Fictional, once};

use crate::common::browser;

const THREAD: &str = "01990000-0000-7000-8000-000000000001";
const MESSAGE: &str = "01990000-0000-7000-8000-000000000002";

#[tokio::test]
async fn r2_threads_are_their_clinicians_and_a_copy_stands_in_the_chart() {
    once(async |house: Fictional| {
        let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
        let case = house.case_of(&[noor, sam]).await;
        house.everybody_signs(&case).await;
        for person in [noor, sam, house.clinician] {
            house.has_keys(person).await;
        }
        let mut okafor = browser(&house, house.clinician).await;
        let of_case = format!("/desk/cases/{}/messages", case.id);
        let page = okafor.get(&of_case).await;
        assert!(
            page.words().contains("Write to Noor alone"),
            "{}",
            page.words()
        );
        assert!(page.words().contains("Write to Noor and Sam"));
        let begins = format!("{of_case}/new/{}", house.part(&case, noor));
        let page = okafor.get(&begins).await;
        assert!(
            page.words()
                .contains("You and Noor can read this, and nobody else.")
        );
        let file = for_keys(2).to_base64();
        let begin = [
            ("thread", THREAD),
            ("message", MESSAGE),
            ("about", &file),
            ("file", &file),
        ];
        assert_eq!(okafor.post(&begins, &begin).await.html, "{\"sent\":true}");
        let thread = format!("/desk/messages/{THREAD}");
        for path in ["/desk/messages", &of_case] {
            assert!(okafor.get(path).await.html.contains(&thread), "{path}");
        }
        assert!(okafor.get(&thread).await.words().contains("File to chart"));
        let filing = format!("{thread}/filing/{MESSAGE}");
        let copy = [("text", "I slept badly.")];
        assert_eq!(okafor.post(&filing, &copy).await.html, "{\"filed\":true}");
        assert_eq!(
            okafor.post(&filing, &copy).await.status,
            StatusCode::CONFLICT
        );
        let overview = okafor.get(&format!("/desk/cases/{}", case.id)).await;
        assert!(overview.words().contains("I slept badly."));
        let page = okafor.get(&thread).await;
        assert!(
            page.words().contains("filed by Dr. Okafor") && !page.words().contains("File to chart")
        );

        nobody_elses(&house, &[&thread, &of_case, &begins], &filing).await;
    })
    .await;
}

/// That whoever is not its clinician finds neither the thread nor the case's page.
async fn nobody_elses(house: &Fictional, paths: &[&String], filing: &str) {
    for stranger in [house.associate, house.front_desk, house.biller, house.owner] {
        let mut theirs = browser(house, stranger).await;
        theirs.get("/desk/account").await;
        for path in paths {
            let answer = theirs.get(path).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        }
        let answer = theirs.post(filing, &[("text", "I slept badly.")]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{filing}");
    }
}
