//! Cases for those who come from a file: an individual one for each client, a relational one for each couple.
//!
//! A couple's members who stand on the couple's row alone have no individual case. Who has one keeps it. Somebody of
//! whom the file says that care has ended gets a closed case, so that the record has its place.

use std::collections::{HashMap, HashSet};

use super::keys::{Domain, KeyRow};
use super::plan::{Planner, Unplaced};
use super::report::Item;
use super::{ExternalKey, Mention, OfferedRelational, OfferedStatus, PersonKind};
use crate::cases::{self, Case, CaseKind};
use crate::clock::micros;
use crate::error::AccessError;
use crate::ids::{CaseId, PersonId};
use crate::private::Private;
use jiff::civil::Date;

/// A case that is being made, by its place in the plan, or one that is there.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum CaseRef {
    New(usize),
    Known(CaseId),
}

/// A case to be made.
pub(super) struct PlannedCase {
    pub(super) clinician: PersonId,
    pub(super) supervisor: Option<PersonId>,
    pub(super) people: Vec<PersonId>,
    pub(super) names: Vec<(PersonId, Private<String>)>,
    pub(super) opened_at: Option<i64>,
    pub(super) is_over: bool,
}

impl PlannedCase {
    pub(super) fn kind(&self) -> CaseKind {
        if self.people.len() > 1 {
            CaseKind::Relational
        } else {
            CaseKind::Individual
        }
    }
}

/// How many cases went to the usual clinician, and why.
#[derive(Default)]
pub(super) struct Given {
    /// The file names a clinician who does not work here.
    pub(super) elsewhere: u64,
    /// The file names nobody.
    pub(super) unsaid: u64,
}

/// What matters of a case to what belongs into it.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    pub(super) clinician: PersonId,
    pub(super) people: Vec<PersonId>,
    pub(super) is_open: bool,
    pub(super) kind: CaseKind,
}

/// The cases of the people of a file.
#[derive(Default)]
pub(super) struct CaseBook {
    planned: Vec<PlannedCase>,
    known: HashMap<CaseId, Case>,
    of_person: HashMap<PersonId, Vec<CaseRef>>,
}

impl CaseBook {
    /// Those that are being made, and those that are there.
    pub(super) fn into_cases(self) -> (Vec<PlannedCase>, HashMap<CaseId, Case>) {
        (self.planned, self.known)
    }

    /// A case that is there.
    pub(super) fn know(&mut self, case: Case) {
        self.known.insert(case.id, case);
    }

    pub(super) fn shape(&self, case: CaseRef) -> Option<Shape> {
        match case {
            CaseRef::New(at) => self.planned.get(at).map(|case| Shape {
                clinician: case.clinician,
                people: case.people.clone(),
                is_open: !case.is_over,
                kind: case.kind(),
            }),
            CaseRef::Known(id) => self.known.get(&id).map(|case| Shape {
                clinician: case.clinician,
                people: case.participants.iter().map(|one| one.person).collect(),
                is_open: case.open,
                kind: case.kind,
            }),
        }
    }
}

