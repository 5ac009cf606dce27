//! Ending one participant's part in a case: asked once more with what follows from it, and why.

use askama::Template;
use axum::extract::{Path, State};
use practice::Practice;
use practice::access::DeskAccess;
use practice::cases::{CaseOverview, LeavingError};
use practice::error::AccessError;
use practice::ids::{CaseId, ParticipantId};
use practice::notes::Route;
use practice::private::Private;
use web::{Answer, Audience, Desk, Form, Page, PageError, Visit, go, show_as};

use crate::pages;
use crate::views::{called, case_words, listed, own_name, side_label};

/// The longest reason, in characters.
const REASON: usize = 2_000;

/// Fields: `reason`, `sure`.
#[derive(Template)]
#[template(path = "cases/leave.html")]
struct Show {
    page: Page,
    form: Form,
    case: String,
    kind: &'static str,
    name: String,
    others: String,
    label: Audience,
    action: String,
}

/// Whether who asks can end the part of this participant: it is their case, it goes on, and somebody stays in it.
pub(super) fn may_end(access: &DeskAccess, seen: &CaseOverview, who: ParticipantId) -> bool {
    let mut staying = seen.case.staying();
    let is_in = seen.case.staying().any(|one| one.id == who);
    let others = staying.any(|one| one.id != who);
    seen.case.open && access.person() == Some(seen.case.clinician) && is_in && others
}

pub(super) async fn ask(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path((case, participant)): Path<(CaseId, ParticipantId)>,
) -> Answer {
    shown(
        &visit,
        &practice,
        &access,
        (case, participant, Form::blank()),
    )
    .await
}

async fn shown(
    visit: &Visit,
    practice: &Practice,
    access: &DeskAccess,
    of: (CaseId, ParticipantId, Form),
) -> Answer {
    let (case, participant, form) = of;
    let seen = practice.case_overview(access, case).await?;
    if !may_end(access, &seen, participant) {
        return Err(PageError::NotFound);
    }
    let page = pages::frame(visit, practice, access, ("Case", "cases")).await?;
    let people = called(seen.people.iter().map(|person| &person.named));
    let others = seen.people.iter().filter(|person| {
        let part = &person.participant;
        part.until.is_none() && part.id != participant
    });
    let others = called(others.map(|person| &person.named));
    show_as(
        form.status(),
        &Show {
            case: case.to_string(),
            kind: case_words(&seen.case),
            name: own_name(&seen.case, &people, participant),
            others: listed(&page, &others),
            label: side_label(&page, &seen.case, &people, Route::Own(participant)),
            action: format!("/desk/cases/{case}/people/{participant}/end"),
            form,
            page,
        },
    )
}

pub(super) async fn end(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path((case, participant)): Path<(CaseId, ParticipantId)>,
    mut form: Form,
) -> Answer {
    let reason = form.need("reason", REASON, "Say why, in a sentence.");
    if !form.ticked("sure") {
        form.refuse("sure", "End it only when you are sure.");
    }
    let (Some(reason), true) = (reason, form.is_good()) else {
        return shown(&visit, &practice, &access, (case, participant, form)).await;
    };
    let of = (case, participant);
    match practice.end_part(&access, of, Private::new(reason)).await {
        Ok(()) => go(&format!("/desk/cases/{case}?done=part")),
        Err(
            LeavingError::Last | LeavingError::Ended | LeavingError::Access(AccessError::Stale),
        ) => Err(PageError::Conflict),
        Err(LeavingError::ReasonMissing) => Err(PageError::Unreadable),
        Err(LeavingError::Access(error)) => Err(error.into()),
    }
}
