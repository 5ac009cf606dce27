//! R1: nothing opens without a grant, every try leaves a receipt, and nothing leaves before its receipt is durable.

use std::pin::pin;
use std::sync::{Mutex, mpsc};

use store::{StoreError, Value};
use vault::CompartmentId;

use super::*;
use crate::error::AccessError;
use crate::people;
use crate::receipts::Action;
use crate::testing::{Fictional, both};

/// How many receipts of an outcome name a compartment.
async fn receipts(house: &Fictional, outcome: &'static str, of: CompartmentId) -> i64 {
    let look = move |tx: &mut store::Tx<'_>| {
        let values: [Value; 2] = [outcome.into(), of.0.into()];
        tx.one(
            "SELECT COUNT(*) FROM receipts WHERE outcome = $1 AND id IN \
             (SELECT receipt_id FROM receipt_compartments WHERE compartment_id = $2)",
            &values,
        )?
        .ok_or(StoreError::NoRow)?
        .int(0)
    };
    house.store.read(look).await.unwrap()
}

async fn identity_of(house: &Fictional, person: PersonId) -> CompartmentId {
    let practice = house.practice.id();
    let look = move |tx: &mut store::Tx<'_>| people::records::cell(tx, practice, person);
    house.store.read(look).await.unwrap().unwrap().compartment
}

/// Tries to open a compartment for a purpose, as any operation would.
async fn try_to_open(
    house: &Fictional,
    access: &impl Access,
    of: CompartmentId,
    purpose: Purpose,
) -> Result<(), AccessError> {
    let open = move |work: &mut Work<'_, '_>| work.open(Action::Names, purpose, &[of]).map(drop);
    house.practice.read(access, open).await
}

async fn may(house: &Fictional, access: &impl Access, of: CompartmentId, purpose: Purpose) -> bool {
    try_to_open(house, access, of, purpose).await.is_ok()
}

#[tokio::test]
async fn r1_what_is_not_granted_is_not_there_and_the_try_leaves_a_receipt() {
    both(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let identity = identity_of(&house, noor).await;
        let desk = house.desk(house.clinician).await;
        let refused = try_to_open(&house, &desk, identity, Purpose::Care).await;
        assert!(matches!(refused, Err(AccessError::NotThere)));
        assert_eq!(receipts(&house, "refused", identity).await, 1);
        let never = CompartmentId(uuid::Uuid::from_u128(5));
        let refused = try_to_open(&house, &desk, never, Purpose::Care).await;
        assert!(matches!(refused, Err(AccessError::NotThere)));
        assert_eq!(receipts(&house, "refused", never).await, 1);
    })
    .await;
}

#[tokio::test]
async fn r1_a_grant_is_for_one_holder_one_compartment_and_one_purpose() {
    both(async |house: Fictional| {
        let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
        let case = house.case_of(&[noor, sam]).await;
        let theirs = identity_of(&house, noor).await;
        let own = case.participant(noor).unwrap().own;
        let desk = |person| house.desk(person);
        let (okafor, ren) = (desk(house.clinician).await, desk(house.associate).await);
        let (front, biller) = (desk(house.front_desk).await, desk(house.biller).await);
        let (noor, sam) = (house.portal(noor).await, house.portal(sam).await);
        assert!(may(&house, &okafor, own, Purpose::Care).await);
        assert!(!may(&house, &okafor, own, Purpose::Billing).await);
        assert!(
            !may(&house, &ren, own, Purpose::Care).await,
            "another clinician"
        );
        assert!(may(&house, &front, theirs, Purpose::Contact).await);
        assert!(!may(&house, &front, theirs, Purpose::Care).await);
        for purpose in [Purpose::Contact, Purpose::Care, Purpose::Keeping] {
            assert!(
                !may(&house, &front, own, purpose).await,
                "never clinical content"
            );
        }
        assert!(may(&house, &biller, theirs, Purpose::Billing).await);
        assert!(!may(&house, &biller, own, Purpose::Billing).await, "R14");
        assert!(may(&house, &noor, own, Purpose::OwnRecord).await);
        assert!(!may(&house, &sam, own, Purpose::OwnRecord).await, "R2");
        assert!(!may(&house, &sam, theirs, Purpose::OwnRecord).await, "R2");
    })
    .await;
}

