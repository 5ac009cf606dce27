//! Who opened my record: a client's receipts in plain words (R15), never another participant's (R2).

use jiff::Timestamp;

use super::{Action, Outcome, records};
use crate::access::{PortalAccess, Purpose};
use crate::clock::from_micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{PersonId, ReceiptId};

/// Who opened it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OpenedBy {
    /// The client who reads this.
    You,
    /// A member of staff, in a role.
    Staff(PersonId, String),
    /// The program itself, in the work of this word.
    Program(String),
}

/// One opening, as a client reads it.
#[derive(Clone, Debug)]
pub struct Opened {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: OpenedBy,
    /// What was done, in plain words.
    pub what: &'static str,
    /// What for, the stored word.
    pub purpose: String,
    /// Whether something was written.
    pub wrote: bool,
    /// Whether nothing was given.
    pub refused: bool,
}

/// How many openings a page shows.
const SHOWN: i64 = 100;

/// A page of openings, newest first.
#[derive(Clone, Debug, Default)]
pub struct Openings {
    /// The openings.
    pub openings: Vec<Opened>,
    /// Where the page with earlier ones begins, if there are any.
    pub earlier: Option<ReceiptId>,
}

impl Practice {
    /// Who opened the signed-in client's record, newest first, or those before a receipt. Openings by other
    /// participants are left out before anything is counted, so that they do not show in what is missing either (R2).
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault of the database.
    pub async fn who_opened_my_record(
        &self,
        access: &PortalAccess,
        before: Option<ReceiptId>,
    ) -> Result<Openings, AccessError> {
        self.read(access, move |work| {
            let me = work.person()?;
            let practice = work.practice();
            let mut compartments = crate::people::compartments_of(work.tx, practice, me)?;
            compartments.retain(|mine| work.may_open(*mine, Purpose::OwnRecord));
            work.open(Action::Receipts, Purpose::OwnRecord, &compartments)?;
            let page = (before, SHOWN + 1);
            let mut receipts = records::of_record(work.tx, practice, &compartments, me, page)?;
            let shown = usize::try_from(SHOWN).unwrap_or(usize::MAX);
            let more = receipts.len() > shown;
            receipts.truncate(shown);
            let earlier = receipts.last().filter(|_| more);
            Ok(Openings {
                earlier: earlier.map(|last| ReceiptId(last.entry.id)),
                openings: receipts
                    .into_iter()
                    .map(|receipt| opened(receipt.entry, me))
                    .collect(),
            })
        })
        .await
    }
}

fn opened(entry: vault::Entry, me: PersonId) -> Opened {
    let by = match entry.actor.map(PersonId) {
        Some(actor) if actor == me => OpenedBy::You,
        Some(actor) => OpenedBy::Staff(actor, entry.role),
        None => OpenedBy::Program(entry.role),
    };
    Opened {
        at: from_micros(entry.at),
        by,
        what: Action::plain(&entry.action),
        purpose: entry.purpose,
        wrote: entry.outcome == Outcome::Written.word(),
        refused: entry.outcome == Outcome::Refused.word(),
    }
}
