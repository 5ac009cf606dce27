//! R2, R8 and R9 for intake: adults only, after consent, each person alone.

use crate::access::JobAccess;
use jiff::civil::{Date, date};

use super::questions::{QuestionId, Raises, questions};
use super::{Answer, Answers, IntakeError, PartState, Ranked};
use crate::cases::Case;
use crate::error::AccessError;
use crate::ids::PersonId;
use crate::library::ConcernId;
use crate::private::Private;
use crate::settings::Description;
use crate::testing::{Fictional, both, once};

const ADULT: Date = date(1995, 2, 14);

fn text(words: &str) -> Answer {
    Answer::Text(Private::from(words))
}

fn chosen(values: &[&str]) -> Answer {
    Answer::Chosen {
        values: values.iter().map(|value| (*value).to_owned()).collect(),
        words: Private::default(),
    }
}

fn answers<const N: usize>(answers: [(&str, Answer); N]) -> Answers {
    answers
        .into_iter()
        .map(|(id, answer)| (QuestionId::new(id), answer))
        .collect()
}

async fn begun(house: &Fictional, case: &Case, who: PersonId) {
    house.signs(case, who, "informed-consent").await.unwrap();
    let access = house.portal(who).await;
    let part = house.part(case, who);
    house
        .practice
        .begin_intake(&access, part, ADULT)
        .await
        .unwrap();
}

async fn stored(house: &Fictional) -> i64 {
    let count = house.store.read(|tx| {
        let rows = tx.one("SELECT COUNT(*) FROM intakes", &[])?.unwrap();
        rows.int(0)
    });
    count.await.unwrap()
}

#[test]
fn what_does_not_fit_a_question_is_left_out() {
    let health = questions().section("health").unwrap();
    let kept = health.fitting(answers([
        ("health.medicines", text("  ")),
        ("health.body", chosen(&["pain", "none", "no-such-choice"])),
        ("health.since", chosen(&["yes", "no"])),
        ("sexual.good", text("Another part's question")),
        ("health.care", Answer::Scale(3)),
        ("health.substances", Answer::InTheRoom),
    ]));
    let expected = answers([
        ("health.body", chosen(&["pain"])),
        ("health.since", chosen(&["yes"])),
        ("health.substances", Answer::InTheRoom),
    ]);
    assert_eq!(kept, expected);
    assert_eq!(health.raises(&kept), Some(Raises::Physician));

    let about = questions().section("about").unwrap();
    let born = QuestionId::new("about.born");
    assert!(
        about
            .fitting(answers([(born.as_ref(), Answer::InTheRoom)]))
            .is_empty()
    );
}

#[test]
fn concerns_keep_the_clients_order_and_words() {
    let section = questions().section("concerns").unwrap();
    let one = |concern: Option<&str>, words: &str| Ranked {
        concern: concern.map(ConcernId::new),
        words: Private::from(words),
    };
    let ranked = vec![
        one(Some("P1"), "It hurts, and then I wait for it to hurt."),
        one(None, " "),
        one(Some("nothing"), "Words that stand alone"),
        one(Some("P1"), "Twice"),
        one(Some("D3"), ""),
    ];
    let kept = section.fitting(answers([("concerns.ranked", Answer::Ranked(ranked))]));
    let expected = Answer::Ranked(vec![
        one(Some("P1"), "It hurts, and then I wait for it to hurt."),
        one(None, "Words that stand alone"),
        one(Some("D3"), ""),
    ]);
    assert_eq!(kept[&QuestionId::new("concerns.ranked")], expected);
}

#[tokio::test]
async fn r8_a_minors_intake_stops_and_nothing_of_it_is_stored() {
    both(async |house| {
        let noor = house.client("Noor").await;
        let case = house.case_of(&[noor]).await;
        house.signs(&case, noor, "informed-consent").await.unwrap();
        let access = house.portal(noor).await;
        let part = house.part(&case, noor);
        let practice = &house.practice;
        let said = || answers([("reason.now", text("Because."))]);
        let first = practice
            .draft_intake(&access, part, "reason", said(), 0)
            .await;
        assert!(matches!(first, Err(IntakeError::BornFirst)));
        // Eighteen tomorrow, on the practice's day.
        let born = date(2008, 11, 20);
        let refused = practice.begin_intake(&access, part, born).await;
        assert!(matches!(refused, Err(IntakeError::Minor)));
        for unlikely in [date(2030, 1, 1), date(1850, 1, 1)] {
            let refused = practice.begin_intake(&access, part, unlikely).await;
            assert!(matches!(refused, Err(IntakeError::BornUnlikely)));
        }
        let after = practice
            .draft_intake(&access, part, "reason", said(), 0)
            .await;
        assert!(matches!(after, Err(IntakeError::BornFirst)));
        assert_eq!(stored(&house).await, 0);

        practice.begin_intake(&access, part, ADULT).await.unwrap();
        practice
            .draft_intake(&access, part, "reason", said(), 0)
            .await
            .unwrap();
        assert_eq!(stored(&house).await, 2);
        let corrected = practice.begin_intake(&access, part, born).await;
        assert!(matches!(corrected, Err(IntakeError::Minor)));
        assert_eq!(stored(&house).await, 0);
    })
    .await;
}

