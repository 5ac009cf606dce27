//! R2, R3, R15 when somebody leaves a case that goes on: theirs stays theirs, and nothing later is.

use super::super::{LeavingError, Side};
use super::*;
use crate::calendar::SessionState;
use crate::goals::{GoalError, GoalState, GoalWords};
use crate::homework::{For, HomeworkError};
use crate::ids::GoalId;
use crate::notes::{NoteText, Route};
use crate::private::Private;
use crate::receipts::Whose;
use crate::testing::premises;

pub(super) fn words(words: &str) -> GoalWords {
    GoalWords {
        words: words.into(),
        ..GoalWords::default()
    }
}

/// Noor and Sam, informed; Sam signs in later on.
pub(super) async fn couple(house: &Fictional) -> (PersonId, PersonId, Case) {
    premises(house).await;
    let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
    let case = house.case_of(&[noor, sam]).await;
    house.everybody_signs(&case).await;
    (noor, sam, case)
}

pub(super) async fn set(
    house: &Fictional,
    case: &Case,
    who: PersonId,
    side: Side,
    said: &str,
) -> GoalId {
    let (portal, me) = (house.portal(who).await, house.part(case, who));
    let set = house.practice.set_goal(&portal, me, side, words(said));
    set.await.unwrap()
}

/// The own and the joint goals that somebody reads in their only case.
pub(super) async fn goals(house: &Fictional, who: PersonId) -> (Vec<String>, Vec<String>) {
    let portal = house.portal(who).await;
    let mine = house.practice.my_goals(&portal).await.unwrap().remove(0);
    let said = |goals: Vec<crate::goals::Goal>| {
        let said = goals.into_iter();
        said.map(|goal| goal.said.words.into_revealed()).collect()
    };
    (said(mine.own), said(mine.joint))
}

pub(super) async fn end(house: &Fictional, case: &Case, who: PersonId) -> Result<(), LeavingError> {
    let desk = house.desk(house.clinician).await;
    let of = (case.id, house.part(case, who));
    let reason = Private::from("They part.");
    house.practice.end_part(&desk, of, reason).await
}

pub(super) async fn now(house: &Fictional, case: &Case) -> Case {
    let desk = house.desk(house.clinician).await;
    let found = house.practice.case(&desk, case.id, Purpose::Care).await;
    found.unwrap()
}

#[tokio::test]
async fn r2_who_leaves_reads_their_own_time_and_nothing_of_later() {
    both(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        set(&house, &case, noor, Side::Joint, "Say pause early").await;
        house.clock.pass_minutes(1);
        let changed = set(&house, &case, noor, Side::Joint, "Walk together").await;
        set(&house, &case, sam, Side::Own, "Sleep").await;
        end(&house, &case, sam).await.unwrap();
        set(&house, &case, noor, Side::Joint, "Later words").await;
        let hers = house.portal(noor).await;
        let said = words("Walk alone");
        let put = house
            .practice
            .change_goal(&hers, changed, 1, said, GoalState::Open);
        put.await.unwrap();

        let (own, joint) = goals(&house, sam).await;
        assert_eq!(own, ["Sleep"]);
        assert_eq!(
            joint,
            ["Say pause early", "Walk together"],
            "R15: what was shared until then, as it stood then"
        );
        let portal = house.portal(sam).await;
        let page = house.practice.my_goal(&portal, changed).await.unwrap();
        assert_eq!(page.goal.said.words.reveal(), "Walk together");
        assert_eq!((page.goal.revision, page.earlier.len()), (1, 0));
        let (own, joint) = goals(&house, noor).await;
        assert_eq!(own, [""; 0]);
        assert_eq!(joint.len(), 3, "{joint:?}");
        let his = house.portal(sam).await;
        for side in [Side::Own, Side::Joint] {
            let me = house.part(&case, sam);
            let refused = house.practice.set_goal(&his, me, side, words("More")).await;
            assert!(matches!(refused, Err(GoalError::Ended)));
        }
        let partners = async |portal| {
            let mine = house.practice.my_goals(portal).await.unwrap().remove(0);
            mine.sides.partners.len()
        };
        assert_eq!(partners(&his).await, 1, "whom he shared with");
        assert_eq!(partners(&hers).await, 0, "with whom she shares now");
        for portal in [&his, &hers] {
            let read = house
                .practice
                .who_opened_my_record(portal, Whose::Others, None);
            let read = read.await.unwrap().openings;
            let told = "Ended one person’s part in the work together";
            assert!(read.iter().any(|line| line.what == told));
        }
        house.practice.sequence().await.unwrap();
        let verdict = house.practice.verify(&crate::testing::secret(), &[]).await;
        let verdict = verdict.unwrap();
        assert!(verdict.holds(), "{:?}", verdict.findings);
    })
    .await;
}

