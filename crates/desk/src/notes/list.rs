//! Every note of a case, newest first.

use askama::Template;
use axum::extract::{Path, State};
use practice::Practice;
use practice::ids::CaseId;
use web::{Answer, Audience, Desk, Page, Visit, show};

use super::reading::parts;
use crate::pages;
use crate::together;
use crate::views::{Badge, Called, Wall, called, case_words, short_label};

#[derive(Template)]
#[template(path = "notes/list.html")]
struct List {
    page: Page,
    id: String,
    people: Vec<Called>,
    kind: &'static str,
    rows: Vec<Row>,
    together: String,
}

struct Row {
    href: String,
    when: String,
    label: Audience,
    badge: Badge,
    parts: Vec<(&'static str, String)>,
    added: bool,
}

pub(super) async fn list(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(id): Path<CaseId>,
) -> Answer {
    let seen = practice.notes_of_case(&access, id).await?;
    let page = pages::frame(&visit, &practice, &access, ("Notes", "cases")).await?;
    let wall = Wall::of(&visit, &practice);
    let people = called(&seen.people);
    let rows = seen.notes.iter().map(|(note, session)| Row {
        href: format!("/desk/notes/{}", note.id),
        when: wall.moment(session.starts_at),
        label: short_label(
            &page,
            &seen.case,
            &people,
            seen.case.route(note.compartment),
        ),
        badge: Badge::of_note(note.state),
        parts: parts(&note.text),
        added: !note.amendments.is_empty(),
    });
    show(&List {
        id: id.to_string(),
        kind: case_words(&seen.case),
        together: together::href(&seen.case),
        rows: rows.collect(),
        people,
        page,
    })
}
