//! Emergencies (break glass): a clinician reads the record of somebody whom they do not care for, because it cannot wait.
//!
//! It needs a reason, which is kept sealed; it opens the identity, the own side and the joint side of one client in one case,
//! and no partner's own side; it reads and writes nothing; it ends by itself. Whoever cares for the client and the owner are
//! told at once, the client when it has ended; a partner learns nothing of it (R2, ADR 21). Not here: grants and their check (`access`).

mod beginning;
pub(crate) mod records;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use vault::{CompartmentId, Kind};

pub use beginning::Asked;

use crate::access::row::AuthorityKind;
use crate::access::{DeskAccess, GrantBody, Holder, PortalAccess, Purpose, Role, Work};
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{CaseId, EmergencyId, PersonId};
use crate::people::{self, Named};
use crate::private::Private;
use crate::receipts::Action;
use crate::sealed::Cell;

/// How long an emergency lasts, in microseconds: an hour is enough to read what matters and to reach somebody who cares
/// for them; whoever needs longer begins another one, with its reason.
pub const LASTS: i64 = 60 * 60_000_000;

/// How many a list shows.
const LISTED: i64 = 200;
/// Microseconds.
const WEEK: i64 = 7 * 24 * 60 * 60_000_000;

/// Why there was no emergency.
#[derive(Debug, thiserror::Error)]
pub enum EmergencyError {
    /// The reason is missing.
    #[error("say why it cannot wait")]
    ReasonMissing,
    /// Nobody of this clinician's open cases goes by this name.
    #[error("nobody in that clinician's care goes by this name")]
    NobodyCalled,
    /// Several people go by this name.
    #[error("several people in that clinician's care go by this name")]
    SeveralCalled,
    /// Who asks may open this record anyway.
    #[error("this record is open to you as it is")]
    Yours,
    /// It has ended, or was looked at before.
    #[error("it has ended")]
    Ended,
    /// Something below.
    #[error(transparent)]
    Access(#[from] AccessError),
}

crate::carries_access_error!(EmergencyError);

/// The content of `emergencies.sealed`.
#[derive(Debug, Serialize, Deserialize)]
struct Content {
    reason: Private<String>,
}

/// What is known of an emergency without opening anything.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Emergency {
    /// Which.
    pub id: EmergencyId,
    /// Who opened the record.
    pub by: PersonId,
    /// Whose record.
    pub person: PersonId,
    /// In which case.
    pub case: CaseId,
    /// When it began, microseconds UTC.
    pub begun_at: i64,
    /// When it ends or ended, microseconds UTC.
    pub ends_at: i64,
    /// When the owner looked at it and who that was.
    pub reviewed: Option<(i64, PersonId)>,
}

/// An emergency as the desk reads it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// What is known of it.
    pub emergency: Emergency,
    /// Who cares for the client.
    pub clinician: PersonId,
    /// The client, as far as who asks may know the name.
    pub client: Named,
    /// Why.
    pub reason: Private<String>,
}

impl Practice {
    /// The emergencies that concern who asks, the newest first: all of them for the owner; for others those that they began
    /// and those in their cases.
    ///
    /// # Errors
    /// A fault of the database or of sealed bytes.
    pub async fn emergencies(&self, access: &DeskAccess) -> Result<Vec<Listed>, AccessError> {
        self.read(access, listed).await
    }

