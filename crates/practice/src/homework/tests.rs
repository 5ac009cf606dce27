//! R2, R9 and R13 for homework: the own box stays own, nothing before consent, nothing counted.

use super::{
    CaseHomework, For, Happened, HomeworkError, HomeworkPage, NewAssignment, Told, What, of_case,
};
use crate::access::Purpose;
use crate::cases::Case;
use crate::error::AccessError;
use crate::ids::{AssignmentId, PersonId, SessionId};
use crate::library;
use crate::private::Private;
use crate::receipts::Action;
use crate::testing::{Fictional, both, once};

const OWN: &str = "I was bracing and I have not told him.";
const SHARED: &str = "Thank you for saying pause before I had to.";

fn told(words: &str) -> Told {
    Told {
        happened: Some(Happened::Some),
        tense: Some(3),
        answers: vec![Private::from("His hands were cold.")],
        words: Private::from(words),
    }
}

async fn couple(house: &Fictional) -> (PersonId, PersonId, Case) {
    let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
    let case = house.case_of(&[noor, sam]).await;
    house.everybody_signs(&case).await;
    (noor, sam, case)
}

async fn page(house: &Fictional, who: PersonId, id: AssignmentId) -> HomeworkPage {
    let access = house.portal(who).await;
    house.practice.homework_page(&access, id).await.unwrap()
}

/// Everything that a participant can learn from their pages about an assignment.
async fn learned(house: &Fictional, who: PersonId, id: AssignmentId) -> String {
    let page = page(house, who, id).await;
    let access = house.portal(who).await;
    let list = house.practice.my_homework(&access).await.unwrap();
    let shared: Vec<_> = page
        .from_others
        .iter()
        .map(|(name, one)| (name.reveal(), one.told.words.reveal(), one.given_at))
        .collect();
    let given: Vec<_> = list[0]
        .given
        .iter()
        .map(|(one, back)| (one.id, one.open, one.revision, one.given_at, back))
        .collect();
    let receipts = house
        .practice
        .who_opened_my_record(&access, crate::receipts::Whose::MineToo, None)
        .await;
    let opened: Vec<_> = receipts
        .unwrap()
        .openings
        .iter()
        .filter(|one| one.by != crate::receipts::OpenedBy::You)
        .map(|one| (one.at, one.what))
        .collect();
    format!(
        "{shared:?} {given:?} {opened:?} {:?} {:?}",
        page.own.revision,
        page.joint.map(|joint| joint.revision)
    )
}

async fn seen_by_the_clinician(house: &Fictional, case: &Case) -> Vec<CaseHomework> {
    let desk = house.desk(house.clinician).await;
    let case = case.clone();
    house
        .practice
        .read(&desk, move |work| {
            let opened = work.open(Action::CaseOverview, Purpose::Care, &case.compartments())?;
            of_case(work, &opened, &case, i64::MAX)
        })
        .await
        .unwrap()
}

#[tokio::test]
async fn r2_an_own_reflection_changes_nothing_that_a_partner_can_learn() {
    both(async |house| {
        let (noor, sam, case) = couple(&house).await;
        let id = house.gives(&case, For::Everybody).await.unwrap();
        let before = learned(&house, sam, id).await;
        let access = house.portal(noor).await;
        let mut revision = 0;
        for _ in 0..2 {
            house.clock.pass_minutes(3);
            let draft = house
                .practice
                .draft_reflection(&access, id, told(OWN), revision);
            revision = draft.await.unwrap();
        }
        assert_eq!(learned(&house, sam, id).await, before);
        let give = house
            .practice
            .give_reflection(&access, id, told(OWN), revision);
        assert_eq!(give.await.unwrap(), 3);
        assert_eq!(learned(&house, sam, id).await, before);

        let mine = page(&house, noor, id).await;
        assert_eq!(mine.own.told, told(OWN));
        assert!(mine.from_others.is_empty());
        let seen = seen_by_the_clinician(&house, &case).await;
        let noors = house.part(&case, noor);
        assert!(seen[0].back.contains(&(noors, true)));
        assert!(seen[0].back.contains(&(house.part(&case, sam), false)));
        let own = &seen[0].reflections[0];
        assert!(!own.shared && own.participant == noors);
        assert_eq!(own.told.words.reveal(), OWN);
    })
    .await;
}

