//! Both on one page: goals and check-ins of everybody in a case side by side, for the clinician, and in a session for all
//! who look at one screen. What stands there of a participant is what that participant lets be shown, by a choice of their
//! own that they take back at once; what is joint stands there anyway, and nothing else.
//!
//! That somebody does not let something be shown, and that there is nothing of it, look alike (R2). Not here: what leaves
//! the practice (releases), and what is moved to the joint side for good (`routing`).

mod records;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use store::{StoreError, Tx};
use vault::Opened;

use crate::access::{DeskAccess, PortalAccess, Purpose, Work};
use crate::calendar::{self, Session};
use crate::cases::opening::{self, Found};
use crate::cases::{self, Case, Participant, Sides};
use crate::core::Practice;
use crate::error::AccessError;
use crate::goals::{self, Goal, GoalState};
use crate::homework::{self, CaseHomework};
use crate::ids::{CaseId, ParticipantId, PracticeId, SessionId};
use crate::measures::{self, Measure};
use crate::people::Named;
use crate::receipts::Action;
use crate::sealed::{self, SealedRow};

/// How many of the newest measures of each participant stand there, of those that are shown.
const MEASURES: usize = 8;

/// What a participant lets be shown of their own side: the content of `shown_together.sealed`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Shown {
    /// Their own goals.
    pub goals: bool,
    /// Their check-ins.
    pub measures: bool,
}

/// What the signed-in client lets be shown in one of their cases.
#[derive(Clone, Debug)]
pub struct MyShown {
    /// For whom the sides of the case are.
    pub sides: Sides,
    /// What is shown.
    pub shown: Shown,
    /// The newest revision; 0 before anything was chosen.
    pub revision: u32,
}

/// What stands of one participant on the page.
#[derive(Clone, Debug)]
pub struct OfOne {
    /// Whose.
    pub participant: ParticipantId,
    /// Their goals that are open, as far as they are shown.
    pub goals: Vec<Goal>,
    /// Their newest measures, oldest first, as far as they are shown.
    pub measures: Vec<Measure>,
}

/// The page.
#[derive(Clone, Debug)]
pub struct Together {
    /// The case.
    pub case: Case,
    /// Its participants by name, in its order.
    pub people: Vec<Named>,
    /// What stands there of each who takes part.
    pub each: Vec<OfOne>,
    /// Joint goals that are open.
    pub goals: Vec<Goal>,
    /// Joint homework that goes on, with what was shared about it and nothing else.
    pub homework: Vec<CaseHomework>,
    /// The session in which it is looked at.
    pub session: Option<Session>,
}

impl Practice {
    /// What the signed-in client lets be shown, for each relational case in which they take part.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault.
    pub async fn my_shown(&self, access: &PortalAccess) -> Result<Vec<MyShown>, AccessError> {
        self.read(access, |work| {
            let mut found = Vec::new();
            for part in cases::parts_of_mine(work)? {
                if part.case.joint.is_none() || !part.goes_on() {
                    continue;
                }
                let opened =
                    work.open(Action::OwnPages, Purpose::OwnRecord, &part.compartments())?;
                let (shown, revision) = shown(work, &opened, &part.who)?;
                found.push(MyShown {
                    sides: cases::sides(work, &opened, &part)?,
                    shown,
                    revision,
                });
            }
            Ok(found)
        })
        .await
    }

    /// Says what is shown from now on. It needs nobody else, and asks nobody.
    ///
    /// # Errors
    /// [`AccessError::Stale`] when `revision` is not the newest, [`AccessError::NotThere`] when the part is not the signed-in
    /// person's, has ended, or is in an individual case.
    pub async fn show_together(
        &self,
        access: &PortalAccess,
        participant: ParticipantId,
        choice: Shown,
        revision: u32,
    ) -> Result<(), AccessError> {
        let practice = self.id();
        self.write(
            access,
            Action::TogetherChosen,
            move |work| {
                let part = cases::part_of_mine(work, participant)?;
                if part.case.joint.is_none() || !part.goes_on() {
                    return Err(AccessError::NotThere);
                }
                let stored = records::shown(work.tx, practice, participant)?;
                if stored.as_ref().map_or(0, |cell| cell.revision) != revision {
                    return Err(AccessError::Stale);
                }
                let own = part.who.own;
                let opened = work.open(Action::TogetherChosen, Purpose::OwnRecord, &[own])?;
                let open = opened.get(own).ok_or(AccessError::NotThere)?;
                match stored {
                    None => work.seal(open, ("shown_together", participant.0, 1), &choice),
                    Some(cell) => work.reseal(open, "shown_together", &cell, &choice),
                }
            },
            move |tx, row| Ok(put(tx, practice, row)?),
        )
        .await
    }

