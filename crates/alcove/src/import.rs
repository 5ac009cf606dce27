//! `alcove import`: reads files of other systems, takes them into the practice, tells what became of each.
//!
//! What a file means is `exchange`'s, what becomes of it `practice`'s. The report names files, lines and kinds of items,
//! never a person.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use exchange::{Options, SlashDates};
use indicatif::ProgressBar;
use jiff::tz::TimeZone;
use practice::Practice;
use practice::access::JobAccess;
use practice::error::AccessError;
use practice::imports::{
    Advance, Commit, Counts, Line, Offer, Outcome, Placing, Report, Step, Watch,
};
use serde::Serialize;

use crate::cli::{Dates, Import};
use crate::failure::Failure;
use crate::open::Opened;
use crate::progress;

/// How many lines of one file a person is shown; JSON tells all of them.
const SHOWN: usize = 50;

/// What became of one file.
#[derive(Serialize)]
struct Told {
    file: PathBuf,
    #[serde(flatten)]
    report: Report,
}

/// What is printed as JSON.
#[derive(Serialize)]
struct Whole<'a> {
    dry_run: bool,
    files: &'a [Told],
}

/// Takes the files in, and tells what became of each; 1 when one was refused as a whole.
pub(crate) async fn import(words: Import) -> Result<ExitCode, Failure> {
    let opened = Opened::unlocked(&words.place).await?;
    let told = all(&opened.practice, &words).await;
    let kept = opened.practice.sequence().await;
    opened.close().await;
    let told = told?;
    // A server that is at work keeps the log itself, and may have been first.
    if let Err(error) = kept
        && !matches!(error, AccessError::Stale)
    {
        return Err(error.into());
    }
    if words.json {
        let whole = Whole {
            dry_run: words.dry_run,
            files: &told,
        };
        println!("{}", serde_json::to_string(&whole)?);
    } else {
        told.iter().for_each(say);
    }
    let is_refused = told.iter().any(|told| told.report.is_refused());
    Ok(ExitCode::from(u8::from(is_refused)))
}

async fn all(practice: &Practice, words: &Import) -> Result<Vec<Told>, Failure> {
    let placing = placing(practice, words.clinician.as_deref()).await?;
    let options = options(practice, words).await?;
    let bar = progress::bar(words.json)?;
    let mut told = Vec::new();
    let mut offers = Vec::new();
    for (place, file) in words.files.iter().enumerate() {
        match read(file, &options, &bar) {
            Ok(offer) => offers.push((place, file.clone(), offer)),
            Err(why) => told.push((place, file.clone(), Report::unread(&why))),
        }
    }
    // Appointments and conditions find the people of whom another file tells.
    offers.sort_by_key(|(_, _, offer)| rank(offer));
    let commit = if words.dry_run {
        Commit::DryRun
    } else {
        Commit::Take
    };
    for (place, file, offer) in offers {
        let (watch, placing) = (watch(&bar, &file), placing.clone());
        let access = JobAccess::import();
        let report = practice.take_offer(&access, offer, placing, commit, watch);
        told.push((place, file, report.await?));
    }
    bar.finish_and_clear();
    told.sort_by_key(|(place, _, _)| *place);
    let told = told.into_iter();
    Ok(told
        .map(|(_, file, report)| Told { file, report })
        .collect())
}

/// Files with people before those that only speak of them.
fn rank(offer: &Offer) -> u8 {
    if !offer.persons.is_empty() || !offer.clinicians.is_empty() {
        return u8::from(offer.persons.is_empty());
    }
    if offer.appointments.is_empty() && offer.sessions.is_empty() {
        return 3;
    }
    2
}

async fn placing(practice: &Practice, slug: Option<&str>) -> Result<Placing, Failure> {
    let Some(slug) = slug else {
        return Ok(Placing::default());
    };
    let staff = practice.published_staff().await?;
    let named = staff.iter().find(|member| member.slug == slug);
    let named = named.ok_or_else(|| {
        let slugs: Vec<&str> = staff.iter().map(|member| member.slug.as_str()).collect();
        let slugs = slugs.join(", ");
        Failure::refused(format!("nobody here is called {slug}; there are: {slugs}"))
    })?;
    Ok(Placing {
        clinician: Some(named.person),
    })
}

async fn options(practice: &Practice, words: &Import) -> Result<Options, Failure> {
    let described = practice.description().await?;
    let zone = TimeZone::get(&described.zone).unwrap_or(TimeZone::UTC);
    let today = practice.now().to_zoned(zone.clone()).date();
    let mut options = Options::new(today, zone);
    options.adult_age = described.locale()?.adult_age();
    options.origin.clone_from(&words.origin);
    options.slash_dates = words.dates.map(|dates| match dates {
        Dates::MonthFirst => SlashDates::MonthFirst,
        Dates::DayFirst => SlashDates::DayFirst,
    });
    Ok(options)
}

fn read(file: &Path, options: &Options, bar: &ProgressBar) -> Result<Offer, String> {
    begin(bar, file, "reading", 0);
    let mut progress = |at: exchange::Progress| {
        bar.set_length(at.of.unwrap_or(at.bytes));
        bar.set_position(at.bytes);
    };
    let read = || exchange::read_path(file, options, &mut progress);
    tokio::task::block_in_place(read).map_err(|error| error.to_string())
}

fn begin(bar: &ProgressBar, file: &Path, step: &'static str, of: u64) {
    let name = file.file_name().unwrap_or_default();
    progress::begin(bar, &name.to_string_lossy(), step, of);
}

fn watch(bar: &ProgressBar, file: &Path) -> Watch {
    let (bar, file) = (bar.clone(), file.to_owned());
    Arc::new(move |at: Advance| {
        let step = match at.step {
            Step::Comparing => "comparing",
            Step::Sealing => "sealing",
            Step::Storing => "storing",
        };
        if at.done == 0 {
            begin(&bar, &file, step, at.of);
        }
        bar.set_position(at.done);
    })
}

fn say(told: &Told) {
    let report = &told.report;
    let outcome = match report.outcome {
        Outcome::Taken => "taken",
        Outcome::WouldBeTaken => "would be taken",
        Outcome::TakenBefore => "was taken before; nothing changed",
        Outcome::Refused => "refused; nothing of it is taken",
    };
    println!("{}: {}, {outcome}", told.file.display(), report.source);
    for (word, counts) in [
        ("taken", &report.taken),
        ("merged", &report.merged),
        ("not taken", &report.not_taken),
    ] {
        if !counts.is_empty() {
            println!("  {word}: {}", list(counts));
        }
    }
    lines("refused", &report.refused);
    lines("to see", &report.notices);
}

fn list(counts: &Counts) -> String {
    let words: Vec<String> = counts
        .iter()
        .map(|(kind, count)| format!("{} {count}", kind.replace('_', " ")))
        .collect();
    words.join(", ")
}

fn lines(word: &str, lines: &[Line]) {
    for Line { line, what, said } in lines.iter().take(SHOWN) {
        let place = line.map_or(String::new(), |line| format!(" line {line},"));
        println!("  {word}:{place} {what}: {said}");
    }
    let more = lines.len().saturating_sub(SHOWN);
    if more > 0 {
        println!("  {word}: {more} more; --json tells all of them");
    }
}
