//! When the client may be reached by each of their ways: they say it themselves, and what is sent keeps to it (R12).

use askama::Template;
use axum::extract::State;
use practice::people::{Channel, Reach, Times};
use practice::{AccessError, Practice};
use web::{
    Answer, Asked, Audience, Form, Page, PageError, Portal, Seen, TimeFields, Tone, Visit, go,
    show_as,
};

use crate::views::words;

/// Fields: `seen`, and `from-0`, `until-0` and so on, for each way.
#[derive(Template)]
#[template(path = "people/show.html")]
struct Show {
    page: Page,
    form: Form,
    ways: Vec<WayView>,
    audience: Audience,
}

struct WayView {
    words: String,
    safe: bool,
    fields: TimeFields,
}

/// `GET /my/reach`
pub(crate) async fn ask(
    Portal(access): Portal,
    visit: Visit,
    Asked(asked): Asked,
    State(practice): State<Practice>,
) -> Answer {
    let reach = practice.my_reach(&access).await?;
    let mut form = Form::blank();
    form.set("seen", reach.seen.to_string());
    for (place, way) in reach.identity.ways.iter().enumerate() {
        TimeFields::at(place).fill(&mut form, way.times);
    }
    let mut page = shown(&visit, &reach, form);
    if asked.chose("done", "saved") {
        let said = "What leaves by itself waits for these times.";
        page.page = page.page.notice(Tone::Done, "Saved.", said);
    }
    show_as(page.form.status(), &page)
}

fn shown(visit: &Visit, reach: &Reach, form: Form) -> Show {
    let ways = reach.identity.ways.iter().enumerate();
    Show {
        page: crate::framed(visit, "Account", "account", &words(&reach.identity.name)),
        form,
        ways: ways
            .map(|(place, way)| WayView {
                words: format!("{}: {}", channel(way.channel), way.address.reveal()),
                safe: way.safe,
                fields: TimeFields::at(place),
            })
            .collect(),
        audience: Audience::new(Seen::Team, "People of the practice who may reach you"),
    }
}

const fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Mail => "Email",
        Channel::Phone => "Call",
        Channel::Text => "Text message",
        Channel::Letter => "Letter",
    }
}

/// `POST /my/reach`
pub(crate) async fn save(
    Portal(access): Portal,
    State(practice): State<Practice>,
    visit: Visit,
    mut form: Form,
) -> Answer {
    let reach = practice.my_reach(&access).await?;
    let each = (0..reach.identity.ways.len())
        .map(|place| TimeFields::at(place).read(&mut form))
        .collect();
    if !form.is_good() {
        let page = shown(&visit, &reach, form);
        return show_as(page.form.status(), &page);
    }
    let seen = form.parsed("seen").unwrap_or(0);
    match practice.set_my_times(&access, Times { seen, each }).await {
        Ok(()) => go("/my/reach?done=saved"),
        Err(AccessError::Stale) => Err(PageError::Conflict),
        Err(error) => Err(error.into()),
    }
}
