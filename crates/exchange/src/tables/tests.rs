//! Client lists in the shapes of other systems, and what is wrong with lists.

use super::neutral;
use crate::{ExchangeError, Options, SlashDates, Source, read};
use jiff::civil::date;
use jiff::tz::TimeZone;
use practice::imports::{
    Gravity, Offer, OfferedPerson, OfferedStatus, PartialDate, Permission, SourceKind, WayKind,
};

fn options() -> Options {
    Options::new(
        date(2026, 11, 22),
        TimeZone::get("America/New_York").unwrap(),
    )
}

fn try_read(bytes: &[u8], options: &Options) -> Result<Offer, ExchangeError> {
    read(Source::new("x.csv", bytes, None), options, &mut |_| {})
}

fn offer(text: &str) -> Offer {
    try_read(text.as_bytes(), &options()).unwrap()
}

fn fixture(name: &str) -> Offer {
    let path = format!("tests/fixtures/{name}");
    try_read(&std::fs::read(path).unwrap(), &options()).unwrap()
}

fn named<'o>(offer: &'o Offer, name: &str) -> &'o OfferedPerson {
    offer
        .persons
        .iter()
        .find(|one| one.names.all().any(|known| known.reveal() == name))
        .unwrap()
}

fn names(offer: &Offer) -> Vec<&str> {
    offer
        .persons
        .iter()
        .map(|one| one.names.to_use.reveal().as_str())
        .collect()
}

fn refused(offer: &Offer) -> Vec<(u64, &str)> {
    offer
        .refusals
        .iter()
        .map(|one| (one.line.unwrap_or(0), one.reason.as_str()))
        .collect()
}

#[test]
fn a_list_of_simplepractice() {
    let offer = fixture("simplepractice-clients.csv");
    assert_eq!(offer.source, SourceKind::ClientList);
    assert_eq!(names(&offer), ["Abdul Koepp", "Beto", "Clemente Kreiger"]);
    let abdul = named(&offer, "Abdul Koepp");
    assert_eq!(abdul.born, Some(PartialDate::Day(date(1956, 8, 3))));
    assert_eq!(abdul.first_seen, Some(date(2025, 2, 14)));
    assert_eq!(abdul.status, OfferedStatus::Active);
    assert_eq!(
        abdul
            .clinician
            .as_ref()
            .unwrap()
            .name
            .as_ref()
            .unwrap()
            .reveal(),
        "Mariam Gleason"
    );
    assert_eq!(
        abdul.notes[0].reveal(),
        "prefers mornings\nand a chair by the door"
    );
    assert_eq!(abdul.notes[1].reveal(), "Location: Main Street");
    let ways: Vec<_> = abdul
        .ways
        .iter()
        .map(|way| (way.kind, way.messages, way.voicemail))
        .collect();
    assert_eq!(
        ways,
        [
            (WayKind::Email, Permission::Yes, Permission::Unsaid),
            (WayKind::Mobile, Permission::Yes, Permission::No),
        ]
    );
    assert_eq!(named(&offer, "Beto").ways[0].messages, Permission::No);
    assert_eq!(
        named(&offer, "Clemente Kreiger").notes[0].reveal(),
        "=cmd|' /C calc'!A0"
    );
}

#[test]
fn r8_a_minor_is_refused_by_type_or_by_date() {
    let offer = fixture("simplepractice-clients.csv");
    assert_eq!(
        refused(&offer),
        [(
            6,
            "is a minor; clients are adults, and nothing of this is kept"
        )]
    );
    assert_eq!(refused(&fixture("link2md-patients.csv"))[0].0, 6);
    let couple = fixture("couples.csv");
    assert!(refused(&couple).contains(&(12, "is a couple of which one person was refused")));
    assert!(!names(&couple).contains(&"Kim Lee"));
}

#[test]
fn r9_a_clinical_column_is_no_note() {
    let offer = fixture("simplepractice-clients.csv");
    assert_eq!(offer.conditions[0].text.reveal(), "Diagnosis: F52.21");
    assert_eq!(offer.conditions[0].of, named(&offer, "Beto").key);
    assert!(
        named(&offer, "Beto")
            .notes
            .iter()
            .all(|note| !note.reveal().contains("F52"))
    );
}

