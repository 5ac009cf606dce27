//! The examples of RFC 5545, hostile rules, and agreement with another implementation over many rules.

use super::{Effort, End, Moment, Rule, RuleError, TooMuch, instant};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, date, datetime};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use std::ops::Range;

/// Ends where the peer's table of daylight saving ends.
const EVER: Range<Date> = date(1900, 1, 1)..date(2099, 1, 1);

fn falls(rule: &str, start: DateTime, within: &Range<Date>) -> Vec<DateTime> {
    let new_york = TimeZone::get("America/New_York").unwrap();
    let rule: Rule = rule.parse().unwrap();
    rule.occurrences(
        start,
        &|at| instant(&new_york, at),
        within,
        &mut Effort::steps(100_000),
    )
    .unwrap()
}

fn days(rule: &str, start: Date) -> Vec<String> {
    let found = falls(rule, start.at(9, 0, 0, 0), &EVER);
    found.iter().map(|at| at.date().to_string()).collect()
}

#[test]
fn rfc_5545_examples() {
    let september = date(1997, 9, 2);
    assert_eq!(
        days("FREQ=DAILY;COUNT=10", september).last().unwrap(),
        "1997-09-11"
    );
    assert_eq!(
        days("FREQ=DAILY;UNTIL=19971224T000000Z", september).len(),
        113
    );
    assert_eq!(
        days(
            "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH",
            september
        ),
        [
            "1997-09-02",
            "1997-09-04",
            "1997-09-16",
            "1997-09-18",
            "1997-09-30",
            "1997-10-02",
            "1997-10-14",
            "1997-10-16"
        ],
    );
    assert_eq!(
        days(
            "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
            date(1997, 9, 7)
        ),
        [
            "1997-09-07",
            "1997-09-28",
            "1997-11-02",
            "1997-11-30",
            "1998-01-04",
            "1998-01-25",
            "1998-03-01",
            "1998-03-29",
            "1998-05-03",
            "1998-05-31"
        ],
    );
    assert_eq!(
        days("FREQ=MONTHLY;BYMONTHDAY=-3;COUNT=4", date(1997, 9, 28)),
        ["1997-09-28", "1997-10-29", "1997-11-28", "1997-12-29"],
    );
}

#[test]
fn rfc_5545_examples_of_years_and_positions() {
    assert_eq!(
        days("FREQ=YEARLY;BYDAY=20MO;COUNT=3", date(1997, 5, 19)),
        ["1997-05-19", "1998-05-18", "1999-05-17"],
    );
    assert_eq!(
        days(
            "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=3",
            date(1998, 2, 13)
        ),
        ["1998-02-13", "1998-03-13", "1998-11-13"],
    );
    assert_eq!(
        days(
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2;COUNT=3",
            date(1997, 9, 29)
        ),
        ["1997-09-29", "1997-10-30", "1997-11-27"],
    );
    assert_eq!(
        days(
            "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
            date(1997, 8, 5)
        ),
        ["1997-08-05", "1997-08-17", "1997-08-19", "1997-08-31"],
    );
    assert_eq!(
        days(
            "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;COUNT=3",
            date(1996, 11, 5)
        ),
        ["1996-11-05", "2000-11-07", "2004-11-02"],
    );
}

#[test]
fn a_month_without_the_day_is_passed_over() {
    assert_eq!(
        days("FREQ=MONTHLY;COUNT=4", date(2026, 1, 31)),
        ["2026-01-31", "2026-03-31", "2026-05-31", "2026-07-31"],
    );
    assert_eq!(
        days("FREQ=YEARLY;COUNT=3", date(2024, 2, 29)),
        ["2024-02-29", "2028-02-29", "2032-02-29"],
    );
}

#[test]
fn the_clocks_change_and_the_session_does_not() {
    let zone = TimeZone::get("America/New_York").unwrap();
    let found = falls(
        "FREQ=WEEKLY;COUNT=3",
        datetime(2026, 3, 1, 2, 30, 0, 0),
        &EVER,
    );
    let instants: Vec<_> = found
        .iter()
        .map(|at| instant(&zone, *at).unwrap().to_string())
        .collect();
    assert_eq!(
        instants,
        [
            "2026-03-01T07:30:00Z",
            "2026-03-08T07:30:00Z",
            "2026-03-15T06:30:00Z"
        ],
    );
    let twice = instant(&zone, datetime(2026, 11, 1, 1, 30, 0, 0)).unwrap();
    assert_eq!(twice.to_string(), "2026-11-01T05:30:00Z");
}

