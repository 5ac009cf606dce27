//! The keyring's rows, and the practice's own row.

use store::{Store, StoreError};
use vault::{CompartmentId, KeyringRow};

use crate::error::AccessError;
use crate::ids::PracticeId;

/// Makes rows durable: each replaces the one of its name.
pub(crate) async fn put(keyring: &Store, rows: Vec<KeyringRow>) -> Result<(), AccessError> {
    keyring
        .write(move |tx| {
            for row in &rows {
                tx.exec(
                    "INSERT INTO keyring (name, bytes) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET bytes = excluded.bytes",
                    &[row.name.as_str().into(), row.bytes.as_slice().into()],
                )?;
            }
            Ok::<_, StoreError>(())
        })
        .await?;
    Ok(())
}

/// Empties the keyring of a practice that was never made whole.
pub(crate) async fn clear(keyring: &Store) -> Result<(), StoreError> {
    keyring
        .write(|tx| tx.exec("DELETE FROM keyring", &[]).map(|_| ()))
        .await
}

pub(crate) async fn all(keyring: &Store) -> Result<Vec<KeyringRow>, StoreError> {
    keyring
        .read(|tx| {
            tx.query("SELECT name, bytes FROM keyring", &[])?
                .iter()
                .map(|row| {
                    Ok(KeyringRow {
                        name: row.text(0)?.to_owned(),
                        bytes: row.blob(1)?.to_vec(),
                    })
                })
                .collect()
        })
        .await
}

pub(crate) async fn practice(
    store: &Store,
) -> Result<Option<(PracticeId, CompartmentId)>, StoreError> {
    store
        .read(|tx| {
            tx.one(
                "SELECT id, office_id FROM practices ORDER BY created_at LIMIT 1",
                &[],
            )?
            .map(|row| Ok((PracticeId(row.uuid(0)?), CompartmentId(row.uuid(1)?))))
            .transpose()
        })
        .await
}

pub(crate) async fn insert_practice(
    store: &Store,
    practice: (PracticeId, CompartmentId, i64),
    published: String,
) -> Result<(), StoreError> {
    let (id, office, at) = practice;
    store
        .write(move |tx| {
            tx.exec(
                "INSERT INTO practices (id, office_id, published, created_at) VALUES ($1, $2, $3, $4)",
                &[id.into(), office.0.into(), published.as_str().into(), at.into()],
            )
            .map(|_| ())
        })
        .await
}
