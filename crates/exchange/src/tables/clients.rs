//! A client list: a row is a person, or a couple.

use super::columns::Column;
use super::couples::Couples;
use super::dates::{NoDate, Order};
use super::names::{self, Between, Name};
use super::row::Row;
use super::{notice, refuse};
use crate::Options;
use crate::people::{People, of_age};
use jiff::civil::Date;
use practice::imports::{
    Certainty, ConditionCourse, ExternalKey, Gravity, Mention, Offer, OfferedCondition,
    OfferedPerson, OfferedWay, PartialDate, PersonKind,
};
use practice::private::Private;
use std::collections::{HashMap, HashSet};

/// Longer names are no names.
const LONGEST_NAME: usize = 300;

/// Reads the rows: persons first, so that couples find their members among them.
pub(super) fn read(rows: &[Row<'_>], offer: &mut Offer, options: &Options) {
    let Some(order) = order(rows, offer, options) else {
        return;
    };
    let mut list = List {
        offer,
        options,
        order,
        people: People::default(),
        known: AllKnown::default(),
        refused: HashSet::new(),
    };
    let mut couples = Vec::new();
    for row in rows {
        match members(row) {
            Members::One => list.person(row),
            Members::Several(names) => couples.push((row, names)),
            Members::Minor => list.refuse(row, MINOR),
            Members::Unclear => {
                list.refuse(row, "names several people, and not whose is which name");
            }
        }
    }
    for (row, names) in couples {
        Couples::new(&mut list).couple(row, &names);
    }
    let people = list.people;
    offer.persons = people.persons;
}

const MINOR: &str = "is a minor; clients are adults, and nothing of this is kept";

fn order(rows: &[Row<'_>], offer: &mut Offer, options: &Options) -> Option<Order> {
    let dated = [Column::Born, Column::FirstSeen];
    let cells: Vec<(u64, String)> = rows
        .iter()
        .flat_map(|row| {
            dated
                .into_iter()
                .filter_map(|column| Some((row.line, row.get(column)?)))
        })
        .collect();
    let order = Order::of(
        cells.iter().map(|(line, text)| (*line, text.as_str())),
        options.slash_dates,
    );
    let (line, reason) = match order {
        Order::Of(_) | Order::Any => return Some(order),
        Order::Mixed(line) => (
            line,
            "has a date with the month first, and others of the file the day, or the other way round",
        ),
        Order::Open(line) => (
            line,
            "has a date of which the file does not tell whether the month or the day stands first",
        ),
    };
    refuse(offer, line, "row", reason, Gravity::File);
    None
}

/// Whom a row is about.
enum Members {
    One,
    Several(Vec<Name>),
    Minor,
    Unclear,
}

fn members(row: &Row<'_>) -> Members {
    let kind = row.get(Column::Kind).unwrap_or_default().to_lowercase();
    if ["minor", "child", "adolescent", "teen"]
        .iter()
        .any(|word| kind.contains(word))
    {
        return Members::Minor;
    }
    let is_couple = ["couple", "relationship", "partners"]
        .iter()
        .any(|word| kind.contains(word));
    let between = if is_couple {
        Between::Any
    } else {
        Between::Ampersand
    };
    let cell = |column| row.get(column).unwrap_or_default();
    let (given, family) = (cell(Column::GivenName), cell(Column::FamilyName));
    let names = if given.is_empty() && family.is_empty() {
        Some(names::of_couple(&cell(Column::WholeName), between))
    } else if given.is_empty() || family.is_empty() {
        Some(names::of_couple(&format!("{given}{family}"), between))
    } else {
        names::of_couple_in_two(&given, &family, between)
    };
    match names {
        Some(names) if names.len() > 1 => Members::Several(names),
        Some(_) if !is_couple => Members::One,
        Some(_) | None => Members::Unclear,
    }
}

/// Somebody whom the list already has.
pub(super) struct Known {
    /// The name for comparing.
    pub(super) plain: String,
    /// The key.
    pub(super) key: ExternalKey,
    /// The line of the row.
    pub(super) line: u64,
    /// Whether the row was about this person alone.
    pub(super) is_alone: bool,
    /// The addresses in the row.
    pub(super) addresses: Vec<Private<String>>,
}

/// Everybody whom the list already has, by name.
#[derive(Default)]
pub(super) struct AllKnown {
    all: Vec<Known>,
    by_name: HashMap<String, Vec<usize>>,
}

impl AllKnown {
    pub(super) fn push(&mut self, known: Known) {
        let places = self.by_name.entry(known.plain.clone()).or_default();
        places.push(self.all.len());
        self.all.push(known);
    }

    pub(super) fn get(&self, at: usize) -> Option<&Known> {
        self.all.get(at)
    }

    /// Those of a name, each with its place.
    pub(super) fn named(&self, plain: &str) -> impl Iterator<Item = (usize, &Known)> {
        let places = self.by_name.get(plain).into_iter().flatten();
        places.filter_map(|at| self.all.get(*at).map(|known| (*at, known)))
    }
}

/// The list as far as it was read.
pub(super) struct List<'o> {
    pub(super) offer: &'o mut Offer,
    pub(super) options: &'o Options,
    pub(super) order: Order,
    pub(super) people: People,
    pub(super) known: AllKnown,
    /// Names of those who were refused, for comparing.
    pub(super) refused: HashSet<String>,
}

impl List<'_> {
    pub(super) fn refuse(&mut self, row: &Row<'_>, reason: &str) {
        self.refused.extend(one(row).map(|name| name.plain()));
        refuse(self.offer, row.line, "row", reason, Gravity::Item);
    }

    fn person(&mut self, row: &Row<'_>) {
        let name = one(row).filter(|name| !name.plain().is_empty());
        let Some(name) = name else {
            return self.refuse(row, "has no name");
        };
        if name.whole().chars().count() > LONGEST_NAME {
            return self.refuse(row, "has a name of more than 300 letters");
        }
        let born = match self.born(row) {
            Ok(born) => born,
            Err(reason) => return self.refuse(row, reason),
        };
        if let Err(reason) = of_age(born, self.options) {
            return self.refuse(row, reason);
        }
        let (ways, others) = row.ways();
        let keys = self.keys(row, &name, born, &ways);
        let mut keys = keys.into_iter();
        let Some(key) = keys.next() else {
            return self.refuse(row, "has no name");
        };
        let names = name.offered(row.get(Column::NameToUse));
        let mut person = OfferedPerson::new(key, PersonKind::Client, names);
        let (status, said) = row.status();
        person.also = keys.collect();
        person.line = Some(row.line);
        person.born = born;
        person.pronouns = row.private(Column::Pronouns);
        person.gender = row.private(Column::Gender);
        person.address = row.address();
        person.language = row.get(Column::Language);
        person.status = status;
        person.clinician = row.get(Column::Clinician).map(Mention::by_name);
        person.first_seen = self.first_seen(row, &mut person.notes);
        person.referred_by = row.private(Column::ReferredBy);
        person
            .notes
            .extend(said.into_iter().chain(others).chain(row.notes()));
        let addresses = ways.iter().map(|way| way.address.clone()).collect();
        person.ways = ways;
        let Some(key) = self.people.add(person, "row", self.offer) else {
            return self.refuse(
                row,
                "has the number of another person, and nothing to tell them apart",
            );
        };
        self.clinical(row, &key);
        self.known.push(Known {
            plain: name.plain(),
            key,
            line: row.line,
            is_alone: true,
            addresses,
        });
    }

    /// The date of birth; one that cannot be read refuses the row, because it may be a minor's (R8).
    pub(super) fn born(&self, row: &Row<'_>) -> Result<Option<PartialDate>, &'static str> {
        let Some(text) = row.get(Column::Born) else {
            return Ok(None);
        };
        match self.order.date(&text) {
            Ok(date) => Ok(Some(PartialDate::Day(date))),
            Err(NoDate::Century) => Err("has a date of birth without its century"),
            Err(NoDate::None) => Err("has a date of birth that is no date"),
        }
    }

    /// The first day; one that cannot be read becomes a note.
    pub(super) fn first_seen(
        &mut self,
        row: &Row<'_>,
        notes: &mut Vec<Private<String>>,
    ) -> Option<Date> {
        let text = row.get(Column::FirstSeen)?;
        let date = self.order.date(&text).ok();
        if date.is_none() {
            notes.push(Private::new(format!("First seen: {text}")));
            notice(
                self.offer,
                row.line,
                "has a first day that is no date; it is kept as a note",
            );
        }
        date
    }

    /// The keys of a person: the numbers that the other system gave, else name with date of birth, with email, with
    /// telephone. A name alone is nobody's: the second of it in a list is another.
    fn keys(
        &mut self,
        row: &Row<'_>,
        name: &Name,
        born: Option<PartialDate>,
        ways: &[OfferedWay],
    ) -> Vec<ExternalKey> {
        let numbers = numbers(row, self.options);
        if !numbers.is_empty() {
            return numbers;
        }
        let plain = name.plain();
        let key = |rest: &str| ExternalKey::new("table-person", format!("{plain}|{rest}"));
        let born = born
            .and_then(PartialDate::earliest)
            .map(|born| key(&born.to_string()));
        let ways = ways
            .iter()
            .map(|way| key(&plain_address(way.address.reveal())));
        let keys: Vec<ExternalKey> = born.into_iter().chain(ways).collect();
        if !keys.is_empty() {
            return keys;
        }
        let before = self.known.named(&plain).count();
        if before > 0 {
            let said = "has the name of another row, and nothing to tell whether it is the same person; kept apart";
            notice(self.offer, row.line, said);
        }
        vec![key(&format!("#{before}"))]
    }

    /// Clinical cells, sealed and closed until a consent is recorded (R9).
    fn clinical(&mut self, row: &Row<'_>, of: &ExternalKey) {
        for text in row.labelled(Column::Clinical) {
            let value = format!("{}|{}", of.text().reveal(), text.reveal());
            self.offer.conditions.push(OfferedCondition {
                line: Some(row.line),
                key: ExternalKey::new("table-clinical", value),
                of: of.clone(),
                session: None,
                text,
                codes: Vec::new(),
                course: ConditionCourse::Unsaid,
                certainty: Certainty::Unsaid,
                began: None,
                ended: None,
                recorded: None,
                words: Vec::new(),
            });
        }
    }
}

/// The numbers by which the other system knows the row.
pub(super) fn numbers(row: &Row<'_>, options: &Options) -> Vec<ExternalKey> {
    let origin = options.origin.as_deref().unwrap_or_default();
    let columns = row.columns();
    let places = [Column::ClientNumber, Column::OtherNumber].map(|column| columns.places(column));
    let number = |place: usize| {
        let number = row.cell(place)?;
        Some(ExternalKey::new(
            format!("table:{origin}:{}", columns.plain(place)),
            number,
        ))
    };
    places.into_iter().flatten().filter_map(number).collect()
}

/// An address for comparing: email in small letters, a telephone by its digits.
pub(super) fn plain_address(address: &str) -> String {
    if address.contains('@') {
        return address.to_lowercase();
    }
    address.chars().filter(char::is_ascii_digit).collect()
}

/// The one person of a row.
fn one(row: &Row<'_>) -> Option<Name> {
    let given = [Column::GivenName, Column::MiddleName]
        .into_iter()
        .filter_map(|column| row.get(column));
    let given: Vec<String> = given.collect();
    let family = row.get(Column::FamilyName);
    if given.is_empty() && family.is_none() {
        return names::of_one(&row.get(Column::WholeName)?);
    }
    Some(Name {
        given: given.join(" "),
        family,
    })
}
