//! Questions of clients about their receipts, and the answers: for the owner and whoever cares for them.
//!
//! Not here: who reads which (`practice::asking`).

use askama::Template;
use axum::extract::{Path, State};
use practice::Practice;
use practice::access::{DeskAccess, Role};
use practice::accounts::Colleague;
use practice::asking::{AskingError, Listed};
use practice::clock::micros;
use practice::ids::{PersonId, QuestionId};
use practice::private::Private;
use practice::receipts::OpenedBy;
use web::{
    Answer, Asked, Audience, Desk, Form, Page, PageError, Routes, Seen, Visit, get, go, post,
    show_as, up,
};

use crate::pages;
use crate::views::{Wall, staff_name};

pub(crate) fn routes() -> Routes<Practice> {
    Routes::new()
        .route("/desk/questions", get(list))
        .route("/desk/questions/{id}/answer", post(answer).get(up::<2>))
}

#[derive(Template)]
#[template(path = "asking/list.html")]
struct List {
    page: Page,
    form: Form,
    audience: Audience,
    rows: Vec<Row>,
}

struct Row {
    id: String,
    field: String,
    name: String,
    asked: String,
    about: String,
    words: String,
    answer: Option<(String, String)>,
}

async fn list(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Asked(asked): Asked,
) -> Answer {
    page(&visit, &practice, &access, (Form::blank(), asked)).await
}

async fn page(
    visit: &Visit,
    practice: &Practice,
    access: &DeskAccess,
    forms: (Form, Form),
) -> Answer {
    let (form, asked) = forms;
    if !access.has(Role::Owner) && !pages::cares(access) {
        return Err(PageError::NotFound);
    }
    let (found, staff) = practice.questions(access).await?;
    let wall = Wall::of(visit, practice);
    let page = pages::frame(visit, practice, access, ("Questions", "inbox")).await?;
    let shown = List {
        page: pages::done(page, &asked),
        audience: Audience::new(
            Seen::Team,
            "The client, the owner, and whoever cares for the client",
        ),
        rows: found.iter().map(|one| row(&wall, &staff, one)).collect(),
        form,
    };
    show_as(shown.form.status(), &shown)
}

fn row(wall: &Wall<'_>, staff: &[Colleague], one: &Listed) -> Row {
    let named = |person: PersonId| staff_name(staff, person);
    let about = one.about.as_ref().map(|about| {
        let who = match &about.by {
            OpenedBy::Staff { person, .. } => named(*person),
            OpenedBy::You | OpenedBy::Program(_) => "The program".to_owned(),
        };
        let (what, when) = (about.what, wall.moment(micros(about.at)));
        format!("{who}, {when}: {what}, for {}", about.purpose)
    });
    let answered = one.question.answered.zip(one.answer.as_ref());
    Row {
        id: one.question.id.to_string(),
        field: format!("answer-{}", one.question.id),
        name: one.name.reveal().clone(),
        asked: wall.moment(one.question.asked_at),
        about: about.unwrap_or_default(),
        words: one.words.reveal().clone(),
        answer: answered.map(|((at, by), words)| {
            let line = format!("{}, {}", named(by), wall.moment(at));
            (line, words.reveal().clone())
        }),
    }
}

async fn answer(
    Desk(access): Desk,
    State(practice): State<Practice>,
    Path(id): Path<QuestionId>,
    visit: Visit,
    mut form: Form,
) -> Answer {
    let field = format!("answer-{id}");
    let words = Private::from(form.text(&field));
    match practice.answer(&access, id, words).await {
        Ok(()) => go("/desk/questions?done=answered"),
        Err(AskingError::Words) => {
            form.refuse(&field, "Write an answer of at most 4,000 characters.");
            page(&visit, &practice, &access, (form, Form::blank())).await
        }
        Err(AskingError::Access(error)) => Err(error.into()),
        Err(AskingError::Answered | AskingError::Many) => Err(PageError::Conflict),
    }
}
