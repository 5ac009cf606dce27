//! One record: what the rule says, what would go and what stays, holds, and the two steps of its destruction.

use askama::Template;
use axum::extract::{Path, State};
use practice::access::{DeskAccess, Role};
use practice::accounts::Colleague;
use practice::clock::micros;
use practice::ids::{DestructionId, HoldId, ParticipantId};
use practice::private::Private;
use practice::retention::{Held, Kinds, Record, Request, RequestState, RetentionError};
use practice::{AccessError, Practice};
use web::{
    Answer, Asked, Audience, Desk, Form, Page, PageError, Seen, Visit, fresh, go, show, show_as,
};

use super::{RuleView, kind, rule_view, under};
use crate::pages;
use crate::views::{Called, Wall, staff_name};

/// The page. Fields: `hold_reason`; `lift_reason` and `hold`; `ask_reason`; `sure` and `request`.
#[derive(Template)]
#[template(path = "retention/record.html")]
struct Show {
    page: Page,
    form: Form,
    audience: Audience,
    id: String,
    /// Where the case is, for who may read it.
    case: Option<String>,
    is_owner: bool,
    client: Called,
    kind: &'static str,
    clinician: String,
    ended: Option<String>,
    last_contact: String,
    due: Option<String>,
    is_due: bool,
    is_held: bool,
    rule: RuleView,
    goes: Kinds,
    holds: Vec<HoldView>,
    request: Option<RequestView>,
    earlier: Vec<String>,
}

struct HoldView {
    id: String,
    placed: String,
    reason: Option<String>,
    lifted: Option<(String, String)>,
}

struct RequestView {
    id: String,
    asked: String,
    until: String,
    reason: Option<String>,
    is_mine: bool,
}

/// What is left to say of a record that was destroyed.
#[derive(Template)]
#[template(path = "retention/gone.html")]
struct GonePage {
    page: Page,
}

/// The page that says that a record was destroyed.
pub(crate) async fn gone(visit: &Visit, practice: &Practice, access: &DeskAccess) -> Answer {
    let page = pages::frame(visit, practice, access, ("A record", under(access))).await?;
    show(&GonePage { page })
}

pub(super) async fn show_one(
    Desk(access): Desk,
    State(practice): State<Practice>,
    Path(part): Path<ParticipantId>,
    visit: Visit,
    Asked(asked): Asked,
) -> Answer {
    page(&visit, &practice, &access, (part, Form::blank(), asked)).await
}

async fn page(
    visit: &Visit,
    practice: &Practice,
    access: &DeskAccess,
    of: (ParticipantId, Form, Form),
) -> Answer {
    let (part, form, asked) = of;
    let frame = ("A record", under(access));
    let record = match practice.retention_of(access, part).await {
        Ok(record) => record,
        Err(RetentionError::Ended) => return gone(visit, practice, access).await,
        Err(error) => return Err(refused(error)),
    };
    let staff = practice.colleagues().await?;
    let page = pages::frame(visit, practice, access, frame).await?;
    let wall = Wall::of(visit, practice);
    let shown = view(
        (pages::done(page, &asked), form),
        &wall,
        (access, &staff),
        &record,
    );
    show_as(shown.form.status(), &shown)
}

fn view(
    page: (Page, Form),
    wall: &Wall<'_>,
    who: (&DeskAccess, &[Colleague]),
    record: &Record,
) -> Show {
    let ((page, form), (access, staff), one) = (page, who, &record.reviewed);
    let date = |day| wall.locale.date(day);
    let earlier = record.requests.iter().map(|(request, _)| request);
    Show {
        page,
        form,
        audience: Audience::new(Seen::Team, "The owner, and whoever cared for the client"),
        id: one.part.to_string(),
        case: record.may_read.then(|| format!("/desk/cases/{}", one.case)),
        is_owner: access.has(Role::Owner),
        client: Called::of(&one.client),
        kind: kind(one),
        clinician: staff_name(staff, one.clinician),
        ended: one.ended.map(date),
        last_contact: date(one.last_contact),
        due: one.due.map(date),
        is_due: one.is_due,
        is_held: one.held.is_some(),
        rule: rule_view(wall, &record.rule),
        goes: record.goes,
        holds: record
            .holds
            .iter()
            .map(|held| hold_view(wall, staff, held))
            .collect(),
        request: one.request.map(|request| RequestView {
            id: request.id.to_string(),
            asked: by(wall, staff, request.asked),
            until: wall.moment(request.until),
            reason: reason_of(record, request),
            is_mine: access.person() == Some(request.asked.1),
        }),
        earlier: earlier
            .filter(|request| Some(request.id) != one.request.map(|waits| waits.id))
            .map(|request| ended(wall, staff, request))
            .collect(),
    }
}

fn reason_of(record: &Record, request: Request) -> Option<String> {
    let mut all = record.requests.iter();
    let (_, reason) = all.find(|(one, _)| one.id == request.id)?;
    reason.as_ref().map(|reason| reason.reveal().clone())
}

fn by(wall: &Wall<'_>, staff: &[Colleague], what: (i64, practice::ids::PersonId)) -> String {
    format!("{}, {}", staff_name(staff, what.1), wall.moment(what.0))
}

