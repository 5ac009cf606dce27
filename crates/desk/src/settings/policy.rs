//! The policy on secrets that is in use: one of two that ship, or the practice's own words, which the owner writes here.

use askama::Template;
use axum::extract::State;
use practice::Practice;
use practice::consent::{PolicyError, Secrets};
use web::{Answer, Asked, Desk, Form, Page, Visit, get, go, show_as};

use super::owner;
use crate::pages;

/// Fields: `secrets`, `line`, `text`.
#[derive(Template)]
#[template(path = "settings/policy.html")]
struct Show {
    page: Page,
    form: Form,
    ways: [(&'static str, &'static str); 3],
    version: u32,
}

const WAYS: [(&str, &str); 3] = [
    (
        "limited",
        "Limited secrets: what somebody tells alone stays with them",
    ),
    (
        "none",
        "No secrets: what matters for the work together is to be shared",
    ),
    ("own", "Our own words"),
];

pub(super) fn routes() -> web::Routes<Practice> {
    web::Routes::new().route("/desk/practice/policy", get(ask).post(put))
}

async fn ask(
    State(practice): State<Practice>,
    Desk(access): Desk,
    visit: Visit,
    Asked(asked): Asked,
) -> Answer {
    owner(&access)?;
    let known = practice.description().await?;
    let form = Form::filled([
        ("secrets", known.secrets.word()),
        ("line", known.own_policy.line.as_str()),
        ("text", known.own_policy.text.as_str()),
    ]);
    let page = pages::frame(&visit, &practice, &access, ("The practice", "settings")).await?;
    let page = pages::done(page, &asked);
    view(page, form, known.own_policy.version)
}

fn view(page: Page, form: Form, version: u32) -> Answer {
    let status = form.status();
    let view = Show {
        page,
        form,
        ways: WAYS,
        version,
    };
    show_as(status, &view)
}

async fn put(
    State(practice): State<Practice>,
    Desk(access): Desk,
    visit: Visit,
    mut form: Form,
) -> Answer {
    owner(&access)?;
    let secrets = Secrets::of_word(form.text("secrets"));
    if let Some(secrets) = secrets {
        let (line, text) = (form.text("line").to_owned(), form.raw("text").to_owned());
        match practice.set_policy(&access, secrets, &line, &text).await {
            Ok(()) => return go("/desk/practice/policy?done=policy"),
            Err(PolicyError::Empty) => {
                form.refuse("text", "Write the line and the text of your own policy.");
            }
            Err(PolicyError::Long) => form.refuse("text", "The line or the text is too long."),
            Err(PolicyError::Access(error)) => return Err(error.into()),
        }
    } else {
        form.refuse("secrets", "Choose one of the three.");
    }
    let known = practice.description().await?;
    let page = pages::frame(&visit, &practice, &access, ("The practice", "settings")).await?;
    view(page, form, known.own_policy.version)
}