#[tokio::test]
async fn r2_sharing_shows_exactly_the_shared_words_and_can_be_taken_back() {
    both(async |house| {
        let (noor, sam, case) = couple(&house).await;
        let id = house.gives(&case, For::Everybody).await.unwrap();
        let access = house.portal(noor).await;
        let practice = &house.practice;
        practice
            .give_reflection(&access, id, told(OWN), 0)
            .await
            .unwrap();
        let before = learned(&house, sam, id).await;
        let words = || Private::from(SHARED);
        assert_eq!(
            practice
                .draft_shared(&access, id, words(), 0)
                .await
                .unwrap(),
            1
        );
        assert_eq!(learned(&house, sam, id).await, before);
        assert!(
            seen_by_the_clinician(&house, &case).await[0]
                .reflections
                .len()
                == 1
        );
        let shared = practice.share_reflection(&access, id, words(), 1).await;
        assert_eq!(shared.unwrap(), 2);

        let sams = page(&house, sam, id).await;
        let (name, reflection) = &sams.from_others[0];
        assert_eq!(name.reveal(), "Noor");
        assert_eq!(reflection.told.words.reveal(), SHARED);
        assert!(reflection.told.happened.is_none() && reflection.told.tense.is_none());
        assert!(!format!("{sams:?}").contains(OWN));
        let again = practice.share_reflection(&access, id, words(), 2).await;
        assert!(matches!(again, Err(HomeworkError::Shared)));

        practice.take_back_reflection(&access, id, 2).await.unwrap();
        assert!(page(&house, sam, id).await.from_others.is_empty());
        let mine = page(&house, noor, id).await.joint.unwrap();
        assert_eq!(mine.words.reveal(), SHARED);
        assert!(mine.shared_at.is_none());
    })
    .await;
}

