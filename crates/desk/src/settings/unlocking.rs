//! The ways to unlock the records, for the owner: which there are, since when, and when each was last tried. They are added,
//! tried and removed on the machine itself, where their secrets are.

use askama::Template;
use axum::extract::State;
use practice::Practice;
use practice::clock::micros;
use practice::keys::WayIn;
use web::{Answer, Desk, Page, PageError, Visit, show};

use crate::pages;
use crate::views::Wall;

#[derive(Template)]
#[template(path = "settings/unlocking.html")]
struct Unlocking {
    page: Page,
    ways: Vec<Way>,
}

struct Way {
    what: &'static str,
    name: String,
    added: String,
    rehearsed: String,
}

/// `GET /desk/practice/unlocking`
pub(super) async fn list(
    State(practice): State<Practice>,
    Desk(access): Desk,
    visit: Visit,
) -> Answer {
    super::owner(&access)?;
    let ways = practice.slots().await.map_err(PageError::broken)?;
    let wall = Wall::of(&visit, &practice);
    show(&Unlocking {
        page: pages::frame(&visit, &practice, &access, ("Ways to unlock", "settings")).await?,
        ways: ways.iter().map(|way| view(&wall, way)).collect(),
    })
}

fn view(wall: &Wall<'_>, way: &WayIn) -> Way {
    let moment = |at| wall.moment(micros(at));
    Way {
        what: match way.word() {
            "cards" => "Two of three cards",
            "passphrase" => "A passphrase",
            _ => "A key file",
        },
        name: way.name.clone(),
        added: way
            .added
            .map_or_else(|| "With the practice".to_owned(), moment),
        rehearsed: way.rehearsed.map_or_else(|| "Never".to_owned(), moment),
    }
}
