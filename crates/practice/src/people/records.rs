//! People in their table.

use store::{StoreError, Tx};
use vault::CompartmentId;

use crate::cases;
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

/// Every compartment that is about a person: identity, and of each case the own side and the joint sides of their time.
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
    for case in cases::records::of_person(tx, practice, person)? {
        for who in case.participants.iter().filter(|who| who.person == person) {
            found.push(who.own);
            found.extend(case.joints_of(who));
        }
    }
    Ok(found)
}
