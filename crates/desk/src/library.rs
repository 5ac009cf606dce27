//! The library: what may be given to try at home, with what it is for and when not to give it.

use askama::Template;
use axum::extract::State;
use practice::Practice;
use practice::library::{AssignmentKind, LibraryAssignment, PlissitLevel, library};
use web::{Answer, Desk, Page, PageError, Routes, Visit, get, show};

use crate::pages;

pub(crate) fn routes() -> Routes<Practice> {
    Routes::new().route("/desk/library", get(list))
}

/// Assignments of one kind.
pub(crate) struct Shelf {
    pub(crate) title: &'static str,
    pub(crate) entries: Vec<Entry>,
}

/// One assignment in the clinician's words.
pub(crate) struct Entry {
    pub(crate) id: String,
    pub(crate) title: &'static str,
    pub(crate) purpose: &'static str,
    /// "Together. Twice a week, 20 min. Specific suggestions."
    pub(crate) line: String,
    /// Reasons not to give it, or not yet.
    pub(crate) not_when: Vec<&'static str>,
    /// "After: Consent and pause signals", or nothing.
    pub(crate) after: String,
    pub(crate) steps: &'static [String],
    pub(crate) prompts: &'static [String],
    pub(crate) basis: &'static str,
}

#[derive(Template)]
#[template(path = "library/list.html")]
struct List {
    page: Page,
    shelves: Vec<Shelf>,
}

async fn list(Desk(access): Desk, State(practice): State<Practice>, visit: Visit) -> Answer {
    if !pages::cares(&access) {
        return Err(PageError::NotFound);
    }
    let page = pages::frame(&visit, &practice, &access, ("Library", "library")).await?;
    show(&List {
        page,
        shelves: shelves(),
    })
}

/// The library, by what kind of thing it is.
pub(crate) fn shelves() -> Vec<Shelf> {
    let mut shelves: Vec<Shelf> = Vec::new();
    for kind in [
        AssignmentKind::Reading,
        AssignmentKind::Worksheet,
        AssignmentKind::Journal,
        AssignmentKind::Mindfulness,
        AssignmentKind::Communication,
        AssignmentKind::Relationship,
        AssignmentKind::Exercise,
    ] {
        let of_kind = library().assignments().iter();
        shelves.push(Shelf {
            title: kind.title(),
            entries: of_kind.filter(|one| one.kind == kind).map(entry).collect(),
        });
    }
    shelves
}

fn entry(one: &'static LibraryAssignment) -> Entry {
    let before: Vec<&str> = one
        .after
        .iter()
        .filter_map(|id| library().assignment(id))
        .map(|before| before.title.as_str())
        .collect();
    Entry {
        id: one.id.to_string(),
        title: &one.title,
        purpose: &one.purpose,
        line: format!("{}. {}. {}.", one.who_label, one.duration, level(one.level)),
        not_when: one
            .contraindications
            .iter()
            .filter_map(|reason| library().contraindication(*reason))
            .collect(),
        after: if before.is_empty() {
            String::new()
        } else {
            format!("At ease before: {}.", before.join(", "))
        },
        steps: &one.steps,
        prompts: &one.prompts,
        basis: &one.basis,
    }
}

/// How far it goes (PLISSIT, Annon 1976).
const fn level(level: PlissitLevel) -> &'static str {
    match level {
        PlissitLevel::Permission => "Permission",
        PlissitLevel::LimitedInformation => "Limited information",
        PlissitLevel::SpecificSuggestions => "Specific suggestions",
        PlissitLevel::IntensiveTherapy => "Intensive therapy",
    }
}
