//! R11: answers reach the clinician at once and nobody else, and joint work waits in every case.

use std::collections::BTreeMap;

use super::{NewDecision, Outcome, SafetyError};
use crate::booking::{BookingError, NewSession, SESSION};
use crate::calendar::Place;
use crate::cases::Case;
use crate::error::AccessError;
use crate::homework::{For, HomeworkError};
use crate::ids::{ParticipantId, PersonId};
use crate::intake::questions::{QuestionId, Raises};
use crate::intake::{Answer, Answers};
use crate::private::Private;
use crate::testing::{Fictional, both, once};

const ADULT: jiff::civil::Date = jiff::civil::date(1988, 5, 4);

async fn couple(house: &Fictional) -> (PersonId, PersonId, Case) {
    let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
    let case = house.case_of(&[noor, sam]).await;
    house.waits(&case).await;
    house.everybody_signs(&case).await;
    (noor, sam, case)
}

fn decision(participant: ParticipantId, outcome: Outcome) -> NewDecision {
    NewDecision {
        participant,
        outcome,
        remark: Private::from("Asked alone."),
    }
}

/// Answers the part about safety as `person`, with one question answered by `value`.
async fn answers(house: &Fictional, case: &Case, person: PersonId, value: &str) {
    let (access, part) = (house.portal(person).await, house.part(case, person));
    let practice = &house.practice;
    practice.begin_intake(&access, part, ADULT).await.unwrap();
    let chosen = Answer::Chosen {
        values: vec![value.to_owned()],
        words: Private::default(),
    };
    let said: Answers = BTreeMap::from([(QuestionId::new("safety.afraid"), chosen)]);
    let page = practice.intake_page(&access, part, "safety").await.unwrap();
    let sent = practice.send_intake(&access, part, "safety", said, page.revision);
    sent.await.unwrap();
}

fn together(house: &Fictional, case: &Case) -> NewSession {
    NewSession {
        case: case.id,
        people: Vec::new(),
        starts: crate::clock::after(house.practice.now(), crate::clock::Minutes(48 * 60)),
        length: SESSION,
        place: Place::Video,
    }
}

#[tokio::test]
async fn r11_joint_work_waits_in_every_relational_case_until_it_is_settled() {
    both(async |house| {
        let (noor, sam, case) = couple(&house).await;
        let (his, hers) = (house.part(&case, sam), house.part(&case, noor));
        let desk = house.desk(house.clinician).await;
        let practice = &house.practice;
        let book = || practice.book_session(&desk, together(&house, &case));
        // Nobody answered anything, and somebody answered that nothing happened: it waits all the same.
        answers(&house, &case, sam, "no").await;
        assert!(matches!(book().await, Err(BookingError::JointWaits)));
        let given = house.gives(&case, For::Everybody).await;
        assert!(matches!(given, Err(HomeworkError::JointWaits)));
        house.gives(&case, For::One(hers)).await.unwrap();

        let both = |first, second| vec![decision(hers, first), decision(his, second)];
        let one = vec![decision(his, Outcome::GoesOn)];
        let one = practice.settle_safety(&desk, case.id, one).await;
        assert!(matches!(one, Err(SafetyError::NotEverybody)));
        let apart = both(Outcome::ApartForNow, Outcome::GoesOn);
        practice.settle_safety(&desk, case.id, apart).await.unwrap();
        assert!(matches!(book().await, Err(BookingError::JointWaits)));
        house.clock.pass_minutes(1);
        let plan = both(Outcome::WithPlan, Outcome::GoesOn);
        practice.settle_safety(&desk, case.id, plan).await.unwrap();
        book().await.unwrap();
        house.gives(&case, For::Everybody).await.unwrap();

        let seen = practice.safety(&desk, case.id).await.unwrap();
        assert_eq!((seen.joint.len(), seen.homework.len()), (1, 1));
        let of_hers = &seen.people[0].decided;
        let outcomes: Vec<_> = of_hers.iter().map(|one| one.outcome).collect();
        assert_eq!(outcomes, [Outcome::WithPlan, Outcome::ApartForNow]);
        assert_eq!(of_hers[0].remark.reveal(), "Asked alone.");

        let again = both(Outcome::GoesOn, Outcome::HelpElsewhere);
        practice.settle_safety(&desk, case.id, again).await.unwrap();
        let given = house.gives(&case, For::Everybody).await;
        assert!(matches!(given, Err(HomeworkError::JointWaits)));
    })
    .await;
}

