//! An older database beside a newer keyring, and a log that is still on its way.

use super::*;
use crate::keys::KeysError;
use crate::testing::both;

async fn unlocking(house: &Fictional) -> Result<(), KeysError> {
    house.started_again().await.unlock(&secret()).await
}

#[tokio::test]
async fn an_older_database_is_noticed_at_unlock() {
    both(async |house: Fictional| {
        let couple = couple(&house).await;
        let log = row(&house, "SELECT size, frontier FROM receipt_log", vec![]).await;
        let desk = house.desk(house.clinician).await;
        house.practice.identity(&desk, couple.sam).await.unwrap();
        house.practice.sequence().await.unwrap();
        assert!(unlocking(&house).await.is_ok());
        // What a backup from before would hold.
        let size = log.int(0).unwrap();
        for sql in [
            "DELETE FROM receipts WHERE seq >= $1",
            "DELETE FROM checkpoints WHERE size > $1",
        ] {
            assert!(house.by_hand(sql, vec![size.into()]).await > 0);
        }
        let frontier = log.blob(1).unwrap();
        house
            .by_hand(
                "UPDATE receipt_log SET size = $1, frontier = $2",
                vec![size.into(), frontier.into()],
            )
            .await;
        assert!(matches!(
            unlocking(&house).await,
            Err(KeysError::OlderDatabase)
        ));
        let found = verified(&house).await.findings;
        assert!(
            found.iter().any(|finding| finding.table == "keyring"
                && finding.what.contains("the database is older")),
            "{found:#?}"
        );
    })
    .await;
}

#[tokio::test]
async fn receipts_are_numbered_once_and_a_crash_between_loses_none() {
    both(async |house: Fictional| {
        couple(&house).await;
        let size = house.practice.sequence().await.unwrap();
        house.person("Ida").await;
        let before = verified(&house).await;
        assert!(before.holds() && before.waiting > 0, "{before:?}");
        // Another start of the program takes in what waits.
        let again = house.started_again().await;
        again.unlock(&secret()).await.unwrap();
        let after = again.sequence().await.unwrap();
        assert_eq!(after, size + before.waiting);
        assert_eq!(house.practice.sequence().await.unwrap(), after);
        let verdict = verified(&house).await;
        assert!(verdict.holds(), "{:?}", verdict.findings);
        assert_eq!((verdict.receipts, verdict.waiting), (after, 0));
    })
    .await;
}

#[tokio::test]
async fn two_sequencers_at_once_number_nothing_twice() {
    both(async |house: Fictional| {
        let couple = couple(&house).await;
        let other = house.started_again().await;
        other.unlock(&secret()).await.unwrap();
        let desk = house.desk(house.clinician).await;
        for _ in 0..5 {
            house.practice.identity(&desk, couple.noor).await.unwrap();
            let (first, second) = tokio::join!(house.practice.sequence(), other.sequence());
            assert!(first.is_ok() && second.is_ok(), "{first:?} {second:?}");
        }
        house.practice.sequence().await.unwrap();
        let verdict = verified(&house).await;
        assert!(verdict.holds(), "{:?}", verdict.findings);
    })
    .await;
}

#[tokio::test]
async fn the_keyring_gets_the_newest_head_although_whoever_signed_it_was_stopped_before() {
    both(async |house: Fictional| {
        let couple = couple(&house).await;
        house.practice.sequence().await.unwrap();
        let keyring = &house.practice.core().keyring;
        let kept = async || {
            let name = vault::Vault::checkpoint_name().to_owned();
            crate::keys::records::row(keyring, name).await.unwrap()
        };
        let before = kept().await.unwrap();
        renamed(&house, couple.noor, "Nora").await;
        house.practice.sequence().await.unwrap();
        let newest = kept().await.unwrap();
        assert_ne!(before.bytes, newest.bytes);
        // Stopped between the commit of the data and that of the keyring.
        crate::keys::records::put(keyring, vec![before])
            .await
            .unwrap();
        house.practice.sequence().await.unwrap();
        assert_eq!(kept().await.unwrap().bytes, newest.bytes);
        assert!(verified(&house).await.holds());
    })
    .await;
}
