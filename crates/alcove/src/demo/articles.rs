//! The demo's articles: those that every practice begins with, reviewed by one of its clinicians before it opened.

use jiff::ToSpan as _;
use jiff::tz::TimeZone;
use practice::access::JobAccess;
use practice::articles::{Review, Reviewer};

use super::make::{DAYS, Making, earlier};
use super::people::DemoRole;
use crate::failure::Failure;

/// How many days before the opening they were reviewed.
const BEFORE: i64 = 9;

/// Publishes them.
///
/// # Errors
/// [`Failure::Refused`] when they cannot be written.
pub(super) async fn publish(making: &Making) -> Result<(), Failure> {
    let mut staff = making.demo.staff.iter();
    let reviewer = staff
        .find(|member| member.roles.contains(&DemoRole::Clinician))
        .ok_or_else(|| Failure::refused("nobody of the demo is a clinician"))?;
    let zone = TimeZone::get(&making.demo.practice.zone).unwrap_or(TimeZone::UTC);
    let reviewed = earlier(making.today, DAYS + BEFORE).to_zoned(zone).date();
    let review = Review {
        reviewer: Reviewer {
            name: reviewer.name.clone(),
            title: reviewer.suffix.clone(),
        },
        reviewed,
        next_review: reviewed.saturating_add(24.months()),
    };
    let access = JobAccess::set_up();
    making
        .practice
        .begin_articles(&access, Some(review))
        .await?;
    Ok(())
}
