//! The cases in which the signed-in client takes part, and whom each side of them is for, in names (R2).

use vault::{CompartmentId, Opened};

use super::{Case, Participant, called, records};
use crate::access::Work;
use crate::accounts;
use crate::error::AccessError;
use crate::ids::ParticipantId;
use crate::private::Private;

/// A case, and the part that who is signed in takes in it.
#[derive(Clone, Debug)]
pub struct Mine {
    /// The case.
    pub case: Case,
    /// The part of who is signed in.
    pub me: Participant,
}

impl Mine {
    /// What the person may open of the case: their own side and the joint one.
    #[must_use]
    pub fn compartments(&self) -> Vec<CompartmentId> {
        std::iter::once(self.me.own)
            .chain(self.case.joint)
            .collect()
    }

    /// Whether something new may be written: the case is open and the person takes part.
    #[must_use]
    pub fn goes_on(&self) -> bool {
        self.case.open && self.me.until.is_none()
    }
}

/// Whom the two sides of a case are for, as its participant reads it.
#[derive(Clone, Debug)]
pub struct Sides {
    /// The participant who reads.
    pub me: ParticipantId,
    /// The clinician, and a supervisor: "Dr. Okafor".
    pub care: Vec<String>,
    /// The other participants, by the names that they use with each other; empty in an individual case.
    pub partners: Vec<Private<String>>,
    /// Whether something new may be written.
    pub goes_on: bool,
}

/// The cases in which who is signed in takes or took part, newest first.
///
/// # Errors
/// [`AccessError::NotSignedIn`], or a fault of the database.
pub(crate) fn mine(work: &mut Work<'_, '_>) -> Result<Vec<Mine>, AccessError> {
    let (practice, person) = (work.practice(), work.person()?);
    let cases = records::of_person(work.tx, practice, person)?;
    Ok(cases
        .into_iter()
        .filter_map(|case| {
            let me = *case.participant(person)?;
            Some(Mine { case, me })
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
) -> Result<Mine, AccessError> {
    let (practice, person) = (work.practice(), work.person()?);
    let case = records::case_of_participant(work.tx, practice, id)?.ok_or(AccessError::NotThere)?;
    match case.participant(person) {
        Some(me) if me.id == id => Ok(Mine { me: *me, case }),
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
    mine: &Mine,
) -> Result<Sides, AccessError> {
    let staff: Vec<_> = std::iter::once(mine.case.clinician)
        .chain(mine.case.supervisor)
        .collect();
    let pages = accounts::staff_pages(work, &staff)?;
    let names = called(work, opened, &mine.case)?;
    let others = mine.case.participants.iter();
    Ok(Sides {
        me: mine.me.id,
        care: pages.iter().map(accounts::StaffPage::spoken).collect(),
        partners: others
            .filter(|other| other.id != mine.me.id)
            .map(|other| {
                names
                    .get(&other.id)
                    .cloned()
                    .unwrap_or_else(|| Private::from("your partner"))
            })
            .collect(),
        goes_on: mine.goes_on(),
    })
}
