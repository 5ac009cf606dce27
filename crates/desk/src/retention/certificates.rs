//! The list of what was destroyed, and the certificate of each as a file to print.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse as _;
use practice::Practice;
use practice::ids::DestructionId;
use practice::retention::{Listed, RequestState, RetentionError};
use web::{Answer, Asked, Desk, Page, PageError, Visit, show};

use super::{paper, under};
use crate::pages;
use crate::views::{Badge, Wall, staff_name};

#[derive(Template)]
#[template(path = "retention/certificates.html")]
struct List {
    page: Page,
    rows: Vec<Row>,
}

struct Row {
    href: String,
    number: String,
    when: String,
    line: String,
    badge: Badge,
}

pub(super) async fn list(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Asked(asked): Asked,
) -> Answer {
    let found = practice.certificates(&access).await?;
    let staff = practice.colleagues().await?;
    let wall = Wall::of(&visit, &practice);
    let row = |one: &Listed| {
        let request = &one.request;
        let (when, confirmed) = request.ended.map_or((0, String::new()), |(at, by)| {
            (at, format!(", confirmed by {}", staff_name(&staff, by)))
        });
        Row {
            href: format!("/desk/retention/certificates/{}", request.id),
            number: paper::number(request.id),
            when: wall.moment(when),
            line: format!(
                "Asked for by {}{confirmed}",
                staff_name(&staff, request.asked.1)
            ),
            badge: if request.state == RequestState::Done {
                Badge::new("The keys are dead", "badge--ok", "check")
            } else {
                Badge::new("The keys are dying", "badge--attn", "wait")
            },
        }
    };
    let rows = found.iter().map(row).collect();
    let page = pages::frame(&visit, &practice, &access, ("Certificates", under(&access))).await?;
    show(&List {
        page: pages::done(page, &asked),
        rows,
    })
}

pub(super) async fn file(
    Desk(access): Desk,
    State(practice): State<Practice>,
    Path(id): Path<DestructionId>,
) -> Answer {
    let found = match practice.certificate(&access, id).await {
        Ok(found) => found,
        Err(RetentionError::Access(error)) => return Err(error.into()),
        Err(_) => return Err(PageError::NotFound),
    };
    let staff = practice.colleagues().await?;
    let practice_name = practice.description().await?.name;
    let pdf = paper::certificate(&practice_name, &staff, &found);
    let kind = (header::CONTENT_TYPE, "application/pdf");
    let name = format!("attachment; filename=\"{}\"", paper::file_name(id));
    let name = (header::CONTENT_DISPOSITION, name);
    Ok(([kind], [name], pdf).into_response())
}
