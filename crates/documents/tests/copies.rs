//! A copy as it leaves: nothing of another's side in its pages or its data, the same sentence at the end of each, data that keeps FHIR's
//! shape, and checksums that fit.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;

use documents::files;
use documents::testing::{archive, words};
use practice::calendar::{Place, Session, SessionKind, SessionState};
use practice::cases::{Case, Left, Side};
use practice::copies::what::Kind;
use practice::copies::{Basis, Gathered, Of, ToMake, sentence};
use practice::goals::GoalWords;
use practice::homework::{For, Told};
use practice::ids::{DemandId, PersonId, ReleaseId, SessionId};
use practice::language::Language;
use practice::measures::{Answers, check_in};
use practice::private::Private;
use practice::sessions::{Attendance, Present};
use practice::testing::{Fictional, once};
use serde_json::Value;

const HERS: &str = "velvetgrebe";
const HIS: &str = "saffronstoat";
const SHARED: &str = "copperheron";

async fn couple(house: &Fictional) -> (PersonId, PersonId, Case) {
    let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
    let case = house.case_of(&[noor, sam]).await;
    house.everybody_signs(&case).await;
    let homework = house.gives(&case, For::Everybody).await.unwrap();
    for (who, words, side) in [(noor, HERS, "Hers alone"), (sam, HIS, "His alone")] {
        let (access, part) = (house.portal(who).await, house.part(&case, who));
        let told = Told {
            words: Private::from(words),
            answers: vec![Private::from("Cold hands")],
            ..Told::default()
        };
        let given = house.practice.give_reflection(&access, homework, told, 0);
        given.await.unwrap();
        let goal = GoalWords {
            words: Private::from(side),
            value: Private::from("Rest"),
        };
        let set = house.practice.set_goal(&access, part, Side::Own, goal);
        set.await.unwrap();
        let answers: Answers = [(check_in().items.first().unwrap().id.clone(), 4)].into();
        house
            .practice
            .take_measure(&access, part, answers)
            .await
            .unwrap();
    }
    let access = house.portal(sam).await;
    let shared = house
        .practice
        .share_reflection(&access, homework, Private::from(SHARED), 0);
    shared.await.unwrap();
    (noor, sam, case)
}

async fn made(house: &Fictional, language: Language) -> ToMake {
    let (noor, _, case) = couple(house).await;
    let (access, part) = (house.portal(noor).await, house.part(&case, noor));
    let asked =
        house
            .practice
            .ask_my_copy(&access, part, (Kind::ALL.into_iter().collect(), language));
    asked.await.unwrap();
    house.practice.next_copy().await.unwrap().unwrap()
}

#[tokio::test]
async fn r2_a_copy_holds_nothing_of_another_and_ends_with_the_sentence() {
    once(async |house| {
        let language = Language::English;
        {
            let made = made(&house, language).await;
            let all = files(&made, |_| {}).unwrap();
            let names: Vec<&str> = all.iter().map(|file| file.name.as_str()).collect();
            assert_eq!(names, ["record.pdf", "record.zip"]);
            let shown = words(&all[0].bytes);
            assert!(shown.ends_with(sentence::closing(language)), "{shown}");
            for there in [HERS, SHARED, "Hers alone", "Cold hands"] {
                assert!(shown.contains(there), "{there}: {shown}");
            }
            let packed = archive(&all[1].bytes);
            let data = String::from_utf8(packed["record.json"].clone()).unwrap();
            for text in [&shown, &data] {
                for absent in [HIS, "His alone"] {
                    assert!(!text.contains(absent), "{absent}");
                }
            }
            assert_eq!(packed["record.pdf"], all[0].bytes);
            assert!(
                packed
                    .keys()
                    .any(|name| name.starts_with("originals/agreement-"))
            );
            let sums = String::from_utf8(packed["SHA256SUMS"].clone()).unwrap();
            assert_eq!(sums.lines().count(), packed.len() - 1);
            for line in sums.lines() {
                let (sum, name) = line.split_once("  ").unwrap();
                let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &packed[name]);
                let hex: String = digest
                    .as_ref()
                    .iter()
                    .map(|byte| format!("{byte:02x}"))
                    .collect();
                assert_eq!(hex, sum, "{name}");
            }
        }
    })
    .await;
}

