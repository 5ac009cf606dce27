//! Reading homework: a participant what is theirs and what is joint (R2), a clinician what came back.

use jiff::Timestamp;
use vault::{CompartmentId, Opened};

use super::{Assignment, AssignmentContent, Reflection, ReflectionContent, Told, records};
use crate::access::{PortalAccess, Purpose, Work};
use crate::cases::{self, Case, Part, Side, Sides};
use crate::clock::from_micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{AssignmentId, ParticipantId};
use crate::private::Private;
use crate::receipts::Action;

/// Homework as a clinician sees it.
#[derive(Clone, Debug)]
pub struct CaseHomework {
    /// What was given, to whom.
    pub assignment: Assignment,
    /// For each of them, whether something came back; never how often (R13).
    pub back: Vec<(ParticipantId, bool)>,
    /// What came back: the shared ones, and each participant's own ones with whose they are.
    pub reflections: Vec<Reflection>,
}

/// What was given, where its side was opened, and what came back.
pub(crate) type Whole = (Option<Assignment>, Vec<Reflection>);

/// The homework of one of the signed-in client's cases.
#[derive(Clone, Debug)]
pub struct MyHomework {
    /// For whom the sides of the case are.
    pub sides: Sides,
    /// What was given to the client, newest first, and whether the client gave something back.
    pub given: Vec<(Assignment, bool)>,
}

/// One assignment as its participant reads it.
#[derive(Clone, Debug)]
pub struct HomeworkPage {
    /// For whom the sides of the case are.
    pub sides: Sides,
    /// What was given.
    pub assignment: Assignment,
    /// The box for the clinician alone.
    pub own: OwnBox,
    /// The box that is shared; none where there is nobody to share with.
    pub joint: Option<JointBox>,
    /// What the others shared, with the name of each.
    pub from_others: Vec<(Private<String>, Reflection)>,
}

/// The box for the clinician alone.
#[derive(Clone, Debug, Default)]
pub struct OwnBox {
    /// What stands in it: a draft, or else what was given.
    pub told: Told,
    /// When it was given; not yet, when only a draft is there.
    pub given_at: Option<Timestamp>,
    /// Whether the draft differs from what was given.
    pub changed: bool,
    /// The newest revision; 0 when nothing is stored.
    pub revision: u32,
}

/// The box that is shared.
#[derive(Clone, Debug, Default)]
pub struct JointBox {
    /// What stands in it.
    pub words: Private<String>,
    /// When it was shared; it is a draft that nobody else reads while there is no such time.
    pub shared_at: Option<Timestamp>,
    /// The newest revision; 0 when nothing is stored.
    pub revision: u32,
}

/// How many assignments a clinician's page shows.
pub(crate) const SHOWN: i64 = 12;

/// The homework of a case in the compartments that were opened, newest first: of the `newest` that there are on all its sides.
///
/// # Errors
/// A fault of the database or of sealed bytes.
pub fn of_case(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    case: &Case,
    newest: i64,
) -> Result<Vec<CaseHomework>, AccessError> {
    let practice = work.practice();
    let compartments = opened_sides(opened, case);
    let mut found = Vec::new();
    for stored in records::of_case(work.tx, practice, case.id, newest)? {
        if !compartments.contains(&stored.cell.compartment) {
            continue;
        }
        let reflections = came_back(work, opened, (stored.id, &compartments))?;
        let assignment = read(work, opened, case, stored)?;
        let is_back = |id: &ParticipantId| reflections.iter().any(|one| one.participant == *id);
        found.push(CaseHomework {
            back: assignment
                .participants
                .iter()
                .map(|id| (*id, is_back(id)))
                .collect(),
            assignment,
            reflections,
        });
    }
    Ok(found)
}

/// All of it for a copy of the record: what was given where its side was opened, and what came back on the sides that were,
/// also to what stands on a side that was not.
///
/// # Errors
/// A fault of the database or of sealed bytes.
pub(crate) fn whole(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    case: &Case,
) -> Result<Vec<Whole>, AccessError> {
    let practice = work.practice();
    let sides = opened_sides(opened, case);
    let mut found = Vec::new();
    for stored in records::of_case(work.tx, practice, case.id, i64::MAX)? {
        let reflections = came_back(work, opened, (stored.id, &sides))?;
        let assignment = if sides.contains(&stored.cell.compartment) {
            Some(read(work, opened, case, stored)?)
        } else {
            None
        };
        found.push((assignment, reflections));
    }
    Ok(found)
}

fn opened_sides(opened: &Opened, case: &Case) -> Vec<CompartmentId> {
    let sides = case.compartments().into_iter();
    sides.filter(|id| opened.get(*id).is_some()).collect()
}

fn came_back(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    (id, sides): (AssignmentId, &[CompartmentId]),
) -> Result<Vec<Reflection>, AccessError> {
    let practice = work.practice();
    let mut reflections = Vec::new();
    for one in records::reflections(work.tx, practice, id, sides)? {
        reflections.extend(given(work, opened, &one)?);
    }
    Ok(reflections)
}

impl Practice {
    /// The homework of the signed-in client, for each of their cases.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault.
    pub async fn my_homework(&self, access: &PortalAccess) -> Result<Vec<MyHomework>, AccessError> {
        self.read(access, |work| {
            let mut found = Vec::new();
            for part in cases::parts_of_mine(work)? {
                let opened =
                    work.open(Action::Homework, Purpose::OwnRecord, &part.compartments())?;
                found.push(MyHomework {
                    sides: cases::sides(work, &opened, &part)?,
                    given: of_part(work, &opened, &part)?,
                });
            }
            Ok(found)
        })
        .await
    }

