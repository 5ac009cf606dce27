//! The cases in which the signed-in client takes part, and whom each side of them is for, in names (R2).

use vault::{CompartmentId, Opened};

use super::{Case, CaseKind, Participant, called, records};
use crate::access::{Purpose, Work};
use crate::accounts;
use crate::consent::Secrets;
use crate::error::AccessError;
use crate::ids::ParticipantId;
use crate::private::Private;
use crate::settings;

/// A case, and the part that one person takes in it.
#[derive(Clone, Debug)]
pub struct Part {
    /// The case.
    pub case: Case,
    /// Whose part.
    pub who: Participant,
}

impl Part {
    /// What the participant may open of the case: their own side and the joint one, of the time in which they were there.
    #[must_use]
    pub fn compartments(&self) -> Vec<CompartmentId> {
        std::iter::once(self.who.own)
            .chain(self.case.joints_of(&self.who))
            .collect()
    }

    /// Whether another participant sees what this one shared last: they did not leave before.
    fn shares_with(&self, other: &Participant) -> bool {
        other.left.is_none() || self.who.left.is_some() && self.who.until <= other.until
    }

    /// Whether something new may be written: the case is open and the participant is in it.
    #[must_use]
    pub fn goes_on(&self) -> bool {
        self.case.open && self.who.until.is_none()
    }
}

/// On which side of a case something stands that a participant writes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Side {
    /// The writer's own.
    Own,
    /// The joint one of a relational case.
    Joint,
}

impl Side {
    /// The compartment of this side for a participant.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] for the joint side of an individual case, or of one that goes on without them.
    pub fn compartment(self, part: &Part) -> Result<CompartmentId, AccessError> {
        match self {
            Self::Own => Ok(part.who.own),
            Self::Joint => part
                .case
                .joint
                .filter(|_| part.who.left.is_none())
                .ok_or(AccessError::NotThere),
        }
    }
}

/// Whom the two sides of a case are for, as its participant reads it.
#[derive(Clone, Debug)]
pub struct Sides {
    /// The participant who reads.
    pub me: ParticipantId,
    /// The name by which they are known in the case.
    pub name: Private<String>,
    /// The clinician, and a supervisor: "Dr. Okafor".
    pub care: Vec<String>,
    /// The other participants who see what is shared, by the names that they use with each other; empty in an individual
    /// case.
    pub partners: Vec<Private<String>>,
    /// Those who left before: they read what was shared until then, and nothing later.
    pub once: Vec<Private<String>>,
    /// What the practice does with what one of several tells alone; nothing in an individual case.
    pub secrets: Option<Secrets>,
    /// Whether something new may be written.
    pub goes_on: bool,
}

/// The cases in which who is signed in takes or took part, newest first.
///
/// # Errors
/// [`AccessError::NotSignedIn`], or a fault of the database.
pub(crate) fn parts_of_mine(work: &mut Work<'_, '_>) -> Result<Vec<Part>, AccessError> {
    let (practice, person) = (work.practice(), work.person()?);
    let cases = records::of_person(work.tx, practice, person)?;
    Ok(cases
        .into_iter()
        .filter_map(|case| {
            let who = *case.participant(person)?;
            Some(Part { case, who })
        })
        .collect())
}

/// The part with this id, when it is the signed-in person's own; anybody else's does not exist.
///
/// # Errors
/// [`AccessError::NotThere`] otherwise.
pub(crate) fn part_of_mine(
    work: &mut Work<'_, '_>,
    id: ParticipantId,
) -> Result<Part, AccessError> {
    let (practice, person) = (work.practice(), work.person()?);
    let case = records::case_of_participant(work.tx, practice, id)?.ok_or(AccessError::NotThere)?;
    match case.participant(person) {
        Some(who) if who.id == id => Ok(Part { who: *who, case }),
        _ => Err(AccessError::NotThere),
    }
}

/// The part with this id, for who cares for that participant.
///
/// # Errors
/// [`AccessError::NotThere`] when who asks may not open that participant's own side.
pub(crate) fn part_of_care(
    work: &mut Work<'_, '_>,
    id: ParticipantId,
) -> Result<Part, AccessError> {
    let practice = work.practice();
    let case = records::case_of_participant(work.tx, practice, id)?.ok_or(AccessError::NotThere)?;
    let who = case.participants.iter().find(|who| who.id == id).copied();
    match who {
        Some(who) if work.may_open(who.own, Purpose::Care) => Ok(Part { case, who }),
        _ => Err(AccessError::NotThere),
    }
}

/// Whom the sides of a case are for, in names.
///
/// # Errors
/// A fault of the database or of sealed bytes.
pub(crate) fn sides(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    mine: &Part,
) -> Result<Sides, AccessError> {
    let staff: Vec<_> = std::iter::once(mine.case.clinician)
        .chain(mine.case.supervisor)
        .collect();
    let pages = accounts::staff_pages(work, &staff)?;
    let names = called(work, opened, &mine.case)?;
    let others = mine.case.participants.iter();
    let others = others.filter(|other| other.id != mine.who.id);
    let (partners, once): (Vec<&Participant>, Vec<&Participant>) =
        others.partition(|other| mine.shares_with(other));
    let named = |all: Vec<&Participant>| {
        let unknown = || Private::from("your partner");
        let all = all.into_iter().map(|other| names.get(&other.id).cloned());
        all.map(|name| name.unwrap_or_else(unknown)).collect()
    };
    Ok(Sides {
        me: mine.who.id,
        name: names.get(&mine.who.id).cloned().unwrap_or_default(),
        care: pages.iter().map(accounts::StaffPage::spoken).collect(),
        partners: named(partners),
        once: named(once),
        secrets: match mine.case.kind {
            CaseKind::Relational => Some(settings::described(work)?.secrets),
            CaseKind::Individual => None,
        },
        goes_on: mine.goes_on(),
    })
}
