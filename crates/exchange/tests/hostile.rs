//! Whatever the bytes are, reading them ends, and without a panic.

use exchange::{ExchangeError, Options, Source, read};
use jiff::civil::date;
use jiff::tz::TimeZone;
use practice::imports::Offer;
use proptest::prelude::*;
use serde_json::{Value, json};

fn offer(bytes: &[u8]) -> Result<Offer, ExchangeError> {
    let options = Options::new(date(2026, 11, 22), TimeZone::UTC);
    read(Source::new("x", bytes, None), &options, &mut |_| {})
}

fn values() -> impl Strategy<Value = Value> {
    let text = prop::sample::select(vec![
        "",
        "1984-07-02",
        "2026-11-22T10:00:00Z",
        "finished",
        "booked",
        "Patient/1",
        "urn:uuid:1",
        "#1",
        "/",
        "?identifier=|",
        "Patient?identifier=a|b",
        "http://x/Patient/1",
        "é\u{0}",
        "9999-99-99",
        "-",
        "T",
        "Bundle",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text.prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let name = prop::sample::select(vec![
            "reference",
            "identifier",
            "system",
            "value",
            "coding",
            "code",
            "text",
            "start",
            "end",
            "period",
            "actor",
            "name",
            "given",
            "family",
            "use",
            "type",
            "other",
            "display",
            "resource",
            "extension",
            "url",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((name, inner), 0..4).prop_map(|pairs| Value::Object(
                pairs
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect()
            )),
        ]
    })
}

fn resources() -> impl Strategy<Value = Value> {
    let kind = prop::sample::select(vec![
        "Patient",
        "RelatedPerson",
        "Practitioner",
        "Appointment",
        "Encounter",
        "Condition",
        "Bundle",
    ]);
    let name = prop::sample::select(vec![
        "id",
        "identifier",
        "name",
        "birthDate",
        "link",
        "patient",
        "status",
        "start",
        "end",
        "minutesDuration",
        "participant",
        "period",
        "subject",
        "class",
        "code",
        "onsetDateTime",
        "clinicalStatus",
        "telecom",
        "entry",
        "type",
        "active",
        "address",
    ]);
    (kind, prop::collection::vec((name, values()), 0..7)).prop_map(|(kind, fields)| {
        let mut resource = json!({ "resourceType": kind, "id": "1", "status": "booked" });
        for (name, value) in fields {
            if let Some(field) = resource.as_object_mut() {
                field.insert(name.to_owned(), value);
            }
        }
        resource
    })
}

fn content_lines() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec![
        "BEGIN:VEVENT",
        "END:VEVENT",
        "BEGIN:VTIMEZONE",
        "END:VTIMEZONE",
        "BEGIN:STANDARD",
        "END:STANDARD",
        "UID:1",
        "TZID:Here",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:-0500",
        "DTSTART:20261122T100000",
        "DTSTART;TZID=Here:20261122T100000",
        "DTSTART;VALUE=DATE:20261122",
        "DTEND:20261122T110000Z",
        "DURATION:PT1H",
        "RRULE:FREQ=DAILY",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU",
        "RECURRENCE-ID:20261123T100000",
        "EXDATE:20261124T100000",
        "RDATE;VALUE=PERIOD:20261125T100000/PT1H",
        "STATUS:CANCELLED",
        "SEQUENCE:2",
        " folded",
        "\tfolded",
        "",
        "X",
        ":",
        ";",
        "ATTENDEE;CN=\"a:mailto:b",
        "X-WR-TIMEZONE:Here",
    ]);
    let other = ("[A-Z]{1,9}", "\\PC{0,20}").prop_map(|(name, value)| format!("{name}:{value}"));
    prop::collection::vec(
        prop_oneof![6 => name.prop_map(ToOwned::to_owned), 1 => other, 1 => "\\PC{0,20}"],
        0..40,
    )
    .prop_map(|lines| lines.join("\r\n"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        drop(offer(&bytes));
    }

    #[test]
    fn any_bytes_after_a_beginning(
        start in prop::sample::select(vec!["{\"resourceType\":\"Patient\",", "BEGIN:VCALENDAR\n", "BEGIN:VCARD\n", "Name,Email\n", "\u{feff}Name;DOB\n"]),
        bytes in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        drop(offer(&[start.as_bytes(), &bytes].concat()));
    }

    #[test]
    fn any_values_in_resources(resources in prop::collection::vec(resources(), 1..6), is_bundle: bool) {
        let text = if is_bundle {
            let entries: Vec<Value> = resources.into_iter().map(|one| json!({ "fullUrl": "http://x/Patient/1", "resource": one })).collect();
            json!({ "resourceType": "Bundle", "type": "collection", "entry": entries }).to_string()
        } else {
            resources.iter().map(Value::to_string).collect::<Vec<_>>().join("\n")
        };
        prop_assert!(offer(text.as_bytes()).is_ok());
    }

    #[test]
    fn any_lines_in_a_calendar(lines in content_lines()) {
        let text = format!("BEGIN:VCALENDAR\r\n{lines}\r\nEND:VCALENDAR\r\n");
        prop_assert!(offer(text.as_bytes()).is_ok());
    }

    #[test]
    fn any_lines_in_a_card(lines in prop::collection::vec("(FN|N|TEL|EMAIL|BDAY|ADR|NOTE)(;TYPE=[a-z]{0,4})?:[-a-z0-9;&/, ]{0,20}", 0..8)) {
        let text = format!("BEGIN:VCARD\r\n{}\r\nEND:VCARD\r\n", lines.join("\r\n"));
        prop_assert!(offer(text.as_bytes()).is_ok());
    }

    #[test]
    fn any_cells_in_a_list(rows in prop::collection::vec(prop::collection::vec("[-a-zA-Z0-9/&. @\"=]{0,14}", 6), 0..8)) {
        let mut text = "First Name,Last Name,DOB,Email,Client Type,Status\n".to_owned();
        for row in rows {
            text.push_str(&row.join(","));
            text.push('\n');
        }
        prop_assert!(offer(text.as_bytes()).is_ok());
    }
}

#[test]
fn the_empty_file_and_the_endless_line() {
    assert!(matches!(offer(b""), Err(ExchangeError::Empty)));
    assert!(matches!(offer(b" \n\n"), Err(ExchangeError::Empty)));
    let long = format!("Name,Email\n{},x\n", "a".repeat(5_000_000));
    assert_eq!(offer(long.as_bytes()).unwrap().refusals.len(), 1);
    let many = "{".repeat(3_000_000);
    assert!(offer(many.as_bytes()).unwrap().is_refused());
}