#[test]
fn an_end_in_utc_is_compared_as_an_instant() {
    let rule = "FREQ=WEEKLY;UNTIL=20260323T130000Z";
    let found = falls(rule, datetime(2026, 3, 2, 9, 0, 0, 0), &EVER);
    assert_eq!(found.last(), Some(&datetime(2026, 3, 23, 9, 0, 0, 0)));
}

#[test]
fn the_start_is_the_first_even_beside_the_rule() {
    assert_eq!(
        days("FREQ=WEEKLY;BYDAY=MO;COUNT=3", date(2026, 11, 22)),
        ["2026-11-22", "2026-11-23", "2026-11-30"],
    );
}

#[test]
fn refused_rules_say_why() {
    let refused = |text: &str| text.parse::<Rule>().unwrap_err();
    assert_eq!(refused("FREQ=INVALID"), RuleError::Frequency);
    assert_eq!(refused(""), RuleError::Frequency);
    assert_eq!(refused("FREQ=SECONDLY"), RuleError::TooOften);
    assert_eq!(
        refused("FREQ=DAILY;INTERVAL=0"),
        RuleError::Value("INTERVAL")
    );
    assert_eq!(
        refused("FREQ=DAILY;COUNT=1;UNTIL=20260101"),
        RuleError::TwoEnds
    );
    assert_eq!(refused("FREQ=DAILY;FREQ=DAILY"), RuleError::Twice("FREQ"));
    assert_eq!(
        refused("FREQ=YEARLY;BYWEEKNO=20"),
        RuleError::Unknown("BYWEEKNO")
    );
    assert_eq!(refused("FREQ=WEEKLY;BYDAY=1MO"), RuleError::Value("BYDAY"));
    assert!(!refused("FREQ=DAILY;Noor=1").to_string().contains("Noor"));
}

#[test]
fn a_hostile_rule_ends() {
    let rule: Rule = "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=4000000000"
        .parse()
        .unwrap();
    let start = datetime(1, 1, 1, 0, 0, 0, 0);
    let mut effort = Effort::steps(1_000);
    let found = rule.occurrences(start, &|_| None, &EVER, &mut effort);
    assert_eq!(found, Err(TooMuch));
    let rule: Rule = "FREQ=DAILY;INTERVAL=65535".parse().unwrap();
    let far = datetime(9999, 12, 31, 0, 0, 0, 0);
    assert_eq!(
        rule.occurrences(far, &|_| None, &EVER, &mut Effort::steps(10)),
        Ok(vec![])
    );
}

#[test]
fn a_window_far_away_costs_little() {
    let within = date(2026, 11, 1)..date(2026, 11, 30);
    let rule: Rule = "FREQ=DAILY".parse().unwrap();
    let start = datetime(1, 1, 1, 9, 0, 0, 0);
    let found = rule
        .occurrences(start, &|_| None, &within, &mut Effort::steps(100))
        .unwrap();
    assert_eq!(found.len(), 29);
}

#[test]
fn moments() {
    assert_eq!(Moment::parse("20260229"), None);
    assert_eq!(Moment::parse("00000101"), None);
    assert_eq!(Moment::parse("20261122T1030"), None);
    assert_eq!(Moment::parse("+2261122"), None);
    assert_eq!(
        Moment::parse("20161231T235960Z").unwrap().to_string(),
        "20161231T235959Z"
    );
}

fn rules() -> impl Strategy<Value = String> {
    let weekday = prop::sample::select(vec!["MO", "TU", "WE", "TH", "FR", "SA", "SU"]);
    let weekdays = prop::collection::vec(weekday.clone(), 1..4).prop_map(|days| days.join(","));
    let nth = (prop::sample::select(vec![-2, -1, 1, 2, 3, 4, 5]), weekday);
    let nth = nth.prop_map(|(nth, day)| format!("BYDAY={nth}{day}"));
    let month_day = prop::sample::select(vec![-2_i8, -1, 1, 15, 28, 29, 30, 31]);
    let monthly = prop_oneof![
        nth,
        month_day.prop_map(|day| format!("BYMONTHDAY={day}")),
        (weekdays.clone(), prop::sample::select(vec![-1, 1, 2]))
            .prop_map(|(days, at)| format!("BYDAY={days};BYSETPOS={at}")),
        weekdays.clone().prop_map(|days| format!("BYDAY={days}")),
    ];
    let start_of_week = prop::sample::select(vec!["MO", "SU", "WE"]);
    let shape = prop_oneof![
        Just("FREQ=DAILY".to_owned()),
        weekdays
            .clone()
            .prop_map(|days| format!("FREQ=DAILY;BYDAY={days}")),
        Just("FREQ=WEEKLY".to_owned()),
        (weekdays, start_of_week)
            .prop_map(|(days, wkst)| format!("FREQ=WEEKLY;BYDAY={days};WKST={wkst}")),
        Just("FREQ=MONTHLY".to_owned()),
        monthly
            .clone()
            .prop_map(|rest| format!("FREQ=MONTHLY;{rest}")),
        Just("FREQ=YEARLY".to_owned()),
        (1..=12_u8, monthly)
            .prop_map(|(month, rest)| format!("FREQ=YEARLY;BYMONTH={month};{rest}")),
    ];
    (shape, 1..5_u16, 2..25_u32)
        .prop_map(|(shape, interval, count)| format!("{shape};INTERVAL={interval};COUNT={count}"))
}

