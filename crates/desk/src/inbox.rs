//! The inbox: answers of clients that came in (R11), and requests for a first talk, accepted into a case of one or of
//! several, or declined.

mod answering;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use practice::Practice;
use practice::access::DeskAccess;
use practice::clock::micros;
use practice::enquiry::Enquiry;
use practice::ids::EnquiryId;
use practice::releases::Waits;
use practice::safety::AnswersIn;
use web::{Answer, Asked, Desk, Form, Page, PageError, Routes, Visit, get, post, show, show_as};

use crate::cases::newcomers::{self, NewcomerFields};
use crate::pages;
use crate::people::{WayView, ways};
use crate::views::{Badge, Wall, place};

pub(crate) fn routes() -> Routes<Practice> {
    Routes::new()
        .route("/desk/inbox", get(list))
        .route("/desk/inbox/{id}", get(request).post(answering::more))
        .route("/desk/inbox/{id}/acceptance", post(answering::accept))
        .route("/desk/inbox/{id}/refusal", post(answering::decline))
}

#[derive(Template)]
#[template(path = "inbox/list.html")]
struct List {
    page: Page,
    answers: Vec<AnswerRow>,
    /// Releases that wait: where each is, for what, and when it was asked for.
    releases: Vec<(String, &'static str, String)>,
    /// Whether who reads has threads of their own.
    cares: bool,
    rows: Vec<Row>,
}

/// Answers that came in and were not read.
struct AnswerRow {
    href: String,
    name: String,
    pronouns: String,
    line: String,
    badge: Option<Badge>,
}

struct Row {
    href: String,
    name: String,
    pronouns: String,
    line: String,
}

#[derive(Template)]
#[template(path = "inbox/show.html")]
struct Show {
    page: Page,
    form: Form,
    id: String,
    refusal: String,
    name: String,
    pronouns: String,
    ways: Vec<WayView>,
    avoid: String,
    coming: &'static str,
    told: String,
    asked: String,
    talk: String,
    others: Vec<NewcomerFields>,
}

async fn list(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Asked(asked): Asked,
) -> Answer {
    let found = practice.enquiries(&access).await?;
    let answers = practice.answers_in(&access).await?;
    let releases = practice.releases_waiting(&access).await?;
    let wall = Wall::of(&visit, &practice);
    let page = pages::frame(&visit, &practice, &access, ("Inbox", "inbox")).await?;
    let page = pages::done(page, &asked);
    let rows = found.iter().map(|one| Row {
        href: format!("/desk/inbox/{}", one.id),
        name: one.identity.name.reveal().clone(),
        pronouns: one.identity.pronouns.reveal().clone(),
        line: talk(&wall, one),
    });
    show(&List {
        answers: answers.iter().map(|one| answers_in(&wall, one)).collect(),
        releases: releases
            .iter()
            .map(|(_, id, at, waits)| {
                let asked = format!(
                    "Asked for {}. {}",
                    wall.moment(micros(*at)),
                    waiting(*waits).1
                );
                (format!("/desk/releases/{id}"), waiting(*waits).0, asked)
            })
            .collect(),
        cares: pages::cares(&access),
        rows: rows.collect(),
        page,
    })
}

/// For what a release waits, and what can be done: of the release, and nobody's name.
const fn waiting(waits: Waits) -> (&'static str, &'static str) {
    match waits {
        Waits::Wished => (
            "A client wishes that something goes to somebody outside",
            "Nobody else is asked before you take it up.",
        ),
        Waits::Complete => ("A release has its signatures", "The document can be made."),
        Waits::TakenBack => (
            "A signature was taken back after a document was made",
            "Nothing more is handed out of that part.",
        ),
    }
}

fn answers_in(wall: &Wall<'_>, one: &AnswersIn) -> AnswerRow {
    AnswerRow {
        href: format!("/desk/cases/{}/intake/{}", one.case, one.participant),
        name: one.named.name.reveal().clone(),
        pronouns: one.named.pronouns.reveal().clone(),
        line: format!("Answers came in {}", wall.moment(micros(one.at))),
        badge: one.raises.map(Badge::raised),
    }
}

/// "First talk: Thursday 19 November, 12:15, video".
fn talk(wall: &Wall<'_>, one: &Enquiry) -> String {
    one.session
        .as_ref()
        .map_or("No time was booked".to_owned(), |session| {
            let (_, place) = place(session.place, None);
            format!(
                "First talk: {}, {}",
                wall.moment(session.starts_at),
                place.to_lowercase()
            )
        })
}

async fn request(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(id): Path<EnquiryId>,
) -> Answer {
    page_of(&visit, &practice, &access, id, Form::blank()).await
}

/// Who comes along, as the person said it.
fn coming(one: &Enquiry) -> &'static str {
    match one.coming.reveal().as_str() {
        "alone" => "They come alone.",
        "two" => "They come with somebody.",
        "more" => "They come with several people.",
        _ => "",
    }
}

/// One of the requests that who asks may answer.
async fn found(
    practice: &Practice,
    access: &DeskAccess,
    id: EnquiryId,
) -> Result<Enquiry, PageError> {
    let all = practice.enquiries(access).await?;
    all.into_iter()
        .find(|one| one.id == id)
        .ok_or(PageError::NotFound)
}

async fn page_of(
    visit: &Visit,
    practice: &Practice,
    access: &DeskAccess,
    id: EnquiryId,
    mut form: Form,
) -> Answer {
    let one = found(practice, access, id).await?;
    if form.text("kind").is_empty() {
        let kind = match one.coming.reveal().as_str() {
            "two" | "more" => "relational",
            _ => "individual",
        };
        form.set("kind", kind);
    }
    let wall = Wall::of(visit, practice);
    let page = pages::frame(visit, practice, access, ("Request", "inbox")).await?;
    let status = if form.is_good() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    show_as(
        status,
        &Show {
            id: id.to_string(),
            refusal: format!("/desk/inbox/{id}/refusal"),
            name: one.identity.name.reveal().clone(),
            pronouns: one.identity.pronouns.reveal().clone(),
            ways: ways(&one.identity, &visit.web().house().locale),
            avoid: one.identity.avoid.reveal().clone(),
            coming: coming(&one),
            // What somebody tells of themselves is for who would care for them; in front there is contact only.
            told: if pages::cares(access) {
                one.told.reveal().clone()
            } else {
                String::new()
            },
            asked: wall.moment(micros(one.asked_at)),
            talk: talk(&wall, &one),
            others: newcomers::fields(&form, answering::LEAST),
            form,
            page,
        },
    )
}
