//! What was unusual in the last thirty days: three plain questions to the receipts, each of which a person can check.
//!
//! Names in lists and calendars are not counted: every page of them opens all that it may. It points to days that are worth a look and says nothing about why: a busy day, a substitute and a curious colleague look
//! alike here.

use std::collections::{BTreeMap, HashSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use store::StoreError;
use vault::CompartmentId;

use super::access_log::{OF_STAFF, first_at, of_owner};
use super::{Action, LATELY, records};
use crate::access::{DeskAccess, Work};
use crate::accounts::{self, Colleague};
use crate::clock::{from_micros, micros};
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::PersonId;

/// A day with at least so many records is looked at …
const MANY: usize = 10;
/// … when it has more than so many times what is usual for this person.
const TIMES: usize = 3;
/// So many refusals of one person in one day are worth a look.
const REFUSALS: usize = 5;
/// Hours at which practices work; the others are night.
const DAY: std::ops::Range<i8> = 6..22;

/// Why a day is worth a look.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Why {
    /// Far more records than on this person's other days; with what is usual.
    ManyRecords {
        /// The median of their other days.
        usual: usize,
    },
    /// Stopped by the bulk brake.
    Braked,
    /// Refused again and again.
    Refused,
    /// Opened between ten at night and six in the morning, by the practice's clock.
    AtNight,
}

/// A day that is worth a look.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unusual {
    /// Whose.
    pub by: PersonId,
    /// Which day, by the practice's clock.
    pub day: Date,
    /// Why.
    pub why: Why,
    /// How many records, refusals or openings.
    pub count: usize,
}

/// The report.
#[derive(Clone, Debug)]
pub struct UnusualDays {
    /// The newest day first.
    pub days: Vec<Unusual>,
    /// How many receipts were looked through.
    pub receipts: usize,
    /// Everybody who works here or did.
    pub staff: Vec<Colleague>,
}

#[derive(Default)]
struct Counted {
    records: HashSet<CompartmentId>,
    braked: usize,
    refused: usize,
    at_night: usize,
}

type Days = BTreeMap<PersonId, BTreeMap<Date, Counted>>;

impl Practice {
    /// What was unusual in the last thirty days, by the clock of `zone`; reading it leaves a receipt.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] for anybody but the owner, and a fault of the database.
    pub async fn unusual_days(
        &self,
        access: &DeskAccess,
        zone: TimeZone,
    ) -> Result<UnusualDays, AccessError> {
        self.read(access, move |work| {
            of_owner(work)?;
            let (counted, receipts) = counted(work, &zone)?;
            let mut days: Vec<Unusual> = counted
                .iter()
                .flat_map(|(by, days)| unusual(*by, days))
                .collect();
            days.sort_by_key(|one| (std::cmp::Reverse(one.day), one.by, one.why));
            Ok(UnusualDays {
                days,
                receipts,
                staff: accounts::colleagues(work.tx, work.practice())?,
            })
        })
        .await
    }
}

fn counted(work: &mut Work<'_, '_>, zone: &TimeZone) -> Result<(Days, usize), AccessError> {
    let sql = format!(
        "SELECT {} FROM receipts WHERE practice_id = $1 AND id >= $2 AND {OF_STAFF}",
        records::COLUMNS
    );
    let since = first_at(from_micros(micros(work.now()).saturating_sub(LATELY)));
    let (mut days, mut receipts) = (Days::new(), 0);
    let values = [work.practice().into(), since.into()];
    work.tx.each::<StoreError, _>(&sql, &values, |row| {
        let entry = records::read(&row)?.entry;
        let Some(by) = entry.actor.map(PersonId) else {
            return Ok(());
        };
        receipts += 1;
        let at = from_micros(entry.at).to_zoned(zone.clone());
        let day = days.entry(by).or_default().entry(at.date()).or_default();
        if entry.action == Action::Brake.word() {
            day.braked += 1;
        } else if entry.outcome == super::Outcome::Refused.word() {
            day.refused += 1;
        } else if !entry.compartments.is_empty() && entry.action != Action::Names.word() {
            day.at_night += usize::from(!DAY.contains(&at.hour()));
            day.records.extend(entry.compartments);
        }
        Ok(())
    })?;
    Ok((days, receipts))
}

fn unusual(by: PersonId, days: &BTreeMap<Date, Counted>) -> Vec<Unusual> {
    let mut found = Vec::new();
    for (day, counted) in days {
        let mut say = |why, count| {
            found.push(Unusual {
                by,
                day: *day,
                why,
                count,
            });
        };
        let others = days.iter().filter(|(other, _)| *other != day);
        let usual = median(others.map(|(_, other)| other.records.len()).collect());
        if counted.records.len() >= MANY && counted.records.len() > usual.saturating_mul(TIMES) {
            say(Why::ManyRecords { usual }, counted.records.len());
        }
        if counted.braked > 0 {
            say(Why::Braked, counted.braked);
        }
        if counted.refused >= REFUSALS {
            say(Why::Refused, counted.refused);
        }
        if counted.at_night > 0 {
            say(Why::AtNight, counted.at_night);
        }
    }
    found
}

/// The middle one of those that are not nought.
fn median(mut counts: Vec<usize>) -> usize {
    counts.retain(|count| *count > 0);
    counts.sort_unstable();
    counts.get(counts.len() / 2).copied().unwrap_or(0)
}
