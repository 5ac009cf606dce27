//! R12's first half: only what a person called safe is used.

use jiff::Timestamp;
use jiff::civil::time;
use jiff::tz::TimeZone;

use super::{Channel, Identity, SafeTimes, Way};
use crate::private::Private;

fn way(channel: Channel, address: &str, safe: bool) -> Way {
    Way::new(channel, Private::from(address), safe)
}

#[test]
fn r12_only_a_safe_way_is_used() {
    let identity = Identity {
        ways: vec![
            way(Channel::Mail, "shared@example.org", false),
            way(Channel::Phone, "555 0100", true),
        ],
        ..Identity::default()
    };
    assert!(identity.safe(Channel::Mail).is_none());
    assert_eq!(
        identity
            .safe(Channel::Phone)
            .map(|way| way.address.reveal().as_str()),
        Some("555 0100")
    );
}

#[test]
fn r12_times_may_pass_midnight_and_a_clock_that_is_put_forward() {
    let oregon = TimeZone::get("America/Los_Angeles").unwrap();
    let next = |(from, until): ((i8, i8), (i8, i8)), at: &str| {
        let times = SafeTimes::new(time(from.0, from.1, 0, 0), time(until.0, until.1, 0, 0));
        let at: Timestamp = at.parse().unwrap();
        times.unwrap().next(at, &oregon).to_string()
    };
    let night = ((22, 0), (6, 0));
    assert_eq!(next(night, "2026-11-19T13:59:00Z"), "2026-11-19T13:59:00Z");
    assert_eq!(next(night, "2026-11-19T14:00:00Z"), "2026-11-20T06:00:00Z");
    let day = ((9, 0), (17, 0));
    assert_eq!(next(day, "2026-11-20T01:00:00Z"), "2026-11-20T17:00:00Z");
    // On the night of 14 March 2027 there is no half past two: the next one is a day later.
    let short = ((2, 15), (2, 45));
    assert_eq!(next(short, "2027-03-14T09:00:00Z"), "2027-03-15T09:15:00Z");
    assert_eq!(SafeTimes::new(time(9, 0, 0, 0), time(9, 0, 0, 0)), None);
}
