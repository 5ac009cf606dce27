//! Which backups stay: the newest of each of the last days, weeks and months that have one.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// How many days, weeks and months with a backup keep one.
const DAYS: usize = 7;
const WEEKS: usize = 5;
const MONTHS: usize = 12;

/// The newest of each of the last days, weeks and months among these, which are in order, the oldest first.
pub(super) fn kept(made: &[Timestamp]) -> Vec<bool> {
    let mut seen: [BTreeSet<(i16, i16)>; 3] = Default::default();
    let mut kept: Vec<bool> = made
        .iter()
        .rev()
        .map(|at| {
            let day = at.to_zoned(TimeZone::UTC).date();
            let week = day.iso_week_date();
            let spans = [
                (DAYS, (day.year(), day.day_of_year())),
                (WEEKS, (week.year(), i16::from(week.week()))),
                (MONTHS, (day.year(), i16::from(day.month()))),
            ];
            let mut stays = false;
            for (seen, (most, (year, part))) in seen.iter_mut().zip(spans) {
                let span = (year, part);
                stays |= seen.len() < most && seen.insert(span);
            }
            stays
        })
        .collect();
    kept.reverse();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_of_nights_leaves_days_weeks_and_months() {
        let first: Timestamp = "2025-11-27T02:00:00Z".parse().unwrap();
        let nights: Vec<Timestamp> = (0..365)
            .map(|night| first + jiff::SignedDuration::from_hours(24 * night))
            .collect();
        let kept = kept(&nights);
        let count = kept.iter().filter(|stays| **stays).count();
        assert!(kept[364] && kept[358] && !kept[350], "{count}");
        assert!((18..=DAYS + WEEKS + MONTHS).contains(&count), "{count}");
        assert!(kept[..60].iter().any(|stays| *stays), "the oldest month");
    }

    #[test]
    fn the_newest_of_a_day_stays() {
        let at = |text: &str| -> Timestamp { text.parse().unwrap() };
        let made = [
            at("2026-11-26T02:00:00Z"),
            at("2026-11-27T01:00:00Z"),
            at("2026-11-27T09:00:00Z"),
        ];
        assert_eq!(kept(&made), [true, false, true]);
    }
}
