//! Reading notes: within an opening that holds their compartments, or one of them on its own page.

use std::collections::HashMap;

use vault::{CompartmentId, Opened};

use super::records::{self, StoredAmendment};
use super::{Amendment, AmendmentContent, Note, NoteContent, NoteState};
use crate::access::{DeskAccess, Purpose, Work};
use crate::accounts::{self, StaffPage};
use crate::calendar::{self, Session};
use crate::cases::Case;
use crate::cases::opening::{self, Found};
use crate::clock::from_micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{CaseId, NoteId, PersonId, SessionId};
use crate::people::Named;
use crate::receipts::Action;
use crate::sessions::{Attendance, attending};

/// A note on its own page.
#[derive(Clone, Debug)]
pub struct NotePage {
    /// The note.
    pub note: Note,
    /// Its case.
    pub case: Case,
    /// Its session.
    pub session: Session,
    /// Who was in the room, where that was written down, and on the same side as a note on one participant's own.
    pub attendance: Option<Attendance>,
    /// The participants by name, in the case's order.
    pub people: Vec<Named>,
    /// Who wrote, signed, co-signed or amended it, by what is published of them.
    pub staff: Vec<(PersonId, StaffPage)>,
    /// Who asks.
    pub reader: PersonId,
    /// Whether who asks only reads here, in an emergency.
    pub only_read: bool,
}

impl Practice {
    /// A note that who asks may read for care.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when there is no such note for who asks.
    pub async fn note(&self, access: &DeskAccess, id: NoteId) -> Result<NotePage, AccessError> {
        self.read(access, move |work| {
            let practice = work.practice();
            let Some(stored) = records::note(work.tx, practice, id)? else {
                work.refused(Action::NoteRead, Purpose::Care);
                return Err(AccessError::NotThere);
            };
            let found = opening::find(work, Action::NoteRead, stored.case)?;
            let session = calendar::records::session(work.tx, practice, stored.session)?
                .ok_or(AccessError::NotThere)?;
            let opened = open(work, &found, (&session, stored.cell.compartment))?;
            let attendance = attending::of_session(work, &opened, &session)?;
            let note = read(work, &opened, stored)?;
            let staff = staff_of(work, &note)?;
            Ok(NotePage {
                attendance: attendance.map(|(there, _)| there),
                people: found.names(&opened)?,
                reader: work.person()?,
                only_read: found.is_only_read(work),
                case: found.case,
                note,
                session,
                staff,
            })
        })
        .await
    }

    /// The notes of a case that who asks may read for care, newest first.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when there is no such case for who asks.
    pub async fn notes_of_case(
        &self,
        access: &DeskAccess,
        id: CaseId,
    ) -> Result<NoteList, AccessError> {
        self.read(access, move |work| {
            let practice = work.practice();
            let found = opening::find(work, Action::NoteRead, id)?;
            let opened = found.open(work, Action::NoteRead)?;
            let mut notes = Vec::new();
            for note in of_case(work, &opened, &found.case, MOST)? {
                if let Some(session) = calendar::records::session(work.tx, practice, note.session)?
                {
                    notes.push((note, session));
                }
            }
            Ok(NoteList {
                people: found.names(&opened)?,
                case: found.case,
                notes,
            })
        })
        .await
    }
}

/// Opens the side of a note, and with a joint one the side on which it stands who was in the room; of a note on one
/// participant's own side that side and that identity, so that nobody else reads of it (R2).
fn open(
    work: &mut Work<'_, '_>,
    found: &Found,
    (session, side): (&Session, CompartmentId),
) -> Result<Opened, AccessError> {
    let mut parts = found.case.participants.iter();
    if let Some(own) = parts.find(|who| who.own == side) {
        return Ok(found.open_part(work, Action::NoteRead, own)?.0);
    }
    let mut sides = vec![side];
    let room = attending::side_of(work, session)?;
    sides.extend(room.filter(|side| work.may_open(*side, Purpose::Care)));
    found.open_sides(work, Action::NoteRead, sides)
}

/// The notes of a case on one page.
#[derive(Clone, Debug)]
pub struct NoteList {
    /// The case.
    pub case: Case,
    /// The participants by name, in the case's order.
    pub people: Vec<Named>,
    /// The notes with their sessions, newest first.
    pub notes: Vec<(Note, Session)>,
}

/// The most notes that one page lists.
const MOST: i64 = 200;

