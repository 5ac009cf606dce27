//! What a participant answered before therapy began, and what they signed: for who cares for them, never a partner (R2).

use askama::Template;
use axum::extract::{Path, State};
use practice::Practice;
use practice::consent::{Given, Signed, Standing};
use practice::ids::{CaseId, ParticipantId};
use practice::intake::questions::{Question, Raises};
use practice::intake::{Answer as Said, Answers, IntakeRead, PartRead};
use practice::notes::Route;
use web::{
    Answer, Asked, Audience, Desk, Form, Page, PageError, Routes, Visit, get, go, post, show, up,
};

use crate::pages;
use crate::views::{Badge, Called, Wall, called, case_words, side_label};

pub(crate) fn routes() -> Routes<Practice> {
    Routes::new()
        .route("/desk/cases/{case}/intake/{participant}", get(read))
        .route(
            "/desk/cases/{case}/intake/{participant}/reading",
            post(have_read).get(up::<1>),
        )
}

#[derive(Template)]
#[template(path = "intake/show.html")]
struct Show {
    page: Page,
    case: String,
    kind: &'static str,
    name: String,
    others: Vec<(String, String)>,
    born: String,
    label: Audience,
    raised: Option<(&'static str, &'static str)>,
    parts: Vec<PartView>,
    documents: Vec<DocumentView>,
    signed: Vec<String>,
    missing: bool,
    record: String,
    /// Where it is said that these answers were read, and up to when they are on this page; nothing where nothing is new.
    reading: Option<(String, i64)>,
}

struct PartView {
    title: &'static str,
    sent: String,
    answers: Vec<AnswerView>,
    left_out: bool,
    /// What was sent before, of a part that is answered alone: on which day, and what.
    earlier: Vec<(String, Vec<AnswerView>)>,
}

struct AnswerView {
    question: &'static str,
    lines: Vec<String>,
    badge: Option<Badge>,
}

struct DocumentView {
    title: String,
    badge: Badge,
}

async fn read(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path((case, participant)): Path<(CaseId, ParticipantId)>,
    Asked(asked): Asked,
) -> Answer {
    let seen = practice.intake_of(&access, case, participant).await?;
    let page = pages::frame(&visit, &practice, &access, ("Before we begin", "cases")).await?;
    let page = pages::done(page, &asked);
    show(&view(page, &Wall::of(&visit, &practice), &seen))
}

async fn have_read(
    Desk(access): Desk,
    State(practice): State<Practice>,
    Path(of): Path<(CaseId, ParticipantId)>,
    form: Form,
) -> Answer {
    let seen = form.parsed("seen").ok_or(PageError::Unreadable)?;
    practice.read_answers(&access, of, seen).await?;
    go(&format!("/desk/cases/{}/intake/{}?done=read", of.0, of.1))
}

fn view(page: Page, wall: &Wall<'_>, seen: &IntakeRead) -> Show {
    let people = called(&seen.people);
    let parts = seen.case.participants.iter().zip(&people);
    let (own, others): (Vec<_>, Vec<_>) = parts.partition(|(part, _)| part.id == seen.who.id);
    let name = |called: &Called| called.name.clone();
    Show {
        case: seen.case.id.to_string(),
        kind: case_words(&seen.case),
        name: own
            .first()
            .map_or(String::new(), |(_, called)| name(called)),
        others: others
            .iter()
            .map(|(part, called)| {
                let href = format!("/desk/cases/{}/intake/{}", seen.case.id, part.id);
                (href, name(called))
            })
            .collect(),
        born: seen
            .born
            .map(|born| wall.locale.date(born))
            .unwrap_or_default(),
        label: side_label(&page, &seen.case, &people, Route::Own(seen.who.id)),
        raised: seen.raises().map(raised),
        parts: seen
            .parts
            .iter()
            .map(|part| part_view(wall, part))
            .collect(),
        documents: seen
            .consents
            .documents
            .iter()
            .map(|document| DocumentView {
                title: document.text.title.clone(),
                badge: standing(wall, document.standing),
            })
            .collect(),
        signed: seen.signed.iter().map(|one| signed(wall, one)).collect(),
        missing: !seen.consents.informed(),
        record: match seen.consents.waiting().next() {
            Some(_) if !seen.only_read => {
                format!("/desk/cases/{}/consents/{}", seen.case.id, seen.who.id)
            }
            Some(_) | None => String::new(),
        },
        reading: seen.unread.map(|at| {
            let (case, who) = (seen.case.id, seen.who.id);
            (format!("/desk/cases/{case}/intake/{who}/reading"), at)
        }),
        page,
    }
}

