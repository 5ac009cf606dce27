//! What the practice's own description puts into the texts that people sign.

use serde::{Deserialize, Serialize};

use super::texts::ConsentFacts;
use crate::error::AccessError;
use crate::places::LineKind;
use crate::settings::Description;

/// What the practice does with what one participant of a relational case tells alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Secrets {
    /// It stays with the one who told it.
    #[default]
    Limited,
    /// What matters for the work together is to be shared.
    None,
}

impl Secrets {
    /// The document that says so.
    #[must_use]
    pub const fn document(self) -> &'static str {
        match self {
            Self::Limited => "secrets-limited",
            Self::None => "secrets-none",
        }
    }
}

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
