//! When somebody may be reached: they say it of each of their ways at the portal, or at the desk to who writes it down (R12).
//!
//! Not here: adding a way or calling one safe, and what waits for a time (`post`).

use super::{Identity, SafeTimes, records};
use crate::access::{Access, DeskAccess, PortalAccess, Purpose, Work};
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::PersonId;
use crate::receipts::Action;
use crate::sealed;

/// How somebody may be reached, and at which revision that was read.
#[derive(Clone, Debug)]
pub struct Reach {
    /// Names and ways.
    pub identity: Identity,
    /// The revision; a change names it.
    pub seen: u32,
}

/// The times of each way, in the order of the ways; nothing for at any time.
#[derive(Clone, Debug)]
pub struct Times {
    /// The revision that was seen.
    pub seen: u32,
    /// For each way.
    pub each: Vec<Option<SafeTimes>>,
}

impl Practice {
    /// How the signed-in client may be reached.
    ///
    /// # Errors
    /// [`AccessError::NotSignedIn`], [`AccessError::Locked`], or a fault.
    pub async fn my_reach(&self, access: &PortalAccess) -> Result<Reach, AccessError> {
        let me = access.person().ok_or(AccessError::NotSignedIn)?;
        self.read_reach(access, (me, Purpose::OwnRecord)).await
    }

    /// How a person may be reached, for those at the desk who may reach them.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when there is no such person for who asks.
    pub async fn reach(&self, access: &DeskAccess, person: PersonId) -> Result<Reach, AccessError> {
        self.read_reach(access, (person, Purpose::Contact)).await
    }

    /// The signed-in client says when each of their ways is safe.
    ///
    /// # Errors
    /// [`AccessError::Stale`] when it was changed since it was read.
    pub async fn set_my_times(
        &self,
        access: &PortalAccess,
        times: Times,
    ) -> Result<(), AccessError> {
        let me = access.person().ok_or(AccessError::NotSignedIn)?;
        self.write_times(access, (me, Purpose::OwnRecord), times)
            .await
    }

    /// Writes down when each way of a person is safe, as they said it to who asks.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when there is no such person for who asks, [`AccessError::Stale`] when it was changed
    /// since it was read.
    pub async fn set_times(
        &self,
        access: &DeskAccess,
        person: PersonId,
        times: Times,
    ) -> Result<(), AccessError> {
        self.write_times(access, (person, Purpose::Contact), times)
            .await
    }

    async fn read_reach(
        &self,
        access: &impl Access,
        of: (PersonId, Purpose),
    ) -> Result<Reach, AccessError> {
        self.read(access, move |work| {
            let (person, purpose) = of;
            let practice = work.practice();
            let Some(cell) = records::cell(work.tx, practice, person)? else {
                return Err(work.refused(Action::Contact, purpose));
            };
            let opened = work.open(Action::Contact, purpose, &[cell.compartment])?;
            Ok(Reach {
                identity: work.unseal(&opened, "people", &cell)?,
                seen: cell.revision,
            })
        })
        .await
    }

    async fn write_times(
        &self,
        access: &impl Access,
        of: (PersonId, Purpose),
        times: Times,
    ) -> Result<(), AccessError> {
        let practice = self.id();
        self.write(
            access,
            Action::ContactTimes,
            move |work| resealed(work, of, &times),
            move |tx, row| Ok(sealed::revise(tx, practice, row)?),
        )
        .await
    }
}

fn resealed(
    work: &mut Work<'_, '_>,
    of: (PersonId, Purpose),
    times: &Times,
) -> Result<sealed::SealedRow, AccessError> {
    let (person, purpose) = of;
    let practice = work.practice();
    let Some(cell) = records::cell(work.tx, practice, person)? else {
        return Err(work.refused(Action::ContactTimes, purpose));
    };
    let opened = work.open(Action::ContactTimes, purpose, &[cell.compartment])?;
    let mut identity: Identity = work.unseal(&opened, "people", &cell)?;
    if cell.revision != times.seen || identity.ways.len() != times.each.len() {
        return Err(AccessError::Stale);
    }
    for (way, times) in identity.ways.iter_mut().zip(&times.each) {
        way.times = *times;
    }
    let open = opened.get(cell.compartment).ok_or(AccessError::NotThere)?;
    work.reseal(open, "people", &cell, &identity)
}
