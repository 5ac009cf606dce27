//! Signing and co-signing: asked once more with the exact text, then final (R5).

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use practice::Practice;
use practice::access::{DeskAccess, Role};
use practice::cases::Case;
use practice::ids::NoteId;
use practice::notes::{Echo, NoteBlock, NoteError, NoteState, NoteText, Route, Told};
use web::{Answer, Audience, Desk, Form, Page, PageError, Visit, go, show_as};

use super::NO_SUPERVISOR;
use super::reading::parts;
use crate::pages;
use crate::views::{Called, Wall, called, own_name, side_label, side_word};

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
    /// What it repeats of what somebody told alone.
    echoes: Vec<EchoView>,
}

/// Words of the note, or of what is added to it, that somebody told alone.
pub(super) struct EchoView {
    /// In which part of the note, as the note has them.
    pub(super) part: &'static str,
    pub(super) words: String,
    /// What it is on whose side, and as it stands there.
    pub(super) told: String,
    pub(super) label: Audience,
    pub(super) there: String,
}

pub(super) fn echo_view(page: &Page, case: &Case, people: &[Called], echo: &Echo) -> EchoView {
    let name = page.name(&own_name(case, people, echo.whose));
    EchoView {
        part: echo.block.map_or("What you add", NoteBlock::plain),
        words: echo.words.reveal().clone(),
        told: match echo.told {
            Told::Reflection => format!("What {name} wrote to you alone"),
            Told::Goal => format!("A goal of {name}’s own"),
            Told::Note => format!("A note on {name}’s own side"),
            Told::Message => format!("A copy of a message on {name}’s own side"),
        },
        label: side_label(page, case, people, Route::Own(echo.whose)),
        there: echo.there.reveal().clone(),
    }
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
    let echoes = practice.note_echoes(access, id).await?;
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
        echoes: echoes
            .iter()
            .map(|echo| echo_view(&page, &seen.case, &people, echo))
            .collect(),
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
    let signed = if form.ticked("compared") {
        practice.sign_note_as_it_is(&access, id, revision).await
    } else {
        practice.sign_note(&access, id, revision).await
    };
    match signed {
        Ok(state) => go(&format!("/desk/notes/{id}?done={}", done(state))),
        Err(NoteError::NoSupervisor | NoteError::Repeats) => {
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
