//! What was acknowledged survives, and the embedded file is private and settled.

use store::{
    DatabaseUrl, Store, StoreError,
    testing::{Folder, both_at, open},
};

use super::{Outcome, add, count, with_tables};

#[tokio::test]
async fn an_acknowledged_write_survives_without_a_close() {
    both_at(async |url| {
        let store = open(&url).await;
        with_tables(&store).await;
        add(&store, 1, "Noor").await.unwrap();
        drop(store);
        assert_eq!(count(&open(&url).await, "person").await, 1);
    })
    .await;
}

/// The file and its log as they are on the disk at the moment of the acknowledgement, without anything that
/// the first store would still have done.
#[tokio::test]
async fn the_disk_holds_it_at_the_moment_of_the_acknowledgement() {
    let (first, second) = (Folder::new(), Folder::new());
    let store = open(&first.sqlite()).await;
    with_tables(&store).await;
    add(&store, 1, "Noor").await.unwrap();
    for name in ["alcove.db", "alcove.db-wal"] {
        std::fs::copy(first.path().join(name), second.path().join(name)).unwrap();
    }
    assert_eq!(count(&open(&second.sqlite()).await, "person").await, 1);
}

#[tokio::test]
async fn closing_finishes_what_waits_and_refuses_more() {
    both_at(async |url| {
        let store = open(&url).await;
        with_tables(&store).await;
        let queued: Vec<_> = (0..50_i64)
            .map(|id| {
                let sql = "INSERT INTO person (id, name) VALUES ($1, 'Sam')";
                store.submit(move |tx| -> Outcome<u64> { tx.exec(sql, &[id.into()]) })
            })
            .collect();
        store.close().await;
        store.close().await;
        for pending in queued {
            assert_eq!(pending.await, Ok(1));
        }
        assert!(matches!(
            add(&store, 99, "Noor").await,
            Err(StoreError::Unavailable(_))
        ));
        let read = store.read(|tx| tx.query("SELECT 1", &[])).await;
        assert!(matches!(read, Err(StoreError::Unavailable(_))), "{read:?}");
        assert_eq!(count(&open(&url).await, "person").await, 50);
    })
    .await;
}

#[tokio::test]
async fn what_was_deleted_leaves_the_file_and_its_log() {
    let holds = |folder: &Folder, name: &str| {
        let bytes = std::fs::read(folder.path().join(name)).unwrap();
        bytes.windows(12).any(|window| window == b"the-old-seal")
    };
    let folder = Folder::new();
    let store = open(&folder.sqlite()).await;
    with_tables(&store).await;
    add(&store, 1, "Noor").await.unwrap();
    let sql = "INSERT INTO letter (id, person, sealed) VALUES (1, 1, $1)";
    let kept: Outcome<u64> = store
        .write(move |tx| tx.exec(sql, &[b"the-old-seal".into()]))
        .await;
    kept.unwrap();
    assert!(holds(&folder, "alcove.db-wal"));
    let gone: Outcome<u64> = store.write(|tx| tx.exec("DELETE FROM letter", &[])).await;
    gone.unwrap();
    store.forget().await.unwrap();
    assert!(!holds(&folder, "alcove.db-wal") && !holds(&folder, "alcove.db"));
    assert_eq!(
        open(&store::testing::postgres()).await.forget().await,
        Ok(())
    );
}

#[tokio::test]
async fn the_settings_of_the_file_hold_on_every_connection() {
    let folder = Folder::new();
    let store = open(&folder.sqlite()).await;
    let settings = |tx: &mut store::Tx<'_>| -> Outcome<Vec<i64>> {
        [
            "synchronous",
            "secure_delete",
            "foreign_keys",
            "temp_store",
            "query_only",
        ]
        .iter()
        .map(|name| tx.required(&format!("PRAGMA {name}"), &[])?.int(0))
        .collect()
    };
    assert_eq!(store.write(settings).await, Ok(vec![2, 1, 1, 2, 0]));
    assert_eq!(store.read(settings).await, Ok(vec![2, 1, 1, 2, 1]));
    let journal = store
        .read(|tx| tx.required("PRAGMA journal_mode", &[]))
        .await
        .unwrap();
    assert_eq!(journal.text(0), Ok("wal"));
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_reads_the_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    let store = open(&folder.sqlite()).await;
    with_tables(&store).await;
    for name in ["alcove.db", "alcove.db-wal", "alcove.db-shm"] {
        let mode = folder
            .path()
            .join(name)
            .metadata()
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[tokio::test]
async fn a_place_that_cannot_be_opened_is_unavailable() {
    let missing = DatabaseUrl::Sqlite(Folder::new().path().join("no/such/folder/alcove.db"));
    let nobody = DatabaseUrl::Postgres("postgres:///none?host=/nowhere&user=nobody".into());
    for url in [missing, nobody] {
        let opened = Store::open(&url).await.map(drop);
        assert!(
            matches!(opened, Err(StoreError::Unavailable(_))),
            "{opened:?}"
        );
    }
}
