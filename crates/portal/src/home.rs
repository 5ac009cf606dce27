//! The first page of the portal: the next session, what there is to do, who sees what, goals, documents.

use askama::Template;
use axum::extract::State;
use practice::Practice;
use practice::consent::Standing;
use practice::home::HomePart;
use practice::intake::PartState;
use web::{Answer, Audience, Page, Portal, Visit, show};

use crate::views::{Readers, SessionView, day, words};

/// The first page.
#[derive(Template)]
#[template(path = "home/show.html")]
struct Home {
    page: Page,
    greeting: String,
    next: Option<SessionView>,
    todo: Vec<Todo>,
    parts: Vec<PartView>,
}

/// Something to do, or done.
struct Todo {
    href: String,
    title: String,
    line: String,
    label: Audience,
    done: bool,
}

/// What there is for one case.
struct PartView {
    readers: Readers,
    own: Vec<GoalView>,
    joint: Vec<GoalView>,
    documents: Vec<DocumentView>,
}

struct GoalView {
    words: String,
    value: String,
}

struct DocumentView {
    href: String,
    title: String,
    line: String,
}

/// `GET /my`.
pub(crate) async fn first(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
) -> Answer {
    let found = practice.my_home(&access).await?;
    let name = words(&found.name);
    let mut todo = Vec::new();
    for part in &found.parts {
        todos(part, &mut todo);
    }
    show(&Home {
        page: crate::framed(&visit, "Home", "home", &name),
        greeting: greeting(&visit, &name),
        next: found.coming.first().map(|one| SessionView::of(&visit, one)),
        parts: found
            .parts
            .iter()
            .map(|part| part_view(&visit, part))
            .collect(),
        todo,
    })
}

fn greeting(visit: &Visit, name: &str) -> String {
    let locale = &visit.web().house().locale;
    let hour = locale.here(visit.web().now()).hour();
    let greeting = match hour {
        5..12 => "Good morning",
        12..18 => "Good afternoon",
        _ => "Good evening",
    };
    if name.is_empty() {
        greeting.to_owned()
    } else {
        format!("{greeting}, {name}")
    }
}

/// Documents first, then the intake, then homework: what waits before what is done.
fn todos(part: &HomePart, todo: &mut Vec<Todo>) {
    let readers = Readers::of(&part.sides);
    let me = part.sides.me;
    for document in &part.documents {
        let line = match document.standing {
            Standing::InForce(_) => continue,
            Standing::Older { .. } => "There is a new version to read and sign.".to_owned(),
            Standing::Missing | Standing::Withdrawn(_) => document.text.summary.clone(),
        };
        todo.push(Todo {
            href: format!("/my/consents/{me}/{}", document.text.id),
            title: document.text.title.clone(),
            line,
            label: readers.your("signature"),
            done: false,
        });
    }
    if !part.intake.is_sent() {
        let begun = part.intake.parts.iter();
        let begun = begun.filter(|(_, state, _)| *state != PartState::NotBegun);
        let line = if begun.count() == 0 {
            "About you, your health, and what brings you. You can stop and come back."
        } else {
            "You have begun. It goes on where you stopped."
        };
        todo.push(Todo {
            href: "/my/intake".to_owned(),
            title: "Before we begin".to_owned(),
            line: line.to_owned(),
            label: readers.your("answers"),
            done: false,
        });
    }
    for (assignment, back) in &part.homework {
        todo.push(Todo {
            href: format!("/my/homework/{}", assignment.id),
            title: words(&assignment.task.title),
            line: if *back {
                "You have looked back on it. You can add to it.".to_owned()
            } else {
                assignment.task.duration.clone()
            },
            label: readers.your("reflection"),
            done: *back,
        });
    }
}

fn part_view(visit: &Visit, part: &HomePart) -> PartView {
    let goals = |of_me: bool| {
        part.goals
            .iter()
            .filter(|goal| goal.whose.is_some() == of_me)
            .map(|goal| GoalView {
                words: words(&goal.said.words),
                value: words(&goal.said.value),
            })
            .collect()
    };
    let documents = part.documents.iter().filter_map(|document| {
        let Standing::InForce(at) = document.standing else {
            return None;
        };
        Some(DocumentView {
            href: format!("/my/consents/{}/{}", part.sides.me, document.text.id),
            title: document.text.title.clone(),
            line: format!("In force since {}", day(visit, at)),
        })
    });
    PartView {
        readers: Readers::of(&part.sides),
        own: goals(true),
        joint: goals(false),
        documents: documents.collect(),
    }
}
