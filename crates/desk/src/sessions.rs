//! Sessions: the workspace of one for who holds it, the appointment for who keeps the calendar, and how it ended.

mod appointment;
pub(crate) mod attending;
pub(crate) mod card;
mod note;
mod process_note;
mod view;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use practice::Practice;
use practice::access::DeskAccess;
use practice::booking::BookingError;
use practice::calendar::SessionState;
use practice::error::AccessError;
use practice::ids::SessionId;
use practice::sessions::Workspace;
use web::{
    Answer, Asked, Desk, Form, Page, PageError, Routes, Tone, Visit, get, go, post, show_as, up,
};

use crate::pages;
use crate::views::{Wall, side_of};
use card::Shown;

/// What stands above a session that has a process note alone.
const NOTE_FIRST: &str = "You wrote a process note of this session, which only you can read, and there is no progress note. Times, \
                          plan, diagnosis and progress belong in the record: write at least a draft, then say how the session went.";

pub(crate) fn routes() -> Routes<Practice> {
    Routes::new()
        .route("/desk/sessions/{id}", get(show))
        .route("/desk/sessions/{id}/note", post(note::write))
        .route(
            "/desk/sessions/{id}/attendance",
            post(attending::write).get(up::<1>),
        )
        .route(
            "/desk/sessions/{id}/process-note",
            get(process_note::read).post(process_note::write),
        )
        .route("/desk/sessions/{id}/state", post(settle))
}

async fn show(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(id): Path<SessionId>,
    Asked(asked): Asked,
) -> Answer {
    let seen = if pages::cares(&access) {
        practice
            .session_workspace(&access, id, side_of(asked.text("side")))
            .await
    } else {
        Err(AccessError::NotThere)
    };
    let seen = match seen {
        Ok(seen) => seen,
        Err(AccessError::NotThere) => {
            return appointment::show(&visit, &practice, &access, (id, &asked)).await;
        }
        Err(error) => return Err(error.into()),
    };
    workspace(&visit, &practice, &access, (&seen, &asked, StatusCode::OK)).await
}

async fn workspace(
    visit: &Visit,
    practice: &Practice,
    access: &DeskAccess,
    (seen, asked, status): (&Workspace, &Form, StatusCode),
) -> Answer {
    let page = pages::frame(visit, practice, access, ("Session", "today")).await?;
    let page = pages::done(page, asked);
    show_as(status, &stored(page, visit, practice, (seen, asked)))
}

/// The workspace with the side that was asked for, or else the narrowest; where there is none, the one that was begun.
fn stored(
    mut page: Page,
    visit: &Visit,
    practice: &Practice,
    (seen, asked): (&Workspace, &Form),
) -> view::Show {
    let side = side_of(asked.text("side")).filter(|side| seen.side(*side).is_some());
    let begun = || {
        let mut begun = seen.sides.iter().filter(|side| side.note.is_some());
        begun.next().map(|side| side.route)
    };
    let about = seen.about.filter(|side| seen.side(*side).is_some());
    let shown = Shown::stored(side.or(about).or_else(begun));
    if seen.owes_note {
        page = page.notice(Tone::Attention, "The progress note first.", NOTE_FIRST);
    }
    view::workspace(page, &Wall::of(visit, practice), seen, shown)
}

/// Says that a session took place, that it did not, or calls it off.
async fn settle(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(id): Path<SessionId>,
    form: Form,
) -> Answer {
    let state = SessionState::of_word(form.text("state"))
        .filter(|state| *state != SessionState::Booked)
        .ok_or(PageError::Unreadable)?;
    match practice.settle_session(&access, id, state).await {
        Ok(()) if state == SessionState::Cancelled => go("/desk/calendar?done=cancelled"),
        Ok(()) => go(&format!("/desk/sessions/{id}?done={}", state.word())),
        Err(BookingError::Settled) => Err(PageError::Conflict),
        Err(BookingError::NoteFirst) => {
            let seen = practice.session_workspace(&access, id, None).await?;
            let how = (&seen, &Form::blank(), StatusCode::CONFLICT);
            workspace(&visit, &practice, &access, how).await
        }
        Err(error) => Err(crate::booking::refused(error)),
    }
}
