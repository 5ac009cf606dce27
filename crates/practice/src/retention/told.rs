//! That a record is gone, said plainly: to the client who still takes part in something else, and to who cared for them.

use crate::access::{DeskAccess, PortalAccess, Purpose};
use crate::cases;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::CaseId;
use crate::receipts::Action;

use super::{keeps, keeps_records, records};

/// A part whose content was destroyed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Gone {
    /// When the part had ended, microseconds UTC.
    pub ended_at: i64,
    /// When its content was destroyed.
    pub destroyed_at: i64,
}

impl Practice {
    /// What was destroyed of the signed-in client's own record, the newest first; nothing of anybody else's (R2).
    ///
    /// # Errors
    /// [`AccessError::NotSignedIn`], or a fault of the database.
    pub async fn my_destroyed_records(
        &self,
        access: &PortalAccess,
    ) -> Result<Vec<Gone>, AccessError> {
        self.read(access, |work| {
            let (practice, me) = (work.practice(), work.person()?);
            let all = records::destroyed_of(work.tx, practice, me)?;
            Ok(all
                .into_iter()
                .map(|(ended_at, destroyed_at)| Gone {
                    ended_at,
                    destroyed_at,
                })
                .collect())
        })
        .await
    }

    /// Whether all of a case was destroyed, for who kept its records; for anybody else it is not there.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] otherwise.
    pub async fn gone_case(&self, access: &DeskAccess, id: CaseId) -> Result<(), AccessError> {
        self.read(access, move |work| {
            let practice = work.practice();
            let case = cases::records::case(work.tx, practice, id)?;
            let Some(case) = case.filter(|_| keeps_records(work)) else {
                return Err(work.refused(Action::CaseOverview, Purpose::Keeping));
            };
            if case.is_gone() && keeps(work, &case)? {
                Ok(())
            } else {
                Err(work.refused(Action::CaseOverview, Purpose::Keeping))
            }
        })
        .await
    }
}