#[tokio::test]
async fn r1_nothing_leaves_before_its_receipt_is_durable() {
    both(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let identity = identity_of(&house, noor).await;
        let desk = house.desk(house.front_desk).await;
        // The writer waits, and with it every receipt that is queued.
        let (go_on, wait) = mpsc::channel::<()>();
        let wait = Mutex::new(wait);
        let held = house.store.submit(move |_| {
            wait.lock().unwrap().recv().unwrap();
            Ok::<_, StoreError>(())
        });
        let (opened, has_opened) = tokio::sync::oneshot::channel();
        let practice = house.practice.clone();
        let mut reading = pin!(practice.read(&desk, move |work| {
            let result = work.open(Action::Contact, Purpose::Contact, &[identity]);
            opened.send(result.is_ok()).unwrap();
            result.map(drop)
        }));
        tokio::select! {
            _ = &mut reading => panic!("it left before its receipt"),
            opened = has_opened => assert!(opened.unwrap(), "it was opened"),
        }
        assert_eq!(receipts(&house, "opened", identity).await, 2, "as before");
        tokio::select! {
            biased;
            _ = &mut reading => panic!("it left before its receipt"),
            () = std::future::ready(()) => {}
        }
        go_on.send(()).unwrap();
        held.await.unwrap();
        reading.await.unwrap();
        assert_eq!(receipts(&house, "opened", identity).await, 3);
    })
    .await;
}

#[tokio::test]
async fn r1_what_cannot_leave_a_receipt_gives_nothing() {
    both(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let desk = house.desk(house.front_desk).await;
        assert!(house.practice.identity(&desk, noor).await.is_ok());
        house
            .by_hand("ALTER TABLE receipt_compartments RENAME TO gone", vec![])
            .await;
        let nothing = house.practice.identity(&desk, noor).await;
        assert!(matches!(nothing, Err(AccessError::Fault(_))), "{nothing:?}");
    })
    .await;
}

#[tokio::test]
async fn r1_a_write_and_its_receipt_stand_or_fall_together() {
    both(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let identity = identity_of(&house, noor).await;
        let desk = house.desk(house.front_desk).await;
        let written = receipts(&house, "written", identity).await;
        for fails in [true, false] {
            let done = house.practice.write(
                &desk,
                Action::Contact,
                move |work| {
                    work.open(Action::Contact, Purpose::Contact, &[identity])?;
                    Ok::<_, AccessError>(())
                },
                move |_, ()| {
                    if fails {
                        Err(AccessError::Stale)
                    } else {
                        Ok(())
                    }
                },
            );
            assert_eq!(done.await.is_err(), fails);
        }
        assert_eq!(receipts(&house, "written", identity).await, written + 1);
    })
    .await;
}

#[tokio::test]
async fn r1_a_locked_server_opens_nothing() {
    both(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let identity = identity_of(&house, noor).await;
        let desk = house.desk(house.front_desk).await;
        house.practice.lock();
        assert!(house.practice.is_locked());
        let refused = try_to_open(&house, &desk, identity, Purpose::Contact).await;
        assert!(matches!(refused, Err(AccessError::Locked)));
    })
    .await;
}

#[tokio::test]
async fn a_grant_for_care_ends_with_the_clinical_role() {
    both(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let case = house.case_of(&[noor]).await;
        let own = case.participants[0].own;
        let set_up = JobAccess::set_up();
        let giving = house
            .practice
            .give_role(&set_up, house.clinician, (Role::FrontDesk, None));
        giving.await.unwrap();
        let desk = house.desk(house.clinician).await;
        assert!(may(&house, &desk, own, Purpose::Care).await);
        for role in desk.roles().iter().filter(|role| role.is_clinical()) {
            let ending = house.practice.end_role(&set_up, house.clinician, *role);
            ending.await.unwrap();
        }
        let desk = house.desk(house.clinician).await;
        assert!(!may(&house, &desk, own, Purpose::Care).await);
    })
    .await;
}

