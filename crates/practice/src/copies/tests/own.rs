//! R15: what an own copy must not miss. R2: what of others it must not name.

use jiff::civil::date;

use super::*;
use crate::booking::{NewSession, SESSION};
use crate::calendar::Place;
use crate::goals::{GoalState, GoalWords};
use crate::measures::check_in;
use crate::notes::Route;
use crate::releases::NewRelease;
use crate::releases::text::Part;
use crate::routing::{Asked, Thing};
use crate::sessions::{Attendance, Present};

async fn booked(
    house: &Fictional,
    case: &Case,
    people: &[PersonId],
    at: &str,
) -> crate::ids::SessionId {
    let new = NewSession {
        case: case.id,
        people: people.to_vec(),
        starts: at.parse().unwrap(),
        length: SESSION,
        place: Place::Video,
    };
    let access = house.desk(house.clinician).await;
    house.practice.book_session(&access, new).await.unwrap()
}

#[tokio::test]
async fn r2_an_own_copy_lists_no_sessions_of_others_and_says_who_was_in_the_room() {
    both(async |house| {
        let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
        let kit = house.client("Kit").await;
        let case = house.case_of(&[noor, sam, kit]).await;
        house.everybody_signs(&case).await;
        booked(&house, &case, &[noor, sam], "2026-11-24T18:00:00Z").await;
        let all = booked(&house, &case, &[], "2026-11-25T18:00:00Z").await;
        let there = [noor, sam].map(|person| Present {
            person,
            from: None,
            until: None,
        });
        let room = Attendance {
            present: there.into(),
            others: Private::from("An interpreter"),
        };
        let desk = house.desk(house.clinician).await;
        let recorded = house.practice.record_attendance(&desk, all, room, None);
        recorded.await.unwrap();
        asks(&house, &case, kit, usual()).await;
        let of = makes(&house, b"pages").await;
        let listed: Vec<_> = of.sessions.iter().map(|(one, _)| one.id).collect();
        assert_eq!(listed, [all]);
        assert_eq!(of.present[&all].people(), [noor, sam]);
        assert_eq!(of.present[&all].others.reveal(), "An interpreter");
        asks(&house, &case, noor, usual()).await;
        assert_eq!(makes(&house, b"pages").await.sessions.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn r15_an_own_copy_says_why_a_part_ended() {
    once(async |house| {
        let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
        let kit = house.client("Kit").await;
        let case = house.case_of(&[noor, sam, kit]).await;
        house.everybody_signs(&case).await;
        let desk = house.desk(house.clinician).await;
        let of = (case.id, house.part(&case, kit));
        let ended = house.practice.end_part(&desk, of, "Moves away.".into());
        ended.await.unwrap();
        asks(&house, &case, kit, usual()).await;
        let of = makes(&house, b"pages").await;
        assert_eq!(of.ended.unwrap().reason.reveal(), "Moves away.");
        asks(&house, &case, noor, usual()).await;
        assert!(makes(&house, b"pages").await.ended.is_none());
    })
    .await;
}

#[tokio::test]
async fn r15_an_own_copy_holds_how_a_goal_was_put_before() {
    once(async |house| {
        let (noor, sam, case) = couple(&house).await;
        let access = house.portal(noor).await;
        let mine = house.practice.my_goals(&access).await.unwrap();
        let goal = mine[0].own[0].clone();
        let said = GoalWords {
            words: Private::from("Hers, in other words"),
            ..GoalWords::default()
        };
        let state = GoalState::Open;
        let changed = house
            .practice
            .change_goal(&access, goal.id, goal.revision, said, state);
        changed.await.unwrap();
        asks(&house, &case, noor, usual()).await;
        let of = makes(&house, b"pages").await;
        let earlier: Vec<&str> = of.earlier_goals[&goal.id]
            .iter()
            .map(|(said, _)| said.words.reveal().as_str())
            .collect();
        assert_eq!(earlier, ["Hers alone"]);
        asks(&house, &case, sam, usual()).await;
        let his = makes(&house, b"pages").await;
        assert!(!his.earlier_goals.contains_key(&goal.id));
    })
    .await;
}

#[tokio::test]
async fn r11_r15_what_was_answered_alone_before_is_in_it_when_it_is_ticked() {
    once(async |house| {
        let (noor, _, case) = couple(&house).await;
        answers_alone(&house, &case, noor).await;
        house.clock.pass_minutes(60);
        let (access, part) = (house.portal(noor).await, house.part(&case, noor));
        let page = house
            .practice
            .intake_page(&access, part, "safety")
            .await
            .unwrap();
        let sent =
            house
                .practice
                .send_intake(&access, part, "safety", Answers::default(), page.revision);
        sent.await.unwrap();
        asks(&house, &case, noor, Kind::ALL.into_iter().collect()).await;
        let of = makes(&house, b"pages").await;
        let alone = of.intake.iter().flat_map(|one| &one.parts);
        let alone: Vec<_> = alone.filter(|part| part.section.alone).collect();
        assert_eq!(alone[0].earlier.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn r3_r15_a_check_in_on_the_joint_side_is_of_everybody_on_it() {
    both(async |house| {
        let (noor, sam, case) = couple(&house).await;
        let (access, part) = (house.portal(noor).await, house.part(&case, noor));
        let answers = [(check_in().items[0].id.clone(), 4)].into();
        let one = house.practice.take_measure(&access, part, answers);
        let (thing, to) = (Thing::Measure(one.await.unwrap()), Route::Chart);
        let desk = house.desk(house.clinician).await;
        let seen = house.practice.routing(&desk, case.id, thing, to).await;
        let seen = seen.unwrap();
        let agreed = Asked {
            digest: seen.digest,
            agreed: !seen.agreeing.is_empty(),
        };
        house
            .practice
            .route(&desk, case.id, thing, to, agreed)
            .await
            .unwrap();
        for who in [noor, sam] {
            asks(&house, &case, who, usual()).await;
            assert_eq!(makes(&house, b"pages").await.measures.len(), 1);
        }
        // It leaves with what is shared, and not with hers alone.
        let mut frame = crate::releases::tests::frame();
        frame.kinds = [Kind::Measures].into();
        frame.days = super::super::what::Days::new(date(2026, 1, 1), date(2027, 1, 1)).unwrap();
        let new = NewRelease {
            own: Some(part),
            joint: true,
            frame,
        };
        let asked = house.practice.ask_release(&desk, case.id, new);
        let release = asked.await.unwrap();
        let seen = house.practice.release(&desk, release).await.unwrap();
        let joint = seen.releases[0].standing.iter();
        assert!(joint.filter(|one| one.part == Part::Joint).count() == 1);
        let mine = house.practice.my_releases(&access).await.unwrap().remove(0);
        let own = mine.asked.iter().find(|one| one.part == Part::Own).unwrap();
        let sign = crate::releases::Reply::Sign {
            digest: own.digest.clone(),
            name: "As I am called".into(),
        };
        house
            .practice
            .answer_release(&access, own.id, sign)
            .await
            .unwrap();
        house
            .practice
            .ask_release_document(&desk, release)
            .await
            .unwrap();
        assert!(makes(&house, b"pages").await.measures.is_empty());
    })
    .await;
}
