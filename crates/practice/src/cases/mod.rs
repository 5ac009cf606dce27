//! Cases: the unit of care, of one client or of several, and who takes part in it from when to when.
//!
//! A relational case has one `joint` compartment, and each participant an `own` one that no other participant opens
//! (R2). An individual case has its participant's `own` and nothing joint. The limits of consent are the limits of
//! the keys. Not here: what stands in those compartments (`notes`, `homework`, `goals`, `intake`).

mod beginning;
mod caseload;
mod closing;
mod entering;
mod freezing;
mod joining;
mod joints;
mod leaving;
mod mine;
mod names;
pub(crate) mod opening;
mod overview;
pub mod records;
mod separating;

#[cfg(test)]
mod tests;

pub use beginning::{After, Beginning, Begun};
pub use caseload::{Caseload, ListedCase, Which};
pub use freezing::FROZEN;
pub(crate) use freezing::{each_frozen, frozen_digest, frozen_now};
pub use joining::{Joined, Joiner, JoiningError};
pub(crate) use leaving::left;
pub use leaving::{LeavingError, Left};
pub use mine::{Part, Side, Sides};
pub(crate) use mine::{destroyed_of, part_of_care, part_of_mine, parts_of_mine, sides, sides_on};
pub(crate) use names::called;
pub(crate) use overview::people;
pub use overview::{CaseOverview, CasePerson};
pub use separating::{Homework, Onward, Parting, Separation, SeparationError, SeparationPreview};

use serde::{Deserialize, Serialize};
use store::{StoreError, Tx};
use vault::{CompartmentId, Kind, Opened};

use crate::access::{Access, Holder, Made, Purpose, Work};
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{CaseId, ParticipantId, PersonId, PracticeId};
use crate::people;
use crate::private::Private;
use crate::receipts::Action;
use crate::releases;
use crate::sealed::SealedRow;

/// Of one client, or of two and more.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseKind {
    /// One client.
    Individual,
    /// Two or more: a couple, a polycule.
    Relational,
}

impl CaseKind {
    /// The stored word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Individual => "individual",
            Self::Relational => "relational",
        }
    }
}

/// What is known of a case without opening anything.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Case {
    /// Which.
    pub id: CaseId,
    /// Of one or of several.
    pub kind: CaseKind,
    /// Whether it is open.
    pub open: bool,
    /// The clinician.
    pub clinician: PersonId,
    /// An associate's supervisor.
    pub supervisor: Option<PersonId>,
    /// The joint side of a relational case.
    pub joint: Option<CompartmentId>,
    /// When it was opened, microseconds UTC.
    pub opened_at: i64,
    /// Since when joint sessions and joint homework may take place, microseconds UTC; nothing while they wait (R11).
    pub joint_from: Option<i64>,
    /// The last moment of a relational case that was parted, microseconds UTC: what is joint changes no more.
    pub parted: Option<i64>,
    /// Who takes part, first come first.
    pub participants: Vec<Participant>,
    /// Of a case that is being made: by which names its participants are known in it, sealed in the chart.
    pub(crate) names: Option<SealedRow>,
}

/// A client in a case.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Participant {
    /// Which.
    pub id: ParticipantId,
    /// In which case.
    pub case: CaseId,
    /// Who.
    pub person: PersonId,
    /// Their private side of this case.
    pub own: CompartmentId,
    /// From, microseconds UTC.
    pub from: i64,
    /// Until, microseconds UTC.
    pub until: Option<i64>,
    /// The joint side that ended when they joined a case that went on already: it is not theirs.
    pub before: Option<CompartmentId>,
    /// The joint side that ended with their part, when the case went on without them.
    pub left: Option<CompartmentId>,
    /// When the content of their part was destroyed (R16), microseconds UTC.
    pub destroyed: Option<i64>,
}

impl Participant {
    /// Whether they took part at an instant: after they joined, and before they left. Who began with the case was there from its
    /// first hour.
    #[must_use]
    pub fn took_part(&self, at: i64) -> bool {
        let came = self.before.is_none() || self.from <= at;
        came && self.until.is_none_or(|until| at < until)
    }
}

