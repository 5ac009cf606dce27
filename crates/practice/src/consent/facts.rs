//! What the practice's own description puts into the texts that people sign.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::records;
use super::texts::ConsentFacts;
use crate::access::Work;
use crate::error::AccessError;
use crate::places::{LineKind, Locale, places};

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

/// The part of the practice's published description that the texts need.
#[derive(Debug, Deserialize)]
#[serde(default)]
pub(crate) struct Published {
    name: String,
    /// ISO code of the place whose law holds, such as `US-OR`.
    place: String,
    /// The place in words; the country's name when it is empty.
    place_name: String,
    /// IANA zone of the practice's calendar.
    zone: String,
    ethics_contact: String,
    retention_years: u8,
    cancellation_hours: u16,
    session_minutes: u16,
    pub(crate) secrets: Secrets,
}

impl Default for Published {
    fn default() -> Self {
        Self {
            name: "this practice".to_owned(),
            place: "US".to_owned(),
            place_name: String::new(),
            zone: "UTC".to_owned(),
            ethics_contact: "the owner of the practice".to_owned(),
            retention_years: 7,
            cancellation_hours: 24,
            session_minutes: 60,
            secrets: Secrets::default(),
        }
    }
}

impl Published {
    /// The law and the help of the practice's place; of the United States when the place is not known.
    pub(crate) fn locale(&self) -> Result<Locale, AccessError> {
        places()
            .locale(&self.place)
            .or_else(|| places().locale("US"))
            .ok_or_else(|| AccessError::Fault("no place is known".to_owned()))
    }

    /// What fills the blanks of the texts.
    pub(crate) fn facts(&self) -> Result<ConsentFacts, AccessError> {
        let locale = self.locale()?;
        let place = if self.place_name.is_empty() {
            locale.place().name.clone()
        } else {
            self.place_name.clone()
        };
        Ok(ConsentFacts {
            practice: self.name.clone(),
            place,
            emergency: locale.emergency().to_owned(),
            crisis: locale.lines_in_words(LineKind::Crisis),
            board: locale.place().board.clone(),
            ethics_contact: self.ethics_contact.clone(),
            adult_age: locale.adult_age(),
            retention_years: self.retention_years,
            cancellation_hours: self.cancellation_hours,
            session_minutes: self.session_minutes,
        })
    }

    /// The civil day now, where the practice is.
    pub(crate) fn today(&self, work: &Work<'_, '_>) -> Date {
        let zone = TimeZone::get(&self.zone).unwrap_or(TimeZone::UTC);
        work.now().to_zoned(zone).date()
    }
}

/// What the practice has published of itself.
pub(crate) fn published(work: &mut Work<'_, '_>) -> Result<Published, AccessError> {
    let practice = work.practice();
    let text = records::published(work.tx, practice)?;
    serde_json::from_str(&text)
        .map_err(|_| AccessError::Fault("the description has another shape".to_owned()))
}
