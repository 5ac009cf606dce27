//! Authority in its tables.

use store::{StoreError, Tx, Value};

use super::row::{AuthorityKind, AuthorityRow};
use crate::ids::PracticeId;

/// Stores a row: the first revision is inserted, a later one replaces exactly the one before it.
pub(crate) fn put(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    row: &AuthorityRow,
) -> Result<(), StoreError> {
    let table = row.kind.table();
    let values: [Value; 6] = [
        practice.into(),
        row.id.into(),
        i64::from(row.revision).into(),
        row.body.as_str().into(),
        row.unique_key.map(|key| key.to_vec()).into(),
        row.mac.into(),
    ];
    let changed = if row.revision == 1 {
        tx.exec(
            &format!("INSERT INTO {table} (practice_id, id, revision, body, unique_key, mac) VALUES ($1, $2, $3, $4, $5, $6)"),
            &values,
        )?
    } else {
        tx.exec(
            &format!(
                "UPDATE {table} SET revision = $3, body = $4, unique_key = $5, mac = $6 \
                 WHERE practice_id = $1 AND id = $2 AND revision = $3 - 1"
            ),
            &values,
        )?
    };
    if changed == 1 {
        Ok(())
    } else {
        Err(StoreError::Conflict)
    }
}

/// Whether this very revision of a row is stored.
pub(crate) fn is_stored(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    row: &AuthorityRow,
) -> Result<bool, StoreError> {
    let sql = format!(
        "SELECT 1 FROM {} WHERE practice_id = $1 AND id = $2 AND mac = $3",
        row.kind.table()
    );
    let key = [practice.into(), row.id.into(), row.mac.into()];
    Ok(tx.one(&sql, &key)?.is_some())
}

/// Hands over every row of authority, as stored, one at a time; nothing is verified yet. What cannot be read becomes
/// what matches no MAC.
pub(crate) fn each<E: From<StoreError>>(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    mut work: impl FnMut(&AuthorityRow) -> Result<(), E>,
) -> Result<(), E> {
    for kind in AuthorityKind::ALL {
        let sql = format!(
            "SELECT id, revision, body, unique_key, mac FROM {} WHERE practice_id = $1",
            kind.table()
        );
        tx.each(&sql, &[practice.into()], |row| {
            work(&AuthorityRow {
                kind,
                id: row.uuid(0).unwrap_or_default(),
                revision: row.int(1).ok().and_then(|n| n.try_into().ok()).unwrap_or(0),
                body: row.text(2).unwrap_or_default().to_owned(),
                unique_key: row
                    .opt_blob(3)
                    .unwrap_or_default()
                    .and_then(|key| key.try_into().ok()),
                mac: row
                    .blob(4)
                    .ok()
                    .and_then(|mac| mac.try_into().ok())
                    .unwrap_or_default(),
            })
        })?;
    }
    Ok(())
}
