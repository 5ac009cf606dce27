//! By which names the participants of a case are known in it: in its chart, since no partner opens another's identity
//! (R2). They are those that each used when the case was made.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use vault::{CompartmentId, Open, Opened};

use super::{Case, NewCase, records};
use crate::access::{Purpose, Work};
use crate::error::AccessError;
use crate::ids::{ParticipantId, PersonId};
use crate::people;
use crate::private::Private;
use crate::receipts::Action;
use crate::sealed::SealedRow;

/// The content of `case_names.sealed` and of `joint_names.sealed`.
#[derive(Debug, Default, Serialize, Deserialize)]
struct CaseNames {
    names: Vec<(ParticipantId, Private<String>)>,
}

/// Seals the names into the chart of a case that is being made.
pub(super) fn introduce(
    work: &mut Work<'_, '_>,
    new: &NewCase,
    case: &Case,
    opened: &Opened,
) -> Result<Option<SealedRow>, AccessError> {
    let Some(chart) = case.chart() else {
        return Ok(None);
    };
    let mut names = CaseNames::default();
    for participant in &case.participants {
        let given = new.named.iter().find(|(id, _)| *id == participant.person);
        let name = match given {
            Some((_, name)) => Some(name.clone()),
            None => name_used(work, participant.person)?,
        };
        names.names.extend(name.map(|name| (participant.id, name)));
    }
    let open = opened.get(chart).ok_or(AccessError::NotThere)?;
    work.seal(open, ("case_names", case.id.0, 1), &names)
        .map(Some)
}

/// Seals on a joint side that is made the names of those who take part from then on: who joins opens none from before.
pub(super) fn introduce_anew(
    work: &mut Work<'_, '_>,
    names: Vec<(ParticipantId, Private<String>)>,
    open: &Open,
) -> Result<SealedRow, AccessError> {
    let place = ("joint_names", open.compartment().0, 1);
    work.seal(open, place, &CaseNames { names })
}

/// The name that somebody uses, when who makes the case may open it for any reason.
pub(super) fn name_used(
    work: &mut Work<'_, '_>,
    person: PersonId,
) -> Result<Option<Private<String>>, AccessError> {
    let practice = work.practice();
    let Some(cell) = people::records::cell(work.tx, practice, person)? else {
        return Ok(None);
    };
    let purpose = [Purpose::Contact, Purpose::Keeping, Purpose::Import]
        .into_iter()
        .find(|purpose| work.may_open(cell.compartment, *purpose));
    let Some(purpose) = purpose else {
        return Ok(None);
    };
    let mut found = people::identities(work, Action::Names, purpose, &[person])?;
    Ok(found.remove(&person).map(|identity| identity.name))
}

/// The names by which participants are known in the case, where its chart or a later joint side was opened.
///
/// # Errors
/// A fault of the database or of sealed bytes.
pub(crate) fn called(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    case: &Case,
) -> Result<HashMap<ParticipantId, Private<String>>, AccessError> {
    let practice = work.practice();
    let is_open = |id: CompartmentId| opened.get(id).is_some();
    let mut called = HashMap::new();
    if let Some(cell) = records::names(work.tx, practice, case.id)?
        && is_open(cell.compartment)
    {
        let content: CaseNames = work.unseal(opened, "case_names", &cell)?;
        called.extend(content.names);
    }
    // Only a side that began when somebody joined has names of its own.
    let joined = case.participants.iter().any(|who| who.before.is_some());
    for side in case.every_joint().into_iter().rev().filter(|_| joined) {
        if !is_open(side) {
            continue;
        }
        if let Some(cell) = records::joint_names(work.tx, practice, side)? {
            let content: CaseNames = work.unseal(opened, "joint_names", &cell)?;
            called.extend(content.names);
        }
    }
    Ok(called)
}
