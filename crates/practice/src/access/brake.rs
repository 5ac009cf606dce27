//! The bulk brake: somebody who works here and opens far more records than usual has to prove again who they are, and then is
//! stopped.
//!
//! A sign-in that was taken over, or a colleague who copies, opens records one after the other; a day of care opens few. What
//! is counted are different compartments of one person in an hour, whatever browsers they use: signing in once more is no
//! way around. A client is about two of them, a couple five. Lists of names and of requests are not counted, nor what the
//! program does by itself. The counts live in memory: starting the program anew forgets them, and the unusual days of the log do not.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use vault::CompartmentId;

use crate::clock::micros;
use crate::error::AccessError;
use crate::ids::PersonId;

/// How many records somebody opens in an hour before they prove themselves again, unless the practice says otherwise: twenty
/// couples, or fifty clients, which is more than a full week of sessions. Twice as many are the end for that hour.
pub const RECORDS_AN_HOUR: usize = 100;

/// Microseconds.
const HOUR: i64 = 60 * 60_000_000;

/// Who opened how much lately.
#[derive(Debug)]
pub(crate) struct Brake {
    records_an_hour: AtomicUsize,
    counted: Mutex<HashMap<PersonId, Counted>>,
}

#[derive(Debug)]
struct Counted {
    begun: i64,
    records: HashSet<CompartmentId>,
    proved: bool,
}

impl Default for Brake {
    fn default() -> Self {
        Self {
            records_an_hour: AtomicUsize::new(RECORDS_AN_HOUR),
            counted: Mutex::new(HashMap::new()),
        }
    }
}

impl Brake {
    pub(crate) fn set(&self, records_an_hour: usize) {
        self.records_an_hour
            .store(records_an_hour.max(1), Ordering::Relaxed);
    }

    /// Counts what is opened, unless it is too much.
    ///
    /// # Errors
    /// [`AccessError::ProveAgain`], and after that was done [`AccessError::Braked`].
    pub(super) fn opens(
        &self,
        person: PersonId,
        wanted: &[CompartmentId],
        now: Timestamp,
    ) -> Result<(), AccessError> {
        if wanted.is_empty() {
            return Ok(());
        }
        let (now, most) = (micros(now), self.records_an_hour.load(Ordering::Relaxed));
        let mut all = self.counted();
        let counted = all.entry(person).or_insert_with(|| Counted::from(now));
        if now.saturating_sub(counted.begun) >= HOUR {
            *counted = Counted::from(now);
        }
        let new = wanted.iter().filter(|one| !counted.records.contains(one));
        let opened = counted.records.len().saturating_add(new.count());
        if opened > most.saturating_mul(2) {
            let left = counted.begun.saturating_add(HOUR).saturating_sub(now);
            let seconds = u32::try_from(left / 1_000_000).unwrap_or(0).max(1);
            return Err(if counted.proved {
                AccessError::Braked { seconds }
            } else {
                AccessError::ProveAgain
            });
        }
        if opened > most && !counted.proved {
            return Err(AccessError::ProveAgain);
        }
        counted.records.extend(wanted);
        Ok(())
    }

    /// Somebody proved again who they are.
    pub(crate) fn proved(&self, person: PersonId, now: Timestamp) {
        let mut all = self.counted();
        let counted = all
            .entry(person)
            .or_insert_with(|| Counted::from(micros(now)));
        counted.proved = true;
    }

    fn counted(&self) -> MutexGuard<'_, HashMap<PersonId, Counted>> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counted {
    fn from(begun: i64) -> Self {
        Self {
            begun,
            records: HashSet::new(),
            proved: false,
        }
    }
}
