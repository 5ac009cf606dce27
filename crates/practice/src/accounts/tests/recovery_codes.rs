//! Recovery codes: each signs in once in the place of a one-time code, and proves nothing more.

use super::*;
use crate::access::DeskAccess;
use crate::accounts::code_at;

async fn asked(
    practice: &Practice,
    name: &str,
    password: &str,
    code: &str,
) -> Result<SignInToken, AccountError> {
    let half = half_way(practice, name, password).await;
    practice.sign_in_with_recovery_code(&half, code).await
}

/// The clinician, enrolled, with ten codes.
async fn ten(house: &Fictional) -> (DeskAccess, Vec<String>) {
    enrol(house, "okafor").await;
    let access = house.fresh(house.clinician).await;
    let codes = house.practice.make_recovery_codes(&access).await.unwrap();
    let codes = codes.iter().map(|code| code.reveal().clone()).collect();
    (access.desk().clone(), codes)
}

#[tokio::test]
async fn each_of_ten_codes_signs_in_once_however_it_is_typed() {
    both(async |house: Fictional| {
        let practice = &house.practice;
        let (access, codes) = ten(&house).await;
        assert_eq!(codes.len(), 10);
        let all: std::collections::BTreeSet<_> = codes.iter().collect();
        assert_eq!(all.len(), 10);
        let is_right =
            |code: &String| code.len() == 14 && code.split('-').all(|group| group.len() == 4);
        assert!(codes.iter().all(is_right), "60 bits each, in groups");
        let typed = [
            codes[0].clone(),
            codes[1].to_uppercase(),
            codes[2].replace('-', " "),
            format!("  {} ", codes[3].replace('-', "").replace('0', "O")),
        ];
        for (used, code) in typed.iter().enumerate() {
            let token = asked(practice, "okafor", OWN, code).await.unwrap();
            assert!(practice.signed_in(token.text()).await.is_ok());
            let mine = practice.my_recovery_codes(&access).unwrap().unwrap();
            assert_eq!(mine.left, 9 - used);
            let told = practice.recovery_code_used(&access).unwrap().unwrap();
            assert_eq!(told.left, Some(9 - used));
            let twice = asked(practice, "okafor", OWN, code).await;
            assert!(matches!(twice, Err(AccountError::Wrong)));
        }
        for wrong in ["", "abcd-efgh-jkmn", "123456", &codes[4][..13]] {
            let wrong = asked(practice, "okafor", OWN, wrong).await;
            assert!(matches!(wrong, Err(AccountError::Wrong)));
        }
        house.clock.pass_minutes(30 * 24 * 60);
        assert_eq!(practice.recovery_code_used(&access).unwrap(), None);
        // A server that starts anew knows what was used.
        let again = house.started_again().await;
        again.unlock(&secret()).await.unwrap();
        let used = asked(&again, "okafor", OWN, &codes[0]).await;
        assert!(matches!(used, Err(AccountError::Wrong)));
        assert!(asked(&again, "okafor", OWN, &codes[5]).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn of_two_who_use_a_code_at_the_same_moment_one_comes_in() {
    both(async |house: Fictional| {
        let practice = &house.practice;
        let (_, codes) = ten(&house).await;
        let (one, other) = (
            half_way(practice, "okafor", OWN).await,
            half_way(practice, "okafor", OWN).await,
        );
        let (one, other) = tokio::join!(
            practice.sign_in_with_recovery_code(&one, &codes[0]),
            practice.sign_in_with_recovery_code(&other, &codes[0]),
        );
        assert!(one.is_ok() != other.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a_used_code_leaves_a_receipt_of_its_own_and_is_no_proof() {
    both(async |house: Fictional| {
        let practice = &house.practice;
        let (_, codes) = ten(&house).await;
        house.clock.pass_minutes(11);
        let token = asked(practice, "okafor", OWN, &codes[0]).await.unwrap();
        let SignedIn::Desk(access) = practice.signed_in(token.text()).await.unwrap() else {
            panic!("staff stand at the desk")
        };
        assert!(practice.fresh(&access).is_none());
        let again = practice
            .prove_again(&access, OWN.to_owned(), &codes[1])
            .await;
        assert!(matches!(again, Err(AccountError::Wrong)));
        let off = practice
            .turn_codes_off(&access, OWN.to_owned(), &codes[1])
            .await;
        assert!(
            matches!(off, Err(AccountError::Required)),
            "staff keep their second factor"
        );
        let count = |tx: &mut store::Tx<'_>| {
            let row = tx.one(
                "SELECT COUNT(*) FROM receipts WHERE action = 'recovery_code'",
                &[],
            )?;
            row.ok_or(StoreError::NoRow)?.int(0)
        };
        assert!(house.store.read(count).await.unwrap() == 1);
    })
    .await;
}

#[tokio::test]
async fn new_codes_end_those_of_before_and_so_does_a_new_start() {
    both(async |house: Fictional| {
        let practice = &house.practice;
        let (access, old) = ten(&house).await;
        house.clock.pass_minutes(1);
        let fresh = house.fresh(house.clinician).await;
        let new = practice.make_recovery_codes(&fresh).await.unwrap();
        assert!(matches!(
            asked(practice, "okafor", OWN, &old[0]).await,
            Err(AccountError::Wrong)
        ));
        assert!(
            asked(practice, "okafor", OWN, new[0].reveal())
                .await
                .is_ok()
        );
        // A new password keeps them, as it keeps the codes that they stand in for.
        let changed =
            practice.change_password(&access, OWN.to_owned(), "ten red stools by dusk".to_owned());
        changed.await.unwrap();
        let half = half_way(practice, "okafor", "ten red stools by dusk").await;
        assert!(
            practice
                .sign_in_with_recovery_code(&half, new[1].reveal())
                .await
                .is_ok()
        );
        let owner = house.fresh(house.owner).await;
        practice
            .reset_staff(&owner, house.clinician, None)
            .await
            .unwrap();
        assert_eq!(practice.my_recovery_codes(&access).unwrap(), None);
        // A row that somebody puts back keeps the practice locked.
        let sql = "UPDATE recovery_codes SET revision = revision - 1";
        assert_eq!(house.by_hand(sql, Vec::new()).await, 1);
        assert!(unlocking(&house).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_client_makes_them_with_password_and_code_and_turns_codes_off_with_one() {
    both(async |house: Fictional| {
        let practice = &house.practice;
        house.client("Noor").await;
        let access = portal(practice, &token(practice, "noor").await).await;
        let none = practice
            .make_my_recovery_codes(&access, PASSWORD.to_owned(), "123456")
            .await;
        assert!(
            matches!(none, Err(AccountError::Required)),
            "there is nothing to stand in for"
        );
        let secret = practice.codes_to_be(&access).await.unwrap().secret;
        let code = || code_at(&secret, practice.now()).unwrap();
        let on = practice
            .turn_codes_on(&access, PASSWORD.to_owned(), &code())
            .await
            .unwrap();
        let access = portal(practice, &on).await;
        let used = practice
            .make_my_recovery_codes(&access, PASSWORD.to_owned(), &code())
            .await;
        assert!(
            matches!(used, Err(AccountError::Wrong)),
            "each code works once"
        );
        house.clock.pass_minutes(1);
        let wrong = practice
            .make_my_recovery_codes(&access, "no".to_owned(), &code())
            .await;
        assert!(matches!(wrong, Err(AccountError::Password)));
        let codes = practice
            .make_my_recovery_codes(&access, PASSWORD.to_owned(), &code())
            .await;
        let codes = codes.unwrap();
        let by_paper = asked(practice, "noor", PASSWORD, codes[0].reveal())
            .await
            .unwrap();
        let access = portal(practice, &by_paper).await;
        let used = practice
            .turn_codes_off(&access, PASSWORD.to_owned(), codes[0].reveal())
            .await;
        assert!(matches!(used, Err(AccountError::Wrong)));
        let off = practice
            .turn_codes_off(&access, PASSWORD.to_owned(), codes[1].reveal())
            .await;
        let access = portal(practice, &off.unwrap()).await;
        assert_eq!(
            practice.my_recovery_codes(&access).unwrap(),
            None,
            "they end with the codes"
        );
        assert!(unlocking(&house).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn whoever_used_a_code_cannot_take_away_that_it_is_told() {
    both(async |house: Fictional| {
        let practice = &house.practice;
        let (access, codes) = ten(&house).await;
        assert_eq!(practice.recovery_code_used(&access).unwrap(), None);
        asked(practice, "okafor", OWN, &codes[0]).await.unwrap();
        let at = practice.recovery_code_used(&access).unwrap().unwrap().at;
        house.clock.pass_minutes(60);
        let fresh = house.fresh(house.clinician).await;
        practice.make_recovery_codes(&fresh).await.unwrap();
        let told = practice.recovery_code_used(&access).unwrap().unwrap();
        assert_eq!((told.at, told.left), (at, Some(10)), "new codes keep it");
        let mine = practice.my_recovery_codes(&access).unwrap().unwrap();
        assert_eq!(mine.used, None, "of the new ones none was used");
        let access = house.desk(house.clinician).await;
        let changed =
            practice.change_password(&access, OWN.to_owned(), "ten red stools by dusk".to_owned());
        changed.await.unwrap();
        assert!(practice.recovery_code_used(&access).unwrap().is_some());
        house.clock.pass_minutes(30 * 24 * 60);
        assert_eq!(practice.recovery_code_used(&access).unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn r12_a_code_that_was_used_is_told_by_mail_too_and_when_codes_end_with_it() {
    once(async |house: Fictional| {
        let practice = &house.practice;
        house.client("Noor").await;
        let letters = async || {
            let count = |tx: &mut store::Tx<'_>| {
                let row = tx.one("SELECT COUNT(*) FROM post", &[])?;
                row.ok_or(StoreError::NoRow)?.int(0)
            };
            house.store.read(count).await.unwrap()
        };
        let access = portal(practice, &token(practice, "noor").await).await;
        let secret = practice.codes_to_be(&access).await.unwrap().secret;
        let code = || code_at(&secret, practice.now()).unwrap();
        let on = practice
            .turn_codes_on(&access, PASSWORD.to_owned(), &code())
            .await;
        let access = portal(practice, &on.unwrap()).await;
        house.clock.pass_minutes(1);
        let codes = practice
            .make_my_recovery_codes(&access, PASSWORD.to_owned(), &code())
            .await;
        let codes = codes.unwrap();
        let before = letters().await;
        let by_paper = asked(practice, "noor", PASSWORD, codes[0].reveal()).await;
        assert_eq!(letters().await, before + 1);
        let access = portal(practice, &by_paper.unwrap()).await;
        let off = practice
            .turn_codes_off(&access, PASSWORD.to_owned(), codes[1].reveal())
            .await;
        assert_eq!(letters().await, before + 2);
        let access = portal(practice, &off.unwrap()).await;
        let told = practice.recovery_code_used(&access).unwrap().unwrap();
        assert_eq!((told.at, told.left), (practice.now(), None));
    })
    .await;
}