fn staff_of(
    work: &mut Work<'_, '_>,
    note: &Note,
) -> Result<Vec<(PersonId, StaffPage)>, AccessError> {
    let mut ids: Vec<PersonId> = std::iter::once(note.author)
        .chain(note.signed.map(|signature| signature.by))
        .chain(note.cosigned.map(|signature| signature.by))
        .chain(note.amendments.iter().map(|amendment| amendment.author))
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let mut found = Vec::new();
    for id in ids {
        let page = accounts::staff_pages(work, &[id])?.pop();
        found.extend(page.map(|page| (id, page)));
    }
    Ok(found)
}

/// The notes of a case in the compartments that were opened, newest first.
///
/// # Errors
/// A fault of the database or of sealed bytes.
pub(crate) fn of_case(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    case: &Case,
    at_most: i64,
) -> Result<Vec<Note>, AccessError> {
    let practice = work.practice();
    let stored = records::of_case(work.tx, practice, case.id, at_most)?;
    let mut amendments: HashMap<NoteId, Vec<StoredAmendment>> = HashMap::new();
    if !stored.is_empty() {
        for amendment in records::amendments_of_case(work.tx, practice, case.id, at_most)? {
            amendments
                .entry(amendment.note)
                .or_default()
                .push(amendment);
        }
    }
    stored
        .into_iter()
        .filter(|stored| opened.get(stored.cell.compartment).is_some())
        .map(|stored| {
            let added = amendments.remove(&stored.id).unwrap_or_default();
            whole(work, opened, &stored, added)
        })
        .collect()
}

/// The note of a session in a compartment, if there is one.
///
/// # Errors
/// A fault of the database or of sealed bytes.
pub(crate) fn of_session(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    session: SessionId,
    compartment: CompartmentId,
) -> Result<Option<Note>, AccessError> {
    let practice = work.practice();
    match records::of_session(work.tx, practice, session, compartment)? {
        Some(stored) => read(work, opened, stored).map(Some),
        None => Ok(None),
    }
}

/// The newest note in a compartment of a case that was written of an earlier session than the one at `starts_at`.
///
/// # Errors
/// A fault of the database or of sealed bytes.
pub(crate) fn last_before(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    case: CaseId,
    compartment: CompartmentId,
    starts_at: i64,
) -> Result<Option<Note>, AccessError> {
    let practice = work.practice();
    match records::last_before(work.tx, practice, (case, compartment), starts_at)? {
        Some(stored) => read(work, opened, stored).map(Some),
        None => Ok(None),
    }
}

/// Whether nothing is left in a draft because all of it was moved to other sides of its session: there is nothing to sign.
///
/// # Errors
/// A fault of the database or of sealed bytes.
pub(crate) fn went_elsewhere(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    (session, note): (SessionId, NoteId),
) -> Result<bool, AccessError> {
    let practice = work.practice();
    if records::states(work.tx, practice, session)?.len() < 2 {
        return Ok(false);
    }
    let stored = records::note(work.tx, practice, note)?;
    let Some(stored) = stored.filter(|one| opened.get(one.cell.compartment).is_some()) else {
        return Ok(false);
    };
    let content: NoteContent = work.unseal(opened, "notes", &stored.cell)?;
    Ok(content.text.is_empty())
}

fn read(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    stored: records::Stored,
) -> Result<Note, AccessError> {
    let practice = work.practice();
    let added = records::amendments(work.tx, practice, stored.id)?;
    whole(work, opened, &stored, added)
}

fn whole(
    work: &Work<'_, '_>,
    opened: &Opened,
    stored: &records::Stored,
    added: Vec<StoredAmendment>,
) -> Result<Note, AccessError> {
    let content: NoteContent = work.unseal(opened, "notes", &stored.cell)?;
    let state = content.state();
    let mut amendments = Vec::new();
    if state != NoteState::Draft {
        for amendment in added {
            let body: AmendmentContent = work.unseal(opened, "amendments", &amendment.cell)?;
            amendments.push(Amendment {
                id: amendment.id,
                author: amendment.author,
                at: from_micros(amendment.written_at),
                reason: body.reason,
                text: body.text,
            });
        }
    }
    Ok(Note {
        id: stored.id,
        session: stored.session,
        author: stored.author,
        compartment: stored.cell.compartment,
        written_at: from_micros(stored.written_at),
        state,
        revision: stored.cell.revision,
        text: content.text,
        signed: content.signed,
        cosigned: content.cosigned,
        amendments,
    })
}
