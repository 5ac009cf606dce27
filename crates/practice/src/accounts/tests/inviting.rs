//! Who gives a client a link, who sees it, and what it does to the account that there is.

use super::*;
use crate::AccessError;
use crate::access::DeskAccess;
use crate::receipts::Whose;

async fn given(house: &Fictional, by: PersonId, handing: Handing, to: PersonId) -> Invited {
    let access: DeskAccess = house.desk(by).await;
    let given = house.practice.invite_client(&access, to, handing).await;
    given.unwrap()
}

#[tokio::test]
async fn r15_only_who_cares_sees_a_link_and_the_client_reads_of_it() {
    both(async |house: Fictional| {
        let practice = &house.practice;
        let noor = house.client("Noor").await;
        house.case_of(&[noor]).await;
        for (staff, handing) in [
            (house.front_desk, Handing::ByHand),
            (house.owner, Handing::ByHand),
            (house.associate, Handing::ByHand),
            (house.associate, Handing::Mail),
            (house.biller, Handing::Mail),
        ] {
            let access = house.desk(staff).await;
            let refused = practice.invite_client(&access, noor, handing).await;
            assert!(
                matches!(refused, Err(AccountError::Access(AccessError::NotThere))),
                "{handing:?}"
            );
        }
        let desk = house.desk(house.front_desk).await;
        let may = practice.inviting(&desk, noor).await.unwrap().unwrap();
        assert!(may.by_mail.is_some() && !may.by_hand && may.has_account);
        let mailed = given(&house, house.front_desk, Handing::Mail, noor).await;
        assert!(matches!(mailed, Invited::Mailed(_)));
        let shown = given(&house, house.clinician, Handing::ByHand, noor).await;
        let Invited::ByHand(invitation) = shown else {
            panic!("the clinician sees it")
        };
        assert!(practice.invitation_holds(invitation.text()).unwrap());
        let portal = house.portal(noor).await;
        let read = practice
            .who_opened_my_record(&portal, Whose::Others, None)
            .await;
        let said: Vec<_> = read
            .unwrap()
            .openings
            .iter()
            .map(|line| line.what)
            .collect();
        for words in [
            "Was shown a link for signing in, to hand it over",
            "Sent a link for signing in by email",
        ] {
            assert!(said.contains(&words), "{said:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn nobody_is_invited_who_is_no_client() {
    once(async |house: Fictional| {
        let practice = &house.practice;
        let somebody = house.person("Somebody").await;
        let owner = house.desk(house.owner).await;
        for person in [somebody, house.clinician] {
            assert_eq!(practice.inviting(&owner, person).await.unwrap(), None);
            let refused = practice.invite_client(&owner, person, Handing::Mail).await;
            assert!(matches!(
                refused,
                Err(AccountError::Access(AccessError::NotThere))
            ));
        }
    })
    .await;
}

#[tokio::test]
async fn a_new_link_takes_the_place_of_name_password_and_codes() {
    both(async |house: Fictional| {
        let practice = &house.practice;
        let noor = house.client("Noor").await;
        house.client("Sam").await;
        house.case_of(&[noor]).await;
        let portal = house.portal(noor).await;
        let secret = practice.codes_to_be(&portal).await.unwrap().secret;
        let code = code_at(&secret, practice.now()).unwrap();
        let on = practice.turn_codes_on(&portal, PASSWORD.to_owned(), &code);
        let open = on.await.unwrap();
        let link = |invited| match invited {
            Invited::ByHand(invitation) => invitation,
            Invited::Mailed(_) | Invited::NotYet => panic!("by hand"),
        };
        let first = link(given(&house, house.clinician, Handing::ByHand, noor).await);
        let second = link(given(&house, house.clinician, Handing::ByHand, noor).await);
        let accept = async |invitation: &Invitation, name: &str| {
            let new = NewAccount {
                name: name.to_owned(),
                password: OWN.to_owned(),
            };
            practice.accept_invitation(invitation.text(), new).await
        };
        let ended = accept(&first, "noor").await;
        assert!(
            matches!(ended, Err(AccountError::Invitation)),
            "a newer one"
        );
        let taken = accept(&second, "sam").await;
        assert!(matches!(taken, Err(AccountError::NameTaken)));
        assert!(
            practice.signed_in(open.text()).await.is_ok(),
            "not used yet"
        );
        let token = accept(&second, "noor").await.unwrap();
        assert!(practice.signed_in(token.text()).await.is_ok());
        assert!(practice.signed_in(open.text()).await.is_err());
        let next = practice.sign_in("noor", OWN.to_owned()).await;
        assert!(matches!(next, Ok(NextStep::SignedIn(_))), "no codes");
        let again = accept(&second, "noor").await;
        assert!(matches!(again, Err(AccountError::Invitation)));

        // Another name; and a link that waits ends when something else changes how they sign in.
        let third = link(given(&house, house.clinician, Handing::ByHand, noor).await);
        accept(&third, "lamp").await.unwrap();
        let old = practice.sign_in("noor", OWN.to_owned()).await;
        assert!(matches!(old, Err(AccountError::Wrong)));
        let fourth = link(given(&house, house.clinician, Handing::ByHand, noor).await);
        let portal = house.portal(noor).await;
        let changed = practice.change_password(&portal, OWN.to_owned(), PASSWORD.to_owned());
        changed.await.unwrap();
        assert!(!practice.invitation_holds(fourth.text()).unwrap());
        assert!(unlocking(&house).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn an_invitation_of_before_signs_no_staff_in() {
    once(async |house: Fictional| {
        let practice = &house.practice;
        let noor = house.client("Noor").await;
        house.case_of(&[noor]).await;
        let shown = given(&house, house.clinician, Handing::ByHand, noor).await;
        let Invited::ByHand(invitation) = shown else {
            panic!("by hand")
        };
        let role = (Role::FrontDesk, None);
        let set_up = JobAccess::set_up();
        practice.give_role(&set_up, noor, role).await.unwrap();
        let new = account("noor");
        let refused = practice.accept_invitation(invitation.text(), new).await;
        assert!(matches!(refused, Err(AccountError::Invitation)));
    })
    .await;
}
