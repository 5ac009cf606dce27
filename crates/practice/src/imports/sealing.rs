//! A plan becomes sealed rows, and the rows are stored: people, cases with their grants, sessions with what they take,
//! entries in the sides where they belong, keys, and the report in the office.

use std::collections::HashMap;

use store::{StoreError, Tx};
use uuid::Uuid;
use vault::{CompartmentId, Opened};

use super::cases::{CaseRef, PlannedCase};
use super::entries;
use super::keys::KeyRow;
use super::plan::{Plan, PlannedEntry, PlannedWords};
use super::records::{self, Of};
use super::taking::{Advance, ImportContent, Step, Watch};
use crate::access::{Holder, Made, Purpose, Work};
use crate::booking;
use crate::calendar::{self, Session};
use crate::cases::{self, Case, CaseKind, NewCase, Participant};
use crate::clock::micros;
use crate::error::AccessError;
use crate::ids::{CaseId, PersonId, PracticeId};
use crate::people;
use crate::receipts::Action;
use crate::sealed::{self, SealedRow};

/// After how many rows it is told how far the taking is.
const TELL: u64 = 50;

/// Everything of a file, ready to be stored.
pub(super) struct Rows {
    at: i64,
    digest: [u8; 32],
    people: Vec<SealedRow>,
    changed: Vec<SealedRow>,
    cases: Vec<(Case, bool)>,
    sessions: Vec<(Session, bool)>,
    entries: Vec<(Of, SealedRow)>,
    keys: Vec<([u8; 32], Uuid)>,
    import: SealedRow,
}

/// The keys that were made for a plan.
struct Keys {
    identities: HashMap<PersonId, Made>,
    cases: Vec<NewCase>,
    diaries: Vec<(PersonId, Made)>,
}

/// The cases of a plan, made and known.
struct Cases {
    made: Vec<Case>,
    known: HashMap<CaseId, Case>,
}

impl Cases {
    fn get(&self, case: CaseRef) -> Result<&Case, AccessError> {
        let found = match case {
            CaseRef::New(at) => self.made.get(at),
            CaseRef::Known(id) => self.known.get(&id),
        };
        found.ok_or(AccessError::NotThere)
    }

    fn part(&self, entry: &PlannedEntry) -> Result<Participant, AccessError> {
        let case = self.get(entry.case)?;
        let part = case.participant(entry.person).copied();
        part.ok_or(AccessError::NotThere)
    }
}

/// Counts rows and tells it.
struct Told<'w> {
    watch: &'w Watch,
    now: Advance,
}

impl<'w> Told<'w> {
    fn begin(watch: &'w Watch, step: Step, rows: usize) -> Self {
        let now = Advance {
            step,
            done: 0,
            of: rows as u64,
        };
        watch(now);
        Self { watch, now }
    }

    fn one(&mut self) {
        self.now.done += 1;
        if self.now.done.is_multiple_of(TELL) || self.now.done == self.now.of {
            (self.watch)(self.now);
        }
    }
}

