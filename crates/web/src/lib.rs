//! What the doors share: frames of pages, forms, cookies, refusals of forged forms, errors as pages,
//! styles, fonts and the browser's modules.
//!
//! A door's handler reads a [`Form`], calls one function of `practice` and answers with [`show()`]. Its
//! template has a field `page: web::Page`, extends one of `layouts/` and takes its pieces from
//! `macros/ui.html`. The binary puts [`doorway()`] around the joined router once.
//!
//! [`Portal`] and [`Desk`] give a handler the access of who is signed in, [`fresh()`] makes that of staff who
//! proved themselves again a moment ago, for what is dangerous. Not here: what a sign-in is worth, and every
//! word of the domain; they are `practice`'s.
//!
//! To add another page to a door:
//! 1. Write `templates/<capability>/<page>.html` in the door: `{% extends "layouts/portal.html" %}`,
//!    `{% import "macros/ui.html" as ui %}`, `{% block main %}…{% endblock %}`.
//! 2. Write its struct with `#[derive(Template)]` and a field `page: Page`; the title is neutral words.
//! 3. Write the handler: `async fn(visit: Visit, …) -> Answer`, ending in `show(&…)`.
//! 4. Put its address into the capability's [`Routes`], and its lines into `hostile/expected/routes.txt`.
//! 5. Put an [`Audience`] label on everything confidential that is typed or read.
//! 6. Render a sample of it in the door's test and give it to [`testing::check`].

extern crate self as web;

pub mod access;
pub mod assets;
mod audience;
pub mod cookies;
pub mod csrf;
mod doorway;
mod draft;
mod errors;
pub mod exit;
mod form;
mod goes;
mod house;
pub mod limit;
mod local;
pub mod messages;
pub mod own_words;
mod page;
pub mod paper;
mod parts;
pub mod passkeys;
pub mod peer;
mod prose;
pub mod proving;
pub mod recovery_codes;
pub mod releases;
mod routes;
pub mod screen;
mod show;
mod sign_ins;
#[doc(hidden)]
pub mod testing;
mod times;
mod visit;

pub use access::{Desk, Portal, fresh, signed_in};
pub use audience::{Audience, Label, Seen, listed};
pub use doorway::{MOST_BYTES, doorway};
pub use draft::{draft_saved, draft_saved_in_part};
pub use errors::PageError;
pub use form::{Asked, BACK, Form, FreeForm, TOKEN, TYPED};
pub use goes::{Goes, PROCESS};
pub use house::{Clock, HelpLine, House, Randomness, Settings, Web};
pub use local::{Hours, Locale, machine, money};
pub use page::{Door, Link, Notice, Page, Shown, Tone, initials};
pub use parts::{Icon, Scan, icon, scan};
pub use passkeys::PasskeyLine;
pub use prose::{Written, prose};
pub use recovery_codes::CodesLine;
pub use routes::{Acts, Listed, Routes, get, post};
pub use show::{Answer, go, local, show, show_as, show_for_programs, up};
pub use sign_ins::SignInLine;
pub use times::{TimeFields, times_in_words};
pub use visit::{Visit, Wants};
