//! Joint sides that do not change any more: those of a case that was parted.
//!
//! Nothing new is sealed on one, by anybody. `access` asks here whenever something is sealed on a joint side, and once more in
//! the commit, so that no capability has to think of it and none can forget it. Reading stays as it was.

use store::{StoreError, Tx};
use vault::CompartmentId;

use super::records;
use crate::access::Work;
use crate::digest::sha256;
use crate::error::AccessError;
use crate::ids::{CaseId, PracticeId};

/// What a receipt calls a side that froze; the row is the compartment (decision 30).
pub const FROZEN: &str = "frozen_sides";

/// What a receipt names of it: of which case, and when.
pub(crate) fn frozen_digest(case: CaseId, at: i64) -> [u8; 32] {
    sha256(format!("{case}\n{at}").as_bytes())
}

/// Whether a joint side changes no more, in whatever transaction asks.
///
/// # Errors
/// [`AccessError::Frozen`] when one of `sides` does not, or a fault of the database.
pub(crate) fn frozen_now(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    sides: &[CompartmentId],
) -> Result<(), AccessError> {
    for side in sides {
        if records::is_frozen(tx, practice, *side)? {
            return Err(AccessError::Frozen);
        }
    }
    Ok(())
}

/// Every side that froze: which, of which case, and when.
///
/// # Errors
/// A fault of the database.
pub(crate) fn each_frozen(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    look: impl FnMut(CompartmentId, CaseId, i64),
) -> Result<(), StoreError> {
    records::each_frozen(tx, practice, look)
}

impl Work<'_, '_> {
    /// Says in the receipt of this write that a joint side changes no more.
    pub(super) fn names_frozen(&mut self, side: CompartmentId, case: CaseId, at: i64) {
        self.names(FROZEN, side.0, 1, frozen_digest(case, at));
    }
}
