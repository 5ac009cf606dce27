//! Keeping records and forgetting them (R16): how long a record is kept, what keeps it longer, and its destruction by two people.
//!
//! What is looked at is one person's part in one case. When it has ended and the years of the rule are over, it stands in the
//! review; nothing is destroyed by itself. A hold keeps it, whatever the rule says. One person asks for its destruction, with a
//! reason; another one confirms; both prove anew who they are. What then goes is the own side of that part; the joint sides
//! with the last part of the case; the identity, and the account, with the last part of the person. Not here: how keys die
//! (`keys`), requests for a first talk, which are forgotten by themselves (`enquiry`).

mod again;
mod asking;
mod certificates;
mod destroying;
mod going;
mod holding;
mod records;
pub mod rules;
mod told;

#[cfg(test)]
pub(crate) mod tests;

pub use certificates::{Certificate, Copies, Listed, Numbered};
pub use going::Kinds;
pub use holding::Held;
pub(crate) use holding::{Placed, prepare_hold, put_hold};
pub use rules::{OwnRule, Rule};
pub use told::Gone;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::access::{DeskAccess, Purpose, Role, Work};
use crate::cases::{self, Case, CaseKind, Participant};
use crate::clock::{from_micros, micros};
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{CaseId, DestructionId, HoldId, ParticipantId, PersonId};
use crate::people::{self, Identity, Named};
use crate::private::Private;
use crate::receipts::Action;
use crate::settings;

/// How long a request waits for the second person, in microseconds: two weeks. What was true when it was asked for may not be
/// later.
pub const WAITS: i64 = 14 * 86_400_000_000;
/// How many parts a review shows.
const SHOWN: i64 = 300;

/// Why nothing was held, asked for or destroyed.
#[derive(Debug, thiserror::Error)]
pub enum RetentionError {
    /// The reason is missing.
    #[error("a reason is needed")]
    ReasonMissing,
    /// The part goes on, or the years of the rule are not over.
    #[error("this record is not due yet (R16)")]
    NotDue,
    /// A hold keeps it.
    #[error("this record is on hold: a hold wins over its destruction (R16)")]
    Held,
    /// A request waits already.
    #[error("its destruction was asked for already and waits for a second person")]
    Asked,
    /// The request was withdrawn, carried out, or nobody confirmed it in time.
    #[error("this request has ended")]
    Ended,
    /// Who asked cannot confirm.
    #[error("it takes two people: somebody else than who asked confirms (R16)")]
    SamePerson,
    /// A rule has 1 to 100 years, and a source.
    #[error("a rule has 1 to 100 years, and says where it comes from")]
    Rule,
    /// Something below.
    #[error(transparent)]
    Access(#[from] AccessError),
}

crate::carries_access_error!(RetentionError);

/// What keeps a part from being destroyed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hold {
    /// Which.
    pub id: HoldId,
    /// On which part.
    pub part: ParticipantId,
    /// When it was placed, microseconds UTC, and by whom.
    pub placed: (i64, PersonId),
    /// When it was lifted and by whom.
    pub lifted: Option<(i64, PersonId)>,
}

/// How a request for destruction stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RequestState {
    /// It waits for a second person.
    Asked,
    /// It was taken back, or nobody confirmed it in time.
    Withdrawn,
    /// The rows are gone; the keys are dying.
    Confirmed,
    /// The keys are dead.
    Done,
}

impl RequestState {
    const fn word(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Withdrawn => "withdrawn",
            Self::Confirmed => "confirmed",
            Self::Done => "done",
        }
    }

    fn of_word(word: &str) -> Option<Self> {
        let all = [Self::Asked, Self::Withdrawn, Self::Confirmed, Self::Done];
        all.into_iter().find(|state| state.word() == word)
    }
}