/// What the other implementation says, as instants; nothing where the clocks skip the start, which it refuses.
fn peer(rule: &str, start: DateTime, zone: &str) -> Vec<Timestamp> {
    let start = start.strftime("%Y%m%dT%H%M%S");
    let text = format!("DTSTART;TZID={zone}:{start}\nRRULE:{rule}");
    let Ok(set) = text.parse::<rrule::RRuleSet>() else {
        return Vec::new();
    };
    let found = set.all(200).dates;
    found
        .iter()
        .map(|at| Timestamp::from_second(at.timestamp()).unwrap())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Weekdays repeat in the text at most; the first day that the rule produces is made the start, because
    /// RFC 5545 leaves open what a start beside its rule means, and the two differ there.
    #[test]
    fn agrees_with_the_peer(
        rule in rules(),
        day in 0..9000_i32,
        (hour, minute) in prop::sample::select(vec![(0, 0), (1, 30), (2, 30), (9, 0), (23, 45)]),
        zone in prop::sample::select(vec![
            "America/New_York", "Europe/Berlin", "Europe/London", "Australia/Sydney", "Asia/Kolkata", "UTC",
        ]),
    ) {
        let begin = date(2005, 1, 1).checked_add(jiff::Span::new().days(day)).unwrap();
        let tz = TimeZone::get(zone).unwrap();
        let known = peer(&rule, begin.at(hour, minute, 0, 0), zone);
        prop_assume!(!known.is_empty());
        let start = tz.to_datetime(known[0]);
        prop_assume!(start.time() == jiff::civil::time(hour, minute, 0, 0));
        let mut known = peer(&rule, start, zone);
        known.retain(|at| tz.to_datetime(*at).date() < EVER.end);
        prop_assume!(!known.is_empty());
        let ours: Rule = rule.parse().unwrap();
        let found = ours
            .occurrences(start, &|at| instant(&tz, at), &EVER, &mut Effort::steps(1_000_000))
            .unwrap();
        let found: Vec<_> = found.into_iter().map(|at| instant(&tz, at).unwrap()).collect();
        prop_assert_eq!(&found, &known, "{} from {} in {}", rule, start, zone);
        prop_assert_eq!(&ours.to_string().parse::<Rule>().unwrap(), &ours);
    }

    #[test]
    fn a_window_shows_what_the_whole_shows(rule in rules(), day in 0..3000_i32, from in 0..6000_i32) {
        let span = |days| jiff::Span::new().days(days);
        let start = date(2010, 1, 1).checked_add(span(day)).unwrap().at(9, 0, 0, 0);
        let from = date(2010, 1, 1).checked_add(span(from)).unwrap();
        let within = from..from.checked_add(span(700)).unwrap();
        let rule = rule.split(";COUNT").next().unwrap().to_owned();
        let whole = falls(&rule, start, &(date(1900, 1, 1)..within.end));
        let expected: Vec<_> = whole.into_iter().filter(|at| within.contains(&at.date())).collect();
        prop_assert_eq!(falls(&rule, start, &within), expected);
    }

    #[test]
    fn no_text_is_a_panic(text in "\\PC{0,60}", rule in "(FREQ=[A-Z]{5,7})?(;[A-Z]{3,10}=[-+0-9,A-Z]{0,12}){0,5}") {
        drop(text.parse::<Rule>());
        prop_assert!(Moment::parse(&text).is_none_or(|moment| moment.to_string().len() >= 8));
        if let Ok(rule) = rule.parse::<Rule>() {
            let start = datetime(2026, 11, 22, 9, 0, 0, 0);
            drop(rule.occurrences(start, &|_| None, &EVER, &mut Effort::steps(2_000)));
            prop_assert!(matches!(rule.end(), End::Never | End::After(_) | End::Until(_)));
        }
    }
}
