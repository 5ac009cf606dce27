//! From an offered person to names and ways of contact: only what the file permits is safe (R12), what is known here
//! already is never overwritten, and one name in two records does not make one person (R2).

use jiff::civil::Date;

use super::{Bond, OfferedNames, OfferedPerson, OfferedWay, PartialDate, Permission, WayKind};
use crate::people::{Channel, Identity, Way};
use crate::private::Private;

/// The identity of somebody who is new here.
pub(super) fn identity(person: &OfferedPerson) -> Identity {
    let mut identity = Identity {
        name: person.names.to_use.clone(),
        pronouns: person.pronouns.clone().unwrap_or_default(),
        legal_name: legal(&person.names),
        born: person.born.map(iso),
        ways: ways(person),
        avoid: Private::default(),
        remarks: None,
    };
    for remark in remarks(person) {
        adds_remark(&mut identity, &remark);
    }
    identity
}

/// Adds what the file knows and the practice does not; nothing that is known changes. Says whether anything was new.
pub(super) fn adds(identity: &mut Identity, person: &OfferedPerson) -> bool {
    let mut new = false;
    if identity.pronouns.reveal().is_empty()
        && let Some(pronouns) = &person.pronouns
    {
        identity.pronouns = pronouns.clone();
        new = true;
    }
    if identity.born.is_none() && person.born.is_some() {
        identity.born = person.born.map(iso);
        new = true;
    }
    let has_own = !identity.ways.is_empty();
    for way in ways(person) {
        let is_known =
            |known: &Way| known.channel == way.channel && same(&known.address, &way.address);
        if !identity.ways.iter().any(is_known) {
            identity
                .ways
                .push(if has_own { unconfirmed(way) } else { way });
            new = true;
        }
    }
    for remark in remarks(person) {
        new |= adds_remark(identity, &remark);
    }
    new
}

/// A way for somebody whose own ways are here: whatever the file permits, it is not safe before they say so (R12).
fn unconfirmed(way: Way) -> Way {
    let before = way.mind.reveal();
    let and = if before.is_empty() { "" } else { "; " };
    Way {
        safe: false,
        mind: Private::new(format!("{before}{and}{UNCONFIRMED}")),
        ..way
    }
}

const UNCONFIRMED: &str = "came with a file; ask before it is used";

/// Adds a line to the remarks, unless it stands there.
pub(super) fn adds_remark(identity: &mut Identity, remark: &str) -> bool {
    let remark = remark.trim();
    let known = identity.remarks.take().unwrap_or_default().into_revealed();
    let new = !remark.is_empty() && !known.contains(remark);
    let text = match (new, known.is_empty()) {
        (false, _) => known,
        (true, true) => remark.to_owned(),
        (true, false) => format!("{known}\n{remark}"),
    };
    identity.remarks = (!text.is_empty()).then(|| Private::new(text));
    new
}

/// Whether the person of a file cannot be the one who is known here under the same number: to put two people together
/// would open the one's record to the other (R2).
pub(super) fn contradicts(identity: &Identity, person: &OfferedPerson) -> bool {
    let born = identity
        .born
        .as_ref()
        .and_then(|born| partial(born.reveal()));
    if let (Some(one), Some(two)) = (born, person.born)
        && !one.agrees_with(two)
    {
        return true;
    }
    let known = [Some(&identity.name), identity.legal_name.as_ref()];
    let known: Vec<String> = known.into_iter().flatten().flat_map(words).collect();
    !before_family(&person.names)
        .iter()
        .any(|word| known.contains(word))
}

/// The words of a name before the family name, which partners may share.
fn before_family(names: &OfferedNames) -> Vec<String> {
    let family: Vec<String> = names.family.iter().flat_map(words).collect();
    let mut before: Vec<String> = names
        .given
        .iter()
        .chain([&names.to_use])
        .flat_map(words)
        .filter(|word| !family.contains(word))
        .collect();
    if names.given.is_none() && family.is_empty() && before.len() > 1 {
        before.pop();
    }
    before
}

