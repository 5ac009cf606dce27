//! The portal: door 2, `/my`, for clients.

/// The routes of this door.
pub fn router() -> axum::Router<practice::Practice> {
    axum::Router::new()
}