/// A request for the destruction of one part's content.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Request {
    /// Which.
    pub id: DestructionId,
    /// Of which part.
    pub part: ParticipantId,
    /// How it stands.
    pub state: RequestState,
    /// When it was asked for, microseconds UTC, and by whom.
    pub asked: (i64, PersonId),
    /// Until when it can be confirmed.
    pub until: i64,
    /// When it was withdrawn or confirmed, and by whom.
    pub ended: Option<(i64, PersonId)>,
    /// When the keys died.
    pub died_at: Option<i64>,
    /// The keyring's epoch at the confirmation, and the one that counts since the keys died.
    pub epoch: Option<u32>,
}

impl Request {
    /// Whether a second person can confirm it at `now`.
    #[must_use]
    pub fn waits(&self, now: i64) -> bool {
        self.state == RequestState::Asked && now < self.until
    }
}

/// A request, and why for who may read it.
pub type Reasoned = (Request, Option<Private<String>>);

/// The content of `destructions.sealed`: what was asked for, and of what was carried out the certificate.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Asked {
    part: ParticipantId,
    by: PersonId,
    at: i64,
    until: i64,
    due: Date,
    reason: Private<String>,
    #[serde(default)]
    carried_out: Option<certificates::CarriedOut>,
}

/// One person's part in one case, as who keeps records sees it.
#[derive(Clone, Debug)]
pub struct Reviewed {
    /// The part.
    pub part: ParticipantId,
    /// The case.
    pub case: CaseId,
    /// Whether it is of several people.
    pub relational: bool,
    /// Who cared for them.
    pub clinician: PersonId,
    /// The client, as far as who asks may know the name.
    pub client: Named,
    /// The day on which the part ended; nothing while it goes on.
    pub ended: Option<Date>,
    /// The day of the last contact, from which the years count.
    pub last_contact: Date,
    /// The first day on which it may be destroyed; nothing while it goes on.
    pub due: Option<Date>,
    /// Whether that day has come.
    pub is_due: bool,
    /// The newest hold that was not lifted.
    pub held: Option<Hold>,
    /// The request that waits for a second person.
    pub request: Option<Request>,
}

/// What there is to review.
#[derive(Clone, Debug)]
pub struct Review {
    /// The rule that holds.
    pub rule: Rule,
    /// Those that are due, on hold, or asked for; the longest due first.
    pub parts: Vec<Reviewed>,
}

/// One part with everything that is to be known before it is destroyed.
#[derive(Clone, Debug)]
pub struct Record {
    /// The part.
    pub reviewed: Reviewed,
    /// The rule that holds.
    pub rule: Rule,
    /// Its holds, lifted ones too, the newest first; why is for the owner.
    pub holds: Vec<Held>,
    /// What goes when it is destroyed.
    pub goes: Kinds,
    /// Whether who asks may read the case for care.
    pub may_read: bool,
    /// Its requests, the newest first, with the reason for who may read it.
    pub requests: Vec<Reasoned>,
}

/// Whether who asks has to do with keeping records at all: the owner, clinicians and supervisors.
fn keeps_records(work: &Work<'_, '_>) -> bool {
    let roles = [Role::Owner, Role::Clinician, Role::Supervisor];
    work.who().roles.iter().any(|role| roles.contains(role))
}

fn is_owner(work: &Work<'_, '_>) -> bool {
    work.who().roles.contains(&Role::Owner)
}

/// Whether who asks keeps this case's records: the owner, and whoever cared for it and still works here as a clinician.
fn keeps(work: &Work<'_, '_>, case: &Case) -> Result<bool, AccessError> {
    let me = work.person()?;
    let theirs = case.clinician == me || case.supervisor == Some(me);
    Ok(is_owner(work) || theirs && keeps_records(work))
}

/// Whether who asks may be the second person. Where the owners and those who cared for the case are not two people any more,
/// any clinician or supervisor may: else nothing could be destroyed where the clinician has left.
fn may_confirm(work: &Work<'_, '_>, case: &Case) -> Result<bool, AccessError> {
    if keeps(work, case)? {
        return Ok(true);
    }
    Ok(keeps_records(work) && keepers(work, case).len() < 2)
}

