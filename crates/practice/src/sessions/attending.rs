//! Who was in the room: which participants, from when and until when where somebody came late or left, and anybody else,
//! such as an interpreter. It is written down on the side that the session is about, where all who were expected may ask to
//! read it. Not here: who is expected (`booking`).

use jiff::civil::Time;
use serde::{Deserialize, Serialize};
use store::{StoreError, Tx};
use vault::{CompartmentId, Opened};

use super::records;
use super::today::side;
use crate::access::{DeskAccess, Purpose, Work};
use crate::calendar::Session;
use crate::cases::Case;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{PersonId, PracticeId, SessionId};
use crate::notes;
use crate::private::Private;
use crate::receipts::Action;
use crate::sealed::{self, SealedRow};

/// A participant who was there.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Present {
    /// Who.
    pub person: PersonId,
    /// When they joined, where that was after the beginning.
    #[serde(default)]
    pub from: Option<Time>,
    /// When they left, where that was before the end.
    #[serde(default)]
    pub until: Option<Time>,
}

/// Who was in the room: the content of `attendances.sealed`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Attendance {
    /// The participants who were there.
    pub present: Vec<Present>,
    /// Anybody else, in words; may be empty.
    #[serde(default)]
    pub others: Private<String>,
}

impl Attendance {
    /// Those who were there.
    #[must_use]
    pub fn people(&self) -> Vec<PersonId> {
        self.present.iter().map(|one| one.person).collect()
    }
}

/// Why it was not written down.
#[derive(Debug, thiserror::Error)]
pub enum AttendanceError {
    /// R9: somebody's informed consent is not in force.
    #[error("the informed consent of everybody concerned is not in force yet (R9)")]
    ConsentMissing,
    /// Nobody was there, or somebody who takes no part.
    #[error("somebody who takes part was there")]
    Nobody,
    /// Somebody left before they came, or times are not in the session.
    #[error("these times do not fit")]
    Times,
    /// Something below; [`AccessError::Stale`] when another revision is newer.
    #[error(transparent)]
    Access(AccessError),
}

crate::carries_consent_error!(AttendanceError);

impl Practice {
    /// Writes down who was in the room. `revision` is the one that the writer saw, `None` for the first.
    ///
    /// # Errors
    /// [`AttendanceError::Nobody`], [`AttendanceError::Times`], [`AttendanceError::ConsentMissing`] (R9),
    /// [`AccessError::Stale`] when another revision is newer, [`AccessError::NotThere`].
    pub async fn record_attendance(
        &self,
        access: &DeskAccess,
        session: SessionId,
        attendance: Attendance,
        revision: Option<u32>,
    ) -> Result<(), AttendanceError> {
        let practice = self.id();
        self.write(
            access,
            Action::Attendance,
            move |work| prepare(work, session, &attendance, revision),
            move |tx, row| Ok(put(tx, practice, row)?),
        )
        .await
    }
}

fn prepare(
    work: &mut Work<'_, '_>,
    session: SessionId,
    attendance: &Attendance,
    revision: Option<u32>,
) -> Result<SealedRow, AttendanceError> {
    let (session, case) = notes::session_of_mine(work, session)?;
    check((&case, &session), attendance)?;
    let side = side(&case, &session).ok_or(AccessError::NotThere)?;
    work.stands_on_consent(&notes::concerned(&case, side))?;
    let stored = records::attendance(work.tx, work.practice(), session.id)?;
    if stored.as_ref().map(|cell| cell.revision) != revision {
        return Err(AccessError::Stale.into());
    }
    let opened = work.open(Action::Attendance, Purpose::Care, &[side])?;
    let open = opened.get(side).ok_or(AccessError::NotThere)?;
    let row = match stored {
        None => work.seal(open, ("attendances", session.id.0, 1), attendance)?,
        Some(cell) => work.reseal(open, "attendances", &cell, attendance)?,
    };
    Ok(row)
}

fn check(
    (case, session): (&Case, &Session),
    attendance: &Attendance,
) -> Result<(), AttendanceError> {
    let present = &attendance.present;
    let at = session.starts_at;
    let takes_part = |one: &Present| case.then(at).any(|who| who.person == one.person);
    if present.is_empty() || !present.iter().all(takes_part) {
        return Err(AttendanceError::Nobody);
    }
    let fits = |one: &Present| match (one.from, one.until) {
        (Some(from), Some(until)) => from < until,
        (None, _) | (_, None) => true,
    };
    if present.iter().all(fits) {
        Ok(())
    } else {
        Err(AttendanceError::Times)
    }
}

fn put(tx: &mut Tx<'_>, practice: PracticeId, row: &SealedRow) -> Result<(), StoreError> {
    if row.revision == 1 {
        sealed::insert(tx, practice, row, &[])
    } else {
        sealed::revise(tx, practice, row)
    }
}

/// The side on which it stands who was in the room of a session.
pub(crate) fn side_of(
    work: &mut Work<'_, '_>,
    session: &Session,
) -> Result<Option<CompartmentId>, AccessError> {
    let practice = work.practice();
    let found = records::attendance(work.tx, practice, session.id)?;
    Ok(found.map(|cell| cell.compartment))
}

/// Who was in the room, with the revision, where it was written down and its side was opened.
pub(crate) fn of_session(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    session: &Session,
) -> Result<Option<(Attendance, u32)>, AccessError> {
    let practice = work.practice();
    let found = records::attendance(work.tx, practice, session.id)?;
    let Some(cell) = found.filter(|cell| opened.get(cell.compartment).is_some()) else {
        return Ok(None);
    };
    let attendance = work.unseal(opened, "attendances", &cell)?;
    Ok(Some((attendance, cell.revision)))
}
