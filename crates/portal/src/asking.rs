//! Asking about one line of "Who opened my record": the question, who will read it, and the answers on the page of receipts.
//!
//! Not here: who reads a question, and that no partner does (`practice::asking`).

use askama::Template;
use axum::extract::{Path, State};
use practice::Practice;
use practice::access::PortalAccess;
use practice::asking::{AskingError, AskingPage, Listed};
use practice::clock::from_micros;
use practice::ids::ReceiptId;
use practice::private::Private;
use practice::receipts::OpenedBy;
use web::{Answer, Audience, Form, Page, PageError, Portal, Seen, Visit, go, listed, show_as};

use crate::receipts::{Line, line};
use crate::views::{day, words};

/// The form. Field: `question`.
#[derive(Template)]
#[template(path = "receipts/ask.html")]
struct Ask {
    page: Page,
    form: Form,
    action: String,
    about: Line,
    audience: Audience,
    asked_about_reads: bool,
}

/// A question with its answer.
pub(crate) struct QuestionView {
    pub(crate) about: String,
    pub(crate) asked: String,
    pub(crate) words: String,
    pub(crate) answer: Option<(String, String)>,
}

/// `GET /my/receipts/{receipt}/ask`
pub(crate) async fn ask(
    Portal(access): Portal,
    visit: Visit,
    Path(receipt): Path<ReceiptId>,
    State(practice): State<Practice>,
) -> Answer {
    let found = practice.asking_page(&access, receipt).await?;
    page(&visit, receipt, &found, Form::blank())
}

fn page(visit: &Visit, receipt: ReceiptId, found: &AskingPage, form: Form) -> Answer {
    let readers: Vec<&str> = found.readers.iter().map(String::as_str).collect();
    let shown = Ask {
        page: crate::framed(visit, "Privacy", "receipts", &words(&found.who.name)),
        action: format!("/my/receipts/{receipt}/ask"),
        about: line(visit, &found.who, &found.about),
        audience: Audience::new(
            Seen::Team,
            format!("You and {} read this. Nobody else does", listed(&readers)),
        ),
        asked_about_reads: found.asked_about_reads,
        form,
    };
    show_as(shown.form.status(), &shown)
}

/// `POST /my/receipts/{receipt}/ask`
pub(crate) async fn send(
    Portal(access): Portal,
    visit: Visit,
    Path(receipt): Path<ReceiptId>,
    State(practice): State<Practice>,
    mut form: Form,
) -> Answer {
    let question = Private::from(form.text("question"));
    let refused = match practice.ask(&access, receipt, question).await {
        Ok(_) => return go("/my/receipts"),
        Err(AskingError::Words) => "Write your question, in at most 4,000 characters.",
        Err(AskingError::Many) => {
            "Ten questions of yours wait for an answer. Please wait for one of them, or raise a concern."
        }
        Err(AskingError::Access(error)) => return Err(error.into()),
        Err(AskingError::Answered) => return Err(PageError::Conflict),
    };
    form.refuse("question", refused);
    let found = practice.asking_page(&access, receipt).await?;
    page(&visit, receipt, &found, form)
}

/// The questions of the signed-in client, the newest first.
pub(crate) async fn questions(
    visit: &Visit,
    practice: &Practice,
    access: &PortalAccess,
) -> Result<Vec<QuestionView>, PageError> {
    let (found, staff) = practice.my_questions(access).await?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let colleagues = practice.colleagues().await?;
    let view = |one: &Listed| {
        let answered = one.question.answered.zip(one.answer.as_ref());
        let about = one.about.as_ref().map(|about| {
            let who = match &about.by {
                OpenedBy::Staff { person, .. } => {
                    let found = colleagues.iter().find(|colleague| colleague.id == *person);
                    found.map_or("Somebody of the practice", |found| found.page.name.as_str())
                }
                OpenedBy::You | OpenedBy::Program(_) => "Alcove itself",
            };
            format!("{who}, {}", day(visit, about.at))
        });
        QuestionView {
            about: about.unwrap_or_else(|| "An opening".to_owned()),
            asked: day(visit, from_micros(one.question.asked_at)),
            words: one.words.reveal().clone(),
            answer: answered.map(|((at, by), words)| {
                let who = staff
                    .get(&by)
                    .map_or("The practice", |found| found.name.as_str());
                let line = format!("{who} answers, {}", day(visit, from_micros(at)));
                (line, words.reveal().clone())
            }),
        }
    };
    Ok(found.iter().map(view).collect())
}
