//! Address books (vCard 3 and 4; RFC 2426, RFC 6350): each card a person, or a couple where its name says two.
//!
//! Photographs, organisations and groups have no place here. Writing cards is not here.

use crate::Options;
use crate::lines::{self, Component, Property, parts};
use crate::people::{People, of_age};
use crate::tables::names::{self, Between, Name};
use crate::text::{line, private_line, private_paragraph};
use practice::imports::{
    ExternalKey, Gravity, Offer, OfferedPerson, OfferedRelational, OfferedStatus, OfferedWay,
    PartialDate, Permission, PersonKind, Refused, SourceKind, WayKind,
};
use practice::private::Private;
use practice::recurrence::Moment;

/// Longer names are no names.
const LONGEST_NAME: usize = 300;

/// Reads an address book.
pub(crate) fn read(bytes: &[u8], name: Private<String>, options: &Options) -> Offer {
    let mut offer = Offer::empty(SourceKind::Contacts, name);
    let read = lines::read(bytes);
    if let Some(damaged) = read.damaged {
        refuse(
            &mut offer,
            damaged.line,
            "address book",
            damaged.reason,
            Gravity::File,
        );
    }
    let mut people = People::default();
    for component in &read.components {
        let kind = component
            .property("KIND")
            .map(Property::word)
            .unwrap_or_default();
        if component.name != "VCARD" || !matches!(kind.as_str(), "" | "INDIVIDUAL") {
            offer.pass_over("card of no single person");
        } else if let Err(reason) = card(component, &mut people, &mut offer, options) {
            refuse(&mut offer, component.line, "card", reason, Gravity::Item);
        }
    }
    offer.persons = people.persons;
    offer
}

fn refuse(offer: &mut Offer, line: u64, what: &str, reason: &str, gravity: Gravity) {
    let (what, reason) = (what.to_owned(), reason.to_owned());
    offer.refusals.push(Refused {
        line: Some(line),
        what,
        reason,
        gravity,
    });
}

fn card(
    card: &Component,
    people: &mut People,
    offer: &mut Offer,
    options: &Options,
) -> Result<(), &'static str> {
    if card.broken.is_some() {
        return Err("has a line that cannot be read");
    }
    if card
        .property("VERSION")
        .is_some_and(|version| version.word() == "2.1")
    {
        return Err("is of vCard 2.1, which is not read; export as 3.0 or 4.0");
    }
    let formatted = text(card, "FN").unwrap_or_default();
    let both = if formatted.contains(['&', '/']) {
        names::of_couple(&formatted, Between::Any)
    } else {
        Vec::new()
    };
    let said = said(card);
    of_age(said.born, options)?;
    if both.len() > 1 {
        return couple(card, &both, said, people, offer);
    }
    let name = structured(card).or_else(|| names::of_one(&formatted));
    let name = name
        .filter(|name| !name.plain().is_empty())
        .ok_or("has no name")?;
    if name.whole().chars().count() > LONGEST_NAME {
        return Err("has a name of more than 300 letters");
    }
    let mut offered = name.offered(None);
    offered
        .others
        .extend(text(card, "NICKNAME").map(Private::new));
    let key = key(card, &name.plain(), &said);
    let mut person = OfferedPerson::new(key, PersonKind::Client, offered);
    person.line = Some(card.line);
    person.born = said.born;
    person.pronouns = text(card, "PRONOUNS").map(Private::new);
    person.ways = said.ways;
    person.address = said.address;
    person.language = text(card, "LANG");
    person.notes = said.notes;
    people
        .add(person, "card", offer)
        .ok_or("has the name and address of another card, and differs")?;
    Ok(())
}

/// A card of two people. It does not say whose its addresses are, so they stay with the case (R12).
fn couple(
    card: &Component,
    both: &[Name],
    said: Said,
    people: &mut People,
    offer: &mut Offer,
) -> Result<(), &'static str> {
    if both
        .iter()
        .any(|name| name.plain().is_empty() || name.given.is_empty())
    {
        return Err("is of a couple, and does not name everybody in it");
    }
    let all: Vec<String> = both.iter().map(Name::plain).collect();
    let case = key(card, &all.join("+"), &said);
    let mut members = Vec::new();
    for name in both {
        let value = format!("{}|{}", case.text().reveal(), name.plain());
        let key = ExternalKey::new("vcard-member", value);
        let mut person = OfferedPerson::new(key, PersonKind::Client, name.offered(None));
        person.line = Some(card.line);
        members.extend(people.add(person, "card", offer));
    }
    members.dedup();
    if members.len() < 2 {
        return Err("is of a couple, and names one person twice");
    }
    let mut ways = said.ways;
    ways.extend(said.address.map(|address| OfferedWay {
        kind: WayKind::Other,
        address,
        place: None,
        messages: Permission::Unsaid,
        voicemail: Permission::Unsaid,
    }));
    offer.relational.push(OfferedRelational {
        line: Some(card.line),
        key: case,
        members,
        ways,
        status: OfferedStatus::Unsaid,
        clinician: None,
        first_seen: None,
        notes: said.notes,
    });
    Ok(())
}

/// What a card says beside names.
struct Said {
    born: Option<PartialDate>,
    ways: Vec<OfferedWay>,
    address: Option<Private<String>>,
    notes: Vec<Private<String>>,
}

