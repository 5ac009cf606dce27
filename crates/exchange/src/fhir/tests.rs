//! What becomes of each resource, and what of resources that are wrong.

use crate::{ExchangeError, Options, Source, read};
use jiff::civil::date;
use jiff::tz::TimeZone;
use practice::imports::{
    Bond, Gravity, Offer, OfferedState, OfferedStatus, PartialDate, PersonKind, Place, Span,
};

fn options() -> Options {
    Options::new(
        date(2026, 11, 22),
        TimeZone::get("America/New_York").unwrap(),
    )
}

fn try_read(text: &str) -> Result<Offer, ExchangeError> {
    read(
        Source::new("x.json", text.as_bytes(), None),
        &options(),
        &mut |_| {},
    )
}

/// The offer of resources, one a line.
fn offer(resources: &[&str]) -> Offer {
    try_read(&resources.join("\n")).unwrap()
}

fn reasons(offer: &Offer) -> Vec<(u64, &str, &str)> {
    let refused = offer.refusals.iter();
    refused
        .map(|one| {
            (
                one.line.unwrap_or(0),
                one.what.as_str(),
                one.reason.as_str(),
            )
        })
        .collect()
}

const NOOR: &str = r#"{"resourceType":"Patient","id":"noor","name":[{"family":"Jansen","given":["Noor"]}],"birthDate":"1984-07-02"}"#;
const SAM: &str = r#"{"resourceType":"Patient","id":"sam","name":[{"family":"Jansen","given":["Sam"]}],"birthDate":"1981"}"#;
const KIM: &str =
    r#"{"resourceType":"Patient","id":"kim","name":[{"text":"Kim Lee"}],"birthDate":"2012-01-04"}"#;

#[test]
fn r8_nothing_of_a_minor_is_offered() {
    let offer = offer(&[
        NOOR,
        KIM,
        r#"{"resourceType":"Condition","id":"c","subject":{"reference":"Patient/kim"},"code":{"text":"secret"}}"#,
        r#"{"resourceType":"Encounter","id":"e","status":"finished","subject":{"reference":"Patient/kim"},"period":{"start":"2026-01-02"}}"#,
        r#"{"resourceType":"Appointment","id":"a","status":"booked","start":"2026-12-01T10:00:00Z","participant":[{"actor":{"reference":"Patient/noor"}},{"actor":{"reference":"Patient/kim"}}]}"#,
        r#"{"resourceType":"RelatedPerson","id":"r","patient":{"reference":"Patient/kim"},"name":[{"text":"Robin Lee"}]}"#,
    ]);
    assert_eq!(offer.count(), 1);
    assert_eq!(
        reasons(&offer),
        [(
            2,
            "Patient",
            "is a minor; clients are adults, and nothing of this is kept"
        )]
    );
    assert_eq!(offer.not_taken.values().sum::<u64>(), 4);
}

#[test]
fn ages_that_cannot_be_told_or_cannot_be() {
    let born = |day: &str| {
        let text = format!(
            r#"{{"resourceType":"Patient","id":"1","name":[{{"text":"X Y"}}],"birthDate":"{day}"}}"#
        );
        let offer = offer(&[&text]);
        reasons(&offer)
            .first()
            .map_or(String::new(), |(_, _, reason)| (*reason).to_owned())
    };
    assert_eq!(born("2007"), "");
    assert_eq!(born("1984-07"), "");
    assert_eq!(
        born("2008"),
        "may be a minor: the date of birth is not exact enough to tell"
    );
    assert_eq!(born("2030-01-01"), "is said to be born in the future");
    assert_eq!(born("1890-01-01"), "is said to be more than 125 years old");
    assert_eq!(born("0001-01-01"), "`birthDate` is not a date");
    assert_eq!(born("1984-02-30"), "`birthDate` is not a date");
    assert_eq!(born("02.07.1984"), "`birthDate` is not a date");
}

