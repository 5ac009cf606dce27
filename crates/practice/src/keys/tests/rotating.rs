//! Rotation: beside others that serve and make keys, cut off and gone on with, and nothing is ever left behind.

use std::sync::Mutex;

use vault::{CompartmentId, Kind};

use super::*;
use crate::access::Purpose;
use crate::receipts::Action;

async fn epochs(house: &Fictional) -> Vec<String> {
    let rows = keyring(house).await.into_iter();
    rows.map(|row| row.name)
        .filter(|name| name.starts_with("epoch/"))
        .collect()
}

/// Whether a practice that was opened anew reads the clinician's name.
async fn reads(practice: &Practice, house: &Fictional) -> bool {
    let who = house.clinician;
    let read = move |work: &mut crate::access::Work<'_, '_>| {
        let known = crate::people::identities(work, Action::Names, Purpose::Contact, &[who])?;
        Ok::<_, AccessError>(known.contains_key(&who))
    };
    let desk = house.desk(house.owner).await;
    practice.read(&desk, read).await.unwrap()
}

#[tokio::test]
async fn every_key_is_wrapped_anew_and_older_wraps_are_dead() {
    both(async |house| {
        let job = JobAccess::set_up();
        let before = keyring(&house).await;
        let heard = Mutex::new(Vec::new());
        let watch = |done, of| heard.lock().unwrap().push((done, of));
        let rotated = house.practice.rotate(&job, watch).await.unwrap();
        let all = records::compartments(&house.keyring).await.unwrap();
        assert_eq!(
            (rotated.epoch, rotated.keys, rotated.resumed),
            (2, all, false)
        );
        assert_eq!(heard.into_inner().unwrap().last(), Some(&(all, all)));
        assert_eq!(epochs(&house).await, ["epoch/2"]);
        house.practice.sequence().await.unwrap();
        let again = house.started_again().await;
        again.unlock(&secret()).await.unwrap();
        assert!(reads(&again, &house).await);
        assert!(again.verify(&secret(), &[]).await.unwrap().holds());

        // An old wrap put back is found at the next unlock, with the old epoch beside it or without.
        let old = |name: &str| {
            before
                .iter()
                .find(|row| row.name.starts_with(name))
                .unwrap()
                .clone()
        };
        records::put(&house.keyring, vec![old("compartment/")])
            .await
            .unwrap();
        let refused = house.started_again().await.unlock(&secret()).await;
        assert!(refused.unwrap_err().to_string().contains("compartment/"));
        records::put(&house.keyring, vec![old("epoch/1")])
            .await
            .unwrap();
        let refused = house.started_again().await.unlock(&secret()).await;
        assert!(refused.unwrap_err().to_string().contains("epoch/1"));
    })
    .await;
}

#[tokio::test]
async fn another_program_that_serves_makes_and_reads_keys_all_the_while() {
    both(async |house| {
        let job = JobAccess::set_up();
        let server = house.practice.clone();
        let command = house.started_again().await;
        command.unlock(&secret()).await.unwrap();
        let mut made = Vec::new();
        for _ in 0..3 {
            made.extend(server.make(&[Kind::Identity, Kind::Own]).await.unwrap());
            let rotate = command.rotate(&job, |_, _| ());
            // At the same time, under an epoch that the server believes to be the newest.
            let (rotated, more) = tokio::join!(rotate, server.make(&[Kind::Own]));
            rotated.unwrap();
            made.extend(more.unwrap());
            made.extend(server.make(&[Kind::Joint]).await.unwrap());
        }
        server.catch_up_with_others().await.unwrap();
        assert!(reads(&server, &house).await);
        assert_eq!(server.vault().unwrap().epoch(), 4);
        let again = house.started_again().await;
        again.unlock(&secret()).await.unwrap();
        let vault = again.vault().unwrap();
        for one in made {
            assert!(vault.has(one.id()), "a key was left behind");
        }
    })
    .await;
}

#[tokio::test]
async fn a_rotation_that_was_cut_off_is_gone_on_with() {
    both(async |house| {
        let job = JobAccess::set_up();
        for _ in 0..300 {
            house.practice.make(&[Kind::Own, Kind::Own]).await.unwrap();
        }
        let all = records::compartments(&house.keyring).await.unwrap();
        let cut = house.started_again().await;
        cut.unlock(&secret()).await.unwrap();
        // Dropped in the middle, as a killed process is: after the first step was made durable.
        let stopped = tokio::spawn(async move {
            let watch = |_, _| std::panic::resume_unwind(Box::new("cut off"));
            cut.rotate(&JobAccess::set_up(), watch).await.map(|_| ())
        });
        assert!(stopped.await.is_err());
        assert_eq!(epochs(&house).await, ["epoch/1", "epoch/2"]);

        let again = house.started_again().await;
        again.unlock(&secret()).await.unwrap();
        assert!(reads(&again, &house).await, "half way it opens too");
        let rotated = again.rotate(&job, |_, _| ()).await.unwrap();
        assert!(
            rotated.resumed && rotated.keys < all,
            "{rotated:?} of {all}"
        );
        assert_eq!(epochs(&house).await, ["epoch/2"]);
        assert_eq!(told_of_rotations(&house).await, 1);
        let last = house.started_again().await;
        last.unlock(&secret()).await.unwrap();
        assert_eq!(last.vault().unwrap().compartments(), all);
    })
    .await;
}

async fn told_of_rotations(house: &Fictional) -> i64 {
    let sql = "SELECT COUNT(*) FROM receipts WHERE action = 'key_rotation' AND outcome = 'written'";
    let read = |tx: &mut store::Tx<'_>| tx.required(sql, &[])?.int(0);
    house.store.read(read).await.unwrap()
}

#[tokio::test]
async fn r16_a_key_that_another_program_destroyed_is_forgotten_here() {
    both(async |house| {
        let gone: CompartmentId = house.practice.make(&[Kind::Own]).await.unwrap()[0].id();
        let other = house.started_again().await;
        other.unlock(&secret()).await.unwrap();
        let name = other.vault().unwrap().destroy(gone).unwrap();
        records::remove(&house.keyring, vec![name]).await.unwrap();
        assert!(house.practice.vault().unwrap().has(gone));
        house.practice.catch_up_with_others().await.unwrap();
        assert!(!house.practice.vault().unwrap().has(gone));
        assert!(reads(&house.practice, &house).await, "and no other");
    })
    .await;
}

#[tokio::test]
async fn who_may_not_set_up_does_not_rotate() {
    once(async |house| {
        let clinician = house.fresh(house.clinician).await;
        let refused = house.practice.rotate(&clinician, |_, _| ()).await;
        assert!(matches!(refused, Err(AccessError::NotThere)));
    })
    .await;
}
