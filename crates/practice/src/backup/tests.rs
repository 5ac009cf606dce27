//! A backup of either database into either, what it refuses, and what it tells of a database that is older than its keyring.

use std::sync::mpsc;

use store::testing::Folder;
use store::{DatabaseUrl, Store};

use super::*;
use crate::access::{JobAccess, Purpose};
use crate::core::Opening;
use crate::enquiry::tests::{DAY, asked};
use crate::keys::keyring_beside;
use crate::testing::{Fictional, both, once, premises, secret};

/// A backup as it lies elsewhere.
#[derive(Clone)]
struct Kept {
    manifest: String,
    pieces: Vec<(CopiedPiece, Vec<u8>)>,
    keyring: Vec<u8>,
}

async fn backup(house: &Fictional) -> Kept {
    let (give, taken) = mpsc::channel();
    let take = move |copied| {
        if let Copied::Piece(piece, bytes) = copied {
            give.send((piece, bytes))
                .map_err(|error| error.to_string())?;
        }
        Ok(())
    };
    let job = JobAccess::set_up();
    house.practice.sequence().await.unwrap();
    let manifest = house.practice.copy_out(&job, "me", take).await.unwrap();
    assert_eq!(
        manifest.pieces().count(),
        manifest.pieces().filter(|piece| piece.rows > 0).count()
    );
    Kept {
        manifest: house
            .practice
            .signed_manifest(&job, &manifest)
            .await
            .unwrap(),
        pieces: taken.into_iter().collect(),
        keyring: house.practice.copy_keyring(&job).await.unwrap(),
    }
}

/// Puts a backup into an empty database; the practice is opened and not yet settled.
async fn put_back(
    house: &Fictional,
    kept: &Kept,
    to: &DatabaseUrl,
) -> Result<Practice, BackupError> {
    let store = store::testing::open(to).await;
    let keyring = keyring_beside(to).await?;
    let manifest = Manifest::parse(&kept.manifest)?;
    let tables = begin_restore(&store, &manifest).await?;
    let mut pieces = kept.pieces.iter();
    for (table, copied) in tables.iter().zip(&manifest.tables) {
        for piece in &copied.pieces {
            let (_, bytes) = pieces.next().unwrap();
            put_piece(&store, table, piece, bytes.clone()).await?;
        }
    }
    compare(&store, &manifest).await?;
    put_keyring(&keyring, &kept.keyring).await?;
    Ok(opened(house, store, keyring).await)
}

async fn opened(house: &Fictional, store: Store, keyring: Store) -> Practice {
    let opening = Opening {
        store,
        keyring,
        clock: house.clock.clone(),
        randomness: std::sync::Arc::new(vault::SeededRandomness::new(77)),
    };
    Practice::open(opening).await.unwrap()
}