#[tokio::test]
async fn r8_adulthood_is_that_of_the_practices_place() {
    once(async |house| {
        let noor = house.client("Noor").await;
        let case = house.case_of(&[noor]).await;
        house.signs(&case, noor, "informed-consent").await.unwrap();
        let access = house.portal(noor).await;
        let part = house.part(&case, noor);
        let born = date(2008, 1, 1);
        let alabama = Description {
            place: "US-AL".to_owned(),
            ..Description::default()
        };
        house
            .practice
            .describe(&JobAccess::set_up(), &alabama)
            .await
            .unwrap();
        let refused = house.practice.begin_intake(&access, part, born).await;
        assert!(matches!(refused, Err(IntakeError::Minor)));
        let oregon = Description {
            place: "US-OR".to_owned(),
            ..Description::default()
        };
        house
            .practice
            .describe(&JobAccess::set_up(), &oregon)
            .await
            .unwrap();
        house
            .practice
            .begin_intake(&access, part, born)
            .await
            .unwrap();
    })
    .await;
}

#[tokio::test]
async fn r9_no_intake_before_the_informed_consent() {
    once(async |house| {
        let noor = house.client("Noor").await;
        let case = house.case_of(&[noor]).await;
        let access = house.portal(noor).await;
        let part = house.part(&case, noor);
        let refused = house.practice.begin_intake(&access, part, ADULT).await;
        assert!(matches!(refused, Err(IntakeError::ConsentMissing)));
        begun(&house, &case, noor).await;
        house
            .practice
            .withdraw_consent(&access, part, "informed-consent".to_owned())
            .await
            .unwrap();
        let said = answers([("reason.now", text("Because."))]);
        let refused = house
            .practice
            .send_intake(&access, part, "reason", said, 0)
            .await;
        assert!(matches!(refused, Err(IntakeError::ConsentMissing)));
    })
    .await;
}

#[tokio::test]
async fn a_part_is_kept_as_a_draft_resumed_and_sent() {
    both(async |house| {
        let noor = house.client("Noor").await;
        let case = house.case_of(&[noor]).await;
        begun(&house, &case, noor).await;
        let access = house.portal(noor).await;
        let part = house.part(&case, noor);
        let practice = &house.practice;
        let draft = answers([("health.body", chosen(&["bleeding"]))]);
        let save =
            |revision| practice.draft_intake(&access, part, "health", draft.clone(), revision);
        assert_eq!(save(0).await.unwrap(), 1);
        assert!(matches!(
            save(0).await,
            Err(IntakeError::Access(AccessError::Stale))
        ));
        let page = practice.intake_page(&access, part, "health").await.unwrap();
        assert_eq!((page.answers.clone(), page.revision), (draft.clone(), 1));
        assert!(page.sent_at.is_none());

        let desk = house.desk(house.clinician).await;
        let read = practice.intake_of(&desk, case.id, part).await.unwrap();
        assert!(read.parts.iter().all(|part| part.answers.is_none()) && read.born.is_none());
        let sent = practice
            .send_intake(&access, part, "health", draft.clone(), 1)
            .await
            .unwrap();
        assert_eq!(sent.raises, Some(Raises::Physician));
        let about = practice.send_intake(&access, part, "about", Answers::new(), 1);
        about.await.unwrap();
        let read = practice.intake_of(&desk, case.id, part).await.unwrap();
        assert_eq!(read.born, Some(ADULT));
        assert_eq!(read.parts[2].answers, Some(draft));
        assert_eq!(read.raises(), Some(Raises::Physician));
        let mine = practice.my_intakes(&access).await.unwrap();
        assert_eq!(mine[0].state.parts[2].1, PartState::Sent);
        assert_eq!(mine[0].state.next().unwrap().id, "reason");
        let none = practice.intake_page(&access, part, "no-such-part").await;
        assert!(matches!(none, Err(AccessError::NotThere)));
    })
    .await;
}

#[tokio::test]
async fn r2_the_clinician_reads_an_intake_and_a_partner_does_not() {
    once(async |house| {
        let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
        let case = house.case_of(&[noor, sam]).await;
        begun(&house, &case, noor).await;
        begun(&house, &case, sam).await;
        let access = house.portal(noor).await;
        let part = house.part(&case, noor);
        let told = |mine: Result<Vec<super::MyIntake>, AccessError>| format!("{mine:?}");
        let sams = house.portal(sam).await;
        let before = told(house.practice.my_intakes(&sams).await);
        let afraid = answers([("safety.afraid", chosen(&["yes"]))]);
        house
            .practice
            .send_intake(&access, part, "safety", afraid.clone(), 0)
            .await
            .unwrap();
        assert_eq!(told(house.practice.my_intakes(&sams).await), before);
        let page = house.practice.intake_page(&sams, part, "safety").await;
        assert!(matches!(page, Err(AccessError::NotThere)));
        let written = house
            .practice
            .draft_intake(&sams, part, "safety", Answers::new(), 1)
            .await;
        assert!(matches!(
            written,
            Err(IntakeError::Access(AccessError::NotThere))
        ));
        for (staff, may) in [
            (house.clinician, true),
            (house.associate, false),
            (house.front_desk, false),
            (house.owner, false),
            (house.biller, false),
        ] {
            let desk = house.desk(staff).await;
            let read = house.practice.intake_of(&desk, case.id, part).await;
            assert_eq!(read.is_ok(), may);
        }
    })
    .await;
}
