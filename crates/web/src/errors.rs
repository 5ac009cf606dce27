//! What goes wrong, told once for all doors: what happened, that the words are safe, what to do.
//!
//! A handler returns a [`PageError`]; the doorway turns it into a page in the door's frame. The person
//! sees plain words and, when it is our fault, a reference; the log keeps the reference and the cause.
//! "Not there" and "not yours" are the same answer, to the byte.

use std::any::Any;
use std::fmt;

use askama::Template;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;

use crate::form::{Form, Typed};
use crate::page::Page;
use crate::proving;
use crate::show::{above, encoded, show_as};
use crate::visit::{Visit, Wants};

/// Everything that a door answers instead of its page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageError {
    /// 404: not there, or not this person's to see.
    NotFound,
    /// The sign-in page, which comes back here; 401 for a module of ours, and where words must be given back first.
    SignInFirst,
    /// 403: a dangerous act, for which who is signed in proves themselves again first.
    ProveFirst,
    /// 403: another site made this request.
    FromElsewhere,
    /// 403: the form is of another sign-in, or older than the cookie.
    StaleForm,
    /// 409: somebody was faster, or the revision is not the newest.
    Conflict,
    /// 413.
    TooLarge,
    /// 422: a body that is no form. Field errors show the form again instead.
    Unreadable,
    /// 422: fields of a form that saves itself, each with its message for the person.
    Refused(Vec<(String, String)>),
    /// 429, and the seconds to wait.
    TooMany(u32),
    /// 429: the same after that, and the seconds to wait.
    Braked(u32),
    /// 503: the server is locked.
    Locked,
    /// 503: too much at once, soon over.
    Busy,
    /// 405.
    NoSuchAct,
    /// 500: our fault. The cause is for the log and never carries a client's words.
    Broken(String),
}

impl PageError {
    /// Our fault, with a cause for the log.
    #[must_use]
    pub fn broken(cause: impl fmt::Display) -> Self {
        Self::Broken(cause.to_string())
    }

    /// What was refused in a form that saves itself: its module tells the person.
    #[must_use]
    pub fn refused(form: &Form) -> Self {
        Self::Refused(form.refused().to_vec())
    }

