//! Leaving at once, for a browser without script: a blank page with a dull title that goes on by itself.
//!
//! A redirect would be stopped by `form-action 'self'`, so the way out is a refresh of zero seconds.
//! The caller ends the sign-in in `practice` first. Leaving does not clear the browser's history, and
//! the page that explains it says so.

use askama::Template;
use axum::http::{HeaderValue, header};

use crate::cookies::{self, Name};
use crate::show::{Answer, show};
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "exit.html")]
struct Exit<'a> {
    title: &'a str,
    to: &'a str,
}

/// The answer to `POST /exit`: takes every cookie away and goes to the dull page.
///
/// # Errors
/// Only when the template does not render.
pub fn leave(visit: &Visit) -> Answer {
    let house = visit.web().house();
    let mut response = show(&Exit {
        title: &house.leave_title,
        to: &house.leave_to,
    })?;
    for name in [
        Name::SignIn,
        Name::Visitor,
        Name::Initials,
        Name::Device,
        Name::Shared,
    ] {
        cookies::clear(visit.web(), &mut response, name);
    }
    response.headers_mut().insert(
        header::HeaderName::from_static("clear-site-data"),
        HeaderValue::from_static("\"storage\""),
    );
    Ok(response)
}
