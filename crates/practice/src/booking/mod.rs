//! Booking: taking an opening, so that no clinician, room or person is in two places at once (R7).
//!
//! Whoever asks learns only "not available", whatever the cause. The database itself guards it: an exclusion
//! constraint on PostgreSQL, a trigger under the single writer on SQLite. Not here: what is open (`openings`), the
//! first talk of a visitor (`enquiry`).

pub mod openings;
pub mod records;
mod setting_up;

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use store::{StoreError, Tx};
use uuid::Uuid;

use crate::access::{DeskAccess, Purpose, Work};
use crate::calendar::{self, Place, Session, SessionKind, SessionState};
use crate::cases::{self, Case, CaseKind};
use crate::clock::{Minutes, after, micros};
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{CaseId, PersonId, PracticeId, RoomId, SessionId};
use crate::people;
use crate::process_notes;
use crate::receipts::Action;
use crate::safety;

/// How long a session takes.
pub const SESSION: Minutes = Minutes(60);
/// How long the free first talk takes.
pub const CONSULTATION: Minutes = Minutes(15);

/// A session to be booked.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// In which case.
    pub case: CaseId,
    /// Who of its participants comes; empty for all of them.
    pub people: Vec<PersonId>,
    /// From.
    pub starts: Timestamp,
    /// How long.
    pub length: Minutes,
    /// Where.
    pub place: Place,
}

/// Why nothing was booked.
#[derive(Debug, thiserror::Error)]
pub enum BookingError {
    /// R7: the clinician, the room or a person is taken then; which one is not said.
    #[error("this time is not available (R7)")]
    NotAvailable,
    /// The time lies in the past.
    #[error("this time has passed")]
    Past,
    /// R11: joint sessions wait until the clinician has settled the screening, whatever was answered.
    #[error("joint sessions wait until the screening is settled (R11)")]
    JointWaits,
    /// The session is not to come any more.
    #[error("this session cannot be changed any more")]
    Settled,
    /// Who asks wrote a process note of it and nobody a progress note: what only its author reads is never the only place of
    /// times, plan, diagnosis and progress.
    #[error("the progress note comes before the session is said to be over")]
    NoteFirst,
    /// Something below.
    #[error(transparent)]
    Access(#[from] AccessError),
}

crate::denies!(BookingError);

impl From<StoreError> for BookingError {
    fn from(error: StoreError) -> Self {
        if error == StoreError::Exclusion {
            return Self::NotAvailable;
        }
        Self::Access(error.into())
    }
}

impl Practice {
    /// Books a session of a case (R7).
    ///
    /// # Errors
    /// [`BookingError::NotAvailable`] whatever the cause, [`BookingError::Past`], or
    /// [`AccessError::NotThere`] when there is no such case for who asks.
    pub async fn book_session(
        &self,
        access: &DeskAccess,
        new: NewSession,
    ) -> Result<SessionId, BookingError> {
        let practice = self.id();
        self.write(
            access,
            Action::Booking,
            move |work| {
                if new.starts < work.now() {
                    return Err(BookingError::Past);
                }
                let case = bookable(work, new.case)?;
                let mut left = case.participants.iter().filter(|who| who.until.is_some());
                if left.any(|who| new.people.contains(&who.person)) {
                    return Err(AccessError::NotThere.into());
                }
                let people: Vec<PersonId> = case
                    .staying()
                    .map(|participant| participant.person)
                    .filter(|person| new.people.is_empty() || new.people.contains(person))
                    .collect();
                if people.is_empty() {
                    return Err(AccessError::NotThere.into());
                }
                let (starts_at, ends_at) =
                    (micros(new.starts), micros(after(new.starts, new.length)));
                if people.len() > 1 && case.joint_waits() {
                    return Err(BookingError::JointWaits);
                }
                let kind = match (case.kind, people.len()) {
                    (CaseKind::Relational, 2..) => SessionKind::Relational,
                    (CaseKind::Relational | CaseKind::Individual, _) => SessionKind::Individual,
                };
                Ok(Session {
                    id: SessionId(work.new_id()),
                    kind,
                    clinician: case.clinician,
                    case: Some(case.id),
                    room: None,
                    place: new.place,
                    starts_at,
                    ends_at,
                    state: SessionState::Booked,
                    revision: 1,
                    people,
                })
            },
            move |tx, session| {
                let joint = session.case.filter(|_| session.people.len() > 1);
                if let Some(case) = joint
                    && safety::waits(tx, practice, case)?
                {
                    return Err(BookingError::JointWaits);
                }
                let session = take_with_room(tx, practice, session)?;
                Ok(session.id)
            },
        )
        .await
    }

