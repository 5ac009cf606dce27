//! How often somebody may try: allowances for an account, for where they come from, for an account from one place, for a
//! browser that is known.
//!
//! A token bucket, kept as the one instant at which it is full again. An address counts by its /32, or
//! its /64 with IPv6, because a household holds a whole /64. Kept in memory: a restart forgives.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use crate::errors::PageError;

/// Whose allowance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Asker {
    /// An account, by the blind index of its sign-in name, whether it exists or not.
    Account([u8; 32]),
    /// Where the browser is: an IPv4 address, or the first half of an IPv6 address.
    Place(u128),
    /// An account tried from one place.
    AccountAt([u8; 32], u128),
    /// A browser that signed in before, by its number.
    Device(u128),
    /// Everybody new, while more callers are remembered than there is room for.
    Everybody,
}

impl Asker {
    /// The place of a true peer.
    #[must_use]
    pub fn place(peer: IpAddr) -> Self {
        Self::Place(place(peer))
    }

    /// An account, tried from the place of a true peer.
    #[must_use]
    pub fn account_at(account: [u8; 32], peer: IpAddr) -> Self {
        Self::AccountAt(account, place(peer))
    }
}

fn place(peer: IpAddr) -> u128 {
    match peer.to_canonical() {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits() >> 64 << 64,
    }
}

/// An allowance of `burst` tries, one more each `seconds`.
pub struct Limiter {
    burst: i64,
    each: i64,
    most: usize,
    full_at: Mutex<HashMap<Asker, i64>>,
}

/// Callers remembered at most: about ten megabytes.
const MOST: usize = 100_000;

impl Limiter {
    /// `burst` tries at once, then one each `seconds`.
    #[must_use]
    pub fn new(burst: u32, seconds: u32) -> Self {
        let each = i64::from(seconds.max(1)) * 1_000_000;
        Self {
            burst: i64::from(burst.max(1)),
            each,
            most: MOST,
            full_at: Mutex::default(),
        }
    }

    /// Whether there is a try left, for what counts only when it was done.
    ///
    /// # Errors
    /// [`PageError::TooMany`] with the seconds until the next one.
    pub fn look(&self, asker: Asker, now: Timestamp) -> Result<(), PageError> {
        let full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let full = full_at.get(&asker).copied().unwrap_or(i64::MIN);
        self.after(full, now.as_microsecond()).map(drop)
    }

    /// When the allowance is full again after one more try.
    fn after(&self, full: i64, now: i64) -> Result<i64, PageError> {
        let after = full.max(now).saturating_add(self.each);
        let over = after
            .saturating_sub(now)
            .saturating_sub(self.burst.saturating_mul(self.each));
        if over > 0 {
            let seconds = over.saturating_add(999_999) / 1_000_000;
            return Err(PageError::TooMany(
                u32::try_from(seconds).unwrap_or(u32::MAX),
            ));
        }
        Ok(after)
    }

    /// Takes one try.
    ///
    /// # Errors
    /// [`PageError::TooMany`] with the seconds until the next one.
    pub fn take(&self, asker: Asker, now: Timestamp) -> Result<(), PageError> {
        let now = now.as_microsecond();
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if full_at.len() >= self.most && !full_at.contains_key(&asker) {
            full_at.retain(|_, full| *full > now);
        }
        let crowded = full_at.len() >= self.most && !full_at.contains_key(&asker);
        let full = full_at
            .entry(if crowded { Asker::Everybody } else { asker })
            .or_insert(now);
        *full = self.after(*full, now)?;
        Ok(())
    }

    /// Gives back the allowance, after somebody proved who they are.
    pub fn forgive(&self, asker: Asker) {
        self.full_at
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&asker);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    #[test]
    fn a_burst_then_one_at_a_time() {
        let limiter = Limiter::new(3, 10);
        let asker = Asker::Account([7; 32]);
        for _ in 0..3 {
            assert_eq!(limiter.take(asker, at(0)), Ok(()));
        }
        assert_eq!(limiter.take(asker, at(1)), Err(PageError::TooMany(9)));
        assert_eq!(limiter.look(asker, at(1)), Err(PageError::TooMany(9)));
        assert_eq!(limiter.look(Asker::Account([8; 32]), at(1)), Ok(()));
        assert_eq!(limiter.take(Asker::Account([8; 32]), at(1)), Ok(()));
        assert_eq!(limiter.take(asker, at(10)), Ok(()));
        assert_eq!(limiter.take(asker, at(11)), Err(PageError::TooMany(9)));
        limiter.forgive(asker);
        assert_eq!(limiter.take(asker, at(11)), Ok(()));
    }

    #[test]
    fn a_clock_that_goes_back_opens_nothing_and_breaks_nothing() {
        let limiter = Limiter::new(1, 10);
        let asker = Asker::place("203.0.113.9".parse().unwrap());
        assert_eq!(limiter.take(asker, at(100)), Ok(()));
        assert!(limiter.take(asker, at(0)).is_err());
    }

    #[test]
    fn a_household_is_one_place() {
        let place = |text: &str| Asker::place(text.parse().unwrap());
        assert_eq!(place("2001:db8:1:2::1"), place("2001:db8:1:2:ffff::9"));
        assert_ne!(place("2001:db8:1:2::1"), place("2001:db8:1:3::1"));
        assert_eq!(place("203.0.113.9"), place("::ffff:203.0.113.9"));
        assert_ne!(place("203.0.113.9"), place("203.0.113.8"));
    }

    #[test]
    fn a_flood_of_places_shares_one_allowance() {
        let limiter = Limiter {
            most: 2,
            ..Limiter::new(1, 60)
        };
        let place = |n: u128| Asker::Place(n);
        assert_eq!(limiter.take(place(1), at(0)), Ok(()));
        assert_eq!(limiter.take(place(2), at(0)), Ok(()));
        assert_eq!(limiter.take(place(3), at(0)), Ok(()));
        assert!(limiter.take(place(4), at(0)).is_err());
        assert_eq!(limiter.take(place(5), at(120)), Ok(()));
    }
}
