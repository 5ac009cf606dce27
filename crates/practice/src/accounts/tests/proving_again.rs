//! A dangerous act wants a proof of a moment ago, of the very sign-in that asks.

use super::*;
use crate::access::{Access as _, DeskAccess};

async fn desk(practice: &Practice, token: &SignInToken) -> DeskAccess {
    match practice.signed_in(token.text()).await.unwrap() {
        SignedIn::Desk(access) => access,
        SignedIn::Portal(_) => panic!("staff"),
    }
}

/// Signs `okafor` in with a new code.
async fn in_again(house: &Fictional, secret: &Enrolment) -> SignInToken {
    house.clock.pass_minutes(1);
    let practice = &house.practice;
    let half = half_way(practice, "okafor", OWN).await;
    let code = code_at(&secret.secret, practice.now()).unwrap();
    practice.sign_in_with_code(&half, &code).await.unwrap()
}

#[tokio::test]
async fn a_proof_counts_for_ten_minutes_in_the_sign_in_that_gave_it() {
    both(async |house: Fictional| {
        let practice = &house.practice;
        let secret = enrol(&house, "okafor").await;
        let (one, other) = (
            in_again(&house, &secret).await,
            in_again(&house, &secret).await,
        );
        let (one, other) = (desk(practice, &one).await, desk(practice, &other).await);
        assert_eq!(
            practice.fresh(&one).unwrap().who().person,
            Some(house.clinician),
            "signing in with both is a proof"
        );
        house.clock.pass_minutes(11);
        assert!(practice.fresh(&one).is_none() && practice.fresh(&other).is_none());
        let code = code_at(&secret.secret, practice.now()).unwrap();
        for (password, code) in [
            ("not the password", code.as_str()),
            (OWN, "000000"),
            (OWN, ""),
        ] {
            let wrong = practice.prove_again(&one, password.to_owned(), code).await;
            assert!(matches!(wrong, Err(AccountError::Wrong)), "{code}");
            assert!(practice.fresh(&one).is_none());
        }
        practice
            .prove_again(&one, OWN.to_owned(), &code)
            .await
            .unwrap();
        assert!(practice.fresh(&one).is_some());
        assert!(practice.fresh(&other).is_none(), "another sign-in");
        let again = practice.prove_again(&other, OWN.to_owned(), &code).await;
        assert!(
            matches!(again, Err(AccountError::Wrong)),
            "a code counts once"
        );
        house.clock.pass_minutes(9);
        assert!(practice.fresh(&one).is_some());
        house.clock.pass_minutes(1);
        assert!(practice.fresh(&one).is_none());
    })
    .await;
}

#[tokio::test]
async fn in_the_demo_a_word_is_a_proof_of_this_sign_in_and_leaves_its_receipt() {
    once(async |house: Fictional| {
        let practice = &house.practice;
        let (one, other) = (house.desk(house.owner).await, house.desk(house.owner).await);
        house.clock.pass_minutes(11);
        assert!(practice.fresh(&one).is_none());
        practice.prove_again_in_demo(&one).await.unwrap();
        assert!(practice.fresh(&one).is_some());
        assert!(practice.fresh(&other).is_none());
        let all = crate::receipts::Search::default();
        let log = practice.access_log(&one, all, 100).await.unwrap();
        assert!(log.lines.iter().any(|line| line.action == "prove_again"));
    })
    .await;
}

#[tokio::test]
async fn a_proof_dies_with_the_lock_and_is_none_by_password_alone() {
    once(async |house: Fictional| {
        let practice = &house.practice;
        let secret = enrol(&house, "okafor").await;
        let token = in_again(&house, &secret).await;
        let access = desk(practice, &token).await;
        assert!(practice.fresh(&access).is_some());
        practice.lock();
        practice.unlock(&crate::testing::secret()).await.unwrap();
        assert!(practice.fresh(&access).is_none(), "locked meanwhile");
        let changed =
            practice.change_password(&access, OWN.to_owned(), "ten red stools by dusk".to_owned());
        let access = desk(practice, &changed.await.unwrap()).await;
        assert!(practice.fresh(&access).is_none(), "a password alone");
    })
    .await;
}