async fn name_of(practice: &Practice, house: &Fictional) -> String {
    let okafor = house.clinician;
    let read = move |work: &mut crate::access::Work<'_, '_>| {
        let known = crate::people::identities(work, Action::Names, Purpose::Contact, &[okafor])?;
        Ok::<_, AccessError>(known.get(&okafor).map(|one| one.name.reveal().clone()))
    };
    let desk = house.desk(house.owner).await;
    practice.read(&desk, read).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_backup_of_either_database_goes_into_either_and_verifies() {
    both(async |house| {
        let kept = backup(&house).await;
        store::testing::both_at(async |to| {
            let again = put_back(&house, &kept, &to).await.unwrap();
            let job = JobAccess::set_up();
            let restored = again
                .settle_restored(&job, &secret(), &kept.manifest)
                .await
                .unwrap();
            assert!(restored.receipts > 0);
            assert_eq!(name_of(&again, &house).await, "Dr. Adaeze Okafor");
            again.sequence().await.unwrap();
            let verdict = again.verify(&secret(), &[]).await.unwrap();
            assert!(verdict.holds(), "{:?}", verdict.findings);
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn an_older_database_unlocks_only_by_the_act_that_leaves_a_receipt() {
    once(async |house| {
        let mut kept = backup(&house).await;
        house.person("Somebody who came later").await;
        house.practice.sequence().await.unwrap();
        kept.keyring = house.practice.copy_keyring(&JobAccess::set_up()).await.unwrap();
        let folder = Folder::new();
        let again = put_back(&house, &kept, &folder.sqlite()).await.unwrap();
        let refused = again.unlock(&secret()).await.unwrap_err();
        let refusals = [KeysError::OlderDatabase.to_string(), KeysError::AuthorityNotCurrent.to_string()];
        assert!(refusals.contains(&refused.to_string()), "{refused}");
        let job = JobAccess::set_up();
        let restored = again.settle_restored(&job, &secret(), &kept.manifest).await.unwrap();
        assert!(restored.missing > 0, "the keyring has seen more");
        let told = again
            .published(|tx| tx.required("SELECT COUNT(*) FROM receipts WHERE action = 'restore' AND outcome = 'written'", &[])?.int(0))
            .await;
        let told: Result<i64, StoreError> = told;
        assert_eq!(told, Ok(1));
        again.lock();
        again.unlock(&secret()).await.unwrap();
        assert!(again.verify(&secret(), &[]).await.unwrap().holds());
    })
    .await;
}

#[tokio::test]
async fn what_this_practice_did_not_write_is_not_taken_back() {
    once(async |house| {
        let kept = backup(&house).await;
        let job = JobAccess::set_up();

        let mut damaged = kept.clone();
        let last = damaged.pieces[3].1.len() - 1;
        damaged.pieces[3].1[last] ^= 1;
        let folder = Folder::new();
        let refused = put_back(&house, &damaged, &folder.sqlite()).await;
        assert!(matches!(refused.err(), Some(BackupError::Damaged(_))));

        // Somebody who knows the form, and not the keys, leaves a grant out and says that it was so.
        let mut forged = kept.clone();
        forged.manifest = kept.manifest.replace("\"version\":1", "\"version\": 1");
        let folder = Folder::new();
        let again = put_back(&house, &forged, &folder.sqlite()).await.unwrap();
        let refused = again
            .settle_restored(&job, &secret(), &forged.manifest)
            .await;
        assert!(matches!(refused.err(), Some(BackupError::NotOurs)));

        let again = put_back(&house, &kept, &folder.sqlite()).await;
        assert!(matches!(again.err(), Some(BackupError::NotEmpty)));
    })
    .await;
}

#[tokio::test]
async fn a_second_backup_has_the_same_pieces_where_nothing_changed() {
    once(async |house| {
        let first = backup(&house).await;
        let second = backup(&house).await;
        let names = |kept: &Kept| -> Vec<String> {
            kept.pieces
                .iter()
                .map(|(piece, _)| piece.name.clone())
                .collect()
        };
        let (first, second) = (names(&first), names(&second));
        let kept = second.iter().filter(|name| first.contains(name)).count();
        // Changed have the receipts, their index, the log's state and its heads.
        assert!(
            kept + 4 >= second.len() && kept > 4,
            "{kept} of {}",
            second.len()
        );
        assert_ne!(first, second);
    })
    .await;
}

async fn keys(house: &Fictional) -> Vec<String> {
    let rows = crate::keys::records::all(&house.keyring).await.unwrap();
    let names = rows.into_iter().map(|row| row.name);
    names
        .filter(|name| name.starts_with("compartment/"))
        .collect()
}

#[tokio::test]
async fn r16_the_key_of_a_forgotten_enquiry_is_dead_in_backups_of_the_data_too() {
    both(async |house| {
        premises(&house).await;
        let before = keys(&house).await;
        asked(&house).await;
        let later = keys(&house).await;
        let theirs = later.into_iter().find(|name| !before.contains(name));
        let (theirs, old) = (theirs.unwrap(), backup(&house).await);
        house.clock.pass_minutes(60 * DAY);
        assert_eq!(house.practice.forget_enquiries().await.unwrap(), 1);
        assert!(!keys(&house).await.contains(&theirs));
        assert_eq!(house.practice.vault().unwrap().epoch(), 2);
        house.practice.sequence().await.unwrap();
        assert!(house.practice.verify(&secret(), &[]).await.unwrap().holds());

        // The data of before with the keyring of today: what is left of them goes once more.
        let job = JobAccess::set_up();
        let mut newer = old.clone();
        newer.keyring = house.practice.copy_keyring(&job).await.unwrap();
        let folder = Folder::new();
        let again = put_back(&house, &newer, &folder.sqlite()).await.unwrap();
        again
            .settle_restored(&job, &secret(), &newer.manifest)
            .await
            .unwrap();
        let left = again.published(|tx| tx.required("SELECT COUNT(*) FROM enquiries", &[])?.int(0));
        let left: Result<i64, StoreError> = left.await;
        assert_eq!(left, Ok(0));
        let verdict = again.verify(&secret(), &[]).await.unwrap();
        assert!(verdict.holds(), "{:?}", verdict.findings);
    })
    .await;
}

#[tokio::test]
async fn r16_a_destroyed_record_stays_closed_in_backups_unless_an_older_keyring_opens_them() {
    both(async |house| {
        let kit = house.client("Kit").await;
        let case = house.case_of(&[kit]).await;
        house.everybody_signs(&case).await;
        let own = case.participant(kit).unwrap().own;
        let okafor = house.desk(house.clinician).await;
        house.practice.close_case(&okafor, case.id).await.unwrap();
        house.clock.pass_minutes(8 * 366 * DAY);
        let old = backup(&house).await;
        let part = case.participant(kit).unwrap().id;
        crate::retention::tests::destroyed(&house, part).await;
        house.practice.sequence().await.unwrap();
        let job = JobAccess::set_up();
        let consents = |practice: Practice| async move {
            let count = "SELECT COUNT(*) FROM consents";
            let left = practice.published(move |tx| tx.required(count, &[])?.int(0));
            let left: Result<i64, StoreError> = left.await;
            left.unwrap()
        };

        // The data of before with the keyring of today: nothing of it opens, and what is left goes once more.
        let mut newer = old.clone();
        newer.keyring = house.practice.copy_keyring(&job).await.unwrap();
        let folder = Folder::new();
        let again = put_back(&house, &newer, &folder.sqlite()).await.unwrap();
        assert!(consents(again.clone()).await > 0);
        let restored = again
            .settle_restored(&job, &secret(), &newer.manifest)
            .await
            .unwrap();
        assert!(restored.missing > 0);
        assert!(!again.vault().unwrap().has(own));
        assert_eq!(consents(again.clone()).await, 0);
        let verdict = again.verify(&secret(), &[]).await.unwrap();
        assert!(verdict.holds(), "{:?}", verdict.findings);

        // With a copy of the keyring from before, which expires as the certificate says, it is still there.
        let folder = Folder::new();
        let again = put_back(&house, &old, &folder.sqlite()).await.unwrap();
        again
            .settle_restored(&job, &secret(), &old.manifest)
            .await
            .unwrap();
        assert!(again.vault().unwrap().has(own));
        assert!(consents(again.clone()).await > 0);
    })
    .await;
}

#[tokio::test]
async fn r16_a_receipt_that_the_program_did_not_write_kills_no_key() {
    once(async |house| {
        premises(&house).await;
        asked(&house).await;
        house.clock.pass_minutes(60 * DAY);
        let before = keys(&house).await;
        // Another's key in the place of the one that ends, and the leaf that belongs to it, by SQL.
        let office = house.practice.core().office.0;
        house.practice.forget_enquiries().await.unwrap();
        let after = keys(&house).await;
        assert_eq!(after.len() + 1, before.len());
        let forge = move |tx: &mut store::Tx<'_>| {
            let row = tx.required(
                "SELECT rows_written FROM receipts WHERE action = 'enquiry_forget'",
                &[],
            )?;
            let mut rows = row.blob(0)?.to_vec();
            let at = rows.windows(4).position(|four| four == b"keys").unwrap() + 4;
            rows[at..at + 16].copy_from_slice(office.as_bytes());
            let sql = "UPDATE receipts SET rows_written = $1 WHERE action = 'enquiry_forget'";
            tx.exec(sql, &[rows.into()])
        };
        let forged: Result<u64, StoreError> = house.store.write(forge).await;
        assert_eq!(forged, Ok(1));
        house.practice.forget_enquiries().await.unwrap();
        assert_eq!(keys(&house).await, after);
    })
    .await;
}