/// Seals a plan with the keys that were `made` for it; the report goes into the office.
///
/// # Errors
/// A fault of the database or of sealed bytes.
pub(super) fn seal(
    work: &mut Work<'_, '_>,
    mut plan: Plan,
    keys: (Vec<Made>, CompartmentId),
    watch: &Watch,
) -> Result<Rows, AccessError> {
    let (made, office) = keys;
    let keys = dealt(&mut plan, made)?;
    let mut told = Told::begin(watch, Step::Sealing, plan.people.len() + plan.entries.len());
    let new = open_new(work, &keys)?;
    let cases = Cases {
        made: made_cases(work, &keys, &new)?,
        known: std::mem::take(&mut plan.known_cases),
    };
    let known = open_known(work, &plan, &cases, office)?;
    let (mut people, mut changed) = (Vec::new(), Vec::new());
    for person in &plan.people {
        told.one();
        match (&person.cell, keys.identities.get(&person.id)) {
            (Some(cell), _) if person.is_changed => {
                let open = known.get(cell.compartment).ok_or(AccessError::NotThere)?;
                changed.push(work.reseal(open, "people", cell, &person.identity)?);
            }
            (None, Some(made)) => {
                let open = new.get(made.id()).ok_or(AccessError::NotThere)?;
                people.push(work.seal(open, ("people", person.id.0, 1), &person.identity)?);
            }
            (Some(_) | None, _) => {}
        }
    }
    let mut entries = Vec::new();
    for entry in &plan.entries {
        told.one();
        entries.push(sealed_entry(work, entry, &cases, (&new, &known))?);
    }
    for words in &plan.words {
        entries.push(sealed_words(work, words, &keys, &new)?);
    }
    let content = ImportContent {
        name: plan.name.clone(),
        report: plan.report.clone(),
        unplaced: std::mem::take(&mut plan.unplaced),
    };
    let open = known.get(office).ok_or(AccessError::NotThere)?;
    let import = work.seal(open, ("imports", work.new_id(), 1), &content)?;
    Ok(Rows {
        at: micros(work.now()),
        digest: plan.digest,
        people,
        changed,
        sessions: sessions(&mut plan, &cases)?,
        entries,
        keys: key_rows(&plan, &cases)?,
        cases: with_ends(&plan.cases, cases.made),
        import,
    })
}

/// Deals the keys out, in the order of [`Plan::compartments`].
fn dealt(plan: &mut Plan, made: Vec<Made>) -> Result<Keys, AccessError> {
    let mut made = made.into_iter();
    let mut keys = Keys {
        identities: HashMap::new(),
        cases: Vec::new(),
        diaries: Vec::new(),
    };
    for person in plan.people.iter().filter(|person| person.is_new()) {
        let key = made.next().ok_or(AccessError::NotThere)?;
        keys.identities.insert(person.id, key);
    }
    for case in &plan.cases {
        let sides = case.people.len() + usize::from(case.kind() == CaseKind::Relational);
        let staff = (case.clinician, case.supervisor);
        let sides = made.by_ref().take(sides).collect();
        let new = NewCase::with_keys(staff, case.people.clone(), sides).began(case.opened_at);
        let names = case.names.iter().cloned();
        keys.cases
            .push(names.fold(new, |new, (person, name)| new.named(person, name)));
    }
    for clinician in plan.diarists() {
        let key = made.next().ok_or(AccessError::NotThere)?;
        keys.diaries.push((clinician, key));
    }
    Ok(keys)
}

/// Grants the sides of the new cases.
fn made_cases(
    work: &mut Work<'_, '_>,
    keys: &Keys,
    opened: &Opened,
) -> Result<Vec<Case>, AccessError> {
    let mut made = Vec::with_capacity(keys.cases.len());
    for new in &keys.cases {
        let identity = |person| keys.identities.get(&person).map(Made::id);
        made.push(cases::prepare_opened(work, new, identity, opened)?);
    }
    for (clinician, key) in &keys.diaries {
        work.grant(Holder::Person(*clinician), key.id(), Purpose::Care)?;
    }
    Ok(made)
}

/// Opens what was made, at once.
fn open_new(work: &mut Work<'_, '_>, keys: &Keys) -> Result<Opened, AccessError> {
    let sides = keys.cases.iter().flat_map(NewCase::keys);
    let diaries = keys.diaries.iter().map(|(_, key)| key);
    let all = keys.identities.values().chain(sides).chain(diaries);
    work.open_made(Action::Import, Purpose::Import, all)
}

/// Opens what is there and changes, at once: identities, own sides, the office.
fn open_known(
    work: &mut Work<'_, '_>,
    plan: &Plan,
    cases: &Cases,
    office: CompartmentId,
) -> Result<Opened, AccessError> {
    let changed = plan.people.iter().filter(|person| person.is_changed);
    let changed = changed.filter_map(|person| person.cell.as_ref());
    let mut wanted: Vec<CompartmentId> = changed.map(|cell| cell.compartment).collect();
    for entry in &plan.entries {
        if matches!(entry.case, CaseRef::Known(_)) {
            wanted.push(cases.part(entry)?.own);
        }
    }
    wanted.push(office);
    work.open(Action::Import, Purpose::Import, &wanted)
}

