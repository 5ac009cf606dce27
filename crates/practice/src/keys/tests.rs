//! Ways in: added, rehearsed and removed, each with a receipt, and none of it unproved.

use vault::{
    Card, CardPair, KeyFile, PasskeyKey, PasskeyPlace, PassphraseCost, Secret, SeededRandomness,
};
use zeroize::Zeroizing;

use super::*;
use crate::access::JobAccess;
use crate::receipts::{Outcome, Search};
use crate::testing::{Fictional, both, once, secret};

mod rotating;

const CHEAP: PassphraseCost = PassphraseCost::CHEAPEST;

fn words(words: &str) -> Secret {
    Secret::Passphrase(Zeroizing::new(words.to_owned()))
}

fn pair(one: &Card, other: &Card) -> Secret {
    Secret::Cards(CardPair::of(one, other).unwrap())
}

/// What the log says of ways in: action and outcome, by the word.
async fn told(house: &Fictional) -> Vec<(String, String)> {
    let read = |tx: &mut store::Tx<'_>| {
        let rows = tx.query(
            "SELECT action, outcome FROM receipts WHERE action LIKE 'slot_%' ORDER BY action",
            &[],
        )?;
        let said = rows
            .iter()
            .map(|row| Ok((row.text(0)?.to_owned(), row.text(1)?.to_owned())));
        said.collect::<Result<_, StoreError>>()
    };
    house.store.read(read).await.unwrap()
}

fn said(told: &[(String, String)]) -> Vec<(&str, &str)> {
    told.iter()
        .map(|(action, outcome)| (action.as_str(), outcome.as_str()))
        .collect()
}

async fn keyring(house: &Fictional) -> Vec<vault::KeyringRow> {
    let mut rows = records::all(&house.keyring).await.unwrap();
    rows.sort_by(|one, other| one.name.cmp(&other.name));
    rows
}

#[tokio::test]
async fn r1_a_rehearsal_proves_a_way_in_changes_nothing_and_is_in_the_log() {
    both(async |house| {
        let job = JobAccess::set_up();
        let (dealt, [one, _, three]) = vault::deal(&SeededRandomness::new(8));
        house.practice.add_slot(&job, &dealt, CHEAP).await.unwrap();
        let added = house.practice.now();
        house.practice.sequence().await.unwrap();
        let before = keyring(&house).await;

        house.clock.pass_minutes(90);
        let again = house.started_again().await;
        let way = again.rehearse(&job, &pair(&one, &three)).await.unwrap();
        assert_eq!(way.method, vault::SlotMethod::Cards);
        assert_eq!((way.added, way.rehearsed), (Some(added), Some(again.now())));
        assert_eq!(keyring(&house).await, before, "no slot, no key, no head");

        let ways = house.started_again().await.slots().await.unwrap();
        let rehearsed = ways.iter().map(|way| (way.added.is_some(), way.rehearsed));
        let mut rehearsed: Vec<_> = rehearsed.collect();
        rehearsed.sort();
        assert_eq!(rehearsed, [(false, None), (true, Some(again.now()))]);
        let told = told(&house).await;
        let expected = [("slot_add", "written"), ("slot_rehearsal", "written")];
        assert_eq!(said(&told), expected);
        let verdict = house.practice.verify(&secret(), &[]).await.unwrap();
        assert!(verdict.holds(), "{:?}", verdict.findings);
    })
    .await;
}

#[tokio::test]
async fn r1_a_rehearsal_that_opens_nothing_leaves_the_receipt_of_a_refusal() {
    once(async |house| {
        let job = JobAccess::set_up();
        let again = house.started_again().await;
        let wrong = again.rehearse(&job, &words("not these")).await;
        assert!(matches!(wrong, Err(KeysError::WrongSecret)));
        assert!(again.is_locked());
        let locked = again.refuse_rehearsal(&job).await;
        assert!(matches!(locked, Err(AccessError::Locked)), "{locked:?}");
        again.unlock(&secret()).await.unwrap();
        again.refuse_rehearsal(&job).await.unwrap();
        let told = told(&house).await;
        assert_eq!(said(&told), [("slot_rehearsal", "refused")]);
        let ways = house.practice.slots().await.unwrap();
        assert!(ways.iter().all(|way| way.rehearsed.is_none()));
    })
    .await;
}

#[tokio::test]
async fn r1_a_way_in_that_goes_is_in_the_log_and_its_rehearsals_prove_nothing_of_another() {
    once(async |house| {
        let job = JobAccess::set_up();
        let (dealt, [one, two, _]) = vault::deal(&SeededRandomness::new(9));
        house.practice.add_slot(&job, &dealt, CHEAP).await.unwrap();
        let cards = pair(&one, &two);
        let way = house.practice.rehearse(&job, &cards).await.unwrap();
        let proof = house.practice.remove_slot(&job, &way.name, &cards).await;
        assert!(matches!(proof, Err(KeysError::NoOtherSlot)));
        let removed = house.started_again().await;
        removed
            .remove_slot(&job, &way.name, &secret())
            .await
            .unwrap();
        let gone = house.started_again().await.unlock(&cards).await;
        assert!(matches!(gone, Err(KeysError::OtherCards)));
        let told = told(&house).await;
        let expected = ["slot_add", "slot_rehearsal", "slot_remove"].map(|word| (word, "written"));
        assert_eq!(said(&told), expected, "and no removal that did not happen");
        let verdict = house.practice.verify(&secret(), &[]).await.unwrap();
        assert!(verdict.holds(), "{:?}", verdict.findings);
    })
    .await;
}

