//! What was destroyed of a client's own record is said plainly to them, and to nobody beside them.

use practice::testing::{Fictional, once};

use crate::browser;

const YEAR: i64 = 366 * 24 * 60;

#[tokio::test]
async fn r16_who_comes_again_reads_that_the_earlier_record_is_gone() {
    once(async |house: Fictional| {
        let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
        let first = house.case_of(&[noor, sam]).await;
        house.everybody_signs(&first).await;
        let practice = &house.practice;
        let okafor = house.desk(house.clinician).await;
        practice.close_case(&okafor, first.id).await.unwrap();
        house.clock.pass_minutes(8 * YEAR);
        house.case_of(&[noor]).await;
        let part = first.participant(noor).unwrap().id;
        let asks = house.fresh(house.clinician).await;
        let asked = practice
            .ask_for_destruction(&asks, part, "Its years are over".into())
            .await
            .unwrap();
        let confirms = house.fresh(house.owner).await;
        practice
            .confirm_destruction(&confirms, asked, |_, _| ())
            .await
            .unwrap();

        let mut hers = browser(&house, noor).await;
        let home = hers.get("/my").await;
        assert!(home.words().contains("No longer kept"), "{}", home.words());
        assert!(
            home.words()
                .contains("What we kept of the work that ended on")
        );
        let receipts = hers.get("/my/receipts").await;
        assert!(
            receipts
                .words()
                .contains("Confirmed that the record be destroyed")
        );
        for path in ["/my/homework", "/my/goals", "/my/consents", "/my/sessions"] {
            assert_eq!(hers.get(path).await.status.as_u16(), 200, "{path}");
        }
        // R2: her partner of then reads nothing of it.
        let mut his = browser(&house, sam).await;
        let home = his.get("/my").await;
        assert!(!home.words().contains("No longer kept"));
        let receipts = his.get("/my/receipts").await;
        assert!(!receipts.words().contains("destroyed"));
    })
    .await;
}