fn words(name: &Private<String>) -> Vec<String> {
    name.reveal()
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// What a remark says somebody is to a client, with a telephone for an emergency.
pub(super) fn relation(bond: Bond, who: &Identity) -> String {
    let what = match bond {
        Bond::Partner => "Partner",
        Bond::FormerPartner => "Former partner",
        Bond::Family => "Family",
        Bond::Emergency => "In an emergency",
        Bond::Other => "Near",
    };
    let phone = who.ways.iter().find(|way| way.channel == Channel::Phone);
    let phone = phone.filter(|_| bond == Bond::Emergency);
    let phone = phone.map_or(String::new(), |way| format!(", {}", way.address.reveal()));
    format!("{what}: {}{phone}", who.name.reveal())
}

/// The legal name, where it is another than the name to use.
fn legal(names: &OfferedNames) -> Option<Private<String>> {
    let parts = names.given.iter().chain(&names.family);
    let whole: Vec<&str> = parts.map(|part| part.reveal().as_str()).collect();
    let whole = whole.join(" ");
    (!whole.is_empty() && whole != *names.to_use.reveal()).then(|| Private::new(whole))
}

/// What has no place of its own and is not clinical: the front desk reads it. Notes are not among it (R9).
fn remarks(person: &OfferedPerson) -> Vec<String> {
    let labelled = |label: &str, text: Option<&String>| text.map(|text| format!("{label}: {text}"));
    let others = person.ways.iter().filter(|way| way.kind == WayKind::Other);
    let others = others.map(|way| {
        let place = way.place.as_deref().unwrap_or("Also");
        format!("{place}: {}", way.address.reveal())
    });
    let said = [
        labelled("Language", person.language.as_ref()),
        labelled(
            "Gender in the file",
            person.gender.as_ref().map(Private::reveal),
        ),
        labelled("Sent by", person.referred_by.as_ref().map(Private::reveal)),
    ];
    said.into_iter().flatten().chain(others).collect()
}

/// The ways of contact: a call, a text message, mail and a letter, each safe only where the file says so (R12).
fn ways(person: &OfferedPerson) -> Vec<Way> {
    let mut all: Vec<Way> = person.ways.iter().flat_map(of_one).collect();
    let letter = person.address.as_ref();
    let letter = letter.map(|address| Way::new(Channel::Letter, address.clone(), false));
    all.extend(letter);
    all
}

fn of_one(offered: &OfferedWay) -> Vec<Way> {
    let way = |channel, permission: Permission, minds: &[&str]| {
        let minds: Vec<&str> = offered
            .place
            .as_deref()
            .into_iter()
            .chain(minds.iter().copied())
            .collect();
        let safe = permission == Permission::Yes;
        Way {
            mind: Private::new(minds.join("; ")),
            voicemail: match offered.voicemail {
                Permission::Yes => Some(true),
                Permission::No => Some(false),
                Permission::Unsaid => None,
            },
            ..Way::new(channel, offered.address.clone(), safe)
        }
    };
    let no_voice = ["no voicemail"];
    let minds: &[&str] = if offered.voicemail == Permission::No {
        &no_voice
    } else {
        &[]
    };
    match offered.kind {
        WayKind::Email => vec![way(Channel::Mail, offered.messages, &[])],
        WayKind::Phone | WayKind::Mobile => {
            let mut both = vec![way(Channel::Phone, offered.voicemail, minds)];
            if offered.kind == WayKind::Mobile || offered.messages != Permission::Unsaid {
                both.push(way(Channel::Text, offered.messages, &[]));
            }
            both
        }
        WayKind::Other => Vec::new(),
    }
}

/// Whether two addresses are one: mail in small letters, a telephone by its digits.
fn same(one: &Private<String>, other: &Private<String>) -> bool {
    plain(one.reveal()) == plain(other.reveal())
}

fn plain(address: &str) -> String {
    let is_number = address
        .chars()
        .all(|letter| letter.is_ascii_digit() || " +-()./".contains(letter));
    if is_number {
        address.chars().filter(char::is_ascii_digit).collect()
    } else {
        address.trim().to_lowercase()
    }
}

/// A date as ISO 8601 writes it, as far as it is known.
pub(super) fn iso(date: PartialDate) -> Private<String> {
    Private::new(match date {
        PartialDate::Year(year) => format!("{year:04}"),
        PartialDate::Month(year, month) => format!("{year:04}-{month:02}"),
        PartialDate::Day(day) => day.to_string(),
    })
}

/// The date of a text that [`iso`] wrote.
fn partial(text: &str) -> Option<PartialDate> {
    if let Ok(day) = text.parse::<Date>() {
        return Some(PartialDate::Day(day));
    }
    match text.split_once('-') {
        None => text.parse().ok().map(PartialDate::Year),
        Some((year, month)) => {
            let (year, month) = (year.parse().ok()?, month.parse().ok()?);
            Some(PartialDate::Month(year, month))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{adds, contradicts, identity, iso, partial};
    use crate::imports::{
        ExternalKey, OfferedNames, OfferedPerson, OfferedWay, PartialDate, Permission, PersonKind,
        WayKind,
    };
    use crate::people::Channel;
    use jiff::civil::date;

    fn person(given: &str, family: &str) -> OfferedPerson {
        let names = OfferedNames {
            to_use: format!("{given} {family}").into(),
            given: Some(given.into()),
            family: Some(family.into()),
            others: Vec::new(),
        };
        OfferedPerson::new(ExternalKey::new("test", given), PersonKind::Client, names)
    }

    fn way(
        kind: WayKind,
        address: &str,
        messages: Permission,
        voicemail: Permission,
    ) -> OfferedWay {
        OfferedWay {
            kind,
            address: address.into(),
            place: None,
            messages,
            voicemail,
        }
    }

    #[test]
    fn r12_only_what_the_file_permits_is_safe() {
        let mut noor = person("Noor", "Jansen");
        noor.ways = vec![
            way(
                WayKind::Email,
                "noor@example.org",
                Permission::Yes,
                Permission::Unsaid,
            ),
            way(
                WayKind::Email,
                "shared@example.org",
                Permission::Unsaid,
                Permission::Unsaid,
            ),
            way(WayKind::Mobile, "555 0100", Permission::No, Permission::Yes),
            way(
                WayKind::Phone,
                "555 0101",
                Permission::Unsaid,
                Permission::No,
            ),
        ];
        noor.address = Some("Main Street 1".into());
        let ways: Vec<(Channel, bool)> = identity(&noor)
            .ways
            .iter()
            .map(|way| (way.channel, way.safe))
            .collect();
        let expected = [
            (Channel::Mail, true),
            (Channel::Mail, false),
            (Channel::Phone, true),
            (Channel::Text, false),
            (Channel::Phone, false),
            (Channel::Letter, false),
        ];
        assert_eq!(ways, expected);
    }

    #[test]
    fn r12_a_way_that_is_known_stays_as_the_practice_has_it() {
        let mut noor = person("Noor", "Jansen");
        noor.ways = vec![way(
            WayKind::Email,
            "Noor@example.org",
            Permission::Unsaid,
            Permission::Unsaid,
        )];
        let mut known = identity(&noor);
        noor.ways[0].messages = Permission::Yes;
        noor.names.to_use = "Nour".into();
        assert!(!adds(&mut known, &noor));
        assert!(!known.ways[0].safe);
        assert_eq!(known.name.reveal(), "Noor Jansen");
        noor.language = Some("nl".to_owned());
        noor.born = Some(PartialDate::Year(1984));
        assert!(adds(&mut known, &noor));
        assert!(!adds(&mut known, &noor));
        assert_eq!(known.born.unwrap().reveal(), "1984");
        assert_eq!(known.remarks.unwrap().reveal(), "Language: nl");
    }

    #[test]
    fn r12_an_imported_way_is_not_safe_for_somebody_who_has_told_us_their_own() {
        let allowed = |kind, address| way(kind, address, Permission::Yes, Permission::Yes);
        let mut noor = person("Noor", "Jansen");
        noor.ways = vec![allowed(WayKind::Email, "noor@example.org")];
        let mut known = identity(&noor);
        noor.ways = vec![
            allowed(WayKind::Email, "both@example.org"),
            allowed(WayKind::Mobile, "555 0100"),
        ];
        assert!(adds(&mut known, &noor));
        let safe = |channel| known.safe(channel).map(|way| way.address.reveal().as_str());
        assert_eq!(safe(Channel::Mail), Some("noor@example.org"));
        assert_eq!((safe(Channel::Phone), safe(Channel::Text)), (None, None));
        assert_eq!(known.ways.len(), 4);
        assert!(
            known.ways[1]
                .mind
                .reveal()
                .contains("ask before it is used")
        );

        let mut none = identity(&person("Kit", "Marsh"));
        noor.ways = vec![allowed(WayKind::Email, "kit@example.org")];
        assert!(adds(&mut none, &noor));
        assert!(none.safe(Channel::Mail).is_some(), "nothing else was told");
    }

    #[test]
    fn r9_notes_of_a_file_are_no_remarks_for_the_front_desk() {
        let mut noor = person("Noor", "Jansen");
        noor.notes = vec!["came because of pain".into()];
        let mut known = identity(&noor);
        assert!(known.remarks.is_none());
        assert!(!adds(&mut known, &noor));
        assert!(known.remarks.is_none());
    }

    #[test]
    fn r2_a_number_does_not_make_two_people_one() {
        let mut known = identity(&person("Noor", "Jansen"));
        assert!(!contradicts(&known, &person("Noor Maria", "de Vries")));
        assert!(contradicts(&known, &person("Sam", "Jansen")));
        known.born = Some(iso(PartialDate::Month(1984, 7)));
        let mut noor = person("Noor", "Jansen");
        noor.born = Some(PartialDate::Day(date(1984, 7, 2)));
        assert!(!contradicts(&known, &noor));
        noor.born = Some(PartialDate::Day(date(1985, 7, 2)));
        assert!(contradicts(&known, &noor));
    }

    #[test]
    fn dates_are_written_as_far_as_they_are_known() {
        for date in [
            PartialDate::Year(1984),
            PartialDate::Month(1984, 7),
            PartialDate::Day(date(1984, 7, 2)),
        ] {
            assert!(partial(iso(date).reveal()) == Some(date));
        }
    }
}
