//! Identities for own words in their table.

use store::{StoreError, Tx};

use crate::ids::{PersonId, PracticeId};
use crate::sealed::{self, Cell, SealedRow};

/// A person's sealed keys and slots.
///
/// # Errors
/// A fault of the database.
pub fn of_person(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    person: PersonId,
) -> Result<Option<Cell>, StoreError> {
    tx.one(
        "SELECT id, compartment_id, revision, schema, sealed FROM own_words WHERE practice_id = $1 AND person_id = $2",
        &[practice.into(), person.into()],
    )?
    .map(|row| Cell::read(&row, 0))
    .transpose()
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    person: PersonId,
    row: &SealedRow,
) -> Result<(), StoreError> {
    sealed::insert(tx, practice, row, &[("person_id", person.into())])
}

/// A person's sealed file of known keys.
pub(super) fn known(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    person: PersonId,
) -> Result<Option<Cell>, StoreError> {
    tx.one(
        "SELECT id, compartment_id, revision, schema, sealed FROM known_keys WHERE practice_id = $1 AND person_id = $2",
        &[practice.into(), person.into()],
    )?
    .map(|row| Cell::read(&row, 0))
    .transpose()
}