impl Case {
    /// Those who took part at an instant.
    pub fn then(&self, at: i64) -> impl Iterator<Item = &Participant> {
        self.participants
            .iter()
            .filter(move |who| who.took_part(at))
    }

    /// Those who take part now.
    pub fn staying(&self) -> impl Iterator<Item = &Participant> {
        self.participants.iter().filter(|who| who.until.is_none())
    }

    /// A participant by person.
    #[must_use]
    pub fn participant(&self, person: PersonId) -> Option<&Participant> {
        self.participants
            .iter()
            .find(|participant| participant.person == person)
    }

    /// Every compartment of the case that there still is, the joint ones first.
    #[must_use]
    pub fn compartments(&self) -> Vec<CompartmentId> {
        let own = self.participants.iter();
        let own = own.filter(|participant| participant.destroyed.is_none());
        self.joints()
            .into_iter()
            .chain(own.map(|participant| participant.own))
            .collect()
    }
}

/// A new case to be: its keys are durable.
#[derive(Debug)]
pub struct NewCase {
    /// The clinician.
    pub clinician: PersonId,
    /// An associate's supervisor.
    pub supervisor: Option<PersonId>,
    /// Who takes part.
    pub people: Vec<PersonId>,
    keys: Vec<Made>,
    named: Vec<(PersonId, Private<String>)>,
    began: Option<i64>,
}

impl NewCase {
    /// A case whose keys are made already: an own side for each of `people`, and then the joint one of several.
    pub(crate) fn with_keys(
        staff: (PersonId, Option<PersonId>),
        people: Vec<PersonId>,
        keys: Vec<Made>,
    ) -> Self {
        Self {
            clinician: staff.0,
            supervisor: staff.1,
            people,
            keys,
            named: Vec::new(),
            began: None,
        }
    }

    /// The keys of all its sides.
    pub(crate) fn keys(&self) -> &[Made] {
        &self.keys
    }

    /// Says that it began elsewhere, and when, microseconds UTC.
    pub(crate) fn began(mut self, at: Option<i64>) -> Self {
        self.began = at;
        self
    }

    /// Says by which name the others of the case will know somebody whose identity is entered in the same operation.
    #[must_use]
    pub fn named(mut self, person: PersonId, name: Private<String>) -> Self {
        self.named.push((person, name));
        self
    }
}

impl Practice {
    /// Makes the keys of a case for `people`: one own side each, and a joint side for two or more.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault of the keyring.
    pub async fn new_case(
        &self,
        clinician: PersonId,
        supervisor: Option<PersonId>,
        people: Vec<PersonId>,
    ) -> Result<NewCase, AccessError> {
        let mut kinds = vec![Kind::Own; people.len()];
        if people.len() > 1 {
            kinds.push(Kind::Joint);
        }
        let keys = self.make(&kinds).await?;
        Ok(NewCase::with_keys((clinician, supervisor), people, keys))
    }

    /// A case as far as it is known without opening anything, for who may open one of its compartments.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when there is no such case for who asks.
    pub async fn case(
        &self,
        access: &impl Access,
        id: CaseId,
        purpose: Purpose,
    ) -> Result<Case, AccessError> {
        self.read(access, move |work| of_mine(work, id, purpose))
            .await
    }
}

/// A case that who asks may open a part of; what they may not see does not exist.
///
/// # Errors
/// [`AccessError::NotThere`] otherwise.
pub fn of_mine(work: &mut Work<'_, '_>, id: CaseId, purpose: Purpose) -> Result<Case, AccessError> {
    let practice = work.practice();
    let case = records::case(work.tx, practice, id)?.ok_or(AccessError::NotThere)?;
    if is_of_mine(work, &case, purpose) {
        Ok(case)
    } else {
        Err(AccessError::NotThere)
    }
}

/// Whether who asks may open a part of a case.
pub(crate) fn is_of_mine(work: &Work<'_, '_>, case: &Case, purpose: Purpose) -> bool {
    let mut sides = case.compartments().into_iter();
    sides.any(|side| work.may_open(side, purpose))
}

/// Grants the sides of a new case and gives the case to be stored with [`insert`]: the clinician and the supervisor
/// open all of them for care; each participant their identity, their own side and the joint one, and no other (R2).
///
/// # Errors
/// [`AccessError::NotThere`] when one of the people does not exist.
pub fn prepare(work: &mut Work<'_, '_>, new: &NewCase) -> Result<Case, AccessError> {
    prepare_with(work, new, |_| None)
}