    /// The status of the answer.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::SignInFirst => StatusCode::UNAUTHORIZED,
            Self::ProveFirst | Self::FromElsewhere | Self::StaleForm => StatusCode::FORBIDDEN,
            Self::Conflict => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unreadable | Self::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMany(_) | Self::Braked(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Locked | Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::NoSuchAct => StatusCode::METHOD_NOT_ALLOWED,
            Self::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[derive(Template)]
#[template(path = "errors/page.html")]
struct ErrorPage {
    page: Page,
    heading: &'static str,
    told: String,
    next: &'static str,
    href: String,
    typed: Vec<String>,
    reference: Option<String>,
}

/// Turns the errors that a handler, an extractor or the router left in a response into pages. What was typed into the
/// form that was `sent` comes back with each of them.
pub(crate) fn dress(visit: &Visit, sent: &[u8], mut response: Response) -> Response {
    let error = response
        .extensions_mut()
        .remove::<PageError>()
        .or_else(|| bare(&response));
    let Some(error) = error else { return response };
    let mut dressed = match visit.wants() {
        Wants::Page if error == PageError::ProveFirst => return proving::first(visit, sent),
        Wants::Page => page(visit, &error, Form::parse(sent).typed()),
        Wants::Data => data(visit, &error),
    };
    for name in [header::ALLOW, header::RETRY_AFTER] {
        if let Some(value) = response.headers().get(&name) {
            dressed.headers_mut().insert(name, value.clone());
        }
    }
    dressed
}

/// The error behind an answer that axum itself gave, in plain text or in nothing at all.
fn bare(response: &Response) -> Option<PageError> {
    let content_type = response.headers().get(header::CONTENT_TYPE);
    if content_type.is_some_and(|value| !value.as_bytes().starts_with(b"text/plain")) {
        return None;
    }
    match response.status() {
        // An address whose parts cannot be read, by whichever method, is one that was never given.
        StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST => Some(PageError::NotFound),
        StatusCode::METHOD_NOT_ALLOWED => Some(PageError::NoSuchAct),
        StatusCode::PAYLOAD_TOO_LARGE => Some(PageError::TooLarge),
        StatusCode::UNSUPPORTED_MEDIA_TYPE | StatusCode::UNPROCESSABLE_ENTITY => {
            Some(PageError::Unreadable)
        }
        StatusCode::SERVICE_UNAVAILABLE => Some(PageError::Busy),
        status if status.is_server_error() => Some(PageError::broken(status)),
        _ => None,
    }
}

fn page(visit: &Visit, error: &PageError, typed: Typed) -> Response {
    if *error == PageError::NoSuchAct && matches!(visit.method().as_str(), "GET" | "HEAD") {
        // The answer of a form that was refused is a page at the form's address. Who loads that address anew finds the
        // page with the form, one level above; a form that stands elsewhere has its way there beside its route.
        return Redirect::to(above(visit.path(), 1)).into_response();
    }
    if *error == PageError::SignInFirst && typed.words.is_empty() {
        return Redirect::to(&sign_in(visit, &typed)).into_response();
    }
    let status = error.status();
    let mut response =
        show_as(status, &words(visit, error, typed)).unwrap_or_else(|_| status.into_response());
    if let PageError::TooMany(seconds) | PageError::Braked(seconds) = error {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
    }
    response
}

fn data(visit: &Visit, error: &PageError) -> Response {
    if let PageError::Broken(cause) = error {
        note(visit, cause);
    }
    let status = error.status();
    let told = if let PageError::Refused(fields) = error {
        json!({ "status": status.as_u16(), "fields": fields })
    } else {
        json!({ "status": status.as_u16() })
    };
    (status, Json(told)).into_response()
}

/// The sign-in page, from which one comes back to the page that was asked for, or to the one with the form.
fn sign_in(visit: &Visit, typed: &Typed) -> String {
    let here = visit.method().is_safe().then(|| visit.path());
    let next = here.or(typed.page.as_deref());
    let next = next.unwrap_or_else(|| visit.door().home());
    format!("/sign-in?next={}", encoded(next))
}

fn words(visit: &Visit, error: &PageError, typed: Typed) -> ErrorPage {
    let (title, heading, told) = sentences(error);
    let here = visit.method().is_safe().then(|| visit.path().to_owned());
    let (next, href) = match (error, typed.page.clone().or(here)) {
        (PageError::SignInFirst, _) => ("Sign in", sign_in(visit, &typed)),
        (
            PageError::StaleForm | PageError::Conflict | PageError::TooMany(_) | PageError::Busy,
            Some(page),
        ) => ("Open the page again", page),
        (PageError::Locked, _) => ("Go to the public pages", "/".to_owned()),
        _ => ("Go to the first page", visit.door().home().to_owned()),
    };
    let reference = if let PageError::Broken(cause) = error {
        Some(note(visit, cause))
    } else {
        None
    };
    let page = Page::new(visit, visit.door(), title);
    ErrorPage {
        page,
        heading,
        told,
        next,
        href,
        typed: typed.words,
        reference,
    }
}

/// The neutral title, the heading and what to know.
fn sentences(error: &PageError) -> (&'static str, &'static str, String) {
    match error {
        PageError::SignInFirst => (
            "Not sent",
            "You are signed out",
            "Nothing was changed. Sign in, then send it again.".to_owned(),
        ),
        PageError::NotFound => (
            "Not here",
            "There is nothing at this address",
            "It may have moved, or it may not be yours to open.".to_owned(),
        ),
        PageError::FromElsewhere => (
            "Not sent",
            "Another site sent you here with a form",
            "Nothing was changed. If you meant to do something here, start from our own pages."
                .to_owned(),
        ),
        PageError::StaleForm => (
            "Not sent",
            "This page was open for a long time, or you signed in again",
            "Nothing was changed. Open the page again and send it from there.".to_owned(),
        ),
        PageError::Conflict => (
            "Changed meanwhile",
            "This was changed while you had it open",
            "Nothing was overwritten. Look at what is there now, then decide.".to_owned(),
        ),
        PageError::TooLarge => (
            "Too large",
            "That is larger than we can take",
            "Nothing was changed. Go back: your words may still be on the page before this one."
                .to_owned(),
        ),
        PageError::Unreadable | PageError::Refused(_) => (
            "Not understood",
            "We could not read that",
            "Nothing was changed.".to_owned(),
        ),
        PageError::NoSuchAct => (
            "Not here",
            "That cannot be done at this address",
            "Nothing was changed.".to_owned(),
        ),
        PageError::Broken(_) => (
            "Our fault",
            "Something went wrong on our side",
            "It is not something that you did.".to_owned(),
        ),
        PageError::ProveFirst
        | PageError::TooMany(_)
        | PageError::Braked(_)
        | PageError::Locked
        | PageError::Busy => later(error),
    }
}

/// The same for what can be done later, or after one more step.
fn later(error: &PageError) -> (&'static str, &'static str, String) {
    if let PageError::TooMany(seconds) = error {
        let told = format!("Please wait {} and try again.", waiting(*seconds));
        return ("A pause", "That was often in a short time", told);
    }
    if let PageError::Braked(seconds) = error {
        let told = format!(
            "Very many were opened in a short time, and it stands in the access log. You can go on in {}. The owner can see why.",
            waiting(*seconds)
        );
        return (
            "A pause",
            "That is the end of opening records for now",
            told,
        );
    }
    if *error == PageError::ProveFirst {
        return proving::asked();
    }
    let (title, heading, told) = if *error == PageError::Locked {
        let told = "Nobody can open them until somebody of the practice unlocks the server. What is public stays open.";
        ("Locked", "The records are locked", told)
    } else {
        let told = "Nothing was changed. Please wait a moment and try again.";
        ("A pause", "Many people came at once", told)
    };
    (title, heading, told.to_owned())
}

fn waiting(seconds: u32) -> String {
    match seconds {
        0..=1 => "a moment".to_owned(),
        2..=90 => format!("{seconds} seconds"),
        more => format!("{} minutes", more.div_ceil(60)),
    }
}

/// Writes the one log line and gives the reference that the person sees.
fn note(visit: &Visit, cause: &str) -> String {
    const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let bytes: [u8; 8] = visit.web().random();
    let letters = bytes
        .iter()
        .filter_map(|byte| LETTERS.get(usize::from(byte % 32)));
    let reference: String = letters.map(|letter| char::from(*letter)).collect();
    tracing::error!(reference, cause, "a page broke");
    reference
}

/// The answer of a handler that panicked. What it said may hold a client's words, so nobody hears it.
pub(crate) fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    PageError::broken("panic").into_response()
}
