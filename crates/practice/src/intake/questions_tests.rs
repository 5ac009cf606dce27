//! The shipped intake asks what it must, lets everything else be left out, and never measures.

use std::collections::BTreeSet;

use super::questions::*;

fn all() -> impl Iterator<Item = &'static Question> {
    questions()
        .sections
        .iter()
        .flat_map(|section| &section.questions)
}

#[test]
fn the_four_sections_of_the_profession_and_those_around_them() {
    let ids: Vec<_> = questions()
        .sections
        .iter()
        .map(|section| section.id.as_str())
        .collect();
    assert_eq!(
        ids,
        [
            "about",
            "reason",
            "health",
            "sexual",
            "education",
            "beliefs",
            "concerns",
            "safety"
        ]
    );
    assert_eq!(
        questions().section_after("about").map(|s| s.id.as_str()),
        Some("reason")
    );
    assert!(questions().section_after("safety").is_none());
}

#[test]
fn ids_are_unique_and_begin_with_their_section() {
    let ids: BTreeSet<_> = all().map(|question| question.id.as_ref()).collect();
    assert_eq!(ids.len(), all().count());
    for section in &questions().sections {
        for question in &section.questions {
            assert!(
                question
                    .id
                    .as_ref()
                    .starts_with(&format!("{}.", section.id))
            );
            let values: BTreeSet<_> = question.options().iter().map(|o| &o.value).collect();
            assert_eq!(
                values.len(),
                question.options().len(),
                "{}",
                question.id.as_ref()
            );
        }
    }
}

#[test]
fn r8_only_the_date_of_birth_needs_an_answer() {
    let needed: Vec<_> = all().filter(|question| !question.skippable).collect();
    assert_eq!(needed.len(), 1);
    assert!(matches!(needed[0].answer, AnswerKind::Date));
    assert_eq!(needed[0].rule, Some(QuestionRule::Adult));
    assert!(!questions().skip.is_empty() && !questions().in_person.is_empty());
}

#[test]
fn who_one_is_can_be_said_in_own_words_or_not_at_all() {
    for id in [
        "about.pronouns",
        "about.gender",
        "about.orientation",
        "about.relationships",
    ] {
        let question = questions().question(id).unwrap();
        let AnswerKind::Choices { options, describe } = &question.answer else {
            panic!("{id}")
        };
        assert!(*describe, "{id}");
        assert!(options.iter().any(|o| o.value == "another"), "{id}");
        assert!(
            options
                .iter()
                .any(|o| o.value == "prefer-not" && o.exclusive),
            "{id}"
        );
    }
}

#[test]
fn r11_safety_is_asked_alone_and_reaches_the_clinician() {
    let safety = questions().section("safety").unwrap();
    assert!(safety.alone);
    assert_eq!(
        questions()
            .sections
            .iter()
            .filter(|section| section.alone)
            .count(),
        1
    );
    let danger = questions().question("safety.today").unwrap();
    assert_eq!(danger.raises(["yes"]), Some(Raises::SafetyNow));
    assert_eq!(danger.raises(["no"]), None);
    let life = questions().question("safety.life").unwrap();
    assert_eq!(life.raises(["past"]), Some(Raises::Safety));
    assert_eq!(life.raises(["past", "now"]), Some(Raises::SafetyNow));
}

#[test]
fn r11_the_partner_violence_questions_are_shipped_unchanged_with_their_source() {
    let hark: Vec<_> = all().filter(|question| question.source.is_some()).collect();
    assert_eq!(hark.len(), 4);
    for question in hark {
        assert_eq!(questions().source(question).unwrap().license, "CC BY 2.0");
        assert!(
            question
                .text
                .starts_with("Within the last year, have you been ")
        );
        assert_eq!(question.raises(["yes"]), Some(Raises::Safety));
    }
}

#[test]
fn r10_signs_of_the_body_raise_a_physician() {
    let body = questions().question("health.body").unwrap();
    assert_eq!(body.raises(["pain", "chest"]), Some(Raises::PhysicianNow));
    assert_eq!(body.raises(["none"]), None);
    assert_eq!(
        questions()
            .question("health.conditions")
            .unwrap()
            .raises(["heart"]),
        Some(Raises::Physician)
    );
}

#[test]
fn r13_no_question_measures() {
    for question in all() {
        let text = question.text.to_lowercase();
        for word in [
            "how many",
            "how often",
            "times a",
            "per week",
            "perform",
            "satisf",
        ] {
            assert!(!text.contains(word), "{}", question.text);
        }
    }
}

#[test]
fn concerns_can_be_ranked_and_said_in_own_words() {
    let ranked = questions().question("concerns.ranked").unwrap();
    assert!(matches!(ranked.answer, AnswerKind::Concerns { most: 5 }));
    let words = questions().question("concerns.words").unwrap();
    assert!(matches!(words.answer, AnswerKind::LongText));
}
