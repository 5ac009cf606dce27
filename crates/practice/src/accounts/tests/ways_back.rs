//! Who comes back in after a forgotten password, and who does not.

use super::*;
use crate::people::{Identity, MyWays, SafeTimes, Way};
use crate::post::Mailer;
use jiff::civil::time;

const NEW: &str = "seven green doors at dusk";

/// The links that lie in the outbox, the newest first.
async fn links(house: &Fictional) -> Vec<String> {
    let mailer = Mailer::kept("https://alder.example");
    house.practice.send_post(&mailer).await.unwrap();
    let letters = house.practice.outbox(&mailer).await.unwrap();
    let link = |text: &str| {
        let (_, rest) = text.split_once("/sign-in/new-password/")?;
        rest.split_whitespace().next().map(str::to_owned)
    };
    letters
        .iter()
        .filter_map(|letter| link(letter.text.reveal()))
        .collect()
}

/// Asks for a way back and lets the program look.
async fn asked(house: &Fictional, name: &str) -> usize {
    house.practice.ask_way_back(name).await.unwrap();
    house.practice.answer_ways_back().await.unwrap()
}

#[tokio::test]
async fn r12_a_link_goes_by_the_safe_way_is_used_once_and_ends_every_sign_in() {
    both(async |house: Fictional| {
        let practice = &house.practice;
        house.client("Noor").await;
        let open = token(practice, "noor").await;
        assert_eq!(asked(&house, " NOOR ").await, 1);
        let links = links(&house).await;
        let [link] = &links[..] else {
            panic!("one letter: {}", links.len())
        };
        let way = practice.way_back(link).await.unwrap();
        assert_eq!(way, Some(WayBack { asks_code: false }));
        let weak = practice.come_back(link, "short".to_owned(), "").await;
        assert!(matches!(weak, Err(AccountError::Password)));
        assert!(practice.signed_in(open.text()).await.is_ok());
        practice.come_back(link, NEW.to_owned(), "").await.unwrap();
        assert!(practice.signed_in(open.text()).await.is_err());
        let next = practice.sign_in("noor", NEW.to_owned()).await;
        assert!(matches!(next, Ok(NextStep::SignedIn(_))));
        let again = practice.come_back(link, OWN.to_owned(), "").await;
        assert!(matches!(again, Err(AccountError::Expired)));
        assert_eq!(practice.way_back(link).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_link_used_twice_at_once_changes_the_password_once() {
    both(async |house: Fictional| {
        let practice = &house.practice;
        house.client("Noor").await;
        asked(&house, "noor").await;
        let link = links(&house).await.pop().unwrap();
        let (a, b) = tokio::join!(
            practice.come_back(&link, NEW.to_owned(), ""),
            practice.come_back(&link, OWN.to_owned(), ""),
        );
        let errors: Vec<_> = [a.err(), b.err()].into_iter().flatten().collect();
        assert!(matches!(errors[..], [AccountError::Expired]), "{errors:?}");
    })
    .await;
}

#[tokio::test]
async fn a_link_holds_for_an_hour_and_asks_for_the_code_of_who_has_codes() {
    once(async |house: Fictional| {
        let practice = &house.practice;
        house.client("Noor").await;
        let open = token(practice, "noor").await;
        let SignedIn::Portal(access) = practice.signed_in(open.text()).await.unwrap() else {
            panic!("a client")
        };
        let secret = practice.codes_to_be(&access).await.unwrap().secret;
        let code = code_at(&secret, practice.now()).unwrap();
        let on = practice.turn_codes_on(&access, PASSWORD.to_owned(), &code);
        on.await.unwrap();
        asked(&house, "noor").await;
        let link = links(&house).await.pop().unwrap();
        let way = practice.way_back(&link).await.unwrap();
        assert_eq!(way, Some(WayBack { asks_code: true }));
        for wrong in ["", "000000", code.as_str()] {
            let said = practice.come_back(&link, NEW.to_owned(), wrong).await;
            assert!(matches!(said, Err(AccountError::Wrong)), "{wrong}");
        }
        house.clock.pass_minutes(2);
        let code = code_at(&secret, practice.now()).unwrap();
        practice
            .come_back(&link, NEW.to_owned(), &code)
            .await
            .unwrap();
        let half = half_way(practice, "noor", NEW).await;
        let again = practice.sign_in_with_code(&half, &code).await;
        assert!(
            matches!(again, Err(AccountError::Wrong)),
            "the step is used"
        );

        asked(&house, "noor").await;
        let link = links(&house).await.remove(0);
        assert!(practice.way_back(&link).await.unwrap().is_some());
        house.clock.pass_minutes(WayBack::MINUTES);
        assert_eq!(practice.way_back(&link).await.unwrap(), None);
        let other = half_way(practice, "noor", NEW).await;
        let mixed = practice.way_back(&other).await.unwrap();
        assert_eq!(mixed, None, "a slip is good for one thing");
    })
    .await;
}

#[tokio::test]
async fn no_link_goes_to_staff_to_strangers_or_where_mail_is_not_safe() {
    both(async |house: Fictional| {
        let practice = &house.practice;
        enrol(&house, "okafor").await;
        let sam = house.client("Sam").await;
        practice
            .end_account(&JobAccess::set_up(), sam)
            .await
            .unwrap();
        let kim = house.person_of(Identity {
            ways: vec![Way {
                safe: false,
                ..crate::testing::identity("Kim").ways.remove(0)
            }],
            ..crate::testing::identity("Kim")
        });
        let invitation = house.invitation(kim.await).await;
        let made = practice.accept_invitation(invitation.text(), account("kim"));
        made.await.unwrap();
        for name in ["okafor", "nobody", "sam", "kim"] {
            assert_eq!(asked(&house, name).await, 0, "{name}");
        }
        assert!(links(&house).await.is_empty());

        // Nor does a link hold for a client who works here meanwhile.
        let noor = house.client("Noor").await;
        asked(&house, "noor").await;
        let link = links(&house).await.pop().unwrap();
        let role = (Role::FrontDesk, None);
        let set_up = JobAccess::set_up();
        practice.give_role(&set_up, noor, role).await.unwrap();
        assert_eq!(practice.way_back(&link).await.unwrap(), None);
        let said = practice.come_back(&link, NEW.to_owned(), "").await;
        assert!(matches!(said, Err(AccountError::Expired)));
    })
    .await;
}

#[tokio::test]
async fn asking_does_the_same_for_every_name() {
    both(async |house: Fictional| {
        house.client("Noor").await;
        let mut left = Vec::new();
        for name in ["noor", "nobody", "okafor"] {
            let before = (receipts(&house).await, house.practice.core().hashed());
            house.practice.ask_way_back(name).await.unwrap();
            house.practice.ask_way_back(name).await.unwrap();
            let rows = |tx: &mut store::Tx<'_>| {
                let row = tx.one("SELECT COUNT(*) FROM ways_back", &[])?;
                row.ok_or(StoreError::NoRow)?.int(0)
            };
            let rows = house.store.read(rows).await.unwrap();
            let after = (receipts(&house).await, house.practice.core().hashed());
            left.push((rows, after.0 - before.0, after.1 - before.1));
        }
        assert_eq!(
            left,
            [(1, 0, 0), (2, 0, 0), (3, 0, 0)],
            "one row each, nothing else"
        );
        assert_eq!(house.practice.answer_ways_back().await.unwrap(), 1);
        assert_eq!(house.practice.answer_ways_back().await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn the_owner_lets_staff_in_again_and_nobody_else_does() {
    both(async |house: Fictional| {
        let practice = &house.practice;
        let lost = enrol(&house, "okafor").await;
        let open = house.token(house.clinician).await;
        let owner = house.fresh(house.owner).await;
        for staff in [house.front_desk, house.associate, house.clinician] {
            let access = house.fresh(staff).await;
            let refused = practice.reset_staff(&access, house.clinician, None).await;
            assert!(matches!(
                refused,
                Err(AccountError::Access(crate::AccessError::NotThere))
            ));
        }
        let noor = house.client("Noor").await;
        let client = practice.reset_staff(&owner, noor, None).await;
        assert!(
            matches!(client, Err(AccountError::Wrong)),
            "clients are not reset"
        );
        for (name, taken) in [("no", false), ("noor", true)] {
            let name = Some(name.to_owned());
            let refused = practice.reset_staff(&owner, house.clinician, name).await;
            assert_eq!(matches!(refused, Err(AccountError::NameTaken)), taken);
        }
        assert!(practice.signed_in(open.text()).await.is_ok());
        let name = Some("adaeze".to_owned());
        let given = practice.reset_staff(&owner, house.clinician, name).await;
        let password = given.unwrap();
        assert!(practice.signed_in(open.text()).await.is_err());
        let old = practice.sign_in("okafor", OWN.to_owned()).await;
        assert!(matches!(old, Err(AccountError::Wrong)));
        // A step is used up for the account, whichever secret it was of.
        house.clock.pass_minutes(1);
        let half = half_way(practice, "adaeze", &password).await;
        let fresh = practice.enrolment(&half).await.unwrap();
        assert_ne!(fresh.secret.reveal(), lost.secret.reveal());
        let code = code_at(&fresh.secret, practice.now()).unwrap();
        let enrolled = practice.enrol(&half, OWN.to_owned(), &code).await;
        assert!(enrolled.is_ok());
        // The command line does the same for the owner.
        let set_up = JobAccess::set_up();
        let found = practice.who_signs_in_as(&set_up, "Raman").unwrap();
        assert_eq!(found, Some(house.owner));
        assert!(
            practice
                .reset_staff(&set_up, house.owner, None)
                .await
                .is_ok()
        );
        assert!(unlocking(&house).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn r12_a_link_waits_for_the_times_at_which_mail_is_safe_and_holds_for_an_hour_from_then() {
    both(async |house: Fictional| {
        let practice = &house.practice;
        let noor = house.client("Noor").await;
        house.case_of(&[noor]).await;
        let portal = house.portal(noor).await;
        let seen = practice.my_reach(&portal).await.unwrap().seen;
        let (four, six) = (time(16, 0, 0, 0), time(18, 0, 0, 0));
        let mut ways = practice.my_reach(&portal).await.unwrap().identity.ways;
        ways[0].times = SafeTimes::new(four, six);
        let mine = MyWays {
            seen,
            ways,
            avoid: "".into(),
        };
        practice
            .set_my_ways(&portal, mine, String::new())
            .await
            .unwrap();
        assert_eq!(asked(&house, "noor").await, 1);
        assert!(links(&house).await.is_empty(), "it is two");
        house.clock.pass_minutes(2 * 60);
        let link = links(&house).await.remove(0);
        house.clock.pass_minutes(WayBack::MINUTES - 1);
        assert!(practice.way_back(&link).await.unwrap().is_some());
        house.clock.pass_minutes(1);
        assert!(practice.way_back(&link).await.unwrap().is_none());
    })
    .await;
}
