//! What the library lends to the public page: the concern picker, myths and facts.

use serde::Deserialize;

use super::ConcernId;

/// The picker's file.
#[derive(Debug, Deserialize)]
pub(super) struct Picker {
    pub(super) groups: Vec<PickerGroup>,
}

/// Choices that stand under one heading.
#[derive(Debug, Deserialize)]
pub struct PickerGroup {
    /// Its id.
    pub id: String,
    /// The heading.
    pub title: String,
    /// What may be chosen.
    pub choices: Vec<PickerChoice>,
}

/// Something that a visitor may have on their mind.
#[derive(Debug, Deserialize)]
pub struct PickerChoice {
    /// The value of the form's field.
    pub id: String,
    /// How the visitor would say it.
    pub label: String,
    /// The concerns behind it; none for "I am not sure".
    pub concerns: Vec<ConcernId>,
    /// A sentence that the visitor may use when booking.
    pub words: String,
    /// What to say about a physician, when there is something to say.
    pub medical: Option<String>,
}

/// Myths with facts, and when they were last read.
#[derive(Debug, Deserialize)]
pub struct Myths {
    /// The day of the last reading.
    pub reviewed: jiff::civil::Date,
    /// The day when they should be read again.
    pub next_review: jiff::civil::Date,
    /// The myths.
    pub items: Vec<Myth>,
}

/// A common mistake about sex, and what is so.
#[derive(Debug, Deserialize)]
pub struct Myth {
    /// Its id.
    pub id: String,
    /// What people say.
    pub myth: String,
    /// What is so.
    pub fact: String,
    /// The concerns that it has to do with.
    pub concerns: Vec<ConcernId>,
}
