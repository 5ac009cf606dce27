//! The ways to unlock the records, for the owner: which there are, since when, and when each was last tried; and locking, which
//! needs no secret. Not here: adding, trying and removing them, which are about the secrets themselves (the binary's part).

use askama::Template;
use axum::extract::State;
use practice::Practice;
use practice::access::DeskAccess;
use practice::clock::micros;
use practice::keys::WayIn;
use web::{Answer, Desk, Form, Page, PageError, Visit, fresh, go, show_as};

use crate::pages;
use crate::views::Wall;

#[derive(Template)]
#[template(path = "settings/unlocking.html")]
struct Unlocking {
    page: Page,
    form: Form,
    ways: Vec<Way>,
    /// Whether somebody can unlock at `/unlock`, by a passphrase, cards or a passkey.
    has_way_back: bool,
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
    page(&practice, &access, &visit, Form::blank()).await
}

/// `POST /desk/practice/unlocking/lock`. Field: `sure`.
pub(super) async fn lock(
    State(practice): State<Practice>,
    Desk(access): Desk,
    visit: Visit,
    mut form: Form,
) -> Answer {
    super::owner(&access)?;
    if !form.ticked("sure") {
        form.refuse("sure", "Please say that somebody can unlock it again.");
        return page(&practice, &access, &visit, form).await;
    }
    practice.ask_to_lock(&fresh(&practice, &access)?).await?;
    go("/unlock")
}

async fn page(practice: &Practice, access: &DeskAccess, visit: &Visit, form: Form) -> Answer {
    super::owner(access)?;
    let ways = practice.slots().await.map_err(PageError::broken)?;
    let wall = Wall::of(visit, practice);
    show_as(
        form.status(),
        &Unlocking {
            page: pages::frame(visit, practice, access, ("Ways to unlock", "settings")).await?,
            has_way_back: ways.iter().any(WayIn::is_with_people),
            ways: ways.iter().map(|way| view(&wall, way)).collect(),
            form,
        },
    )
}

fn view(wall: &Wall<'_>, way: &WayIn) -> Way {
    let moment = |at| wall.moment(micros(at));
    Way {
        what: way.in_words(),
        name: way.name.clone(),
        added: way
            .added
            .map_or_else(|| "With the practice".to_owned(), moment),
        rehearsed: way.rehearsed.map_or_else(|| "Never".to_owned(), moment),
    }
}