    /// How many emergencies who asks is to look at: as the owner those that no owner looked at, else those of the last week in
    /// their cases that they did not begin.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn emergencies_to_look_at(&self, access: &DeskAccess) -> Result<usize, AccessError> {
        self.read(access, |work| {
            let (practice, me) = (work.practice(), work.person()?);
            let is_owner = work.who().roles.contains(&Role::Owner);
            let whose = (!is_owner).then_some(me);
            let since = micros(work.now()).saturating_sub(WEEK);
            let found = records::listed(work.tx, practice, whose, LISTED)?;
            let to_look_at = found.iter().filter(|(one, ..)| {
                let unseen = is_owner && one.reviewed.is_none();
                unseen || (!is_owner && one.by != me && one.begun_at >= since)
            });
            Ok(to_look_at.count())
        })
        .await
    }

    /// Marks an emergency as looked at.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] for anybody but the owner, [`EmergencyError::Ended`] when it was marked before.
    pub async fn review_emergency(
        &self,
        access: &DeskAccess,
        id: EmergencyId,
    ) -> Result<(), EmergencyError> {
        let practice = self.id();
        self.write(
            access,
            Action::EmergencyReview,
            move |work| {
                let me = work.person()?;
                if !work.who().roles.contains(&Role::Owner) {
                    return Err(work
                        .refused(Action::EmergencyReview, Purpose::Keeping)
                        .into());
                }
                let (emergency, _) =
                    records::one(work.tx, practice, id)?.ok_or(AccessError::NotThere)?;
                if emergency.reviewed.is_some() {
                    return Err(EmergencyError::Ended);
                }
                Ok((micros(work.now()), me))
            },
            move |tx, (at, me)| Ok(records::reviewed(tx, practice, id, (*at, *me))?),
        )
        .await
    }

    /// Ends an emergency before its time: by who began it, or by the owner.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] for anybody else, [`EmergencyError::Ended`] when it is over.
    pub async fn end_emergency(
        &self,
        access: &DeskAccess,
        id: EmergencyId,
    ) -> Result<(), EmergencyError> {
        let practice = self.id();
        self.write(
            access,
            Action::EmergencyEnd,
            move |work| end(work, id),
            move |tx, at| Ok(records::ended(tx, practice, id, *at)?),
        )
        .await
    }

    /// The emergencies in which the signed-in client's record was opened lately, the newest first.
    ///
    /// # Errors
    /// [`AccessError::NotSignedIn`], or a fault of the database.
    pub async fn my_emergencies(
        &self,
        access: &PortalAccess,
        since: i64,
    ) -> Result<Vec<Emergency>, AccessError> {
        self.read(access, move |work| {
            let (practice, me) = (work.practice(), work.person()?);
            Ok(records::of_person(work.tx, practice, me, since)?)
        })
        .await
    }
}

fn end(work: &mut Work<'_, '_>, id: EmergencyId) -> Result<i64, EmergencyError> {
    let (practice, me, now) = (work.practice(), work.person()?, micros(work.now()));
    let (emergency, _) = records::one(work.tx, practice, id)?.ok_or(AccessError::NotThere)?;
    if emergency.by != me && !work.who().roles.contains(&Role::Owner) {
        return Err(AccessError::NotThere.into());
    }
    if emergency.ends_at <= now {
        return Err(EmergencyError::Ended);
    }
    let mut closed = Vec::new();
    for compartment in people::compartments_of(work.tx, practice, emergency.person)? {
        let grants = work.authority(|known| known.grants_on(compartment));
        let theirs = grants.into_iter().filter(|(_, grant)| {
            grant.holder == Holder::Person(emergency.by)
                && grant.purpose == Purpose::Emergency
                && grant.until == Some(emergency.ends_at)
        });
        for (grant, body) in theirs {
            let body = GrantBody {
                until: Some(now),
                ..body
            };
            work.put_authority(AuthorityKind::Grant, grant, &body, None)?;
            // As when it began: what others read of, too, is not named.
            if work.vault().kind(compartment) != Some(Kind::Joint) {
                closed.push(compartment);
            }
        }
    }
    work.concerns(Purpose::Emergency, &closed);
    Ok(now)
}

fn listed(work: &mut Work<'_, '_>) -> Result<Vec<Listed>, AccessError> {
    let (practice, me) = (work.practice(), work.person()?);
    let whose = (!work.who().roles.contains(&Role::Owner)).then_some(me);
    let found: Vec<(Emergency, Cell, PersonId)> =
        records::listed(work.tx, practice, whose, LISTED)?;
    let purpose = |work: &Work<'_, '_>, cell: &Cell| {
        [Purpose::Keeping, Purpose::Care]
            .into_iter()
            .find(|purpose| work.may_open(cell.compartment, *purpose))
    };
    let Some(purpose) = found.iter().find_map(|(_, cell, _)| purpose(work, cell)) else {
        return Ok(Vec::new());
    };
    let mut wanted: Vec<CompartmentId> =
        found.iter().map(|(_, cell, _)| cell.compartment).collect();
    wanted.retain(|one| work.may_open(*one, purpose));
    let opened = work.open(Action::EmergencyRead, purpose, &wanted)?;
    let clients: Vec<PersonId> = found.iter().map(|(one, ..)| one.person).collect();
    let naming = if purpose == Purpose::Keeping {
        Purpose::Contact
    } else {
        Purpose::Care
    };
    let names = people::names(work, naming, &clients)?;
    let mut all = Vec::new();
    for (emergency, cell, clinician) in found {
        if opened.get(cell.compartment).is_none() {
            continue;
        }
        let content: Content = work.unseal(&opened, "emergencies", &cell)?;
        let client = names.get(&emergency.person).cloned();
        all.push(Listed {
            client: client.unwrap_or_else(|| Named::unknown(emergency.person)),
            reason: content.reason,
            clinician,
            emergency,
        });
    }
    Ok(all)
}
