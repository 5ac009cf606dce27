//! From the collected resources to the offer: persons first, then what refers to them.

use super::meetings::{self, Taken};
use super::model::Reference;
use super::references::{Directory, Found, Kind, Names, names_meant};
use super::{Collected, Refusal, conditions, people};
use crate::Options;
use crate::people::People;
use practice::imports::{ExternalKey, Gravity, Offer, OfferedRelation, Refused};
use std::collections::{HashMap, HashSet};

struct Assembly<'o> {
    offer: Offer,
    options: &'o Options,
    origin: &'o str,
    directory: Directory<'o>,
    people: People,
    /// Names of related persons who are a patient of the file as well (`Patient.link`).
    same: HashMap<String, ExternalKey>,
    seen: HashSet<ExternalKey>,
}

/// Makes the offer.
pub(super) fn offer(offer: Offer, collected: &Collected, options: &Options) -> Offer {
    let origin = options.origin.as_deref().unwrap_or_default();
    let mut assembly = Assembly {
        offer,
        options,
        origin,
        directory: Directory::new(origin),
        people: People::default(),
        same: HashMap::new(),
        seen: HashSet::new(),
    };
    assembly.clinicians(collected);
    assembly.clients(collected);
    assembly.relatives(collected);
    assembly.register_meetings(collected);
    assembly.meetings(collected);
    assembly.conditions(collected);
    let Assembly {
        mut offer, people, ..
    } = assembly;
    offer.persons = people.persons;
    offer
}

