//! Other systems' words to and from ours: files that a practice brings along, read into an
//! [`Offer`] in the practice's words.
//!
//! A file's kind is told by what is in it, never by its name. Whatever is in it, reading gives an offer with
//! refusals or an error, and neither carries a person's words. Nothing is stored here; `practice::imports` does that.
//!
//! To add another kind of file: 1. a module that fills an `Offer`; 2. its first bytes in [`mod@kind`]; 3. its
//! arm in [`read`]; 4. files that others made, with their licence, in `tests/data`, and what is expected of them.

mod calendar;
mod contacts;
mod fhir;
pub mod kind;
mod lines;
mod people;
mod source;
mod tables;
mod text;

pub use kind::Kind;
pub use source::{Progress, Source};
pub use tables::neutral;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use practice::imports::Offer;
use std::io::{self, Read};
use std::path::Path;

/// How dates with slashes are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlashDates {
    /// 11/22/2026.
    MonthFirst,
    /// 22/11/2026.
    DayFirst,
}

/// What a reader has to know besides the file.
#[derive(Clone, Debug)]
pub struct Options {
    /// The day on which the file is read: for ages, and for the window of a calendar.
    pub today: Date,
    /// The practice's zone, for times that name none.
    pub zone: TimeZone,
    /// From what age on a person is an adult by the law of the practice's place (R8).
    pub adult_age: u8,
    /// A name for the system that the file comes from, so that record 7 of one is not record 7 of another.
    pub origin: Option<String>,
    /// How dates with slashes are meant where the file leaves it open.
    pub slash_dates: Option<SlashDates>,
    /// The longest file that is read, in bytes.
    pub most_bytes: u64,
}

impl Options {
    /// What is usual, for a practice in `zone` on the day `today`.
    #[must_use]
    pub fn new(today: Date, zone: TimeZone) -> Self {
        Self {
            today,
            zone,
            adult_age: 18,
            origin: None,
            slash_dates: None,
            most_bytes: 1 << 30,
        }
    }
}

/// Why a file gives no offer at all.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    /// The file cannot be read.
    #[error("the file cannot be read")]
    Io(#[from] io::Error),
    /// There is nothing in the file.
    #[error("the file is empty")]
    Empty,
    /// The file is longer than what is read.
    #[error("the file is longer than {most} bytes")]
    TooLong {
        /// The longest that is read.
        most: u64,
    },
    /// The file is none of the kinds that are read.
    #[error("the file is none that can be read: {0}")]
    Unrecognised(&'static str),
}

/// One participant's part of what was gathered, as data to carry (FHIR R4, a document Bundle as JSON).
///
/// # Errors
/// When it cannot be written as JSON.
pub fn bundle(
    of: &practice::copies::Gathered,
    whose: practice::ids::ParticipantId,
) -> Result<Vec<u8>, serde_json::Error> {
    fhir::bundle(of, whose)
}

/// Reads a file of any known kind, once and from its beginning to its end.
///
/// `progress` is called now and then with how far the reading is. A file may be refused as a whole
/// ([`Offer::is_refused`]); then nothing is in its offer but what was refused and why.
///
/// # Errors
/// [`ExchangeError::Unrecognised`], [`ExchangeError::Empty`], [`ExchangeError::TooLong`] for the file as such;
/// [`ExchangeError::Io`] when reading it fails. None of them carries anything of the file.
pub fn read<R: Read>(
    source: Source<R>,
    options: &Options,
    progress: &mut dyn FnMut(Progress),
) -> Result<Offer, ExchangeError> {
    let name = source.name.clone();
    let mut input = source.begin(options.most_bytes, progress);
    let mut offer = match kind::of(input.head()?)? {
        Kind::Records => fhir::read(&mut input, name, options)?,
        Kind::Calendar => calendar::read(&input.whole()?, name, options),
        Kind::Contacts => contacts::read(&input.whole()?, name, options),
        Kind::Table => tables::read(&input.whole()?, name, options)?,
    };
    (offer.digest, offer.bytes) = input.finish()?;
    if offer.is_refused() {
        offer.withdraw();
    }
    offer.refusals.sort_by_key(|refused| refused.line);
    offer.notices.sort_by_key(|notice| notice.line);
    Ok(offer)
}

/// [`read()`] for a file of the disk.
///
/// # Errors
/// As [`read()`].
pub fn read_path(
    path: &Path,
    options: &Options,
    progress: &mut dyn FnMut(Progress),
) -> Result<Offer, ExchangeError> {
    read(Source::open(path)?, options, progress)
}