#[tokio::test]
async fn r2_homework_of_before_goes_on_for_those_who_stay() {
    both(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        let task = house.gives(&case, For::Everybody).await.unwrap();
        let (hers, his) = (house.portal(noor).await, house.portal(sam).await);
        let practice = &house.practice;
        let shared = practice.share_reflection(&his, task, "It was quiet".into(), 0);
        let seen = shared.await.unwrap();
        end(&house, &case, sam).await.unwrap();
        let shared = practice.share_reflection(&hers, task, "Later words".into(), 0);
        shared.await.unwrap();
        assert_eq!(practice.my_homework(&his).await.unwrap()[0].given.len(), 1);
        let page = practice.homework_page(&his, task).await.unwrap();
        assert!(page.from_others.is_empty(), "what came later is not his");
        let joint = page.joint.unwrap();
        assert_eq!(joint.words.reveal(), "It was quiet");
        let back = practice.take_back_reflection(&his, task, seen).await;
        assert!(matches!(back, Err(HomeworkError::Ended)));
        let page = practice.homework_page(&hers, task).await.unwrap();
        assert_eq!(page.from_others.len(), 1, "what he shared then stays");
        let again = practice.take_back_reflection(&hers, task, 1).await;
        assert!(again.is_ok());
    })
    .await;
}

