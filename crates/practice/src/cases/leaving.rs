//! Ending one participant's part in a case that goes on for the others: when a couple parts, when somebody wants no more.
//!
//! The limits of what they agreed to are the limits of the keys. So the joint side ends with their part: what stands in it
//! stays theirs to read, as it stays the others' (R3, R15), and whatever comes later is written under a new key that is
//! granted to those who stay (R2). Their own side stays theirs alone, and homework on it ends. Coming sessions do not expect
//! them any more. Everybody gets the same letter, which says that something changed. Why it ended is sealed on their own side,
//! where no other participant reads it. Not here: closing a case (`closing`).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{StoreError, Tx};
use vault::{Kind, Opened};

use super::{Case, Onward, Participant, of_mine, records};
use crate::access::{DeskAccess, Holder, Made, Purpose, Work};
use crate::accounts;
use crate::booking;
use crate::calendar::{self, Session, SessionKind, SessionState};
use crate::clock::{from_micros, micros};
use crate::core::Practice;
use crate::error::AccessError;
use crate::homework;
use crate::ids::{CaseId, ParticipantId, PracticeId};
use crate::post::{self, Posted};
use crate::private::Private;
use crate::receipts::Action;
use crate::sealed::{self, SealedRow};

/// How many of the newest sessions are looked at for some that are to come.
const SESSIONS: i64 = 100;

/// Why a part was not ended.
#[derive(Debug, thiserror::Error)]
pub enum LeavingError {
    /// Nobody would be left: the case is closed instead.
    #[error("nobody would be left in the case: close it instead")]
    Last,
    /// It ended already, with the case or before.
    #[error("this part has ended already")]
    Ended,
    /// There is no reason.
    #[error("a reason is needed")]
    ReasonMissing,
    /// Something below.
    #[error(transparent)]
    Access(#[from] AccessError),
}

crate::carries_access_error!(LeavingError);

/// The content of `part_endings.sealed`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Ending {
    pub(super) reason: Private<String>,
    /// Where their care goes on after a separation.
    #[serde(default)]
    pub(super) onward: Option<Onward>,
}

/// When and why a part ended: before the case did, or with its separation.
#[derive(Clone, Debug)]
pub struct Left {
    /// Whose.
    pub participant: ParticipantId,
    /// When.
    pub at: Timestamp,
    /// Why, or what to keep beside it, in the words of the clinician; may be empty after a separation.
    pub reason: Private<String>,
    /// Where their care goes on after a separation.
    pub onward: Option<Onward>,
}

/// What ending a part writes, ready to be stored.
struct Leaving {
    case: Case,
    who: Participant,
    at: i64,
    joint: Option<Made>,
    row: SealedRow,
    homework: Vec<SealedRow>,
    coming: Vec<Session>,
    letters: Vec<Posted>,
}

impl Practice {
    /// Ends the part of one participant of a case that goes on for the others.
    ///
    /// # Errors
    /// [`LeavingError::Last`] for the only one left, [`LeavingError::Ended`], [`LeavingError::ReasonMissing`],
    /// [`AccessError::NotThere`] for anybody but the case's clinician, [`AccessError::Stale`] for a lost race.
    pub async fn end_part(
        &self,
        access: &DeskAccess,
        of: (CaseId, ParticipantId),
        reason: Private<String>,
    ) -> Result<(), LeavingError> {
        let practice = self.id();
        if reason.reveal().trim().is_empty() {
            return Err(LeavingError::ReasonMissing);
        }
        // Before a key is made: who may not do this leaves nothing behind.
        self.read(access, move |work| leaver(work, of).map(|_| ()))
            .await?;
        let joint = self.make(&[Kind::Joint]).await?.pop();
        self.write(
            access,
            Action::PartEnd,
            move |work| {
                let ending = Ending {
                    reason,
                    onward: None,
                };
                prepare(work, of, joint, &ending)
            },
            move |tx, leaving| put(tx, practice, leaving),
        )
        .await
    }
}

/// The case of who asks, and the participant who is to leave it while others stay.
fn leaver(
    work: &mut Work<'_, '_>,
    of: (CaseId, ParticipantId),
) -> Result<(Case, Participant), LeavingError> {
    let (case, participant) = of;
    let case = of_mine(work, case, Purpose::Care)?;
    let who = case.participants.iter().find(|who| who.id == participant);
    let who = *who.ok_or(AccessError::NotThere)?;
    if case.clinician != work.person()? || !work.may_open(who.own, Purpose::Care) {
        return Err(work.refused(Action::PartEnd, Purpose::Care).into());
    }
    if !case.open || who.until.is_some() {
        return Err(LeavingError::Ended);
    }
    if case.staying().all(|other| other.id == who.id) {
        return Err(LeavingError::Last);
    }
    Ok((case, who))
}

