//! The safety of everybody in a case: what each answered alone, asking once more, and what the clinician decides, after
//! which joint sessions and joint homework take place or wait (R11).

use askama::Template;
use axum::extract::{Path, State};
use practice::access::DeskAccess;
use practice::clock::micros;
use practice::ids::{CaseId, ParticipantId};
use practice::intake::questions::Raises;
use practice::notes::Route;
use practice::places::{HelpLine, LineKind};
use practice::private::Private;
use practice::safety::{Decision, NewDecision, Outcome, Safety, SafetyError, Screened};
use practice::{AccessError, Practice};
use web::{
    Answer, Asked, Audience, Desk, Form, Page, PageError, Routes, Tone, Visit, get, go, post,
    show_as, up,
};

use crate::pages;
use crate::views::{Badge, Called, Wall, called, case_words, side_label};

/// The longest remark, in characters.
const REMARK: usize = 4_000;

pub(crate) fn routes() -> Routes<Practice> {
    Routes::new()
        .route("/desk/cases/{case}/safety", get(read).post(settle))
        .route(
            "/desk/cases/{case}/safety/{participant}/asking",
            post(ask).get(up::<2>),
        )
}

/// Fields, for each participant: `outcome-ID`, `remark-ID`.
#[derive(Template)]
#[template(path = "safety/show.html")]
struct Show {
    page: Page,
    form: Form,
    case: String,
    kind: &'static str,
    relational: bool,
    waits: bool,
    since: String,
    decides: bool,
    people: Vec<PersonView>,
    /// Joint sessions that are booked while joint work waits: where each stands, and when it is.
    joint: Vec<(String, String)>,
    /// What joint homework is called that goes on meanwhile.
    homework: Vec<String>,
    outcomes: Vec<(&'static str, &'static str)>,
    lines: Vec<String>,
    emergency: &'static str,
}

struct PersonView {
    name: String,
    label: Audience,
    stays: bool,
    asked: String,
    answered: Vec<(String, Option<Badge>)>,
    intake: String,
    asking: String,
    decided: Vec<DecisionView>,
    outcome: String,
    remark: String,
}

struct DecisionView {
    when: String,
    outcome: &'static str,
    remark: String,
}

async fn read(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(case): Path<CaseId>,
    Asked(asked): Asked,
) -> Answer {
    let seen = practice.safety(&access, case).await?;
    let page = pages::frame(&visit, &practice, &access, ("Case", "cases")).await?;
    let page = pages::done(page, &asked);
    let mut form = Form::blank();
    for one in &seen.people {
        if let Some(last) = one.decided.first() {
            form.set(&format!("outcome-{}", one.who.id), last.outcome.word());
        }
    }
    shown(&visit, &practice, &access, (page, seen, form)).await
}

async fn shown(
    visit: &Visit,
    practice: &Practice,
    access: &DeskAccess,
    of: (Page, Safety, Form),
) -> Answer {
    let (page, seen, form) = of;
    let wall = Wall::of(visit, practice);
    let people = called(seen.people.iter().map(|one| &one.named));
    let locale = practice.description().await?.locale()?;
    let lines = [LineKind::Partner, LineKind::Assault, LineKind::Crisis];
    let lines = lines.into_iter().flat_map(|kind| locale.lines(kind));
    let waits = seen.case.joint_waits();
    let booked = seen.joint.iter().filter(|_| waits);
    show_as(
        form.status(),
        &Show {
            case: seen.case.id.to_string(),
            kind: case_words(&seen.case),
            relational: seen.case.joint.is_some(),
            waits,
            since: seen
                .case
                .joint_from
                .map(|at| wall.day(at))
                .unwrap_or_default(),
            decides: seen.case.open && access.person() == Some(seen.case.clinician),
            joint: booked
                .map(|one| {
                    (
                        format!("/desk/sessions/{}", one.id),
                        wall.moment(one.starts_at),
                    )
                })
                .collect(),
            homework: seen
                .homework
                .iter()
                .filter(|_| waits)
                .map(|title| title.reveal().clone())
                .collect(),
            people: seen
                .people
                .iter()
                .zip(&people)
                .map(|(one, called)| person(&page, &wall, &seen, (&people, one, called)))
                .collect(),
            outcomes: Outcome::ALL.map(|one| (one.word(), one.plain())).to_vec(),
            lines: lines.map(HelpLine::in_words).collect(),
            emergency: locale.emergency(),
            form,
            page,
        },
    )
}

