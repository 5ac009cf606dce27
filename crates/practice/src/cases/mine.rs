//! The cases in which the signed-in client takes part, and whom each side of them is for, in names (R2).

use vault::{CompartmentId, Opened};

use super::{Case, CaseKind, Participant, called, records};
use crate::access::{Purpose, Work};
use crate::accounts;
use crate::consent::{self, Policy};
use crate::error::AccessError;
use crate::ids::{ParticipantId, PersonId};
use crate::private::Private;

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

    /// Whether another participant sees what this one shared last.
    fn shares_with(&self, other: &Participant) -> bool {
        let last = self.case.joints_of(&self.who).into_iter().next();
        last.is_some_and(|last| self.case.joints_of(other).contains(&last))
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
    /// Every other participant, by the name that they use with each other.
    pub others: Vec<(ParticipantId, Private<String>)>,
    /// Those who left before: they read what was shared until then, and nothing later.
    pub once: Vec<Private<String>>,
    /// Whether the case is of several people.
    pub relational: bool,
    /// When the part ended, microseconds UTC.
    pub until: Option<i64>,
    /// What happens with what one of several tells alone, by what the participant signed; nothing in an individual case.
    pub policy: Option<Policy>,
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
            // Of a part that was destroyed there is nothing to open (R16).
            who.destroyed.is_none().then_some(Part { case, who })
        })
        .collect())
}

/// The compartments of somebody's parts whose content was destroyed (R16).
///
/// # Errors
/// A fault of the database.
pub(crate) fn destroyed_of(
    work: &mut Work<'_, '_>,
    person: PersonId,
) -> Result<Vec<CompartmentId>, AccessError> {
    let practice = work.practice();
    let mut found = Vec::new();
    for case in records::of_person(work.tx, practice, person)? {
        let mine = case.participant(person);
        if let Some(mine) = mine.filter(|mine| mine.destroyed.is_some()) {
            found.push(mine.own);
            let gone = case.is_gone().then(|| case.every_joint());
            found.extend(gone.into_iter().flatten());
        }
    }
    Ok(found)
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
        Some(who) if who.id == id && who.destroyed.is_none() => Ok(Part { who: *who, case }),
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
    // Who left before somebody came, and who came after somebody left, are nothing to each other (R2).
    sides_among(work, opened, mine, |other| mine.case.met(&mine.who, other))
}

/// The same of one joint side: for those who were there, and nobody who came later.
///
/// # Errors
/// As [`sides`].
pub(crate) fn sides_on(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    mine: &Part,
    side: CompartmentId,
) -> Result<Sides, AccessError> {
    if !mine.case.is_narrower(side) {
        return sides(work, opened, mine);
    }
    sides_among(work, opened, mine, |other| {
        mine.case.joints_of(other).contains(&side)
    })
}

fn sides_among(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    mine: &Part,
    is_among: impl Fn(&Participant) -> bool,
) -> Result<Sides, AccessError> {
    let staff: Vec<_> = std::iter::once(mine.case.clinician)
        .chain(mine.case.supervisor)
        .collect();
    let pages = accounts::staff_pages(work, &staff)?;
    let names = called(work, opened, &mine.case)?;
    let rest = mine.case.participants.iter();
    let rest = rest.filter(|other| other.id != mine.who.id && is_among(other));
    let (partners, once): (Vec<&Participant>, Vec<&Participant>) =
        rest.partition(|other| mine.shares_with(other));
    let named = |all: Vec<&Participant>| {
        let unknown = || Private::from("somebody");
        let all = all.into_iter().map(|other| names.get(&other.id).cloned());
        all.map(|name| name.unwrap_or_else(unknown)).collect()
    };
    let everybody = mine.case.participants.iter();
    let everybody = everybody.filter(|other| other.id != mine.who.id && is_among(other));
    let others = everybody.filter_map(|other| Some((other.id, names.get(&other.id)?.clone())));
    Ok(Sides {
        others: others.collect(),
        me: mine.who.id,
        name: names.get(&mine.who.id).cloned().unwrap_or_default(),
        care: pages.iter().map(accounts::StaffPage::spoken).collect(),
        partners: named(partners),
        once: named(once),
        relational: mine.case.kind == CaseKind::Relational,
        until: mine.who.until,
        policy: consent::policy_of(work, opened, mine.case.kind, mine.who.id)?,
        goes_on: mine.goes_on(),
    })
}
