//! A session as an appointment: who is expected, how to reach them, when and where. Nothing clinical.

use askama::Template;
use practice::Practice;
use practice::access::DeskAccess;
use practice::ids::SessionId;
use practice::people::Named;
use web::{Answer, Form, Page, Visit, show as page_shown};

use super::view::{Ending, endings};
use crate::pages;
use crate::people::{WayView, ways};
use crate::views::{Called, Wall, called, listed, place};

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
    let all = called(&named);
    let (_, place) = place(seen.session.place, seen.room.as_ref());
    page_shown(&Show {
        id: id.to_string(),
        people: all
            .iter()
            .cloned()
            .zip(seen.people.iter().map(|(_, identity)| ways(identity)))
            .collect(),
        day: wall.day(seen.session.starts_at),
        span: wall.span(&seen.session),
        place,
        clinician: seen.clinician,
        state: super::view::state_words(seen.session.state),
        endings: endings(&wall, &seen.session, &listed(&page, &all)),
        all,
        page,
    })
}