fn prepare(
    work: &mut Work<'_, '_>,
    of: (CaseId, ParticipantId),
    joint: Option<Made>,
    ending: &Ending,
) -> Result<Leaving, LeavingError> {
    let (case, who) = leaver(work, of)?;
    let (practice, at) = (work.practice(), case.next_instant(micros(work.now())));
    // The receipt of this opening is how everybody in it reads when it was, and by whom.
    let sides: Vec<_> = std::iter::once(who.own).chain(case.joint).collect();
    let opened = work.open(Action::PartEnd, Purpose::Care, &sides)?;
    let open = opened.get(who.own).ok_or(AccessError::NotThere)?;
    let row = work.seal(open, ("part_endings", who.id.0, 1), ending)?;
    work.names_part(&Participant {
        until: Some(at),
        left: case.joint,
        ..who
    });
    let joint = joint.filter(|_| case.joint.is_some());
    if let Some(joint) = &joint {
        for staff in std::iter::once(case.clinician).chain(case.supervisor) {
            work.grant(Holder::Person(staff), joint.id(), Purpose::Care)?;
        }
        for other in case.staying().filter(|other| other.id != who.id) {
            let holder = Holder::Person(other.person);
            work.grant(holder, joint.id(), Purpose::OwnRecord)?;
        }
    }
    let homework = homework::ended(work, &opened, (case.id, &[who.own]), micros(work.now()))?;
    let mut letters = Vec::new();
    for one in case.staying() {
        letters.extend(accounts::changed(work, one.person)?);
    }
    // The same to everybody who reads of it, whatever was opened last.
    work.concerns(Purpose::Care, &[]);
    let mut coming = calendar::records::of_case(work.tx, practice, case.id, SESSIONS)?;
    coming.retain(|session| {
        let expects = session.people.contains(&who.person);
        session.state == SessionState::Booked && session.starts_at > at && expects
    });
    Ok(Leaving {
        case,
        who,
        at,
        joint,
        row,
        homework,
        coming,
        letters,
    })
}

fn put(tx: &mut Tx<'_>, practice: PracticeId, leaving: &Leaving) -> Result<(), LeavingError> {
    let (case, who) = (&leaving.case, &leaving.who);
    records::leave(tx, practice, (case, who), leaving.at)?;
    if let Some(joint) = &leaving.joint {
        records::joined_anew(tx, practice, case, joint.id())?;
    }
    sealed::insert(tx, practice, &leaving.row, &[])?;
    for row in &leaving.homework {
        homework::put_ended(tx, practice, row)?;
    }
    for letter in &leaving.letters {
        post::put(tx, practice, Some(letter))?;
    }
    for session in &leaving.coming {
        expects_no_more(tx, practice, session, who)?;
    }
    Ok(())
}

/// Takes somebody off a session that is to come; one to which nobody else comes is called off.
fn expects_no_more(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    session: &Session,
    who: &Participant,
) -> Result<(), StoreError> {
    let others = session.people.iter().filter(|one| **one != who.person);
    let kind = match others.count() {
        0 => {
            let state = SessionState::Cancelled;
            calendar::records::set_state(tx, practice, session.id, session.revision, state)?;
            return booking::records::release(tx, practice, session.id);
        }
        1 => SessionKind::Individual,
        _ => session.kind,
    };
    let place = (session.id, session.revision);
    calendar::records::expect_no_more(tx, practice, place, (who.person, kind))?;
    booking::records::release_one(tx, practice, session.id, who.person)
}

/// When and why parts of a case ended before it did, where their own sides were opened.
///
/// # Errors
/// A fault of the database or of sealed bytes.
pub(crate) fn left(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    case: &Case,
) -> Result<Vec<Left>, AccessError> {
    let practice = work.practice();
    let mut found = Vec::new();
    for who in &case.participants {
        let Some(at) = who.until.filter(|_| opened.get(who.own).is_some()) else {
            continue;
        };
        if let Some(cell) = records::ending(work.tx, practice, who.id)? {
            let content: Ending = work.unseal(opened, "part_endings", &cell)?;
            found.push(Left {
                participant: who.id,
                at: from_micros(at),
                reason: content.reason,
                onward: content.onward,
            });
        }
    }
    Ok(found)
}
