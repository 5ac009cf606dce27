//! Closing a case of one: asked once more, with what follows from it. Not here: how work of several ends (`separating`).

use askama::Template;
use axum::extract::{Path, State};
use practice::Practice;
use practice::access::DeskAccess;
use practice::cases::{CaseKind, CaseOverview};
use practice::ids::CaseId;
use web::{Answer, Desk, Form, Page, PageError, Visit, go, show_as};

use crate::pages;
use crate::views::{called, case_words, listed};

/// Field: `sure`.
#[derive(Template)]
#[template(path = "cases/close.html")]
struct Show {
    page: Page,
    form: Form,
    case: String,
    kind: &'static str,
    name: String,
}

/// Whether who asks can close the case: it is theirs, of one, and goes on.
pub(super) fn may_close(access: &DeskAccess, seen: &CaseOverview) -> bool {
    let alone = seen.case.kind == CaseKind::Individual;
    seen.case.open && alone && access.person() == Some(seen.case.clinician)
}

pub(super) async fn ask(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(case): Path<CaseId>,
) -> Answer {
    let seen = closable(&practice, &access, case).await?;
    shown(&visit, &practice, &access, (&seen, Form::blank())).await
}

/// The case, when who asks can close it.
async fn closable(
    practice: &Practice,
    access: &DeskAccess,
    case: CaseId,
) -> Result<CaseOverview, PageError> {
    let seen = practice.case_overview(access, case).await?;
    if may_close(access, &seen) {
        Ok(seen)
    } else {
        Err(PageError::NotFound)
    }
}

async fn shown(
    visit: &Visit,
    practice: &Practice,
    access: &DeskAccess,
    of: (&CaseOverview, Form),
) -> Answer {
    let (seen, form) = of;
    let page = pages::frame(visit, practice, access, ("Case", "cases")).await?;
    let people = called(seen.people.iter().map(|person| &person.named));
    show_as(
        form.status(),
        &Show {
            case: seen.case.id.to_string(),
            kind: case_words(&seen.case),
            name: listed(&page, &people),
            form,
            page,
        },
    )
}

pub(super) async fn close(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(case): Path<CaseId>,
    mut form: Form,
) -> Answer {
    let seen = closable(&practice, &access, case).await?;
    if !form.ticked("sure") {
        form.refuse("sure", "Close it only when you are sure.");
        return shown(&visit, &practice, &access, (&seen, form)).await;
    }
    practice.close_case(&access, case).await?;
    go(&format!("/desk/cases/{case}?done=closed"))
}
