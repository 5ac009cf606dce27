//! Enquiries: somebody booked the free first talk and is not accepted yet. An `identity` compartment, nothing clinical.
//!
//! Accepting makes a case, of one or of several, and invites each person by their safe way. Declining keeps the
//! names for 30 days and then forgets them, and so does silence. Only adults book (R8): who says no is told where to turn, and nothing is
//! stored.

mod accepting;
mod asking;
mod forgetting;
mod records;

#[cfg(test)]
pub(crate) mod tests;

pub use accepting::Accepted;
pub use asking::{Ask, Asked};

use jiff::Timestamp;
use store::{StoreError, Tx};

use crate::access::{DeskAccess, Purpose, Role, Work};
use crate::booking::BookingError;
use crate::calendar::{self, Session};
use crate::clock::from_micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{EnquiryId, PersonId, PracticeId};
use crate::people::{self, Identity};
use crate::private::Private;
use crate::receipts::Action;

/// How it stands with an enquiry.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum EnquiryState {
    /// It waits for an answer.
    Waiting,
    /// It became a case.
    Accepted,
    /// It was declined.
    Declined,
}

impl EnquiryState {
    /// The stored word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
        }
    }

    fn of_word(word: &str) -> Self {
        match word {
            "accepted" => Self::Accepted,
            "declined" => Self::Declined,
            _ => Self::Waiting,
        }
    }
}

/// An enquiry as the inbox shows it.
#[derive(Clone, Debug)]
pub struct Enquiry {
    /// Which.
    pub id: EnquiryId,
    /// Who.
    pub person: PersonId,
    /// With which clinician.
    pub clinician: PersonId,
    /// When it came.
    pub asked_at: Timestamp,
    /// How it stands.
    pub state: EnquiryState,
    /// The first talk.
    pub session: Option<Session>,
    /// Names and ways of contact.
    pub identity: Identity,
    /// Who is coming, in a word: `alone`, `two`, `more`.
    pub coming: Private<String>,
    /// What the person wanted us to know; for the clinician of the first talk alone, empty for others.
    pub told: Private<String>,
}

/// Why an enquiry was not taken, accepted or declined.
#[derive(Debug, thiserror::Error)]
pub enum EnquiryError {
    /// R8: only adults; nothing was stored.
    #[error("only for adults (R8)")]
    NotAdult,
    /// There is no name to use.
    #[error("a name to use is needed")]
    NameMissing,
    /// There is no safe way to reach the person, or somebody who comes along.
    #[error("one safe way to be reached is needed")]
    WayMissing,
    /// A relational case has at least two people.
    #[error("a relational case needs at least two people")]
    PartnerMissing,
    /// It was accepted or declined already.
    #[error("this request was answered already")]
    Answered,
    /// The time is not available.
    #[error(transparent)]
    Booking(#[from] BookingError),
    /// Something below.
    #[error(transparent)]
    Access(#[from] AccessError),
}

crate::denies!(EnquiryError);

impl From<store::StoreError> for EnquiryError {
    fn from(error: store::StoreError) -> Self {
        if error == store::StoreError::Exclusion {
            return Self::Booking(BookingError::NotAvailable);
        }
        Self::Access(error.into())
    }
}

impl Practice {
    /// The enquiries that wait: a clinician's own, all of them for front desk and owner.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault of the database.
    pub async fn enquiries(&self, access: &DeskAccess) -> Result<Vec<Enquiry>, AccessError> {
        self.read(access, |work| {
            let (practice, me) = (work.practice(), work.person()?);
            let mut stored = records::waiting(work.tx, practice)?;
            let mut mine = Vec::new();
            for enquiry in stored.drain(..) {
                if answers(work, enquiry.clinician)? {
                    mine.push(enquiry);
                }
            }
            if mine.is_empty() {
                return Ok(Vec::new());
            }
            let wanted: Vec<_> = mine
                .iter()
                .map(|enquiry| enquiry.cell.compartment)
                .collect();
            let opened = work.open(Action::Enquiry, Purpose::Contact, &wanted)?;
            let mut shown = Vec::new();
            for stored in mine {
                let Some(cell) = people::records::cell(work.tx, practice, stored.person)? else {
                    continue;
                };
                let content: asking::EnquiryContent =
                    work.unseal(&opened, "enquiries", &stored.cell)?;
                shown.push(Enquiry {
                    id: stored.id,
                    person: stored.person,
                    clinician: stored.clinician,
                    asked_at: from_micros(stored.asked_at),
                    state: stored.state,
                    session: calendar::records::session(work.tx, practice, stored.session)?,
                    identity: work.unseal(&opened, "people", &cell)?,
                    coming: content.coming,
                    told: if stored.clinician == me {
                        content.told
                    } else {
                        Private::default()
                    },
                });
            }
            Ok(shown)
        })
        .await
    }
}

/// How many enquiries wait for `clinician`, or for anybody.
///
/// # Errors
/// A fault of the database.
pub(crate) fn waiting_for(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    clinician: Option<PersonId>,
) -> Result<u32, StoreError> {
    records::count_waiting(tx, practice, clinician)
}

/// Whether who asks answers enquiries for `clinician`: the clinician, front desk, owner.
fn answers(work: &Work<'_, '_>, clinician: PersonId) -> Result<bool, AccessError> {
    let roles = &work.who().roles;
    Ok(work.person()? == clinician
        || roles.contains(&Role::FrontDesk)
        || roles.contains(&Role::Owner))
}
