//! The check-in: a few questions now and then, for the client and the clinician alone. What was answered stands there in
//! the words of the questions, without a total, a curve or a grade (R13).

use askama::Template;
use axum::extract::{Path, State};
use practice::Practice;
use practice::cases::Sides;
use practice::ids::ParticipantId;
use practice::measures::{Answers, Instrument, Measure, MeasureError, check_in};
use web::{Answer, Asked, Form, Page, PageError, Portal, Tone, Visit, go, show, show_as};

use crate::views::{Readers, day, words};

#[derive(Template)]
#[template(path = "measures/list.html")]
struct List {
    page: Page,
    instrument: &'static Instrument,
    parts: Vec<PartView>,
}

struct PartView {
    readers: Readers,
    href: String,
    goes_on: bool,
    taken: Vec<TakenView>,
    /// Those that were moved to the joint side, each with whose it is.
    joint: Vec<(String, TakenView)>,
}

/// One that was filled: when, and each question with where the answer stood.
struct TakenView {
    day: String,
    answers: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "measures/ask.html")]
struct Ask {
    page: Page,
    form: Form,
    instrument: &'static Instrument,
    readers: Readers,
    action: String,
}

/// `GET /my/measures`.
pub(crate) async fn list(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
    Asked(asked): Asked,
) -> Answer {
    let found = practice.my_measures(&access).await?;
    let name = found.first().map(|(sides, _)| words(&sides.name));
    let page = crate::framed(&visit, "Check-in", "homework", &name.unwrap_or_default());
    let page = if asked.text("done") == "saved" {
        page.notice(Tone::Done, "Saved.", "")
    } else {
        page
    };
    show(&List {
        page,
        instrument: check_in(),
        parts: found
            .iter()
            .map(|(sides, taken)| PartView {
                readers: Readers::of(sides),
                href: address(sides.me),
                goes_on: sides.goes_on,
                taken: taken
                    .iter()
                    .rev()
                    .filter(|one| one.instrument == check_in().id && !one.joint)
                    .map(|one| taken_view(&visit, one))
                    .collect(),
                joint: taken
                    .iter()
                    .rev()
                    .filter(|one| one.instrument == check_in().id && one.joint)
                    .map(|one| (whose(sides, one), taken_view(&visit, one)))
                    .collect(),
            })
            .collect(),
    })
}

/// Whose a measure on the joint side is, as its readers know them.
fn whose(sides: &Sides, one: &Measure) -> String {
    if one.participant == sides.me {
        return "You".to_owned();
    }
    let named = sides.others.iter().find(|(id, _)| *id == one.participant);
    named.map_or_else(|| "Somebody else".to_owned(), |(_, name)| words(name))
}

fn taken_view(visit: &Visit, one: &Measure) -> TakenView {
    let items = check_in().items.iter();
    TakenView {
        day: day(visit, one.taken_at),
        answers: items
            .filter_map(|item| {
                let at = one.answers.get(&item.id)?;
                Some((item.text.as_str(), check_in().in_words(item, *at)))
            })
            .collect(),
    }
}

fn address(me: ParticipantId) -> String {
    format!("/my/measures/{me}")
}

/// `GET /my/measures/{participant}`.
pub(crate) async fn ask(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
    Path(me): Path<ParticipantId>,
) -> Answer {
    let found = practice.my_measures(&access).await?;
    show(&asking(&visit, mine(&found, me)?, Form::blank()))
}

fn mine(found: &[(Sides, Vec<Measure>)], me: ParticipantId) -> Result<&Sides, PageError> {
    let mut all = found.iter().map(|(sides, _)| sides);
    all.find(|sides| sides.me == me && sides.goes_on)
        .ok_or(PageError::NotFound)
}

fn asking(visit: &Visit, sides: &Sides, form: Form) -> Ask {
    Ask {
        page: crate::framed(visit, "Check-in", "homework", &words(&sides.name)),
        instrument: check_in(),
        readers: Readers::of(sides),
        action: address(sides.me),
        form,
    }
}

/// `POST /my/measures/{participant}`.
pub(crate) async fn take(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
    Path(me): Path<ParticipantId>,
    mut form: Form,
) -> Answer {
    let items = check_in().items.iter();
    let answers: Answers = items
        .filter_map(|item| Some((item.id.clone(), form.parsed(&item.id)?)))
        .collect();
    let mut notice = None;
    match practice.take_measure(&access, me, answers).await {
        Ok(_) => return go("/my/measures?done=saved"),
        Err(MeasureError::Access(error)) => return Err(error.into()),
        Err(MeasureError::Empty) => {
            let first = check_in().items.first().map_or("", |item| item.id.as_str());
            form.refuse(first, "Answer at least one question, or leave this page.");
        }
        Err(MeasureError::ConsentMissing) => {
            let first = check_in().items.first().map_or("", |item| item.id.as_str());
            form.refuse(first, NOT_NOW.1);
            notice = Some(NOT_NOW);
        }
    }
    let found = practice.my_measures(&access).await?;
    let status = form.status();
    let mut page = asking(&visit, mine(&found, me)?, form);
    if let Some((lead, text)) = notice {
        page.page = page.page.notice(Tone::Attention, lead, text);
    }
    show_as(status, &page)
}

const NOT_NOW: (&str, &str) = (
    "Nothing can be kept here at the moment.",
    "Look at your documents first, or ask your clinician.",
);
