//! What holds for persons from every kind of file: who is of age, and when two are one.

use crate::Options;
use practice::imports::{Adulthood, ExternalKey, Notice, Offer, OfferedPerson, PartialDate};
use std::collections::HashMap;

/// R8: a minor is refused, and so is somebody of whom it cannot be told. Without any date, intake asks.
///
/// # Errors
/// The reason, in words.
pub(crate) fn of_age(born: Option<PartialDate>, options: &Options) -> Result<(), &'static str> {
    let Some(born) = born else { return Ok(()) };
    let first = born
        .earliest()
        .ok_or("has a date of birth that is no date")?;
    if first > options.today {
        return Err("is said to be born in the future");
    }
    if first.year() < options.today.year().saturating_sub(OLDEST) {
        return Err("is said to be more than 125 years old");
    }
    match born.adulthood(options.adult_age, options.today) {
        Adulthood::Adult => Ok(()),
        Adulthood::Minor => Err("is a minor; clients are adults, and nothing of this is kept"),
        Adulthood::Unclear => Err("may be a minor: the date of birth is not exact enough to tell"),
    }
}

const OLDEST: i16 = 125;

/// The persons of a file, each once.
#[derive(Default)]
pub(crate) struct People {
    pub(crate) persons: Vec<OfferedPerson>,
    by_key: HashMap<ExternalKey, usize>,
}

impl People {
    /// Adds a person, or puts it together with the one that has a key of it.
    ///
    /// A shared key is not enough where names or dates of birth speak against it: then both stay apart, because to
    /// put two persons together opens the one's record to the other (R2). `None` when nothing is left to tell them
    /// apart by.
    pub(crate) fn add(
        &mut self,
        mut person: OfferedPerson,
        what: &str,
        offer: &mut Offer,
    ) -> Option<ExternalKey> {
        let same = |at: &usize| self.persons.get(*at);
        let shared: Vec<usize> = person
            .keys()
            .filter_map(|key| self.by_key.get(key))
            .copied()
            .collect();
        let one = shared
            .iter()
            .copied()
            .find(|at| same(at).is_some_and(|known| !known.contradicts(&person)));
        if let Some(at) = one {
            return self.put_together(at, person, offer);
        }
        if !shared.is_empty() {
            let free: Vec<ExternalKey> = person
                .keys()
                .filter(|key| !self.by_key.contains_key(key))
                .cloned()
                .collect();
            let mut free = free.into_iter();
            person.key = free.next()?;
            person.also = free.collect();
            offer.notices.push(Notice {
                line: person.line,
                what: what.to_owned(),
                said: "shares a number with another person of the file, with another name or date of birth; \
                       both are kept apart"
                    .to_owned(),
            });
        }
        let at = self.persons.len();
        for key in person.keys() {
            self.by_key.insert(key.clone(), at);
        }
        let key = person.key.clone();
        self.persons.push(person);
        Some(key)
    }

    /// The person of a key.
    pub(crate) fn get(&self, key: &ExternalKey) -> Option<&OfferedPerson> {
        self.by_key.get(key).and_then(|at| self.persons.get(*at))
    }

    fn put_together(
        &mut self,
        at: usize,
        person: OfferedPerson,
        offer: &mut Offer,
    ) -> Option<ExternalKey> {
        let known = self.persons.get_mut(at)?;
        for key in person.keys() {
            self.by_key.entry(key.clone()).or_insert(at);
        }
        known.absorb(person);
        offer.merged += 1;
        Some(known.key.clone())
    }
}
