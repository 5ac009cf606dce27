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
    let locale = &visit.web().house().locale;
    let at = locale.clock(locale.here(at).time());
    Ok(Json(json!({ "at": at, "revision": revision })).into_response())
}
