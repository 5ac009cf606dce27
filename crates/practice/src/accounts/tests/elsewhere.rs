//! Where somebody is signed in, and ending one of these sign-ins.

use super::*;
use crate::error::AccessError;

#[tokio::test]
async fn one_sign_in_is_ended_from_another_and_the_rest_go_on() {
    both(async |house: Fictional| {
        let practice = &house.practice;
        house.client("Noor").await;
        // What the account was made with has ended by itself.
        house.clock.pass_minutes(Times::IDLE_MINUTES + 1);
        let lost = token(practice, "noor").await;
        house.clock.pass_minutes(5);
        let (here, third) = (token(practice, "noor").await, token(practice, "noor").await);
        let access = portal(practice, &here).await;
        let known = practice.my_sign_ins(&access).await.unwrap();
        assert_eq!(known.len(), 3);
        assert_eq!(known.iter().filter(|one| one.is_this).count(), 1);
        // The one that was used longest ago is the last, and it is not this one.
        let oldest = known.last().unwrap();
        assert!(!oldest.is_this && oldest.begun < known[0].begun);

        let before = receipts(&house).await;
        practice.end_my_sign_in(&access, oldest.id).await.unwrap();
        assert_eq!(receipts(&house).await - before, 1);
        assert!(practice.signed_in(lost.text()).await.is_err());
        for goes_on in [&here, &third] {
            assert!(practice.signed_in(goes_on.text()).await.is_ok());
        }
        let again = practice.end_my_sign_in(&access, oldest.id).await;
        assert!(matches!(again, Err(AccessError::NotThere)), "{again:?}");
        assert_eq!(practice.my_sign_ins(&access).await.unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn r2_somebody_elses_sign_in_is_neither_told_nor_ended() {
    both(async |house: Fictional| {
        let practice = &house.practice;
        house.client("Noor").await;
        house.client("Sam").await;
        let noors = token(practice, "noor").await;
        let noor = portal(practice, &noors).await;
        let sam = portal(practice, &token(practice, "sam").await).await;
        let of_noor = practice.my_sign_ins(&noor).await.unwrap()[0].id;
        let of_sam = practice.my_sign_ins(&sam).await.unwrap();
        assert!(of_sam.iter().all(|one| one.id != of_noor));
        let ended = practice.end_my_sign_in(&sam, of_noor).await;
        assert!(matches!(ended, Err(AccessError::NotThere)), "{ended:?}");
        assert!(practice.signed_in(noors.text()).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a_sign_in_that_ended_by_itself_is_not_listed() {
    once(async |house: Fictional| {
        let practice = &house.practice;
        house.client("Noor").await;
        let _idle = token(practice, "noor").await;
        house.clock.pass_minutes(Times::IDLE_MINUTES + 1);
        let here = token(practice, "noor").await;
        let access = portal(practice, &here).await;
        let known = practice.my_sign_ins(&access).await.unwrap();
        assert!(known.len() == 1 && known[0].is_this, "{known:?}");
    })
    .await;
}
