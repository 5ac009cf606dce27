//! How somebody may be reached: they say it of each of their ways at the portal, with everything that goes with it; at the
//! desk, the times are written down as they said them (R12). What they say holds for what leaves next.
//!
//! Not here: what waits for a time (`post`).

use super::{Channel, Identity, SafeTimes, Way, records};
use crate::access::{Access, DeskAccess, PortalAccess, Purpose, Work};
use crate::accounts::AccountError;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::PersonId;
use crate::private::Private;
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

/// Everything that the client says of how they may be reached.
#[derive(Clone, Debug)]
pub struct MyWays {
    /// The revision that was seen.
    pub seen: u32,
    /// The ways, those that are not safe among them.
    pub ways: Vec<Way>,
    /// Words not to use with them.
    pub avoid: Private<String>,
}

impl MyWays {
    /// Whether an email address would be safe that is not safe in `before`.
    #[must_use]
    pub fn leads_elsewhere(&self, before: &Identity) -> bool {
        let is_safe_mail = |way: &&Way| way.safe && way.channel == Channel::Mail;
        let mut after = self.ways.iter().filter(is_safe_mail);
        after.any(|way| {
            let mut known = before.ways.iter().filter(is_safe_mail);
            !known.any(|known| known.address.reveal() == way.address.reveal())
        })
    }
}

/// The times of each way, in the order of the ways; nothing for at any time.
#[derive(Clone, Debug)]
pub struct WayTimes {
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

    /// The signed-in client says how they may be reached. It holds at once, for what waits to leave, too.
    ///
    /// An email address that was not safe before needs the present password: a link for a new one goes there, and whoever
    /// stands at a page that was left open is not to take the account with it.
    ///
    /// # Errors
    /// [`AccountError::Wrong`] when a password is needed and `present` is not the present one, [`AccessError::Stale`] when it
    /// was changed since it was read.
    pub async fn set_my_ways(
        &self,
        access: &PortalAccess,
        mine: MyWays,
        present: String,
    ) -> Result<(), AccountError> {
        let me = access.person().ok_or(AccessError::NotSignedIn)?;
        let reach = self.my_reach(access).await?;
        if mine.leads_elsewhere(&reach.identity) {
            self.is_mine(access, present).await?;
        }
        self.write_reach(access, (me, Purpose::OwnRecord), mine.seen, |identity| {
            identity.ways = mine.ways;
            identity.avoid = mine.avoid;
            Ok(())
        })
        .await?;
        Ok(())
    }

    /// Writes down when each way of a person is safe, as they said it to who asks.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when there is no such person for who asks, [`AccessError::Stale`] when it was changed
    /// since it was read.
    pub async fn set_way_times(
        &self,
        access: &DeskAccess,
        person: PersonId,
        times: WayTimes,
    ) -> Result<(), AccessError> {
        self.write_reach(access, (person, Purpose::Contact), times.seen, |identity| {
            if identity.ways.len() != times.each.len() {
                return Err(AccessError::Stale);
            }
            for (way, times) in identity.ways.iter_mut().zip(times.each) {
                way.times = times;
            }
            Ok(())
        })
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

    async fn write_reach<F>(
        &self,
        access: &impl Access,
        of: (PersonId, Purpose),
        seen: u32,
        change: F,
    ) -> Result<(), AccessError>
    where
        F: FnOnce(&mut Identity) -> Result<(), AccessError> + Send + 'static,
    {
        let practice = self.id();
        self.write(
            access,
            Action::ContactTimes,
            move |work| resealed(work, of, seen, change),
            move |tx, row| Ok(sealed::revise(tx, practice, row)?),
        )
        .await
    }
}

fn resealed(
    work: &mut Work<'_, '_>,
    of: (PersonId, Purpose),
    seen: u32,
    change: impl FnOnce(&mut Identity) -> Result<(), AccessError>,
) -> Result<sealed::SealedRow, AccessError> {
    let (person, purpose) = of;
    let practice = work.practice();
    let Some(cell) = records::cell(work.tx, practice, person)? else {
        return Err(work.refused(Action::ContactTimes, purpose));
    };
    let opened = work.open(Action::ContactTimes, purpose, &[cell.compartment])?;
    let mut identity: Identity = work.unseal(&opened, "people", &cell)?;
    if cell.revision != seen {
        return Err(AccessError::Stale);
    }
    change(&mut identity)?;
    let open = opened.get(cell.compartment).ok_or(AccessError::NotThere)?;
    work.reseal(open, "people", &cell, &identity)
}
