//! Clinicians as the practice publishes them: the list and each one's page.

use askama::Template;
use axum::extract::{Path, State};
use practice::Practice;
use practice::calendar::Place;
use web::{Answer, Asked, Form, Page, PageError, Visit, show};

use crate::settings::{House, Known, ON_A_PAGE, concern_words};
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
    /// Whether something narrows the list, so that what does is in sight.
    narrowed: bool,
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
        let narrowed = asked.text("place") != "any" || !asked.text("language").is_empty();
        let any = [(String::new(), "Any language".to_owned())];
        let spoken = languages
            .iter()
            .map(|language| (language.clone(), language.clone()));
        Self {
            page: crate::published(visit, "Our people", "people"),
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
            narrowed,
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

/// `GET /clinicians`, narrowed by `place` and `language`.
pub(crate) async fn list(
    State(practice): State<Practice>,
    visit: Visit,
    Asked(asked): Asked,
) -> Answer {
    let house = House::read(&practice).await?;
    let mut languages: Vec<String> = house
        .clinicians
        .iter()
        .flat_map(|known| known.published.page.languages.clone())
        .collect();
    languages.sort();
    languages.dedup();
    let fits = |known: &Known| {
        let place = match asked.text("place") {
            "premises" => Some(Place::Premises),
            "video" => Some(Place::Video),
            _ => None,
        };
        let language = asked.text("language");
        let placed = place.is_none_or(|place| {
            known
                .openings
                .iter()
                .any(|opening| opening.places.contains(&place))
        });
        placed
            && (language.is_empty()
                || known
                    .published
                    .page
                    .languages
                    .iter()
                    .any(|spoken| spoken == language))
    };
    let cards = house.clinicians.iter().zip(house.cards(&visit));
    let cards = cards
        .filter(|(known, _)| fits(known))
        .map(|(_, card)| card)
        .collect();
    show(&Clinicians::new(
        &visit,
        house.facts(),
        asked,
        &languages,
        cards,
    ))
}

/// `GET /clinicians/{slug}`
pub(crate) async fn one(
    State(practice): State<Practice>,
    visit: Visit,
    Path(slug): Path<String>,
) -> Answer {
    let house = House::read(&practice).await?;
    let (at, known) = house.clinician(&slug).ok_or(PageError::NotFound)?;
    let card = house
        .cards(&visit)
        .into_iter()
        .nth(at)
        .ok_or(PageError::NotFound)?;
    let named = |code: &str| house.place_name(code);
    let profile = Profile {
        about: known
            .published
            .page
            .about
            .split("\n\n")
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
            .collect(),
        credentials: known.credentials(&visit, &named),
        concerns: concern_words(&known.concerns()),
        days: known.days(&visit, ON_A_PAGE, ON_A_PAGE),
    };
    show(&Clinician::new(&visit, house.facts(), card, profile))
}
