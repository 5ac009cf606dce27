//! Who opened my record: a client's receipts in plain words (R15), never another participant's (R2).

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;
use vault::{CompartmentId, Opened as Handles};

use super::{Action, LATELY, Outcome, records};
use crate::access::{PortalAccess, Purpose, Work};
use crate::accounts::{self, StaffPage};
use crate::asking;
use crate::cases::{self, Part};
use crate::clock::{from_micros, micros};
use crate::core::Practice;
use crate::emergencies::{self, Emergency};
use crate::error::AccessError;
use crate::ids::{PersonId, ReceiptId};
use crate::people::{self, Identity};
use crate::private::Private;

/// Who opened it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OpenedBy {
    /// The client who reads this.
    You,
    /// A member of staff.
    Staff {
        /// Who.
        person: PersonId,
        /// In which role: the stored word.
        role: String,
    },
    /// The program itself, in the work of this word.
    Program(String),
}

/// One opening, as a client reads it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Opened {
    /// Which receipt.
    pub id: ReceiptId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: OpenedBy,
    /// What was done, in plain words.
    pub what: &'static str,
    /// What for, in plain words.
    pub purpose: &'static str,
    /// Whether something was written.
    pub wrote: bool,
    /// Whether nothing was given.
    pub refused: bool,
}

/// A page of openings, newest first, and who the people on it are.
#[derive(Clone, Debug, Default)]
pub struct Openings {
    /// The name that the client uses.
    pub name: Private<String>,
    /// The other participants of the client's cases, by the names that they use with each other.
    pub partners: Vec<Private<String>>,
    /// Whoever cares for the client: the clinicians and supervisors of their cases.
    pub care: Vec<PersonId>,
    /// What is published of the staff who stand on this page.
    pub staff: BTreeMap<PersonId, StaffPage>,
    /// The openings.
    pub openings: Vec<Opened>,
    /// What staff and the program opened in the last thirty days, whatever the page shows.
    pub lately: Vec<Opened>,
    /// Where the page with earlier ones begins, if there are any.
    pub earlier: Option<ReceiptId>,
}

/// How many openings a page shows.
const SHOWN: i64 = 100;
/// How many are looked through for the last thirty days.
const LOOKED_THROUGH: i64 = 1_000;

/// Whose openings a page shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Whose {
    /// Those of staff and of the program.
    Others,
    /// The client's own, too.
    MineToo,
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
        whose: Whose,
        before: Option<ReceiptId>,
    ) -> Result<Openings, AccessError> {
        self.read(access, move |work| {
            let me = work.person()?;
            let practice = work.practice();
            let (handles, mut compartments) = open_mine(work, me)?;
            let mut page = who_is_who(work, &handles, me)?;
            // Who opened what was destroyed since stays theirs to read (R15).
            compartments.extend(cases::destroyed_of(work, me)?);
            compartments.extend(asking::compartments_of(work.tx, practice, me)?);
            let asked = records::Asked {
                compartments,
                me,
                mine_too: whose == Whose::MineToo,
                before,
                at_most: SHOWN + 1,
            };
            let mine = Mine::of(work, me, &asked.compartments)?;
            let receipts = records::of_record(work.tx, practice, &asked)?;
            let lately = records::Asked {
                mine_too: false,
                before: None,
                at_most: LOOKED_THROUGH,
                ..asked
            };
            let lately = records::of_record(work.tx, practice, &lately)?;
            let since = micros(work.now()).saturating_sub(LATELY);
            page.lately = lately
                .into_iter()
                .filter(|receipt| receipt.entry.at >= since)
                .map(|receipt| mine.reads(&receipt.entry))
                .collect();
            fill(&mut page, receipts, &mine);
            name_staff(work, &mut page)?;
            Ok(page)
        })
        .await
    }
}

/// Everything that is the client's.
fn open_mine(
    work: &mut Work<'_, '_>,
    me: PersonId,
) -> Result<(Handles, Vec<CompartmentId>), AccessError> {
    let practice = work.practice();
    let mut compartments = people::compartments_of(work.tx, practice, me)?;
    compartments.retain(|mine| work.may_open(*mine, Purpose::OwnRecord));
    let handles = work.open(Action::Receipts, Purpose::OwnRecord, &compartments)?;
    Ok((handles, compartments))
}

/// One line of the signed-in client's receipts, for who asks about it; who cares for them, and the name that they use.
///
/// # Errors
/// [`AccessError::NotThere`] when it is no line of theirs.
pub(crate) fn one_of_mine(
    work: &mut Work<'_, '_>,
    id: ReceiptId,
) -> Result<(Opened, Openings), AccessError> {
    let (practice, me) = (work.practice(), work.person()?);
    let (handles, compartments) = open_mine(work, me)?;
    let found = records::one_of_record(work.tx, practice, &compartments, id)?;
    let found = found.ok_or(AccessError::NotThere)?;
    let mine = Mine::of(work, me, &compartments)?;
    let mut page = who_is_who(work, &handles, me)?;
    let line = mine.reads(&found.entry);
    page.lately.push(line.clone());
    name_staff(work, &mut page)?;
    Ok((line, page))
}

