//! What ends sign-ins, and what a person has one of.

use super::*;
use crate::ids::SignInId;
use crate::receipts::Action;

#[tokio::test]
async fn the_id_of_a_sign_in_signs_nobody_out() {
    both(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let token = house.token(noor).await;
        let SignedIn::Portal(access) = house.practice.signed_in(token.text()).await.unwrap() else {
            panic!("a client stands at the portal")
        };
        let id: SignInId = crate::access::Access::who(&access).sign_in.unwrap();
        let guessed = SignInToken::new(id, &[7; 32]);
        house.practice.sign_out(guessed.text()).await.unwrap();
        assert!(house.practice.signed_in(token.text()).await.is_ok());
        // A locked server lets people out all the same, and nobody else.
        house.practice.lock();
        house.practice.sign_out(guessed.text()).await.unwrap();
        house.practice.unlock(&secret()).await.unwrap();
        assert!(house.practice.signed_in(token.text()).await.is_ok());
        house.practice.lock();
        house.practice.sign_out(token.text()).await.unwrap();
        house.practice.unlock(&secret()).await.unwrap();
        assert!(house.practice.signed_in(token.text()).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_role_that_needs_codes_ends_what_was_signed_in_without_them() {
    both(async |house: Fictional| {
        let practice = &house.practice;
        let noor = house.client("Noor").await;
        let open = token(practice, "noor").await;
        let set_up = JobAccess::set_up();
        let role = (Role::FrontDesk, None);
        practice.give_role(&set_up, noor, role).await.unwrap();
        assert!(practice.signed_in(open.text()).await.is_err());
        // Nor does it come back when somebody with the database says that it never ended.
        let changed = house
            .by_hand("UPDATE sign_ins SET ended_at = NULL", vec![])
            .await;
        assert!(changed > 0);
        assert!(practice.signed_in(open.text()).await.is_err());
        let next = practice.sign_in("noor", PASSWORD.to_owned()).await.unwrap();
        let NextStep::Enrol(half) = next else {
            panic!("who works here enrols")
        };
        let enrolment = practice.enrolment(half.text()).await.unwrap();
        let code = code_at(&enrolment.secret, practice.now()).unwrap();
        let token = practice.enrol(half.text(), OWN.to_owned(), &code).await;
        let token = token.unwrap();
        // One more role changes nothing about it.
        let role = (Role::Biller, None);
        practice.give_role(&set_up, noor, role).await.unwrap();
        assert!(practice.signed_in(token.text()).await.is_ok());
    })
    .await;
}

/// Two invitations of one person that were written at the same moment, so that neither ended the other.
async fn two_at_once(house: &Fictional, person: PersonId) -> (Invitation, Invitation) {
    let access = JobAccess::set_up();
    let write = house.practice.write(
        &access,
        Action::AccountChange,
        move |work| {
            let first = Invitation::prepare(work, person, None, work.now())?;
            Ok::<_, crate::AccessError>((
                first,
                Invitation::prepare(work, person, None, work.now())?,
            ))
        },
        |_, both| Ok(both.clone()),
    );
    write.await.unwrap()
}

async fn accounts(house: &Fictional) -> i64 {
    let count = |tx: &mut store::Tx<'_>| {
        let row = tx.one("SELECT COUNT(*) FROM accounts", &[])?;
        row.ok_or(StoreError::NoRow)?.int(0)
    };
    house.store.read(count).await.unwrap()
}

#[tokio::test]
async fn two_invitations_accepted_at_once_make_one_account() {
    both(async |house: Fictional| {
        let practice = &house.practice;
        let noor = house.person("Noor").await;
        let (a, b) = two_at_once(&house, noor).await;
        let before = accounts(&house).await;
        let (a, b) = tokio::join!(
            practice.accept_invitation(a.text(), account("noor")),
            practice.accept_invitation(b.text(), account("noor2")),
        );
        let errors: Vec<_> = [a.err(), b.err()].into_iter().flatten().collect();
        assert!(
            matches!(errors[..], [AccountError::Invitation]),
            "{errors:?}"
        );
        assert_eq!(accounts(&house).await, before + 1);

        let sam = house.person("Sam").await;
        let one = house.invitation(sam).await;
        let (a, b) = tokio::join!(
            practice.accept_invitation(one.text(), account("sam")),
            practice.accept_invitation(one.text(), account("sam2")),
        );
        let errors: Vec<_> = [a.err(), b.err()].into_iter().flatten().collect();
        assert!(
            matches!(errors[..], [AccountError::Invitation]),
            "{errors:?}"
        );
        assert_eq!(accounts(&house).await, before + 2);
        assert!(unlocking(&house).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn known_unknown_and_ended_names_cost_the_same_work() {
    once(async |house: Fictional| {
        let practice = &house.practice;
        house.client("Noor").await;
        let sam = house.client("Sam").await;
        practice
            .end_account(&JobAccess::set_up(), sam)
            .await
            .unwrap();
        let mut cost = Vec::new();
        for name in ["noor", "nobody", "sam", "okafor", ""] {
            let before = practice.core().hashed();
            let wrong = practice.sign_in(name, "not the password".to_owned()).await;
            assert!(matches!(wrong, Err(AccountError::Wrong)));
            cost.push(practice.core().hashed() - before);
        }
        // Memory and passes of one Argon2id, whatever the name.
        assert_eq!(cost, [19 * 1024 * 2; 5]);
    })
    .await;
}
