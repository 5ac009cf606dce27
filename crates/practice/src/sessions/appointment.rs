//! A session as an appointment: who is expected and how to reach them, for who keeps the calendar. Nothing clinical.

use super::records;
use crate::access::{DeskAccess, Purpose};
use crate::accounts;
use crate::calendar::{self, Session};
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{PersonId, SessionId};
use crate::people::{self, Identity};
use crate::receipts::Action;

/// A session by names and times.
#[derive(Clone, Debug)]
pub struct Appointment {
    /// The session.
    pub session: Session,
    /// With whom, by name.
    pub clinician: String,
    /// The room's name.
    pub room: Option<String>,
    /// Who is expected.
    pub people: Vec<(PersonId, Identity)>,
}

impl Practice {
    /// A session as an appointment, for who may reach everybody who is expected.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when there is no such session for who asks.
    pub async fn appointment(
        &self,
        access: &DeskAccess,
        id: SessionId,
    ) -> Result<Appointment, AccessError> {
        self.read(access, move |work| {
            let practice = work.practice();
            let Some(session) = calendar::records::session(work.tx, practice, id)? else {
                work.refused(Action::Contact, Purpose::Contact);
                return Err(AccessError::NotThere);
            };
            let mut found =
                people::identities(work, Action::Contact, Purpose::Contact, &session.people)?;
            let is_theirs = work.reaches_everybody() || work.person()? == session.clinician;
            let known: Option<Vec<(PersonId, Identity)>> = session
                .people
                .iter()
                .map(|id| found.remove(id).map(|identity| (*id, identity)))
                .collect();
            let Some(people) = known.filter(|_| is_theirs) else {
                work.refused(Action::Contact, Purpose::Contact);
                return Err(AccessError::NotThere);
            };
            let rooms = records::rooms(work.tx, practice)?;
            let clinician = accounts::colleague(work.tx, practice, session.clinician)?;
            Ok(Appointment {
                clinician: clinician.map(|one| one.page.name).unwrap_or_default(),
                room: session.room.and_then(|room| rooms.get(&room).cloned()),
                people,
                session,
            })
        })
        .await
    }
}
