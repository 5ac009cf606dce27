//! R2 in the receipts of who did not sign: a document of another's own part tells them nothing.

use super::*;

/// All that somebody reads of others in their receipts, but for the pages that were looked at.
async fn learned(house: &Fictional, who: PersonId) -> Vec<(crate::ids::ReceiptId, &'static str)> {
    let access = house.portal(who).await;
    let page = house
        .practice
        .who_opened_my_record(&access, Whose::Others, None)
        .await;
    let openings = page.unwrap().openings.into_iter();
    openings
        .filter(|one| one.by != OpenedBy::You)
        .map(|one| (one.id, one.what))
        .collect()
}

#[tokio::test]
async fn r2_who_refused_reads_nothing_of_a_document_of_anothers_own() {
    both(async |house| {
        let (noor, sam, case) = couple(&house).await;
        let release = asks(&house, &case, Some(noor), true).await;
        answers(&house, sam, Part::Joint, Some(Reply::Refuse))
            .await
            .unwrap();
        signs(&house, noor, Part::Own).await;
        signs(&house, noor, Part::Joint).await;
        let before = learned(&house, sam).await;
        let copy = wants(&house, release).await.unwrap();
        let one = made(&house).await;
        assert_eq!(goals(&one), [OWN]);
        assert_eq!(
            one.gathered.left_out,
            [LeftOut::JointNotSigned(vec![house.part(&case, sam)])]
        );
        keeps(&house, one).await.unwrap();
        let desk = house.desk(house.clinician).await;
        house.practice.knows_release(&desk, release).await.unwrap();
        handed(&house, copy).await.unwrap();
        assert_eq!(learned(&house, sam).await, before);
        // She reads of it.
        let hers = learned(&house, noor).await;
        assert!(hers.iter().any(|(_, what)| what.starts_with("Handed out")));
    })
    .await;
}

#[tokio::test]
async fn r2_who_took_it_back_reads_nothing_of_a_document_that_was_ready() {
    once(async |house| {
        let (noor, sam, case) = couple(&house).await;
        let release = asks(&house, &case, Some(noor), true).await;
        signs(&house, noor, Part::Own).await;
        let copy = wants(&house, release).await.unwrap();
        let one = made(&house).await;
        keeps(&house, one).await.unwrap();
        signs(&house, noor, Part::Joint).await;
        signs(&house, sam, Part::Joint).await;
        let before = learned(&house, sam).await;
        // All of it is signed by now, and this document still stands on her own part alone.
        handed(&house, copy).await.unwrap();
        assert_eq!(learned(&house, sam).await, before);
    })
    .await;
}
