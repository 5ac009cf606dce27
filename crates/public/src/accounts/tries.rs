//! How often somebody may try to sign in, so that guessing is slow and nobody can lock another person out.
//!
//! A browser that signed in to the account before has an allowance of its own, whatever strangers do. Strangers have one
//! for each account at each place, one for each place, and a wide one for each account over all places. Decided in
//! `docs/decisions`.

use practice::{AccessError, Practice};
use web::limit::{Asker, Limiter};
use web::{PageError, Visit};

/// What is tried.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tried {
    /// A password.
    Password,
    /// A one-time code, by who has the password.
    Code,
}

/// The allowances of tries. NIST SP 800-63B, 5.2.2, wants fewer than 100 failures in a row for one account.
pub(super) struct Tries {
    /// A known browser: eight at once, then one a minute.
    device: Limiter,
    /// One account at one place: eight at once, then one in two minutes.
    here: Limiter,
    /// One place, where several people may be: thirty at once, then one in ten seconds.
    place: Limiter,
    /// One account, strangers at all places together: sixty at once, then one a minute. One place alone, or two, never
    /// use it up.
    account: Limiter,
    /// The codes of one account, strangers at all places together: twenty at once, then one in five minutes. Of a million
    /// codes three are right at a time.
    code: Limiter,
    /// Letters for one account: three at once, then one in twenty minutes, so that the newest link still holds.
    letters: Limiter,
}

impl Tries {
    pub(super) fn new() -> Self {
        Self {
            device: Limiter::new(8, 60),
            here: Limiter::new(8, 120),
            place: Limiter::new(30, 10),
            account: Limiter::new(60, 60),
            code: Limiter::new(20, 300),
            letters: Limiter::new(3, 20 * 60),
        }
    }

    /// Takes one try at the account whose allowance is the key, known or not.
    pub(super) fn take(
        &self,
        practice: &Practice,
        visit: &Visit,
        at: (Tried, [u8; 32]),
    ) -> Result<(), PageError> {
        let (tried, key) = at;
        let now = visit.web().now();
        if let Some(number) = practice.known_device(&key, visit.device())? {
            return self.device.take(Asker::Device(number), now);
        }
        self.place.take(Asker::place(visit.peer()), now)?;
        self.here.take(Asker::account_at(key, visit.peer()), now)?;
        match tried {
            Tried::Password => self.account.take(Asker::Account(key), now),
            Tried::Code => self.code.take(Asker::Account(key), now),
        }
    }

    /// Takes one try at what belongs to no account yet.
    pub(super) fn take_place(&self, visit: &Visit) -> Result<(), PageError> {
        let now = visit.web().now();
        self.place.take(Asker::place(visit.peer()), now)
    }

    /// Whether one more letter may go out for the account whose allowance is the key, known or not.
    pub(super) fn may_write(&self, visit: &Visit, key: [u8; 32]) -> bool {
        let now = visit.web().now();
        self.letters.take(Asker::Account(key), now).is_ok()
    }

    /// Gives back what was this browser's own, after somebody proved who they are. What strangers used up stays.
    pub(super) fn forgive(
        &self,
        practice: &Practice,
        visit: &Visit,
        key: [u8; 32],
    ) -> Result<(), AccessError> {
        if let Some(number) = practice.known_device(&key, visit.device())? {
            self.device.forgive(Asker::Device(number));
        }
        self.here.forgive(Asker::account_at(key, visit.peer()));
        Ok(())
    }
}
