//! The portal: door 2, `/my`, for clients.
//!
//! Each page is a template with a struct of views: strings that are ready to be read. A handler reads the form, makes one
//! call of `practice`, fills the views and shows the page. Every box in which somebody types says who reads it, and
//! nothing of a partner's own side is shown, counted or hinted at (R2).
//!
//! Not here: layouts, forms and errors (`web`), what may be read and written (`practice`).
//!
//! To add another page: 1. its template in `templates/<capability>/`; 2. its struct with a field `page: Page`, the title
//! neutral; 3. its handler and its line in [`router`]; 4. a test by URL in `tests/`.

mod accounts;
mod asking;
mod consent;
mod copies;
mod goals;
mod home;
mod homework;
mod intake;
mod journal;
mod measures;
mod messages;
mod own_words;
mod people;
mod receipts;
mod releases;
mod sessions;
mod together;
mod views;

use std::sync::Arc;

use axum::Extension;
use practice::Practice;
use web::{Door, Link, Page, Routes, Visit, get, post, up};

/// The navigation of the portal.
pub const NAV: &[Link] = &[
    Link {
        key: "home",
        label: "Home",
        href: "/my",
        icon: "house",
    },
    Link {
        key: "homework",
        label: "To do",
        href: "/my/homework",
        icon: "list",
    },
    Link {
        key: "messages",
        label: "Messages",
        href: "/my/messages",
        icon: "msg",
    },
    Link {
        key: "sessions",
        label: "Times",
        href: "/my/sessions",
        icon: "cal",
    },
    Link {
        key: "consent",
        label: "Documents",
        href: "/my/consents",
        icon: "doc",
    },
    Link {
        key: "receipts",
        label: "Privacy",
        href: "/my/receipts",
        icon: "eye",
    },
];

/// The frame of a page of the portal: a neutral title, the current entry, the name that the client uses.
pub fn framed(visit: &Visit, title: &str, here: &'static str, name: &str) -> Page {
    let page = Page::new(visit, Door::Portal, title).nav(NAV, here);
    if name.is_empty() {
        page
    } else {
        page.signed_in(name, "")
    }
}

/// The routes of this door.
pub fn router() -> Routes<Practice> {
    Routes::new()
        .route("/my", get(home::first))
        .route("/my/receipts", get(receipts::list))
        .route(
            "/my/receipts/{receipt}/ask",
            get(asking::ask).post(asking::send),
        )
        .route("/my/sessions", get(sessions::list))
        .merge(account())
        .merge(consents())
        .merge(releases::routes())
        .merge(copies::routes())
        .merge(homework())
        .merge(intake())
        .merge(goals())
        .merge(measures())
        .merge(words())
        .merge(messages())
}

fn account() -> Routes<Practice> {
    Routes::new()
        .route("/my/reach", get(people::ask).post(people::save))
        .route("/my/account", get(accounts::first))
        .route(
            "/my/account/password",
            get(accounts::ask_password).post(accounts::change_password),
        )
        .route(
            "/my/account/codes",
            get(accounts::codes).post(accounts::turn_on),
        )
        .route("/my/account/codes/off", post(accounts::turn_off))
        .route(
            "/my/account/guard",
            get(accounts::guarding::ask).post(accounts::guarding::put),
        )
        .route(
            "/my/account/sign-ins/{id}/end",
            post(accounts::end_sign_in).get(up::<3>),
        )
        .route(web::proving::PROVE_OWN, post(accounts::prove).get(up::<2>))
        .route(
            web::proving::ASK_OWN,
            post(accounts::ask_proof).get(up::<3>),
        )
        .merge(accounts::passkey_routes())
        .merge(accounts::recovery_code_routes())
        .layer(Extension(Arc::new(accounts::tries())))
}

fn consents() -> Routes<Practice> {
    let one = "/my/consents/{participant}/{document}";
    Routes::new()
        .route("/my/consents", get(consent::list))
        .route("/my/consents/signed/{consent}", get(consent::signed))
        .route(one, get(consent::read).post(consent::sign))
        .route(
            &format!("{one}/withdraw"),
            get(consent::ask_to_withdraw).post(consent::withdraw),
        )
}

fn homework() -> Routes<Practice> {
    let one = "/my/homework/{assignment}";
    let act = |act: &str| format!("{one}/{act}");
    Routes::new()
        .route("/my/homework", get(homework::list))
        .route(one, get(homework::read))
        .route(&act("own"), post(homework::give))
        .route(&act("own/draft"), post(homework::draft))
        .route(&act("shared"), post(homework::look))
        .route(&act("shared/draft"), post(homework::draft_shared))
        .route(
            &act("share"),
            get(homework::ask_to_share).post(homework::share),
        )
        .route(&act("take-back"), post(homework::take_back))
}

fn intake() -> Routes<Practice> {
    let part = "/my/intake/{participant}/{part}";
    Routes::new()
        .route("/my/intake", get(intake::list))
        .route("/my/intake/younger", get(intake::younger))
        .route("/my/intake/{participant}", post(intake::begin))
        .route(part, get(intake::read).post(intake::send))
        .route(&format!("{part}/draft"), post(intake::draft))
        .route(&format!("{part}/people"), get(intake::people_now))
}

fn goals() -> Routes<Practice> {
    Routes::new()
        .route("/my/goals", get(goals::list))
        .route("/my/goals/{id}", get(goals::read).post(goals::change))
        .route("/my/goals/{id}/own", post(goals::set_own).get(up::<2>))
        .route("/my/goals/{id}/joint", post(goals::set_joint).get(up::<2>))
}

fn measures() -> Routes<Practice> {
    Routes::new()
        .route("/my/together", get(together::ask))
        .route(
            "/my/together/{participant}",
            post(together::choose).get(up::<1>),
        )
        .route("/my/corrections", get(together::corrections))
        .route("/my/measures", get(measures::list))
        .route(
            "/my/measures/{participant}",
            get(measures::ask).post(measures::take),
        )
}

fn words() -> Routes<Practice> {
    let entry = "/my/journal/{participant}/{entry}";
    Routes::new()
        .route("/my/own-words", get(own_words::page))
        .route(
            "/my/own-words/identity",
            get(own_words::identity).post(own_words::keep),
        )
        .route("/my/own-words/tab", post(own_words::tab).get(up::<1>))
        .route(
            "/my/own-words/known-keys",
            get(own_words::known).post(own_words::keep_known),
        )
        .layer(Extension(Arc::new(web::own_words::Allowances::default())))
        .route("/my/journal", get(journal::list))
        .route(entry, post(journal::write).get(up::<2>))
        .route(
            &format!("{entry}/removal"),
            post(journal::remove).get(up::<3>),
        )
}

fn messages() -> Routes<Practice> {
    let one = "/my/messages/{thread}";
    let begins = "/my/messages/new/{participant}";
    let piece = Routes::new()
        .route(
            &format!("{one}/attachments/{{attachment}}/{{number}}"),
            get(messages::piece).post(messages::keep_piece),
        )
        .layer(web::messages::piece_limit());
    Routes::new()
        .route("/my/messages", get(messages::list))
        .route(
            &format!("{begins}/own"),
            get(messages::ask_own).post(messages::begin_own),
        )
        .route(
            &format!("{begins}/joint"),
            get(messages::ask_joint).post(messages::begin_joint),
        )
        .route(one, get(messages::show).post(messages::write))
        .route(
            &format!("{one}/read"),
            post(messages::have_read).get(up::<1>),
        )
        .merge(piece)
        .layer(Extension(Arc::new(web::messages::Allowances::default())))
}
