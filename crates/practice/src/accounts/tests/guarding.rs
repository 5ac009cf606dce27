//! R12: somebody else may see a device. It holds at once, a passkey is not enough then, and taking it back needs the password.

use super::passkeys::{HERE, added, with_passkeys};
use super::*;
use crate::accounts::Entered;
use crate::private::Private;

async fn codes_on(practice: &Practice, access: &PortalAccess) -> (SignInToken, Private<String>) {
    let secret = practice.codes_to_be(access).await.unwrap().secret;
    let code = code_at(&secret, practice.now()).unwrap();
    let on = practice.turn_codes_on(access, PASSWORD.to_owned(), &code);
    (on.await.unwrap(), secret)
}

#[tokio::test]
async fn r12_a_guarded_account_says_so_at_once_and_takes_it_back_with_the_password() {
    both(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let practice = &house.practice;
        let (here, there) = (house.portal(noor).await, house.portal(noor).await);
        assert!(!practice.is_guarded(&here).unwrap());
        practice.guard(&here).await.unwrap();
        assert!(
            practice.is_guarded(&there).unwrap(),
            "on every device, at once"
        );
        let wrong = practice.unguard(&here, "another".to_owned()).await;
        assert!(matches!(wrong, Err(AccountError::Wrong)));
        assert!(practice.is_guarded(&here).unwrap());
        // It outlives a change of what signs in.
        let new = "seven green doors at dusk".to_owned();
        let token = practice.change_password(&here, PASSWORD.to_owned(), new.clone());
        let Ok(SignedIn::Portal(here)) = practice.signed_in(token.await.unwrap().text()).await
        else {
            panic!("signed in")
        };
        assert!(practice.is_guarded(&here).unwrap());
        practice.unguard(&here, new).await.unwrap();
        assert!(!practice.is_guarded(&here).unwrap());
    })
    .await;
}

#[tokio::test]
async fn r12_a_passkey_of_a_device_that_others_may_see_is_asked_for_the_code_too() {
    both(async |house: Fictional| {
        let access = with_passkeys(&house).await;
        let practice = &house.practice;
        let mut device = added(practice, &access, b"one").await;
        let mut enter = async |shared: bool| {
            let answer = device.get(&practice.ask_passkey(HERE).unwrap()).to_string();
            practice
                .sign_in_with_passkey(HERE, &answer, shared)
                .await
                .unwrap()
        };
        // Without a second factor there is none to ask for.
        practice.guard(&access).await.unwrap();
        assert!(matches!(enter(true).await, Entered::SignedIn(..)));
        let (token, secret) = codes_on(practice, &access).await;
        let access = portal(practice, &token).await;
        house.clock.pass_minutes(2);
        let Entered::Code(half) = enter(false).await else {
            panic!("the code is asked for")
        };
        let code = code_at(&secret, practice.now()).unwrap();
        let wrong = practice.sign_in_with_code(half.text(), "000000").await;
        assert!(matches!(wrong, Err(AccountError::Wrong)));
        practice
            .sign_in_with_code(half.text(), &code)
            .await
            .unwrap();
        house.clock.pass_minutes(2);
        let code = code_at(&secret, practice.now()).unwrap();
        let off = practice
            .turn_codes_off(&access, PASSWORD.to_owned(), &code)
            .await;
        assert!(
            matches!(off, Err(AccountError::Guarded)),
            "they stay on while it holds"
        );
        practice
            .unguard(&access, PASSWORD.to_owned())
            .await
            .unwrap();
        assert!(matches!(enter(false).await, Entered::SignedIn(..)));
        assert!(
            matches!(enter(true).await, Entered::Code(_)),
            "for this browser alone"
        );
    })
    .await;
}