#[tokio::test]
async fn a_database_of_an_older_program_is_left_as_it_is_until_the_server_starts() {
    store::testing::both_at(async |url| {
        let store = store::testing::open(&url).await;
        let keyring = keyring_beside(&url).await.unwrap();
        let opening = || Opening {
            store: store.clone(),
            keyring: keyring.clone(),
            clock: Arc::new(crate::clock::SystemClock),
            randomness: Arc::new(SeededRandomness::new(4)),
        };
        let opened = async || Practice::open_as_it_is(opening()).await.map(|_| ());
        assert!(matches!(opened().await, Err(KeysError::NoPractice)));
        let (_, older) = MIGRATIONS.split_last().unwrap();
        store.migrate(older).await.unwrap();
        assert!(matches!(opened().await, Err(KeysError::Behind)));
        assert_eq!(store.migrated(&MIGRATIONS).await.unwrap(), older.len());
        // The server brings it up to date, and finds nobody there.
        let served = Practice::open(opening()).await.map(|_| ());
        assert!(matches!(served, Err(KeysError::NoPractice)));
        assert_eq!(store.migrated(&MIGRATIONS).await.unwrap(), MIGRATIONS.len());
        assert!(matches!(opened().await, Err(KeysError::NoPractice)));
    })
    .await;
}

#[tokio::test]
async fn r1_unlocking_is_in_the_log_with_its_way_in_and_so_are_the_tries_before_it() {
    both(async |house| {
        let again = house.started_again().await;
        for _ in 0..3 {
            let wrong = again.unlock_to_serve(&words("not these")).await;
            assert!(matches!(wrong, Err(KeysError::WrongSecret)));
        }
        again.unlock_to_serve(&secret()).await.unwrap();
        again.unlock_to_serve(&secret()).await.unwrap();
        let owner = house.desk(house.owner).await;
        let log = house
            .practice
            .access_log(&owner, Search::default(), 100)
            .await;
        let lines = log.unwrap().lines;
        let of_it = lines.iter().filter(|line| line.action == "unlock");
        let mut told: Vec<_> = of_it.map(|line| (line.outcome, line.tries)).collect();
        told.sort_by_key(|(_, tries)| *tries);
        let (written, refused) = ((Outcome::Written, 0), (Outcome::Refused, 3));
        assert_eq!(told, [written, written, refused]);
        let slot = |tx: &mut store::Tx<'_>| {
            let sql =
                "SELECT rows_written FROM receipts WHERE action = 'unlock' AND outcome = 'written'";
            let row = tx.one(sql, &[])?.ok_or(StoreError::NoRow)?;
            Ok::<_, StoreError>(row.blob(0)?.to_vec())
        };
        let rows = house.store.read(slot).await.unwrap();
        assert!(
            rows.windows(5).any(|bytes| bytes == b"slots"),
            "it names the way in"
        );
        let verdict = house.practice.verify(&secret(), &[]).await.unwrap();
        assert!(verdict.holds(), "{:?}", verdict.findings);
    })
    .await;
}

#[tokio::test]
async fn r1_only_the_owner_and_the_machine_itself_change_or_try_ways_in() {
    once(async |house| {
        let theo = house.fresh(house.front_desk).await;
        let file = Secret::KeyFile(KeyFile::generate(&SeededRandomness::new(7)));
        let added = house.practice.add_slot(&theo, &file, CHEAP).await;
        assert!(matches!(
            added,
            Err(KeysError::Access(AccessError::NotThere))
        ));
        let tried = house.practice.rehearse(&theo, &secret()).await;
        assert!(matches!(
            tried,
            Err(KeysError::Access(AccessError::NotThere))
        ));
        assert!(told(&house).await.is_empty());
        assert_eq!(house.practice.slots().await.unwrap().len(), 1);
        let raman = house.fresh(house.owner).await;
        house.practice.add_slot(&raman, &file, CHEAP).await.unwrap();
        assert_eq!(house.practice.slots().await.unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn r1_a_passkey_is_a_way_in_that_a_locked_practice_can_name() {
    both(async |house| {
        let job = JobAccess::set_up();
        let place = PasskeyPlace {
            credential: b"a security key".to_vec(),
            salt: [3; 32],
        };
        let secret = |key: u8| Secret::Passkey(PasskeyKey::of(place.clone(), &[key; 32]).unwrap());
        house
            .practice
            .add_slot(&job, &secret(1), CHEAP)
            .await
            .unwrap();
        let again = house.started_again().await;
        let known = again.unlocking_passkeys().await.unwrap();
        assert_eq!(known, std::slice::from_ref(&place));
        let wrong = again.unlock(&secret(2)).await;
        assert!(matches!(wrong, Err(KeysError::WrongSecret)));
        assert!(again.is_locked());
        let way = again.rehearse(&job, &secret(1)).await.unwrap();
        assert!(!again.is_locked() && way.is_with_people());
        let proof = again.remove_slot(&job, &way.name, &secret(1)).await;
        assert!(matches!(proof, Err(KeysError::NoOtherSlot)));
        again
            .remove_slot(&job, &way.name, &crate::testing::secret())
            .await
            .unwrap();
        assert!(again.unlocking_passkeys().await.unwrap().is_empty());
        let gone = house.started_again().await.unlock(&secret(1)).await;
        assert!(matches!(gone, Err(KeysError::WrongSecret)));
    })
    .await;
}
