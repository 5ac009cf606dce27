//! The practice's description as every page shows it.

use std::sync::Arc;

use jiff::tz::TimeZone;
use practice::Practice;
use practice::clock::{Clock as _, SystemClock};
use practice::places::{LineKind, places};
use practice::settings::{Description, Hours};
use vault::{Randomness as _, SystemRandomness};
use web::{HelpLine, House, Locale, Web};

use crate::failure::Failure;
use crate::settings::Settings;

/// What the doors are wired with.
pub(super) async fn web(
    settings: &Settings,
    practice: &Practice,
    is_demo: bool,
) -> Result<Web, Failure> {
    let description = practice.description().await?;
    Ok(Web::new(web::Settings {
        house: house(description, is_demo),
        https: settings.is_https(),
        passkeys: practice.has_passkeys(),
        origin: settings.address.clone().map(|address| address.origin),
        trusted: settings.trusted.clone(),
        csrf_key: practice.form_key().await?,
        clock: Arc::new(|| SystemClock.now()),
        randomness: Arc::new(|bytes| SystemRandomness.fill(bytes)),
    }))
}

fn house(description: Description, is_demo: bool) -> House {
    let hours = match description.hours {
        Hours::Twelve => web::Hours::Twelve,
        Hours::TwentyFour => web::Hours::TwentyFour,
    };
    let zone = TimeZone::get(&description.zone).unwrap_or(TimeZone::UTC);
    House {
        help: help(&description.place),
        name: description.name,
        line: description.line,
        address: description.address,
        leave_to: description.leave_to,
        leave_title: description.leave_title,
        locale: Locale::english(zone, hours),
        demo: is_demo,
    }
}

/// Where to turn in an emergency, at the practice's place.
fn help(place: &str) -> Vec<HelpLine> {
    let Some(locale) = places().locale(place) else {
        return Vec::new();
    };
    let mut help = vec![HelpLine {
        what: "If anyone is in danger, call".to_owned(),
        reach: locale.emergency().to_owned(),
    }];
    help.extend(locale.lines(LineKind::Crisis).map(|line| HelpLine {
        what: "For crisis support:".to_owned(),
        reach: line.in_words(),
    }));
    help
}