#[tokio::test]
async fn r11_front_desk_learns_only_that_joint_sessions_wait() {
    once(async |house| {
        let (_, _, case) = couple(&house).await;
        let front = house.desk(house.front_desk).await;
        let book = || house.practice.book_session(&front, together(&house, &case));
        assert!(matches!(book().await, Err(BookingError::JointWaits)));
        let refused = house.practice.safety(&front, case.id).await;
        assert!(matches!(refused, Err(AccessError::NotThere)));
        house.settles(&case).await;
        book().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn r11_answers_reach_the_clinicians_inbox_at_once_and_no_partner() {
    both(async |house| {
        let (noor, sam, case) = couple(&house).await;
        let part = house.part(&case, noor);
        let desk = house.desk(house.clinician).await;
        let practice = &house.practice;
        answers(&house, &case, noor, "yes").await;
        assert_eq!(practice.at_desk(&desk).await.unwrap().answers, 1);
        let inbox = practice.answers_in(&desk).await.unwrap();
        assert_eq!(inbox.len(), 1);
        assert_eq!(inbox[0].participant, part);
        assert_eq!(inbox[0].raises, Some(Raises::Safety));

        // What comes in while they are read stays: here something blank, sent over what speaks of fear.
        let seen = practice.intake_of(&desk, case.id, part).await.unwrap();
        let unread = seen.unread.unwrap();
        house.clock.pass_minutes(1);
        answers(&house, &case, noor, "no").await;
        let inbox = practice.answers_in(&desk).await.unwrap();
        assert_eq!(inbox[0].raises, Some(Raises::Safety), "it hides nothing");
        let of = (case.id, part);
        practice.read_answers(&desk, of, unread).await.unwrap();
        let inbox = practice.answers_in(&desk).await.unwrap();
        assert_eq!((inbox.len(), inbox[0].raises), (1, None));
        let seen = practice.intake_of(&desk, case.id, part).await.unwrap();
        assert_eq!(seen.raises(), Some(Raises::Safety));
        let safety = seen.parts.iter().find(|part| part.section.alone).unwrap();
        assert_eq!(safety.earlier.len(), 1);
        let unread = seen.unread.unwrap();
        practice.read_answers(&desk, of, unread).await.unwrap();
        assert!(practice.answers_in(&desk).await.unwrap().is_empty());
        // What he may open of it is what he could open before: nothing.
        let his = house.portal(sam).await;
        let theirs = practice.intake_page(&his, part, "safety").await;
        assert!(matches!(theirs, Err(AccessError::NotThere)));
        let home = practice.my_home(&his).await.unwrap();
        assert!(!home.parts[0].asked_alone);
    })
    .await;
}

#[tokio::test]
async fn r11_somebody_is_asked_once_more_alone_and_earlier_answers_stay() {
    both(async |house| {
        let (noor, sam, case) = couple(&house).await;
        let part = house.part(&case, noor);
        let desk = house.desk(house.clinician).await;
        let practice = &house.practice;
        answers(&house, &case, noor, "no").await;
        house.clock.pass_minutes(1);
        let letters = async || {
            let sql = "SELECT person_id FROM post ORDER BY id";
            let rows = house
                .store
                .read(move |tx| tx.query(sql, &[]))
                .await
                .unwrap();
            let whose = rows.iter().map(|row| PersonId(row.uuid(0).unwrap()));
            whose.collect::<Vec<_>>()
        };
        let before = letters().await;
        practice.ask_safety(&desk, (case.id, part)).await.unwrap();
        // R12: she is written to that there is something for her, and nobody else is.
        assert_eq!(letters().await, [before, vec![noor]].concat());
        let asked = async |who| {
            let access = house.portal(who).await;
            practice.my_home(&access).await.unwrap().parts[0].asked_alone
        };
        assert!(asked(noor).await);
        assert!(!asked(sam).await);
        // On a screen that somebody may see by now, what she answered before does not stand.
        let hers = house.portal(noor).await;
        let page = practice.intake_page(&hers, part, "safety").await.unwrap();
        assert!(page.answers.is_empty());

        house.clock.pass_minutes(1);
        answers(&house, &case, noor, "yes").await;
        assert!(!asked(noor).await);
        let seen = practice.safety(&desk, case.id).await.unwrap();
        let raised: Vec<_> = seen.people[0].answered.iter().map(|one| one.1).collect();
        assert_eq!(raised, [Some(Raises::Safety), None]);
        assert!(seen.people[0].asked_at.is_none() && seen.people[1].answered.is_empty());
    })
    .await;
}

#[tokio::test]
async fn r11_unread_answers_outlast_the_case_and_reach_a_supervisor_who_does_not_read_in_place() {
    once(async |house| {
        let noor = house.client("Noor").await;
        let supervised = (house.associate, Some(house.clinician));
        let case = house.case_with(supervised.0, supervised.1, &[noor]).await;
        house.everybody_signs(&case).await;
        answers(&house, &case, noor, "yes").await;
        let associate = house.desk(house.associate).await;
        let supervisor = house.desk(house.clinician).await;
        let practice = &house.practice;
        practice.close_case(&associate, case.id).await.unwrap();
        for access in [&associate, &supervisor] {
            assert_eq!(practice.answers_in(access).await.unwrap().len(), 1);
        }
        let of = (case.id, house.part(&case, noor));
        let now = crate::clock::micros(practice.now());
        let refused = practice.read_answers(&supervisor, of, now).await;
        assert!(matches!(refused, Err(AccessError::NotThere)));
        practice.read_answers(&associate, of, now).await.unwrap();
        assert!(practice.answers_in(&supervisor).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn r2_the_inbox_leaves_no_line_on_a_partners_page() {
    once(async |house| {
        let (noor, sam, case) = couple(&house).await;
        answers(&house, &case, noor, "yes").await;
        let lines = async || {
            let his = house.portal(sam).await;
            let whose = crate::receipts::Whose::Others;
            let read = house.practice.who_opened_my_record(&his, whose, None);
            read.await.unwrap().openings.len()
        };
        let before = lines().await;
        let desk = house.desk(house.clinician).await;
        assert_eq!(house.practice.answers_in(&desk).await.unwrap().len(), 1);
        house.practice.sequence().await.unwrap();
        assert_eq!(lines().await, before);
    })
    .await;
}

#[tokio::test]
async fn r11_only_the_cases_clinician_decides() {
    once(async |house| {
        let (noor, _, case) = couple(&house).await;
        let part = house.part(&case, noor);
        for staff in [house.front_desk, house.owner] {
            let access = house.desk(staff).await;
            let new = vec![decision(part, Outcome::GoesOn)];
            let refused = house.practice.settle_safety(&access, case.id, new).await;
            assert!(matches!(
                refused,
                Err(SafetyError::Access(AccessError::NotThere))
            ));
            let asked = house.practice.ask_safety(&access, (case.id, part)).await;
            assert!(matches!(
                asked,
                Err(SafetyError::Access(AccessError::NotThere))
            ));
        }
    })
    .await;
}
