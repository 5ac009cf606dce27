//! How long a record is kept: the rule of the practice's place, as shipped data, or a rule of the practice's own.
//!
//! What clients were promised when they signed counts as well: a record is kept as long as the longer of both says. Shipped
//! rules are a start that nobody's lawyer has read; each says where it comes from and whether a person has checked it.

use std::sync::LazyLock;

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use vault::Kind;

use super::{RetentionError, records};
use crate::access::{DeskAccess, Fresh, FreshAccess, Holder, Made, Purpose, Role, Work};
use crate::content::{self, ContentError};
use crate::core::Practice;
use crate::error::AccessError;
use crate::receipts::Action;
use crate::sealed::SealedRow;
use crate::settings::{self, Description};

/// The longest that a rule can say, in years: a person's life.
const LONGEST: u8 = 100;

/// The rule of a place.
#[derive(Debug, Deserialize)]
pub struct PlaceRule {
    /// ISO 3166-1 or 3166-2 code.
    pub place: String,
    /// For which records.
    pub title: String,
    /// Years after the last contact.
    pub years: u8,
    /// Years after coming of age, for who was a minor.
    pub years_after_majority: Option<u8>,
    /// Where it comes from.
    pub source: String,
    /// The month in which it was last looked up.
    pub checked: String,
    /// Whether a person has checked it against its source.
    pub by_person: bool,
}

#[derive(Debug, Deserialize)]
struct PlaceRules {
    rules: Vec<PlaceRule>,
}

/// A rule of the practice's own: the content of `retention_rules.sealed`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OwnRule {
    /// Years after the last contact.
    pub years: u8,
    /// Years after coming of age, for who was a minor.
    pub years_after_majority: Option<u8>,
    /// Where it comes from, in the words of whoever checked it.
    pub source: String,
    /// The day on which it was checked by a person.
    pub checked_on: Date,
}

/// Where a rule comes from.
#[derive(Clone, Debug)]
pub enum From {
    /// The practice's place.
    Place(&'static PlaceRule),
    /// The practice itself.
    Own(OwnRule),
    /// Nobody knows one of this place: what clients were promised is what there is.
    Promise,
}

/// The rule that holds here.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Where it comes from.
    pub from: From,
    /// What clients were promised, in years after care ends.
    pub promised: u8,
    adult_age: u8,
}

#[expect(
    clippy::expect_used,
    reason = "the text is part of the binary, and a test reads it"
)]
fn shipped() -> &'static [PlaceRule] {
    static RULES: LazyLock<PlaceRules> = LazyLock::new(|| read().expect("the shipped rules read"));
    &RULES.rules
}

fn read() -> Result<PlaceRules, ContentError> {
    content::read(
        "retention.json",
        include_str!("../../content/retention.json"),
    )
}

/// The rule of a place, or else of its country.
#[must_use]
pub fn of_place(code: &str) -> Option<&'static PlaceRule> {
    let country = code.split_once('-').map_or(code, |(country, _)| country);
    let find = |code: &str| shipped().iter().find(|rule| rule.place == code);
    find(code).or_else(|| find(country))
}

impl Rule {
    fn of(described: &Description, own: Option<OwnRule>) -> Result<Self, AccessError> {
        let place = of_place(&described.place).map_or(From::Promise, From::Place);
        Ok(Self {
            from: own.map_or(place, From::Own),
            promised: described.retention_years,
            adult_age: described.locale()?.adult_age(),
        })
    }

    /// Years after the last contact.
    #[must_use]
    pub fn years(&self) -> u8 {
        let years = match &self.from {
            From::Place(rule) => rule.years,
            From::Own(rule) => rule.years,
            From::Promise => 0,
        };
        years.max(self.promised)
    }

    /// Years after coming of age, for who was a minor.
    #[must_use]
    pub fn years_after_majority(&self) -> Option<u8> {
        match &self.from {
            From::Place(rule) => rule.years_after_majority,
            From::Own(rule) => rule.years_after_majority,
            From::Promise => None,
        }
    }

    /// The source, in words.
    #[must_use]
    pub fn source(&self) -> &str {
        match &self.from {
            From::Place(rule) => &rule.source,
            From::Own(rule) => &rule.source,
            From::Promise => "What clients were promised when they signed",
        }
    }

    /// The rule in one sentence, for a certificate.
    #[must_use]
    pub fn in_words(&self) -> String {
        let years = self.years();
        let minor = self
            .years_after_majority()
            .map_or_else(String::new, |more| {
                format!(", and of a minor {more} years after coming of age")
            });
        format!(
            "{years} years after the last contact{minor} ({})",
            self.source()
        )
    }

    /// The first day on which a record may be destroyed: the day after the years are over, and of who was a minor not before
    /// the years after coming of age are.
    #[must_use]
    pub fn due(&self, last: Date, born: Option<Date>) -> Date {
        let after = |day: Date, years: u8| {
            let over = day.checked_add(i32::from(years).years());
            over.and_then(|day| day.checked_add(1.day()))
                .unwrap_or(Date::MAX)
        };
        let due = after(last, self.years());
        let of_age = born.zip(self.years_after_majority());
        let minor = of_age.map(|(born, more)| after(born, self.adult_age.saturating_add(more)));
        minor.map_or(due, |minor| minor.max(due))
    }
}

