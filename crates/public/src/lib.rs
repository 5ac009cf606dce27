//! The public door: what anybody may read, and the booking of a first talk.
//!
//! Each page is a template with a struct that holds views: strings that are ready to be read. A handler reads the
//! form, makes one call of `practice`, fills the views and shows the page. What a visitor chooses on the first page is
//! used once and kept nowhere.
//!
//! Not here: layouts, forms and errors (`web`), what is published (`practice`).
//!
//! To add another page: 1. its template in `templates/`, extending `site.html`; 2. its struct with a field
//! `page: Page` beside the others of its subject, the title neutral; 3. a sample of it in `samples`; 4. its handler.

pub mod accounts;
pub mod articles;
pub mod booking;
pub mod home;
pub mod library;
pub mod pages;
pub mod people;
#[cfg(test)]
mod samples;
mod settings;
pub mod views;

use practice::Practice;
use web::{Door, Link, Page, Routes, Visit, get};

/// The navigation of the public pages.
pub const NAV: &[Link] = &[
    Link {
        key: "people",
        label: "Find a therapist",
        href: "/clinicians",
        icon: "users",
    },
    Link {
        key: "expect",
        label: "What to expect",
        href: "/what-to-expect",
        icon: "list",
    },
    Link {
        key: "library",
        label: "What it is",
        href: "/sex-therapy",
        icon: "book",
    },
    Link {
        key: "articles",
        label: "Articles",
        href: "/articles",
        icon: "doc",
    },
    Link {
        key: "fees",
        label: "Fees",
        href: "/fees",
        icon: "doc",
    },
    Link {
        key: "ethics",
        label: "Ethics and concerns",
        href: "/raise-a-concern",
        icon: "info",
    },
    Link {
        key: "sign-in",
        label: "Sign in",
        href: "/sign-in",
        icon: "key",
    },
];

/// The frame of a public page that search engines may keep.
pub fn published(visit: &Visit, title: &str, here: &'static str) -> Page {
    framed(visit, title, here).published()
}

/// The frame of a public page that is of one visitor: answers, bookings.
pub fn framed(visit: &Visit, title: &str, here: &'static str) -> Page {
    Page::new(visit, Door::Public, title).nav(NAV, here)
}

/// The routes of this door.
pub fn router() -> Routes<Practice> {
    Routes::new()
        .merge(accounts::router())
        .route("/", get(home::first))
        .route("/start", get(home::again).post(home::start))
        .route("/clinicians", get(people::list))
        .route("/clinicians/{slug}", get(people::one))
        .merge(booking::router())
        .route("/sex-therapy", get(library::sex_therapy))
        .route("/myths", get(library::myths))
        .route("/articles", get(articles::list))
        .route("/articles/feed.atom", get(articles::feed))
        .route("/articles/{slug}", get(articles::one))
        .route("/sitemap.xml", get(pages::sitemap::sitemap))
        .route("/robots.txt", get(pages::sitemap::robots))
        .route("/what-to-expect", get(pages::what_to_expect))
        .route("/fees", get(pages::fees))
        .route("/privacy", get(pages::privacy))
        .route("/raise-a-concern", get(pages::raise_a_concern))
}
