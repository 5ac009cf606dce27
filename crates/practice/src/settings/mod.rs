//! How the practice describes itself to anybody: its name, its place, its zone (T0, published by being entered here).
//!
//! Not here: how the program runs on its machine (the binary's settings), who works in the practice (`accounts`).

mod records;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::core::Practice;
use crate::error::AccessError;

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

/// The practice in its own words, for every page.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Description {
    /// Its name.
    pub name: String,
    /// What it says it is, one line; may be empty.
    pub line: String,
    /// Where it is, one line; may be empty.
    pub address: String,
    /// The place whose law and help lines hold, such as `US-OR` (`places`).
    pub place: String,
    /// The IANA zone of its calendar.
    pub zone: String,
    /// How hours are written.
    pub hours: Hours,
    /// ISO 4217.
    pub currency: String,
    /// Where "Leave this page" goes: something dull that loads fast.
    pub leave_to: String,
    /// The title that a page takes while it leaves.
    pub leave_title: String,
}

impl Default for Description {
    fn default() -> Self {
        Self {
            name: "Our practice".to_owned(),
            line: String::new(),
            address: String::new(),
            place: "US".to_owned(),
            zone: "UTC".to_owned(),
            hours: Hours::Twelve,
            currency: "USD".to_owned(),
            leave_to: "https://www.weather.gov/".to_owned(),
            leave_title: "Weather".to_owned(),
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
        serde_json::from_str(&text)
            .map_err(|_| AccessError::Fault("the description has another shape".to_owned()))
    }

    /// Changes how the practice describes itself.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn describe(&self, description: &Description) -> Result<(), AccessError> {
        let practice = self.id();
        let text = description.text()?;
        Ok(self
            .core()
            .store
            .write(move |tx| records::describe(tx, practice, &text))
            .await?)
    }
}
