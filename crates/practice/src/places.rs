//! What depends on the place: the age of adulthood, the emergency number, help lines.
//!
//! Shipped as a start; a practice checks its own place. Law beyond that is text that the practice edits.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

use crate::content::{self, ContentError};

/// The places that the program knows.
#[derive(Debug, Deserialize)]
pub struct Places {
    /// Month when the numbers were last looked at.
    pub checked: String,
    places: Vec<Place>,
}

/// A country, with what its law and its helpers give.
#[derive(Debug, Deserialize)]
pub struct Place {
    /// ISO 3166-1 code, such as `US`.
    pub country: String,
    /// Its name.
    pub name: String,
    /// The language in which its lines are named.
    pub language: String,
    /// The number for an emergency.
    pub emergency: String,
    adult_age: u8,
    regions: Vec<Region>,
    /// ISO 3166-2 codes of the parts where licences are given apart, with their names.
    #[serde(default)]
    parts: BTreeMap<String, String>,
    lines: Vec<HelpLine>,
    /// Whom a client may turn to about a clinician's licence, in general words.
    pub board: String,
}

/// A part of a country whose law differs.
#[derive(Debug, Deserialize)]
pub struct Region {
    /// ISO 3166-2 code, such as `US-AL`.
    pub code: String,
    /// Its name.
    pub name: String,
    adult_age: u8,
    /// What the practice should check there.
    pub note: String,
}

/// What a line is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// Any crisis, thoughts of suicide among them.
    Crisis,
    /// After a sexual assault.
    Assault,
    /// Fear of, or violence by, a partner.
    Partner,
    /// For LGBTQIA+ people.
    Lgbtq,
    /// For those who are not adults yet.
    Young,
}

/// Somebody who can be reached.
#[derive(Debug, Deserialize)]
pub struct HelpLine {
    /// What it is for.
    pub kind: LineKind,
    /// Its name.
    pub name: String,
    /// The number to call.
    pub phone: Option<String>,
    /// The number, or the word and the number, to text.
    pub text: Option<String>,
    /// The site.
    pub web: Option<String>,
    /// When somebody answers.
    pub hours: String,
}

/// The law and the help of the place where the practice is.
#[derive(Debug, Clone, Copy)]
pub struct Locale {
    place: &'static Place,
    region: Option<&'static Region>,
}

/// The places that the program knows, read on first use.
#[expect(
    clippy::expect_used,
    reason = "the text is part of the binary, and a test reads it"
)]
pub fn places() -> &'static Places {
    static PLACES: LazyLock<Places> =
        LazyLock::new(|| Places::shipped().expect("the shipped places read"));
    &PLACES
}

/// "New York" of `US-NY`, "Ireland" of `IE`; a code that is not known is its own name.
#[must_use]
pub fn name_of(code: &str) -> &str {
    let places = &places().places;
    let part = places.iter().find_map(|place| place.parts.get(code));
    let country = || places.iter().find(|place| place.country == code);
    part.or_else(|| country().map(|place| &place.name))
        .map_or(code, String::as_str)
}

impl Places {
    fn shipped() -> Result<Self, ContentError> {
        content::read("places.json", include_str!("../content/places.json"))
    }

    /// Every country.
    pub fn all(&self) -> &[Place] {
        &self.places
    }

    /// The locale of an ISO 3166-1 or 3166-2 code, such as `US` or `US-MA`; a region without rules of its own
    /// has its country's.
    pub fn locale(&'static self, code: &str) -> Option<Locale> {
        let country = code.split_once('-').map_or(code, |(country, _)| country);
        let place = self.places.iter().find(|place| place.country == country)?;
        Some(Locale {
            place,
            region: place.regions.iter().find(|region| region.code == code),
        })
    }
}

