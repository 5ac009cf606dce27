//! Homework: what was agreed to try, and looking back on it in two boxes, one for the clinician alone, one that is
//! shared. Text never moves from the first to the second, and before sharing the exact words are shown once more.

mod writing;

use askama::Template;
use axum::extract::{Path, State};
use practice::Practice;
use practice::homework::{HomeworkPage, JointBox, MyHomework};
use practice::ids::AssignmentId;
use web::{Answer, Asked, Audience, Form, Page, PageError, Portal, Seen, Tone, Visit, go, show};

use crate::views::{Readers, day, words};

pub(crate) use writing::{draft, draft_shared, give, look, share, take_back};

/// The answers to "Did it happen?".
const HAPPENED: [(&str, &str); 3] = [
    ("yes", "Yes"),
    ("some", "Some of it"),
    ("not_this_week", "Not this week"),
];

#[derive(Template)]
#[template(path = "homework/list.html")]
struct List {
    page: Page,
    open: Vec<Row>,
    ended: Vec<Row>,
}

struct Row {
    href: String,
    title: String,
    line: String,
    label: Audience,
    done: bool,
}

#[derive(Template)]
#[template(path = "homework/show.html")]
struct Show {
    page: Page,
    form: Form,
    readers: Readers,
    href: String,
    title: String,
    agreed: String,
    task: TaskView,
    prompts: Vec<(String, String)>,
    happened: [(&'static str, &'static str); 3],
    limits: String,
    limits_href: String,
    own: OwnView,
    joint: Option<JointView>,
    others: Vec<OtherView>,
    open: bool,
}

struct TaskView {
    duration: String,
    steps: Vec<String>,
    remark: String,
    of_the_body: bool,
}

struct OwnView {
    revision: u32,
    given: String,
    changed: bool,
    stored: Vec<String>,
}

struct JointView {
    revision: u32,
    shared: String,
    words: String,
    audience: Audience,
}

struct OtherView {
    audience: Audience,
    words: String,
}

#[derive(Template)]
#[template(path = "homework/share.html")]
struct Share {
    page: Page,
    readers: Readers,
    audience: Audience,
    href: String,
    exact: String,
    revision: u32,
}

/// `GET /my/homework`.
pub(crate) async fn list(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
) -> Answer {
    let found = practice.my_homework(&access).await?;
    let name = found.first().map(|one| words(&one.sides.name));
    let rows = |open: bool| {
        found
            .iter()
            .flat_map(|one| rows(&visit, one, open))
            .collect()
    };
    show(&List {
        page: crate::framed(&visit, "To do", "homework", &name.unwrap_or_default()),
        open: rows(true),
        ended: rows(false),
    })
}

fn rows(visit: &Visit, mine: &MyHomework, open: bool) -> Vec<Row> {
    let readers = Readers::of(&mine.sides);
    let of_it = mine.given.iter().filter(|(one, _)| one.open == open);
    of_it
        .map(|(one, back)| Row {
            href: format!("/my/homework/{}", one.id),
            title: words(&one.task.title),
            line: format!("Agreed on {}", day(visit, one.given_at)),
            label: match &readers.joint {
                Some(_) if one.narrower => {
                    Audience::new(Seen::Shared, "Shared with those who were in it then")
                }
                Some(joint) if one.joint => joint.clone(),
                _ => readers.own.clone(),
            },
            done: *back,
        })
        .collect()
}

/// `GET /my/homework/{assignment}`.
pub(crate) async fn read(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
    Path(id): Path<AssignmentId>,
    Asked(asked): Asked,
) -> Answer {
    let found = practice.homework_page(&access, id).await?;
    let form = filled(&found);
    let mut page = view(&visit, found, form);
    let readers = &page.readers;
    let notice = match asked.text("done") {
        "own" => Some((
            "Saved.",
            format!("Only you and {} can read it.", readers.care),
        )),
        "kept" => Some((
            "Kept for you.",
            "Nobody else reads it before you save it.".to_owned(),
        )),
        "shared" => Some((
            "Shared.",
            format!("{} and {} can read it.", readers.partners, readers.care),
        )),
        "back" => Some((
            "Taken back.",
            format!(
                "{} may have read it by then.",
                crate::views::capital(&readers.partners)
            ),
        )),
        _ => None,
    };
    if let Some((lead, text)) = notice {
        page.page = page.page.notice(Tone::Done, lead, text);
    }
    show(&page)
}

