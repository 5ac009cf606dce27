//! What the public pages show, as strings that are ready to be read.
//!
//! Whoever fills them has already decided what is published; nothing here knows a client.

/// What the pages say about the practice and its place.
#[derive(Debug, Clone)]
pub struct PracticeFacts {
    /// Its name.
    pub name: String,
    /// Two sentences: what it is, whom it sees, where.
    pub lead: String,
    /// Its address in one line.
    pub address: String,
    /// Its telephone number.
    pub phone: String,
    /// Its email address.
    pub email: String,
    /// The place whose law holds, such as "Connecticut".
    pub place_name: String,
    /// The number for an emergency.
    pub emergency: String,
    /// Whom to turn to inside, in words that begin a sentence.
    pub ethics_contact: String,
    /// Age from which a person is an adult there (R8).
    pub adult_age: u8,
    /// Minutes of a session.
    pub session_minutes: u16,
    /// Minutes of the first talk.
    pub consultation_minutes: u16,
    /// Hours until which canceling is free.
    pub cancellation_hours: u16,
    /// Years that a record is kept after care ends.
    pub retention_years: u8,
}

/// The colour of a portrait that has no picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Spruce.
    First,
    /// The second of the style sheet.
    Second,
    /// The third of the style sheet.
    Third,
    /// The fourth of the style sheet.
    Fourth,
}

impl Tone {
    /// The tone of a number from 1 to 4; others begin again.
    pub fn of(number: u8) -> Self {
        match number % 4 {
            2 => Self::Second,
            3 => Self::Third,
            0 => Self::Fourth,
            _ => Self::First,
        }
    }

    /// Its class beside `portrait`.
    pub fn class(self) -> &'static str {
        match self {
            Self::First => "",
            Self::Second => "portrait--2",
            Self::Third => "portrait--3",
            Self::Fourth => "portrait--4",
        }
    }
}

/// A line under a name: "**License verified** Connecticut LMFT 002-0418, checked 3 Nov".
#[derive(Debug, Clone)]
pub struct VerifiedLine {
    /// The strong words.
    pub lead: String,
    /// The rest.
    pub rest: String,
}

/// A time that can still be booked.
#[derive(Debug, Clone)]
pub struct OpeningView {
    /// Its id, in the address and in the form.
    pub id: String,
    /// "Thu 19 Nov".
    pub day: String,
    /// "12:15 pm".
    pub time: String,
}

/// The openings of one day.
#[derive(Debug, Clone)]
pub struct DayOfOpenings {
    /// "Thursday 19 November".
    pub day: String,
    /// In their order.
    pub openings: Vec<OpeningView>,
}

/// A clinician as a card or a result shows them.
#[derive(Debug, Clone)]
pub struct ClinicianCard {
    /// The end of their page's address.
    pub slug: String,
    /// Their name.
    pub name: String,
    /// Letters after the name.
    pub letters: String,
    /// Their pronouns; may be empty.
    pub pronouns: String,
    /// "Office and video".
    pub places: String,
    /// Whom and what they see, in a sentence or two.
    pub line: String,
    /// "English, Igbo".
    pub languages: String,
    /// "Relationship counseling, Mindfulness".
    pub approaches: String,
    /// The portrait's colour.
    pub tone: Tone,
    /// Licences and certifications in force, in short.
    pub verified: Vec<VerifiedLine>,
    /// The supervisor of an associate.
    pub supervisor: Option<String>,
    /// Why this one is shown, when the visitor chose something.
    pub why: Option<String>,
    /// The next few openings.
    pub openings: Vec<OpeningView>,
    /// Whether there are more.
    pub more_openings: bool,
}

impl ClinicianCard {
    /// Letters, a point and pronouns, without what is empty.
    pub fn letters_and_pronouns(&self) -> String {
        let parts = [self.letters.as_str(), self.pronouns.as_str()];
        parts
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" · ")
    }

    /// "Adaeze" of "Adaeze Okafor".
    pub fn first_name(&self) -> &str {
        self.name.split_whitespace().next().unwrap_or(&self.name)
    }
}

/// A licence or certification as the profile shows it.
#[derive(Debug, Clone)]
pub struct CredentialLine {
    /// Its title as printed.
    pub title: String,
    /// Who issued it.
    pub issuer: String,
    /// Its number.
    pub number: String,
    /// Where it is valid; words for a certification, which has none.
    pub place: String,
    /// Until when; "No end" when it has none.
    pub until: String,
    /// When it was last checked.
    pub checked: String,
    /// Site where anybody can check it, without the scheme.
    pub lookup: Option<String>,
}

/// An article among others.
#[derive(Debug, Clone)]
pub struct ArticleCard {
    /// The end of its address.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// What it is about.
    pub summary: String,
    /// The language of its words, as a tag.
    pub lang: &'static str,
    /// "Reviewed 1 November 2026"; empty where nobody here did.
    pub reviewed: String,
}

/// A line of the fees page.
#[derive(Debug, Clone)]
pub struct FeeLine {
    /// What it is for.
    pub title: String,
    /// "$190.00", "Free".
    pub amount: String,
    /// What else to know.
    pub note: String,
}

/// A board or body that takes complaints.
#[derive(Debug, Clone)]
pub struct BoardLine {
    /// Its name.
    pub name: String,
    /// For whom it is responsible.
    pub about: String,
    /// Its site, without the scheme.
    pub address: Option<String>,
}

/// The openings of one clinician on the booking page.
#[derive(Debug, Clone)]
pub struct Offer {
    /// Their name.
    pub clinician: String,
    /// Letters after the name.
    pub letters: String,
    /// "Office and video".
    pub places: String,
    /// Their openings by day.
    pub days: Vec<DayOfOpenings>,
    /// Where the rest of their openings is, when not all are shown.
    pub more: Option<String>,
}
