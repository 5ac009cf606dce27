//! Who may sign in, and until when.

mod by_hand;
mod elsewhere;
mod ending;
mod guarding;
mod inviting;
mod mine;
mod passkeys;
mod proving_again;
mod recovery_codes;
mod ways_back;

use crate::access::JobAccess;
use store::{StoreError, Value};

use super::*;
use crate::access::{PortalAccess, Role, SignedIn};
use crate::core::Practice;
use crate::ids::PersonId;
use crate::keys::KeysError;
use crate::testing::{Fictional, PASSWORD, account, both, once, secret};

const OWN: &str = "nine blue chairs by noon";

async fn half_way(practice: &Practice, name: &str, password: &str) -> String {
    match practice.sign_in(name, password.to_owned()).await.unwrap() {
        NextStep::Code(half) | NextStep::Enrol(half) => half.text().to_owned(),
        NextStep::SignedIn(_) => panic!("a second step was expected"),
    }
}

async fn token(practice: &Practice, name: &str) -> SignInToken {
    let next = practice.sign_in(name, PASSWORD.to_owned()).await.unwrap();
    match next {
        NextStep::SignedIn(token) => token,
        NextStep::Code(_) | NextStep::Enrol(_) => panic!("no second step was expected"),
    }
}

async fn portal(practice: &Practice, token: &SignInToken) -> PortalAccess {
    match practice.signed_in(token.text()).await.unwrap() {
        SignedIn::Portal(access) => access,
        SignedIn::Desk(_) => panic!("a client stands at the portal"),
    }
}

/// Enrols `name` with the password [`OWN`]; returns the secret of their codes.
async fn enrol(house: &Fictional, name: &str) -> Enrolment {
    let half = half_way(&house.practice, name, PASSWORD).await;
    let enrolment = house.practice.enrolment(&half).await.unwrap();
    let code = code_at(&enrolment.secret, house.practice.now()).unwrap();
    house
        .practice
        .enrol(&half, OWN.to_owned(), &code)
        .await
        .unwrap();
    enrolment
}

async fn receipts(house: &Fictional) -> i64 {
    let count = |tx: &mut store::Tx<'_>| {
        let row = tx.one("SELECT COUNT(*) FROM receipts", &[])?;
        row.ok_or(StoreError::NoRow)?.int(0)
    };
    house.store.read(count).await.unwrap()
}

#[test]
fn a_password_is_long_and_not_everybodys() {
    assert_eq!(check_rule("short"), PasswordRule::Short);
    assert_eq!(check_rule("password12345"), PasswordRule::Common);
    assert_eq!(check_rule("aaaaaaaaaaaaaaaa"), PasswordRule::Common);
    assert_eq!(check_rule(OWN), PasswordRule::Good);
}

#[test]
fn a_passphrase_for_the_records_is_long_and_not_the_same_over_and_over() {
    let blanks = " ".repeat(21);
    let few_of_them = format!("   {}   ", "fifteen letters");
    for short in ["", "fifteen letters", blanks.as_str(), few_of_them.as_str()] {
        assert_eq!(check_passphrase(short), PasswordRule::Short, "{short:?}");
    }
    let one = "a".repeat(16);
    let apart = "a b ".repeat(8);
    for common in [
        one.as_str(),
        apart.as_str(),
        "passwordpassword1234",
        "abcdabcdabcdabcd",
    ] {
        assert_eq!(check_passphrase(common), PasswordRule::Common, "{common:?}");
    }
    assert_eq!(
        check_passphrase("harbor velvet cinnamon"),
        PasswordRule::Good
    );
}

