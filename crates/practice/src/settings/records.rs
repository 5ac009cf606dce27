//! The practice's description in its row.

use store::{StoreError, Tx};

use crate::ids::PracticeId;

pub(super) fn description(tx: &mut Tx<'_>, practice: PracticeId) -> Result<String, StoreError> {
    let row = tx
        .one(
            "SELECT published FROM practices WHERE id = $1",
            &[practice.into()],
        )?
        .ok_or(StoreError::NoRow)?;
    Ok(row.text(0)?.to_owned())
}

pub(super) fn describe(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    text: &str,
) -> Result<(), StoreError> {
    tx.exec(
        "UPDATE practices SET published = $2 WHERE id = $1",
        &[practice.into(), text.into()],
    )
    .map(|_| ())
}
