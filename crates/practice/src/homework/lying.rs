//! Homework as it lies there, to be moved from one side of its case to another (`routing`).

use store::{StoreError, Tx};

use super::records;
use crate::access::Work;
use crate::error::AccessError;
use crate::ids::{AssignmentId, CaseId, ParticipantId, PracticeId};
use crate::sealed::Cell;

/// An assignment: in which case, sealed, and whether it goes on.
///
/// # Errors
/// A fault of the database.
pub(crate) fn lying(
    work: &mut Work<'_, '_>,
    id: AssignmentId,
) -> Result<Option<(CaseId, Cell, bool)>, AccessError> {
    let practice = work.practice();
    let found = records::assignment(work.tx, practice, id)?;
    Ok(found.map(|stored| (stored.case, stored.cell, stored.open)))
}

/// Whether somebody wrote about an assignment for whom it would not be any more, or anybody for more than themselves.
///
/// # Errors
/// A fault of the database.
pub(crate) fn is_answered(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: AssignmentId,
    only: ParticipantId,
) -> Result<bool, StoreError> {
    records::is_answered(tx, practice, id, only)
}

/// Says for whom an assignment is from now on, in the write that seals it there; a joint one is given at `since`, so that its
/// age tells nothing of where it was (R2).
///
/// # Errors
/// A fault of the database.
pub(crate) fn belongs(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: AssignmentId,
    (whom, since): (&[ParticipantId], Option<i64>),
) -> Result<(), StoreError> {
    records::belongs(tx, practice, id, whom)?;
    match since {
        Some(at) => records::given_at(tx, practice, id, at),
        None => Ok(()),
    }
}
