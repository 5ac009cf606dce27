//! The client's times: sessions to come and past, with day, time and place.

use askama::Template;
use axum::extract::State;
use practice::Practice;
use web::{Answer, Page, Portal, Visit, show};

use crate::views::{SessionView, words};

#[derive(Template)]
#[template(path = "sessions/list.html")]
struct List {
    page: Page,
    coming: Vec<SessionView>,
    past: Vec<SessionView>,
    reach: String,
}

/// `GET /my/sessions`.
pub(crate) async fn list(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
) -> Answer {
    let found = practice.my_sessions(&access).await?;
    let described = practice.description().await?;
    let views = |sessions: &[practice::home::MySession]| {
        sessions
            .iter()
            .map(|one| SessionView::of(&visit, one))
            .collect()
    };
    show(&List {
        page: crate::framed(&visit, "Times", "sessions", &words(&found.name)),
        coming: views(&found.coming),
        past: views(&found.past),
        reach: [described.phone, described.email]
            .into_iter()
            .filter(|way| !way.is_empty())
            .collect::<Vec<_>>()
            .join(", "),
    })
}
