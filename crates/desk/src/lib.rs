//! The desk: door 3, `/desk`, for the people of the practice.

/// The routes of this door.
pub fn router() -> axum::Router<practice::Practice> {
    axum::Router::new()
}
