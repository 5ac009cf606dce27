//! Booking a first talk: the form, what was booked, and the page for those who are not adults yet (R8).

use askama::Template;
use web::{Form, Page, Visit};

use crate::views::{Offer, PracticeFacts};

/// The form. Fields: `opening`, `place`, `name`, `pronouns`, `coming`, `way`, `address`, `voicemail`, `avoid`, `told`,
/// `adult`.
#[derive(Template)]
#[template(path = "booking/new.html")]
pub struct Offering {
    page: Page,
    form: Form,
    facts: PracticeFacts,
    offers: Vec<Offer>,
    narrowed: bool,
    adult: String,
    places: [(&'static str, &'static str); 2],
    coming: [(&'static str, &'static str); 3],
    ways: [(&'static str, &'static str); 3],
}

/// Whether the form shows the openings of one clinician or of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offered {
    /// Everyone's.
    Everyone,
    /// One clinician's, with a way to all.
    One,
}

impl Offering {
    /// The form with these openings; what was typed and refused comes back in `form`.
    pub fn new(
        visit: &Visit,
        facts: PracticeFacts,
        form: Form,
        offers: Vec<Offer>,
        offered: Offered,
    ) -> Self {
        Self {
            page: crate::framed(visit, "A first talk", ""),
            adult: format!("I am {} or older", facts.adult_age),
            form,
            facts,
            offers,
            narrowed: offered == Offered::One,
            places: [("premises", "In the office"), ("video", "By video")],
            coming: [
                ("alone", "Just me"),
                ("two", "Me and a partner"),
                ("more", "More than two of us"),
            ],
            ways: [
                ("email", "Email"),
                ("text", "Text message"),
                ("phone", "Call"),
            ],
        }
    }

    /// The same page with a line at its top, such as that the time is not available any more (R7).
    #[must_use]
    pub fn notice(mut self, tone: web::Tone, lead: &str, text: &str) -> Self {
        self.page = self.page.notice(tone, lead, text);
        self
    }
}

/// What was booked, as it is read back once.
#[derive(Debug, Clone)]
pub struct Booked {
    /// The name to use.
    pub name: String,
    /// "Thursday".
    pub weekday: String,
    /// "19".
    pub day_of_month: String,
    /// "November".
    pub month: String,
    /// "12:15 to 12:30 pm".
    pub time: String,
    /// With whom.
    pub clinician: String,
    /// "by video" or "in the office, 41 Alder Street".
    pub place: String,
    /// What is sent and how, such as "We sent one mail to the address that you gave.".
    pub reach: String,
    /// Where it can be changed or called off.
    pub cancel: Option<String>,
}

/// The confirmation.
#[derive(Template)]
#[template(path = "booking/done.html")]
pub struct Done {
    page: Page,
    facts: PracticeFacts,
    name: String,
    weekday: String,
    day_of_month: String,
    month: String,
    time: String,
    clinician: String,
    place: String,
    reach: String,
    cancel: Option<String>,
}

impl Done {
    /// The page.
    pub fn new(visit: &Visit, facts: PracticeFacts, booked: Booked) -> Self {
        let page = crate::framed(visit, "Booked", "");
        let Booked {
            name,
            weekday,
            day_of_month,
            month,
            time,
            clinician,
            place,
            reach,
            cancel,
        } = booked;
        Self {
            page,
            facts,
            name,
            weekday,
            day_of_month,
            month,
            time,
            clinician,
            place,
            reach,
            cancel,
        }
    }
}

/// For those who are not adults yet, at `/book/younger`: words and people to talk to, nothing stored (R8).
#[derive(Template)]
#[template(path = "booking/minor.html")]
pub struct Minor {
    page: Page,
    facts: PracticeFacts,
    lines: Vec<String>,
}

impl Minor {
    /// The page with lines for young people, in words.
    pub fn new(visit: &Visit, facts: PracticeFacts, lines: Vec<String>) -> Self {
        Self {
            page: crate::framed(visit, "Who can help", ""),
            facts,
            lines,
        }
    }
}
