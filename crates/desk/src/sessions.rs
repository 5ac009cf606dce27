//! Sessions: the workspace of one for who holds it, the appointment for who keeps the calendar, and how it ended.

mod appointment;
mod note;
mod view;

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use practice::Practice;
use practice::booking::BookingError;
use practice::calendar::SessionState;
use practice::error::AccessError;
use practice::ids::SessionId;
use web::{Answer, Asked, Desk, Form, PageError, Visit, go, show_as};

use crate::pages;
use crate::views::{Wall, side_of};
use view::Shown;

pub(crate) fn routes() -> Router<Practice> {
    Router::new()
        .route("/desk/sessions/{id}", get(show))
        .route("/desk/sessions/{id}/note", post(note::write))
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
        practice.session_workspace(&access, id).await
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
    let page = pages::frame(&visit, &practice, &access, ("Session", "today")).await?;
    let page = pages::done(page, &asked);
    let side = side_of(asked.text("side")).filter(|side| seen.side(*side).is_some());
    let shown = Shown::stored(side.unwrap_or(seen.about));
    let wall = Wall::of(&visit, &practice);
    show_as(
        axum::http::StatusCode::OK,
        &view::workspace(page, &wall, &seen, shown),
    )
}

/// Says that a session took place, that it did not, or calls it off.
async fn settle(
    Desk(access): Desk,
    State(practice): State<Practice>,
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
        Err(error) => Err(crate::booking::refused(error)),
    }
}