    /// Calls a booked session off; what it took is free again.
    ///
    /// # Errors
    /// [`BookingError::Settled`] when it was held or called off already; [`AccessError::Stale`] for a lost race.
    pub async fn cancel_session(
        &self,
        access: &DeskAccess,
        session: SessionId,
    ) -> Result<(), BookingError> {
        self.settle_session(access, session, SessionState::Cancelled)
            .await
    }

    /// Says that a session took place, or that nobody came.
    ///
    /// # Errors
    /// As [`Practice::cancel_session`]; [`BookingError::NoteFirst`] when who asks has a process note of it, and there is no
    /// progress note. Nobody else is asked, because nobody else knows of a process note (R4).
    pub async fn settle_session(
        &self,
        access: &DeskAccess,
        session: SessionId,
        state: SessionState,
    ) -> Result<(), BookingError> {
        let practice = self.id();
        self.write(
            access,
            Action::Booking,
            move |work| {
                let session = calendar::records::session(work.tx, practice, session)?
                    .ok_or(AccessError::NotThere)?;
                if let Some(case) = session.case {
                    bookable(work, case)?;
                } else if work.person()? != session.clinician {
                    return Err(AccessError::NotThere.into());
                }
                if session.state != SessionState::Booked {
                    return Err(BookingError::Settled);
                }
                let me = work.person()?;
                if state != SessionState::Cancelled
                    && process_notes::records::stands_alone(work.tx, practice, session.id, me)?
                {
                    return Err(BookingError::NoteFirst);
                }
                Ok(session)
            },
            move |tx, session| {
                calendar::records::set_state(tx, practice, session.id, session.revision, state)?;
                if state == SessionState::Cancelled {
                    records::release(tx, practice, session.id)?;
                }
                Ok(())
            },
        )
        .await
    }
}

/// A case for which who asks may book: they care for it, or keep everybody's calendar, and may reach its people. Whoever
/// cares for the same person in a case of their own does not book in a colleague's.
fn bookable(work: &mut Work<'_, '_>, id: CaseId) -> Result<Case, AccessError> {
    let practice = work.practice();
    let case = cases::records::case(work.tx, practice, id)?
        .filter(|case| case.open)
        .ok_or(AccessError::NotThere)?;
    let mut sides = case.compartments().into_iter();
    let cares = sides.any(|side| work.may_open(side, Purpose::Care));
    if !cares && !work.reaches_everybody() {
        return Err(AccessError::NotThere);
    }
    for participant in &case.participants {
        let identity = people::records::cell(work.tx, practice, participant.person)?
            .ok_or(AccessError::NotThere)?;
        if !work.may_open(identity.compartment, Purpose::Contact) {
            return Err(AccessError::NotThere);
        }
    }
    Ok(case)
}

/// As [`take`], in a room that is free where the session needs one. It is chosen by the one writer, so that of several
/// who ask at once each gets another room while there are some.
///
/// # Errors
/// [`BookingError::NotAvailable`] when there is no room, or something else is taken.
pub(crate) fn take_with_room(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    session: &Session,
) -> Result<Session, BookingError> {
    let mut session = session.clone();
    if session.place == Place::Premises {
        let span = (session.starts_at, session.ends_at);
        let room = records::free_room(tx, practice, span)?;
        session.room = Some(room.ok_or(BookingError::NotAvailable)?);
    }
    take(tx, practice, &session)?;
    Ok(session)
}

/// Stores a session and takes its clinician, its room and its people (R7).
///
/// # Errors
/// [`StoreError::Exclusion`] when one of them is taken.
pub(crate) fn take(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    session: &Session,
) -> Result<(), StoreError> {
    calendar::records::insert(tx, practice, session)?;
    let taken = std::iter::once(session.clinician.0)
        .chain(session.room.map(|RoomId(room)| room))
        .chain(session.people.iter().map(|person| person.0));
    for taken in taken.collect::<std::collections::BTreeSet<Uuid>>() {
        records::take(
            tx,
            practice,
            (session.id, taken),
            (session.starts_at, session.ends_at),
        )?;
    }
    Ok(())
}