fn sealed_entry(
    work: &mut Work<'_, '_>,
    entry: &PlannedEntry,
    cases: &Cases,
    opened: (&Opened, &Opened),
) -> Result<(Of, SealedRow), AccessError> {
    let part = cases.part(entry)?;
    let (new, known) = opened;
    let open = new.get(part.own).or_else(|| known.get(part.own));
    let open = open.ok_or(AccessError::NotThere)?;
    let row = work.seal(open, ("imported_rows", entry.id, 1), &entry.content)?;
    let state = match entry.case {
        CaseRef::New(_) => records::EntryState::Closed,
        CaseRef::Known(_) => entries::state_for(work, &part)?,
    };
    Ok((Of::Participant(part.id, state), row))
}

fn sealed_words(
    work: &mut Work<'_, '_>,
    words: &PlannedWords,
    keys: &Keys,
    new: &Opened,
) -> Result<(Of, SealedRow), AccessError> {
    let mut diaries = keys.diaries.iter();
    let diary = diaries.find(|(clinician, _)| *clinician == words.clinician);
    let open = diary.and_then(|(_, key)| new.get(key.id()));
    let open = open.ok_or(AccessError::NotThere)?;
    let row = work.seal(open, ("imported_rows", work.new_id(), 1), &words.content)?;
    Ok((Of::Session(words.session), row))
}

fn sessions(plan: &mut Plan, cases: &Cases) -> Result<Vec<(Session, bool)>, AccessError> {
    let meetings = std::mem::take(&mut plan.sessions).into_iter();
    meetings
        .map(|meeting| {
            let mut session = meeting.session;
            session.case = match meeting.case {
                Some(case) => Some(cases.get(case)?.id),
                None => None,
            };
            Ok((session, meeting.takes))
        })
        .collect()
}

fn key_rows(plan: &Plan, cases: &Cases) -> Result<Vec<([u8; 32], Uuid)>, AccessError> {
    let row = |(hash, row): &([u8; 32], KeyRow)| {
        Ok(match row {
            KeyRow::Id(id) => (*hash, *id),
            KeyRow::Case(case) => (*hash, cases.get(*case)?.id.0),
        })
    };
    plan.keys.iter().map(row).collect()
}

fn with_ends(planned: &[PlannedCase], made: Vec<Case>) -> Vec<(Case, bool)> {
    let is_over = planned.iter().map(|case| case.is_over);
    made.into_iter().zip(is_over).collect()
}

impl Rows {
    /// Stores everything; the caller's transaction makes it all or nothing.
    ///
    /// # Errors
    /// [`StoreError::Unique`], [`StoreError::Exclusion`] and [`StoreError::Conflict`] when others were faster.
    pub(super) fn store(
        &self,
        tx: &mut Tx<'_>,
        practice: PracticeId,
        watch: &Watch,
    ) -> Result<(), StoreError> {
        let rows = [
            self.people.len(),
            self.changed.len(),
            self.cases.len(),
            self.sessions.len(),
            self.entries.len(),
        ];
        let mut told = Told::begin(watch, Step::Storing, rows.iter().sum());
        for row in &self.people {
            people::insert(tx, practice, self.at, row)?;
            told.one();
        }
        for row in &self.changed {
            sealed::revise(tx, practice, row)?;
            told.one();
        }
        for (case, is_over) in &self.cases {
            cases::insert(tx, practice, case)?;
            if *is_over {
                records::close_case(tx, practice, case.id, self.at)?;
            }
            told.one();
        }
        for (session, takes) in &self.sessions {
            if *takes {
                booking::take(tx, practice, session)?;
            } else {
                calendar::records::insert(tx, practice, session)?;
            }
            told.one();
        }
        for (of, row) in &self.entries {
            records::insert_entry(tx, practice, *of, row)?;
            told.one();
        }
        for (hash, row) in &self.keys {
            records::insert_key(tx, practice, hash, *row)?;
        }
        let file = (&self.digest, self.at);
        records::insert_import(tx, practice, file, &self.import)
    }
}