impl Locale {
    /// The country.
    pub fn place(&self) -> &'static Place {
        self.place
    }

    /// The number for an emergency.
    pub fn emergency(&self) -> &'static str {
        &self.place.emergency
    }

    /// The age in years from which a person is an adult there (R8).
    pub fn adult_age(&self) -> u8 {
        self.region
            .map_or(self.place.adult_age, |region| region.adult_age)
    }

    /// Whether somebody born on `born` is an adult on `day` (R8). False for a birth after `day`.
    ///
    /// Who was born on 29 February comes of age on 1 March when that year has no such day.
    pub fn is_adult(&self, born: Date, day: Date) -> bool {
        let Ok(year) = i16::try_from(i32::from(born.year()) + i32::from(self.adult_age())) else {
            return false;
        };
        let birthday = (year, born.month(), born.day());
        birthday <= (day.year(), day.month(), day.day())
    }

    /// The lines of one kind.
    pub fn lines(&self, kind: LineKind) -> impl Iterator<Item = &'static HelpLine> {
        self.place
            .lines
            .iter()
            .filter(move |line| line.kind == kind)
    }

    /// The lines of one kind in one sentence, such as "Name (call 988, text 988)".
    pub fn lines_in_words(&self, kind: LineKind) -> String {
        self.lines(kind)
            .map(HelpLine::in_words)
            .collect::<Vec<_>>()
            .join("; ")
    }
}

impl HelpLine {
    /// The line in words, such as "Name (call 988, text 988)".
    pub fn in_words(&self) -> String {
        let mut ways = Vec::new();
        if let Some(phone) = &self.phone {
            ways.push(format!("call {phone}"));
        }
        if let Some(text) = &self.text {
            ways.push(format!("text {text}"));
        }
        if let (true, Some(web)) = (ways.is_empty(), &self.web) {
            ways.push(web.clone());
        }
        format!("{} ({})", self.name, ways.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_code_has_the_name_that_people_say() {
        assert_eq!(name_of("US-NY"), "New York");
        assert_eq!(name_of("IE"), "Ireland");
        assert_eq!(name_of("XX-1"), "XX-1");
    }

    #[test]
    fn every_region_with_a_law_of_its_own_has_one_name() {
        for region in places().all().iter().flat_map(|place| &place.regions) {
            assert_eq!(name_of(&region.code), region.name);
        }
    }

    #[test]
    fn every_place_has_an_emergency_number_and_somebody_to_reach() {
        for place in places().all() {
            let locale = places().locale(&place.country).unwrap();
            assert!(
                locale.emergency().chars().all(|c| c.is_ascii_digit()),
                "{}",
                place.country
            );
            assert!(locale.adult_age() >= 18);
            for kind in [
                LineKind::Crisis,
                LineKind::Assault,
                LineKind::Partner,
                LineKind::Young,
            ] {
                assert!(
                    locale.lines(kind).next().is_some(),
                    "{} {kind:?}",
                    place.country
                );
            }
            for line in &place.lines {
                assert!(line.phone.is_some() || line.web.is_some(), "{}", line.name);
            }
        }
    }

    #[test]
    fn r8_adulthood_is_the_law_of_the_place() {
        let massachusetts = places().locale("US-MA").unwrap();
        let alabama = places().locale("US-AL").unwrap();
        let born = date(2008, 11, 22);
        assert!(massachusetts.is_adult(born, date(2026, 11, 22)));
        assert!(!massachusetts.is_adult(born, date(2026, 11, 21)));
        assert!(!alabama.is_adult(born, date(2026, 11, 22)));
        assert!(alabama.is_adult(born, date(2027, 11, 22)));
        assert!(places().locale("XX").is_none());
    }

    #[test]
    fn r8_a_birth_on_the_leap_day_or_in_the_future() {
        let locale = places().locale("US").unwrap();
        assert!(!locale.is_adult(date(2008, 2, 29), date(2026, 2, 28)));
        assert!(locale.is_adult(date(2008, 2, 29), date(2026, 3, 1)));
        assert!(!locale.is_adult(date(2030, 1, 1), date(2026, 3, 1)));
        assert!(!locale.is_adult(date(9990, 1, 1), date(2026, 3, 1)));
    }

    #[test]
    fn a_line_in_words() {
        let locale = places().locale("US").unwrap();
        let crisis = locale.lines_in_words(LineKind::Crisis);
        assert_eq!(
            crisis,
            "988 Suicide and Crisis Lifeline (call 988, text 988)"
        );
    }
}