#[tokio::test]
async fn a_client_signs_in_with_name_and_password() {
    both(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let token = token(&house.practice, " NOOR ").await;
        let SignedIn::Portal(access) = house.practice.signed_in(token.text()).await.unwrap() else {
            panic!("a client stands at the portal")
        };
        assert_eq!(access.person(), Some(noor));
        house.practice.sign_out(token.text()).await.unwrap();
        assert!(house.practice.signed_in(token.text()).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_are_alike() {
    both(async |house: Fictional| {
        house.client("Noor").await;
        let mut told = Vec::new();
        for (name, password) in [
            ("noor", "not the password"),
            ("nobody", PASSWORD),
            ("noor", ""),
            ("", ""),
        ] {
            let before = receipts(&house).await;
            let next = house.practice.sign_in(name, password.to_owned()).await;
            let error = next.err().unwrap();
            told.push((error.to_string(), receipts(&house).await - before));
        }
        assert!(told.windows(2).all(|pair| pair[0] == pair[1]), "{told:?}");
        assert_eq!(told[0].1, 1, "each leaves one receipt");
    })
    .await;
}

#[tokio::test]
async fn staff_enrol_before_the_first_sign_in_and_need_a_code_from_then_on() {
    both(async |house: Fictional| {
        let practice = &house.practice;
        let half = half_way(practice, "okafor", PASSWORD).await;
        let enrolment = practice.enrolment(&half).await.unwrap();
        let code = code_at(&enrolment.secret, practice.now()).unwrap();
        for (password, code, expected) in [
            ("too short", code.as_str(), "Password"),
            (PASSWORD, code.as_str(), "Password"),
            (OWN, "000000", "Wrong"),
            (OWN, "", "Wrong"),
        ] {
            let error = practice.enrol(&half, password.to_owned(), code).await;
            assert_eq!(format!("{:?}", error.err().unwrap()), expected);
        }
        let token = practice.enrol(&half, OWN.to_owned(), &code).await.unwrap();
        let signed_in = practice.signed_in(token.text()).await.unwrap();
        assert!(matches!(signed_in, SignedIn::Desk(access) if access.has(Role::Supervisor)));
        assert!(matches!(
            practice.sign_in("okafor", PASSWORD.to_owned()).await,
            Err(AccountError::Wrong)
        ));
        assert!(
            matches!(practice.enrolment(&half).await, Err(AccountError::Expired)),
            "nothing is left to enrol"
        );
    })
    .await;
}

#[tokio::test]
async fn a_code_works_once() {
    both(async |house: Fictional| {
        let practice = &house.practice;
        let enrolment = enrol(&house, "okafor").await;
        let used = code_at(&enrolment.secret, practice.now()).unwrap();
        let half = half_way(practice, "okafor", OWN).await;
        let again = practice.sign_in_with_code(&half, &used).await;
        assert!(matches!(again, Err(AccountError::Wrong)), "used to enrol");
        house.clock.pass_minutes(1);
        let fresh = code_at(&enrolment.secret, practice.now()).unwrap();
        let spaced = format!(" {} {} ", &fresh[..3], &fresh[3..]);
        assert!(practice.sign_in_with_code(&half, &spaced).await.is_ok());
        let again = practice.sign_in_with_code(&half, &fresh).await;
        assert!(matches!(again, Err(AccountError::Wrong)));
    })
    .await;
}

#[tokio::test]
async fn the_second_step_has_ten_minutes_and_belongs_to_its_password() {
    once(async |house: Fictional| {
        let practice = &house.practice;
        let first = half_way(practice, "okafor", PASSWORD).await;
        let enrolment = enrol(&house, "okafor").await;
        house.clock.pass_minutes(1);
        let code = code_at(&enrolment.secret, practice.now()).unwrap();
        let other = practice.sign_in_with_code(&first, &code).await;
        assert!(matches!(other, Err(AccountError::Expired)), "old password");
        let half = half_way(practice, "okafor", OWN).await;
        let mut changed = half.clone().into_bytes();
        changed[30] = if changed[30] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        for bad in ["", "AAAA", "ä", &changed] {
            let said = practice.sign_in_with_code(bad, &code).await;
            assert!(matches!(said, Err(AccountError::Expired)), "{bad}");
        }
        house.clock.pass_minutes(10);
        let code = code_at(&enrolment.secret, practice.now()).unwrap();
        let late = practice.sign_in_with_code(&half, &code).await;
        assert!(matches!(late, Err(AccountError::Expired)));
    })
    .await;
}

#[tokio::test]
async fn a_sign_in_ends_when_idle_and_in_any_case_after_twelve_hours() {
    both(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let practice = &house.practice;
        let idle = house.token(noor).await;
        house.clock.pass_minutes(Times::IDLE_MINUTES);
        assert!(practice.signed_in(idle.text()).await.is_err());

        let busy = house.token(noor).await;
        for _ in 0..(Times::ABSOLUTE_HOURS * 60 / 20 - 1) {
            house.clock.pass_minutes(20);
            assert!(practice.signed_in(busy.text()).await.is_ok());
        }
        house.clock.pass_minutes(20);
        assert!(practice.signed_in(busy.text()).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_sign_in_ends_at_once_with_its_account_or_its_role() {
    both(async |house: Fictional| {
        let practice = &house.practice;
        let biller = house.token(house.biller).await;
        practice
            .end_role(&JobAccess::set_up(), house.biller, Role::Biller)
            .await
            .unwrap();
        assert!(practice.signed_in(biller.text()).await.is_err());
        assert!(practice.enter_demo(house.biller).await.is_err());

        let noor = house.client("Noor").await;
        let token = house.token(noor).await;
        practice
            .end_account(&JobAccess::set_up(), noor)
            .await
            .unwrap();
        assert!(practice.signed_in(token.text()).await.is_err());
        assert!(matches!(
            practice.sign_in("noor", PASSWORD.to_owned()).await,
            Err(AccountError::Wrong)
        ));
        let other = house.person("Noor").await;
        let invitation = house.invitation(other).await;
        let second = practice.accept_invitation(invitation.text(), account("noor"));
        assert!(
            matches!(second.await, Err(AccountError::NameTaken)),
            "the name of an ended account is nobody else's"
        );
    })
    .await;
}

#[tokio::test]
async fn an_invitation_is_used_once_and_ends_after_two_weeks() {
    both(async |house: Fictional| {
        let practice = &house.practice;
        let noor = house.person("Noor").await;
        let (second, first) = (house.invitation(noor).await, house.invitation(noor).await);
        let accept = async |invitation: &Invitation, name: &str| {
            practice
                .accept_invitation(invitation.text(), account(name))
                .await
        };
        assert!(matches!(accept(&first, "n").await, Err(AccountError::Name)));
        let weak = NewAccount {
            password: "short".to_owned(),
            ..account("noor")
        };
        let refused = practice.accept_invitation(first.text(), weak).await;
        assert!(matches!(refused, Err(AccountError::Password)));
        let token = accept(&first, "noor").await.unwrap();
        assert!(practice.signed_in(token.text()).await.is_ok());
        for (invitation, name) in [(&first, "noor2"), (&second, "noor3")] {
            assert!(
                matches!(
                    accept(invitation, name).await,
                    Err(AccountError::Invitation)
                ),
                "used, or ended by a newer one"
            );
        }
        let sam = house.person("Sam").await;
        let late = house.invitation(sam).await;
        house.clock.pass_minutes(14 * 24 * 60);
        assert!(!practice.invitation_holds(late.text()).unwrap());
        assert!(matches!(
            accept(&late, "sam").await,
            Err(AccountError::Invitation)
        ));
    })
    .await;
}

#[tokio::test]
async fn two_who_choose_one_name_at_once_get_one_account() {
    both(async |house: Fictional| {
        let (noor, sam) = (house.person("Noor").await, house.person("Sam").await);
        let (a, b) = (house.invitation(noor).await, house.invitation(sam).await);
        let (a, b) = tokio::join!(
            house.practice.accept_invitation(a.text(), account("lamp")),
            house.practice.accept_invitation(b.text(), account("lamp")),
        );
        let errors: Vec<_> = [a.err(), b.err()].into_iter().flatten().collect();
        assert!(
            matches!(errors[..], [AccountError::NameTaken]),
            "{errors:?}"
        );
        let again = house.started_again().await;
        again.unlock(&secret()).await.unwrap();
    })
    .await;
}

/// A row of authority as it stands, to be put back later.
struct Copy {
    table: &'static str,
    values: Vec<Value>,
}

impl Copy {
    async fn of(house: &Fictional, table: &'static str, person: PersonId) -> Self {
        let sql = format!(
            "SELECT id, revision, body, unique_key, mac FROM {table} WHERE body LIKE $1 ORDER BY id LIMIT 1"
        );
        let values = house
            .store
            .read(move |tx| {
                let row = tx.one(&sql, &[format!("%{person}%").into()])?;
                let row = row.ok_or(StoreError::NoRow)?;
                Ok::<Vec<Value>, StoreError>(vec![
                    row.uuid(0)?.into(),
                    row.int(1)?.into(),
                    row.text(2)?.into(),
                    row.opt_blob(3)?.map(<[u8]>::to_vec).into(),
                    row.blob(4)?.into(),
                ])
            })
            .await
            .unwrap();
        Self { table, values }
    }

    async fn put_back(self, house: &Fictional) {
        let sql = format!(
            "UPDATE {} SET revision = $2, body = $3, unique_key = $4, mac = $5 WHERE id = $1",
            self.table
        );
        assert_eq!(house.by_hand(&sql, self.values).await, 1);
    }
}

async fn unlocking(house: &Fictional) -> Result<(), KeysError> {
    house.started_again().await.unlock(&secret()).await
}

#[tokio::test]
async fn two_programs_on_the_same_data_take_in_what_the_other_changed() {
    both(async |house: Fictional| {
        let import = house.started_again().await;
        import.unlock(&secret()).await.unwrap();
        let noor = house.client("Noor").await;
        import.catch_up_with_others().await.unwrap();
        import
            .end_account(&JobAccess::set_up(), noor)
            .await
            .unwrap();
        house.practice.catch_up_with_others().await.unwrap();
        assert!(matches!(
            house.practice.sign_in("noor", PASSWORD.to_owned()).await,
            Err(AccountError::Wrong)
        ));
        // Without looking first: who comes second takes in what the first changed, then changes it.
        let (sam, ren) = (house.person("Sam").await, house.person("Ren").await);
        let invitation = house.invitation(sam).await;
        import.catch_up_with_others().await.unwrap();
        import
            .accept_invitation(invitation.text(), account("sam"))
            .await
            .unwrap();
        house.invitation(ren).await;
        assert!(unlocking(&house).await.is_ok());
    })
    .await;
}
