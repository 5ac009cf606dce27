//! What stands on the page that all look at together: the client's own choice, which holds at once; and what was corrected on
//! the joint side.

use askama::Template;
use axum::extract::{Path, State};
use practice::Practice;
use practice::ids::ParticipantId;
use practice::together::Shown;
use web::{Answer, Asked, Form, Page, PageError, Portal, Tone, Visit, go, show};

use crate::views::{Readers, day, words};

#[derive(Template)]
#[template(path = "together/show.html")]
struct Show {
    page: Page,
    parts: Vec<PartView>,
}

struct PartView {
    readers: Readers,
    action: String,
    goals: bool,
    measures: bool,
    revision: u32,
}

#[derive(Template)]
#[template(path = "together/corrections.html")]
struct Corrections {
    page: Page,
    parts: Vec<(Readers, Vec<String>)>,
}

/// `GET /my/together`
pub(crate) async fn ask(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
    Asked(asked): Asked,
) -> Answer {
    let found = practice.my_shown(&access).await?;
    let name = found.first().map(|one| words(&one.sides.name));
    let page = crate::framed(&visit, "Together", "homework", &name.unwrap_or_default());
    let page = match asked.text("done") {
        "saved" => page.notice(
            Tone::Done,
            "It holds now.",
            "Nobody is told that you changed it.",
        ),
        _ => page,
    };
    let parts = found.iter().map(|one| PartView {
        readers: Readers::of(&one.sides),
        action: format!("/my/together/{}", one.sides.me),
        goals: one.shown.goals,
        measures: one.shown.measures,
        revision: one.revision,
    });
    show(&Show {
        parts: parts.collect(),
        page,
    })
}

/// `POST /my/together/{participant}`; fields `goals`, `measures`, `revision`.
pub(crate) async fn choose(
    Portal(access): Portal,
    State(practice): State<Practice>,
    Path(me): Path<ParticipantId>,
    form: Form,
) -> Answer {
    let shown = Shown {
        goals: form.ticked("goals"),
        measures: form.ticked("measures"),
    };
    let revision = form.parsed("revision").ok_or(PageError::Unreadable)?;
    practice.show_together(&access, me, shown, revision).await?;
    go("/my/together?done=saved")
}

/// `GET /my/corrections`
pub(crate) async fn corrections(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
) -> Answer {
    let found = practice.my_corrections(&access).await?;
    let name = found.first().map(|one| words(&one.sides.name));
    let page = crate::framed(&visit, "Corrected", "homework", &name.unwrap_or_default());
    let parts = found.iter().map(|one| {
        let lines = one.joint.iter().map(|correction| {
            format!(
                "{} was corrected by {} on {}: it does not stand here any more.",
                correction.kind.plain(),
                correction.by,
                day(&visit, correction.at)
            )
        });
        (Readers::of(&one.sides), lines.collect())
    });
    show(&Corrections {
        parts: parts.collect(),
        page,
    })
}
