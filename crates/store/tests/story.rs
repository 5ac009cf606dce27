//! One story on the embedded database.
use store::{Store, StoreError, testing::Folder};

#[tokio::test]
async fn begins() {
    let folder = Folder::new();
    let store = Store::open(&folder.sqlite()).await.unwrap();
    store.migrate(&[store::jobs::migration(1)]).await.unwrap();
    store.migrate(&[store::jobs::migration(1)]).await.unwrap();
    let row = store
        .read(|tx| tx.one("SELECT $2 || 'x' || $1", &["one".into(), "two".into()]))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.text(0), Ok("twoxone"));
    let error = store
        .write(|_| -> Result<(), StoreError> { panic!("secret") })
        .await;
    assert!(matches!(error, Err(StoreError::Broken(_))));
    let same = store
        .write(|tx| store::jobs::enqueue(tx, uuid::Uuid::nil(), "post", 5, uuid::Uuid::nil()))
        .await;
    assert_eq!(same, Ok(true));
    let job = store
        .write(|tx| store::jobs::claim(tx, 5, 5))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(job.attempt, 1);
    assert_eq!(
        store.write(move |tx| store::jobs::done(tx, &job)).await,
        Ok(true)
    );
    store.close().await;
}
