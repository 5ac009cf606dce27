//! Passkeys: both factors in one, known and unknown alike, each question answered once.

use std::sync::atomic::Ordering;

use super::*;
use crate::access::{DeskAccess, PortalAccess};
use crate::accounts::Entered;
use crate::testing::Device;

const ORIGIN: &str = "https://alcove.example.org";
pub(super) const HERE: &str = "a browser";

pub(super) async fn with_passkeys(house: &Fictional) -> PortalAccess {
    house.practice.reached_at(ORIGIN);
    let noor = house.client("Noor").await;
    house.portal(noor).await
}

pub(super) async fn added(
    practice: &Practice,
    access: &impl crate::access::Access,
    id: &[u8],
) -> Device {
    let mut device = Device::new(ORIGIN, id);
    let to_be = practice.passkey_to_be(access, HERE, PASSWORD.to_owned());
    let answer = device.create(&to_be.await.unwrap()).to_string();
    practice.add_passkey(access, HERE, &answer).await.unwrap();
    device
}

async fn tried(practice: &Practice, device: &mut Device) -> Result<SignInToken, AccountError> {
    let asked = practice.ask_passkey(HERE).unwrap();
    let answer = device.get(&asked).to_string();
    let signed_in = practice.sign_in_with_passkey(HERE, &answer, false).await;
    match signed_in? {
        Entered::SignedIn(token, _) => Ok(token),
        Entered::Code(_) => Err(AccountError::Required),
    }
}

