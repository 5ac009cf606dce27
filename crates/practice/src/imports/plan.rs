//! What taking a file will change, worked out before anything is sealed: the same for a look ahead and for the taking.
//!
//! Every item is new, known under one of its keys, refused with a reason, or passed over. Nothing here writes.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vault::Kind;

use super::callers::Callers;
use super::cases::{CaseBook, CaseRef, Given, PlannedCase};
use super::diary::Diary;
use super::entries::ImportedEntry;
use super::keys::{self, Domain, KeyRow, Keys};
use super::meetings::Meeting;
use super::persons::Entered;
use super::report::{Item, Report};
use super::staff::Staff;
use super::taking::{ImportError, Placing};
use super::{ExternalKey, Mention, Offer, records};
use crate::access::Work;
use crate::cases::{Case, CaseKind};
use crate::clock::micros;
use crate::error::AccessError;
use crate::ids::{CaseId, PersonId, PracticeId, SessionId};
use crate::private::Private;
use crate::settings;

/// Ways of contact of a couple's row, of which the file does not say whose they are: nobody's yet.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Unplaced {
    /// The line of the row.
    pub line: Option<u64>,
    /// Addresses and numbers.
    pub ways: Vec<Private<String>>,
}

/// What the practice knows of itself when it plans.
pub(super) struct Ground {
    pub(super) practice: PracticeId,
    pub(super) now: i64,
    pub(super) today: Date,
    pub(super) zone: TimeZone,
    pub(super) adult_age: u8,
    pub(super) session_minutes: u16,
}

/// A clinical entry to be sealed in somebody's own side of a case.
pub(super) struct PlannedEntry {
    pub(super) id: Uuid,
    pub(super) case: CaseRef,
    pub(super) person: PersonId,
    pub(super) content: ImportedEntry,
}

/// What stood on an appointment that no client is known of, for its clinician alone.
pub(super) struct PlannedWords {
    pub(super) session: SessionId,
    pub(super) clinician: PersonId,
    pub(super) content: ImportedEntry,
}

/// What taking a file changes.
pub(super) struct Plan {
    pub(super) name: Private<String>,
    pub(super) digest: [u8; 32],
    pub(super) report: Report,
    pub(super) people: Vec<Entered>,
    pub(super) cases: Vec<PlannedCase>,
    pub(super) known_cases: HashMap<CaseId, Case>,
    pub(super) sessions: Vec<Meeting>,
    pub(super) entries: Vec<PlannedEntry>,
    pub(super) words: Vec<PlannedWords>,
    pub(super) keys: Vec<([u8; 32], KeyRow)>,
    pub(super) unplaced: Vec<Unplaced>,
}

impl Plan {
    /// The kinds of the compartments that it needs: identities of those who are new, then the sides of each new case,
    /// then one for each clinician of whose calendar words are kept.
    pub(super) fn compartments(&self) -> Vec<Kind> {
        let new = self.people.iter().filter(|person| person.is_new());
        let mut kinds: Vec<Kind> = new.map(|_| Kind::Identity).collect();
        for case in &self.cases {
            kinds.extend(case.people.iter().map(|_| Kind::Own));
            if case.kind() == CaseKind::Relational {
                kinds.push(Kind::Joint);
            }
        }
        kinds.extend(self.diarists().iter().map(|_| Kind::Own));
        kinds
    }