#[tokio::test]
async fn r2_drafts_of_the_shared_box_never_touch_the_joint_key() {
    once(async |house| {
        let (noor, _, case) = couple(&house).await;
        let id = house.gives(&case, For::Everybody).await.unwrap();
        let access = house.portal(noor).await;
        for (revision, words) in ["Not this,", "nor this.", SHARED].into_iter().enumerate() {
            let revision = u32::try_from(revision).unwrap();
            let draft = house
                .practice
                .draft_shared(&access, id, Private::from(words), revision);
            draft.await.unwrap();
        }
        house
            .practice
            .share_reflection(&access, id, Private::from(SHARED), 3)
            .await
            .unwrap();
        let joint = case.joint.unwrap();
        let count = |sql: &'static str| {
            house.store.read(move |tx| {
                let row = tx.one(sql, &[joint.0.into()])?.unwrap();
                row.int(0)
            })
        };
        let earlier =
            "SELECT COUNT(*) FROM revisions WHERE tbl = 'reflections' AND compartment_id = $1";
        assert_eq!(count(earlier).await.unwrap(), 0);
        let now = "SELECT COUNT(*) FROM reflections WHERE compartment_id = $1";
        assert_eq!(count(now).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn r2_homework_for_one_does_not_exist_for_the_other() {
    both(async |house| {
        let (noor, sam, case) = couple(&house).await;
        let id = house
            .gives(&case, For::One(house.part(&case, noor)))
            .await
            .unwrap();
        let access = house.portal(sam).await;
        let page = house.practice.homework_page(&access, id).await;
        assert!(matches!(page, Err(AccessError::NotThere)));
        assert!(
            house.practice.my_homework(&access).await.unwrap()[0]
                .given
                .is_empty()
        );
        for refused in [
            house
                .practice
                .draft_reflection(&access, id, told(OWN), 0)
                .await,
            house
                .practice
                .share_reflection(&access, id, Private::from(SHARED), 0)
                .await,
        ] {
            assert!(matches!(
                refused,
                Err(HomeworkError::Access(AccessError::NotThere))
            ));
        }
        // There is nobody to share homework for one with, either.
        let access = house.portal(noor).await;
        assert!(self::page(&house, noor, id).await.joint.is_none());
        let shared = house
            .practice
            .share_reflection(&access, id, Private::from(SHARED), 0)
            .await;
        assert!(matches!(
            shared,
            Err(HomeworkError::Access(AccessError::NotThere))
        ));
    })
    .await;
}

#[tokio::test]
async fn r9_no_homework_and_no_reflection_before_consent() {
    both(async |house| {
        let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
        let case = house.case_of(&[noor, sam]).await;
        let noors = For::One(house.part(&case, noor));
        for whom in [noors, For::Everybody] {
            let refused = house.gives(&case, whom).await;
            assert!(matches!(refused, Err(HomeworkError::ConsentMissing)));
        }
        house.signs(&case, noor, "informed-consent").await.unwrap();
        house.gives(&case, noors).await.unwrap();
        let refused = house.gives(&case, For::Everybody).await;
        assert!(matches!(refused, Err(HomeworkError::ConsentMissing)));
        house.signs(&case, sam, "informed-consent").await.unwrap();
        let id = house.gives(&case, For::Everybody).await.unwrap();

        let access = house.portal(noor).await;
        let part = house.part(&case, noor);
        house
            .practice
            .withdraw_consent(&access, part, "informed-consent".to_owned())
            .await
            .unwrap();
        let own = house
            .practice
            .draft_reflection(&access, id, told(OWN), 0)
            .await;
        assert!(matches!(own, Err(HomeworkError::ConsentMissing)));
        let sams = house.portal(sam).await;
        house
            .practice
            .give_reflection(&sams, id, told(OWN), 0)
            .await
            .unwrap();
        // R2: that Noor withdrew is not told to Sam by a refusal.
        house
            .practice
            .share_reflection(&sams, id, Private::from(SHARED), 0)
            .await
            .unwrap();
        let shared = house
            .practice
            .share_reflection(&access, id, Private::from(SHARED), 0)
            .await;
        assert!(matches!(shared, Err(HomeworkError::ConsentMissing)));
    })
    .await;
}

#[tokio::test]
async fn r13_what_comes_back_is_in_or_not_yet_however_often() {
    once(async |house| {
        let noor = house.client("Noor").await;
        let case = house.case_of(&[noor]).await;
        house.everybody_signs(&case).await;
        let id = house.gives(&case, For::Everybody).await.unwrap();
        assert!(page(&house, noor, id).await.joint.is_none());
        let access = house.portal(noor).await;
        let practice = &house.practice;
        let empty = practice
            .give_reflection(&access, id, Told::default(), 0)
            .await;
        assert!(matches!(empty, Err(HomeworkError::Empty)));
        for revision in 0..3 {
            let give = practice.give_reflection(&access, id, told(OWN), revision);
            assert_eq!(give.await.unwrap(), revision + 1);
        }
        let stale = practice.give_reflection(&access, id, told(OWN), 1).await;
        assert!(matches!(
            stale,
            Err(HomeworkError::Access(AccessError::Stale))
        ));
        let seen = seen_by_the_clinician(&house, &case).await;
        assert_eq!(seen[0].back, [(house.part(&case, noor), true)]);
        assert_eq!(seen[0].reflections.len(), 1);
        let asked = &seen[0].assignment.task.prompts;
        assert!(asked.iter().all(|prompt| !prompt.contains("How many")));
    })
    .await;
}

#[tokio::test]
async fn own_text_is_given_read_and_ended() {
    once(async |house| {
        let noor = house.client("Noor").await;
        let case = house.case_of(&[noor]).await;
        house.everybody_signs(&case).await;
        let desk = house.desk(house.clinician).await;
        let give = |title: &str, session| {
            let new = NewAssignment {
                case: case.id,
                session,
                what: What::OwnText {
                    title: Private::from(title),
                    text: Private::from("Walk.\n\n\nNotice your feet."),
                },
                remark: Private::default(),
                whom: For::Everybody,
            };
            house.practice.give_homework(&desk, new)
        };
        assert!(matches!(give(" ", None).await, Err(HomeworkError::Empty)));
        let elsewhere = SessionId(uuid::Uuid::from_u128(7));
        assert!(matches!(
            give("A walk", Some(elsewhere)).await,
            Err(HomeworkError::Access(AccessError::NotThere))
        ));
        let id = give("A walk", None).await.unwrap();
        assert_eq!(page(&house, noor, id).await.assignment.task.steps.len(), 2);
        house.practice.end_homework(&desk, id).await.unwrap();
        assert!(!page(&house, noor, id).await.assignment.open);
        let access = house.portal(noor).await;
        let late = house
            .practice
            .give_reflection(&access, id, told(OWN), 0)
            .await;
        assert!(matches!(late, Err(HomeworkError::Ended)));
        let twice = house.practice.end_homework(&desk, id).await;
        assert!(matches!(twice, Err(HomeworkError::Ended)));

        let other = house.desk(house.associate).await;
        let new = NewAssignment {
            case: case.id,
            session: None,
            what: What::Library(library::AssignmentId::new("HW34")),
            remark: Private::default(),
            whom: For::Everybody,
        };
        let refused = house.practice.give_homework(&other, new).await;
        assert!(matches!(
            refused,
            Err(HomeworkError::Access(AccessError::NotThere))
        ));
    })
    .await;
}