/// What the most urgent answer asks of the clinician (R10, R11).
const fn raised(raises: Raises) -> (&'static str, &'static str) {
    match raises {
        Raises::SafetyNow => (
            "Reach out today.",
            "An answer speaks of danger now. It is marked below; nobody else in the case has learned of it.",
        ),
        Raises::Safety => (
            "Speak about safety, alone, before the next session.",
            "The answers are marked below; nobody else in the case has learned of them.",
        ),
        Raises::PhysicianNow => (
            "A physician should look soon.",
            "The answers that may have a physical cause are marked below.",
        ),
        Raises::Physician => (
            "See a physician first, or as well.",
            "The answers that may have a physical cause are marked below.",
        ),
    }
}

fn part_view(wall: &Wall<'_>, part: &PartRead) -> PartView {
    let on = |at: jiff::Timestamp| wall.day(practice::clock::micros(at));
    let seen = |answers: &Answers| -> Vec<AnswerView> {
        let asked = part.section.questions.iter();
        let said = asked.filter_map(|question| answer_view(question, answers.get(&question.id)?));
        said.collect()
    };
    let views = part.answers.as_ref().map(seen).unwrap_or_default();
    let earlier = part.earlier.iter();
    let asked = part.section.questions.iter();
    let all = asked.filter(|question| question.rule.is_none()).count();
    PartView {
        title: &part.section.title,
        sent: part
            .sent_at
            .map(|at| format!("Sent on {}", on(at)))
            .unwrap_or_default(),
        left_out: part.sent_at.is_some() && views.len() < all,
        answers: views,
        earlier: earlier
            .map(|(at, answers)| (on(*at), seen(answers)))
            .collect(),
    }
}

fn answer_view(question: &'static Question, said: &Said) -> Option<AnswerView> {
    let lines = question.in_words(said);
    (!lines.is_empty()).then(|| AnswerView {
        question: &question.text,
        lines,
        badge: question.raised_by(said).map(Badge::raised),
    })
}

fn standing(wall: &Wall<'_>, standing: Standing) -> Badge {
    let on = |at: jiff::Timestamp| wall.day(practice::clock::micros(at));
    match standing {
        Standing::InForce(at) => {
            Badge::new(format!("In force since {}", on(at)), "badge--ok", "check")
        }
        Standing::Older { version } => Badge::new(
            format!("Version {version} signed; a new one waits"),
            "badge--attn",
            "wait",
        ),
        Standing::Missing => Badge::new("Not signed yet", "badge--attn", "wait"),
        Standing::Withdrawn(at) => {
            Badge::new(format!("Withdrawn on {}", on(at)), "badge--danger", "x")
        }
    }
}

/// What was signed, how and when, in one line.
pub(crate) fn signed(wall: &Wall<'_>, one: &Signed) -> String {
    let on = |at: jiff::Timestamp| wall.day(practice::clock::micros(at));
    let what = one.title.as_str();
    let how = match &one.given {
        Given::Here => format!("signed as {} on {}", one.name.reveal(), on(one.at)),
        Given::Elsewhere { day, place, .. } => format!(
            "given elsewhere on {} ({}), recorded on {}",
            wall.locale.date(*day),
            place.reveal(),
            on(one.at)
        ),
    };
    let end = match one.withdrawn {
        Some(at) => format!("; withdrawn on {}", on(at)),
        None => String::new(),
    };
    format!("{what}, version {}, {how}{end}", one.version)
}
