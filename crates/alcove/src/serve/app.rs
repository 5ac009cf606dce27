//! The doors joined: one router, health among them, the doorway around it.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::middleware::{from_fn, map_response};
use axum::response::{Json, Redirect, Response};
use axum::routing;
use practice::Practice;
use practice::post::Mailer;
use serde_json::{Value, json};
use tower_http::timeout::TimeoutLayer;
use web::{Listed, PageError, Routes, Web, doorway, get};

use crate::demo;
use crate::log;

use super::{unlock, ways};

/// How long one request may take.
const LONGEST: Duration = Duration::from_mins(1);

/// Which doors stand at an address.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    All,
    WithoutDesk,
    DeskOnly,
}

/// Everything that an address answers.
pub(super) fn app(
    practice: &Practice,
    web: &Web,
    which: Which,
    demo: Option<(demo::Marker, Arc<Mailer>)>,
) -> Routes<()> {
    let routes = doors(which, demo)
        .within(|router| router.fallback(async || PageError::NotFound))
        .with_state(practice.clone())
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            LONGEST,
        ))
        .layer(from_fn(log::told));
    doorway(routes, web)
}

/// Every address that the program can answer, those of a demo too.
pub(crate) fn every_address() -> Vec<Listed> {
    let kept = Arc::new(Mailer::kept(String::new()));
    doors(Which::All, Some((demo::Marker::default(), kept))).listed()
}

/// The addresses of the doors, and of health.
fn doors(which: Which, demo: Option<(demo::Marker, Arc<Mailer>)>) -> Routes<Practice> {
    let mut doors = Routes::new()
        .merge(public::router())
        .merge(web::assets::router())
        .merge(unlock::router());
    if which != Which::DeskOnly {
        doors = doors.merge(portal::router());
    }
    if which != Which::WithoutDesk {
        doors = doors.merge(desk::router()).merge(ways::router());
    }
    if let Some((marker, mailer)) = demo {
        doors = doors.merge(demo::router(&marker, mailer));
    }
    doors.merge(Routes::new().route("/health", get(health)))
}

/// What answers plain HTTP where browsers are to come by https: where to go, and nothing else. What was sent here in the clear is
/// not taken.
pub(super) fn redirect(origin: String, web: &Web) -> Routes<()> {
    let lead = async move |uri: Uri| {
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        Redirect::permanent(&format!("{origin}{path}"))
    };
    let only_looking = routing::get(lead).fallback(async || PageError::NoSuchAct);
    // A browser must not believe this header where it comes in the clear (RFC 6797, section 7.2).
    let in_the_clear = async |mut response: Response| {
        response
            .headers_mut()
            .remove(header::STRICT_TRANSPORT_SECURITY);
        response
    };
    doorway(
        Routes::new().within(|router: axum::Router| router.fallback(only_looking)),
        web,
    )
    .layer(map_response(in_the_clear))
}

/// Whether the practice is unlocked; it needs nothing, not even a database that answers.
async fn health(State(practice): State<Practice>) -> Json<Value> {
    let state = if practice.is_locked() {
        "locked"
    } else {
        "ready"
    };
    Json(json!({ "state": state, "version": env!("CARGO_PKG_VERSION") }))
}
