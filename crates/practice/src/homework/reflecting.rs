//! Writing reflections: one box for the clinician alone, one that is shared; drafts of both are the writer's own.

use vault::{CompartmentId, Opened};

use super::reading::of_mine;
use super::{HomeworkError, ReflectionContent, Told, records};
use crate::access::{PortalAccess, Purpose, Work};
use crate::cases::{Part, Side};
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{AssignmentId, ParticipantId, PracticeId, ReflectionId};
use crate::private::Private;
use crate::receipts::Action;
use crate::sealed::{self, SealedRow};

/// What is done with one box.
enum Act {
    /// Kept for the writer.
    Draft(Told),
    /// Given to the clinician, or shared: exactly this.
    Give(Told),
    /// Taken back from the joint side: nobody else reads it any more.
    TakeBack,
}

struct Prepared {
    place: (AssignmentId, ParticipantId, Side),
    is_new: bool,
    state: (&'static str, i64),
    row: SealedRow,
}

impl Practice {
    /// Keeps a draft of what is for the clinician alone; nobody reads it before it is given. Returns the revision.
    ///
    /// # Errors
    /// [`HomeworkError::ConsentMissing`] (R9), [`HomeworkError::Ended`], [`AccessError::Stale`] when `revision` is not
    /// the newest (0 for the first), [`AccessError::NotThere`].
    pub async fn draft_reflection(
        &self,
        access: &PortalAccess,
        assignment: AssignmentId,
        told: Told,
        revision: u32,
    ) -> Result<u32, HomeworkError> {
        self.reflect(access, (assignment, Side::Own), Act::Draft(told), revision)
            .await
    }

    /// Gives to the clinician alone what is told; a later one takes its place, and the earlier one is kept.
    ///
    /// # Errors
    /// As [`Practice::draft_reflection`], and [`HomeworkError::Empty`].
    pub async fn give_reflection(
        &self,
        access: &PortalAccess,
        assignment: AssignmentId,
        told: Told,
        revision: u32,
    ) -> Result<u32, HomeworkError> {
        self.reflect(access, (assignment, Side::Own), Act::Give(told), revision)
            .await
    }

    /// Keeps a draft of what is to be shared, in the writer's own side; nobody reads it before it is shared.
    ///
    /// # Errors
    /// As [`Practice::draft_reflection`], and [`HomeworkError::Shared`].
    pub async fn draft_shared(
        &self,
        access: &PortalAccess,
        assignment: AssignmentId,
        words: Private<String>,
        revision: u32,
    ) -> Result<u32, HomeworkError> {
        let act = Act::Draft(only(words));
        self.reflect(access, (assignment, Side::Joint), act, revision)
            .await
    }

    /// Shares exactly these words with the other participants and the clinician.
    ///
    /// # Errors
    /// As [`Practice::draft_shared`], and [`HomeworkError::Empty`].
    pub async fn share_reflection(
        &self,
        access: &PortalAccess,
        assignment: AssignmentId,
        words: Private<String>,
        revision: u32,
    ) -> Result<u32, HomeworkError> {
        let act = Act::Give(only(words));
        self.reflect(access, (assignment, Side::Joint), act, revision)
            .await
    }

    /// Takes back what was shared: from now on it is a draft of the writer's, and the others may have read it by then.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when nothing is shared, [`AccessError::Stale`] when `revision` is not the newest.
    pub async fn take_back_reflection(
        &self,
        access: &PortalAccess,
        assignment: AssignmentId,
        revision: u32,
    ) -> Result<u32, HomeworkError> {
        self.reflect(access, (assignment, Side::Joint), Act::TakeBack, revision)
            .await
    }