    /// The page of a case, for who cares for it.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when there is no such relational case for who asks.
    pub async fn together(
        &self,
        access: &DeskAccess,
        case: CaseId,
    ) -> Result<Together, AccessError> {
        self.read(access, move |work| {
            let found = opening::find(work, Action::Together, case)?;
            page(work, found, None)
        })
        .await
    }

    /// The page of a session: what all who are in the room look at.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when there is no such session of a relational case for who asks.
    pub async fn joint_screen(
        &self,
        access: &DeskAccess,
        session: SessionId,
    ) -> Result<Together, AccessError> {
        self.read(access, move |work| {
            let practice = work.practice();
            let session = calendar::records::session(work.tx, practice, session)?;
            let Some((session, case)) = session.and_then(|one| one.case.map(|case| (one, case)))
            else {
                return Err(work.refused(Action::Together, Purpose::Care));
            };
            let found = opening::find(work, Action::Together, case)?;
            page(work, found, Some(session))
        })
        .await
    }
}

fn put(tx: &mut Tx<'_>, practice: PracticeId, row: &SealedRow) -> Result<(), StoreError> {
    if row.revision == 1 {
        sealed::insert(tx, practice, row, &[])
    } else {
        sealed::revise(tx, practice, row)
    }
}

/// What a participant lets be shown, where their own side was opened; nothing before they said so.
fn shown(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    who: &Participant,
) -> Result<(Shown, u32), AccessError> {
    let practice = work.practice();
    let stored = records::shown(work.tx, practice, who.id)?;
    match stored.filter(|cell| cell.compartment == who.own && opened.get(who.own).is_some()) {
        Some(cell) => Ok((work.unseal(opened, "shown_together", &cell)?, cell.revision)),
        None => Ok((Shown::default(), 0)),
    }
}

fn page(
    work: &mut Work<'_, '_>,
    found: Found,
    session: Option<Session>,
) -> Result<Together, AccessError> {
    if found.case.joint.is_none() {
        return Err(work.refused(Action::Together, Purpose::Care));
    }
    let opened = found.open_together(work, Action::Together)?;
    let people = found.names(&opened)?;
    let case = found.case;
    let mut goals = goals::of_case(work, &opened, &case)?;
    goals.retain(|goal| goal.state == GoalState::Open);
    // All of them: how much somebody has on their own side moves nothing off the page (R2).
    let measures = measures::of_case(work, &opened, &case, i64::MAX)?;
    let mut each = Vec::new();
    for who in case.staying() {
        let (shown, _) = shown(work, &opened, who)?;
        let is_theirs = |goal: &&Goal| shown.goals && goal.whose == Some(who.id);
        let is_shown = |one: &&Measure| one.participant == who.id && (one.joint || shown.measures);
        let mut taken: Vec<Measure> = measures.iter().filter(is_shown).cloned().collect();
        let older = taken.len().saturating_sub(MEASURES);
        each.push(OfOne {
            participant: who.id,
            goals: goals.iter().filter(is_theirs).cloned().collect(),
            measures: taken.split_off(older),
        });
    }
    let mut homework = homework::of_case(work, &opened, &case, i64::MAX)?;
    homework.retain(|one| one.assignment.joint && one.assignment.open);
    for one in &mut homework {
        one.reflections.retain(|reflection| reflection.shared);
        let is_back =
            |id: &ParticipantId| one.reflections.iter().any(|back| back.participant == *id);
        one.back = one
            .assignment
            .participants
            .iter()
            .map(|id| (*id, is_back(id)))
            .collect();
    }
    goals.retain(|goal| goal.whose.is_none());
    Ok(Together {
        case,
        people,
        each,
        goals,
        homework,
        session,
    })
}
