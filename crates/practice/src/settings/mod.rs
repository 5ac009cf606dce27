//! How the practice describes itself to anybody: its name, its place, its zone (T0, published by being entered here).
//!
//! Not here: how the program runs on its machine (the binary's settings), who works in the practice (`accounts`).

mod records;

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::access::Access;
use crate::access::Work;
use crate::consent::{OwnPolicy, Secrets};
use crate::core::Practice;
use crate::error::AccessError;
use crate::language::Language;
use crate::places::{Locale, places};
use crate::receipts::Action;

/// How hours are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hours {
    /// "9:00 am", "1:30 pm".
    #[default]
    Twelve,
    /// "9:00", "13:30".
    TwentyFour,
}

/// A line of the fees.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Fee {
    /// For what.
    pub title: String,
    /// In the currency's smallest unit; nothing is free.
    pub cents: i64,
    /// Anything to mind; may be empty.
    pub note: String,
}

/// The practice in its own words, for every page.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Description {
    /// Its name.
    pub name: String,
    /// What it says it is, one line; may be empty.
    pub line: String,
    /// What it is, whom it sees, where, in a sentence or two; may be empty.
    pub lead: String,
    /// Where it is, one line; may be empty.
    pub address: String,
    /// Its telephone number; may be empty.
    pub phone: String,
    /// Its email address, for visitors; may be empty.
    pub email: String,
    /// Whom to turn to inside with a concern about a clinician, in words that begin a sentence; may be empty.
    pub ethics_contact: String,
    /// The place whose law and help lines hold, such as `US-OR` (`places`).
    pub place: String,
    /// That place's name, such as "Oregon"; may be empty.
    pub place_name: String,
    /// The IANA zone of its calendar.
    pub zone: String,
    /// How hours are written.
    pub hours: Hours,
    /// ISO 4217.
    pub currency: String,
    /// What it costs, in the order of the fees page.
    pub fees: Vec<Fee>,
    /// The steps of a sliding scale, in the currency's smallest unit; may be empty.
    pub sliding: Vec<i64>,
    /// Minutes of a session.
    pub session_minutes: u16,
    /// Minutes of the first talk.
    pub consultation_minutes: u16,
    /// Hours before a session until which calling it off is free.
    pub cancellation_hours: u16,
    /// Years that a record is kept after care ends.
    pub retention_years: u8,
    /// Where "Leave this page" goes: something dull that loads fast.
    pub leave_to: String,
    /// The title that a page takes while it leaves.
    pub leave_title: String,
    /// What the practice does with what one participant of a relational case tells alone.
    pub secrets: Secrets,
    /// The practice's own policy about that; kept also while another one is in use.
    pub own_policy: OwnPolicy,
    /// Whether a participant's own copy holds what is shared.
    pub own_copies: OwnCopies,
    /// The languages in which people can read what they sign, the first one where nothing is said; English is always there.
    pub languages: Vec<Language>,
}

/// Whether a participant's own copy of their record holds what is shared of the time in which they took part (R15).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnCopies {
    /// It does: they read it in the portal anyway.
    #[default]
    WithJoint,
    /// It does not: what is shared needs everybody's release, as the policy says that everybody signed.
    OwnSideOnly,
}

impl Default for Description {
    fn default() -> Self {
        Self {
            name: "Our practice".to_owned(),
            line: String::new(),
            lead: String::new(),
            address: String::new(),
            phone: String::new(),
            email: String::new(),
            ethics_contact: "the owner of the practice".to_owned(),
            place: "US".to_owned(),
            place_name: String::new(),
            zone: "UTC".to_owned(),
            hours: Hours::Twelve,
            currency: "USD".to_owned(),
            fees: Vec::new(),
            sliding: Vec::new(),
            session_minutes: 60,
            consultation_minutes: 15,
            cancellation_hours: 24,
            retention_years: 7,
            leave_to: "https://www.weather.gov/".to_owned(),
            leave_title: "Weather".to_owned(),
            secrets: Secrets::default(),
            own_policy: OwnPolicy::default(),
            own_copies: OwnCopies::default(),
            languages: vec![Language::English],
        }
    }
}

impl Description {
    /// The text under which the practice's row keeps it.
    ///
    /// # Errors
    /// [`AccessError::Fault`] when it cannot be written down.
    pub fn text(&self) -> Result<String, AccessError> {
        serde_json::to_string(self)
            .map_err(|_| AccessError::Fault("the description cannot be written".to_owned()))
    }

    /// The law and the help of the practice's place; of the United States when the program does not know the place.
    ///
    /// # Errors
    /// [`AccessError::Fault`] when no place is known at all.
    pub fn locale(&self) -> Result<Locale, AccessError> {
        places()
            .locale(&self.place)
            .or_else(|| places().locale("US"))
            .ok_or_else(|| AccessError::Fault("no place is known".to_owned()))
    }

    /// The languages of what people sign, English among them.
    #[must_use]
    pub fn spoken(&self) -> Vec<Language> {
        let mut all = self.languages.clone();
        if !all.contains(&Language::English) {
            all.push(Language::English);
        }
        all.dedup();
        all
    }

    /// The civil day of `work`, where the practice is.
    #[must_use]
    pub fn today(&self, work: &Work<'_, '_>) -> Date {
        self.day_of(work.now())
    }

    /// The civil day of an instant, where the practice is.
    #[must_use]
    pub fn day_of(&self, at: Timestamp) -> Date {
        at.to_zoned(self.clock_zone()).date()
    }

    /// The zone of the practice's clock.
    #[must_use]
    pub fn clock_zone(&self) -> TimeZone {
        TimeZone::get(&self.zone).unwrap_or(TimeZone::UTC)
    }
}

/// How the practice describes itself, for an operation at work.
///
/// # Errors
/// A fault of the database, or a description of another shape.
pub fn described(work: &mut Work<'_, '_>) -> Result<Description, AccessError> {
    let practice = work.practice();
    read(&records::description(work.tx, practice)?)
}

fn read(text: &str) -> Result<Description, AccessError> {
    serde_json::from_str(text)
        .map_err(|_| AccessError::Fault("the description has another shape".to_owned()))
}

impl Practice {
    /// How the practice describes itself; also while locked.
    ///
    /// # Errors
    /// A fault of the database, or a description of another shape.
    pub async fn description(&self) -> Result<Description, AccessError> {
        let practice = self.id();
        let text = self
            .published(move |tx| records::description(tx, practice))
            .await?;
        read(&text)
    }

    /// Changes how the practice describes itself.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] for anybody but the owner and the command line, or a fault of the database.
    pub async fn describe(
        &self,
        access: &impl Access,
        description: &Description,
    ) -> Result<(), AccessError> {
        self.sets_up(access).await?;
        let practice = self.id();
        let text = description.text()?;
        self.write(
            access,
            Action::SetUp,
            |_| Ok::<_, AccessError>(()),
            move |tx, ()| Ok(records::describe(tx, practice, &text)?),
        )
        .await
    }
}
