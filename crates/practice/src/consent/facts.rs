//! What the practice's own description puts into the texts that people sign.

use super::texts::ConsentFacts;
use crate::error::AccessError;
use crate::places::LineKind;
use crate::settings::Description;

/// What fills the blanks of the texts.
pub(super) fn facts(practice: &Description) -> Result<ConsentFacts, AccessError> {
    let locale = practice.locale()?;
    let place = if practice.place_name.is_empty() {
        locale.place().name.clone()
    } else {
        practice.place_name.clone()
    };
    Ok(ConsentFacts {
        practice: practice.name.clone(),
        place,
        emergency: locale.emergency().to_owned(),
        crisis: locale.lines_in_words(LineKind::Crisis),
        board: locale.place().board.clone(),
        ethics_contact: if practice.ethics_contact.is_empty() {
            "the owner of the practice".to_owned()
        } else {
            practice.ethics_contact.clone()
        },
        adult_age: locale.adult_age(),
        retention_years: practice.retention_years,
        cancellation_hours: practice.cancellation_hours,
        session_minutes: practice.session_minutes,
    })
}
