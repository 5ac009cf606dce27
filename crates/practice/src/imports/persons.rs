//! Persons of a file: new here, or known under a key. Whoever is known is added to and never overwritten.

use std::collections::HashMap;

use vault::CompartmentId;

use super::keys::{Domain, KeyRow};
use super::plan::Planner;
use super::report::Item;
use super::{Adulthood, ExternalKey, OfferedPerson, PartialDate, identity};
use crate::access::Purpose;
use crate::error::AccessError;
use crate::ids::PersonId;
use crate::people::{self, Identity};
use crate::receipts::Action;
use crate::sealed::Cell;

/// A person whom the file speaks of.
pub(super) struct Entered {
    /// Who.
    pub(super) id: PersonId,
    /// Names and ways, as they will be.
    pub(super) identity: Identity,
    /// As it is sealed now, of somebody who is known here.
    pub(super) cell: Option<Cell>,
    /// Whether something is new.
    pub(super) is_changed: bool,
    /// Where in the offer, unless they are only spoken of.
    pub(super) offered: Option<usize>,
}

impl Entered {
    /// Whether the practice did not know them before.
    pub(super) const fn is_new(&self) -> bool {
        self.cell.is_none()
    }
}

/// As whom an offered person is known.
enum KnownAs {
    Nobody,
    One(PersonId),
    Several,
}

impl<'p> Planner<'p, '_, '_> {
    /// Enters the persons of the file.
    ///
    /// # Errors
    /// A fault of the database or of sealed bytes.
    pub(super) fn people(&mut self) -> Result<(), AccessError> {
        let offer = self.offer;
        let mut found = Vec::new();
        for (at, person) in offer.persons.iter().enumerate() {
            if let Err(why) = self.of_age(person.born) {
                self.refuse(person, why);
                continue;
            }
            match self.known_as(person)? {
                KnownAs::Nobody => found.push((at, None)),
                KnownAs::One(id) => found.push((at, Some(id))),
                KnownAs::Several => {
                    let why = "has the numbers of two people who are known here";
                    self.refuse(person, why);
                }
            }
        }
        let mut known: Vec<PersonId> = found.iter().filter_map(|(_, id)| *id).collect();
        known.extend(self.spoken_of()?);
        self.read_known(known)?;
        for (at, id) in found {
            if let Some(person) = offer.persons.get(at) {
                self.person(at, person, id)?;
            }
        }
        Ok(())
    }

    fn refuse(&mut self, person: &'p OfferedPerson, why: &str) {
        self.report.refuses(person.line, "person", why);
        self.refused.extend(person.keys());
    }

