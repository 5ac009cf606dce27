//! A row that is a couple: two persons or more of one relational case.
//!
//! Such a row has one email address, one telephone and one date of birth for two people, and does not say whose they
//! are. So nothing of it becomes one person's: a message to a shared mailbox is a message to the partner (R12).

use super::clients::{Known, List, numbers, plain_address};
use super::columns::Column;
use super::names::Name;
use super::notice;
use super::row::Row;
use crate::people::of_age;
use practice::imports::{
    ExternalKey, Mention, OfferedPerson, OfferedRelational, OfferedWay, PersonKind,
};
use practice::private::Private;

/// Reads the couples of a list.
pub(super) struct Couples<'l, 'o> {
    list: &'l mut List<'o>,
}

impl<'l, 'o> Couples<'l, 'o> {
    pub(super) fn new(list: &'l mut List<'o>) -> Self {
        Self { list }
    }

    /// Offers a relational case, or refuses the row.
    pub(super) fn couple(&mut self, row: &Row<'_>, names: &[Name]) {
        if let Err(reason) = self.checked(row, names) {
            return self.list.refuse(row, reason);
        }
        let (mut ways, others) = row.ways();
        let found: Result<Vec<Option<usize>>, &str> =
            names.iter().map(|name| self.known(name, &ways)).collect();
        let found = match found {
            Ok(found) => found,
            Err(reason) => return self.list.refuse(row, reason),
        };
        let mut members = Vec::new();
        for (name, known) in names.iter().zip(found) {
            let key = match known {
                Some(at) => self.linked(row, at, &ways),
                None => self.new_member(row, name, names, &ways),
            };
            members.extend(key);
        }
        let owned = |way: &OfferedWay| {
            let owners = members.iter().filter_map(|key| self.list.people.get(key));
            owners
                .flat_map(|person| &person.ways)
                .any(|own| is_same(own, way))
        };
        ways.retain(|way| !owned(way));
        let mut notes: Vec<Private<String>> = others;
        let (status, said) = row.status();
        notes.extend(said);
        notes.extend(row.labelled(Column::Born));
        let first_seen = self.list.first_seen(row, &mut notes);
        notes.extend(row.notes());
        self.leave_clinical(row);
        self.list.offer.relational.push(OfferedRelational {
            line: Some(row.line),
            key: self.key(row, names),
            members,
            ways,
            status,
            clinician: row.get(Column::Clinician).map(Mention::by_name),
            first_seen,
            notes,
        });
    }

    /// Two people or more, each once, none of them refused or a minor (R8).
    fn checked(&self, row: &Row<'_>, names: &[Name]) -> Result<(), &'static str> {
        of_age(self.list.born(row)?, self.list.options)?;
        let plain: Vec<String> = names.iter().map(Name::plain).collect();
        if plain.iter().any(String::is_empty) || names.iter().any(|name| name.given.is_empty()) {
            return Err("is a couple, and does not name everybody in it");
        }
        if plain
            .iter()
            .enumerate()
            .any(|(at, name)| plain.iter().skip(at + 1).any(|other| other == name))
        {
            return Err("is a couple, and names one person twice");
        }
        let is_known = |name: &String| self.list.known.named(name).next().is_some();
        if plain
            .iter()
            .any(|name| self.list.refused.contains(name) && !is_known(name))
        {
            return Err("is a couple of which one person was refused");
        }
        Ok(())
    }

    /// The person of the list whom a name means: by name and address, or by name alone where only one row of one
    /// person has it.
    fn known(&self, name: &Name, ways: &[OfferedWay]) -> Result<Option<usize>, &'static str> {
        let plain = name.plain();
        let named: Vec<(usize, &Known)> = self.list.known.named(&plain).collect();
        let shares = |known: &Known| {
            known.addresses.iter().any(|address| {
                ways.iter()
                    .any(|way| is_same_address(address, &way.address))
            })
        };
        let mut by_address = named.iter().filter(|(_, known)| shares(known));
        if let (Some((at, _)), None) = (by_address.next(), by_address.next()) {
            return Ok(Some(*at));
        }
        let mut alone = named.iter().filter(|(_, known)| known.is_alone);
        match (alone.next(), alone.next()) {
            (Some((at, _)), None) => Ok(Some(*at)),
            (Some(_), Some(_)) => Err("is a couple, and names somebody whom several rows can mean"),
            (None, _) => Ok(None),
        }
    }

    fn linked(&mut self, row: &Row<'_>, at: usize, ways: &[OfferedWay]) -> Option<ExternalKey> {
        let known = self.list.known.get(at)?;
        let (key, line) = (known.key.clone(), known.line);
        let shares = known
            .addresses
            .iter()
            .any(|one| ways.iter().any(|way| is_same_address(one, &way.address)));
        if !shares {
            let said = format!(
                "names somebody who is taken for the person on line {line}, by the name alone"
            );
            notice(self.list.offer, row.line, said);
        }
        self.list.offer.merged += 1;
        Some(key)
    }

    /// Somebody of whom only the name is known. The same name in two couples with nothing in common is two persons:
    /// else the one couple would learn of the other (R2).
    fn new_member(
        &mut self,
        row: &Row<'_>,
        name: &Name,
        all: &[Name],
        ways: &[OfferedWay],
    ) -> Option<ExternalKey> {
        let plain = name.plain();
        if self.list.known.named(&plain).next().is_some() {
            let said = "names somebody with the name of somebody else in the list, and nothing to tell whether it is \
                        the same person; kept apart";
            notice(self.list.offer, row.line, said);
        }
        let with: Vec<String> = all.iter().map(Name::plain).collect();
        let with = ways
            .first()
            .map_or_else(|| with.join("+"), |way| plain_address(way.address.reveal()));
        let key = ExternalKey::new("table-member", format!("{plain}|{with}"));
        let mut person = OfferedPerson::new(key, PersonKind::Client, name.offered(None));
        person.line = Some(row.line);
        (person.status, _) = row.status();
        person.clinician = row.get(Column::Clinician).map(Mention::by_name);
        let key = self.list.people.add(person, "row", self.list.offer)?;
        self.list.known.push(Known {
            plain,
            key: key.clone(),
            line: row.line,
            is_alone: false,
            addresses: ways.iter().map(|way| way.address.clone()).collect(),
        });
        Some(key)
    }

    fn key(&self, row: &Row<'_>, names: &[Name]) -> ExternalKey {
        let number = numbers(row, self.list.options).into_iter().next();
        number.unwrap_or_else(|| {
            let mut plain: Vec<String> = names.iter().map(Name::plain).collect();
            plain.sort_unstable();
            let (ways, _) = row.ways();
            let address = ways
                .first()
                .map(|way| plain_address(way.address.reveal()))
                .unwrap_or_default();
            ExternalKey::new("table-couple", format!("{}|{address}", plain.join("+")))
        })
    }

    /// Clinical cells of a couple's row are nobody's own and not joint either: the file does not say.
    fn leave_clinical(&mut self, row: &Row<'_>) {
        let cells = row.labelled(Column::Clinical).len();
        for _ in 0..cells {
            self.list.offer.pass_over("clinical cell of a couple");
        }
        if cells > 0 {
            let said =
                "has something clinical of which it does not say whose it is; it was not taken";
            notice(self.list.offer, row.line, said);
        }
    }
}

fn is_same(one: &OfferedWay, other: &OfferedWay) -> bool {
    is_same_address(&one.address, &other.address)
}

fn is_same_address(one: &Private<String>, other: &Private<String>) -> bool {
    plain_address(one.reveal()) == plain_address(other.reveal())
}
