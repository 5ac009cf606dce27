//! Signing and co-signing: asked once more with the exact text, then final (R5).

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use practice::Practice;
use practice::access::{DeskAccess, Role};
use practice::ids::NoteId;
use practice::notes::{NoteError, NoteState, NoteText};
use web::{Answer, Audience, Desk, Form, Page, PageError, Visit, go, show_as};

use super::NO_SUPERVISOR;
use super::reading::parts;
use crate::pages;
use crate::views::{Called, Wall, called, side_label, side_word};

#[derive(Template)]
#[template(path = "notes/sign.html")]
struct Ask {
    page: Page,
    id: String,
    back: String,
    people: Vec<Called>,
    when: String,
    label: Audience,
    parts: Vec<(&'static str, String)>,
    revision: u32,
    supervised: bool,
    /// Why it cannot be signed; empty when it can.
    unsupervised: &'static str,
}

/// Asks once more, with the text as it will be signed.
pub(super) async fn ask(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(id): Path<NoteId>,
) -> Answer {
    asked(&visit, &practice, &access, (id, StatusCode::OK)).await
}

async fn asked(
    visit: &Visit,
    practice: &Practice,
    access: &DeskAccess,
    of: (NoteId, StatusCode),
) -> Answer {
    let (id, status) = of;
    let seen = practice.note(access, id).await?;
    if seen.note.state != NoteState::Draft {
        return go(&format!("/desk/notes/{id}"));
    }
    if seen.note.author != seen.reader {
        return Err(PageError::NotFound);
    }
    let page = pages::frame(visit, practice, access, ("Sign", "cases")).await?;
    let wall = Wall::of(visit, practice);
    let people = called(&seen.people);
    let route = seen.case.route(seen.note.compartment);
    let text: &NoteText = &seen.note.text;
    let is_associate = access.has(Role::Associate);
    let view = Ask {
        id: id.to_string(),
        back: format!(
            "/desk/sessions/{}?side={}",
            seen.session.id,
            side_word(route)
        ),
        when: wall.moment(seen.session.starts_at),
        label: side_label(&page, &seen.case, &people, route),
        parts: parts(text),
        revision: seen.note.revision,
        supervised: is_associate,
        unsupervised: if is_associate && seen.case.supervisor.is_none() {
            NO_SUPERVISOR
        } else {
            ""
        },
        people,
        page,
    };
    show_as(status, &view)
}

pub(super) async fn sign(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(id): Path<NoteId>,
    form: Form,
) -> Answer {
    let revision = form.parsed("revision").ok_or(PageError::Unreadable)?;
    match practice.sign_note(&access, id, revision).await {
        Ok(state) => go(&format!("/desk/notes/{id}?done={}", done(state))),
        Err(NoteError::NoSupervisor) => {
            asked(&visit, &practice, &access, (id, StatusCode::CONFLICT)).await
        }
        Err(error) => Err(super::refused(error)),
    }
}

pub(super) async fn cosign(
    Desk(access): Desk,
    State(practice): State<Practice>,
    Path(id): Path<NoteId>,
    form: Form,
) -> Answer {
    let revision = form.parsed("revision").ok_or(PageError::Unreadable)?;
    match practice.cosign_note(&access, id, revision).await {
        Ok(_) => go(&format!("/desk/notes/{id}?done=cosigned")),
        Err(error) => Err(super::refused(error)),
    }
}

/// The word of what signing led to.
pub(crate) fn done(state: NoteState) -> &'static str {
    match state {
        NoteState::Awaiting => "awaiting",
        NoteState::Signed | NoteState::Draft => "signed",
    }
}
