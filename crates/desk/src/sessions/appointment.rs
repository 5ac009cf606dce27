//! A session as an appointment: who is expected, how to reach them, when and where. Nothing clinical.

use askama::Template;
use practice::access::DeskAccess;
use practice::calendar::Session;
use practice::ids::SessionId;
use practice::people::Named;
use practice::{AccessError, Practice};
use web::{Answer, Form, Page, Visit, show as page_shown};

use super::view::{Ending, endings};
use crate::pages;
use crate::people::{WayView, ways};
use crate::views::{Called, Wall, expected, place};

#[derive(Template)]
#[template(path = "sessions/appointment.html")]
struct Show {
    page: Page,
    id: String,
    all: Vec<Called>,
    people: Vec<(Called, Vec<WayView>)>,
    day: String,
    span: String,
    place: String,
    clinician: String,
    state: &'static str,
    words: Vec<String>,
    endings: Vec<Ending>,
}

pub(super) async fn show(
    visit: &Visit,
    practice: &Practice,
    access: &DeskAccess,
    (id, asked): (SessionId, &Form),
) -> Answer {
    let seen = practice.appointment(access, id).await?;
    let page = pages::frame(visit, practice, access, ("Session", "calendar")).await?;
    let page = pages::done(page, asked);
    let wall = Wall::of(visit, practice);
    let named = seen
        .people
        .iter()
        .map(|(id, identity)| identity.clone().into_named(*id))
        .collect::<Vec<Named>>();
    let all = expected(&seen.session, &named);
    let words = words(practice, access, &seen.session).await?;
    let (_, place) = place(seen.session.place, seen.room.as_ref());
    page_shown(&Show {
        id: id.to_string(),
        people: all
            .iter()
            .cloned()
            .zip(
                seen.people
                    .iter()
                    .map(|(_, identity)| ways(identity, &visit.web().house().locale)),
            )
            .collect(),
        day: wall.day(seen.session.starts_at),
        span: wall.span(&seen.session),
        place,
        clinician: seen.clinician,
        state: super::view::state_words(seen.session.state),
        words,
        endings: endings(&wall, &seen.session),
        all,
        page,
    })
}

/// What stood on an appointment of one's own that came from another calendar.
async fn words(
    practice: &Practice,
    access: &DeskAccess,
    session: &Session,
) -> Result<Vec<String>, AccessError> {
    if session.case.is_some() || access.person() != Some(session.clinician) {
        return Ok(Vec::new());
    }
    let entry = practice.imported_words(access, session.id).await?;
    let said = entry.map(|entry| std::iter::once(entry.text).chain(entry.words));
    let said = said.into_iter().flatten();
    Ok(said
        .map(|words| words.reveal().clone())
        .filter(|words| !words.is_empty())
        .collect())
}