/// A joint session that took place, and who was in the room.
fn meets(of: &mut Gathered, there: &[PersonId]) {
    let people = of.case.participants.iter().map(|who| who.person);
    let session = Session {
        id: SessionId(of.case.id.0),
        kind: SessionKind::Relational,
        clinician: of.case.clinician,
        case: Some(of.case.id),
        room: None,
        place: Place::Premises,
        starts_at: 0,
        ends_at: 3_000_000_000,
        state: SessionState::Held,
        revision: 1,
        people: people.collect(),
    };
    let present = there.iter().map(|person| Present {
        person: *person,
        from: None,
        until: None,
    });
    let room = Attendance {
        present: present.collect(),
        others: Private::from("An interpreter"),
    };
    of.present.insert(session.id, room);
    of.sessions = vec![(session, Of::Joint)];
}

/// The resources of a kind in the data to carry.
fn resources(made: &ToMake, kind: &str) -> Vec<Value> {
    let all = files(made, |_| {}).unwrap();
    let packed = archive(&all.last().unwrap().bytes);
    let bundle: Value = serde_json::from_slice(packed.get("record.json").unwrap()).unwrap();
    let entries = bundle.get("entry").unwrap().as_array().unwrap().iter();
    let resources = entries.map(|entry| entry.get("resource").unwrap().clone());
    resources
        .filter(|one| one.get("resourceType").unwrap() == kind)
        .collect()
}

