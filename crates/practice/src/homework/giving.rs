//! Giving homework, to everybody in the case or to one participant, and ending it.

use store::{StoreError, Tx};
use vault::{CompartmentId, Opened};

use super::{AssignmentContent, HomeworkError, Task, records};
use crate::access::{DeskAccess, Purpose, Work};
use crate::cases::{self, Case, Participant};
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{AssignmentId, CaseId, ParticipantId, PracticeId, SessionId};
use crate::library::{self, AssignmentKind, library};
use crate::private::Private;
use crate::receipts::Action;
use crate::sealed::{self, SealedRow};
use crate::{calendar, safety};

/// For whom homework is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum For {
    /// Everybody in the case: it stands on the joint side of a relational one.
    Everybody,
    /// One participant: it stands on their own side, and no partner learns of it (R2).
    One(ParticipantId),
}

/// What is given.
#[derive(Clone, Debug)]
pub enum What {
    /// An assignment of the library.
    Library(library::AssignmentId),
    /// The clinician's own text.
    OwnText {
        /// Its name.
        title: Private<String>,
        /// What to try; a blank line begins a new paragraph.
        text: Private<String>,
    },
}

/// Homework to be given.
#[derive(Clone, Debug)]
pub struct NewAssignment {
    /// In which case.
    pub case: CaseId,
    /// In which session it was agreed.
    pub session: Option<SessionId>,
    /// What.
    pub what: What,
    /// A line from the clinician; may be empty.
    pub remark: Private<String>,
    /// For whom.
    pub whom: For,
}

/// What is asked afterwards when the clinician wrote the task: noticed, felt, wanted (R13).
const OWN_PROMPTS: [&str; 3] = [
    "What did I notice?",
    "What did I feel?",
    "What would I like next?",
];

impl What {
    fn task(self, remark: Private<String>) -> Result<Task, HomeworkError> {
        match self {
            Self::Library(id) => {
                let found = library()
                    .assignment(&id)
                    .ok_or(HomeworkError::NotInLibrary)?;
                Ok(Task {
                    library: Some(id),
                    title: Private::from(found.title.as_str()),
                    duration: found.duration.clone(),
                    steps: found
                        .steps
                        .iter()
                        .map(|s| Private::from(s.as_str()))
                        .collect(),
                    prompts: found.prompts.clone(),
                    remark,
                    of_the_body: matches!(
                        found.kind,
                        AssignmentKind::Exercise
                            | AssignmentKind::Mindfulness
                            | AssignmentKind::Relationship
                    ),
                })
            }
            Self::OwnText { title, text } => {
                let steps = paragraphs(text.reveal());
                if title.reveal().trim().is_empty() || steps.is_empty() {
                    return Err(HomeworkError::Empty);
                }
                Ok(Task {
                    library: None,
                    title: title.map(|title| title.trim().to_owned()),
                    duration: String::new(),
                    steps,
                    prompts: OWN_PROMPTS.map(str::to_owned).to_vec(),
                    remark,
                    of_the_body: false,
                })
            }
        }
    }
}

fn paragraphs(text: &str) -> Vec<Private<String>> {
    text.split("\n\n")
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(Private::from)
        .collect()
}

impl Practice {
    /// Gives homework.
    ///
    /// # Errors
    /// [`HomeworkError::ConsentMissing`] (R9), [`HomeworkError::NotInLibrary`], [`HomeworkError::Empty`],
    /// [`AccessError::NotThere`] when case, participant or session are not for who asks, or the case is closed.
    pub async fn give_homework(
        &self,
        access: &DeskAccess,
        new: NewAssignment,
    ) -> Result<AssignmentId, HomeworkError> {
        let practice = self.id();
        self.write(
            access,
            Action::HomeworkGive,
            move |work| {
                let given_by = work.person()?;
                let case = cases::of_mine(work, new.case, Purpose::Care)?;
                if !case.open {
                    return Err(AccessError::NotThere.into());
                }
                let session = agreed_in(work, &case, new.session)?;
                let is_joint = case.joint.is_some() && new.whom == For::Everybody;
                let (compartment, concerned) = place(&case, new.whom)?;
                work.stands_on_consent(&concerned)?;
                if is_joint && case.joint_waits() {
                    return Err(HomeworkError::JointWaits);
                }
                let content = AssignmentContent {
                    task: new.what.task(new.remark)?,
                    given_by,
                    ended_at: None,
                };
                let opened = work.open(Action::HomeworkGive, Purpose::Care, &[compartment])?;
                let open = opened.get(compartment).ok_or(AccessError::NotThere)?;
                let row = work.seal(open, ("assignments", work.new_undated_id(), 1), &content)?;
                let whom: Vec<_> = concerned.iter().map(|who| who.id).collect();
                Ok(((case.id, session, micros(work.now())), is_joint, whom, row))
            },
            move |tx, (place, is_joint, whom, row)| {
                if *is_joint && safety::waits(tx, practice, place.0)? {
                    return Err(HomeworkError::JointWaits);
                }
                records::insert(tx, practice, *place, whom, row)?;
                Ok(AssignmentId(row.id()))
            },
        )
        .await
    }

