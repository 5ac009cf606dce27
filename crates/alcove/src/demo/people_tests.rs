//! The invented people hang together, and there are as many as there should be.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::{Weekday, date};
use practice::intake::questions::{AnswerKind, questions};
use practice::library::library;
use practice::places::places;

use super::people::*;

fn read() -> Demo {
    demo().unwrap()
}

#[test]
fn there_are_as_many_as_promised() {
    let demo = read();
    assert_eq!(demo.people.len(), 30);
    let sizes: Vec<_> = demo
        .cases
        .iter()
        .filter(|case| case.kind == DemoKind::Relational)
        .map(|case| case.participants.len())
        .collect();
    assert_eq!(sizes.iter().filter(|size| **size == 2).count(), 7);
    assert_eq!(sizes.iter().filter(|size| **size == 3).count(), 1);
    let role = |role| {
        demo.staff
            .iter()
            .filter(|staff| staff.roles.contains(&role))
            .count()
    };
    assert_eq!(role(DemoRole::Clinician) + role(DemoRole::Associate), 4);
    for one in [
        DemoRole::Owner,
        DemoRole::Supervisor,
        DemoRole::FrontDesk,
        DemoRole::Biller,
    ] {
        assert_eq!(role(one), 1, "{one:?}");
    }
}

#[test]
fn there_is_enough_to_read() {
    let demo = read();
    let own = demo
        .cases
        .iter()
        .flat_map(|case| &case.notes)
        .map(|note| note.happened.as_str());
    let notes: BTreeSet<_> = own
        .chain(demo.bank.iter().map(|note| note.happened.as_str()))
        .collect();
    assert!(notes.len() >= 60, "{}", notes.len());
    let reflections: BTreeSet<_> = demo
        .cases
        .iter()
        .flat_map(|case| &case.homework)
        .flat_map(|homework| &homework.reflections)
        .flat_map(|reflection| [&reflection.own, &reflection.shared])
        .flatten()
        .collect();
    assert!(reflections.len() >= 40, "{}", reflections.len());
    let goals: BTreeSet<_> = demo
        .cases
        .iter()
        .flat_map(|case| &case.goals)
        .map(|goal| &goal.words)
        .collect();
    assert!(goals.len() >= 30, "{}", goals.len());
}

#[test]
fn everybody_named_is_there() {
    let demo = read();
    let clients: BTreeSet<_> = demo.people.iter().map(|person| &person.slug).collect();
    let staff: BTreeSet<_> = demo.staff.iter().map(|person| &person.slug).collect();
    assert_eq!(clients.len(), demo.people.len());
    let in_care: BTreeSet<_> = demo
        .cases
        .iter()
        .flat_map(|case| &case.participants)
        .collect();
    assert_eq!(in_care, clients);
    for case in &demo.cases {
        assert!(staff.contains(&case.clinician));
        assert_eq!(
            case.kind == DemoKind::Relational,
            case.secrets.is_some(),
            "{}",
            case.slug
        );
        let inside = |slug: &String| case.participants.contains(slug);
        assert!(
            case.notes
                .iter()
                .all(|note| note.who == "joint" || inside(&note.who))
        );
        assert!(case.concerns.iter().all(|concern| inside(&concern.person)));
        assert!(case.goals.iter().all(|goal| goal.whose.iter().all(inside)));
        assert!(case.measures.iter().all(|measure| inside(&measure.person)));
        assert!(
            case.care_team
                .iter()
                .all(|colleague| inside(&colleague.person))
        );
        for homework in &case.homework {
            assert!(homework.given_to.iter().all(inside));
            let given = |by| homework.given_to.contains(by);
            assert!(
                homework
                    .reflections
                    .iter()
                    .all(|reflection| given(&reflection.by))
            );
        }
    }
    for member in &demo.staff {
        assert!(
            member
                .supervisor
                .iter()
                .all(|supervisor| staff.contains(supervisor))
        );
    }
}

#[test]
fn everything_named_is_in_the_library() {
    let demo = read();
    for case in &demo.cases {
        for concern in &case.concerns {
            assert!(
                library().concern(&concern.concern).is_some(),
                "{}",
                concern.concern
            );
        }
        let given = case.homework.iter().map(|homework| &homework.assignment);
        let noted = case.notes.iter().filter_map(|note| note.homework.as_ref());
        for assignment in given.chain(noted) {
            assert!(library().assignment(assignment).is_some(), "{assignment}");
        }
    }
    for concern in demo.staff.iter().flat_map(|member| &member.concerns) {
        assert!(library().concern(concern).is_some(), "{concern}");
    }
    for choice in demo.enquiries.iter().flat_map(|enquiry| &enquiry.on_mind) {
        assert!(library().choice(choice).is_some(), "{choice}");
    }
}

#[test]
fn every_intake_answers_questions_that_are_asked() {
    for person in read().people {
        for (id, answer) in &person.intake {
            let question = questions().question(id).unwrap_or_else(|| panic!("{id}"));
            let fits = match (answer, &question.answer) {
                (DemoAnswer::Text { text }, AnswerKind::Text | AnswerKind::LongText) => {
                    !text.is_empty()
                }
                (DemoAnswer::Chosen { chosen, .. }, AnswerKind::Choice { options, .. }) => {
                    chosen.len() == 1 && options.iter().any(|option| option.value == chosen[0])
                }
                (DemoAnswer::Chosen { chosen, .. }, AnswerKind::Choices { options, .. }) => chosen
                    .iter()
                    .all(|value| options.iter().any(|option| option.value == *value)),
                (DemoAnswer::Scale { scale }, AnswerKind::Scale { from, to, .. }) => {
                    (from..=to).contains(&scale)
                }
                (DemoAnswer::Ranked { ranked }, AnswerKind::Concerns { most }) => {
                    ranked.len() <= usize::from(*most)
                        && ranked
                            .iter()
                            .all(|one| library().concern(&one.concern).is_some())
                }
                (
                    DemoAnswer::InPerson { in_person: true }
                    | DemoAnswer::Skipped { skipped: true },
                    _,
                ) => question.skippable,
                _ => false,
            };
            assert!(fits, "{} {id}", person.slug);
        }
    }
}