#[tokio::test]
async fn r15_who_was_in_the_room_is_told_and_nobody_met_whom_they_missed() {
    once(async |house| {
        let mut made = made(&house, Language::English).await;
        let people = made.gathered.case.participants.clone();
        let (noor, sam) = (people[0].person, people[1].person);
        meets(&mut made.gathered, &[sam]);
        let shown = words(&files(&made, |_| {}).unwrap()[0].bytes);
        assert!(
            shown.contains("In the room: Sam, An interpreter"),
            "{shown}"
        );
        let appointment = resources(&made, "Appointment").remove(0);
        assert_eq!(appointment["status"], "noshow");
        assert_eq!(appointment["comment"], "Also in the room: An interpreter");
        assert!(resources(&made, "Encounter").is_empty());
        meets(&mut made.gathered, &[noor, sam]);
        let appointment = resources(&made, "Appointment").remove(0);
        assert_eq!(appointment["status"], "fulfilled");
        let encounter = resources(&made, "Encounter").remove(0);
        assert_eq!(encounter["participant"].as_array().unwrap().len(), 2);
        // What was called off is no refusal of anybody who had agreed to it.
        made.gathered.sessions[0].0.state = SessionState::Cancelled;
        let appointment = resources(&made, "Appointment").remove(0);
        assert_eq!(appointment["status"], "cancelled");
        let people = appointment["participant"].as_array().unwrap();
        assert_eq!(people.len(), 2);
        assert!(people.iter().all(|one| one["status"] == "accepted"));
        assert!(resources(&made, "Encounter").is_empty());
        // Whoever was not expected accepted nothing.
        made.gathered.sessions[0].0.people = vec![sam];
        let appointment = resources(&made, "Appointment").remove(0);
        assert_eq!(appointment["participant"].as_array().unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn r15_how_it_was_put_before_and_why_it_ended_are_in_both() {
    once(async |house| {
        let mut made = made(&house, Language::English).await;
        let of = &mut made.gathered;
        let said = GoalWords {
            words: Private::from("wrenholt"),
            ..GoalWords::default()
        };
        of.earlier_goals
            .insert(of.goals[0].id, vec![(said, of.made_at)]);
        of.ended = Some(Left {
            participant: of.case.participants[0].id,
            at: of.made_at,
            reason: Private::from("siskinlane"),
            onward: None,
        });
        let all = files(&made, |_| {}).unwrap();
        let packed = archive(&all[1].bytes);
        let data = String::from_utf8(packed["record.json"].clone()).unwrap();
        for text in [&words(&all[0].bytes), &data] {
            for there in ["wrenholt", "siskinlane"] {
                assert!(text.contains(there), "{there}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_document_is_headed_by_why_it_was_made() {
    once(async |house| {
        let made = made(&house, Language::English).await;
        let of = made.gathered.case.participants.first().unwrap().id;
        for (basis, title) in [
            (Basis::Own(of), "Copy of your record"),
            (Basis::Release(ReleaseId(of.0)), "Released from a record"),
            (
                Basis::Order(DemandId(of.0)),
                "From a record, by order of a court",
            ),
        ] {
            let shown = words(&documents::pages(&made.gathered, &made.cover, basis));
            assert!(shown.starts_with(title), "{shown}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_copy_is_drawn_in_german_too() {
    once(async |house| {
        let made = made(&house, Language::German).await;
        let all = files(&made, |_| {}).unwrap();
        let shown = words(&all[0].bytes);
        let ends: Vec<&str> = sentence::closing(Language::German).split(' ').collect();
        let last = ends[ends.len() - 4..].join(" ");
        assert!(shown.ends_with(&last), "{shown}");
        assert!(shown.contains("Kopie Ihrer Akte") && shown.contains(HERS));
    })
    .await;
}

/// What R4 requires of each resource that we write (elements with a minimum of one, from its `StructureDefinition`s).
const REQUIRED: [(&str, &[&str]); 17] = [
    ("Appointment", &["status", "participant"]),
    ("CarePlan", &["status", "intent", "subject"]),
    ("Communication", &["status"]),
    (
        "Composition",
        &["status", "type", "date", "author", "title"],
    ),
    ("Condition", &["subject"]),
    ("Consent", &["status", "scope", "category"]),
    ("DocumentReference", &["status", "content"]),
    ("Encounter", &["status", "class"]),
    ("Goal", &["lifecycleStatus", "description", "subject"]),
    ("Observation", &["status", "code"]),
    ("Organization", &["name"]),
    ("Patient", &["name"]),
    ("Practitioner", &["name"]),
    ("QuestionnaireResponse", &["status"]),
    ("RelatedPerson", &["patient"]),
    ("Task", &["status", "intent"]),
    ("Bundle", &["type", "entry"]),
];

fn references(of: &Value, into: &mut Vec<String>) {
    match of {
        Value::Object(fields) => {
            for (name, value) in fields {
                if let (true, Some(to)) = (name == "reference", value.as_str()) {
                    into.push(to.to_owned());
                }
                references(value, into);
            }
        }
        Value::Array(all) => all.iter().for_each(|one| references(one, into)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {
            assert!(!of.is_null(), "FHIR has no null here");
        }
        Value::String(text) => assert!(!text.is_empty(), "FHIR has no empty text"),
    }
}

#[tokio::test]
async fn the_data_keeps_the_shape_of_its_standard() {
    once(async |house| {
        let made = made(&house, Language::English).await;
        let all = files(&made, |_| {}).unwrap();
        let packed = archive(&all[1].bytes);
        let bundle: Value = serde_json::from_slice(&packed["record.json"]).unwrap();
        assert_eq!(bundle["resourceType"], "Bundle");
        assert_eq!(bundle["type"], "document");
        let entries = bundle["entry"].as_array().unwrap();
        assert_eq!(entries[0]["resource"]["resourceType"], "Composition");
        let mut known = BTreeSet::new();
        let mut kinds = BTreeSet::new();
        for entry in entries {
            let resource = &entry["resource"];
            let kind = resource["resourceType"].as_str().unwrap();
            let (_, required) = REQUIRED.iter().find(|(one, _)| *one == kind).unwrap();
            for element in *required {
                assert!(resource.get(element).is_some(), "{kind}.{element}");
            }
            assert!(
                known.insert(entry["fullUrl"].as_str().unwrap().to_owned()),
                "twice"
            );
            assert_eq!(
                entry["fullUrl"],
                format!("urn:uuid:{}", resource["id"].as_str().unwrap())
            );
            assert_eq!(resource["meta"]["security"][0]["code"], "R");
            kinds.insert(kind);
        }
        for kind in [
            "Patient",
            "RelatedPerson",
            "Consent",
            "Goal",
            "CarePlan",
            "Task",
            "QuestionnaireResponse",
            "Observation",
        ] {
            assert!(kinds.contains(kind), "{kind}");
        }
        let mut to = Vec::new();
        references(&bundle, &mut to);
        assert!(to.len() > 20);
        for reference in to {
            assert!(known.contains(&reference), "{reference} leads nowhere");
        }
        // One person is its patient; whoever else is named is known by a name alone.
        let patients = entries
            .iter()
            .filter(|one| one["resource"]["resourceType"] == "Patient");
        assert_eq!(patients.count(), 1);
        let sections = entries[0]["resource"]["section"].as_array().unwrap();
        let last = sections.last().unwrap()["text"]["div"]
            .as_str()
            .unwrap()
            .to_owned();
        assert!(last.contains("nothing follows from this sentence"));
    })
    .await;
}
