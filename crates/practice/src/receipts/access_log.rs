//! The access log, as the owner reads it: who opened and wrote what, what was refused, in whatever role (R1, R15).
//!
//! What clients do in their own pages is left out, and only their refusals are there: the log watches who works here, and
//! nobody watches clients. Names of clients are not opened for it; a record is told by the id of its compartment.

use jiff::Timestamp;
use store::{StoreError, Value};
use uuid::Uuid;
use vault::Kind;

use super::{Action, Outcome, records};
use crate::access::{Access, DeskAccess, Fresh, Purpose, Role, Work};
use crate::accounts::{self, Colleague};
use crate::clock::from_micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{PersonId, ReceiptId};

/// Lines of a page at most; more of them are an export.
const ON_A_PAGE: u32 = 100;
/// Lines of a file; who needs older ones chooses days.
const IN_A_FILE: u32 = 20_000;

/// What is looked for; nothing set means everything.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// By whom.
    pub by: Option<PersonId>,
    /// With which outcome.
    pub outcome: Option<Outcome>,
    /// On which record: the id of its compartment.
    pub record: Option<Uuid>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
    /// Older than this receipt.
    pub before: Option<ReceiptId>,
}

/// Who did it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LoggedBy {
    /// Somebody who works here, or did.
    Staff(PersonId),
    /// A client.
    Client,
    /// The program, or somebody who was not signed in.
    Nobody,
}

/// One line of the log.
#[derive(Clone, Debug)]
pub struct Logged {
    /// Which receipt.
    pub id: ReceiptId,
    /// Its number in the log, once it has one.
    pub number: Option<u64>,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: LoggedBy,
    /// In which role: the stored word.
    pub role: String,
    /// What was done, in plain words.
    pub what: &'static str,
    /// What was done: the stored word.
    pub action: String,
    /// What for: the stored word.
    pub purpose: String,
    /// How it ended.
    pub outcome: Outcome,
    /// How many tries this one line stands for, where they are counted; else nought.
    pub tries: u32,
    /// On which records, the first hundred.
    pub records: Vec<LoggedRecord>,
    /// On how many records.
    pub count: usize,
}

/// A record by the id of its compartment, and what it is in words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LoggedRecord {
    /// The compartment.
    pub id: Uuid,
    /// What it is.
    pub what: &'static str,
}

/// A page of the log, newest first.
#[derive(Clone, Debug)]
pub struct AccessLog {
    /// The lines.
    pub lines: Vec<Logged>,
    /// Whether there are earlier ones.
    pub more: bool,
    /// Everybody who works here or did.
    pub staff: Vec<Colleague>,
}

impl Practice {
    /// The newest lines of the access log that a search finds, at most `at_most`; reading it leaves a receipt.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] for anybody but the owner, and a fault of the database.
    pub async fn access_log(
        &self,
        access: &DeskAccess,
        search: Search,
        at_most: u32,
    ) -> Result<AccessLog, AccessError> {
        self.search_log(access, search, at_most.min(ON_A_PAGE))
            .await
    }

    /// The same for a file, which leaves the house: the newest twenty thousand lines that `search` finds.
    ///
    /// # Errors
    /// As [`Practice::access_log`].
    pub async fn access_log_to_take_away(
        &self,
        access: &impl Fresh,
        search: Search,
    ) -> Result<AccessLog, AccessError> {
        self.search_log(access, search, IN_A_FILE).await
    }

    async fn search_log(
        &self,
        access: &impl Access,
        search: Search,
        at_most: u32,
    ) -> Result<AccessLog, AccessError> {
        self.read(access, move |work| {
            of_owner(work)?;
            let staff = accounts::colleagues(work.tx, work.practice())?;
            let mut lines = Vec::new();
            let wanted = i64::from(at_most).saturating_add(1);
            for (stored, count) in found(work, &search, (wanted, NAMED))? {
                lines.push(logged(work, &staff, stored, count)?);
            }
            let most = usize::try_from(at_most).unwrap_or(usize::MAX);
            let more = lines.len() > most;
            lines.truncate(most);
            Ok(AccessLog { lines, more, staff })
        })
        .await
    }
}