/// What is stored, as the fields of the two boxes.
fn filled(found: &HomeworkPage) -> Form {
    let told = &found.own.told;
    let mut form = Form::blank();
    if let Some(happened) = told.happened {
        form.set("happened", happened.word());
    }
    if let Some(tense) = told.tense {
        form.set("tense", tense.to_string());
    }
    for (at, answer) in told.answers.iter().enumerate() {
        form.set(&format!("answer-{at}"), answer.reveal().as_str());
    }
    form.set("told", told.words.reveal().as_str());
    if let Some(joint) = &found.joint {
        form.set("shared", joint.words.reveal().as_str());
    }
    form
}

fn view(visit: &Visit, found: HomeworkPage, form: Form) -> Show {
    let readers = Readers::of(&found.sides);
    let assignment = found.assignment;
    let task = assignment.task;
    let since = |at: Option<jiff::Timestamp>| at.map(|at| day(visit, at)).unwrap_or_default();
    let shown = |joint: &JointBox| readers.shares || joint.shared_at.is_some();
    let joint = found.joint.filter(shown).zip(readers.joint.clone());
    Show {
        page: crate::framed(visit, "To do", "homework", &words(&found.sides.name)),
        href: format!("/my/homework/{}", assignment.id),
        title: words(&task.title),
        agreed: format!(
            "Agreed with {} on {}.",
            readers.care,
            day(visit, assignment.given_at)
        ),
        prompts: task
            .prompts
            .iter()
            .enumerate()
            .map(|(at, prompt)| (format!("answer-{at}"), prompt.clone()))
            .collect(),
        happened: HAPPENED,
        limits: readers.limits(),
        limits_href: format!("/my/consents/{}/informed-consent", found.sides.me),
        own: OwnView {
            revision: found.own.revision,
            given: since(found.own.given_at),
            changed: found.own.changed,
            stored: Vec::new(),
        },
        joint: joint.map(|(joint, audience)| JointView {
            revision: joint.revision,
            shared: since(joint.shared_at),
            words: words(&joint.words),
            audience,
        }),
        others: found
            .from_others
            .iter()
            .map(|(name, one)| OtherView {
                audience: readers.from(name.reveal(), &day(visit, one.given_at)),
                words: words(&one.told.words),
            })
            .collect(),
        task: TaskView {
            duration: task.duration,
            steps: task.steps.iter().map(words).collect(),
            remark: words(&task.remark),
            of_the_body: task.of_the_body,
        },
        open: assignment.open && found.sides.goes_on,
        readers,
        form,
    }
}

/// `GET /my/homework/{assignment}/share`: "Sam will read exactly this".
pub(crate) async fn ask_to_share(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
    Path(id): Path<AssignmentId>,
) -> Answer {
    let found = practice.homework_page(&access, id).await?;
    let readers = Readers::of(&found.sides);
    let joint = found.joint.filter(|_| readers.shares);
    let Some((joint, audience)) = joint.zip(readers.joint.clone()) else {
        return Err(PageError::NotFound);
    };
    if joint.shared_at.is_some() || joint.words.reveal().trim().is_empty() {
        return go(&format!("/my/homework/{id}"));
    }
    show(&Share {
        page: crate::framed(&visit, "To do", "homework", &words(&found.sides.name)),
        href: format!("/my/homework/{id}"),
        exact: words(&joint.words),
        revision: joint.revision,
        audience,
        readers,
    })
}
