//! Consent: what a person agreed to, in which words.
//!
//! Each participant signs alone, in their own side. Without the informed consent in force nothing clinical is
//! written about them (R9); a new version asks again.

pub mod records;
pub mod texts;

use crate::access::Work;
use crate::cases::Participant;
use crate::error::AccessError;

/// The version of the informed consent that is in use.
#[must_use]
pub fn informed_version() -> u32 {
    texts::text(records::INFORMED).map_or(1, |text| text.version)
}

/// Whether every one of `participants` has given the informed consent that is in use (R9).
///
/// # Errors
/// A fault of the database.
pub fn all_informed(
    work: &mut Work<'_, '_>,
    participants: &[Participant],
) -> Result<bool, AccessError> {
    let practice = work.practice();
    for participant in participants {
        if !records::informed(work.tx, practice, participant.id, informed_version())? {
            return Ok(false);
        }
    }
    Ok(true)
}
