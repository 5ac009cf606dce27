//! Homework at a glance: what was given last, and whether something came back from whom. Nothing that came back is read.

use jiff::Timestamp;
use vault::Opened;

use super::{AssignmentContent, records};
use crate::access::Work;
use crate::cases::Case;
use crate::clock::from_micros;
use crate::error::AccessError;
use crate::ids::{AssignmentId, ParticipantId};
use crate::private::Private;

/// An assignment in a list.
#[derive(Clone, Debug)]
pub struct Glance {
    /// Which.
    pub id: AssignmentId,
    /// Its name.
    pub title: Private<String>,
    /// When it was given.
    pub given_at: Timestamp,
    /// Whether it goes on.
    pub open: bool,
    /// Whether it stands on the joint side; otherwise it is one participant's own.
    pub joint: bool,
    /// For each of those it is for, whether something came back; never how often (R13).
    pub back: Vec<(ParticipantId, bool)>,
}

/// The newest assignments of a case in the compartments that were opened, of the newest `at_most` at all.
///
/// # Errors
/// A fault of the database or of sealed bytes.
pub(crate) fn newest(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    case: &Case,
    at_most: i64,
) -> Result<Vec<Glance>, AccessError> {
    let practice = work.practice();
    let mut found = Vec::new();
    for (cell, given_at, open, back) in records::newest(work.tx, practice, case.id, at_most)? {
        if opened.get(cell.compartment).is_none() {
            continue;
        }
        let content: AssignmentContent = work.unseal(opened, "assignments", &cell)?;
        found.push(Glance {
            id: AssignmentId(cell.id),
            title: content.task.title,
            given_at: from_micros(given_at),
            open,
            joint: case.is_joint(cell.compartment),
            back,
        });
    }
    Ok(found)
}