/// The owners, and whoever cared for the case and still works here as a clinician or supervisor.
fn keepers(work: &Work<'_, '_>, case: &Case) -> Vec<PersonId> {
    let now = micros(work.now());
    let mut all: Vec<PersonId> = work.authority(|known| {
        let owners = known.holders(Role::Owner, now);
        let clinical = |person: &PersonId| {
            let roles = known.roles(*person, now);
            let cares = |role: Role| matches!(role, Role::Clinician | Role::Supervisor);
            roles.iter().any(|(_, held)| cares(held.role))
        };
        let cared = std::iter::once(case.clinician).chain(case.supervisor);
        let owners = owners.into_iter().map(|held| held.person);
        owners.chain(cared.filter(clinical)).collect()
    });
    all.sort_unstable();
    all.dedup();
    all
}

/// A part with its case, for who keeps its records or may be asked to confirm.
fn find(
    work: &mut Work<'_, '_>,
    action: Action,
    part: ParticipantId,
) -> Result<(Case, Participant), AccessError> {
    let practice = work.practice();
    let case = cases::records::case_of_participant(work.tx, practice, part)?;
    let Some(case) = case.filter(|_| keeps_records(work)) else {
        return Err(work.refused(action, Purpose::Keeping));
    };
    let who = case.participants.iter().find(|who| who.id == part).copied();
    let who = who.ok_or(AccessError::NotThere)?;
    if !may_confirm(work, &case)? {
        return Err(work.refused(action, Purpose::Keeping));
    }
    Ok((case, who))
}

impl Practice {
    /// What is due, on hold or asked for, of what who asks keeps.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] for who has nothing to do with keeping records.
    pub async fn retention_review(&self, access: &DeskAccess) -> Result<Review, AccessError> {
        self.read(access, review).await
    }

    /// How many requests wait for who asks to confirm them.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn destructions_to_confirm(&self, access: &DeskAccess) -> Result<usize, AccessError> {
        self.read(access, |work| {
            let (practice, me, now) = (work.practice(), work.person()?, micros(work.now()));
            let mut count = 0;
            for request in records::asked(work.tx, practice)? {
                let case = cases::records::case_of_participant(work.tx, practice, request.part)?;
                let theirs = request.waits(now) && request.asked.1 != me;
                if let Some(case) = case.filter(|_| theirs)
                    && may_confirm(work, &case)?
                {
                    count += 1;
                }
            }
            Ok(count)
        })
        .await
    }

    /// One part, its rule, its holds and its requests.
    ///
    /// # Errors
    /// [`RetentionError::Ended`] when it was destroyed;
    /// [`AccessError::NotThere`] for who does not keep its records.
    pub async fn retention_of(
        &self,
        access: &DeskAccess,
        part: ParticipantId,
    ) -> Result<Record, RetentionError> {
        self.read(access, move |work| record(work, part)).await
    }
}

fn review(work: &mut Work<'_, '_>) -> Result<Review, AccessError> {
    if !keeps_records(work) {
        return Err(work.refused(Action::RetentionRead, Purpose::Keeping));
    }
    let practice = work.practice();
    let rule = rules::in_force(work)?;
    let described = settings::described(work)?;
    let today = described.today(work);
    let years = jiff::Span::new().years(i64::from(rule.years()));
    let before = today.checked_sub(years).unwrap_or(Date::MIN);
    let before = before.to_zoned(described.clock_zone());
    let before = before.map_or(0, |start| micros(start.timestamp()));
    let mut parts = Vec::new();
    for counted in records::to_look_at(work.tx, practice, before, SHOWN)? {
        let case = cases::records::case(work.tx, practice, counted.case)?;
        let case = case.ok_or(AccessError::NotThere)?;
        let request = waiting(work, counted.part)?;
        let asked_of_me = request.is_some() && may_confirm(work, &case)?;
        if keeps(work, &case)? || asked_of_me {
            parts.push((case, counted, request));
        }
    }
    let people: Vec<PersonId> = parts
        .iter()
        .filter_map(|(case, counted, _)| person_of(case, counted.part))
        .collect();
    let known = people::identities(work, Action::Names, Purpose::Contact, &people)?;
    let mut shown = Vec::new();
    for (case, counted, request) in parts {
        let person = person_of(&case, counted.part).ok_or(AccessError::NotThere)?;
        let mut one = reviewed(work, (&case, &counted), &rule, known.get(&person))?;
        one.request = request;
        if one.is_due || one.held.is_some() || one.request.is_some() {
            shown.push(one);
        }
    }
    shown.sort_by_key(|one| (one.due.is_none(), one.due, one.part));
    Ok(Review { rule, parts: shown })
}