impl Assembly<'_> {
    fn clinicians(&mut self, collected: &Collected) {
        let mut by_key: HashMap<ExternalKey, usize> = HashMap::new();
        for located in &collected.practitioners {
            let names = Names::of(located);
            let mut clinician = match people::clinician(&located.is, names.keys(self.origin)) {
                Ok(clinician) => clinician,
                Err(refusal) => {
                    self.refuse(located.line, &names, refusal);
                    continue;
                }
            };
            clinician.line = located.line;
            let known = std::iter::once(&clinician.key).chain(&clinician.also);
            let known = known.filter_map(|key| by_key.get(key)).copied().next();
            let known = known
                .and_then(|at| self.offer.clinicians.get(at))
                .filter(|known| known.name == clinician.name);
            let key = known.map_or(&clinician.key, |known| &known.key).clone();
            if known.is_some() {
                self.offer.merged += 1;
            } else if by_key.contains_key(&key) {
                let refusal = Refusal::because("has the number of another one, with another name");
                self.refuse(located.line, &names, refusal);
                continue;
            } else {
                for key in std::iter::once(&clinician.key).chain(&clinician.also) {
                    by_key
                        .entry(key.clone())
                        .or_insert(self.offer.clinicians.len());
                }
                self.offer.clinicians.push(clinician);
            }
            self.directory
                .put(&names, &Found::Known(Kind::Practitioner, key));
        }
    }

    fn clients(&mut self, collected: &Collected) {
        let mut replaced = Vec::new();
        for located in &collected.patients {
            let names = Names::of(located);
            let by = located
                .is
                .link
                .iter()
                .find(|link| link.r#type.as_deref() == Some("replaced-by"));
            if let Some(link) = by {
                self.offer.pass_over("Patient replaced by another");
                replaced.push((names, &link.other));
                continue;
            }
            let client = people::client(&located.is, names.keys(self.origin), self.options);
            let Some(key) = self.person(client, located.line, &names) else {
                continue;
            };
            for _ in &located.is.contact {
                self.offer.pass_over("Patient.contact");
            }
            for link in &located.is.link {
                for name in names_meant(&link.other, located.url.as_deref()) {
                    self.same.insert(name, key.clone());
                }
            }
        }
        for (names, by) in replaced {
            let found = self.directory.find(by, names.url);
            self.directory.put(&names, &found);
        }
    }

    fn relatives(&mut self, collected: &Collected) {
        for located in &collected.related {
            let names = Names::of(located);
            if located.is.active == Some(false) {
                self.offer.pass_over("RelatedPerson no longer in use");
                self.directory.put(&names, &Found::Nothing);
                continue;
            }
            let of = self.found(located.is.patient.as_ref(), located.url.as_deref());
            let of = match of {
                Found::Known(Kind::Patient, key) => key,
                Found::Refused(_) => {
                    self.offer
                        .pass_over("RelatedPerson of a person who was refused");
                    self.directory
                        .put(&names, &Found::Refused(Kind::RelatedPerson));
                    continue;
                }
                Found::Known(..) | Found::Nothing => {
                    self.refuse(
                        located.line,
                        &names,
                        Refusal::because("does not say to whom"),
                    );
                    continue;
                }
            };
            let same = names
                .all()
                .iter()
                .find_map(|name| self.same.get(name))
                .cloned();
            let who = if let Some(key) = same {
                self.directory
                    .put(&names, &Found::Known(Kind::Patient, key.clone()));
                Some(key)
            } else {
                let related = people::related(&located.is, names.keys(self.origin), self.options);
                self.person(related, located.line, &names)
            };
            if let (Some(who), Some(key)) = (who, names.keys(self.origin).into_iter().next()) {
                let bond = people::bond(&located.is.relationship);
                self.offer.relations.push(OfferedRelation {
                    line: located.line,
                    key,
                    of,
                    who,
                    bond,
                });
            }
        }
    }

    /// Adds a person to the file's people and to what can be referred to.
    fn person(
        &mut self,
        person: Result<practice::imports::OfferedPerson, Refusal>,
        line: Option<u64>,
        names: &Names<'_>,
    ) -> Option<ExternalKey> {
        let added = person.and_then(|mut person| {
            person.line = line;
            let added = self.people.add(person, names.kind.name(), &mut self.offer);
            added.ok_or_else(|| Refusal::because("has the number of another person, and no other"))
        });
        match added {
            Ok(key) => {
                self.directory
                    .put(names, &Found::Known(names.kind, key.clone()));
                Some(key)
            }
            Err(refusal) => {
                self.refuse(line, names, refusal);
                None
            }
        }
    }

    fn register_meetings(&mut self, collected: &Collected) {
        for located in &collected.appointments {
            self.register(&Names::of(located));
        }
        for located in &collected.encounters {
            self.register(&Names::of(located));
        }
    }

    fn register(&mut self, names: &Names<'_>) {
        if let Some(key) = names.keys(self.origin).into_iter().next() {
            self.directory.put(names, &Found::Known(names.kind, key));
        }
    }

    fn meetings(&mut self, collected: &Collected) {
        for located in &collected.appointments {
            let names = Names::of(located);
            let Some(key) = self.key(located.line, &names) else {
                continue;
            };
            let taken = meetings::appointment(located, key, &self.directory);
            self.take(taken, located.line, &names);
        }
        for located in &collected.encounters {
            let names = Names::of(located);
            let Some(key) = self.key(located.line, &names) else {
                continue;
            };
            let taken = meetings::encounter(located, key, &self.directory, self.options);
            self.take(taken, located.line, &names);
        }
    }

    fn take(&mut self, taken: Result<Taken, Refusal>, line: Option<u64>, names: &Names<'_>) {
        match taken {
            Ok(Taken::Appointment(appointment)) => self.offer.appointments.push(appointment),
            Ok(Taken::Session(session)) => self.offer.sessions.push(session),
            Ok(Taken::PassedOver(what)) => self.offer.pass_over(what),
            Err(refusal) => self.refuse(line, names, refusal),
        }
    }

    fn conditions(&mut self, collected: &Collected) {
        for located in &collected.conditions {
            let names = Names::of(located);
            let Some(key) = self.key(located.line, &names) else {
                continue;
            };
            match conditions::condition(located, key, &self.directory) {
                Ok(Ok(condition)) => self.offer.conditions.push(condition),
                Ok(Err(what)) => self.offer.pass_over(what),
                Err(refusal) => self.refuse(located.line, &names, refusal),
            }
        }
    }

    /// The key of a resource, once: a second one with the same is counted as merged.
    fn key(&mut self, line: Option<u64>, names: &Names<'_>) -> Option<ExternalKey> {
        let Some(key) = names.keys(self.origin).into_iter().next() else {
            let refusal = Refusal::because("has no id, identifier or fullUrl to be known by");
            self.refuse(line, names, refusal);
            return None;
        };
        if self.seen.insert(key.clone()) {
            return Some(key);
        }
        self.offer.merged += 1;
        None
    }

    fn found(&self, reference: Option<&Reference>, url: Option<&str>) -> Found {
        reference.map_or(Found::Nothing, |reference| {
            self.directory.find(reference, url)
        })
    }

    fn refuse(&mut self, line: Option<u64>, names: &Names<'_>, Refusal(reason): Refusal) {
        self.directory.put(names, &Found::Refused(names.kind));
        let what = names.kind.name().to_owned();
        self.offer.refusals.push(Refused {
            line,
            what,
            reason,
            gravity: Gravity::Item,
        });
    }
}
