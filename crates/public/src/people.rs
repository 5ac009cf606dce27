//! Clinicians as the practice publishes them: the list and each one's page.

use askama::Template;
use web::{Form, Page, Visit};

use crate::views::{ClinicianCard, CredentialLine, DayOfOpenings, PracticeFacts};

/// All clinicians, narrowed by what can be asked in an address.
#[derive(Template)]
#[template(path = "people/list.html")]
pub struct Clinicians {
    page: Page,
    form: Form,
    facts: PracticeFacts,
    summary: String,
    places: [(&'static str, &'static str); 3],
    languages: Vec<(String, String)>,
    cards: Vec<ClinicianCard>,
}

impl Clinicians {
    /// The list. `languages` are all that somebody here speaks; `asked` holds the fields `place` and `language`.
    pub fn new(
        visit: &Visit,
        facts: PracticeFacts,
        mut asked: Form,
        languages: &[String],
        cards: Vec<ClinicianCard>,
    ) -> Self {
        if asked.text("place").is_empty() {
            asked.set("place", "any");
        }
        let any = [(String::new(), "Any language".to_owned())];
        let spoken = languages
            .iter()
            .map(|language| (language.clone(), language.clone()));
        Self {
            page: crate::published(visit, "Therapists", "people"),
            summary: format!("{} to choose from.", counted(cards.len())),
            form: asked,
            facts,
            places: [
                ("any", "Anywhere"),
                ("premises", "In the office"),
                ("video", "By video"),
            ],
            languages: any.into_iter().chain(spoken).collect(),
            cards,
        }
    }
}

fn counted(count: usize) -> String {
    let words = [
        "Nobody", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine",
    ];
    words
        .get(count)
        .map_or_else(|| count.to_string(), |word| (*word).to_owned())
}

/// One clinician.
#[derive(Template)]
#[template(path = "people/show.html")]
pub struct Clinician {
    page: Page,
    facts: PracticeFacts,
    card: ClinicianCard,
    about: Vec<String>,
    credentials: Vec<CredentialLine>,
    concerns: Vec<String>,
    days: Vec<DayOfOpenings>,
}

/// What a clinician's page shows beyond the card.
#[derive(Debug, Clone, Default)]
pub struct Profile {
    /// What they say about themselves, a paragraph each.
    pub about: Vec<String>,
    /// Every licence and certification in force.
    pub credentials: Vec<CredentialLine>,
    /// What they often work with, in clients' words.
    pub concerns: Vec<String>,
    /// Openings by day.
    pub days: Vec<DayOfOpenings>,
}

impl Clinician {
    /// The page.
    pub fn new(visit: &Visit, facts: PracticeFacts, card: ClinicianCard, profile: Profile) -> Self {
        let Profile {
            about,
            credentials,
            concerns,
            days,
        } = profile;
        let page = crate::published(visit, "Profile", "people");
        Self {
            page,
            facts,
            card,
            about,
            credentials,
            concerns,
            days,
        }
    }
}
