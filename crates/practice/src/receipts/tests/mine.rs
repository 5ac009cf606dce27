//! R15 and R2: a client reads who opened their record, and never what the other participants did.

use super::*;
use crate::access::Role;
use crate::receipts::{Opened, OpenedBy, Whose};
use crate::testing::both;

/// Receipts of one millisecond stand in no order, so time passes between what is looked at.
async fn opened(house: &Fictional, person: PersonId) -> Vec<Opened> {
    house.clock.pass_minutes(1);
    let portal = house.portal(person).await;
    let page = house
        .practice
        .who_opened_my_record(&portal, Whose::MineToo, None)
        .await;
    page.unwrap().openings
}

#[tokio::test]
async fn r15_a_client_reads_which_staff_opened_their_record_and_what_for() {
    both(async |house: Fictional| {
        let couple = couple(&house).await;
        house.clock.pass_minutes(1);
        let front_desk = house.desk(house.front_desk).await;
        house
            .practice
            .identity(&front_desk, couple.noor)
            .await
            .unwrap();
        house.clock.pass_minutes(1);
        let biller = house.desk(house.biller).await;
        let refused = house.practice.identity(&biller, couple.noor).await;
        assert!(matches!(refused, Err(AccessError::NotThere)));

        let seen = opened(&house, couple.noor).await;
        let by = |person, role: Role| OpenedBy::Staff {
            person,
            role: role.word().to_owned(),
        };
        let newest = &seen[..2];
        assert_eq!(newest[0].by, by(house.biller, Role::Biller));
        assert!(newest[0].refused);
        assert_eq!(newest[1].by, by(house.front_desk, Role::FrontDesk));
        assert_eq!(newest[1].purpose, "reaching you, or booking");
        let clinician = by(house.clinician, Role::Clinician);
        let hers = seen.iter().find(|opening| opening.by == clinician);
        assert_eq!(hers.unwrap().what, "Read contact details");
        assert!(seen.iter().any(|opening| opening.wrote));
        let again = opened(&house, couple.noor).await;
        assert_eq!(
            again[0].by,
            OpenedBy::You,
            "reading this page leaves one, too"
        );
    })
    .await;
}

#[tokio::test]
async fn r2_a_partners_reading_never_shows_not_even_in_what_is_missing() {
    both(async |house: Fictional| {
        let couple = couple(&house).await;
        opened(&house, couple.noor).await;
        let before = opened(&house, couple.noor).await;
        // Sam opens the joint side far more often than a page of receipts is long.
        let sam = house.portal(couple.sam).await;
        for _ in 0..120 {
            house
                .practice
                .who_opened_my_record(&sam, Whose::Others, None)
                .await
                .unwrap();
        }
        let after = opened(&house, couple.noor).await;
        assert_eq!(after.len(), before.len() + 1, "one more: Noor's own look");
        let theirs = |seen: &[Opened]| -> Vec<_> {
            seen.iter()
                .map(|opening| (opening.at, opening.by.clone(), opening.what))
                .collect()
        };
        assert_eq!(theirs(&after[1..=2]), theirs(&before[..2]));
    })
    .await;
}

#[tokio::test]
async fn a_long_history_comes_in_pages() {
    both(async |house: Fictional| {
        let couple = couple(&house).await;
        let desk = house.desk(house.clinician).await;
        for _ in 0..130 {
            house.practice.identity(&desk, couple.noor).await.unwrap();
        }
        let portal = house.portal(couple.noor).await;
        let first = house
            .practice
            .who_opened_my_record(&portal, Whose::MineToo, None)
            .await;
        let first = first.unwrap();
        assert_eq!(first.openings.len(), 100);
        let second = house
            .practice
            .who_opened_my_record(&portal, Whose::MineToo, first.earlier)
            .await
            .unwrap();
        assert!(second.openings.len() > 30 && second.earlier.is_none());
        let last = first.openings.last().unwrap().at;
        assert!(second.openings.iter().all(|opening| opening.at <= last));
    })
    .await;
}

#[tokio::test]
async fn r2_what_a_partner_reads_of_the_other_ones_own_side_is_nothing() {
    both(async |house: Fictional| {
        let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
        let case = house.case_of(&[noor, sam]).await;
        let theirs = case.participant(sam).unwrap().id;
        let desk = house.desk(house.clinician).await;
        let before = opened(&house, noor).await;
        house
            .practice
            .intake_of(&desk, case.id, theirs)
            .await
            .unwrap();
        let of_staff = |seen: Vec<Opened>| {
            let mut seen = seen.into_iter();
            seen.find(|one| matches!(one.by, OpenedBy::Staff { .. }))
                .unwrap()
                .what
        };
        assert_eq!(of_staff(opened(&house, sam).await), "Opened the intake");
        assert_eq!(
            opened(&house, noor).await.len(),
            before.len() + 1,
            "her look"
        );
    })
    .await;
}