#[tokio::test]
async fn a_passkey_signs_in_where_it_was_made_for() {
    both(async |house: Fictional| {
        let access = with_passkeys(&house).await;
        let practice = &house.practice;
        let to_be = practice.passkey_to_be(&access, HERE, PASSWORD.to_owned());
        let options: serde_json::Value = serde_json::from_str(&to_be.await.unwrap()).unwrap();
        let text = options.to_string();
        assert!(text.contains(r#""residentKey":"required""#), "{text}");
        assert!(text.contains(r#""userVerification":"required""#));
        assert!(!text.to_lowercase().contains("noor") && !text.contains("Linden"));
        let mut device = added(practice, &access, b"one").await;
        let token = tried(practice, &mut device).await.unwrap();
        let found = practice.signed_in(token.text()).await.unwrap();
        assert!(matches!(&found, SignedIn::Portal(found) if found.person() == access.person()));
        // A device that does not count may always say nought; another page's or an unverified answer counts for nothing.
        assert!(tried(practice, &mut device).await.is_ok());
        device.origin = "https://alcove.example.com".to_owned();
        assert!(matches!(
            tried(practice, &mut device).await,
            Err(AccountError::Wrong)
        ));
        device.origin = ORIGIN.to_owned();
        device.verifies = false;
        assert!(matches!(
            tried(practice, &mut device).await,
            Err(AccountError::Wrong)
        ));
        device.verifies = true;
        device.account = "AAAA".to_owned();
        assert!(matches!(
            tried(practice, &mut device).await,
            Err(AccountError::Wrong)
        ));
    })
    .await;
}

#[tokio::test]
async fn a_counter_that_goes_back_is_refused() {
    both(async |house: Fictional| {
        let access = with_passkeys(&house).await;
        let practice = &house.practice;
        let mut device = added(practice, &access, b"one").await;
        for (counter, good) in [
            (5, true),
            (6, true),
            (6, false),
            (4, false),
            (0, false),
            (7, true),
        ] {
            device.counter = counter;
            let signed_in = tried(practice, &mut device).await;
            assert_eq!(signed_in.is_ok(), good, "{counter}");
        }
        // A server that starts anew knows it as well.
        let again = house.started_again().await;
        again.unlock(&secret()).await.unwrap();
        again.reached_at(ORIGIN);
        assert!(matches!(
            tried(&again, &mut device).await,
            Err(AccountError::Wrong)
        ));
    })
    .await;
}

#[tokio::test]
async fn a_question_is_answered_once_in_its_browser_for_its_act_and_in_time() {
    once(async |house: Fictional| {
        let access = with_passkeys(&house).await;
        let practice = &house.practice;
        let mut device = added(practice, &access, b"one").await;
        let asked = practice.ask_passkey(HERE).unwrap();
        let answer = device.get(&asked).to_string();
        let elsewhere = practice
            .sign_in_with_passkey("another", &answer, false)
            .await;
        assert!(matches!(elsewhere, Err(AccountError::Expired)));
        assert!(
            practice
                .sign_in_with_passkey(HERE, &answer, false)
                .await
                .is_ok()
        );
        let twice = practice.sign_in_with_passkey(HERE, &answer, false).await;
        assert!(matches!(twice, Err(AccountError::Expired)));
        let asked = practice.ask_passkey_again(HERE).unwrap();
        let other = device.get(&asked).to_string();
        let for_another = practice.sign_in_with_passkey(HERE, &other, false).await;
        assert!(matches!(for_another, Err(AccountError::Expired)));
        let asked = practice.ask_passkey(HERE).unwrap();
        let late = device.get(&asked).to_string();
        house.clock.pass_minutes(5);
        let late = practice.sign_in_with_passkey(HERE, &late, false).await;
        assert!(matches!(late, Err(AccountError::Expired)));
        let asked = practice.ask_passkey(HERE).unwrap();
        let mut told = device.get(&asked);
        told["clientExtensionResults"] =
            serde_json::json!({"prf": {"results": {"first": "c2VjcmV0"}}});
        let told = practice
            .sign_in_with_passkey(HERE, &told.to_string(), false)
            .await;
        assert!(
            matches!(told, Err(AccountError::Wrong)),
            "the derived secret came along"
        );
    })
    .await;
}

#[tokio::test]
async fn an_unknown_passkey_is_as_wrong_as_a_known_one_and_as_much_work() {
    both(async |house: Fictional| {
        let access = with_passkeys(&house).await;
        let practice = &house.practice;
        let known = added(practice, &access, b"one").await;
        // Another key under the id of a known credential, and under one that nobody has.
        let mut forged = Device::new(ORIGIN, b"one");
        let mut stranger = Device::new(ORIGIN, b"two");
        forged.account.clone_from(&known.account);
        stranger.account.clone_from(&known.account);
        let mut seen = Vec::new();
        for device in [&mut forged, &mut stranger] {
            let before = (
                receipts(&house).await,
                practice.core().verified.load(Ordering::SeqCst),
            );
            let error = tried(practice, device).await.err().unwrap();
            let after = (
                receipts(&house).await,
                practice.core().verified.load(Ordering::SeqCst),
            );
            seen.push((error.to_string(), after.0 - before.0, after.1 - before.1));
        }
        assert_eq!(seen[0], seen[1]);
        assert_eq!((seen[0].1, seen[0].2), (1, 1), "one receipt, one signature");
    })
    .await;
}

#[tokio::test]
async fn a_passkey_that_was_taken_away_is_unknown_and_ends_what_it_began() {
    both(async |house: Fictional| {
        let access = with_passkeys(&house).await;
        let practice = &house.practice;
        let mut lost = added(practice, &access, b"one").await;
        house.clock.pass_minutes(1);
        let mut kept = added(practice, &access, b"two").await;
        let by_lost = tried(practice, &mut lost).await.unwrap();
        let mine = practice.my_passkeys(&access).await.unwrap();
        assert_eq!(mine.len(), 2);
        let wrong = practice
            .remove_passkey(&access, mine[0].id, "no".to_owned())
            .await;
        assert!(matches!(wrong, Err(AccountError::Wrong)));
        let sam = house.client("Sam").await;
        let sams = practice
            .remove_passkey(&house.portal(sam).await, mine[0].id, PASSWORD.to_owned())
            .await;
        assert!(matches!(
            sams,
            Err(AccountError::Access(crate::AccessError::NotThere))
        ));
        let goes_on = practice
            .remove_passkey(&access, mine[0].id, PASSWORD.to_owned())
            .await
            .unwrap();
        assert!(practice.signed_in(goes_on.text()).await.is_ok());
        assert!(practice.signed_in(by_lost.text()).await.is_err());
        assert!(matches!(
            tried(practice, &mut lost).await,
            Err(AccountError::Wrong)
        ));
        assert!(tried(practice, &mut kept).await.is_ok());
        // A row that somebody puts back keeps the practice locked.
        let sql = "UPDATE passkeys SET revision = revision - 1 WHERE unique_key IS NULL";
        assert_eq!(house.by_hand(sql, Vec::new()).await, 1);
        assert!(unlocking(&house).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn staff_prove_themselves_with_their_own_passkey_and_lose_it_when_they_are_reset() {
    both(async |house: Fictional| {
        let noors = with_passkeys(&house).await;
        let practice = &house.practice;
        enrol(&house, "okafor").await;
        let access: DeskAccess = house.desk(house.clinician).await;
        let mut clients = added(practice, &noors, b"one").await;
        let mut device = Device::new(ORIGIN, b"two");
        let to_be = practice
            .passkey_to_be(&access, HERE, OWN.to_owned())
            .await
            .unwrap();
        let answer = device.create(&to_be).to_string();
        practice.add_passkey(&access, HERE, &answer).await.unwrap();
        house.clock.pass_minutes(11);
        for (device, good) in [(&mut clients, false), (&mut device, true)] {
            assert!(practice.fresh(&access).is_none());
            let asked = practice.ask_passkey_again(HERE).unwrap();
            let answer = device.get(&asked).to_string();
            let proved = practice
                .prove_again_with_passkey(&access, HERE, &answer)
                .await;
            assert_eq!(proved.is_ok(), good);
        }
        assert!(practice.fresh(&access).is_some());
        let owner = house.fresh(house.owner).await;
        practice
            .reset_staff(&owner, house.clinician, None)
            .await
            .unwrap();
        assert!(matches!(
            tried(practice, &mut device).await,
            Err(AccountError::Wrong)
        ));
    })
    .await;
}

#[tokio::test]
async fn a_client_who_begins_anew_begins_without_the_passkeys_of_before() {
    both(async |house: Fictional| {
        let access = with_passkeys(&house).await;
        let practice = &house.practice;
        let mut device = added(practice, &access, b"one").await;
        let link = house.invitation(access.person().unwrap()).await;
        assert!(tried(practice, &mut device).await.is_ok(), "not used yet");
        let anew = practice.accept_invitation(link.text(), account("noor"));
        anew.await.unwrap();
        assert!(matches!(
            tried(practice, &mut device).await,
            Err(AccountError::Wrong)
        ));
    })
    .await;
}

#[tokio::test]
async fn without_a_public_name_there_are_no_passkeys() {
    once(async |house: Fictional| {
        house.practice.reached_at("http://127.0.0.1:8420");
        assert!(!house.practice.has_passkeys());
        let none = house.practice.ask_passkey(HERE);
        assert!(matches!(
            none,
            Err(AccountError::Access(crate::AccessError::NotThere))
        ));
    })
    .await;
}