/// As [`prepare`], for people of whom some are entered in the same operation: `made` knows their identity.
///
/// # Errors
/// As [`prepare`].
pub(crate) fn prepare_with(
    work: &mut Work<'_, '_>,
    new: &NewCase,
    made: impl Fn(PersonId) -> Option<CompartmentId>,
) -> Result<Case, AccessError> {
    let opened = work.open_made(Action::SetUp, Purpose::Care, &new.keys)?;
    prepare_opened(work, new, made, &opened)
}

/// As [`prepare_with`], for many cases whose sides were opened at once.
///
/// # Errors
/// As [`prepare`].
pub(crate) fn prepare_opened(
    work: &mut Work<'_, '_>,
    new: &NewCase,
    made: impl Fn(PersonId) -> Option<CompartmentId>,
    opened: &Opened,
) -> Result<Case, AccessError> {
    let practice = work.practice();
    let id = CaseId(work.new_id());
    let began = new.began.unwrap_or_else(|| micros(work.now()));
    let joint = new.keys.get(new.people.len()).map(Made::id);
    let mut participants = Vec::new();
    // A microsecond apart, so that they keep the order in which they were named.
    for ((person, key), from) in new.people.iter().zip(&new.keys).zip(began..) {
        let identity = match made(*person) {
            Some(identity) => identity,
            None => {
                people::records::cell(work.tx, practice, *person)?
                    .ok_or(AccessError::NotThere)?
                    .compartment
            }
        };
        let part = Participant {
            id: ParticipantId(work.new_id()),
            case: id,
            person: *person,
            own: key.id(),
            from,
            until: None,
            before: None,
            left: None,
            destroyed: None,
        };
        work.names_part(&part);
        participants.push(part);
        for compartment in [Some(identity), Some(key.id()), joint]
            .into_iter()
            .flatten()
        {
            work.grant(Holder::Person(*person), compartment, Purpose::OwnRecord)?;
        }
        for staff in std::iter::once(new.clinician).chain(new.supervisor) {
            work.grant(Holder::Person(staff), identity, Purpose::Care)?;
            work.grant(Holder::Person(staff), identity, Purpose::Contact)?;
            work.grant(Holder::Person(staff), key.id(), Purpose::Care)?;
        }
    }
    for staff in std::iter::once(new.clinician).chain(new.supervisor) {
        if let Some(joint) = joint {
            work.grant(Holder::Person(staff), joint, Purpose::Care)?;
        }
    }
    let mut case = Case {
        id,
        kind: joint.map_or(CaseKind::Individual, |_| CaseKind::Relational),
        open: true,
        clinician: new.clinician,
        supervisor: new.supervisor,
        joint,
        opened_at: began,
        joint_from: None,
        parted: None,
        participants,
        names: None,
    };
    case.names = names::introduce(work, new, &case, opened)?;
    Ok(case)
}

/// Lets a supervisor into every side of a case and the files of its releases, as if they had been there from the beginning.
///
/// # Errors
/// [`AccessError::NotThere`] when one of its people does not exist.
pub(crate) fn supervise(
    work: &mut Work<'_, '_>,
    case: &Case,
    supervisor: PersonId,
) -> Result<(), AccessError> {
    let practice = work.practice();
    let files = releases::records::files(work.tx, practice, case.id)?;
    for compartment in case.compartments().into_iter().chain(files) {
        work.grant(Holder::Person(supervisor), compartment, Purpose::Care)?;
    }
    for participant in &case.participants {
        let identity = people::records::cell(work.tx, practice, participant.person)?
            .ok_or(AccessError::NotThere)?
            .compartment;
        for purpose in [Purpose::Care, Purpose::Contact] {
            work.grant(Holder::Person(supervisor), identity, purpose)?;
        }
    }
    Ok(())
}

/// Stores a prepared case.
///
/// # Errors
/// A fault of the database.
pub fn insert(tx: &mut Tx<'_>, practice: PracticeId, case: &Case) -> Result<(), StoreError> {
    records::insert(tx, practice, case)
}