    async fn reflect(
        &self,
        access: &PortalAccess,
        place: (AssignmentId, Side),
        act: Act,
        revision: u32,
    ) -> Result<u32, HomeworkError> {
        let practice = self.id();
        self.write(
            access,
            Action::Reflection,
            move |work| prepare(work, place, act, revision),
            move |tx, prepared| put(tx, practice, prepared),
        )
        .await
    }
}

fn only(words: Private<String>) -> Told {
    Told {
        words,
        ..Told::default()
    }
}

fn prepare(
    work: &mut Work<'_, '_>,
    place: (AssignmentId, Side),
    act: Act,
    revision: u32,
) -> Result<Prepared, HomeworkError> {
    let (assignment, side) = place;
    let (part, given) = of_mine(work, assignment)?;
    if side == Side::Joint && !part.case.is_joint(given.cell.compartment) {
        return Err(AccessError::NotThere.into());
    }
    may_write(work, &part, given.open)?;
    let practice = work.practice();
    let place = (assignment, part.who.id, side);
    let stored = records::reflection(work.tx, practice, place)?;
    if stored.as_ref().map_or(0, |stored| stored.cell.revision) != revision {
        return Err(AccessError::Stale.into());
    }
    let opened = work.open(
        Action::Reflection,
        Purpose::OwnRecord,
        &needed(&part, side, &act),
    )?;
    let before = match &stored {
        Some(stored) => work.unseal(&opened, "reflections", &stored.cell)?,
        None => ReflectionContent::default(),
    };
    let now = micros(work.now());
    // What is shared goes where the homework stands, or to those of it who are left.
    let target = match side {
        Side::Own => Some(part.who.own),
        Side::Joint => part.case.goes_on_in(given.cell.compartment),
    };
    let target = target.ok_or(HomeworkError::Ended)?;
    let (content, target) = after(before, act, (&part, side, target), now)?;
    let row = seal(work, &opened, target, stored.as_ref(), &content)?;
    let word = if content.given.is_some() {
        "given"
    } else {
        "draft"
    };
    Ok(Prepared {
        place,
        is_new: stored.is_none(),
        state: (word, now),
        row,
    })
}

/// The compartments that an act on a box needs: the joint one only where something is or was shared.
fn needed(part: &Part, side: Side, act: &Act) -> Vec<CompartmentId> {
    match (side, act) {
        (Side::Own, _) => vec![part.who.own],
        (Side::Joint, _) => part.compartments(),
    }
}

/// What stands in the box after the act, and in which compartment it is sealed.
fn after(
    before: ReflectionContent,
    act: Act,
    place: (&Part, Side, CompartmentId),
    now: i64,
) -> Result<(ReflectionContent, CompartmentId), HomeworkError> {
    let (part, side, target) = place;
    let shared = side == Side::Joint && before.given.is_some();
    match act {
        Act::Draft(_) | Act::Give(_) if shared => Err(HomeworkError::Shared),
        Act::Draft(told) => {
            let content = ReflectionContent {
                draft: Some(told),
                ..before
            };
            Ok((content, part.who.own))
        }
        Act::Give(told) if told.is_empty() => Err(HomeworkError::Empty),
        Act::Give(told) => {
            let content = ReflectionContent {
                given: Some(told),
                given_at: Some(now),
                draft: None,
            };
            Ok((content, target))
        }
        Act::TakeBack => {
            let told = before.given.filter(|_| shared);
            let content = ReflectionContent {
                given: None,
                given_at: None,
                draft: Some(told.ok_or(AccessError::NotThere)?),
            };
            Ok((content, part.who.own))
        }
    }
}

/// That it goes on, and R9: the writer's consent, also for what is shared. A partner's is not asked, because the answer
/// would tell how it stands with it (R2); the clinician sees that on the case.
fn may_write(work: &mut Work<'_, '_>, part: &Part, open: bool) -> Result<(), HomeworkError> {
    if !part.goes_on() || !open {
        return Err(HomeworkError::Ended);
    }
    Ok(work.stands_on_consent(&[part.who])?)
}

fn seal(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    target: CompartmentId,
    stored: Option<&records::StoredReflection>,
    content: &ReflectionContent,
) -> Result<SealedRow, AccessError> {
    let open = opened.get(target).ok_or(AccessError::NotThere)?;
    match stored {
        Some(stored) => work.reseal(open, "reflections", &stored.cell, content),
        None => work.seal(open, ("reflections", work.new_undated_id(), 1), content),
    }
}

fn put(tx: &mut store::Tx<'_>, practice: PracticeId, new: &Prepared) -> Result<u32, HomeworkError> {
    if new.is_new {
        records::insert_reflection(tx, practice, new.place, new.state, &new.row)?;
    } else {
        sealed::revise(tx, practice, &new.row)?;
        let id = ReflectionId(new.row.id());
        records::set_reflection_state(tx, practice, id, new.state)?;
    }
    Ok(new.row.revision)
}
