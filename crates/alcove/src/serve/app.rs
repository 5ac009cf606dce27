//! The doors joined: one router, the doorway around it, health beside it.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::middleware::from_fn;
use axum::response::Json;
use axum::routing::get;
use practice::Practice;
use practice::post::Mailer;
use serde_json::{Value, json};
use tower_http::timeout::TimeoutLayer;
use web::{PageError, Web, doorway};

use crate::demo;
use crate::log;

use super::unlock;

/// How long one request may take.
const LONGEST: Duration = Duration::from_mins(1);

/// Which doors stand at an address.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Doors {
    All,
    WithoutDesk,
    DeskOnly,
}

/// Everything that an address answers.
pub(super) fn app(
    practice: &Practice,
    web: &Web,
    which: Doors,
    demo: Option<(demo::Marker, Arc<Mailer>)>,
) -> Router {
    let mut doors = Router::new()
        .merge(public::router())
        .merge(web::assets::router())
        .merge(unlock::router());
    if which != Doors::DeskOnly {
        doors = doors.merge(portal::router());
    }
    if which != Doors::WithoutDesk {
        doors = doors.merge(desk::router());
    }
    if let Some((marker, mailer)) = demo {
        doors = doors.merge(demo::router(&marker, mailer));
    }
    let doors = doors
        .fallback(async || PageError::NotFound)
        .with_state(practice.clone())
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            LONGEST,
        ))
        .layer(from_fn(log::told));
    let health = Router::new()
        .route("/health", get(health))
        .with_state(practice.clone());
    doorway(doors, web).merge(health)
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
