//! What a participant answered before therapy began, and what they signed: for who cares for them, never a partner (R2).

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use practice::Practice;
use practice::consent::{Given, Signed, Standing};
use practice::ids::{CaseId, ParticipantId};
use practice::intake::questions::{Question, QuestionId, Raises, questions};
use practice::intake::{Answer as Said, IntakeRead, PartRead};
use practice::library::library;
use practice::notes::Route;
use web::{Answer, Asked, Audience, Desk, Page, Visit, show};

use crate::pages;
use crate::views::{Badge, Called, Wall, called, case_words, side_label};

pub(crate) fn routes() -> Router<Practice> {
    Router::new().route("/desk/cases/{case}/intake/{participant}", get(read))
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
}

struct PartView {
    title: &'static str,
    sent: String,
    answers: Vec<AnswerView>,
    left_out: bool,
}

struct AnswerView {
    question: &'static str,
    lines: Vec<String>,
    badge: Option<Badge>,
}

struct DocumentView {
    title: &'static str,
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
                title: &document.text.title,
                badge: standing(wall, document.standing),
            })
            .collect(),
        signed: seen.signed.iter().map(|one| signed(wall, one)).collect(),
        missing: !seen.consents.informed(),
        record: match seen.consents.waiting().next() {
            Some(_) => format!("/desk/cases/{}/consents/{}", seen.case.id, seen.who.id),
            None => String::new(),
        },
        page,
    }
}

/// What the most urgent answer asks of the clinician (R10, R11).
const fn raised(raises: Raises) -> (&'static str, &'static str) {
    match raises {
        Raises::SafetyNow => (
            "Reach out today.",
            "An answer speaks of danger now. It is marked below; the partner has learned nothing of it.",
        ),
        Raises::Safety => (
            "Speak about safety, alone, before the next session.",
            "The answers are marked below; the partner has learned nothing of them.",
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
    let asked = part.section.questions.iter();
    let answers = part.answers.as_ref();
    let views: Vec<AnswerView> = asked
        .filter_map(|question| answer_view(question, answers?.get(&question.id)?))
        .collect();
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
    }
}

fn answer_view(question: &'static Question, said: &Said) -> Option<AnswerView> {
    let lines = match said {
        Said::InTheRoom => vec![questions().in_person.clone()],
        Said::Text(words) => vec![words.reveal().clone()],
        Said::Scale(at) => vec![scale(&question.id, *at)],
        Said::Chosen { values, words } => {
            let chosen = question
                .options()
                .iter()
                .filter(|option| values.contains(&option.value))
                .map(|option| option.label.clone());
            chosen
                .chain(std::iter::once(words.reveal().clone()))
                .collect()
        }
        Said::Ranked(ranked) => ranked
            .iter()
            .map(|one| {
                let concern = one.concern.as_ref().and_then(|id| library().concern(id));
                let concern = concern.map_or("", |concern| concern.client_label.as_str());
                match (concern, one.words.reveal().as_str()) {
                    (concern, "") => concern.to_owned(),
                    ("", words) => format!("“{words}”"),
                    (concern, words) => format!("{concern}: “{words}”"),
                }
            })
            .collect(),
    };
    let lines: Vec<String> = lines
        .into_iter()
        .filter(|line| !line.trim().is_empty())
        .collect();
    (!lines.is_empty()).then(|| AnswerView {
        question: &question.text,
        lines,
        badge: question.raised_by(said).map(|raises| match raises {
            Raises::Safety | Raises::SafetyNow => Badge::new("Safety", "badge--danger", "alert"),
            Raises::Physician | Raises::PhysicianNow => {
                Badge::new("Physician", "badge--attn", "info")
            }
        }),
    })
}

/// A number between its two ends, in words.
fn scale(id: &QuestionId, at: u8) -> String {
    use practice::intake::questions::AnswerKind::Scale;
    let question = questions().question(id);
    match question.map(|question| &question.answer) {
        Some(Scale {
            from,
            to,
            low,
            high,
        }) => {
            format!("{at}, between {from} ({low}) and {to} ({high})")
        }
        _ => at.to_string(),
    }
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
    let what = practice::consent::texts::text(&one.document);
    let what = what.map_or(one.document.as_str(), |text| text.title.as_str());
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
