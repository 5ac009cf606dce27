//! The keyring's rows, and the practice's own row.

use store::{Store, StoreError, Tx};
use vault::{CompartmentId, KeyringRow};

use crate::error::AccessError;
use crate::ids::PracticeId;

/// Makes new rows durable; one that is there already is never replaced, because it may be the only key of its
/// compartment.
pub(crate) async fn add(keyring: &Store, rows: Vec<KeyringRow>) -> Result<(), AccessError> {
    keyring.write(move |tx| insert(tx, &rows)).await?;
    Ok(())
}

/// As [`add`], while the row of their epoch is there; `false` when it is gone.
pub(crate) async fn add_under(
    keyring: &Store,
    epoch: String,
    rows: Vec<KeyringRow>,
) -> Result<bool, AccessError> {
    let added = keyring.write(move |tx| {
        let there = stands(tx, &epoch)?;
        if there {
            insert(tx, &rows)?;
        }
        Ok::<_, StoreError>(there)
    });
    Ok(added.await?)
}

fn insert(tx: &mut Tx<'_>, rows: &[KeyringRow]) -> Result<(), StoreError> {
    for row in rows {
        tx.exec(
            "INSERT INTO keyring (name, bytes) VALUES ($1, $2)",
            &[row.name.as_str().into(), row.bytes.as_slice().into()],
        )?;
    }
    Ok(())
}

/// Puts rows of the epoch `epoch`, whose mark is `mark`, in the place of those of their names that are still there under
/// an older one; `false` when that epoch was ended.
pub(super) async fn rewrap(
    keyring: &Store,
    (epoch, mark): (String, [u8; 4]),
    rows: Vec<KeyringRow>,
) -> Result<bool, AccessError> {
    let rewrapped = keyring.write(move |tx| {
        let there = stands(tx, &epoch)?;
        for row in rows.iter().filter(|_| there) {
            tx.exec(
                "UPDATE keyring SET bytes = $2 WHERE name = $1 AND substr(bytes, 3, 4) < $3",
                &[
                    row.name.as_str().into(),
                    row.bytes.as_slice().into(),
                    mark.into(),
                ],
            )?;
        }
        Ok::<_, StoreError>(there)
    });
    Ok(rewrapped.await?)
}

fn stands(tx: &mut Tx<'_>, name: &str) -> Result<bool, StoreError> {
    let row = tx.one("SELECT 1 FROM keyring WHERE name = $1", &[name.into()])?;
    Ok(row.is_some())
}

/// Ends older epochs: `newest` is put, the rows that are named go; `false` when a compartment stands under one of them.
pub(super) async fn retire(
    keyring: &Store,
    mark: [u8; 4],
    newest: KeyringRow,
    gone: Vec<String>,
) -> Result<bool, AccessError> {
    let retired = keyring.write(move |tx| {
        let older = "SELECT 1 FROM keyring WHERE name LIKE 'compartment/%' AND substr(bytes, 3, 4) <> $1 LIMIT 1";
        if tx.one(older, &[mark.into()])?.is_some() {
            return Ok::<_, StoreError>(false);
        }
        tx.exec(
            "UPDATE keyring SET bytes = $2 WHERE name = $1",
            &[newest.name.as_str().into(), newest.bytes.as_slice().into()],
        )?;
        for name in &gone {
            tx.exec("DELETE FROM keyring WHERE name = $1", &[name.as_str().into()])?;
        }
        Ok(true)
    });
    Ok(retired.await?)
}

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

/// Removes rows by their names, those that are there.
pub(crate) async fn remove(keyring: &Store, names: Vec<String>) -> Result<(), AccessError> {
    let removed = keyring.write(move |tx| {
        for name in &names {
            tx.exec(
                "DELETE FROM keyring WHERE name = $1",
                &[name.as_str().into()],
            )?;
        }
        Ok::<_, StoreError>(())
    });
    Ok(removed.await?)
}

/// Puts `next` in the place of `known`; `false` when another row stands there.
pub(crate) async fn replace(
    keyring: &Store,
    known: KeyringRow,
    next: KeyringRow,
) -> Result<bool, AccessError> {
    let changed = keyring
        .write(move |tx| {
            tx.exec(
                "UPDATE keyring SET bytes = $3 WHERE name = $1 AND bytes = $2",
                &[
                    known.name.as_str().into(),
                    known.bytes.as_slice().into(),
                    next.bytes.as_slice().into(),
                ],
            )
        })
        .await?;
    Ok(changed == 1)
}

/// Removes a slot unless it is the last; whether one went.
pub(super) async fn remove_slot(keyring: &Store, name: String) -> Result<bool, AccessError> {
    let removed = keyring
        .write(move |tx| {
            tx.exec(
                "DELETE FROM keyring WHERE name = $1 AND name LIKE 'slot/%' \
                 AND (SELECT COUNT(*) FROM keyring WHERE name LIKE 'slot/%') > 1",
                &[name.as_str().into()],
            )
        })
        .await?;
    Ok(removed == 1)
}

/// The row of this name.
pub(crate) async fn row(keyring: &Store, name: String) -> Result<Option<KeyringRow>, StoreError> {
    keyring
        .read(move |tx| {
            tx.one(
                "SELECT bytes FROM keyring WHERE name = $1",
                &[name.as_str().into()],
            )?
            .map(|row| {
                let bytes = row.blob(0)?.to_vec();
                Ok(KeyringRow { name, bytes })
            })
            .transpose()
        })
        .await
}

/// How many compartments have keys.
pub(crate) async fn compartments(keyring: &Store) -> Result<usize, StoreError> {
    keyring
        .read(|tx| {
            let sql = "SELECT COUNT(*) FROM keyring WHERE name LIKE 'compartment/%'";
            let count = tx.one(sql, &[])?.ok_or(StoreError::NoRow)?.int(0)?;
            usize::try_from(count).map_err(|_| StoreError::Column(0))
        })
        .await
}

/// The rows of the slots alone.
pub(super) async fn slots(keyring: &Store) -> Result<Vec<KeyringRow>, StoreError> {
    keyring
        .read(|tx| {
            let sql = "SELECT name, bytes FROM keyring WHERE name LIKE 'slot/%' ORDER BY name";
            let rows = tx.query(sql, &[])?;
            let row = |row: &store::Row| {
                Ok(KeyringRow {
                    name: row.text(0)?.to_owned(),
                    bytes: row.blob(1)?.to_vec(),
                })
            };
            rows.iter().map(row).collect()
        })
        .await
}

pub(crate) async fn all(keyring: &Store) -> Result<Vec<KeyringRow>, StoreError> {
    keyring
        .read(|tx| {
            let mut rows = Vec::new();
            tx.each("SELECT name, bytes FROM keyring", &[], |row| {
                rows.push(KeyringRow {
                    name: row.text(0)?.to_owned(),
                    bytes: row.blob(1)?.to_vec(),
                });
                Ok::<_, StoreError>(())
            })?;
            Ok(rows)
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
