//! Cases: the list of a clinician's own, and a case at a glance.

mod closing;
mod joining;
mod leaving;
pub(crate) mod measures;
pub(crate) mod newcomers;
mod overview;
mod parts;
mod separating;

use askama::Template;
use axum::extract::State;
use practice::Practice;
use practice::access::DeskAccess;
use practice::cases::{ListedCase, Which};
use web::{Answer, Asked, Desk, Form, Page, Routes, Visit, get, show_as};

use crate::pages;
use crate::views::{Called, Wall, called, case_words};

pub(crate) fn routes() -> Routes<Practice> {
    Routes::new()
        .route("/desk/cases", get(list).post(search))
        .route("/desk/cases/{id}", get(overview::show))
        .route(
            "/desk/cases/{id}/people/{participant}/end",
            get(leaving::ask).post(leaving::end),
        )
        .route(
            "/desk/cases/{id}/joining",
            get(joining::ask).post(joining::join),
        )
        .route(
            "/desk/cases/{id}/begin",
            get(joining::propose).post(joining::begin),
        )
        .route(
            "/desk/cases/{id}/closing",
            get(closing::ask).post(closing::close),
        )
        .route(
            "/desk/cases/{id}/separation",
            get(separating::ask).post(separating::part),
        )
}

#[derive(Template)]
#[template(path = "cases/list.html")]
struct List {
    page: Page,
    form: Form,
    rows: Vec<Row>,
    more: bool,
    searched: bool,
    /// Whether they review how long records are kept.
    keeps: bool,
}

struct Row {
    href: String,
    people: Vec<Called>,
    /// Those who left before.
    once: Vec<Called>,
    kind: &'static str,
    closed: bool,
    next: String,
    last: String,
}

/// `GET /desk/cases`, and with `closed` those that were closed as well.
async fn list(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Asked(asked): Asked,
) -> Answer {
    let mut form = Form::blank();
    if asked.ticked("closed") {
        form.set("closed", "yes");
    }
    page_of(&visit, &practice, &access, form).await
}

/// Looks for a name. It is posted, because an address is kept by browsers and the name is not to be.
async fn search(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    form: Form,
) -> Answer {
    page_of(&visit, &practice, &access, form).await
}

async fn page_of(
    visit: &Visit,
    practice: &Practice,
    access: &DeskAccess,
    mut form: Form,
) -> Answer {
    form.within("name", 200);
    let name = form.text("name").to_owned();
    let searched = !name.is_empty();
    let which = if form.ticked("closed") {
        Which::ClosedToo
    } else {
        Which::Open
    };
    let found = practice.caseload(access, which, name).await?;
    let wall = Wall::of(visit, practice);
    let page = pages::frame(visit, practice, access, ("Cases", "cases")).await?;
    show_as(
        form.status(),
        &List {
            rows: found.cases.iter().map(|one| row(&wall, one)).collect(),
            more: found.more,
            searched,
            keeps: crate::retention::keeps_records(access),
            form,
            page,
        },
    )
}

fn row(wall: &Wall<'_>, one: &ListedCase) -> Row {
    let when = |at: Option<i64>, none: &str| at.map_or(none.to_owned(), |at| wall.short_day(at));
    Row {
        href: format!("/desk/cases/{}", one.case.id),
        people: called(&one.people),
        once: called(&one.once),
        kind: case_words(&one.case),
        closed: !one.case.open,
        next: one.next.map_or("Not booked".to_owned(), |at| {
            format!("{}, {}", wall.short_day(at), wall.clock(at))
        }),
        last: when(one.last, "Not yet"),
    }
}
