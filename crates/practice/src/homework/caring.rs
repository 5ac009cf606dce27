//! Homework as who cares for a case reads it: what was given, and what came back from whom.

use super::{CaseHomework, SHOWN, of_case};
use crate::access::DeskAccess;
use crate::cases::{self, Case};
use crate::consent;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::CaseId;
use crate::people::Named;
use crate::receipts::Action;

/// The homework of a case.
#[derive(Clone, Debug)]
pub struct CareHomework {
    /// The case.
    pub case: Case,
    /// Its participants by name, in the case's order.
    pub people: Vec<Named>,
    /// Whether the informed consent of each is in force, in the same order; without it nothing is given (R9).
    pub informed: Vec<bool>,
    /// What was given, newest first.
    pub homework: Vec<CaseHomework>,
    /// Whether who asks only reads here, in an emergency.
    pub only_read: bool,
}

impl Practice {
    /// The homework of a case that who asks cares for: one opening, one receipt.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when there is no such case for who asks.
    pub async fn case_homework(
        &self,
        access: &DeskAccess,
        case: CaseId,
    ) -> Result<CareHomework, AccessError> {
        self.read(access, move |work| {
            let found = cases::opening::find(work, Action::Homework, case)?;
            let opened = found.open(work, Action::Homework)?;
            let people = found.names(&opened)?;
            let states = consent::states(work, &found.case)?;
            Ok(CareHomework {
                people,
                informed: states.iter().map(consent::States::informed).collect(),
                homework: of_case(work, &opened, &found.case, SHOWN)?,
                only_read: found.is_only_read(work),
                case: found.case,
            })
        })
        .await
    }
}
