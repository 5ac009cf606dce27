//! Times, days and money as people here write them: "Thursday 19 November", "9:00", "$125.00".
//!
//! Not here: which zone a person is in (the door passes it) and arithmetic with money (`practice`).

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// How hours are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hours {
    /// "9:00 am", "1:30 pm".
    Twelve,
    /// "9:00", "13:30".
    TwentyFour,
}

/// The language tag of the pages, the zone of the practice, and how hours are written.
#[derive(Debug, Clone)]
pub struct Locale {
    /// BCP 47, for `<html lang>`.
    pub lang: String,
    /// The practice's zone.
    pub zone: TimeZone,
    /// Twelve or twenty-four hours.
    pub hours: Hours,
}

impl Locale {
    /// English, in this zone, with these hours.
    #[must_use]
    pub fn english(zone: TimeZone, hours: Hours) -> Self {
        Self {
            lang: "en".to_owned(),
            zone,
            hours,
        }
    }

    /// The instant on the practice's wall.
    #[must_use]
    pub fn here(&self, instant: Timestamp) -> Zoned {
        instant.to_zoned(self.zone.clone())
    }

    /// "Thursday 19 November"; with the year when it is not `today`'s.
    #[must_use]
    pub fn day(&self, date: Date, today: Date) -> String {
        let year = if date.year() == today.year() {
            ""
        } else {
            " %Y"
        };
        date.strftime(&format!("%A %-d %B{year}")).to_string()
    }

    /// "19 November 2026".
    #[must_use]
    pub fn date(&self, date: Date) -> String {
        date.strftime("%-d %B %Y").to_string()
    }

    /// "Thu 19 Nov".
    #[must_use]
    pub fn short_day(&self, date: Date) -> String {
        date.strftime("%a %-d %b").to_string()
    }

    /// "9:00", or "9:00 am".
    #[must_use]
    pub fn clock(&self, time: Time) -> String {
        match self.hours {
            Hours::TwentyFour => time.strftime("%-H:%M").to_string(),
            Hours::Twelve => time.strftime("%-I:%M %P").to_string(),
        }
    }

    /// A whole hour: "9:00", or "9 am".
    #[must_use]
    pub fn hour(&self, time: Time) -> String {
        match self.hours {
            Hours::TwentyFour => self.clock(time),
            Hours::Twelve => time.strftime("%-I %P").to_string(),
        }
    }

    /// "10:00 to 11:00", or "10:00 to 11:00 am", or "11:30 am to 12:30 pm".
    #[must_use]
    pub fn span(&self, from: Time, until: Time) -> String {
        let same_half = (from.hour() < 12) == (until.hour() < 12);
        let start = if self.hours == Hours::Twelve && same_half {
            from.strftime("%-I:%M").to_string()
        } else {
            self.clock(from)
        };
        format!("{start} to {}", self.clock(until))
    }

    /// "Thursday 19 November, 10:00", with the zone's abbreviation when it is not the practice's.
    #[must_use]
    pub fn moment(&self, at: &Zoned, today: Date) -> String {
        let zone = if at.time_zone() == &self.zone {
            String::new()
        } else {
            at.strftime(" %Z").to_string()
        };
        format!(
            "{}, {}{zone}",
            self.day(at.date(), today),
            self.clock(at.time())
        )
    }
}

/// For the `datetime` attribute of a `<time>`.
#[must_use]
pub fn machine(at: &Zoned) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// An amount in the currency's smallest unit: `money(12_500, "USD")` is "$125.00".
#[must_use]
pub fn money(minor: i64, currency: &str) -> String {
    let sign = if minor < 0 { "\u{2212}" } else { "" };
    let amount = minor.unsigned_abs();
    let digits = match currency {
        "JPY" | "KRW" | "CLP" | "ISK" | "VND" => 0,
        "BHD" | "JOD" | "KWD" | "OMR" | "TND" => 3,
        _ => 2,
    };
    let unit = 10_u64.pow(digits);
    let whole = grouped(amount / unit);
    let fraction = match digits {
        0 => String::new(),
        n => format!(".{:0width$}", amount % unit, width = n as usize),
    };
    match currency {
        "USD" => format!("{sign}${whole}{fraction}"),
        "EUR" => format!("{sign}€{whole}{fraction}"),
        "GBP" => format!("{sign}£{whole}{fraction}"),
        "JPY" => format!("{sign}¥{whole}{fraction}"),
        other => format!("{sign}{whole}{fraction}\u{a0}{other}"),
    }
}

fn grouped(whole: u64) -> String {
    let digits = whole.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn portland(hours: Hours) -> Locale {
        Locale::english(TimeZone::get("America/Los_Angeles").unwrap(), hours)
    }

    #[test]
    fn days_and_times_read_as_people_say_them() {
        let locale = portland(Hours::TwentyFour);
        let day = date(2026, 11, 19);
        assert_eq!(locale.day(day, date(2026, 1, 1)), "Thursday 19 November");
        assert_eq!(
            locale.day(day, date(2027, 1, 1)),
            "Thursday 19 November 2026"
        );
        assert_eq!(locale.short_day(day), "Thu 19 Nov");
        assert_eq!(locale.clock(Time::constant(9, 0, 0, 0)), "9:00");
        let twelve = portland(Hours::Twelve);
        assert_eq!(twelve.clock(Time::constant(13, 30, 0, 0)), "1:30 pm");
        assert_eq!(twelve.hour(Time::constant(13, 0, 0, 0)), "1 pm");
        assert_eq!(locale.hour(Time::constant(13, 0, 0, 0)), "13:00");
        let at = |h, m| Time::constant(h, m, 0, 0);
        assert_eq!(twelve.span(at(10, 0), at(11, 0)), "10:00 to 11:00 am");
        assert_eq!(twelve.span(at(11, 30), at(12, 30)), "11:30 am to 12:30 pm");
        assert_eq!(locale.span(at(10, 0), at(11, 0)), "10:00 to 11:00");
    }

    #[test]
    fn a_moment_elsewhere_names_its_zone() {
        let locale = portland(Hours::TwentyFour);
        let here = date(2026, 11, 19)
            .at(10, 0, 0, 0)
            .to_zoned(locale.zone.clone())
            .unwrap();
        assert_eq!(
            locale.moment(&here, here.date()),
            "Thursday 19 November, 10:00"
        );
        let there = here.with_time_zone(TimeZone::get("America/New_York").unwrap());
        assert_eq!(
            locale.moment(&there, here.date()),
            "Thursday 19 November, 13:00 EST"
        );
        assert_eq!(machine(&here), "2026-11-19T10:00:00-08:00");
    }

    #[test]
    fn money_is_written_from_its_smallest_unit() {
        assert_eq!(money(12_500, "USD"), "$125.00");
        assert_eq!(money(123_456_789, "EUR"), "€1,234,567.89");
        assert_eq!(money(-500, "GBP"), "\u{2212}£5.00");
        assert_eq!(money(5000, "JPY"), "¥5,000");
        assert_eq!(
            money(i64::MIN, "CHF"),
            "\u{2212}92,233,720,368,547,758.08\u{a0}CHF"
        );
    }
}
