//! People in their table.

use store::{StoreError, Tx};
use vault::CompartmentId;

use crate::ids::{PersonId, PracticeId};
use crate::sealed::{self, Cell, SealedRow};

/// A person's sealed identity.
///
/// # Errors
/// A fault of the database.
pub fn cell(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    person: PersonId,
) -> Result<Option<Cell>, StoreError> {
    tx.one(
        "SELECT id, compartment_id, revision, schema, sealed FROM people WHERE practice_id = $1 AND id = $2",
        &[practice.into(), person.into()],
    )?
    .map(|row| Cell::read(&row, 0))
    .transpose()
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    at: i64,
    row: &SealedRow,
) -> Result<(), StoreError> {
    sealed::insert(tx, practice, row, &[("created_at", at.into())])
}

/// Every compartment that is about a person: identity, the own side of each case, the joint sides of each.
///
/// # Errors
/// A fault of the database.
pub fn compartments_of(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    person: PersonId,
) -> Result<Vec<CompartmentId>, StoreError> {
    let key = [practice.into(), person.into()];
    let mut found = Vec::new();
    for row in tx.query(
        "SELECT compartment_id FROM people WHERE practice_id = $1 AND id = $2",
        &key,
    )? {
        found.push(CompartmentId(row.uuid(0)?));
    }
    let cases = tx.query(
        "SELECT p.own_id, c.joint_id FROM participants p JOIN cases c ON c.practice_id = p.practice_id AND c.id = p.case_id \
         WHERE p.practice_id = $1 AND p.person_id = $2 ORDER BY p.from_at",
        &key,
    )?;
    let ended = tx.query(
        "SELECT o.joint_id FROM participants p JOIN participants o ON o.practice_id = p.practice_id AND o.case_id = p.case_id \
         WHERE p.practice_id = $1 AND p.person_id = $2 AND o.joint_id IS NOT NULL ORDER BY o.until_at",
        &key,
    )?;
    for row in cases {
        found.push(CompartmentId(row.uuid(0)?));
        if let Some(joint) = row.opt_uuid(1)? {
            found.push(CompartmentId(joint));
        }
    }
    for row in &ended {
        found.push(CompartmentId(row.uuid(0)?));
    }
    Ok(found)
}
