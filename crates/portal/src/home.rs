//! The first page of the portal: the next session, what there is to do, who sees what, goals, documents.

use askama::Template;
use axum::extract::State;
use practice::Practice;
use practice::access::PortalAccess;
use practice::accounts::Codes;
use practice::cases::Sides;
use practice::clock::from_micros;
use practice::consent::Standing;
use practice::home::{HomePart, Moved};
use practice::intake::PartState;
use practice::intake::questions::questions;
use practice::retention::Gone;
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
    /// What has ended: which place it was, and until when.
    ended: Vec<EndedView>,
    /// Whether something ended a short while ago.
    changed: bool,
    /// Who joined or left lately: "Kit takes part since 27 November 2026."
    moved: Vec<String>,
    /// How many threads hold something new.
    unread: usize,
    /// What was destroyed of their record, in sentences.
    gone: Vec<String>,
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

/// A case that has ended for the reader.
struct EndedView {
    place: String,
    until: String,
    relational: bool,
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
    if visit.shares_device() || practice.is_guarded(&access)? {
        return guarded(&visit, &practice, &access, &words(&found.name)).await;
    }
    let gone = practice.my_destroyed_records(&access).await?;
    let name = words(&found.name);
    let mut todo = Vec::new();
    for part in &found.parts {
        todos(part, &mut todo);
    }
    let unread = practice.unread_threads(&access).await?;
    let page = crate::framed(&visit, "Home", "home", &name);
    show(&Home {
        unread,
        page: web::recovery_codes::told(page, &practice, &access, &visit)?,
        greeting: greeting(&visit, &name),
        next: found.coming.first().map(|one| SessionView::of(&visit, one)),
        parts: found
            .parts
            .iter()
            .map(|part| part_view(&visit, part))
            .collect(),
        moved: found
            .parts
            .iter()
            .flat_map(|part| moved(&visit, part))
            .collect(),
        changed: found.ended.iter().any(|one| is_new(&visit, one)),
        ended: found.ended.iter().map(|one| ended(&visit, one)).collect(),
        todo,
        gone: gone.iter().map(|one| gone_line(&visit, one)).collect(),
    })
}

/// For so many days the first page says at its top that something ended.
const NEW_DAYS: i64 = 30;

fn is_new(visit: &Visit, one: &Sides) -> bool {
    let since = visit.web().now().as_microsecond() - NEW_DAYS * 24 * 3_600_000_000;
    one.until.is_some_and(|until| until > since)
}

fn moved(visit: &Visit, part: &HomePart) -> Vec<String> {
    let line = |one: &Moved| {
        let (name, on) = (words(&one.name), day(visit, from_micros(one.at)));
        if one.joined {
            format!("{name} takes part since {on}.")
        } else {
            format!("{name} takes part no more since {on}.")
        }
    };
    part.moved.iter().map(line).collect()
}

fn ended(visit: &Visit, one: &Sides) -> EndedView {
    EndedView {
        place: Readers::of(one).place,
        until: one
            .until
            .map(|until| day(visit, from_micros(until)))
            .unwrap_or_default(),
        relational: one.relational,
    }
}

/// The same without anything of what is new: for a device that somebody else may see (R12).
async fn guarded(visit: &Visit, practice: &Practice, access: &PortalAccess, name: &str) -> Answer {
    let mine = practice.my_account(access).await;
    let mine = mine.map_err(web::passkeys::fault)?;
    show(&Guarded {
        page: crate::framed(visit, "Home", "home", name),
        greeting: greeting(visit, name),
        steps: STEPS,
        codes_on: mine.codes != Codes::Off,
    })
}

/// What there is, always the same, whatever is new.
const STEPS: [(&str, &str, &str); 7] = [
    ("/my/sessions", "cal", "Times"),
    ("/my/homework", "list", "To do"),
    ("/my/messages", "msg", "Messages"),
    ("/my/goals", "leaf", "Goals"),
    ("/my/consents", "doc", "Documents"),
    ("/my/receipts", "eye", "Privacy"),
    ("/my/account", "user", "Your account"),
];

/// The first page on a device that somebody else may see.
#[derive(Template)]
#[template(path = "home/guarded.html")]
struct Guarded {
    page: Page,
    greeting: String,
    steps: [(&'static str, &'static str, &'static str); 7],
    codes_on: bool,
}

fn gone_line(visit: &Visit, one: &Gone) -> String {
    let at = |micros| day(visit, from_micros(micros));
    format!(
        "What we kept of the work that ended on {} was destroyed on {}.",
        at(one.ended_at),
        at(one.destroyed_at)
    )
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
    documents(part, &readers, todo);
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
    if part.asked_alone {
        let alone = questions().sections.iter().find(|section| section.alone);
        todo.push(Todo {
            href: format!(
                "/my/intake/{me}/{}",
                alone.map_or("", |section| &section.id)
            ),
            title: "A few questions, for you alone".to_owned(),
            line: "Answer them when nobody can see your screen, or say that you would rather talk."
                .to_owned(),
            label: readers.your("answers"),
            done: false,
        });
    }
    for one in &part.releases {
        todo.push(Todo {
            href: format!("/my/releases/{}", one.id),
            title: "Something to answer".to_owned(),
            line: "Whether something may leave the practice. You can say no.".to_owned(),
            label: readers.your("answer"),
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

/// The documents that wait for a signature.
fn documents(part: &HomePart, readers: &Readers, todo: &mut Vec<Todo>) {
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