fn ended(wall: &Wall<'_>, staff: &[Colleague], request: &Request) -> String {
    let asked = by(wall, staff, request.asked);
    match request.ended {
        Some(end) if request.state == RequestState::Withdrawn => {
            format!(
                "Asked for by {asked}. Taken back by {}.",
                by(wall, staff, end)
            )
        }
        _ if request.until <= micros(wall.now) => {
            format!("Asked for by {asked}. Nobody confirmed it in time.")
        }
        _ => format!("Asked for by {asked}."),
    }
}

fn hold_view(wall: &Wall<'_>, staff: &[Colleague], held: &Held) -> HoldView {
    let words = |text: &Option<Private<String>>| text.as_ref().map(|text| text.reveal().clone());
    let lifted = held.hold.lifted.map(|what| by(wall, staff, what));
    HoldView {
        id: held.hold.id.to_string(),
        placed: by(wall, staff, held.hold.placed),
        reason: words(&held.reason),
        lifted: lifted.map(|line| (line, words(&held.lifted).unwrap_or_default())),
    }
}

/// What cannot be told beside a field.
fn refused(error: RetentionError) -> PageError {
    match error {
        RetentionError::Access(error) => error.into(),
        RetentionError::Ended | RetentionError::Asked => PageError::Conflict,
        error @ (RetentionError::ReasonMissing
        | RetentionError::NotDue
        | RetentionError::Held
        | RetentionError::SamePerson
        | RetentionError::Rule) => PageError::broken(error),
    }
}

type Place = (Desk, State<Practice>, Path<ParticipantId>);

/// Goes back to the record, or says beside `field` why not.
async fn answered(
    visit: &Visit,
    (Desk(access), State(practice), Path(part)): Place,
    mut form: Form,
    what: (Result<(), RetentionError>, &str, &str),
) -> Answer {
    let (result, field, done) = what;
    let why = match result {
        Ok(()) => return go(&format!("/desk/retention/{part}?done={done}")),
        Err(RetentionError::ReasonMissing) => "Say why, in a sentence.",
        Err(RetentionError::Held) => "This record is on hold. Nothing was destroyed.",
        Err(RetentionError::NotDue) => "This record is not due yet. Nothing was destroyed.",
        Err(RetentionError::SamePerson) => {
            "It takes two people: somebody else than who asked confirms."
        }
        Err(RetentionError::Asked) => "Its destruction was asked for already.",
        Err(error) => return Err(refused(error)),
    };
    form.refuse(field, why);
    page(visit, &practice, &access, (part, form, Form::blank())).await
}

pub(super) async fn hold(place: Place, visit: Visit, form: Form) -> Answer {
    let (Desk(access), State(practice), Path(part)) = &place;
    if !access.has(Role::Owner) {
        return Err(AccessError::NotThere.into());
    }
    let reason = Private::from(form.text("hold_reason"));
    let placed = practice.place_hold(access, *part, reason).await.map(|_| ());
    answered(&visit, place, form, (placed, "hold_reason", "held_back")).await
}

pub(super) async fn lift(place: Place, visit: Visit, form: Form) -> Answer {
    let (Desk(access), State(practice), _) = &place;
    let Some(hold) = form.parsed::<HoldId>("hold") else {
        return Err(PageError::NotFound);
    };
    if !access.has(Role::Owner) {
        return Err(AccessError::NotThere.into());
    }
    let proved = fresh(practice, access)?;
    let reason = Private::from(form.text("lift_reason"));
    let lifted = practice.lift_hold(&proved, hold, reason).await;
    answered(&visit, place, form, (lifted, "lift_reason", "hold_lifted")).await
}

pub(super) async fn ask(place: Place, visit: Visit, form: Form) -> Answer {
    let (Desk(access), State(practice), Path(part)) = &place;
    if !super::keeps_records(access) {
        return Err(AccessError::NotThere.into());
    }
    let proved = fresh(practice, access)?;
    let reason = Private::from(form.text("ask_reason"));
    let asked = practice.ask_for_destruction(&proved, *part, reason).await;
    let asked = asked.map(|_| ());
    answered(
        &visit,
        place,
        form,
        (asked, "ask_reason", "destruction_asked"),
    )
    .await
}

pub(super) async fn confirm(place: Place, visit: Visit, mut form: Form) -> Answer {
    let (Desk(access), State(practice), Path(part)) = &place;
    let Some(request) = form.parsed::<DestructionId>("request") else {
        return Err(PageError::NotFound);
    };
    if !super::keeps_records(access) {
        return Err(AccessError::NotThere.into());
    }
    if !form.ticked("sure") {
        form.refuse("sure", "Please say that you have looked at it.");
        return page(&visit, practice, access, (*part, form, Form::blank())).await;
    }
    let proved = fresh(practice, access)?;
    let done = practice
        .confirm_destruction(&proved, request, |_, _| ())
        .await;
    if done.is_ok() {
        return go("/desk/retention/certificates?done=destroyed");
    }
    answered(&visit, place, form, (done, "sure", "")).await
}

pub(super) async fn withdraw(place: Place, visit: Visit, form: Form) -> Answer {
    let (Desk(access), State(practice), _) = &place;
    let Some(request) = form.parsed::<DestructionId>("request") else {
        return Err(PageError::NotFound);
    };
    let done = practice.withdraw_destruction(access, request).await;
    answered(&visit, place, form, (done, "sure", "destruction_withdrawn")).await
}