#[tokio::test]
async fn r2_why_somebody_left_stands_on_their_own_side() {
    both(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        end(&house, &case, sam).await.unwrap();
        let desk = house.desk(house.clinician).await;
        let seen = house.practice.case_overview(&desk, case.id).await.unwrap();
        let [left] = &seen.left[..] else {
            panic!("one left")
        };
        assert_eq!(left.participant, house.part(&case, sam));
        assert_eq!(left.reason.reveal(), "They part.");
        let own = seen.case.participant(sam).unwrap().own;
        let compartments = house.store.read(|tx| {
            let rows = tx.query("SELECT compartment_id FROM part_endings", &[])?;
            rows.iter()
                .map(|row| row.uuid(0))
                .collect::<Result<Vec<_>, _>>()
        });
        assert_eq!(compartments.await.unwrap(), [own.0]);
        let hers = house.portal(noor).await;
        let may = house.practice.read(&hers, move |work| {
            Ok::<_, AccessError>(work.may_open(own, Purpose::OwnRecord))
        });
        assert!(!may.await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn r7_coming_sessions_expect_those_who_stay() {
    both(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        let desk = house.desk(house.clinician).await;
        let practice = &house.practice;
        let both_come = session(case.id, &house);
        let alone = NewSession {
            people: vec![sam],
            starts: after(both_come.starts, Minutes(120)),
            ..both_come.clone()
        };
        let both_come = practice.book_session(&desk, both_come).await.unwrap();
        let his = practice.book_session(&desk, alone.clone()).await.unwrap();
        end(&house, &case, sam).await.unwrap();
        let found = practice
            .appointment(&desk, both_come)
            .await
            .unwrap()
            .session;
        assert_eq!(found.people, [noor]);
        let portal = house.portal(sam).await;
        let mine = practice.my_sessions(&portal).await.unwrap();
        assert!(mine.coming.is_empty());
        let called_off = practice.appointment(&desk, his).await.unwrap().session;
        assert_eq!(called_off.state, SessionState::Cancelled);
        // He is free at that hour, and is not booked here again.
        let refused = practice.book_session(&desk, alone.clone()).await;
        assert!(matches!(
            refused,
            Err(BookingError::Access(AccessError::NotThere))
        ));
        let everybody = NewSession {
            people: Vec::new(),
            ..alone.clone()
        };
        let next = practice.book_session(&desk, everybody).await.unwrap();
        let next = practice.appointment(&desk, next).await.unwrap().session;
        assert_eq!(next.people, [noor]);
        let other = house.case_with(house.associate, None, &[sam]).await;
        let elsewhere = NewSession {
            case: other.id,
            people: Vec::new(),
            ..alone
        };
        let associate = house.desk(house.associate).await;
        practice.book_session(&associate, elsewhere).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_note_of_an_earlier_session_stays_where_it_was_begun() {
    both(async |house: Fictional| {
        let (_, sam, case) = couple(&house).await;
        let (desk, practice) = (house.desk(house.clinician).await, &house.practice);
        let first = session(case.id, &house);
        let first = practice.book_session(&desk, first).await.unwrap();
        let text = || NoteText {
            did: "We talked.".into(),
            ..NoteText::default()
        };
        let write = |session, seen| practice.write_note(&desk, session, Route::Chart, text(), seen);
        let (note, revision) = write(first, None).await.unwrap();
        house.clock.pass_minutes(4 * 24 * 60);
        let desk = house.desk(house.clinician).await;
        end(&house, &case, sam).await.unwrap();
        let write = |session, seen| practice.write_note(&desk, session, Route::Chart, text(), seen);
        let (same, revision) = write(first, Some(revision)).await.unwrap();
        assert_eq!(same, note);
        practice.sign_note(&desk, note, revision).await.unwrap();
        let next = practice.book_session(&desk, session(case.id, &house));
        let next = next.await.unwrap();
        let seen = practice.session_workspace(&desk, next, None).await.unwrap();
        let chart = seen.side(Route::Chart).unwrap();
        assert_eq!(chart.last.as_ref().map(|(last, _)| last.id), Some(note));
        assert!(chart.note.is_none());
        let (later, _) = write(next, None).await.unwrap();
        let (then, now) = (case.joint.unwrap(), now(&house, &case).await.joint.unwrap());
        assert_eq!(
            practice.note(&desk, note).await.unwrap().note.compartment,
            then
        );
        assert_eq!(
            practice.note(&desk, later).await.unwrap().note.compartment,
            now
        );
        let earlier = practice
            .session_workspace(&desk, first, None)
            .await
            .unwrap();
        let chart = earlier.side(Route::Chart).unwrap();
        assert_eq!(chart.note.as_ref().map(|note| note.id), Some(note));
    })
    .await;
}

#[tokio::test]
async fn r2_of_several_who_leave_each_keeps_their_own_time() {
    both(async |house: Fictional| {
        premises(&house).await;
        let mut people = Vec::new();
        for name in ["Noor", "Sam", "Kit"] {
            people.push(house.client(name).await);
        }
        let case = house.case_of(&people).await;
        house.everybody_signs(&case).await;
        let (noor, sam, kit) = (people[0], people[1], people[2]);
        set(&house, &case, noor, Side::Joint, "Three").await;
        end(&house, &case, sam).await.unwrap();
        house.clock.pass_minutes(1);
        set(&house, &case, kit, Side::Joint, "Two").await;
        end(&house, &case, kit).await.unwrap();
        house.clock.pass_minutes(1);
        set(&house, &case, noor, Side::Joint, "One").await;
        assert_eq!(goals(&house, sam).await.1, ["Three"]);
        assert_eq!(goals(&house, kit).await.1, ["Three", "Two"]);
        assert_eq!(goals(&house, noor).await.1, ["Three", "Two", "One"]);
        // Closing the case takes nothing from anybody, and nobody leaves twice.
        let desk = house.desk(house.clinician).await;
        let twice = end(&house, &case, sam).await;
        assert!(matches!(twice, Err(LeavingError::Ended)));
        let last = end(&house, &case, noor).await;
        assert!(matches!(last, Err(LeavingError::Last)));
        house.practice.close_case(&desk, case.id).await.unwrap();
        assert_eq!(goals(&house, noor).await.1, ["Three", "Two", "One"]);
        let closed = end(&house, &case, noor).await;
        assert!(matches!(closed, Err(LeavingError::Ended)));
    })
    .await;
}

#[tokio::test]
async fn only_the_clinician_of_the_case_ends_a_part_and_says_why() {
    both(async |house: Fictional| {
        let (_, sam, _) = couple(&house).await;
        let kit = house.client("Kit").await;
        let case = house
            .case_with(house.associate, Some(house.clinician), &[sam, kit])
            .await;
        let of = (case.id, house.part(&case, sam));
        for staff in [house.clinician, house.front_desk, house.owner] {
            let desk = house.desk(staff).await;
            let refused = house.practice.end_part(&desk, of, "Because.".into()).await;
            assert!(matches!(
                refused,
                Err(LeavingError::Access(AccessError::NotThere))
            ));
        }
        let desk = house.desk(house.associate).await;
        let silent = house.practice.end_part(&desk, of, " ".into()).await;
        assert!(matches!(silent, Err(LeavingError::ReasonMissing)));
        let (a, b) = tokio::join!(
            house.practice.end_part(&desk, of, "Because.".into()),
            house.practice.end_part(&desk, of, "Because.".into()),
        );
        assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
    })
    .await;
}

#[tokio::test]
async fn r2_r12_everybody_gets_the_same_letter_and_homework_of_who_leaves_ends() {
    both(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        let alone = |who| For::One(house.part(&case, who));
        for who in [noor, sam] {
            house.gives(&case, alone(who)).await.unwrap();
        }
        let letters = async |who: PersonId| {
            let count = house.store.read(move |tx| {
                let sql = "SELECT count(*) FROM post WHERE person_id = $1";
                tx.one(sql, &[who.into()])?.map_or(Ok(0), |row| row.int(0))
            });
            count.await.unwrap()
        };
        let before = (letters(noor).await, letters(sam).await);
        end(&house, &case, sam).await.unwrap();
        let after = (letters(noor).await, letters(sam).await);
        assert_eq!(after, (before.0 + 1, before.1 + 1));
        let desk = house.desk(house.clinician).await;
        let care = house.practice.case_homework(&desk, case.id).await.unwrap();
        let mut open: Vec<_> = care
            .homework
            .iter()
            .map(|one| (one.assignment.participants.clone(), one.assignment.open))
            .collect();
        open.sort_by_key(|(_, open)| *open);
        let of = |who| vec![house.part(&case, who)];
        assert_eq!(open, [(of(sam), false), (of(noor), true)]);
        verified(&house).await;
    })
    .await;
}
