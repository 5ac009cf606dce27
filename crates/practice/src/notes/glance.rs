//! Notes at a glance: what was agreed in a session and how far its note is. The rest of a note stays sealed.

use vault::{CompartmentId, Opened};

use super::{NoteContent, NoteState, records};
use crate::access::Work;
use crate::calendar::Session;
use crate::error::AccessError;
use crate::ids::{NoteId, SessionId};
use crate::private::Private;

/// A note in the timeline of its case.
#[derive(Clone, Debug)]
pub struct NoteGlance {
    /// Which.
    pub id: NoteId,
    /// Of which session.
    pub session: SessionId,
    /// Where it stands.
    pub compartment: CompartmentId,
    /// How far it is.
    pub state: NoteState,
    /// What was agreed.
    pub agreed: Private<String>,
    /// Whether something was added after it was signed.
    pub added: bool,
}

/// The notes of `sessions` in the compartments that were opened, newest first.
///
/// # Errors
/// A fault of the database or of sealed bytes.
pub(crate) fn of_sessions(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    sessions: &[Session],
) -> Result<Vec<NoteGlance>, AccessError> {
    let practice = work.practice();
    let mut found = Vec::new();
    for (stored, added) in records::of_sessions(work.tx, practice, sessions)? {
        let cell = &stored.cell;
        if opened.get(cell.compartment).is_none() {
            continue;
        }
        let content: NoteContent = work.unseal(opened, "notes", cell)?;
        let state = content.state();
        found.push(NoteGlance {
            id: stored.id,
            session: stored.session,
            compartment: cell.compartment,
            state,
            agreed: content.text.agreed,
            added: added && state != NoteState::Draft,
        });
    }
    Ok(found)
}
