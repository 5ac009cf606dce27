//! Both on one page: goals and check-ins side by side as far as each lets them be shown, for the clinician on the case, and
//! in a session for everybody who looks at one screen. There is nothing of the desk around it, and nobody's own side in it.

use askama::Template;
use axum::extract::{Path, State};
use practice::Practice;
use practice::cases::Case;
use practice::ids::{CaseId, SessionId};
use practice::together::Together;
use web::{Answer, Desk, Door, Page, Routes, Visit, get, show};

use crate::cases::measures::{MeasuresView, of_one};
use crate::views::{Wall, called, own_name};

pub(crate) fn routes() -> Routes<Practice> {
    Routes::new()
        .route("/desk/cases/{id}/together", get(of_case))
        .route("/desk/sessions/{id}/together", get(of_session))
}

/// Where everybody's goals and check-ins stand side by side; nothing with one person.
pub(crate) fn href(case: &Case) -> String {
    case.joint.map_or(String::new(), |_| {
        format!("/desk/cases/{}/together", case.id)
    })
}

#[derive(Template)]
#[template(path = "together/show.html")]
struct Show {
    page: Page,
    back: String,
    back_words: &'static str,
    each: Vec<One>,
    goals: Vec<(String, String)>,
    homework: Vec<HomeworkView>,
}

/// What stands of one participant. Where it is nothing, it is not told why (R2).
struct One {
    name: String,
    goals: Vec<(String, String)>,
    measures: Option<MeasuresView>,
}

struct HomeworkView {
    title: String,
    shared: Vec<(String, Vec<String>)>,
}

async fn of_case(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(id): Path<CaseId>,
) -> Answer {
    let seen = practice.together(&access, id).await?;
    let back = (format!("/desk/cases/{id}"), "Back to the case");
    show(&view(&visit, &Wall::of(&visit, &practice), &seen, back))
}

async fn of_session(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(id): Path<SessionId>,
) -> Answer {
    let seen = practice.joint_screen(&access, id).await?;
    let back = (format!("/desk/sessions/{id}"), "Back to the session");
    show(&view(&visit, &Wall::of(&visit, &practice), &seen, back))
}

fn view(visit: &Visit, wall: &Wall<'_>, seen: &Together, back: (String, &'static str)) -> Show {
    let page = Page::new(visit, Door::Desk, "Together");
    let people = called(&seen.people);
    let words = |goal: &practice::goals::Goal| {
        (
            goal.said.words.reveal().clone(),
            goal.said.value.reveal().clone(),
        )
    };
    let name = |id| page.name(&own_name(&seen.case, &people, id));
    let said = |told: &practice::homework::Told| {
        let all = told.answers.iter().chain([&told.words]);
        let all = all.map(|words| words.reveal().trim().to_owned());
        all.filter(|words| !words.is_empty()).collect::<Vec<_>>()
    };
    let each = seen.each.iter().map(|one| One {
        name: name(one.participant),
        goals: one.goals.iter().map(words).collect(),
        measures: of_one(wall, &one.measures),
    });
    let homework = seen.homework.iter().map(|one| HomeworkView {
        title: one.assignment.task.title.reveal().clone(),
        shared: one
            .reflections
            .iter()
            .map(|back| (name(back.participant), said(&back.told)))
            .filter(|(_, said)| !said.is_empty())
            .collect(),
    });
    Show {
        each: each.collect(),
        goals: seen.goals.iter().map(words).collect(),
        homework: homework.collect(),
        back: back.0,
        back_words: back.1,
        page,
    }
}
