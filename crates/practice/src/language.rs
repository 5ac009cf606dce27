//! The languages in which the practice has texts to sign and documents that go out.
//!
//! English is complete. Where a text is not there in a language, the English one stands in its place, and says so.

use serde::{Deserialize, Serialize};

/// A language of texts.
#[derive(
    Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English, in which everything is there.
    #[default]
    #[serde(rename = "en")]
    English,
    /// German.
    #[serde(rename = "de")]
    German,
}

impl Language {
    /// All of them, the complete one first.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// Its tag (BCP 47).
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// The language of a tag.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.tag() == tag)
    }

    /// What it calls itself.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
        }
    }

    /// A day as it is written in full: "19 November 2026", "19. November 2026".
    #[must_use]
    pub fn day(self, day: jiff::civil::Date) -> String {
        const GERMAN: [&str; 12] = [
            "Januar",
            "Februar",
            "März",
            "April",
            "Mai",
            "Juni",
            "Juli",
            "August",
            "September",
            "Oktober",
            "November",
            "Dezember",
        ];
        match self {
            Self::English => day.strftime("%-d %B %Y").to_string(),
            Self::German => {
                let month = usize::try_from(day.month()).unwrap_or(1).saturating_sub(1);
                let month = GERMAN.get(month).copied().unwrap_or_default();
                format!("{}. {month} {}", day.day(), day.year())
            }
        }
    }
}
