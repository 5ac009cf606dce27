//! A person's names and ways of contact, for those who may reach them. Only what was called safe is used (R12).

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use practice::Practice;
use practice::ids::PersonId;
use practice::people::{Channel, Identity};
use web::{Answer, Desk, Page, Visit, show as page_shown};

use crate::pages;

pub(crate) fn routes() -> Router<Practice> {
    Router::new().route("/desk/people/{id}", get(show))
}

#[derive(Template)]
#[template(path = "people/show.html")]
struct Show {
    page: Page,
    name: String,
    pronouns: String,
    ways: Vec<WayView>,
    avoid: String,
    remarks: String,
}

/// A way to reach somebody.
pub(crate) struct WayView {
    pub(crate) channel: &'static str,
    pub(crate) address: String,
    pub(crate) safe: bool,
    pub(crate) mind: String,
}

async fn show(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(id): Path<PersonId>,
) -> Answer {
    let identity = practice.identity(&access, id).await?;
    let page = pages::frame(&visit, &practice, &access, ("Contact", "")).await?;
    page_shown(&Show {
        page,
        name: identity.name.reveal().clone(),
        pronouns: identity.pronouns.reveal().clone(),
        ways: ways(&identity),
        avoid: identity.avoid.reveal().clone(),
        remarks: identity
            .remarks
            .as_ref()
            .map_or(String::new(), |remarks| remarks.reveal().clone()),
    })
}

/// The ways of an identity, the safe ones first.
pub(crate) fn ways(identity: &Identity) -> Vec<WayView> {
    let mut ways: Vec<WayView> = identity
        .ways
        .iter()
        .map(|way| WayView {
            channel: match way.channel {
                Channel::Mail => "Mail",
                Channel::Phone => "Call",
                Channel::Text => "Text message",
                Channel::Letter => "Letter",
            },
            address: way.address.reveal().clone(),
            safe: way.safe,
            mind: way.mind.reveal().clone(),
        })
        .collect();
    ways.sort_by_key(|way| !way.safe);
    ways
}