#[test]
fn r7_nobody_and_no_room_is_in_two_places() {
    let demo = read();
    let mut taken: BTreeMap<(u8, jiff::civil::Time), BTreeSet<String>> = BTreeMap::new();
    for case in demo
        .cases
        .iter()
        .filter(|case| case.closed_weeks_ago.is_none())
    {
        let at = taken.entry((case.slot.day, case.slot.time)).or_default();
        let busy = case
            .participants
            .iter()
            .chain([&case.clinician])
            .chain(&case.slot.room);
        for one in busy {
            assert!(at.insert(one.clone()), "{one} twice, {}", case.slug);
        }
        assert_eq!(case.slot.time.minute(), 0);
    }
}

#[test]
fn clinicians_work_when_they_meet() {
    let demo = read();
    for case in &demo.cases {
        let clinician = demo
            .staff
            .iter()
            .find(|member| member.slug == case.clinician)
            .unwrap();
        let covers = |hours: &DemoHours| {
            let end = case.slot.time.checked_add(1.hour()).unwrap();
            hours.day == case.slot.day && hours.from <= case.slot.time && end <= hours.to
        };
        assert!(clinician.hours.iter().any(covers), "{}", case.slug);
        let video = case.slot.room.is_none();
        let modality = if video {
            DemoModality::Video
        } else {
            DemoModality::Premises
        };
        assert!(clinician.modalities.contains(&modality), "{}", case.slug);
    }
}

#[test]
fn r6_every_clinician_has_a_licence_in_date_and_they_differ() {
    let demo = read();
    let mut titles = BTreeSet::new();
    for member in &demo.staff {
        let seeing = |role: &DemoRole| matches!(role, DemoRole::Clinician | DemoRole::Associate);
        if member.roles.iter().any(seeing) {
            let licence = member
                .credentials
                .iter()
                .find(|credential| {
                    credential.kind == DemoCredentialKind::Licence
                        && credential.jurisdiction.as_ref() == Some(&demo.practice.place)
                })
                .unwrap();
            assert!(licence.valid_days.unwrap() > 30, "{}", member.slug);
            titles.insert(&licence.title);
            let associate = licence.level == Some(DemoLicenceLevel::Associate);
            assert_eq!(associate, member.supervisor.is_some(), "{}", member.slug);
        }
    }
    assert_eq!(titles.len(), 4);
}

#[test]
fn r8_everybody_is_an_adult() {
    let demo = read();
    let locale = places().locale(&demo.practice.place).unwrap();
    for person in &demo.people {
        assert!(
            locale.is_adult(person.born, date(2026, 1, 1)),
            "{}",
            person.slug
        );
    }
}

#[test]
fn r13_no_goal_counts() {
    for goal in read().cases.iter().flat_map(|case| &case.goals) {
        let counts = goal.words.chars().any(|c| c.is_ascii_digit());
        assert!(
            !counts && !goal.words.contains("times") && !goal.words.contains("a week"),
            "{}",
            goal.words
        );
    }
}

#[test]
fn measures_answer_every_question_within_its_range() {
    let most = BTreeMap::from([
        ("phq-9", vec![3; 9]),
        ("gad-7", vec![3; 7]),
        ("csi-4", vec![6, 5, 5, 5]),
        ("pc-ptsd-5", vec![1; 5]),
        ("audit-c", vec![4; 3]),
    ]);
    for measure in read().cases.iter().flat_map(|case| &case.measures) {
        let most = most.get(measure.instrument.as_str()).unwrap();
        assert_eq!(measure.answers.len(), most.len());
        assert!(
            measure
                .answers
                .iter()
                .zip(most)
                .all(|(answer, most)| answer <= most)
        );
    }
}

#[test]
fn r2_what_is_told_alone_is_in_no_joint_note() {
    for case in read().cases {
        let own: Vec<_> = case
            .homework
            .iter()
            .flat_map(|homework| &homework.reflections)
            .filter_map(|reflection| reflection.own.as_deref())
            .flat_map(|text| text.split(". "))
            .filter(|sentence| sentence.len() > 20)
            .collect();
        for note in case.notes.iter().filter(|note| note.who == "joint") {
            let text = format!(
                "{} {} {} {}",
                note.focus, note.happened, note.did, note.response
            );
            assert!(
                !own.iter().any(|sentence| text.contains(sentence)),
                "{}",
                case.slug
            );
        }
    }
}

#[test]
fn working_days_follow_today() {
    use Weekday::{Friday, Monday, Saturday, Thursday, Tuesday, Wednesday};
    let days = |today| (0..5).map(|day| weekday(day, today)).collect::<Vec<_>>();
    assert_eq!(
        days(Thursday),
        [Thursday, Friday, Monday, Tuesday, Wednesday]
    );
    assert_eq!(
        days(Saturday),
        [Saturday, Monday, Tuesday, Wednesday, Thursday]
    );
}