#[test]
fn r12_what_a_couple_shares_is_nobodys_own() {
    let offer = fixture("simplepractice-clients.csv");
    let couple = &offer.relational[0];
    assert_eq!(
        couple.members,
        [
            named(&offer, "Abdul Koepp").key.clone(),
            named(&offer, "Clemente Kreiger").key.clone()
        ]
    );
    let shared: Vec<&str> = couple
        .ways
        .iter()
        .map(|way| way.address.reveal().as_str())
        .collect();
    assert_eq!(shared, ["both@example.org"]);
    assert!(offer.persons.iter().all(|one| {
        one.ways
            .iter()
            .all(|way| way.address.reveal() != "both@example.org")
    }));
}

#[test]
fn a_list_of_practicerunner() {
    let offer = fixture("practicerunner-contacts.csv");
    assert_eq!(
        names(&offer),
        [
            "Abdul Koepp",
            "Adalberto Hartmann",
            "Clemente Kreiger",
            "Desmond Kreiger"
        ]
    );
    assert_eq!(offer.merged, 2);
    assert_eq!(
        named(&offer, "Adalberto Hartmann").status,
        OfferedStatus::Archived
    );
    let unknown = named(&offer, "Clemente Kreiger");
    assert_eq!(
        (unknown.status, unknown.notes[0].reveal().as_str()),
        (OfferedStatus::Unsaid, "Status: On sabbatical")
    );
    assert_eq!(offer.relational[0].status, OfferedStatus::Prospective);
}

#[test]
fn r2_one_name_and_one_address_with_two_numbers_are_two_people() {
    let offer = fixture("link2md-patients.csv");
    assert_eq!(
        names(&offer),
        [
            "Abdul Koepp",
            "Adalberto Hartmann",
            "Clemente Kreiger",
            "Clemente Kreiger"
        ]
    );
    assert_eq!(
        named(&offer, "Adalberto Hartmann").status,
        OfferedStatus::Inactive
    );
    assert_eq!(named(&offer, "Abdul Koepp").also.len(), 2);
}

#[test]
fn separators_and_encodings() {
    let semicolon = fixture("clients-semicolon-1252.csv");
    assert_eq!(names(&semicolon), ["Zoë Müller-Größ", "Ana Désirée"]);
    assert_eq!(semicolon.persons[0].notes[0].reveal(), "Hausarzt: Dr. Weiß");
    assert_eq!(
        semicolon.persons[1].born,
        Some(PartialDate::Day(date(1991, 12, 1)))
    );
    assert_eq!(
        names(&fixture("clients-tab-utf16.tsv")),
        ["Zoë Müller", "Abdul Koepp"]
    );
    assert_eq!(names(&offer("sep=;\nName;Email\nA B;a@b.test\n")), ["A B"]);
}

#[test]
fn r2_two_rows_with_one_address_are_two_people() {
    let two = offer("Name,Email\nNoor Jansen,home@example.org\nSam Jansen,home@example.org\n");
    assert_eq!(names(&two), ["Noor Jansen", "Sam Jansen"]);
    assert_ne!(two.persons[0].key, two.persons[1].key);
}

#[test]
fn couples_of_every_kind() {
    let offer = fixture("couples.csv");
    assert_eq!(
        refused(&offer),
        [
            (8, "names several people, and not whose is which name"),
            (9, "is a couple, and names one person twice"),
            (
                11,
                "is a minor; clients are adults, and nothing of this is kept"
            ),
            (12, "is a couple of which one person was refused"),
        ]
    );
    let of = |line: u64| {
        offer
            .relational
            .iter()
            .find(|one| one.line == Some(line))
            .unwrap()
    };
    assert_eq!(of(10).members.len(), 3);
    assert_eq!(
        of(3).members[0],
        named(&offer, "Abdul Koepp").key,
        "by the name, with a notice"
    );
    assert_eq!(
        of(4).members[0],
        named(&offer, "Abdul Koepp").key,
        "by the telephone"
    );
    assert!(
        of(4).ways.is_empty(),
        "the telephone is known to be Abdul's"
    );
    assert_eq!(of(5).members[0], of(6).members[0], "by the shared address");
    assert_ne!(of(5).members[0], of(7).members[0], "nothing in common");
    assert_eq!(
        offer
            .notices
            .iter()
            .filter(|one| one.line == Some(7))
            .count(),
        2
    );
}

