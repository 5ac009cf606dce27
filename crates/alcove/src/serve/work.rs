//! What the server does without being asked: writes links for who forgot a password, sends the post, forgets what has
//! fallen silent.

use std::sync::Arc;
use std::time::Duration;

use practice::post::Mailer;
use practice::{AccessError, Practice};

/// How often the post looks whether a letter is due.
const POST: Duration = Duration::from_secs(2);
/// How often the house is kept.
const HOUSE: Duration = Duration::from_hours(1);

/// Sends what is due, again and again; without a mail server letters wait.
pub(super) async fn send_post(practice: Practice, mailer: Option<Arc<Mailer>>) {
    let Some(mailer) = mailer else { return };
    let mut each = tokio::time::interval(POST);
    each.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        each.tick().await;
        match practice.send_post(&mailer).await {
            Ok(_) | Err(AccessError::Locked) => {}
            Err(error) => tracing::warn!(%error, "the post could not look"),
        }
    }
}

/// Writes the letters for who asked for a way back in.
pub(super) async fn answer_ways_back(practice: Practice) {
    let mut each = tokio::time::interval(POST);
    each.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        each.tick().await;
        match practice.answer_ways_back().await {
            Ok(_) | Err(AccessError::Locked) => {}
            Err(error) => tracing::warn!(%error, "who asked for a link could not be answered"),
        }
    }
}

/// Deletes enquiries that were declined or fell silent thirty days ago.
pub(super) async fn keep_house(practice: Practice) {
    let mut each = tokio::time::interval(HOUSE);
    loop {
        each.tick().await;
        match practice.forget_enquiries().await {
            Ok(0) | Err(AccessError::Locked) => {}
            Ok(forgotten) => tracing::info!(forgotten, "enquiries were forgotten"),
            Err(error) => tracing::warn!(%error, "enquiries could not be forgotten"),
        }
    }
}
