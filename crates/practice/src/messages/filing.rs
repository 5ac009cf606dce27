//! File to chart: a clinician puts a copy of a message into the record, on the side of its thread, where its readers see it.
//!
//! Messages about care belong to the record (45 CFR 164.501, "designated record set"). The clinician's browser opened the message
//! and sends its text: the one time that it reaches the server. The copy says who wrote it and when, and which file it was made
//! of. What went with the message stays where it is.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use vault::{CompartmentId, Opened};

use super::{MessageContent, find, records};
use crate::access::{DeskAccess, Work};
use crate::accounts::{self, StaffPage};
use crate::cases::Case;
use crate::clock::{from_micros, micros};
use crate::core::Practice;
use crate::digest::{hex, sha256};
use crate::error::AccessError;
use crate::ids::{CaseId, MessageId, PersonId, ThreadId};
use crate::notes::Route;
use crate::private::Private;
use crate::receipts::Action;
use crate::sealed::Cell;

/// The longest text that is filed, in characters.
const LONGEST: usize = 20_000;
/// How many copies a page lists.
pub(super) const LISTED: i64 = 100;

/// Why a message was not filed.
#[derive(Debug, thiserror::Error)]
pub enum FilingError {
    /// R9: an informed consent is not in force.
    #[error("an informed consent is not in force (R9)")]
    ConsentMissing,
    /// There is no text, or it is too long.
    #[error("there is no text to file")]
    Empty,
    /// It stands in the record already.
    #[error("it is in the record already")]
    Filed,
    /// Something below.
    #[error(transparent)]
    Access(AccessError),
}

crate::carries_consent_error!(FilingError);

/// A copy as the clinician's browser gives it.
#[derive(Clone, Debug)]
pub struct Copied {
    /// The text, exactly as the message has it.
    pub text: Private<String>,
}

/// The content of `filed_messages.sealed`. Of which message, by whom and when stands in the clear, too, to find and order by; what
/// is shown is this.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Content {
    /// Of which message.
    message: MessageId,
    /// When that came, microseconds UTC.
    sent_at: i64,
    /// Who filed it.
    filed_by: PersonId,
    /// When, microseconds UTC.
    filed_at: i64,
    pub(crate) text: Private<String>,
    /// Who wrote it, by the name by which they were known then.
    pub(crate) author: Private<String>,
    /// SHA-256 of the message's file, in hexadecimal.
    made_of: String,
}

/// A copy in the record.
#[derive(Clone, Debug)]
pub struct Filed {
    /// Of which message.
    pub message: MessageId,
    /// Its text.
    pub text: Private<String>,
    /// Who wrote it.
    pub author: Private<String>,
    /// When they did.
    pub sent_at: Timestamp,
    /// Who filed it: "Dr. Okafor".
    pub filed_by: String,
    /// When.
    pub filed_at: Timestamp,
    /// On which side of the case it stands.
    pub route: Route,
}

impl Practice {
    /// Files a copy of a message of the clinician's case to the record.
    ///
    /// # Errors
    /// [`FilingError::ConsentMissing`] (R9), [`FilingError::Empty`], [`FilingError::Filed`], [`AccessError::NotThere`] when it is
    /// no message of a thread of theirs.
    pub async fn file_message(
        &self,
        access: &DeskAccess,
        thread: ThreadId,
        message: MessageId,
        copied: Copied,
    ) -> Result<(), FilingError> {
        let practice = self.id();
        self.write(
            access,
            Action::MessageFile,
            move |work| {
                let text = copied.text;
                if text.reveal().trim().is_empty() || text.reveal().chars().count() > LONGEST {
                    return Err(FilingError::Empty);
                }
                let found = find(work, thread, Action::MessageFile)?;
                let me = work.person()?;
                let practice = work.practice();
                let stored = records::message(work.tx, practice, thread, message)?;
                let stored = stored.ok_or(AccessError::NotThere)?;
                let (case, side) = (found.talk.case.id, found.talk.side);
                if records::is_filed(work.tx, practice, message)? {
                    return Err(FilingError::Filed);
                }
                work.stands_on_consent(&found.talk.concerned(me))?;
                let of: MessageContent = work.unseal(&found.opened, "messages", &stored.cell)?;
                let author = super::named(work, &found.opened, &found.talk, &[of.author])?.pop();
                let at = micros(work.now());
                let content = Content {
                    message,
                    sent_at: of.sent_at,
                    filed_by: me,
                    filed_at: at,
                    text,
                    author: author.map(|one| one.name).unwrap_or_default(),
                    made_of: hex(&sha256(of.file.to_base64().as_bytes())),
                };
                let open = found.opened.get(side).ok_or(AccessError::NotThere)?;
                let row = work.seal(open, ("filed_messages", work.new_id(), 1), &content)?;
                Ok((row, case, (of.sent_at, me, at)))
            },
            move |tx, (row, case, times)| {
                records::insert_filed(tx, practice, row, (message, *case), *times)?;
                Ok(())
            },
        )
        .await
    }
}

/// A filed copy as it lies there, to be moved (`routing`): in which case, when it was sent, and sealed.
///
/// # Errors
/// A fault of the database.
pub(crate) fn lying(
    work: &mut Work<'_, '_>,
    id: MessageId,
) -> Result<Option<(CaseId, i64, Cell)>, AccessError> {
    let practice = work.practice();
    Ok(records::filed_one(work.tx, practice, id)?)
}

/// The copies filed in a case, on the sides that were opened, the newest message first.
///
/// # Errors
/// A fault of the database or of sealed bytes.
pub(crate) fn of_case(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    case: &Case,
) -> Result<Vec<Filed>, AccessError> {
    let sides = opened_sides(opened, case);
    of_sides(work, opened, (case, &sides), LISTED)
}

/// All of them, as [`of_case`].
///
/// # Errors
/// A fault of the database or of sealed bytes.
pub(crate) fn every_filed(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    case: &Case,
) -> Result<Vec<Filed>, AccessError> {
    let sides = opened_sides(opened, case);
    of_sides(work, opened, (case, &sides), i64::MAX)
}

fn opened_sides(opened: &Opened, case: &Case) -> Vec<CompartmentId> {
    let own = case.participants.iter().map(|who| who.own);
    let sides = own.chain(case.joints());
    sides.filter(|side| opened.get(*side).is_some()).collect()
}

pub(super) fn of_sides(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    (case, sides): (&Case, &[CompartmentId]),
    at_most: i64,
) -> Result<Vec<Filed>, AccessError> {
    let practice = work.practice();
    let mut found = Vec::new();
    for cell in records::filed(work.tx, practice, (case.id, sides), at_most)? {
        let content: Content = work.unseal(opened, "filed_messages", &cell)?;
        let by = accounts::staff_pages(work, &[content.filed_by])?;
        found.push(Filed {
            message: content.message,
            text: content.text,
            author: content.author,
            sent_at: from_micros(content.sent_at),
            filed_by: by.first().map(StaffPage::spoken).unwrap_or_default(),
            filed_at: from_micros(content.filed_at),
            route: case.route(cell.compartment),
        });
    }
    Ok(found)
}