/// What a receipt said to the client who asks about it, for who answers: in the same words, so that an answer tells nobody what
/// was opened of somebody else's (R2).
pub(crate) fn told(
    work: &mut Work<'_, '_>,
    id: ReceiptId,
    asker: PersonId,
) -> Result<Option<Opened>, AccessError> {
    let practice = work.practice();
    let Some(found) = records::one(work.tx, practice, id)? else {
        return Ok(None);
    };
    let mut compartments = people::compartments_of(work.tx, practice, asker)?;
    compartments.extend(cases::destroyed_of(work, asker)?);
    Ok(Some(
        Mine::of(work, asker, &compartments)?.reads(&found.entry),
    ))
}

/// The client's own name, the partners', and who cares for them.
fn who_is_who(
    work: &mut Work<'_, '_>,
    handles: &Handles,
    me: PersonId,
) -> Result<Openings, AccessError> {
    let practice = work.practice();
    let mut page = Openings::default();
    if let Some(cell) = people::records::cell(work.tx, practice, me)?
        && handles.get(cell.compartment).is_some()
    {
        let identity: Identity = work.unseal(handles, "people", &cell)?;
        page.name = identity.name;
    }
    let parts = cases::parts_of_mine(work)?;
    for part in parts.iter().filter(|part| all_open(handles, part)) {
        for partner in cases::sides(work, handles, part)?.partners {
            if !page.partners.contains(&partner) {
                page.partners.push(partner);
            }
        }
        page.care.push(part.case.clinician);
        page.care.extend(part.case.supervisor);
    }
    Ok(page)
}

fn all_open(handles: &Handles, part: &Part) -> bool {
    part.compartments()
        .iter()
        .all(|one| handles.get(*one).is_some())
}

fn fill(page: &mut Openings, mut receipts: Vec<records::Stored>, mine: &Mine) {
    let shown = usize::try_from(SHOWN).unwrap_or(usize::MAX);
    let more = receipts.len() > shown;
    receipts.truncate(shown);
    let last = receipts.last().filter(|_| more);
    page.earlier = last.map(|last| ReceiptId(last.entry.id));
    page.openings = receipts
        .iter()
        .map(|receipt| mine.reads(&receipt.entry))
        .collect();
}

fn name_staff(work: &mut Work<'_, '_>, page: &mut Openings) -> Result<(), AccessError> {
    let mut wanted: HashSet<PersonId> = HashSet::new();
    for opening in page.openings.iter().chain(&page.lately) {
        if let OpenedBy::Staff { person, .. } = &opening.by {
            wanted.insert(*person);
        }
    }
    for person in wanted {
        if let Some(found) = accounts::staff_pages(work, &[person])?.pop() {
            page.staff.insert(person, found);
        }
    }
    Ok(())
}

/// What of a receipt is the client's.
struct Mine {
    me: PersonId,
    identity: Option<CompartmentId>,
    sides: Vec<CompartmentId>,
    emergencies: Vec<Emergency>,
}

impl Mine {
    fn of(
        work: &mut Work<'_, '_>,
        me: PersonId,
        compartments: &[CompartmentId],
    ) -> Result<Self, AccessError> {
        let practice = work.practice();
        let cell = people::records::cell(work.tx, practice, me)?;
        let identity = cell.map(|cell| cell.compartment);
        let sides = compartments.iter().copied();
        Ok(Self {
            me,
            sides: sides.filter(|side| Some(*side) != identity).collect(),
            identity,
            emergencies: emergencies::records::of_person(work.tx, practice, me, 0)?,
        })
    }

    /// A receipt as the client reads it.
    fn reads(&self, entry: &vault::Entry) -> Opened {
        let by = match entry.actor.map(PersonId) {
            Some(actor) if actor == self.me => OpenedBy::You,
            Some(person) => OpenedBy::Staff {
                person,
                role: entry.role.to_string(),
            },
            None => OpenedBy::Program(entry.role.to_string()),
        };
        let (what, purpose) = self.words(entry);
        Opened {
            id: ReceiptId(entry.id),
            at: from_micros(entry.at),
            by,
            what,
            purpose,
            wrote: entry.outcome == Outcome::Written.word(),
            refused: entry.outcome == Outcome::Refused.word(),
        }
    }

    /// What was done, and what for, in plain words. Where of the client the name was opened and of others something more,
    /// it says that the name was read, and nothing of what else was. What was opened of the joint side in the other one's
    /// emergency was opened for care (R2).
    fn words(&self, entry: &vault::Entry) -> (&'static str, &'static str) {
        let opened = &entry.compartments;
        let named = self.identity.is_some_and(|one| opened.contains(&one));
        let alone = opened.len() == 1;
        let more = alone || self.sides.iter().any(|side| opened.contains(side));
        let purpose = if entry.purpose == Purpose::Emergency.word() && !self.is_my_emergency(entry)
        {
            Purpose::Care.word()
        } else {
            &entry.purpose
        };
        let what = if named && !more && purpose == Purpose::Care.word() {
            Action::Names.word()
        } else {
            &entry.action
        };
        (Action::plain(what), Purpose::plain(purpose))
    }

    /// Whether what was opened in an emergency was opened in one of the client's own. It begins and ends with their identity
    /// named, which nobody else's does.
    fn is_my_emergency(&self, entry: &vault::Entry) -> bool {
        let named = self
            .identity
            .is_some_and(|one| entry.compartments.contains(&one));
        let mut emergencies = self.emergencies.iter();
        named
            || emergencies.any(|one| {
                let lasted = one.begun_at..=one.ends_at;
                entry.actor == Some(one.by.0) && lasted.contains(&entry.at)
            })
    }
}