#[test]
fn a_person_with_names_ways_and_status() {
    let offer = offer(&[r#"{"resourceType":"Patient","id":"1","active":false,
        "extension":[{"url":"http://hl7.org/fhir/StructureDefinition/individual-pronouns","extension":[{"url":"value","valueCodeableConcept":{"coding":[{"code":"LA29520-6","display":"they/them"}]}}]}],
        "name":[{"use":"official","family":"Jansen","given":["Noor","Maria"],"prefix":["Mrs."]},{"use":"usual","given":["Nour"]},{"use":"maiden","family":"Weber"}],
        "telecom":[{"system":"email","value":"n@example.org","use":"home"},{"system":"phone","value":"1","use":"old"},{"system":"phone","value":"2","use":"mobile"},{"use":"home"}],
        "address":[{"line":["Main Street 1"],"city":"Utrecht","postalCode":"1234","country":"NL"}],
        "communication":[{"language":{"coding":[{"code":"nl"}]}}]}"#
        .replace('\n', " ")
        .as_str()]);
    let person = &offer.persons[0];
    assert_eq!(person.names.to_use.reveal(), "Nour");
    assert_eq!(person.names.given.as_ref().unwrap().reveal(), "Noor Maria");
    assert_eq!(person.names.family.as_ref().unwrap().reveal(), "Jansen");
    assert_eq!(person.pronouns.as_ref().unwrap().reveal(), "they/them");
    assert_eq!(person.status, OfferedStatus::Inactive);
    assert_eq!(
        person.address.as_ref().unwrap().reveal(),
        "Main Street 1\n1234 Utrecht\nNL"
    );
    assert_eq!(person.language.as_deref(), Some("nl"));
    let ways: Vec<&str> = person
        .ways
        .iter()
        .map(|way| way.address.reveal().as_str())
        .collect();
    assert_eq!(ways, ["n@example.org", "2"]);
}

