//! Who opened my record: a client's receipts in plain words (R15), never another participant's (R2).

use jiff::Timestamp;

use super::{Action, records};
use crate::access::{PortalAccess, Purpose};
use crate::clock::from_micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::PersonId;

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
    /// Whether nothing was given.
    pub refused: bool,
}

/// How many openings a page shows.
const SHOWN: i64 = 200;

impl Practice {
    /// Who opened the signed-in client's record, newest first. Openings by other participants are left out, whole.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault of the database.
    pub async fn who_opened_my_record(
        &self,
        access: &PortalAccess,
    ) -> Result<Vec<Opened>, AccessError> {
        self.read(access, |work| {
            let me = work.person()?;
            let practice = work.practice();
            let compartments = crate::people::compartments_of(work.tx, practice, me)?;
            work.open(Action::Receipts, Purpose::OwnRecord, &compartments)?;
            let receipts = records::on_compartments(work.tx, practice, &compartments, SHOWN)?;
            Ok(receipts
                .into_iter()
                .filter_map(|receipt| {
                    let entry = receipt.entry;
                    let actor = entry.actor.map(PersonId);
                    let by = match (actor, entry.role.as_str()) {
                        (Some(actor), _) if actor == me => OpenedBy::You,
                        (_, "client" | "visitor") => return None,
                        (Some(actor), role) => OpenedBy::Staff(actor, role.to_owned()),
                        (None, job) => OpenedBy::Program(job.to_owned()),
                    };
                    Some(Opened {
                        at: from_micros(entry.at),
                        by,
                        what: Action::plain(&entry.action),
                        purpose: entry.purpose,
                        refused: entry.outcome == "refused",
                    })
                })
                .collect())
        })
        .await
    }
}