#[test]
fn a_file_that_cannot_be_understood_safely_is_refused_whole() {
    for (name, line) in [
        ("dates-open.csv", 2),
        ("dates-mixed.csv", 3),
        ("quote-never-closed.csv", 2),
        ("cells-shifted.csv", 3),
        ("column-twice.csv", 1),
    ] {
        let offer = fixture(name);
        assert!(offer.is_refused() && offer.count() == 0, "{name}");
        assert_eq!(
            (offer.refusals[0].line, offer.refusals[0].gravity),
            (Some(line), Gravity::File),
            "{name}"
        );
    }
    assert_eq!(
        fixture("cells-shifted.csv").refusals[1].line,
        Some(5),
        "past the empty line"
    );
}

#[test]
fn the_person_who_imports_can_say_how_dates_are_meant() {
    let text = "First Name,Last Name,DOB,Email\nAbdul,Koepp,08/03/1956,a@example.org\n";
    let said = Options {
        slash_dates: Some(SlashDates::DayFirst),
        ..options()
    };
    let offer = try_read(text.as_bytes(), &said).unwrap();
    assert_eq!(
        offer.persons[0].born,
        Some(PartialDate::Day(date(1956, 3, 8)))
    );
}

#[test]
fn a_date_of_birth_that_cannot_be_read_refuses_the_row() {
    let offer = offer(
        "Name,DOB,Email\nA B,1980-13-01,\nC D,80-01-01,\nE F,1/2/80,\nG H,,\nI J,1980-01-01,no mail\n",
    );
    assert_eq!(
        refused(&offer),
        [
            (2, "has a date of birth that is no date"),
            (3, "has a date of birth without its century"),
            (4, "has a date of birth without its century"),
        ]
    );
    assert_eq!(names(&offer), ["G H", "I J"]);
    assert_eq!(offer.persons[1].notes[0].reveal(), "Email: no mail");
}

#[test]
fn other_tables_are_not_ours() {
    for text in [
        "Client,Clinician,Services provided,Client balance\nA B,C,1,2\n",
        "a,b\n1,2\n",
        "hello",
        "Name\nA B\n",
    ] {
        assert!(
            matches!(
                try_read(text.as_bytes(), &options()),
                Err(ExchangeError::Unrecognised(_))
            ),
            "{text}"
        );
    }
    assert_eq!(offer("Name,Email\n").count(), 0);
}

#[test]
fn an_appointment_list() {
    let offer = fixture("bestnotes-appointments.csv");
    assert_eq!(offer.source, SourceKind::AppointmentList);
    assert_eq!((offer.appointments.len(), offer.merged), (2, 1));
    let first = &offer.appointments[0];
    assert_eq!(first.span.day(), date(2026, 11, 23));
    assert_eq!(
        first.persons[0].key.as_ref().unwrap().value().reveal(),
        "C-1"
    );
    assert!(
        first
            .words
            .iter()
            .any(|text| text.reveal().contains("first line\nsecond line"))
    );
    assert_eq!(
        refused(&offer),
        [
            (4, "does not say whose it is"),
            (5, "ends before it begins, or lasts more than a day")
        ]
    );
}

#[test]
fn a_formula_is_kept_as_text_and_neutralised_when_written() {
    for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "＝1"] {
        assert_eq!(neutral(formula), format!("'{formula}"));
    }
    assert_eq!(neutral("Noor"), "Noor");
}

#[test]
fn nothing_that_is_shown_names_a_person() {
    for name in [
        "simplepractice-clients.csv",
        "couples.csv",
        "dates-open.csv",
        "link2md-patients.csv",
    ] {
        let shown = format!("{:?}", fixture(name));
        for word in [
            "Koepp",
            "Abdul",
            "Kreiger",
            "example.org",
            "555",
            "1956",
            "F52",
        ] {
            assert!(!shown.contains(word), "{word} of {name}");
        }
    }
}
