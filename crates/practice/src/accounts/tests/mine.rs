//! What somebody changes of their own account.

use super::*;
use crate::access::{Access, DeskAccess};

const NEW: &str = "seven green doors at dusk";

async fn codes(practice: &Practice, access: &impl Access) -> Codes {
    practice.my_account(access).await.unwrap().codes
}

#[tokio::test]
async fn a_new_password_needs_the_present_one_and_ends_the_other_sign_ins() {
    both(async |house: Fictional| {
        let practice = &house.practice;
        house.client("Noor").await;
        let (elsewhere, here) = (token(practice, "noor").await, token(practice, "noor").await);
        let access = portal(practice, &here).await;
        for (present, new, expected) in [
            ("not the password", NEW, "Wrong"),
            (PASSWORD, "short", "Password"),
            (PASSWORD, PASSWORD, "Password"),
        ] {
            let refused = practice.change_password(&access, present.to_owned(), new.to_owned());
            let error = refused.await.err().unwrap();
            assert_eq!(format!("{error:?}"), expected);
        }
        assert!(practice.signed_in(elsewhere.text()).await.is_ok());
        let changed = practice.change_password(&access, PASSWORD.to_owned(), NEW.to_owned());
        let goes_on = changed.await.unwrap();
        assert!(practice.signed_in(goes_on.text()).await.is_ok());
        for ended in [&elsewhere, &here] {
            assert!(practice.signed_in(ended.text()).await.is_err());
        }
        let old = practice.sign_in("noor", PASSWORD.to_owned()).await;
        assert!(matches!(old, Err(AccountError::Wrong)));
        let new = practice.sign_in("noor", NEW.to_owned()).await;
        assert!(matches!(new, Ok(NextStep::SignedIn(_))));
        assert!(unlocking(&house).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn staff_change_their_password_and_keep_their_codes() {
    once(async |house: Fictional| {
        let practice = &house.practice;
        let enrolment = enrol(&house, "okafor").await;
        let access: DeskAccess = house.desk(house.clinician).await;
        assert_eq!(codes(practice, &access).await, Codes::Required);
        practice
            .change_password(&access, OWN.to_owned(), NEW.to_owned())
            .await
            .unwrap();
        house.clock.pass_minutes(1);
        let half = half_way(practice, "okafor", NEW).await;
        let code = code_at(&enrolment.secret, practice.now()).unwrap();
        assert!(practice.sign_in_with_code(&half, &code).await.is_ok());
        // They cannot do without them.
        house.clock.pass_minutes(1);
        let code = code_at(&enrolment.secret, practice.now()).unwrap();
        let access = house.desk(house.clinician).await;
        let off = practice
            .turn_codes_off(&access, NEW.to_owned(), &code)
            .await;
        assert!(matches!(off, Err(AccountError::Required)));
    })
    .await;
}

#[tokio::test]
async fn a_client_turns_codes_on_by_a_code_and_off_by_password_and_code() {
    both(async |house: Fictional| {
        let practice = &house.practice;
        house.client("Noor").await;
        let (elsewhere, here) = (token(practice, "noor").await, token(practice, "noor").await);
        let access = portal(practice, &here).await;
        assert_eq!(codes(practice, &access).await, Codes::Off);
        let to_be = practice.codes_to_be(&access).await.unwrap();
        let code = code_at(&to_be.secret, practice.now()).unwrap();
        for (present, code, expected) in [
            ("not the password", code.as_str(), "Password"),
            (PASSWORD, "000000", "Wrong"),
            (PASSWORD, "", "Wrong"),
        ] {
            let refused = practice.turn_codes_on(&access, present.to_owned(), code);
            let error = refused.await.err().unwrap();
            assert_eq!(format!("{error:?}"), expected);
        }
        let next = practice.sign_in("noor", PASSWORD.to_owned()).await;
        assert!(matches!(next, Ok(NextStep::SignedIn(_))), "not yet");
        let on = practice.turn_codes_on(&access, PASSWORD.to_owned(), &code);
        let goes_on = on.await.unwrap();
        assert!(practice.signed_in(elsewhere.text()).await.is_err());
        let half = half_way(practice, "noor", PASSWORD).await;
        let again = practice.sign_in_with_code(&half, &code).await;
        assert!(matches!(again, Err(AccountError::Wrong)), "used to turn on");
        let access = portal(practice, &goes_on).await;
        assert_eq!(codes(practice, &access).await, Codes::On);
        let again = practice.codes_to_be(&access).await;
        assert!(matches!(again, Err(AccountError::Required)));
        let used = practice
            .turn_codes_off(&access, PASSWORD.to_owned(), &code)
            .await;
        assert!(matches!(used, Err(AccountError::Wrong)), "used steps count");

        house.clock.pass_minutes(1);
        let code = code_at(&to_be.secret, practice.now()).unwrap();
        let wrong = practice
            .turn_codes_off(&access, "no".to_owned(), &code)
            .await;
        assert!(matches!(wrong, Err(AccountError::Password)));
        let off = practice.turn_codes_off(&access, PASSWORD.to_owned(), &code);
        let goes_on = off.await.unwrap();
        let next = practice.sign_in("noor", PASSWORD.to_owned()).await;
        assert!(matches!(next, Ok(NextStep::SignedIn(_))));
        let access = portal(practice, &goes_on).await;
        let anew = practice.codes_to_be(&access).await.unwrap();
        assert_ne!(
            anew.secret.reveal(),
            to_be.secret.reveal(),
            "another secret"
        );
    })
    .await;
}

#[tokio::test]
async fn a_browser_is_known_for_its_own_accounts_only() {
    once(async |house: Fictional| {
        let practice = &house.practice;
        let key = |name: &str| practice.allowance_of(name).unwrap();
        let (noor, sam) = (key("noor"), key("sam"));
        let shown = practice.remember_device(&noor, "").unwrap();
        assert!(practice.known_device(&noor, &shown).unwrap().is_some());
        assert_eq!(practice.known_device(&sam, &shown).unwrap(), None);
        assert_eq!(practice.remember_device(&noor, &shown).unwrap(), shown);
        let shared = practice.remember_device(&sam, &shown).unwrap();
        for name in [&noor, &sam] {
            assert!(practice.known_device(name, &shared).unwrap().is_some());
        }
        for bad in ["", "AAAA", "..", "ä", &shown[1..]] {
            assert_eq!(practice.known_device(&noor, bad).unwrap(), None, "{bad}");
        }
        let many = (0..9).fold(shared, |shown, n| {
            let other = key(&format!("name {n}"));
            practice.remember_device(&other, &shown).unwrap()
        });
        assert_eq!(many.split('.').count(), 4);
    })
    .await;
}
