//! Makes the demo's folder: the practice, its rooms and its people, then everybody's year.
//!
//! A clock is put back a year and moved on as the story goes, so that receipts, roles and ids carry the times of
//! what they tell of.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};
use jiff::{SignedDuration, Timestamp};
use practice::clock::{Clock as _, SetClock, SystemClock};
use practice::settings::{Description, Fee, Hours};
use practice::{Opening, Practice};
use store::{DatabaseUrl, Store};
use vault::{PassphraseCost, Secret, SystemRandomness};

use super::marker::{self, Marker};
use super::people::{self, Demo, DemoPractice};
use super::{articles, former, staff, year};
use crate::failure::Failure;
use crate::init::Ground;
use crate::open;
use crate::settings::Flags;

/// How long the practice has been there.
pub(super) const DAYS: i64 = 371;

/// What everything is made with.
pub(super) struct Making {
    pub(super) practice: Practice,
    pub(super) store: Store,
    pub(super) clock: Arc<SetClock>,
    /// The instant at which the demo is made.
    pub(super) today: Timestamp,
    pub(super) demo: Demo,
    pub(super) bar: ProgressBar,
}

/// Makes the folder and everything in it.
///
/// # Errors
/// [`Failure::Refused`] when there is something else in the folder, or it cannot be written.
pub(super) async fn make(data: &Path, flags: &Flags) -> Result<(), Failure> {
    clear_unfinished(data)?;
    let ground = Ground::make(data, flags)?;
    let mut marker = Marker::default();
    marker.write(data)?;
    let url = &ground.settings.database;
    let (store, keyring) = open::databases(url).await.inspect_err(|_| {
        drop(clear_unfinished(data));
    })?;
    let secret = Ground::secret(&ground.settings)?;
    let today = SystemClock.now();
    let making = begin((&store, &keyring), &secret, people::demo()?, today).await?;
    making.clock.set(former::begins(&making));
    marker.staff = staff::make(&making).await?;
    let held = former::live(&making, &marker.staff).await?;
    making.clock.set(earlier(today, DAYS));
    articles::publish(&making).await?;
    marker.clients = year::live(&making, &marker.staff).await?;
    former::hold(&making, &marker.staff, held).await?;
    marker.proof = making.practice.demo_proof()?;
    making.bar.finish_and_clear();
    store.close().await;
    keyring.close().await;
    marker.finished = true;
    marker.write(data)
}

/// Makes the practice, a year before `today`, with nobody in it.
pub(super) async fn begin(
    databases: (&Store, &Store),
    secret: &Secret,
    demo: Demo,
    today: Timestamp,
) -> Result<Making, Failure> {
    let (store, keyring) = databases;
    let clock = Arc::new(SetClock::new(earlier(today, DAYS)));
    let opening = Opening {
        store: store.clone(),
        keyring: keyring.clone(),
        clock: Arc::clone(&clock) as _,
        randomness: Arc::new(SystemRandomness),
    };
    let practice = Practice::create(
        opening,
        secret,
        PassphraseCost::RECOMMENDED,
        description(&demo.practice).text()?,
    )
    .await?;
    practice.begin_authority().await?;
    Ok(Making {
        practice,
        store: store.clone(),
        clock,
        today,
        bar: bar(demo.staff.len()),
        demo,
    })
}

/// An instant that many days before.
pub(super) fn earlier(at: Timestamp, days: i64) -> Timestamp {
    at.checked_sub(SignedDuration::from_hours(days.saturating_mul(24)))
        .unwrap_or(at)
}

/// A bar on standard error, where that is a terminal.
fn bar(steps: usize) -> ProgressBar {
    let bar = ProgressBar::new(u64::try_from(steps).unwrap_or(0));
    let style = ProgressStyle::with_template("Inventing a practice {bar:32} {msg}");
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar
}

/// Removes what an earlier, interrupted making left; nothing else is ever removed.
fn clear_unfinished(data: &Path) -> Result<(), Failure> {
    if !marker::is_unfinished(data) {
        return Ok(());
    }
    let settings = crate::settings::Settings::read(data, &Flags::default())?;
    if let DatabaseUrl::Postgres(_) = settings.database {
        return Err(Failure::refused(
            "an earlier demo was not finished: give it an empty database and an empty folder",
        ));
    }
    drop(fs::remove_file(&settings.key_file));
    Ok(fs::remove_dir_all(data)?)
}

fn description(practice: &DemoPractice) -> Description {
    let fees = practice.fees.iter().map(|fee| Fee {
        title: fee.title.clone(),
        cents: fee.cents,
        note: fee.note.clone(),
    });
    Description {
        name: practice.name.clone(),
        line: "Sex and relationship therapy".to_owned(),
        lead: practice.lead.clone(),
        address: practice.address.join(", "),
        phone: practice.phone.clone(),
        email: practice.email.clone(),
        ethics_contact: practice.ethics_contact.clone(),
        place: practice.place.clone(),
        place_name: practice.place_name.clone(),
        zone: practice.zone.clone(),
        hours: Hours::Twelve,
        currency: practice.currency.clone(),
        fees: fees.collect(),
        sliding: practice.sliding_cents.clone(),
        session_minutes: practice.session_minutes,
        consultation_minutes: practice.consultation_minutes,
        cancellation_hours: practice.cancellation_hours,
        retention_years: practice.retention_years,
        ..Description::default()
    }
}
