//! Holds: a dispute, a complaint, a court. The owner places one with a reason and lifts it with another; while it stands, the
//! part is not destroyed, however long it is due and whoever asks.
//!
//! A hold that somebody takes out of the database, or marks as lifted there, is noticed before anything is destroyed: the log
//! knows every hold that was placed and every one that was lifted.

use serde::{Deserialize, Serialize};
use store::{StoreError, Tx};
use vault::Kind;

use super::{Hold, RetentionError, is_owner, records};
use crate::access::{DeskAccess, FreshAccess, Holder, Made, Purpose, Role, Work};
use crate::cases;
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{HoldId, ParticipantId, PersonId, PracticeId};
use crate::private::Private;
use crate::receipts::{self, Action};
use crate::sealed::SealedRow;

/// The content of `holds.sealed`.
#[derive(Debug, Serialize, Deserialize)]
struct Content {
    part: ParticipantId,
    reason: Private<String>,
    #[serde(default)]
    lifted: Option<Private<String>>,
}

/// A hold as it is read: why, for the owner.
#[derive(Clone, Debug)]
pub struct Held {
    /// What is known of it.
    pub hold: Hold,
    /// Why it was placed.
    pub reason: Option<Private<String>>,
    /// Why it was lifted.
    pub lifted: Option<Private<String>>,
}

impl Practice {
    /// Places a hold on a part, whether it has ended or not.
    ///
    /// # Errors
    /// [`RetentionError::ReasonMissing`]; [`AccessError::NotThere`] for anybody but the owner, and for a part that is gone.
    pub async fn place_hold(
        &self,
        access: &DeskAccess,
        part: ParticipantId,
        reason: Private<String>,
    ) -> Result<HoldId, RetentionError> {
        if reason.reveal().trim().is_empty() {
            return Err(RetentionError::ReasonMissing);
        }
        let practice = self.id();
        let made = self.make(&[Kind::Own]).await?;
        self.write(
            access,
            Action::HoldPlace,
            move |work| place(work, part, reason, &made),
            move |tx, (hold, row)| {
                records::place(tx, practice, hold, row)?;
                Ok(hold.id)
            },
        )
        .await
    }

    /// Lifts a hold.
    ///
    /// # Errors
    /// [`RetentionError::ReasonMissing`], [`RetentionError::Ended`] when it was lifted before, [`AccessError::NotThere`] for
    /// anybody but the owner.
    pub async fn lift_hold(
        &self,
        access: &FreshAccess,
        id: HoldId,
        reason: Private<String>,
    ) -> Result<(), RetentionError> {
        if reason.reveal().trim().is_empty() {
            return Err(RetentionError::ReasonMissing);
        }
        let practice = self.id();
        self.write(
            access,
            Action::HoldLift,
            move |work| lift(work, id, reason),
            move |tx, (by, row)| Ok(records::lift(tx, practice, *by, row)?),
        )
        .await
    }
}

fn place(
    work: &mut Work<'_, '_>,
    part: ParticipantId,
    reason: Private<String>,
    made: &[Made],
) -> Result<Placed, RetentionError> {
    let (practice, purpose) = (work.practice(), Purpose::Keeping);
    let case = cases::records::case_of_participant(work.tx, practice, part)?;
    let there = case.is_some_and(|case| {
        let mut parts = case.participants.iter();
        parts.any(|who| who.id == part && who.destroyed.is_none())
    });
    if !is_owner(work) || !there {
        return Err(work.refused(Action::HoldPlace, purpose).into());
    }
    let key = made.first().ok_or(AccessError::NotThere)?;
    prepare_hold(work, part, reason, key)
}

/// A hold, ready to be stored with [`put_hold`] in a write of [`Action::HoldPlace`], by which the log knows it.
pub(crate) type Placed = (Hold, SealedRow);