fn person(
    page: &Page,
    wall: &Wall<'_>,
    seen: &Safety,
    of: (&[Called], &Screened, &Called),
) -> PersonView {
    let (people, one, called) = of;
    let id = one.who.id;
    let day = |at| wall.day(micros(at));
    PersonView {
        name: called.name.clone(),
        label: side_label(page, &seen.case, people, Route::Own(id)),
        stays: one.who.until.is_none(),
        asked: one.asked_at.map(day).unwrap_or_default(),
        answered: one
            .answered
            .iter()
            .map(|(at, raises)| (day(*at), safety_badge(*raises)))
            .collect(),
        intake: format!("/desk/cases/{}/intake/{id}", seen.case.id),
        asking: format!("/desk/cases/{}/safety/{id}/asking", seen.case.id),
        decided: one
            .decided
            .iter()
            .map(|decision| decision_view(wall, decision))
            .collect(),
        outcome: format!("outcome-{id}"),
        remark: format!("remark-{id}"),
    }
}

/// What of answers is about safety.
fn safety_badge(raises: Option<Raises>) -> Option<Badge> {
    let raised = raises.filter(|raises| *raises >= Raises::Safety);
    raised.map(Badge::raised)
}

fn decision_view(wall: &Wall<'_>, decision: &Decision) -> DecisionView {
    DecisionView {
        when: wall.moment(micros(decision.at)),
        outcome: decision.outcome.plain(),
        remark: decision.remark.reveal().clone(),
    }
}

async fn settle(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(case): Path<CaseId>,
    mut form: Form,
) -> Answer {
    let seen = practice.safety(&access, case).await?;
    let mut new = Vec::new();
    for one in seen.people.iter().filter(|one| one.who.until.is_none()) {
        let id = one.who.id;
        let (chosen, remark) = (format!("outcome-{id}"), format!("remark-{id}"));
        form.within(&remark, REMARK);
        match Outcome::of_word(form.text(&chosen)) {
            Some(outcome) => new.push(NewDecision {
                participant: id,
                outcome,
                remark: Private::from(form.text(&remark)),
            }),
            None => form.refuse(&chosen, "Choose what you decided for each of them."),
        }
    }
    let mut page = pages::frame(&visit, &practice, &access, ("Case", "cases")).await?;
    if form.is_good() {
        match practice.settle_safety(&access, case, new).await {
            Ok(()) => return go(&format!("/desk/cases/{case}/safety?done=settled")),
            Err(SafetyError::ConsentMissing) => {
                let text = "Nothing was written: the informed consent of whoever it concerns is not in force.";
                page = page.notice(Tone::Attention, "Consent first.", text);
            }
            Err(SafetyError::NotEverybody | SafetyError::Access(AccessError::Stale)) => {
                return Err(PageError::Conflict);
            }
            Err(SafetyError::Access(error)) => return Err(error.into()),
        }
    }
    shown(&visit, &practice, &access, (page, seen, form)).await
}

async fn ask(
    Desk(access): Desk,
    State(practice): State<Practice>,
    Path(of): Path<(CaseId, ParticipantId)>,
    _: Form,
) -> Answer {
    match practice.ask_safety(&access, of).await {
        Ok(()) => go(&format!("/desk/cases/{}/safety?done=asked", of.0)),
        Err(SafetyError::ConsentMissing) => Err(PageError::Conflict),
        Err(SafetyError::Access(error)) => Err(error.into()),
        Err(error) => Err(PageError::broken(error)),
    }
}
