//! The words of a document, in each language, and days and times on the practice's clock.

use jiff::Timestamp;
use practice::clock::from_micros;
use practice::copies::{Gathered, Of};
use practice::language::Language;

/// One of two, by language.
pub(crate) const fn say(
    language: Language,
    english: &'static str,
    german: &'static str,
) -> &'static str {
    match language {
        Language::English => english,
        Language::German => german,
    }
}

/// "19 November 2026".
pub(crate) fn day(of: &Gathered, at: Timestamp) -> String {
    of.language.day(of.practice.day_of(at))
}

/// "19 November 2026, 10:00".
pub(crate) fn moment(of: &Gathered, micros: i64) -> String {
    let at = from_micros(micros);
    let clock = at.to_zoned(of.practice.clock_zone());
    format!("{}, {}", day(of, at), clock.strftime("%H:%M"))
}

/// On whose side something stands.
pub(crate) fn side(of: &Gathered, on: Of) -> String {
    match on {
        Of::Joint => say(of.language, "Shared", "Gemeinsam").to_owned(),
        Of::Own(id) => {
            let name = of.name(id);
            match of.language {
                Language::English => format!("{name} alone"),
                Language::German => format!("{name} allein"),
            }
        }
    }
}
