//! The desk: door 3, `/desk`, for the people of the practice.
//!
//! A handler reads the form, makes one call of `practice`, fills a view of ready strings and shows its page. What
//! somebody may not see does not exist here either: `practice` says "not there", and the page is the same for both.
//!
//! Not here: layouts, forms and errors (`web`); who may open what, and every rule (`practice`).
//!
//! To add another page: 1. its template in the capability's folder of `templates/`, extending `layouts/desk.html`;
//! 2. its struct with a field `page: Page`, made by `pages::frame` with a neutral title; 3. its handler and route in
//! the capability's module; 4. a test by URL in `tests/`, with those who may not see it.

pub mod accounts;
pub mod articles;
pub mod asking;
pub mod booking;
pub mod calendar;
pub mod cases;
pub mod consent;
pub mod demands;
pub mod emergencies;
pub mod homework;
pub mod imports;
pub mod inbox;
pub mod intake;
pub mod library;
pub mod messages;
pub mod notes;
pub mod own_words;
pub mod pages;
pub mod people;
pub mod receipts;
pub mod releases;
pub mod retention;
pub mod routing;
pub mod safety;
pub mod sessions;
pub mod settings;
pub mod succession;
pub mod today;
pub mod together;
mod views;

use practice::Practice;
use web::Routes;

/// The routes of this door.
pub fn router() -> Routes<Practice> {
    Routes::new()
        .merge(accounts::routes())
        .merge(articles::routes())
        .merge(asking::routes())
        .merge(emergencies::routes())
        .merge(today::routes())
        .merge(calendar::routes())
        .merge(booking::routes())
        .merge(cases::routes())
        .merge(consent::routes())
        .merge(demands::routes())
        .merge(homework::routes())
        .merge(imports::routes())
        .merge(intake::routes())
        .merge(library::routes())
        .merge(sessions::routes())
        .merge(notes::routes())
        .merge(messages::routes())
        .merge(own_words::routes())
        .merge(inbox::routes())
        .merge(people::routes())
        .merge(receipts::routes())
        .merge(releases::routes())
        .merge(retention::routes())
        .merge(routing::routes())
        .merge(safety::routes())
        .merge(settings::routes())
        .merge(succession::routes())
        .merge(together::routes())
        .merge(pages::routes())
}
