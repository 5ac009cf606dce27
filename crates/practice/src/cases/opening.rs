//! Opening a case for care: whatever who asks may open of it, at once and with one receipt (R1).

use vault::{CompartmentId, Opened};

use super::{Case, Participant, records};
use crate::access::{Purpose, Work};
use crate::error::AccessError;
use crate::ids::{CaseId, PersonId};
use crate::people::{Identity, Named};
use crate::receipts::Action;
use crate::sealed::Cell;

/// A case that was found, and the identities of its participants, sealed, in the case's order.
pub(crate) struct Found {
    pub(crate) case: Case,
    cells: Vec<Cell>,
}

/// Finds a case. What is not there leaves the receipt of a refusal, as what may not be opened does.
///
/// # Errors
/// [`AccessError::NotThere`] when there is none.
pub(crate) fn find(
    work: &mut Work<'_, '_>,
    action: Action,
    id: CaseId,
) -> Result<Found, AccessError> {
    let practice = work.practice();
    if let Some((case, cells)) = records::with_identities(work.tx, practice, id)? {
        return Ok(Found { case, cells });
    }
    work.refused(action, Purpose::Care);
    Err(AccessError::NotThere)
}

impl Found {
    /// Opens every side of the case that who asks may open for care, and the identities with them.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when that is no side at all.
    pub(crate) fn open(
        &self,
        work: &mut Work<'_, '_>,
        action: Action,
    ) -> Result<Opened, AccessError> {
        self.open_those(work, action, self.case.compartments())
    }

    /// Opens what of the case may stand on one page for all who take part: the own side of each of them, and the joint ones that
    /// all of them may read. What was shared before somebody came is not theirs to see, whoever shows it (R2).
    ///
    /// # Errors
    /// As [`Found::open`].
    pub(crate) fn open_together(
        &self,
        work: &mut Work<'_, '_>,
        action: Action,
    ) -> Result<Opened, AccessError> {
        let case = &self.case;
        let joints = case.joints().into_iter();
        let joints = joints.filter(|side| !case.is_narrower(*side));
        let all = joints.chain(case.staying().map(|who| who.own));
        self.open_those(work, action, all.collect())
    }

    fn open_those(
        &self,
        work: &mut Work<'_, '_>,
        action: Action,
        all: Vec<CompartmentId>,
    ) -> Result<Opened, AccessError> {
        if all.is_empty() {
            return Err(work.refused(action, Purpose::Care));
        }
        let mut wanted = all.clone();
        wanted.retain(|side| work.may_open(*side, Purpose::Care));
        if wanted.is_empty() {
            // Refused, and the refusal leaves its receipt.
            return work.open(action, Purpose::Care, &all);
        }
        self.open_with_identities(work, action, wanted)
    }

    /// Opens several sides of the case for care, and the identities with them.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when who asks may not open one of them.
    pub(crate) fn open_sides(
        &self,
        work: &mut Work<'_, '_>,
        action: Action,
        sides: Vec<CompartmentId>,
    ) -> Result<Opened, AccessError> {
        self.open_with_identities(work, action, sides)
    }

    /// Opens one participant's side and identity for care, and nobody else's; gives their name with it.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when who asks may not open them.
    pub(crate) fn open_part(
        &self,
        work: &mut Work<'_, '_>,
        action: Action,
        who: &Participant,
    ) -> Result<(Opened, Named), AccessError> {
        let cell = self.cell_of(who)?;
        let opened = work.open(action, Purpose::Care, &[who.own, cell.compartment])?;
        let identity: Identity = work.unseal(&opened, "people", cell)?;
        Ok((opened, identity.into_named(who.person)))
    }

    /// Opens one participant's identity for care, and no side of the case.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when who asks may not open it.
    pub(crate) fn open_name(
        &self,
        work: &mut Work<'_, '_>,
        who: &Participant,
    ) -> Result<Opened, AccessError> {
        let identity = self.cell_of(who)?.compartment;
        work.open(Action::Names, Purpose::Care, &[identity])
    }

    fn cell_of(&self, who: &Participant) -> Result<&Cell, AccessError> {
        let mut parts = self.case.participants.iter().zip(&self.cells);
        let found = parts.find(|(part, _)| part.id == who.id);
        found.map(|(_, cell)| cell).ok_or(AccessError::NotThere)
    }

    /// Opens the participants' identities for care, and no side of the case.
    ///
    /// # Errors
    /// A fault.
    pub(crate) fn open_names(
        &self,
        work: &mut Work<'_, '_>,
        action: Action,
    ) -> Result<Opened, AccessError> {
        self.open_with_identities(work, action, Vec::new())
    }

    fn open_with_identities(
        &self,
        work: &mut Work<'_, '_>,
        action: Action,
        mut wanted: Vec<CompartmentId>,
    ) -> Result<Opened, AccessError> {
        for cell in &self.cells {
            if work.may_open(cell.compartment, Purpose::Care) {
                wanted.push(cell.compartment);
            }
        }
        work.open(action, Purpose::Care, &wanted)
    }

    /// Whether who asks may only read here, in an emergency: none of the sides is theirs to care for.
    pub(crate) fn is_only_read(&self, work: &Work<'_, '_>) -> bool {
        let sides = self.case.compartments();
        !sides
            .into_iter()
            .any(|side| work.may_write(side, Purpose::Care))
    }

    /// The compartments of the identities of those participants who are among `people`.
    pub(crate) fn identities_of(&self, people: &[PersonId]) -> Vec<CompartmentId> {
        let parts = self.case.participants.iter().zip(&self.cells);
        let theirs = parts.filter(|(part, _)| people.contains(&part.person));
        theirs.map(|(_, cell)| cell.compartment).collect()
    }

    /// The participants by name, in the case's order.
    ///
    /// # Errors
    /// A fault of sealed bytes.
    pub(crate) fn names(&self, opened: &Opened) -> Result<Vec<Named>, AccessError> {
        let parts = self.case.participants.iter().zip(&self.cells);
        parts
            .map(|(part, cell)| match opened.get(cell.compartment) {
                Some(open) => Ok(cell
                    .unseal::<Identity>("people", open)?
                    .into_named(part.person)),
                None => Ok(Named::unknown(part.person)),
            })
            .collect()
    }
}