/// The owner alone, with a receipt of the look, also of one that is refused.
pub(super) fn of_owner(work: &mut Work<'_, '_>) -> Result<(), AccessError> {
    if !work.who().roles.contains(&Role::Owner) {
        return Err(work.refused(Action::AccessLog, Purpose::Keeping));
    }
    work.open(Action::AccessLog, Purpose::Keeping, &[])
        .map(drop)
}

/// Of somebody who works here or did, and not of what they did as a client, before or beside it.
pub(super) const OF_STAFF: &str =
    "(role <> 'client' AND actor IN (SELECT id FROM staff WHERE practice_id = $1))";

/// So many records of one line are named; a list of names may have opened thousands.
const NAMED: usize = 100;

/// The smallest receipt of an instant: ids begin with their time.
pub(super) fn first_at(instant: Timestamp) -> Uuid {
    let millis = u64::try_from(instant.as_millisecond()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid()
}

/// The receipts that a search finds, with no more records than are named, and how many each has.
pub(super) fn found(
    work: &mut Work<'_, '_>,
    search: &Search,
    at_most: (i64, usize),
) -> Result<Vec<(records::Stored, usize)>, AccessError> {
    let mut values: Vec<Value> = vec![work.practice().into()];
    let mut conditions = String::new();
    let mut also = |condition: &str, value: Value| {
        values.push(value);
        let place = format!("${}", values.len());
        conditions.push_str(" AND ");
        conditions.push_str(&condition.replace('?', &place));
    };
    if let Some(before) = search.before {
        also("id < ?", before.into());
    }
    if let Some(until) = search.until {
        also("id < ?", first_at(until).into());
    }
    if let Some(from) = search.from {
        also("id >= ?", first_at(from).into());
    }
    if let Some(by) = search.by {
        also("actor = ?", by.into());
    }
    if let Some(outcome) = search.outcome {
        also("outcome = ?", outcome.word().into());
    }
    if let Some(record) = search.record {
        also(
            "id IN (SELECT receipt_id FROM receipt_compartments WHERE practice_id = $1 AND compartment_id = ?)",
            record.into(),
        );
    }
    let (lines, named) = at_most;
    values.push(lines.into());
    let sql = format!(
        "SELECT {} FROM receipts WHERE practice_id = $1 AND (actor IS NULL OR outcome = 'refused' OR {OF_STAFF}){conditions} \
         ORDER BY id DESC LIMIT ${}",
        records::COLUMNS,
        values.len()
    );
    let mut found = Vec::new();
    work.tx.each::<StoreError, _>(&sql, &values, |row| {
        let mut stored = records::read(&row)?;
        let count = stored.entry.compartments.len();
        stored.entry.compartments.truncate(named);
        stored.entry.compartments.shrink_to_fit();
        found.push((stored, count));
        Ok(())
    })?;
    Ok(found)
}

fn logged(
    work: &Work<'_, '_>,
    staff: &[Colleague],
    stored: records::Stored,
    count: usize,
) -> Result<Logged, AccessError> {
    let entry = stored.entry;
    let tried = entry.rows.iter().find(|row| row.row.is_nil());
    let records = entry.compartments.iter().map(|id| LoggedRecord {
        id: id.0,
        what: in_words(work.vault().kind(*id)),
    });
    Ok(Logged {
        id: ReceiptId(entry.id),
        number: stored.seq.and_then(|seq| u64::try_from(seq).ok()),
        at: from_micros(entry.at),
        by: match entry.actor.map(PersonId) {
            Some(person)
                if entry.role != Role::Client.word()
                    && staff.iter().any(|one| one.id == person) =>
            {
                LoggedBy::Staff(person)
            }
            Some(_) => LoggedBy::Client,
            None => LoggedBy::Nobody,
        },
        what: Action::plain(&entry.action),
        purpose: entry.purpose.into(),
        outcome: Outcome::of_word(&entry.outcome).ok_or(StoreError::Column(8))?,
        tries: tried.map_or(0, |row| row.revision),
        role: entry.role.into(),
        action: entry.action.into(),
        records: records.collect(),
        count,
    })
}

fn in_words(kind: Option<Kind>) -> &'static str {
    match kind {
        Some(Kind::Identity) => "Name and contact",
        Some(Kind::Own) => "Own side",
        Some(Kind::Joint) => "Joint side",
        Some(Kind::Office) => "Office",
        None => "Destroyed record",
    }
}