    /// One assignment with the signed-in client's boxes and what the others shared.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when it was not given to them.
    pub async fn homework_page(
        &self,
        access: &PortalAccess,
        assignment: AssignmentId,
    ) -> Result<HomeworkPage, AccessError> {
        self.read(access, move |work| {
            let (part, stored) = of_mine(work, assignment)?;
            let opened = work.open(Action::Homework, Purpose::OwnRecord, &part.compartments())?;
            page(work, &opened, &part, stored)
        })
        .await
    }
}

/// What was given to a participant, newest first, and whether they gave something back themselves.
pub(crate) fn of_part(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    part: &Part,
) -> Result<Vec<(Assignment, bool)>, AccessError> {
    let practice = work.practice();
    let mut found = Vec::new();
    for stored in records::of_participant(work.tx, practice, part.who.id)? {
        let mut back = false;
        for one in records::reflections(work.tx, practice, stored.id, &part.compartments())? {
            if one.participant == part.who.id {
                back = back || given(work, opened, &one)?.is_some();
            }
        }
        found.push((theirs(work, opened, part, stored)?, back));
    }
    Ok(found)
}

/// An assignment that was given to who is signed in.
pub(super) fn of_mine(
    work: &mut Work<'_, '_>,
    assignment: AssignmentId,
) -> Result<(Part, records::Stored), AccessError> {
    let practice = work.practice();
    let stored =
        records::assignment(work.tx, practice, assignment)?.ok_or(AccessError::NotThere)?;
    let part = cases::parts_of_mine(work)?
        .into_iter()
        .find(|part| stored.participants.contains(&part.who.id))
        .filter(|part| part.compartments().contains(&stored.cell.compartment))
        .ok_or(AccessError::NotThere)?;
    Ok((part, stored))
}

fn page(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    part: &Part,
    stored: records::Stored,
) -> Result<HomeworkPage, AccessError> {
    let practice = work.practice();
    let names = cases::called(work, opened, &part.case)?;
    let mut own = OwnBox::default();
    let is_joint = part.case.is_joint(stored.cell.compartment);
    let mut joint = is_joint.then(JointBox::default);
    let mut from_others = Vec::new();
    for one in records::reflections(work.tx, practice, stored.id, &part.compartments())? {
        let content: ReflectionContent = work.unseal(opened, "reflections", &one.cell)?;
        match (one.participant == part.who.id, one.side) {
            (true, Side::Own) => own = own_box(content, one.cell.revision),
            (true, Side::Joint) => joint = Some(joint_box(content, one.cell.revision)),
            (false, Side::Joint) => {
                let name = names.get(&one.participant).cloned();
                let shared = told(&one, content);
                from_others.extend(
                    shared.map(|told| (name.unwrap_or_else(|| Private::from("Somebody")), told)),
                );
            }
            (false, Side::Own) => {}
        }
    }
    Ok(HomeworkPage {
        sides: cases::sides_on(work, opened, part, stored.cell.compartment)?,
        assignment: theirs(work, opened, part, stored)?,
        own,
        joint,
        from_others,
    })
}

fn own_box(content: ReflectionContent, revision: u32) -> OwnBox {
    let given_at = content.given_at.map(from_micros);
    let changed = content.draft.is_some();
    OwnBox {
        told: content.draft.or(content.given).unwrap_or_default(),
        given_at,
        changed,
        revision,
    }
}

fn joint_box(content: ReflectionContent, revision: u32) -> JointBox {
    let shared_at = content.given_at.map(from_micros);
    let told = content.given.or(content.draft).unwrap_or_default();
    JointBox {
        words: told.words,
        shared_at,
        revision,
    }
}

fn given(
    work: &Work<'_, '_>,
    opened: &Opened,
    stored: &records::StoredReflection,
) -> Result<Option<Reflection>, AccessError> {
    let content: ReflectionContent = work.unseal(opened, "reflections", &stored.cell)?;
    Ok(told(stored, content))
}

fn told(stored: &records::StoredReflection, content: ReflectionContent) -> Option<Reflection> {
    Some(Reflection {
        id: stored.id,
        participant: stored.participant,
        shared: stored.side == Side::Joint,
        told: content.given?,
        given_at: from_micros(content.given_at?),
    })
}

/// As a participant reads it: for them it ends with their part, whatever becomes of it for the others.
fn theirs(
    work: &Work<'_, '_>,
    opened: &Opened,
    part: &Part,
    stored: records::Stored,
) -> Result<Assignment, AccessError> {
    let mut assignment = read(work, opened, &part.case, stored)?;
    assignment.open = assignment.open && part.who.until.is_none();
    Ok(assignment)
}

fn read(
    work: &Work<'_, '_>,
    opened: &Opened,
    case: &Case,
    stored: records::Stored,
) -> Result<Assignment, AccessError> {
    let content: AssignmentContent = work.unseal(opened, "assignments", &stored.cell)?;
    Ok(Assignment {
        id: stored.id,
        case: stored.case,
        session: stored.session,
        given_at: from_micros(stored.given_at),
        // What lies on a side that somebody left is not written on when the case is parted, and has ended with it.
        open: stored.open && content.ended_at.is_none() && !case.is_frozen(stored.cell.compartment),
        task: content.task,
        given_by: content.given_by,
        participants: stored.participants,
        joint: case.is_joint(stored.cell.compartment),
        narrower: case.is_narrower(stored.cell.compartment),
        revision: stored.cell.revision,
    })
}
