//! The overview of a case: what a clinician sees of it at a glance, in one opening with one receipt (R1).
//!
//! Everything that who asks may open of the case is opened at once: the participants' identities, their own sides, the
//! joint one. Not here: writing anything of it, and what a client sees (the portal's pages).

use super::{Case, Left, Participant};
use crate::access::{DeskAccess, Work};
use crate::accounts::{self, StaffPage};
use crate::calendar::{self, Session};
use crate::clock::micros;
use crate::consent::{self, States};
use crate::core::Practice;
use crate::error::AccessError;
use crate::goals::{self, Goal};
use crate::homework::{self, Glance};
use crate::ids::{CaseId, ParticipantId};
use crate::imports;
use crate::measures::{self, Measure};
use crate::messages::{self, Filed};
use crate::notes::{self, NoteGlance, Route};
use crate::people::Named;
use crate::receipts::Action;
use crate::routing::{self, Correction};

/// How many of the sessions that have begun.
const BEGUN: i64 = 5;
/// How many of the sessions to come.
const COMING: i64 = 2;
/// How many of the newest assignments.
const HOMEWORK: i64 = 3;
/// How many of the newest measures of each participant.
const MEASURES: i64 = 5;

/// A case at a glance.
#[derive(Clone, Debug)]
pub struct CaseOverview {
    /// The case.
    pub case: Case,
    /// Its participants by name, in the case's order.
    pub people: Vec<CasePerson>,
    /// The clinician, and an associate's supervisor after them.
    pub staff: Vec<StaffPage>,
    /// The notes of these sessions, the newest first, drafts among them.
    pub notes: Vec<NoteGlance>,
    /// The newest sessions and the next ones, the latest first.
    pub sessions: Vec<Session>,
    /// The goals, each participant's own ones among them.
    pub goals: Vec<Goal>,
    /// The newest homework first.
    pub homework: Vec<Glance>,
    /// The newest measures of each participant, oldest first.
    pub measures: Vec<Measure>,
    /// Copies of messages that were filed here, the newest first.
    pub filed: Vec<Filed>,
    /// What was corrected: what left a side for a narrower one, the newest first.
    pub corrections: Vec<Correction>,
    /// When and why somebody's part ended while the case goes on.
    pub left: Vec<Left>,
    /// How many entries from elsewhere there are of each participant, in the case's order.
    pub imported: Vec<u64>,
    /// Whether who asks only reads here, in an emergency.
    pub only_read: bool,
}

/// A participant as the desk sees them.
#[derive(Clone, Debug)]
pub struct CasePerson {
    /// The part they take.
    pub participant: Participant,
    /// Their name to use and pronouns.
    pub named: Named,
    /// What they signed, and what waits for their signature (R9).
    pub consents: States,
}

impl CaseOverview {
    /// A participant's name to use.
    #[must_use]
    pub fn name(&self, id: ParticipantId) -> &str {
        self.people
            .iter()
            .find(|person| person.participant.id == id)
            .map_or("", |person| person.named.name.reveal())
    }
}

impl Case {
    /// The route of what stands in one of the case's compartments.
    #[must_use]
    pub fn route(&self, compartment: vault::CompartmentId) -> Route {
        self.participants
            .iter()
            .find(|participant| participant.own == compartment && self.joint.is_some())
            .map_or(Route::Chart, |participant| Route::Own(participant.id))
    }
}

impl Practice {
    /// The overview of a case that who asks cares for: one opening, one receipt.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when there is no such case for who asks.
    pub async fn case_overview(
        &self,
        access: &DeskAccess,
        id: CaseId,
    ) -> Result<CaseOverview, AccessError> {
        self.read(access, move |work| overview(work, id)).await
    }
}

fn overview(work: &mut Work<'_, '_>, id: CaseId) -> Result<CaseOverview, AccessError> {
    let practice = work.practice();
    let found = super::opening::find(work, Action::CaseOverview, id)?;
    let opened = found.open(work, Action::CaseOverview)?;
    let names = found.names(&opened)?;
    let only_read = found.is_only_read(work);
    let case = found.case;
    let around = (micros(work.now()), BEGUN, COMING);
    let sessions = calendar::records::around(work.tx, practice, case.id, around)?;
    let people = people(work, &case, names)?;
    let staff: Vec<_> = std::iter::once(case.clinician)
        .chain(case.supervisor)
        .collect();
    Ok(CaseOverview {
        people,
        staff: accounts::staff_pages(work, &staff)?,
        notes: notes::of_sessions(work, &opened, &sessions)?,
        sessions,
        goals: goals::of_case(work, &opened, &case)?,
        homework: homework::newest(work, &opened, &case, HOMEWORK)?,
        measures: measures::of_case(work, &opened, &case, MEASURES)?,
        filed: messages::filed_of_case(work, &opened, &case)?,
        corrections: routing::corrections_of(work, &opened, &case)?,
        left: super::leaving::left(work, &opened, &case)?,
        imported: imports::counts(work, &case)?,
        only_read,
        case,
    })
}

/// The participants with their names, in the case's order, and their consents.
pub(crate) fn people(
    work: &mut Work<'_, '_>,
    case: &Case,
    names: Vec<Named>,
) -> Result<Vec<CasePerson>, AccessError> {
    let consents = consent::states(work, case)?;
    let parts = case.participants.iter().zip(names).zip(consents);
    Ok(parts
        .map(|((participant, named), consents)| CasePerson {
            participant: *participant,
            named,
            consents,
        })
        .collect())
}
