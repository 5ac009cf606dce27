//! The first page, and who can help with what a visitor chose there.
//!
//! The choices come by POST, are used once and are kept nowhere: not in an address, not in a log, not in a row.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::State;
use practice::Practice;
use practice::library::{ConcernId, Myth, PickerChoice, PickerGroup, library};
use web::{Answer, Form, FreeForm, Page, Visit, go, show};

use crate::articles;
use crate::settings::House;
use crate::views::{ArticleCard, ClinicianCard, PracticeFacts};

/// How many myths the first page shows.
const MYTHS: usize = 3;
/// How many articles.
const ARTICLES: usize = 3;

/// The first page.
#[derive(Template)]
#[template(path = "home/show.html")]
pub struct Home {
    page: Page,
    form: Form,
    facts: PracticeFacts,
    picker: &'static [PickerGroup],
    clinicians: Vec<ClinicianCard>,
    myths: &'static [Myth],
    articles: Vec<ArticleCard>,
}

impl Home {
    /// The first page with these clinicians and articles.
    pub fn new(
        visit: &Visit,
        facts: PracticeFacts,
        clinicians: Vec<ClinicianCard>,
        articles: Vec<ArticleCard>,
    ) -> Self {
        let myths = library().myths().items.as_slice();
        Self {
            page: crate::published(visit, "Welcome", ""),
            form: Form::blank(),
            facts,
            picker: library().picker(),
            clinicians,
            myths: myths.get(..MYTHS).unwrap_or(myths),
            articles,
        }
    }
}

/// What a visitor chose, for as long as the request lasts.
#[derive(Debug, Default)]
pub struct Chosen(Vec<&'static PickerChoice>);

impl Chosen {
    /// Reads the choices of the first page; unknown ones count for nothing.
    pub fn of(form: &Form) -> Self {
        let mut seen = BTreeSet::new();
        let chosen = form
            .all("on")
            .into_iter()
            .filter_map(|id| library().choice(id));
        Self(
            chosen
                .filter(|choice| seen.insert(choice.id.as_str()))
                .collect(),
        )
    }

    /// Whether nothing was chosen.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The concerns behind the choices.
    pub fn concerns(&self) -> BTreeSet<&'static ConcernId> {
        self.0.iter().flat_map(|choice| &choice.concerns).collect()
    }

    /// How many of the choices a clinician with these concerns works with, and in which words to say so.
    ///
    /// `None` when there is nothing to say. Use the number to sort, never to show.
    pub fn fits(&self, works_with: &[ConcernId]) -> Option<(usize, String)> {
        let fitting = |choice: &&&PickerChoice| {
            choice
                .concerns
                .iter()
                .any(|concern| works_with.contains(concern))
        };
        let labels: Vec<String> = self
            .0
            .iter()
            .filter(fitting)
            .map(|choice| lowered(&choice.label))
            .collect();
        if labels.is_empty() {
            return None;
        }
        let words: Vec<&str> = labels.iter().map(String::as_str).collect();
        Some((
            labels.len(),
            format!(
                "works every week with what you chose: {}.",
                web::listed(&words)
            ),
        ))
    }

    /// What should be said about a physician, each once.
    pub fn medical(&self) -> Vec<&'static str> {
        self.0
            .iter()
            .filter_map(|choice| choice.medical.as_deref())
            .collect()
    }
}

/// A label within a sentence; "I" and "We" stay as they are.
fn lowered(label: &str) -> String {
    let kept = label.starts_with("I ") || label.starts_with("We ");
    let mut letters = label.chars();
    match letters.next() {
        Some(first) if !kept => first.to_lowercase().chain(letters).collect(),
        _ => label.to_owned(),
    }
}

/// Who can help with what was chosen.
#[derive(Template)]
#[template(path = "home/start.html")]
pub struct Start {
    page: Page,
    facts: PracticeFacts,
    summary: String,
    chosen: Vec<&'static PickerChoice>,
    medical: Vec<&'static str>,
    clinicians: Vec<ClinicianCard>,
}

impl Start {
    /// The answer to `chosen`, with the clinicians that fit, best first.
    pub fn new(
        visit: &Visit,
        facts: PracticeFacts,
        chosen: Chosen,
        clinicians: Vec<ClinicianCard>,
    ) -> Self {
        let summary = if chosen.is_empty() {
            "You chose nothing, and that is fine. Here is everyone."
        } else {
            "These therapists work with what you chose."
        };
        Self {
            page: crate::framed(visit, "For you", "people"),
            facts,
            summary: summary.to_owned(),
            medical: chosen.medical(),
            chosen: chosen.0,
            clinicians,
        }
    }
}

/// `GET /`
pub(crate) async fn first(State(practice): State<Practice>, visit: Visit) -> Answer {
    let house = House::read(&practice).await?;
    let published = practice.published_articles().await?;
    let locale = &visit.web().house().locale;
    let articles = articles::cards(published.iter().take(ARTICLES), locale);
    show(&Home::new(
        &visit,
        house.facts(),
        house.cards(&visit),
        articles,
    ))
}

/// `GET /start`: somebody came back to an address that keeps nothing; they may choose again.
pub(crate) async fn again() -> Answer {
    go("/#on-your-mind")
}

/// `POST /start`: what was chosen is used for this answer and kept nowhere.
pub(crate) async fn start(
    State(practice): State<Practice>,
    visit: Visit,
    FreeForm(form): FreeForm,
) -> Answer {
    let house = House::read(&practice).await?;
    let chosen = Chosen::of(&form);
    let mut fitting: Vec<(usize, ClinicianCard)> = Vec::new();
    for (known, card) in house.clinicians.iter().zip(house.cards(&visit)) {
        match chosen.fits(&known.concerns()) {
            Some((count, why)) => fitting.push((
                count,
                ClinicianCard {
                    why: Some(why),
                    ..card
                },
            )),
            None if chosen.concerns().is_empty() => fitting.push((0, card)),
            None => {}
        }
    }
    fitting.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let cards = fitting.into_iter().map(|(_, card)| card).collect();
    show(&Start::new(&visit, house.facts(), chosen, cards))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(ids: &[&str]) -> Chosen {
        Chosen::of(&Form::filled(ids.iter().map(|id| ("on", *id))))
    }

    #[test]
    fn unknown_and_repeated_choices_count_for_nothing() {
        let chosen = chosen(&["pain", "pain", "nonsense", ""]);
        assert_eq!(chosen.0.len(), 1);
        assert!(chosen.concerns().contains(&ConcernId::new("P1")));
        assert_eq!(chosen.medical().len(), 1);
    }

    #[test]
    fn a_clinician_fits_by_the_concerns_they_work_with() {
        let chosen = chosen(&["pain", "opening", "unsure"]);
        let (fitting, words) = chosen
            .fits(&[ConcernId::new("P3"), ConcernId::new("I1")])
            .unwrap();
        assert_eq!(fitting, 1);
        assert_eq!(
            words,
            "works every week with what you chose: pain, or fear of pain."
        );
        assert!(chosen.fits(&[ConcernId::new("I1")]).is_none());
    }

    #[test]
    fn nothing_chosen_is_fine() {
        assert!(chosen(&[]).is_empty());
        assert!(chosen(&[]).fits(&[ConcernId::new("P3")]).is_none());
    }
}
