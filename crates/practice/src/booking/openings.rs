//! Openings: times that can still be booked, already intersected with what is taken, so that nobody infers another's
//! bookings (R7). They are published: computed from structure alone, also while the server is locked.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use store::{StoreError, Tx};

use super::records::{self, Hours};
use crate::calendar::Place;
use crate::clock::{Minutes, after, micros};
use crate::core::Practice;
use crate::ids::{PersonId, PracticeId};

/// What an opening is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UseFor {
    /// One-hour sessions.
    Sessions,
    /// The free first talk.
    Consultations,
}

/// A time that can still be booked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Opening {
    /// With whom.
    pub clinician: PersonId,
    /// From.
    pub starts: Timestamp,
    /// In the clinician's zone, for showing it.
    pub zone: TimeZone,
    /// Where it can be.
    pub places: Vec<Place>,
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// With whom.
    pub clinician: PersonId,
    /// What for.
    pub use_for: UseFor,
    /// How long.
    pub length: Minutes,
    /// From this instant on.
    pub from: Timestamp,
    /// For so many days.
    pub days: u16,
    /// At the most so many.
    pub at_most: usize,
}

/// Openings begin on the hour and at its half, at the earliest two hours from now.
const EVERY: i64 = 30;
/// Hours between asking and the first opening.
const AHEAD_HOURS: i64 = 2;

impl Practice {
    /// A clinician's openings, in order.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn openings(&self, asked: Asked) -> Result<Vec<Opening>, StoreError> {
        let practice = self.id();
        let now = self.now();
        self.published(move |tx| find(tx, practice, asked, now))
            .await
    }
}

/// Finds openings within a transaction.
///
/// # Errors
/// A fault of the database.
pub fn find(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    asked: Asked,
    now: Timestamp,
) -> Result<Vec<Opening>, StoreError> {
    let hours = records::hours(tx, practice, asked.clinician)?;
    let earliest = now
        .checked_add(AHEAD_HOURS.hours())
        .unwrap_or(now)
        .max(asked.from);
    let span = (
        micros(asked.from),
        micros(asked.from) + (i64::from(asked.days) + 2) * 86_400_000_000,
    );
    let taken = records::taken(tx, practice, asked.clinician.0, span)?;
    let mut rooms = Vec::new();
    for (room, _) in records::rooms(tx, practice)? {
        rooms.push(records::taken(tx, practice, room.0, span)?);
    }
    let mut found: Vec<Opening> = Vec::new();
    for stretch in hours.iter().filter(|stretch| fits(stretch, asked.use_for)) {
        let Ok(zone) = TimeZone::get(&stretch.zone) else {
            continue;
        };
        for starts in starts_of(stretch, &zone, &asked) {
            let ends = micros(after(starts, asked.length));
            let wanted = (micros(starts), ends);
            if starts < earliest || !is_free(&taken, wanted) {
                continue;
            }
            let room = rooms.iter().any(|taken| is_free(taken, wanted));
            let places = places(stretch, room);
            if !places.is_empty() {
                found.push(Opening {
                    clinician: asked.clinician,
                    starts,
                    zone: zone.clone(),
                    places,
                });
            }
        }
    }
    found.sort_by_key(|opening| opening.starts);
    found.dedup_by_key(|opening| opening.starts);
    found.truncate(asked.at_most);
    Ok(found)
}

fn fits(stretch: &Hours, use_for: UseFor) -> bool {
    let word = match use_for {
        UseFor::Sessions => "sessions",
        UseFor::Consultations => "consultations",
    };
    stretch.use_for == word || stretch.use_for == "both"
}

fn places(stretch: &Hours, room: bool) -> Vec<Place> {
    let mut places = Vec::new();
    if room && stretch.place != "video" {
        places.push(Place::Premises);
    }
    if stretch.place != "premises" {
        places.push(Place::Video);
    }
    places
}

pub(super) fn is_free(taken: &[(i64, i64)], wanted: (i64, i64)) -> bool {
    taken
        .iter()
        .all(|span| span.1 <= wanted.0 || wanted.1 <= span.0)
}

/// Every start within a stretch of working hours over the asked days, in civil time, so that daylight saving moves none.
fn starts_of(stretch: &Hours, zone: &TimeZone, asked: &Asked) -> Vec<Timestamp> {
    let (Ok(begins), Ok(ends)) = (stretch.begins.parse::<Time>(), stretch.ends.parse::<Time>())
    else {
        return Vec::new();
    };
    let first: Date = asked.from.to_zoned(zone.clone()).date();
    let length = i64::from(asked.length.0);
    let minutes = |time: Time| i64::from(time.hour()) * 60 + i64::from(time.minute());
    let mut found = Vec::new();
    for day in 0..=i64::from(asked.days) {
        let Ok(date) = first.checked_add(day.days()) else {
            break;
        };
        if i64::from(date.weekday().to_monday_one_offset()) != stretch.weekday {
            continue;
        }
        let mut at = minutes(begins);
        while at + length <= minutes(ends) {
            let civil = date.at(0, 0, 0, 0).checked_add(at.minutes());
            if let Some(instant) = civil.ok().and_then(|civil| zone.to_timestamp(civil).ok()) {
                found.push(instant);
            }
            at += EVERY;
        }
    }
    found
}