#[test]
fn partners_who_are_both_clients_and_one_who_is_not() {
    let sam = SAM.replace(r#""id":"sam""#, r#""id":"sam","link":[{"type":"seealso","other":{"reference":"RelatedPerson/sam-of-noor"}}]"#);
    let offer = offer(&[
        r#"{"resourceType":"RelatedPerson","id":"sam-of-noor","patient":{"reference":"Patient/noor"},"relationship":[{"coding":[{"code":"DOMPART"}]}],"name":[{"text":"Sam"}]}"#,
        r#"{"resourceType":"RelatedPerson","id":"robin","patient":{"reference":"Patient/noor"},"relationship":[{"coding":[{"code":"MTH"}]}],"name":[{"text":"Robin"}]}"#,
        NOOR,
        &sam,
    ]);
    assert_eq!(offer.persons.len(), 3);
    let bonds: Vec<Bond> = offer
        .relations
        .iter()
        .map(|relation| relation.bond)
        .collect();
    assert_eq!(bonds, [Bond::Partner, Bond::Family]);
    let key = |name: &str| {
        let is =
            |one: &&practice::imports::OfferedPerson| one.names.to_use.reveal().starts_with(name);
        offer
            .persons
            .iter()
            .find(is)
            .map(|one| (one.key.clone(), one.kind))
            .unwrap()
    };
    assert_eq!(offer.relations[0].who, key("Sam").0);
    assert_eq!(offer.relations[0].of, key("Noor").0);
    assert_eq!(key("Robin").1, PersonKind::Related);
}

#[test]
fn r2_a_shared_number_does_not_make_two_people_one() {
    let with = |id: &str, given: &str, kind: &str| {
        format!(
            r#"{{"resourceType":"Patient","id":"{id}","name":[{{"family":"Jansen","given":["{given}"]}}],"identifier":[{{"system":"urn:x","value":"7","type":{{"coding":[{{"code":"{kind}"}}]}}}}]}}"#
        )
    };
    let apart = offer(&[&with("1", "Noor", "MR"), &with("2", "Sam", "MR")]);
    assert_eq!(
        (apart.persons.len(), apart.merged, apart.notices.len()),
        (2, 0, 1)
    );
    let insured = offer(&[&with("1", "Noor", "MB"), &with("2", "Sam", "MB")]);
    assert_eq!((insured.persons.len(), insured.notices.len()), (2, 0));
    let one = offer(&[&with("1", "Noor", "MR"), &with("2", "Noor", "MR")]);
    assert_eq!((one.persons.len(), one.merged), (1, 1));
}

#[test]
fn sessions_and_appointments() {
    let encounter = |status: &str, class: &str, start: &str| {
        format!(
            r#"{{"resourceType":"Encounter","id":"{status}{class}{start}","status":"{status}","class":{{"code":"{class}"}},"subject":{{"reference":"Patient/noor"}},"period":{{"start":"{start}"}}}}"#
        )
    };
    let offer = offer(&[
        NOOR,
        &encounter("finished", "VR", "2026-11-02T10:00:00-05:00"),
        &encounter("finished", "AMB", "2026-11-03"),
        &encounter("planned", "AMB", "2026-12-03T10:00:00-05:00"),
        &encounter("finished", "AMB", "2027-01-01T10:00:00Z"),
        &encounter("entered-in-error", "AMB", "2026-11-03"),
        &encounter("invented", "AMB", "2026-11-03"),
        r#"{"resourceType":"Appointment","id":"a","status":"noshow","start":"2026-11-05T10:00:00Z","minutesDuration":50,"participant":[{"actor":{"reference":"Patient/noor"}}]}"#,
        r#"{"resourceType":"Appointment","id":"b","status":"booked","start":"2026-11-05T10:00:00Z","end":"2026-11-05T09:00:00Z","participant":[]}"#,
    ]);
    let places: Vec<Place> = offer.sessions.iter().map(|session| session.place).collect();
    assert_eq!(places, [Place::Video, Place::Premises]);
    assert!(matches!(offer.sessions[1].span, Span::Days { .. }));
    let states: Vec<OfferedState> = offer.appointments.iter().map(|one| one.state).collect();
    assert_eq!(states, [OfferedState::Missed, OfferedState::Booked]);
    assert!(
        matches!(offer.appointments[0].span, Span::Time { start, end, .. } if end.duration_since(start).as_mins() == 50)
    );
    assert_eq!(
        reasons(&offer),
        [
            (5, "Encounter", "is said to have taken place in the future"),
            (7, "Encounter", "has no status that R4 knows"),
            (9, "Appointment", "ends before it begins"),
        ]
    );
}

#[test]
fn a_condition_keeps_codes_dates_and_course() {
    let offer = offer(&[
        r#"{"resourceType":"Condition","id":"c","subject":{"reference":"Patient/elsewhere"},"clinicalStatus":{"coding":[{"code":"resolved"}]},"verificationStatus":{"coding":[{"code":"provisional"}]},"code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"F52.31"}]},"onsetDateTime":"2019-05","abatementPeriod":{"end":"2020"},"note":[{"text":"said so"}]}"#,
        r#"{"resourceType":"Condition","id":"d","subject":{"reference":"Group/1"},"code":{"text":"x"}}"#,
        r#"{"resourceType":"Condition","id":"e","subject":{"reference":"Patient/1"}}"#,
    ]);
    let condition = &offer.conditions[0];
    assert_eq!(condition.text.reveal(), "F52.31");
    assert_eq!(
        (condition.began, condition.ended),
        (
            Some(PartialDate::Month(2019, 5)),
            Some(PartialDate::Year(2020))
        )
    );
    assert_eq!(condition.of.value().reveal(), "Patient/elsewhere");
    assert_eq!(
        reasons(&offer),
        [
            (2, "Condition", "does not say whose it is"),
            (3, "Condition", "does not say what it is")
        ]
    );
}

#[test]
fn a_wrong_type_names_the_element_and_not_the_words() {
    let offer = offer(&[
        NOOR,
        r#"{"resourceType":"Patient","id":"2","name":[{"family":["Secret"]}]}"#,
        r#"{"resourceType":"Patient","id":"3","name":"Secret"}"#,
        r#"{"resourceType":"Secret name","id":"3"}"#,
        r#"{"id":"3"}"#,
        r#"["Secret"]"#,
    ]);
    assert_eq!(
        reasons(&offer),
        [
            (
                2,
                "Patient",
                "`name[0].family` has not the type that R4 gives it"
            ),
            (3, "Patient", "`name` has not the type that R4 gives it"),
            (5, "entry", "has no resourceType"),
            (6, "entry", "has no resourceType"),
        ]
    );
    assert_eq!(offer.not_taken.get("unknown"), Some(&1));
    assert!(!format!("{offer:?}").contains("Secret"));
    assert!(!format!("{offer:?}").contains("Jansen"));
}

#[test]
fn a_broken_line_refuses_the_file_and_the_others_are_still_read() {
    let offer = offer(&[NOOR, r#"{"resourceType":"Patient","#, KIM]);
    assert!(offer.is_refused());
    assert_eq!(offer.count(), 0);
    assert_eq!(offer.refusals.len(), 2);
    assert_eq!(
        (offer.refusals[0].line, offer.refusals[0].gravity),
        (Some(2), Gravity::File)
    );
}

#[test]
fn a_bundle_that_breaks_off_is_refused_with_its_line() {
    let whole = format!(
        "{{\"resourceType\":\"Bundle\",\"type\":\"batch\",\n\"entry\":[\n{{\"resource\":{NOOR}}},\n{{\"resource\":{SAM}}}]}}"
    );
    assert_eq!(try_read(&whole).unwrap().persons.len(), 2);
    let broken = try_read(&whole[..whole.len() - 30]).unwrap();
    assert_eq!(reasons(&broken), [(4, "file", "ends in the middle")]);
    let history = whole.replace("batch", "history");
    assert!(try_read(&history).unwrap().is_refused());
    let twice = format!("{whole}\n\n{whole}");
    assert_eq!(try_read(&twice).unwrap().merged, 2);
    let comma = whole.replace("},\n{", "}\n{");
    assert_eq!(
        reasons(&try_read(&comma).unwrap()),
        [(4, "file", "is not valid JSON, or not a resource")]
    );
}

#[test]
fn json_without_a_resource_is_not_ours() {
    for text in [
        "{}",
        "{\"a\":1}\n{\"b\":2}\n",
        "{\"entry\":[{\"resource\":{}}]}",
    ] {
        assert!(
            matches!(try_read(text), Err(ExchangeError::Unrecognised(_))),
            "{text}"
        );
    }
    let deep = "{\"a\":".repeat(100_000);
    assert!(try_read(&deep).unwrap().is_refused());
}

#[test]
fn what_is_replaced_leads_to_what_replaces_it() {
    let offer = offer(&[
        r#"{"resourceType":"Patient","id":"old","name":[{"text":"N. Jansen"}],"link":[{"type":"replaced-by","other":{"reference":"Patient/noor"}}]}"#,
        NOOR,
        r#"{"resourceType":"Condition","id":"c","subject":{"reference":"Patient/old"},"code":{"text":"x"}}"#,
    ]);
    assert_eq!(offer.persons.len(), 1);
    assert_eq!(offer.conditions[0].of, offer.persons[0].key);
}

#[test]
fn the_origin_keeps_records_of_two_systems_apart() {
    let key = |origin: Option<&str>| {
        let options = Options {
            origin: origin.map(ToOwned::to_owned),
            ..options()
        };
        let source = Source::new("x", NOOR.as_bytes(), None);
        read(source, &options, &mut |_| {}).unwrap().persons[0]
            .key
            .clone()
    };
    assert_ne!(key(Some("one")), key(Some("other")));
    assert_eq!(key(Some("one")), key(Some("one")));
}