    /// The clinicians of whose calendars words are kept.
    pub(super) fn diarists(&self) -> Vec<PersonId> {
        let mut all: Vec<PersonId> = self.words.iter().map(|words| words.clinician).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// Works a plan out.
pub(super) struct Planner<'p, 'w, 't> {
    pub(super) work: &'p mut Work<'w, 't>,
    pub(super) offer: &'p Offer,
    pub(super) ground: Ground,
    pub(super) staff: Staff,
    pub(super) report: Report,
    pub(super) keys: Keys,
    pub(super) clinicians: HashMap<&'p ExternalKey, Option<PersonId>>,
    pub(super) people: Vec<Entered>,
    pub(super) by_key: HashMap<&'p ExternalKey, usize>,
    pub(super) refused: HashSet<&'p ExternalKey>,
    pub(super) by_id: HashMap<PersonId, usize>,
    pub(super) book: CaseBook,
    pub(super) diary: Diary,
    pub(super) callers: Option<Callers>,
    pub(super) sessions: Vec<Meeting>,
    pub(super) entries: Vec<PlannedEntry>,
    pub(super) words: Vec<PlannedWords>,
    pub(super) unplaced: Vec<Unplaced>,
    pub(super) given: Given,
    pub(super) without_time: u64,
}

/// Works out what taking `offer` changes; `None` when the very same file was taken before.
///
/// # Errors
/// [`ImportError::Nobody`], [`ImportError::NoClinician`], or a fault.
pub(super) fn plan(
    work: &mut Work<'_, '_>,
    offer: &Offer,
    placing: &Placing,
) -> Result<Option<Plan>, ImportError> {
    let practice = work.practice();
    let digest = keys::of_file(work, &offer.digest);
    if records::is_taken(work.tx, practice, &digest)? {
        return Ok(None);
    }
    let ground = ground(work)?;
    let staff = Staff::of(work, placing)?;
    let mut planner = Planner {
        diary: Diary::of(work, ground.now)?,
        work,
        offer,
        ground,
        staff,
        report: Report::of(offer),
        keys: Keys::default(),
        clinicians: HashMap::new(),
        people: Vec::new(),
        by_key: HashMap::new(),
        refused: HashSet::new(),
        by_id: HashMap::new(),
        book: CaseBook::default(),
        callers: None,
        sessions: Vec::new(),
        entries: Vec::new(),
        words: Vec::new(),
        unplaced: Vec::new(),
        given: Given::default(),
        without_time: 0,
    };
    planner.clinicians()?;
    planner.people()?;
    planner.relations()?;
    planner.relational_cases()?;
    planner.individual_cases()?;
    planner.meetings()?;
    planner.conditions()?;
    planner.notes()?;
    Ok(Some(planner.done(digest)))
}

fn ground(work: &mut Work<'_, '_>) -> Result<Ground, AccessError> {
    let described = settings::described(work)?;
    Ok(Ground {
        practice: work.practice(),
        now: micros(work.now()),
        today: described.today(work),
        zone: TimeZone::get(&described.zone).unwrap_or(TimeZone::UTC),
        adult_age: described.locale()?.adult_age(),
        session_minutes: described.session_minutes.max(1),
    })
}

impl Planner<'_, '_, '_> {
    fn done(mut self, digest: [u8; 32]) -> Plan {
        self.sums_up();
        let (cases, known_cases) = self.book.into_cases();
        Plan {
            name: self.offer.name.clone(),
            digest,
            report: self.report.sorted(),
            people: self.people,
            cases,
            known_cases,
            sessions: self.sessions,
            entries: self.entries,
            words: self.words,
            keys: self.keys.into_new(),
            unplaced: self.unplaced,
        }
    }

    /// What is to be known of the file as a whole.
    fn sums_up(&mut self) {
        let to = self.staff.name(self.staff.usual()).to_owned();
        let Given { elsewhere, unsaid } = self.given;
        if !self.staff.has_clinicians() && elsewhere + unsaid > 0 {
            let said = format!("nobody here is a clinician yet, so they go to {to}");
            self.report.notices(None, "cases", said);
        }
        if elsewhere > 0 {
            let said = format!(
                "{elsewhere} of them name a clinician who does not work here, and go to {to}"
            );
            self.report.notices(None, "cases", said);
        }
        if unsaid > 0 && self.staff.is_several() {
            let said = format!("{unsaid} of them name no clinician, and go to {to}");
            self.report.notices(None, "cases", said);
        }
        if self.without_time > 0 {
            let many = self.without_time;
            let said = format!("{many} of them say a day and no time, and stand at its beginning");
            self.report.notices(None, "sessions", said);
        }
    }

    /// The clinicians of the file who are some of the practice.
    fn clinicians(&mut self) -> Result<(), AccessError> {
        for offered in &self.offer.clinicians {
            let all = || std::iter::once(&offered.key).chain(&offered.also);
            let mut known = None;
            for key in all() {
                let id = self.keys.id(self.work, Domain::Clinician, key)?;
                known = known.or(id.map(PersonId));
            }
            let found = known.or_else(|| self.staff.named(offered.name.reveal()));
            match (known, found) {
                (Some(_), _) => self.report.merges(Item::Clinician),
                (None, Some(_)) => self.report.takes(Item::Clinician),
                (None, None) => self.report.passes_over("clinicians who do not work here"),
            }
            for key in all() {
                self.clinicians.insert(key, found);
                if let Some(id) = found {
                    let row = KeyRow::Id(id.0);
                    self.keys.put(self.work, Domain::Clinician, key, row)?;
                }
            }
        }
        Ok(())
    }

    /// The clinician of the practice whom the file means.
    pub(super) fn clinician_of(
        &mut self,
        mention: &Mention,
    ) -> Result<Option<PersonId>, AccessError> {
        let by_key = match &mention.key {
            Some(key) => match self.clinicians.get(key) {
                Some(found) => *found,
                None => self
                    .keys
                    .id(self.work, Domain::Clinician, key)?
                    .map(PersonId),
            },
            None => None,
        };
        let named = || {
            let name = mention.name.as_ref()?;
            self.staff.named(name.reveal())
        };
        Ok(by_key.or_else(named))
    }

    /// The person of a key: of this file, or taken before. Whose row was refused is nobody, even where somebody else is
    /// known here under the same number: what the file says of the one must not come to the other (R2).
    pub(super) fn person_of(&mut self, key: &ExternalKey) -> Result<Option<PersonId>, AccessError> {
        if let Some(person) = self.by_key.get(key).and_then(|at| self.people.get(*at)) {
            return Ok(Some(person.id));
        }
        if self.refused.contains(key) {
            return Ok(None);
        }
        Ok(self.keys.id(self.work, Domain::Person, key)?.map(PersonId))
    }
}
