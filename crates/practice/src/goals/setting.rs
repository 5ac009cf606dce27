//! Setting and changing goals: the client's own words, on the side of the case where the client puts them.

use jiff::Timestamp;
use vault::Opened;

use super::{
    Goal, GoalContent, GoalError, GoalState, GoalWords, earlier, known, of_case, read, records,
    revision_for,
};
use crate::access::{PortalAccess, Purpose, Work};
use crate::cases::{self, Part, Side, Sides};
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{GoalId, ParticipantId};
use crate::receipts::Action;
use crate::sealed;

/// The goals of one of the signed-in client's cases: their own and the joint ones, never a partner's (R2).
#[derive(Clone, Debug)]
pub struct MyGoals {
    /// For whom the sides of the case are.
    pub sides: Sides,
    /// The client's own goals.
    pub own: Vec<Goal>,
    /// The joint ones; nothing in an individual case.
    pub joint: Vec<Goal>,
}

/// One goal with its earlier wordings.
#[derive(Clone, Debug)]
pub struct GoalPage {
    /// For whom the sides of the case are.
    pub sides: Sides,
    /// The goal.
    pub goal: Goal,
    /// How it was put before, oldest first: the words, and when they were written.
    pub earlier: Vec<(GoalWords, Timestamp)>,
}

impl Practice {
    /// The goals of the signed-in client, for each of their cases.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault.
    pub async fn my_goals(&self, access: &PortalAccess) -> Result<Vec<MyGoals>, AccessError> {
        self.read(access, |work| {
            let mut found = Vec::new();
            for part in cases::parts_of_mine(work)? {
                let opened = work.open(Action::Goals, Purpose::OwnRecord, &part.compartments())?;
                let (own, joint) = of_case(work, &opened, &part.case)?
                    .into_iter()
                    .partition(|goal| goal.whose.is_some());
                found.push(MyGoals {
                    sides: cases::sides(work, &opened, &part)?,
                    own,
                    joint,
                });
            }
            Ok(found)
        })
        .await
    }

    /// One goal of the signed-in client with its earlier wordings.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when it is not theirs to read.
    pub async fn my_goal(
        &self,
        access: &PortalAccess,
        goal: GoalId,
    ) -> Result<GoalPage, AccessError> {
        self.read(access, move |work| {
            let (part, stored, opened) = goal_of_mine(work, goal)?;
            let goal = read(work, &opened, &part.case, &stored)?;
            Ok(GoalPage {
                earlier: earlier(work, &opened, &goal)?,
                goal,
                sides: cases::sides_on(work, &opened, &part, stored.cell.compartment)?,
            })
        })
        .await
    }

    /// Sets a goal on one side of the client's case.
    ///
    /// # Errors
    /// [`GoalError::ConsentMissing`] (R9), [`GoalError::Empty`], [`GoalError::Ended`] when the part has ended,
    /// [`AccessError::NotThere`] when it is not the signed-in person's, or has no such side.
    pub async fn set_goal(
        &self,
        access: &PortalAccess,
        participant: ParticipantId,
        side: Side,
        said: GoalWords,
    ) -> Result<GoalId, GoalError> {
        let practice = self.id();
        self.write(
            access,
            Action::Goals,
            move |work| {
                let part = cases::part_of_mine(work, participant)?;
                if !part.goes_on() {
                    return Err(GoalError::Ended);
                }
                let compartment = side.compartment(&part)?;
                let whose = match side {
                    Side::Own => Some(participant),
                    Side::Joint => None,
                };
                may_write(work, &part)?;
                if said.words.reveal().trim().is_empty() {
                    return Err(GoalError::Empty);
                }
                let opened = work.open(Action::Goals, Purpose::OwnRecord, &[compartment])?;
                let open = opened.get(compartment).ok_or(AccessError::NotThere)?;
                let at = micros(work.now());
                let content = GoalContent {
                    said,
                    state: GoalState::Open,
                    at,
                };
                let row = work.seal(open, ("goals", work.new_undated_id(), 1), &content)?;
                Ok(((part.case.id, whose, at), row))
            },
            move |tx, (place, row)| {
                records::insert(tx, practice, *place, row)?;
                Ok(GoalId(row.id()))
            },
        )
        .await
    }

    /// Puts a goal in other words, or says how it stands; the earlier wording is kept.
    ///
    /// # Errors
    /// [`GoalError::ConsentMissing`] (R9), [`GoalError::Empty`], [`AccessError::Stale`] when `revision` is not the
    /// newest, [`GoalError::Ended`] when it belongs to a time that is over, [`AccessError::NotThere`] when the goal is not the client's to change.
    pub async fn change_goal(
        &self,
        access: &PortalAccess,
        goal: GoalId,
        revision: u32,
        said: GoalWords,
        state: GoalState,
    ) -> Result<u32, GoalError> {
        let practice = self.id();
        self.write(
            access,
            Action::Goals,
            move |work| {
                let (part, stored, opened) = goal_of_mine(work, goal)?;
                may_write(work, &part)?;
                if said.words.reveal().trim().is_empty() {
                    return Err(GoalError::Empty);
                }
                if revision_for(work, &opened, &stored.cell)? != revision {
                    return Err(AccessError::Stale.into());
                }
                let unknown = stored.cell.revision.saturating_sub(revision);
                let side = part.case.goes_on_in(stored.cell.compartment);
                let side = side.ok_or(GoalError::Ended)?;
                let open = opened.get(side).ok_or(AccessError::NotThere)?;
                let content = GoalContent {
                    said,
                    state,
                    at: micros(work.now()),
                };
                Ok((work.reseal(open, "goals", &stored.cell, &content)?, unknown))
            },
            move |tx, (row, unknown)| {
                sealed::revise(tx, practice, row)?;
                records::set_state(tx, practice, goal, state)?;
                Ok(row.revision.saturating_sub(*unknown))
            },
        )
        .await
    }
}

/// That the participation goes on, and R9: the writer's consent, also for a joint goal. A partner's is not asked, because
/// the answer would tell how it stands with it (R2); the clinician sees that on the case.
fn may_write(work: &mut Work<'_, '_>, part: &Part) -> Result<(), AccessError> {
    if !part.goes_on() {
        return Err(AccessError::NotThere);
    }
    work.stands_on_consent(&[part.who])
}

/// A goal that the signed-in client may read: their own, or a joint one of their case.
fn goal_of_mine(
    work: &mut Work<'_, '_>,
    goal: GoalId,
) -> Result<(Part, records::Stored, Opened), AccessError> {
    let practice = work.practice();
    let stored = records::goal(work.tx, practice, goal)?.ok_or(AccessError::NotThere)?;
    let side = stored.cell.compartment;
    let part = cases::parts_of_mine(work)?
        .into_iter()
        .find(|part| part.case.id == stored.case)
        .filter(|part| part.who.own == side || part.case.is_joint(side))
        .ok_or(AccessError::NotThere)?;
    let opened = work.open(Action::Goals, Purpose::OwnRecord, &part.compartments())?;
    let known = known(work, &opened, &part.case, stored)?;
    Ok((part, known.ok_or(AccessError::NotThere)?, opened))
}