    /// Ends homework: it stays to be read, and nothing new is written about it.
    ///
    /// # Errors
    /// [`HomeworkError::Ended`] when it has ended, [`AccessError::NotThere`] when it is not for who asks.
    pub async fn end_homework(
        &self,
        access: &DeskAccess,
        assignment: AssignmentId,
    ) -> Result<(), HomeworkError> {
        let practice = self.id();
        self.write(
            access,
            Action::HomeworkGive,
            move |work| {
                let stored = records::assignment(work.tx, practice, assignment)?
                    .ok_or(AccessError::NotThere)?;
                cases::of_mine(work, stored.case, Purpose::Care)?;
                let compartment = stored.cell.compartment;
                let opened = work.open(Action::HomeworkGive, Purpose::Care, &[compartment])?;
                let open = opened.get(compartment).ok_or(AccessError::NotThere)?;
                let mut content: AssignmentContent =
                    work.unseal(&opened, "assignments", &stored.cell)?;
                if !stored.open || content.ended_at.is_some() {
                    return Err(HomeworkError::Ended);
                }
                content.ended_at = Some(micros(work.now()));
                Ok(work.reseal(open, "assignments", &stored.cell, &content)?)
            },
            move |tx, row| {
                sealed::revise(tx, practice, row)?;
                Ok(records::end(tx, practice, assignment)?)
            },
        )
        .await
    }
}

/// Every assignment on these sides of a case that goes on, ended at an instant and sealed to be stored with [`put_ended`].
///
/// # Errors
/// A fault of the database or of sealed bytes.
pub(crate) fn ended(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    (case, sides): (CaseId, &[CompartmentId]),
    at: i64,
) -> Result<Vec<SealedRow>, AccessError> {
    let practice = work.practice();
    let mut rows = Vec::new();
    for stored in records::of_case(work.tx, practice, case, i64::MAX)? {
        let side = stored.cell.compartment;
        if !stored.open || !sides.contains(&side) {
            continue;
        }
        let open = opened.get(side).ok_or(AccessError::NotThere)?;
        let mut content: AssignmentContent = work.unseal(opened, "assignments", &stored.cell)?;
        content.ended_at = Some(at);
        rows.push(work.reseal(open, "assignments", &stored.cell, &content)?);
    }
    Ok(rows)
}

/// Stores one of them.
///
/// # Errors
/// [`StoreError::Conflict`] when it was changed meanwhile.
pub(crate) fn put_ended(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    row: &SealedRow,
) -> Result<(), StoreError> {
    sealed::revise(tx, practice, row)?;
    records::end(tx, practice, AssignmentId(row.id()))
}

/// Where homework for somebody stands, and who it concerns (R9).
fn place(case: &Case, whom: For) -> Result<(CompartmentId, Vec<Participant>), AccessError> {
    let in_it = |who: &&Participant| who.until.is_none();
    match whom {
        For::Everybody => {
            let concerned = case.participants.iter().filter(in_it).copied().collect();
            Ok((case.chart().ok_or(AccessError::NotThere)?, concerned))
        }
        For::One(id) => {
            let who = case
                .participants
                .iter()
                .filter(in_it)
                .find(|who| who.id == id)
                .ok_or(AccessError::NotThere)?;
            Ok((who.own, vec![*who]))
        }
    }
}

/// The session in which it was agreed, when it is one of this case.
fn agreed_in(
    work: &mut Work<'_, '_>,
    case: &Case,
    session: Option<SessionId>,
) -> Result<Option<SessionId>, AccessError> {
    let practice = work.practice();
    let Some(id) = session else { return Ok(None) };
    let found = calendar::records::session(work.tx, practice, id)?;
    match found {
        Some(found) if found.case == Some(case.id) => Ok(Some(id)),
        _ => Err(AccessError::NotThere),
    }
}