    /// R8, once more where it is stored: who read the file has refused minors already.
    fn of_age(&self, born: Option<PartialDate>) -> Result<(), &'static str> {
        let adulthood = born.map(|born| born.adulthood(self.ground.adult_age, self.ground.today));
        match adulthood {
            None | Some(Adulthood::Adult) => Ok(()),
            Some(Adulthood::Minor) => {
                Err("is a minor; clients are adults, and nothing of this is kept")
            }
            Some(Adulthood::Unclear) => {
                Err("may be a minor: the date of birth is not exact enough to tell")
            }
        }
    }

    fn known_as(&mut self, person: &OfferedPerson) -> Result<KnownAs, AccessError> {
        let mut known = KnownAs::Nobody;
        for key in person.keys() {
            let Some(id) = self.keys.id(self.work, Domain::Person, key)?.map(PersonId) else {
                continue;
            };
            match known {
                KnownAs::One(first) if first != id => return Ok(KnownAs::Several),
                KnownAs::Nobody | KnownAs::One(_) | KnownAs::Several => known = KnownAs::One(id),
            }
        }
        Ok(known)
    }

    /// Clients who are known here and to whom the file says somebody is something.
    fn spoken_of(&mut self) -> Result<Vec<PersonId>, AccessError> {
        let mut found = Vec::new();
        for relation in &self.offer.relations {
            for key in [&relation.of, &relation.who] {
                let id = self.keys.id(self.work, Domain::Person, key)?;
                found.extend(id.map(PersonId));
            }
        }
        Ok(found)
    }

    /// Opens the identities of those who are known, all at once.
    fn read_known(&mut self, mut known: Vec<PersonId>) -> Result<(), AccessError> {
        known.sort_unstable();
        known.dedup();
        let mut cells = Vec::new();
        for id in known {
            let cell = people::records::cell(self.work.tx, self.ground.practice, id)?;
            cells.extend(cell.map(|cell| (id, cell)));
        }
        if cells.is_empty() {
            return Ok(());
        }
        let wanted: Vec<CompartmentId> = cells.iter().map(|(_, cell)| cell.compartment).collect();
        let opened = self.work.open(Action::Import, Purpose::Import, &wanted)?;
        for (id, cell) in cells {
            let identity = self.work.unseal(&opened, "people", &cell)?;
            self.by_id.insert(id, self.people.len());
            self.people.push(Entered {
                id,
                identity,
                cell: Some(cell),
                is_changed: false,
                offered: None,
            });
        }
        Ok(())
    }

    fn person(
        &mut self,
        at: usize,
        person: &'p OfferedPerson,
        known: Option<PersonId>,
    ) -> Result<(), AccessError> {
        let place = match known {
            None => self.new_person(at, person),
            Some(id) => match self.known_person(at, person, id) {
                Ok(place) => place,
                Err(why) => {
                    self.refuse(person, why);
                    return Ok(());
                }
            },
        };
        let Some(id) = self.people.get(place).map(|entered| entered.id) else {
            return Ok(());
        };
        let offer = self.offer;
        for key in offer
            .persons
            .get(at)
            .into_iter()
            .flat_map(OfferedPerson::keys)
        {
            self.by_key.insert(key, place);
            let row = KeyRow::Id(id.0);
            self.keys.put(self.work, Domain::Person, key, row)?;
        }
        Ok(())
    }

    fn new_person(&mut self, at: usize, person: &OfferedPerson) -> usize {
        let (id, place) = (PersonId(self.work.new_id()), self.people.len());
        self.by_id.insert(id, place);
        self.people.push(Entered {
            id,
            identity: identity::identity(person),
            cell: None,
            is_changed: true,
            offered: Some(at),
        });
        self.report.takes(Item::Person);
        place
    }

    fn known_person(
        &mut self,
        at: usize,
        person: &OfferedPerson,
        id: PersonId,
    ) -> Result<usize, &'static str> {
        const GONE: &str = "was taken once and is not known here any more";
        let place = *self.by_id.get(&id).ok_or(GONE)?;
        let entered = self.people.get_mut(place).ok_or(GONE)?;
        if identity::contradicts(&entered.identity, person) {
            return Err(
                "has the number of somebody who is known here with another name or date of birth",
            );
        }
        entered.is_changed |= identity::adds(&mut entered.identity, person);
        entered.offered = entered.offered.or(Some(at));
        self.report.merges(Item::Person);
        Ok(place)
    }

    /// Who is what to whom: a line in the client's remarks, which no partner opens (R2).
    ///
    /// # Errors
    /// A fault of the database.
    pub(super) fn relations(&mut self) -> Result<(), AccessError> {
        let mut called: HashMap<usize, Vec<String>> = HashMap::new();
        for relation in &self.offer.relations {
            let known = self.keys.id(self.work, Domain::Relation, &relation.key)?;
            if known.is_some() {
                self.report.merges(Item::Relation);
                continue;
            }
            let of = self.place_of(&relation.of)?;
            let who = self
                .place_of(&relation.who)?
                .and_then(|at| self.people.get(at));
            let (Some(of), Some(who)) = (of, who) else {
                let why = "is between people of whom one is not known here";
                self.report.refuses(relation.line, "relation", why);
                continue;
            };
            let said = identity::relation(relation.bond, &who.identity);
            called.entry(of).or_default().push(said);
            let Some(id) = self.people.get(of).map(|of| of.id) else {
                continue;
            };
            let row = KeyRow::Id(id.0);
            self.keys
                .put(self.work, Domain::Relation, &relation.key, row)?;
            self.report.takes(Item::Relation);
        }
        for (of, said) in called {
            if let Some(client) = self.people.get_mut(of) {
                for remark in said {
                    client.is_changed |= identity::adds_remark(&mut client.identity, &remark);
                }
            }
        }
        Ok(())
    }

    fn place_of(&mut self, key: &ExternalKey) -> Result<Option<usize>, AccessError> {
        let person = self.person_of(key)?;
        Ok(person.and_then(|id| self.by_id.get(&id).copied()))
    }
}