/// Whoever asked may go away at any moment: the change stands or does not, and the next one need not wait.
#[tokio::test]
async fn a_change_of_authority_is_settled_when_nobody_waits_for_it_any_more() {
    both(async |house: Fictional| {
        let set_up = JobAccess::set_up();
        for polls in 0..8_u64 {
            let giving = house
                .practice
                .give_role(&set_up, house.biller, (Role::FrontDesk, None));
            let patience = std::time::Duration::from_micros(polls * polls * 100);
            drop(tokio::time::timeout(patience, giving).await);
            let ending = house
                .practice
                .end_role(&set_up, house.biller, Role::FrontDesk);
            let soon = std::time::Duration::from_secs(10);
            // The role may not have been given when nobody waited for it.
            drop(tokio::time::timeout(soon, ending).await.unwrap());
        }
        let verdict = house
            .practice
            .verify(&crate::testing::secret(), &[])
            .await
            .unwrap();
        assert!(verdict.holds(), "{:?}", verdict.findings);
    })
    .await;
}

/// How many receipts of an action were refusals.
async fn refusals(house: &Fictional, action: Action) -> i64 {
    let look = move |tx: &mut store::Tx<'_>| {
        let sql = "SELECT COUNT(*) FROM receipts WHERE outcome = 'refused' AND action = $1";
        tx.one(sql, &[action.word().into()])?
            .ok_or(StoreError::NoRow)?
            .int(0)
    };
    house.store.read(look).await.unwrap()
}

#[tokio::test]
async fn r1_whatever_is_not_there_for_who_asked_leaves_a_refusal() {
    both(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let case = house.case_of(&[noor]).await;
        let desk = house.desk(house.biller).await;
        let unknown = crate::ids::CaseId(uuid::Uuid::from_u128(5));
        // Neither of these opens anything: the rule in one place sees that they gave nothing.
        for (number, id) in [(1, case.id), (2, unknown)] {
            let refused = house.practice.case(&desk, id, Purpose::Care).await;
            assert!(matches!(refused, Err(AccessError::NotThere)));
            assert_eq!(refusals(&house, Action::Look).await, number);
        }
        let refused = house.practice.sets_up(&desk).await;
        assert!(matches!(refused, Err(AccessError::NotThere)));
        assert_eq!(refusals(&house, Action::AuthorityChange).await, 1);
        // A refusal that an opening left is not told twice, nor one of the program's own work.
        let of = identity_of(&house, noor).await;
        assert!(!may(&house, &desk, of, Purpose::Care).await);
        assert!(!may(&house, &JobAccess::import(), of, Purpose::Care).await);
        assert_eq!(refusals(&house, Action::Look).await, 2);
    })
    .await;
}

#[tokio::test]
async fn far_more_records_than_usual_need_a_proof_and_then_end() {
    both(async |house: Fictional| {
        let mut all = Vec::new();
        for number in 0..7 {
            all.push(house.person(&format!("Client {number}")).await);
        }
        house.practice.brake_at(3);
        let desk = house.desk(house.front_desk).await;
        let look = async |number: usize| house.practice.identity(&desk, all[number]).await;
        for number in [0, 1, 2, 0, 1] {
            look(number).await.unwrap();
        }
        assert!(matches!(look(3).await, Err(AccessError::ProveAgain)));
        look(2).await.unwrap();
        // Lists of names go on, and so does whoever opened less.
        let of = identity_of(&house, all[6]).await;
        assert!(may(&house, &desk, of, Purpose::Contact).await);
        let owner = house.desk(house.owner).await;
        house.practice.identity(&owner, all[6]).await.unwrap();
        // Another sign-in of the same person is no way around.
        let again = house.desk(house.front_desk).await;
        let refused = house.practice.identity(&again, all[3]).await;
        assert!(matches!(refused, Err(AccessError::ProveAgain)));

        let now = house.practice.now();
        house.practice.core().brake.proved(house.front_desk, now);
        for number in [3, 4, 5] {
            look(number).await.unwrap();
        }
        let braked = look(6).await;
        assert!(
            matches!(braked, Err(AccessError::Braked { seconds: 3_600 })),
            "{braked:?}"
        );
        assert_eq!(refusals(&house, Action::Brake).await, 3);
        let found = house
            .practice
            .unusual_days(&owner, jiff::tz::TimeZone::UTC)
            .await
            .unwrap();
        let braked = found
            .days
            .iter()
            .find(|one| one.why == crate::receipts::Why::Braked);
        assert_eq!(
            braked.map(|one| (one.by, one.count)),
            Some((house.front_desk, 3))
        );
        // An hour later it begins anew, and the proof with it.
        house.clock.pass_minutes(60);
        for number in [0, 1, 6] {
            look(number).await.unwrap();
        }
        assert!(matches!(look(2).await, Err(AccessError::ProveAgain)));
    })
    .await;
}