fn person_of(case: &Case, part: ParticipantId) -> Option<PersonId> {
    let who = case.participants.iter().find(|who| who.id == part);
    who.map(|who| who.person)
}

/// The request about a part that waits for a second person.
fn waiting(work: &mut Work<'_, '_>, part: ParticipantId) -> Result<Option<Request>, AccessError> {
    let (practice, now) = (work.practice(), micros(work.now()));
    let all = records::requests(work.tx, practice, Some(part), SHOWN)?;
    let mut all = all.into_iter().map(|(request, _)| request);
    Ok(all.find(|request| request.waits(now)))
}

fn reviewed(
    work: &mut Work<'_, '_>,
    of: (&Case, &records::Counted),
    rule: &Rule,
    identity: Option<&Identity>,
) -> Result<Reviewed, AccessError> {
    let (case, counted) = of;
    let practice = work.practice();
    let described = settings::described(work)?;
    let person = person_of(case, counted.part).ok_or(AccessError::NotThere)?;
    let last = counted.last_session.max(counted.ended_at);
    let last = last.unwrap_or(counted.from_at);
    let today = described.today(work);
    let day = |at: i64| described.day_of(from_micros(at));
    let born = identity.and_then(|identity| identity.born.as_ref());
    let born: Option<Date> = born.and_then(|born| born.reveal().parse().ok());
    let due = counted.ended_at.map(|_| rule.due(day(last), born));
    let holds = records::holds(work.tx, practice, counted.part)?;
    let client = identity.cloned().map(|known| known.into_named(person));
    Ok(Reviewed {
        part: counted.part,
        case: case.id,
        relational: case.kind == CaseKind::Relational,
        clinician: case.clinician,
        client: client.unwrap_or_else(|| Named::unknown(person)),
        ended: counted.ended_at.map(day),
        last_contact: day(last),
        due,
        is_due: due.is_some_and(|due| due <= today),
        held: holds
            .into_iter()
            .map(|(hold, _)| hold)
            .find(|hold| hold.lifted.is_none()),
        request: None,
    })
}

fn record(work: &mut Work<'_, '_>, part: ParticipantId) -> Result<Record, RetentionError> {
    let practice = work.practice();
    let (case, who) = find(work, Action::RetentionRead, part)?;
    if who.destroyed.is_some() {
        return Err(RetentionError::Ended);
    }
    let counted = records::one_part(work.tx, practice, part)?;
    let counted = counted.ok_or(AccessError::NotThere)?;
    let rule = rules::in_force(work)?;
    let person = [who.person];
    let known = people::identities(work, Action::Names, Purpose::Contact, &person)?;
    let mut reviewed = reviewed(work, (&case, &counted), &rule, known.get(&who.person))?;
    reviewed.request = waiting(work, part)?;
    Ok(Record {
        goes: going::kinds(work, &case, &who)?,
        may_read: cases::is_of_mine(work, &case, Purpose::Care),
        holds: holding::told(work, part)?,
        requests: asking::told(work, part)?,
        reviewed,
        rule,
    })
}