fn said(card: &Component) -> Said {
    let mut notes: Vec<Private<String>> = card
        .all("NOTE")
        .filter_map(|note| private_paragraph(&note.text()))
        .collect();
    let birthday = card
        .property("BDAY")
        .map(|day| day.value.trim().to_owned())
        .filter(|day| !day.is_empty());
    let born = birthday.as_deref().and_then(birth);
    if let (Some(birthday), None) = (birthday, born) {
        notes.push(Private::new(format!("Birthday: {birthday}")));
    }
    let mut ways: Vec<OfferedWay> = Vec::new();
    for way in card.properties.iter().filter_map(way) {
        if !ways.iter().any(|known| known.address == way.address) {
            ways.push(way);
        }
    }
    Said {
        born,
        ways,
        address: card.property("ADR").and_then(address),
        notes,
    }
}

/// `19840702`, `1984-07-02`, with or without a time; a day without a year says nothing of age.
fn birth(text: &str) -> Option<PartialDate> {
    let day = text.split(['T', 't']).next().unwrap_or_default();
    let is_plain = day.len() == 8 && !day.contains('-');
    if !is_plain {
        return day.parse().ok().map(PartialDate::Day);
    }
    match Moment::parse(day)? {
        Moment::Day(day) => Some(PartialDate::Day(day)),
        Moment::Civil(_) | Moment::Utc(_) => None,
    }
}

fn way(property: &Property) -> Option<OfferedWay> {
    let types: Vec<String> = property
        .parameter_values("TYPE")
        .flat_map(|types| types.split(','))
        .map(|one| one.trim().to_ascii_lowercase())
        .collect();
    let has = |known: &str| types.iter().any(|one| one == known);
    let value = property.text();
    let value = value
        .strip_prefix("tel:")
        .or_else(|| value.strip_prefix("mailto:"))
        .unwrap_or(&value);
    let kind = match property.name.as_str() {
        "EMAIL" => WayKind::Email,
        "TEL" if has("cell") || has("text") => WayKind::Mobile,
        "TEL" if has("fax") || has("pager") => WayKind::Other,
        "TEL" => WayKind::Phone,
        _ => return None,
    };
    let place = ["home", "work"]
        .into_iter()
        .find(|place| has(place))
        .map(ToOwned::to_owned);
    Some(OfferedWay {
        kind,
        address: private_line(value)?,
        place,
        messages: Permission::Unsaid,
        voicemail: Permission::Unsaid,
    })
}

/// `ADR`: box, extended, street, place, region, code, country.
fn address(property: &Property) -> Option<Private<String>> {
    let mut lines: Vec<String> = parts(&property.value, ';')
        .iter()
        .filter_map(|part| line(part))
        .collect();
    lines.dedup();
    if lines.is_empty() {
        None
    } else {
        Some(Private::new(lines.join("\n")))
    }
}

/// `N`: family, given, additional; titles are left out.
fn structured(card: &Component) -> Option<Name> {
    let parts = parts(&card.property("N")?.value, ';');
    let part = |at: usize| parts.get(at).and_then(|part| line(&part.replace(',', " ")));
    let given: Vec<String> = [part(1), part(2)].into_iter().flatten().collect();
    let name = Name {
        given: given.join(" "),
        family: part(0),
    };
    if name.plain().is_empty() {
        None
    } else {
        Some(name)
    }
}

fn text(card: &Component, name: &str) -> Option<String> {
    card.property(name)
        .and_then(|property| line(&property.text()))
}

/// The `UID`, or else the name with the first address.
fn key(card: &Component, plain: &str, said: &Said) -> ExternalKey {
    if let Some(uid) = text(card, "UID") {
        return ExternalKey::new("vcard", uid);
    }
    let address = said
        .ways
        .first()
        .map(|way| way.address.reveal().to_lowercase())
        .unwrap_or_default();
    let born = said
        .born
        .and_then(PartialDate::earliest)
        .map(|day| day.to_string())
        .unwrap_or_default();
    ExternalKey::new("vcard-person", format!("{plain}|{born}|{address}"))
}

#[cfg(test)]
mod tests {
    use crate::{Options, Source, read};
    use jiff::civil::date;
    use jiff::tz::TimeZone;
    use practice::imports::{Offer, PartialDate};

    fn offer(text: &str) -> Offer {
        let options = Options::new(date(2026, 11, 22), TimeZone::UTC);
        read(
            Source::new("x.vcf", text.as_bytes(), None),
            &options,
            &mut |_| {},
        )
        .unwrap()
    }

    #[test]
    fn a_card_is_a_person() {
        let offer = offer(
            "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Koepp;Abdul;;Mr.;\r\nFN:Mr. Abdul Koepp\r\nitem1.EMAIL;TYPE=INTERNET:\
             a@koepp.test\r\nTEL;TYPE=CELL,VOICE:555 1\r\nBDAY:1956-08-03\r\nNOTE:met\\, twice\r\nUID:7\r\nEND:VCARD\r\n",
        );
        let person = &offer.persons[0];
        assert_eq!(person.names.to_use.reveal(), "Abdul Koepp");
        assert_eq!(person.born, Some(PartialDate::Day(date(1956, 8, 3))));
        assert_eq!(person.ways.len(), 2);
        assert_eq!(person.notes[0].reveal(), "met, twice");
    }

    #[test]
    fn r12_a_card_of_a_couple_keeps_its_address_apart() {
        let offer = offer(
            "BEGIN:VCARD\nVERSION:4.0\nFN:Ann & Bob Smith\nEMAIL:both@smith.test\nEND:VCARD\n",
        );
        assert_eq!(offer.persons.len(), 2);
        assert!(offer.persons.iter().all(|person| person.ways.is_empty()));
        assert_eq!(offer.relational[0].ways.len(), 1);
    }

    #[test]
    fn r8_a_minor_is_refused() {
        let offer = offer("BEGIN:VCARD\nVERSION:4.0\nFN:Kim Lee\nBDAY:20150102\nEND:VCARD\n");
        assert!(offer.persons.is_empty());
        assert_eq!(offer.refusals.len(), 1);
    }
}
