//! How a release ends: the clinician closes it, or its last day has passed.

use super::records;
use super::{CareRelease, ReleaseContent, ReleaseError, ReleaseState};
use crate::access::{DeskAccess, Purpose};
use crate::copies;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{PersonId, ReleaseId};
use crate::receipts::Action;
use crate::settings;

/// Why a release ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Because {
    /// The clinician closes it.
    ItIsClosed,
    /// Its last day has passed.
    ItIsOver,
}

impl Practice {
    /// The clinician closes a release: it allows nothing any more, and what is being made for it stops. Who wished for it and is not
    /// asked to sign any more reads so.
    ///
    /// # Errors
    /// [`ReleaseError::Closed`] when it was; [`AccessError::NotThere`] when it is not for who asks.
    pub async fn close_release(
        &self,
        access: &DeskAccess,
        id: ReleaseId,
    ) -> Result<(), ReleaseError> {
        let whom = self.end_release(access, id, Because::ItIsClosed).await?;
        self.tell_of_release(whom).await;
        Ok(())
    }

    /// Ends what is over of what was just read, so that it waits for nobody any more. Its last day is sealed: nobody opens a side
    /// only to see whether it has passed, and who looks at the release has opened it anyhow.
    ///
    /// # Errors
    /// A fault of the database.
    pub(super) async fn end_over(
        &self,
        access: &DeskAccess,
        read: &mut [CareRelease],
    ) -> Result<(), AccessError> {
        let over = read.iter_mut();
        for one in over.filter(|one| one.over && one.state != ReleaseState::Closed) {
            match self.end_release(access, one.id, Because::ItIsOver).await {
                Ok(_) => one.state = ReleaseState::Closed,
                // Somebody closed it meanwhile.
                Err(ReleaseError::Closed | ReleaseError::Access(AccessError::Stale)) => {}
                Err(ReleaseError::Access(error)) => return Err(error),
                Err(
                    other @ (ReleaseError::NothingNamed
                    | ReleaseError::Unnamed
                    | ReleaseError::Over
                    | ReleaseError::Enough
                    | ReleaseError::TakenUp
                    | ReleaseError::NameMissing
                    | ReleaseError::OtherText
                    | ReleaseError::OutOfOrder(_)),
                ) => return Err(AccessError::Fault(other.to_string())),
            }
        }
        Ok(())
    }

    /// Ends a release; who wished for it and is told that nobody else will be asked.
    async fn end_release(
        &self,
        access: &DeskAccess,
        id: ReleaseId,
        because: Because,
    ) -> Result<Vec<PersonId>, ReleaseError> {
        let practice = self.id();
        self.write(
            access,
            Action::Release,
            move |work| {
                let (_, stored) = super::found_for_care(work, id)?;
                if stored.state == ReleaseState::Closed {
                    return Err(ReleaseError::Closed);
                }
                let place = stored.cell.compartment;
                let opened = work.open(Action::Release, Purpose::Care, &[place])?;
                let content: ReleaseContent = work.unseal(&opened, "releases", &stored.cell)?;
                let today = settings::described(work)?.today(work);
                if because == Because::ItIsOver && content.frame.lasts(today) {
                    return Err(AccessError::Stale.into());
                }
                let wished = stored.state == ReleaseState::Asked;
                let whom: Vec<PersonId> = wished.then_some(stored.asked_by).into_iter().collect();
                Ok((stored.state, whom))
            },
            move |tx, (state, whom)| {
                records::set_state(tx, practice, id, (*state, ReleaseState::Closed))?;
                copies::records::stop(tx, practice, id.0)?;
                Ok::<_, ReleaseError>(whom.clone())
            },
        )
        .await
    }
}
