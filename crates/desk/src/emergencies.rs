//! Emergencies (break glass): the form on which one begins, with its reason, and the list of them for those whom they
//! concern. Beginning one is a dangerous act, for which who is signed in proves themselves again.
//!
//! Not here: who may, what is opened and for how long, who is told (`practice::emergencies`).

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use practice::Practice;
use practice::access::{DeskAccess, Role};
use practice::accounts::Colleague;
use practice::emergencies::{Asked as Meant, EmergencyError, Listed};
use practice::ids::{EmergencyId, PersonId};
use practice::private::Private;
use web::limit::{Asker, Limiter};
use web::{
    Answer, Asked, Audience, Desk, Form, Page, PageError, Routes, Seen, Visit, fresh, get, go,
    post, show, show_as, up,
};

use crate::pages;
use crate::views::{Called, Wall, staff_name};

pub(crate) fn routes() -> Routes<Practice> {
    // Names that are tried: eight at once, then one a minute.
    Routes::new()
        .route("/desk/emergencies", get(list))
        .route("/desk/emergencies/begin", get(ask).post(begin))
        .route("/desk/emergencies/{id}/review", post(review).get(up::<2>))
        .route("/desk/emergencies/{id}/end", post(end).get(up::<2>))
        .layer(Extension(Arc::new(Limiter::new(8, 60))))
}

/// Whether who is signed in may open a record in an emergency.
pub(crate) fn may_begin(access: &DeskAccess) -> bool {
    access.roles().iter().any(|role| role.may_break_glass())
}

#[derive(Template)]
#[template(path = "emergencies/list.html")]
struct List {
    page: Page,
    audience: Audience,
    begins: bool,
    is_owner: bool,
    rows: Vec<Row>,
}

struct Row {
    id: String,
    client: Called,
    case_href: String,
    by: String,
    clinician: String,
    when: String,
    reason: String,
    running: Option<String>,
    may_end: bool,
    reviewed: Option<String>,
}

/// The form. Fields: `clinician`, `name`, `reason`.
#[derive(Template)]
#[template(path = "emergencies/begin.html")]
struct Begin {
    page: Page,
    form: Form,
    audience: Audience,
    colleagues: Vec<(String, String)>,
}

async fn list(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Asked(asked): Asked,
) -> Answer {
    let is_owner = access.has(Role::Owner);
    if !is_owner && !pages::cares(&access) {
        return Err(PageError::NotFound);
    }
    let found = practice.emergencies(&access).await?;
    let staff = practice.colleagues().await?;
    let wall = Wall::of(&visit, &practice);
    let page = pages::frame(&visit, &practice, &access, ("Emergencies", "cases")).await?;
    show(&List {
        page: pages::done(page, &asked),
        audience: Audience::new(
            Seen::Team,
            "The owner, whoever cares for the client, and who opened the record",
        ),
        begins: may_begin(&access),
        is_owner,
        rows: found
            .iter()
            .map(|one| row(&wall, &staff, &access, one))
            .collect(),
    })
}

fn row(wall: &Wall<'_>, staff: &[Colleague], access: &DeskAccess, one: &Listed) -> Row {
    let emergency = &one.emergency;
    let named = |person: PersonId| staff_name(staff, person);
    let runs = emergency.ends_at > practice::clock::micros(wall.now);
    let mine = access.person() == Some(emergency.by);
    Row {
        id: emergency.id.to_string(),
        client: Called::of(&one.client),
        case_href: if runs && mine {
            format!("/desk/cases/{}", emergency.case)
        } else {
            String::new()
        },
        by: named(emergency.by),
        clinician: named(one.clinician),
        when: wall.moment(emergency.begun_at),
        reason: one.reason.reveal().clone(),
        running: runs.then(|| wall.clock(emergency.ends_at)),
        may_end: runs && (mine || access.has(Role::Owner)),
        reviewed: emergency
            .reviewed
            .map(|(at, by)| format!("{}, {}", named(by), wall.moment(at))),
    }
}

async fn ask(Desk(access): Desk, State(practice): State<Practice>, visit: Visit) -> Answer {
    if !may_begin(&access) {
        return Err(PageError::NotFound);
    }
    form_page(&visit, &practice, &access, Form::blank()).await
}

async fn form_page(visit: &Visit, practice: &Practice, access: &DeskAccess, form: Form) -> Answer {
    let staff = practice.clinicians().await?;
    let others = staff
        .into_iter()
        .filter(|one| Some(one.id) != access.person());
    let first = (String::new(), "Choose".to_owned());
    let others = others.map(|one| (one.id.to_string(), one.page.name));
    let shown = Begin {
        page: pages::frame(visit, practice, access, ("In an emergency", "cases")).await?,
        audience: Audience::new(
            Seen::Team,
            "Whoever cares for the client, and the owner, read the reason",
        ),
        colleagues: std::iter::once(first).chain(others).collect(),
        form,
    };
    show_as(shown.form.status(), &shown)
}

async fn begin(
    Desk(access): Desk,
    State(practice): State<Practice>,
    Extension(tries): Extension<Arc<Limiter>>,
    visit: Visit,
    mut form: Form,
) -> Answer {
    if !may_begin(&access) {
        return Err(PageError::NotFound);
    }
    let Some(clinician) = form.parsed::<PersonId>("clinician") else {
        form.refuse("clinician", "Choose who cares for them.");
        return form_page(&visit, &practice, &access, form).await;
    };
    let asked = Meant {
        clinician,
        name: Private::from(form.text("name")),
        reason: Private::from(form.text("reason")),
    };
    let proved = fresh(&practice, &access)?;
    let key = practice.allowance_of_mine(&access)?;
    tries.take(Asker::Account(key), visit.web().now())?;
    let refused = match practice.begin_emergency(&proved, asked).await {
        Ok(begun) => return go(&format!("/desk/cases/{}", begun.case)),
        Err(EmergencyError::ReasonMissing) => ("reason", "Say why it cannot wait."),
        Err(EmergencyError::NobodyCalled) => (
            "name",
            "Nobody in their care goes by this name. Write it whole, as they use it.",
        ),
        Err(EmergencyError::SeveralCalled) => (
            "name",
            "Several people in their care go by this name. Try the legal name, or ask the owner.",
        ),
        Err(EmergencyError::Yours) => (
            "name",
            "This record is open to you as it is. You find it among your cases.",
        ),
        Err(EmergencyError::Ended) => return Err(PageError::Conflict),
        Err(EmergencyError::Access(error)) => return Err(error.into()),
    };
    form.refuse(refused.0, refused.1);
    form_page(&visit, &practice, &access, form).await
}

async fn review(
    Desk(access): Desk,
    State(practice): State<Practice>,
    Path(id): Path<EmergencyId>,
    _: Form,
) -> Answer {
    match practice.review_emergency(&access, id).await {
        Ok(()) | Err(EmergencyError::Ended) => go("/desk/emergencies?done=looked"),
        Err(EmergencyError::Access(error)) => Err(error.into()),
        Err(error) => Err(PageError::broken(error)),
    }
}

async fn end(
    Desk(access): Desk,
    State(practice): State<Practice>,
    Path(id): Path<EmergencyId>,
    _: Form,
) -> Answer {
    match practice.end_emergency(&access, id).await {
        Ok(()) | Err(EmergencyError::Ended) => go("/desk/emergencies?done=emergency_ended"),
        Err(EmergencyError::Access(error)) => Err(error.into()),
        Err(error) => Err(PageError::broken(error)),
    }
}
