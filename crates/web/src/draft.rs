//! The answer that `drafts.js` understands.

use axum::Json;
use axum::response::IntoResponse;
use jiff::Timestamp;
use serde_json::json;

use crate::show::Answer;
use crate::visit::Visit;

/// "Draft saved 10:40", and the revision that the form carries from now on in its field `revision`.
/// Without a module of ours asking (no script), the handler answers with [`crate::go`] instead.
///
/// # Errors
/// None; the result is what handlers return.
pub fn draft_saved(visit: &Visit, at: Timestamp, revision: u32) -> Answer {
    Ok(Json(json!({ "at": clock(visit, at), "revision": revision })).into_response())
}

/// The same, where something was left out because it goes elsewhere, which only the writer's own word does.
///
/// # Errors
/// None; the result is what handlers return.
pub fn draft_saved_in_part(visit: &Visit, at: Timestamp, revision: u32) -> Answer {
    let at = clock(visit, at);
    Ok(Json(json!({ "at": at, "revision": revision, "left": true })).into_response())
}

fn clock(visit: &Visit, at: Timestamp) -> String {
    let locale = &visit.web().house().locale;
    locale.clock(locale.here(at).time())
}