/// Seals a hold for a part that is there, whoever may place it.
///
/// # Errors
/// [`AccessError::Fault`] when it cannot be sealed.
pub(crate) fn prepare_hold(
    work: &mut Work<'_, '_>,
    part: ParticipantId,
    reason: Private<String>,
    key: &Made,
) -> Result<Placed, RetentionError> {
    let purpose = Purpose::Keeping;
    let opened = work.open_made(Action::HoldPlace, purpose, [key])?;
    let open = opened.get(key.id()).ok_or(AccessError::NotThere)?;
    work.grant(Holder::Role(Role::Owner), key.id(), purpose)?;
    let hold = Hold {
        id: HoldId(work.new_id()),
        part,
        placed: (micros(work.now()), work.person()?),
        lifted: None,
    };
    let content = Content {
        part,
        reason,
        lifted: None,
    };
    let row = work.seal(open, ("holds", hold.id.0, 1), &content)?;
    Ok((hold, row))
}

/// Stores a hold.
///
/// # Errors
/// A fault of the database.
pub(crate) fn put_hold(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    placed: &Placed,
) -> Result<(), StoreError> {
    records::place(tx, practice, &placed.0, &placed.1)
}

type Lifted = ((i64, PersonId), SealedRow);

fn lift(
    work: &mut Work<'_, '_>,
    id: HoldId,
    reason: Private<String>,
) -> Result<Lifted, RetentionError> {
    let (practice, purpose) = (work.practice(), Purpose::Keeping);
    let found = records::one_hold(work.tx, practice, id)?;
    let Some((hold, cell)) = found.filter(|_| is_owner(work)) else {
        return Err(work.refused(Action::HoldLift, purpose).into());
    };
    if hold.lifted.is_some() {
        return Err(RetentionError::Ended);
    }
    let opened = work.open(Action::HoldLift, purpose, &[cell.compartment])?;
    let open = opened.get(cell.compartment).ok_or(AccessError::NotThere)?;
    let content: Content = work.unseal(&opened, "holds", &cell)?;
    let content = Content {
        lifted: Some(reason),
        ..content
    };
    let row = work.reseal(open, "holds", &cell, &content)?;
    Ok(((micros(work.now()), work.person()?), row))
}

/// The holds on a part; why, for who may open that.
pub(super) fn told(work: &mut Work<'_, '_>, part: ParticipantId) -> Result<Vec<Held>, AccessError> {
    let practice = work.practice();
    let found = records::holds(work.tx, practice, part)?;
    let mut wanted: Vec<_> = found.iter().map(|(_, cell)| cell.compartment).collect();
    wanted.retain(|one| work.may_open(*one, Purpose::Keeping));
    let opened = match wanted.as_slice() {
        [] => None,
        some => Some(work.open(Action::RetentionRead, Purpose::Keeping, some)?),
    };
    let mut all = Vec::new();
    for (hold, cell) in found {
        let mut held = Held {
            hold,
            reason: None,
            lifted: None,
        };
        if let Some(opened) = &opened
            && opened.get(cell.compartment).is_some()
        {
            let content: Content = work.unseal(opened, "holds", &cell)?;
            held.reason = Some(content.reason);
            held.lifted = content.lifted;
        }
        all.push(held);
    }
    Ok(all)
}

/// That nothing holds a part, and that the holds are those that the log knows.
///
/// # Errors
/// [`RetentionError::Held`]; [`AccessError::Fault`] when a hold was taken away or changed from outside.
pub(super) fn none_on(work: &mut Work<'_, '_>, part: ParticipantId) -> Result<(), RetentionError> {
    let practice = work.practice();
    if records::is_held(work.tx, practice, part)? {
        return Err(RetentionError::Held);
    }
    let mut known = receipts::holds(work, practice)?;
    for (id, revision, is_lifted) in records::every_hold(work.tx, practice)? {
        let as_written = known.remove(&id) == Some(revision) && is_lifted == (revision > 1);
        if !as_written {
            return Err(changed());
        }
    }
    // What is left was placed, and is not in the table any more.
    if known.is_empty() {
        Ok(())
    } else {
        Err(changed())
    }
}

fn changed() -> RetentionError {
    let what = "a hold was taken away or changed from outside: run `alcove audit verify`";
    AccessError::Fault(what.to_owned()).into()
}