impl Planner<'_, '_, '_> {
    /// The cases of a person, those that are being made last.
    ///
    /// # Errors
    /// A fault of the database.
    pub(super) fn cases_of(&mut self, person: PersonId) -> Result<Vec<CaseRef>, AccessError> {
        if let Some(cases) = self.book.of_person.get(&person) {
            return Ok(cases.clone());
        }
        let is_new = self.by_id.get(&person).and_then(|at| self.people.get(*at));
        let mut found = Vec::new();
        if !is_new.is_some_and(super::persons::Entered::is_new) {
            for case in cases::records::of_person(self.work.tx, self.ground.practice, person)? {
                found.push(CaseRef::Known(case.id));
                self.book.know(case);
            }
        }
        self.book.of_person.insert(person, found.clone());
        Ok(found)
    }

    /// The case into which something of these people belongs: one client's individual case, or the relational one of
    /// all of them; an open one before a closed one.
    ///
    /// # Errors
    /// A fault of the database.
    pub(super) fn case_for(&mut self, people: &[PersonId]) -> Result<Option<CaseRef>, AccessError> {
        let Some(first) = people.first() else {
            return Ok(None);
        };
        let mut fitting: Vec<(bool, bool, CaseRef)> = Vec::new();
        for case in self.cases_of(*first)? {
            let Some(shape) = self.book.shape(case) else {
                continue;
            };
            if people.iter().all(|person| shape.people.contains(person)) {
                let is_own = (shape.kind == CaseKind::Individual) == (people.len() == 1);
                fitting.push((!is_own, !shape.is_open, case));
            }
        }
        fitting.sort_by_key(|(other, closed, _)| (*other, *closed));
        Ok(fitting.first().map(|(_, _, case)| *case))
    }

    fn plan_case(&mut self, case: PlannedCase) -> Result<CaseRef, AccessError> {
        let new = CaseRef::New(self.book.planned.len());
        for person in &case.people {
            self.cases_of(*person)?;
            self.book.of_person.entry(*person).or_default().push(new);
        }
        self.book.planned.push(case);
        Ok(new)
    }

    /// The relational cases of the file.
    ///
    /// # Errors
    /// A fault of the database.
    pub(super) fn relational_cases(&mut self) -> Result<(), AccessError> {
        for couple in &self.offer.relational {
            let known = self.keys.find(self.work, Domain::Case, &couple.key)?;
            if let Some(KeyRow::Case(case)) = known {
                if let CaseRef::Known(id) = case
                    && let Some(case) = self.read_case(id)?
                {
                    self.book.know(case);
                }
                self.report.merges(Item::Relational);
                continue;
            }
            match self.members(couple)? {
                Err(why) => self.report.refuses(couple.line, "couple", why),
                Ok(people) => self.couple(couple, people)?,
            }
        }
        Ok(())
    }

    fn read_case(&mut self, id: CaseId) -> Result<Option<Case>, AccessError> {
        Ok(cases::records::case(
            self.work.tx,
            self.ground.practice,
            id,
        )?)
    }

    fn members(
        &mut self,
        couple: &OfferedRelational,
    ) -> Result<Result<Vec<PersonId>, &'static str>, AccessError> {
        let mut people = Vec::new();
        for key in &couple.members {
            let Some(person) = self.person_of(key)? else {
                return Ok(Err("is a couple of which one person is not taken"));
            };
            if !people.contains(&person) {
                people.push(person);
            }
        }
        Ok(if people.len() > 1 {
            Ok(people)
        } else {
            Err("is a couple of one person")
        })
    }

    fn couple(
        &mut self,
        couple: &OfferedRelational,
        people: Vec<PersonId>,
    ) -> Result<(), AccessError> {
        let there = self.case_for(&people)?.filter(|case| {
            let shape = self.book.shape(*case);
            shape.is_some_and(|shape| shape.is_open && shape.people.len() == people.len())
        });
        let case = if let Some(case) = there {
            self.report.merges(Item::Relational);
            case
        } else {
            let clinician = self.placed(couple.clinician.as_ref(), None)?;
            self.report.takes(Item::Relational);
            let place = (couple.first_seen, couple.status);
            self.make_case(clinician, people, place)?
        };
        let row = KeyRow::Case(case);
        self.keys.put(self.work, Domain::Case, &couple.key, row)?;
        self.unsaid_whose(couple);
        Ok(())
    }

    /// What a couple's row does not say whose it is: addresses wait in the office until somebody asks. Remarks may be
    /// clinical, so they are neither the office's to read (R9) nor either partner's (R2), and are not taken.
    fn unsaid_whose(&mut self, couple: &OfferedRelational) {
        for _ in &couple.notes {
            self.report.passes_over("remarks on couples");
        }
        if !couple.notes.is_empty() {
            let said = "has remarks of which it does not say whose they are; they were not taken";
            self.report.notices(couple.line, "couple", said);
        }
        if !couple.ways.is_empty() {
            let said = "has contact data of which it does not say whose they are; they are kept with this report until \
                        somebody asks";
            self.report.notices(couple.line, "couple", said);
            self.unplaced.push(Unplaced {
                line: couple.line,
                ways: couple.ways.iter().map(|way| way.address.clone()).collect(),
            });
        }
    }

    fn make_case(
        &mut self,
        clinician: PersonId,
        people: Vec<PersonId>,
        place: (Option<Date>, OfferedStatus),
    ) -> Result<CaseRef, AccessError> {
        let name = |person: &PersonId| {
            let entered = self.people.get(*self.by_id.get(person)?)?;
            Some((*person, entered.identity.name.clone()))
        };
        let names = people.iter().filter_map(name).collect();
        let (first_seen, status) = place;
        let opened_at = first_seen.filter(|day| *day <= self.ground.today);
        let opened_at = opened_at.and_then(|day| day.to_zoned(self.ground.zone.clone()).ok());
        self.plan_case(PlannedCase {
            clinician,
            supervisor: self.staff.supervisor(clinician),
            people,
            names,
            opened_at: opened_at.map(|day| micros(day.timestamp())),
            is_over: status == OfferedStatus::Archived,
        })
    }

    /// The individual cases of the file's clients.
    ///
    /// # Errors
    /// A fault of the database.
    pub(super) fn individual_cases(&mut self) -> Result<(), AccessError> {
        let offer = self.offer;
        let couples_only = self.couples_only()?;
        let last = self.last_clinicians()?;
        for at in 0..self.people.len() {
            let Some((id, Some(offered))) = self.people.get(at).map(|one| (one.id, one.offered))
            else {
                continue;
            };
            let Some(person) = offer.persons.get(offered) else {
                continue;
            };
            if person.kind != PersonKind::Client || couples_only.contains(&id) {
                continue;
            }
            let has_one = self.cases_of(id)?.into_iter().any(|case| {
                let shape = self.book.shape(case);
                shape.is_some_and(|shape| shape.kind == CaseKind::Individual)
            });
            if has_one {
                continue;
            }
            let last = person.keys().find_map(|key| last.get(key)).copied();
            let clinician = self.placed(person.clinician.as_ref(), last)?;
            let place = (person.first_seen, person.status);
            self.make_case(clinician, vec![id], place)?;
            self.report.takes(Item::Individual);
        }
        Ok(())
    }

    /// Members of couples who stand in the file on the couple's own line only.
    fn couples_only(&mut self) -> Result<HashSet<PersonId>, AccessError> {
        let offer = self.offer;
        let mut found = HashSet::new();
        for couple in &offer.relational {
            for key in &couple.members {
                let Some(id) = self.person_of(key)? else {
                    continue;
                };
                let person = self.by_id.get(&id).and_then(|at| self.people.get(*at));
                let line = person.and_then(|one| offer.persons.get(one.offered?)?.line);
                let is_in_care = !self.cases_of(id)?.is_empty();
                if couple.line.is_some() && line == couple.line && is_in_care {
                    found.insert(id);
                }
            }
        }
        Ok(found)
    }

    /// For each person the clinician of the practice with whom the last session of the file was.
    fn last_clinicians(&mut self) -> Result<HashMap<ExternalKey, PersonId>, AccessError> {
        let offer = self.offer;
        let mut all: Vec<_> = offer.appointments.iter().chain(&offer.sessions).collect();
        all.sort_by_key(|one| one.span.day());
        let mut last = HashMap::new();
        for one in all {
            let mut clinician = None;
            for mention in &one.clinicians {
                clinician = clinician.or(self.clinician_of(mention)?);
            }
            let Some(clinician) = clinician else { continue };
            for key in one.persons.iter().filter_map(|person| person.key.clone()) {
                last.insert(key, clinician);
            }
        }
        Ok(last)
    }

    /// The clinician whom the file names, else the one of the last session, else the usual one.
    fn placed(
        &mut self,
        mention: Option<&Mention>,
        last: Option<PersonId>,
    ) -> Result<PersonId, AccessError> {
        let named = match mention {
            Some(mention) => self.clinician_of(mention)?,
            None => None,
        };
        if let Some(clinician) = named.or(last) {
            return Ok(clinician);
        }
        let count = if mention.is_some() {
            &mut self.given.elsewhere
        } else {
            &mut self.given.unsaid
        };
        *count += 1;
        Ok(self.staff.usual())
    }
}
