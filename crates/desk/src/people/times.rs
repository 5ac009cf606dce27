//! Writing down at which times of day each way to reach somebody is safe, as they said it (R12).

use askama::Template;
use axum::extract::{Path, State};
use practice::access::DeskAccess;
use practice::ids::PersonId;
use practice::people::{Reach, WayTimes};
use practice::{AccessError, Practice};
use web::{Answer, Desk, Form, Page, PageError, Routes, TimeFields, Visit, get, go, show_as};

use crate::pages;

pub(super) fn routes() -> Routes<Practice> {
    Routes::new().route("/desk/people/{id}/times", get(ask).post(save))
}

/// Fields: `seen`, and `from-0`, `until-0` and so on, for each way.
#[derive(Template)]
#[template(path = "people/times.html")]
struct Show {
    page: Page,
    form: Form,
    id: PersonId,
    name: String,
    ways: Vec<(String, TimeFields)>,
}

async fn ask(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(id): Path<PersonId>,
) -> Answer {
    let reach = practice.reach(&access, id).await?;
    let mut form = Form::blank();
    form.set("seen", reach.seen.to_string());
    for (place, way) in reach.identity.ways.iter().enumerate() {
        TimeFields::at(place).fill(&mut form, way.times);
    }
    shown(&practice, &access, &visit, (id, &reach, form)).await
}

async fn shown(
    practice: &Practice,
    access: &DeskAccess,
    visit: &Visit,
    of: (PersonId, &Reach, Form),
) -> Answer {
    let (id, reach, form) = of;
    let page = pages::frame(visit, practice, access, ("Contact", "")).await?;
    let ways = reach.identity.ways.iter().enumerate();
    let ways = ways.map(|(place, way)| {
        let words = format!("{}: {}", way.channel.plain(), way.address.reveal());
        (words, TimeFields::at(place))
    });
    show_as(
        form.status(),
        &Show {
            page,
            id,
            name: reach.identity.name.reveal().clone(),
            ways: ways.collect(),
            form,
        },
    )
}

async fn save(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(id): Path<PersonId>,
    mut form: Form,
) -> Answer {
    let reach = practice.reach(&access, id).await?;
    let each = (0..reach.identity.ways.len())
        .map(|place| TimeFields::at(place).read(&mut form))
        .collect();
    if !form.is_good() {
        return shown(&practice, &access, &visit, (id, &reach, form)).await;
    }
    let seen = form.parsed("seen").unwrap_or(0);
    match practice
        .set_way_times(&access, id, WayTimes { seen, each })
        .await
    {
        Ok(()) => go(&format!("/desk/people/{id}?done=times")),
        Err(AccessError::Stale) => Err(PageError::Conflict),
        Err(error) => Err(error.into()),
    }
}
