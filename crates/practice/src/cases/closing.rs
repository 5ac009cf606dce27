//! Closing a case: nothing new is written in it from now on, and what stands in it stays to be read.
//!
//! What was booked for later is called off in the same moment. Not here: how long a record is kept after that.

use store::Tx;

use super::{Case, Participant, of_mine, records};
use crate::access::{DeskAccess, Purpose, Work};
use crate::booking;
use crate::calendar::{self, Session, SessionState};
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{CaseId, PracticeId};
use crate::receipts::Action;

/// How many of the newest sessions are looked at for some that are to come.
const SESSIONS: i64 = 100;

struct Closing {
    case: Case,
    at: i64,
    coming: Vec<Session>,
}

impl Practice {
    /// Closes a case and everybody's part in it.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when there is no such open case for who asks; [`AccessError::Stale`] for a lost race.
    pub async fn close_case(&self, access: &DeskAccess, case: CaseId) -> Result<(), AccessError> {
        let practice = self.id();
        self.write(
            access,
            Action::CaseClose,
            move |work| prepare(work, case),
            move |tx, closing| put(tx, practice, closing),
        )
        .await
    }
}

fn prepare(work: &mut Work<'_, '_>, id: CaseId) -> Result<Closing, AccessError> {
    let case = of_mine(work, id, Purpose::Care)?;
    if !case.open {
        return Err(AccessError::NotThere);
    }
    // The receipt of this opening is how its participants read when it was closed, and by whom; who left before does not.
    let own = case.staying().map(|who| who.own);
    let sides: Vec<_> = case.joints_of_all().into_iter().chain(own).collect();
    work.open(Action::CaseClose, Purpose::Care, &sides)?;
    let (practice, at) = (work.practice(), case.next_instant(micros(work.now())));
    for who in case.staying() {
        work.names_part(&Participant {
            until: Some(at),
            ..*who
        });
    }
    let mut coming = calendar::records::of_case(work.tx, practice, id, SESSIONS)?;
    coming.retain(|session| session.state == SessionState::Booked && session.starts_at > at);
    Ok(Closing { case, at, coming })
}

fn put(tx: &mut Tx<'_>, practice: PracticeId, closing: &Closing) -> Result<(), AccessError> {
    records::close(tx, practice, &closing.case, closing.at)?;
    for session in &closing.coming {
        let state = SessionState::Cancelled;
        calendar::records::set_state(tx, practice, session.id, session.revision, state)?;
        booking::records::release(tx, practice, session.id)?;
    }
    Ok(())
}