/// The rule that holds, for an operation at work.
///
/// # Errors
/// A fault of the database or of sealed bytes.
pub(super) fn in_force(work: &mut Work<'_, '_>) -> Result<Rule, AccessError> {
    let practice = work.practice();
    let described = settings::described(work)?;
    let own = match records::own_rule(work.tx, practice)? {
        Some(cell) => {
            let opened = work.open(Action::RetentionRead, Purpose::Keeping, &[cell.compartment])?;
            Some(work.unseal(&opened, "retention_rules", &cell)?)
        }
        None => None,
    };
    Rule::of(&described, own)
}

impl Practice {
    /// The rule that holds.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] for who has nothing to do with keeping records, or a fault.
    pub async fn retention_rule(&self, access: &DeskAccess) -> Result<Rule, AccessError> {
        self.read(access, |work| {
            if !super::keeps_records(work) {
                return Err(work.refused(Action::RetentionRead, Purpose::Keeping));
            }
            in_force(work)
        })
        .await
    }

    /// Gives the practice a rule of its own, in the place of the one before.
    ///
    /// # Errors
    /// [`RetentionError::Rule`] for years or a source that cannot be, [`AccessError::NotThere`] for anybody but the owner.
    pub async fn set_retention_rule(
        &self,
        access: &FreshAccess,
        rule: OwnRule,
    ) -> Result<(), RetentionError> {
        let sane = (1..=LONGEST).contains(&rule.years)
            && rule
                .years_after_majority
                .is_none_or(|years| years <= LONGEST);
        if !sane || rule.source.trim().is_empty() {
            return Err(RetentionError::Rule);
        }
        self.write_rule(access, rule).await
    }

    async fn write_rule(&self, access: &impl Fresh, rule: OwnRule) -> Result<(), RetentionError> {
        let practice = self.id();
        // Whoever keeps records reads it, and the front desk, which opens the office, does not need to.
        let made = self.make(&[Kind::Own]).await?;
        self.write(
            access,
            Action::RetentionRule,
            move |work| prepare(work, &rule, &made),
            move |tx, row| Ok(records::put_rule(tx, practice, row)?),
        )
        .await
    }
}

fn prepare(
    work: &mut Work<'_, '_>,
    rule: &OwnRule,
    made: &[Made],
) -> Result<SealedRow, RetentionError> {
    let practice = work.practice();
    let (action, purpose, table) = (Action::RetentionRule, Purpose::Keeping, "retention_rules");
    if !work.who().roles.contains(&Role::Owner) {
        return Err(work.refused(action, purpose).into());
    }
    if let Some(cell) = records::own_rule(work.tx, practice)? {
        let opened = work.open(action, purpose, &[cell.compartment])?;
        let open = opened.get(cell.compartment).ok_or(AccessError::NotThere)?;
        return Ok(work.reseal(open, table, &cell, rule)?);
    }
    let key = made.first().ok_or(AccessError::NotThere)?.id();
    let opened = work.open_made(action, purpose, made)?;
    let open = opened.get(key).ok_or(AccessError::NotThere)?;
    for role in [Role::Owner, Role::Clinician, Role::Supervisor] {
        work.grant(Holder::Role(role), key, purpose)?;
    }
    // One rule a practice: it has the practice's id.
    Ok(work.seal(open, (table, practice.0, 1), rule)?)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::places::places;

    fn rule(place: &str, promised: u8) -> Rule {
        let described = Description {
            place: place.to_owned(),
            retention_years: promised,
            ..Description::default()
        };
        Rule::of(&described, None).unwrap()
    }

    #[test]
    fn every_place_has_a_rule_with_its_source() {
        for place in places().all() {
            let rule = of_place(&place.country).unwrap();
            assert!(rule.years >= 5 && !rule.source.is_empty() && rule.checked.len() == 7);
        }
        assert_eq!(of_place("US-OR").unwrap().place, "US-OR");
        assert_eq!(of_place("US-VT").unwrap().place, "US");
        assert!(of_place("XX").is_none());
    }

    #[test]
    fn r16_a_record_is_due_the_day_after_the_longer_of_rule_and_promise() {
        let last = date(2019, 11, 22);
        assert_eq!(rule("US-OR", 7).due(last, None), date(2026, 11, 23));
        assert_eq!(rule("US-OR", 10).due(last, None), date(2029, 11, 23));
        assert_eq!(rule("DE", 7).due(last, None), date(2029, 11, 23));
        assert_eq!(rule("XX", 4).due(last, None), date(2023, 11, 23));
        // Who began on a leap day does not lose one.
        let leap = date(2020, 2, 29);
        assert_eq!(rule("US-OR", 7).due(leap, None), date(2027, 3, 1));
    }

    #[test]
    fn r16_a_minors_record_waits_for_the_years_after_coming_of_age() {
        let (last, born) = (date(2015, 5, 1), date(2007, 3, 3));
        assert_eq!(rule("US-OR", 7).due(last, Some(born)), date(2028, 3, 4));
        assert_eq!(rule("NZ", 7).due(last, Some(born)), date(2025, 5, 2));
        let adult = Some(date(1980, 1, 1));
        assert_eq!(rule("US-OR", 7).due(last, adult), date(2022, 5, 2));
        assert_eq!(rule("US-OR", 7).due(Date::MAX, adult), Date::MAX);
    }
}
