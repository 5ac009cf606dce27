//! Published staff and credentials as they stand in their tables.

use store::{StoreError, Tx};

use super::Published;
use crate::access::CredentialBody;
use crate::ids::{PersonId, PracticeId};

pub(super) fn staff(tx: &mut Tx<'_>, practice: PracticeId) -> Result<Vec<Published>, StoreError> {
    tx.query(
        "SELECT id, slug, published FROM staff WHERE practice_id = $1 ORDER BY slug",
        &[practice.into()],
    )?
    .iter()
    .map(|row| {
        Ok(Published {
            person: PersonId(row.uuid(0)?),
            slug: row.text(1)?.to_owned(),
            page: serde_json::from_str(row.text(2)?).map_err(|_| StoreError::Column(2))?,
            credentials: Vec::new(),
        })
    })
    .collect()
}

pub(super) fn credentials(
    tx: &mut Tx<'_>,
    practice: PracticeId,
) -> Result<Vec<CredentialBody>, StoreError> {
    tx.query(
        "SELECT body FROM credentials WHERE practice_id = $1",
        &[practice.into()],
    )?
    .iter()
    .map(|row| serde_json::from_str(row.text(0)?).map_err(|_| StoreError::Column(0)))
    .collect()
}

/// Publishes a member of staff: the end of their page's address, and what stands there.
pub(crate) fn publish(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    person: PersonId,
    page: (&str, &str),
) -> Result<(), StoreError> {
    tx.exec(
        "INSERT INTO staff (practice_id, id, slug, published) VALUES ($1, $2, $3, $4)",
        &[practice.into(), person.into(), page.0.into(), page.1.into()],
    )
    .map(|_| ())
}

/// Publishes something else of a member of staff.
pub(crate) fn republish(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    person: PersonId,
    page: &str,
) -> Result<(), StoreError> {
    let changed = tx.exec(
        "UPDATE staff SET published = $3 WHERE practice_id = $1 AND id = $2",
        &[practice.into(), person.into(), page.into()],
    )?;
    if changed == 1 {
        Ok(())
    } else {
        Err(StoreError::NoRow)
    }
}
