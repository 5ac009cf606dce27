//! Reading how it stands with copies: a client with their own, the clinician with the documents of a release or an order.

use jiff::Timestamp;

use super::records::{self, Stored};
use super::{Basis, CopyContent, CopyState, FileLine, LeftOut};
use crate::access::{PortalAccess, Purpose, Work};
use crate::cases::{self, Sides};
use crate::clock::{from_micros, micros};
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::CopyId;
use crate::receipts::Action;
use crate::releases::text::Part;
use crate::settings::{self, OwnCopies};

/// A copy in a list.
#[derive(Clone, Debug)]
pub struct CopyLine {
    /// Which.
    pub id: CopyId,
    /// How it stands.
    pub state: CopyState,
    /// How many of its steps are done, of how many.
    pub steps: (u32, u32),
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// Until when it can be fetched.
    pub until: Option<Timestamp>,
    /// When it was handed out, the first time first.
    pub handed: Vec<Timestamp>,
    /// Its files.
    pub files: Vec<FileLine>,
    /// What was left out, and why; for who cares for the case.
    pub left_out: Vec<LeftOut>,
}

/// The copies of one of the signed-in client's cases.
#[derive(Clone, Debug)]
pub struct MyCopies {
    /// For whom the sides of the case are.
    pub sides: Sides,
    /// Whether their own copy holds what is shared.
    pub with_joint: bool,
    /// The copies, the newest first.
    pub copies: Vec<CopyLine>,
}

impl Practice {
    /// The copies that the signed-in client asked for, for each of their cases.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault.
    pub async fn my_copies(&self, access: &PortalAccess) -> Result<Vec<MyCopies>, AccessError> {
        self.read(access, |work| {
            let policy = settings::described(work)?.own_copies;
            let mut found = Vec::new();
            for mine in cases::parts_of_mine(work)? {
                let opened =
                    work.open(Action::OwnPages, Purpose::OwnRecord, &mine.compartments())?;
                found.push(MyCopies {
                    sides: cases::sides(work, &opened, &mine)?,
                    with_joint: mine.case.joint.is_some() && policy == OwnCopies::WithJoint,
                    copies: of_basis(work, mine.who.id.0, Purpose::OwnRecord)?,
                });
            }
            Ok(found)
        })
        .await
    }

    /// How far a copy of the signed-in client's is: its steps, and whether it is under way.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when it is not theirs.
    pub async fn my_copy_state(
        &self,
        access: &PortalAccess,
        id: CopyId,
    ) -> Result<(u32, u32, CopyState), AccessError> {
        self.read(access, move |work| {
            let practice = work.practice();
            let found = records::copy(work.tx, practice, id)?;
            let Some((stored, Basis::Own(part))) = found.map(|one| (one.clone(), one.basis)) else {
                return Err(work.refused(Action::OwnPages, Purpose::OwnRecord));
            };
            cases::part_of_mine(work, part)?;
            Ok((stored.done, stored.total, stored.state))
        })
        .await
    }
}

/// The copies of one ground, where who asks may open them, the newest first.
///
/// # Errors
/// A fault of the database or of sealed bytes.
pub(crate) fn of_basis(
    work: &mut Work<'_, '_>,
    basis: uuid::Uuid,
    purpose: Purpose,
) -> Result<Vec<CopyLine>, AccessError> {
    let practice = work.practice();
    let mut stored = records::of_basis(work.tx, practice, basis)?;
    stored.retain(|one| work.may_open(one.cell.compartment, purpose));
    let sides: Vec<_> = stored.iter().map(|one| one.cell.compartment).collect();
    if sides.is_empty() {
        return Ok(Vec::new());
    }
    let action = match purpose {
        Purpose::OwnRecord => Action::OwnPages,
        Purpose::Keeping => Action::Demand,
        Purpose::Care
        | Purpose::Emergency
        | Purpose::Contact
        | Purpose::Billing
        | Purpose::SignIn
        | Purpose::Import => Action::Release,
    };
    let opened = work.open(action, purpose, &sides)?;
    let now = micros(work.now());
    let line = |one: &Stored| {
        let handed = records::hand_outs(work.tx, practice, one.id)?;
        let content: CopyContent = work.unseal(&opened, "copies", &one.cell)?;
        let is_over = one.until.is_some_and(|until| until <= now);
        Ok(CopyLine {
            id: one.id,
            state: if one.state == CopyState::Ready && is_over {
                CopyState::Gone
            } else {
                one.state
            },
            steps: (one.done, one.total),
            asked_at: from_micros(one.asked_at),
            until: one.until.map(from_micros),
            handed: handed.into_iter().map(from_micros).collect(),
            files: content.files,
            left_out: content.left_out,
        })
    };
    stored.iter().map(line).collect()
}

/// When documents of a release went out that hold this part of it, the newest first.
///
/// # Errors
/// A fault of the database.
pub(crate) fn handed(
    work: &mut Work<'_, '_>,
    release: uuid::Uuid,
    part: Part,
) -> Result<Vec<Timestamp>, AccessError> {
    let practice = work.practice();
    let joint = part == Part::Joint;
    let found = records::handed(work.tx, practice, release, joint)?;
    Ok(found.into_iter().map(from_micros).collect())
}
