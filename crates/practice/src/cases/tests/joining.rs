//! R2, R9, R11 when somebody joins a case that goes on: nothing of before is theirs, what comes is everybody's.

use super::super::{Joiner, JoiningError, Side};
use super::leaving::{couple, end, goals, now, set, words};
use super::*;
use crate::accounts::{Invited, LetIn};
use crate::goals::{GoalError, GoalState};
use crate::homework::For;
use crate::safety::{NewDecision, Outcome, SafetyError};

/// Kit, in a case of their own with the same clinician, and with an account.
async fn kit(house: &Fictional) -> PersonId {
    let kit = house.client("Kit").await;
    house.case_of(&[kit]).await;
    kit
}

pub(super) async fn join(
    house: &Fictional,
    case: &Case,
    who: PersonId,
) -> Result<Case, JoiningError> {
    let desk = house.desk(case.clinician).await;
    let joined = house.practice.join_case(&desk, case.id, Joiner::Known(who));
    joined.await?;
    Ok(now(house, case).await)
}

async fn signs_all(house: &Fictional, case: &Case, who: PersonId) {
    let (portal, me) = (house.portal(who).await, house.part(case, who));
    let mine = house.practice.my_consents(&portal).await.unwrap();
    let mine = mine.iter().find(|mine| mine.sides.me == me).unwrap();
    for document in &mine.documents {
        house.signs(case, who, &document.text.id).await.unwrap();
    }
}

#[tokio::test]
async fn r2_who_joins_reads_nothing_of_before_and_what_comes_is_everybodys() {
    both(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        let kit = kit(&house).await;
        set(&house, &case, noor, Side::Joint, "Before").await;
        house.clock.pass_minutes(1);
        set(&house, &case, sam, Side::Own, "Sleep").await;
        let case = join(&house, &case, kit).await.unwrap();
        signs_all(&house, &case, kit).await;
        assert_eq!(goals_in(&house, kit, &case).await, [""; 0]);
        set(&house, &case, kit, Side::Joint, "After").await;
        assert_eq!(goals_in(&house, kit, &case).await, ["After"]);
        for who in [noor, sam] {
            assert_eq!(goals(&house, who).await.1, ["Before", "After"]);
        }
        // Kit knows the others by name, and they know Kit.
        for (who, others) in [(kit, ["Noor", "Sam"]), (noor, ["Sam", "Kit"])] {
            let portal = house.portal(who).await;
            let mine = house.practice.my_goals(&portal).await.unwrap();
            let me = house.part(&case, who);
            let mine = mine.iter().find(|one| one.sides.me == me).unwrap();
            let partners: Vec<&str> = mine
                .sides
                .partners
                .iter()
                .map(|name| name.reveal().as_str())
                .collect();
            assert_eq!(partners, others);
        }
        let grants = [noor, sam, kit].map(|who| case.participant(who).unwrap().own);
        let portal = house.portal(kit).await;
        let earlier = case.participant(kit).unwrap().before.unwrap();
        let may = house.practice.read(&portal, move |work| {
            let sides = grants.into_iter().chain([earlier]);
            let may = sides.map(|side| work.may_open(side, Purpose::OwnRecord));
            Ok::<_, AccessError>(may.collect::<Vec<_>>())
        });
        assert_eq!(may.await.unwrap(), [false, false, true, false]);
        verified(&house).await;
    })
    .await;
}

/// The joint goals that somebody reads in one of their cases.
pub(super) async fn goals_in(house: &Fictional, who: PersonId, case: &Case) -> Vec<String> {
    let portal = house.portal(who).await;
    let mine = house.practice.my_goals(&portal).await.unwrap();
    let me = house.part(case, who);
    let mine = mine.into_iter().find(|one| one.sides.me == me).unwrap();
    let said = mine.joint.into_iter();
    said.map(|goal| goal.said.words.into_revealed()).collect()
}

#[tokio::test]
async fn r2_what_was_shared_among_two_goes_on_among_the_two() {
    both(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        let kit = kit(&house).await;
        let goal = set(&house, &case, noor, Side::Joint, "Walk together").await;
        let task = house.gives(&case, For::Everybody).await.unwrap();
        let case = join(&house, &case, kit).await.unwrap();
        signs_all(&house, &case, kit).await;
        let (hers, his, theirs) = (
            house.portal(noor).await,
            house.portal(sam).await,
            house.portal(kit).await,
        );
        let practice = &house.practice;
        let changed = practice.change_goal(&hers, goal, 1, words("Walk far"), GoalState::Open);
        changed.await.unwrap();
        assert_eq!(goals(&house, sam).await.1, ["Walk far"]);
        assert_eq!(goals_in(&house, kit, &case).await, [""; 0]);
        let page = practice.my_goal(&hers, goal).await.unwrap();
        assert!(page.goal.narrower);
        assert_eq!(page.sides.partners.len(), 1, "Kit does not read it");
        let shared = practice.share_reflection(&hers, task, "For Sam".into(), 0);
        shared.await.unwrap();
        let page = practice.homework_page(&his, task).await.unwrap();
        assert_eq!(page.from_others.len(), 1);
        assert_eq!(page.sides.partners.len(), 1);
        let refused = practice.homework_page(&theirs, task).await;
        assert!(matches!(refused, Err(AccessError::NotThere)));
        let newest = house.store.read(|tx| {
            let sql = "SELECT DISTINCT compartment_id FROM reflections WHERE audience = 'joint'";
            let rows = tx.query(sql, &[])?;
            rows.iter()
                .map(|row| row.uuid(0))
                .collect::<Result<Vec<_>, _>>()
        });
        let earlier = case.participant(kit).unwrap().before.unwrap();
        assert_eq!(newest.await.unwrap(), [earlier.0]);
        // When one of the two leaves, it is nobody's to change: it would be told to who left, or to who came.
        end(&house, &case, sam).await.unwrap();
        let late = practice.change_goal(&hers, goal, 2, words("Alone"), GoalState::Open);
        assert!(matches!(late.await, Err(GoalError::Ended)));
        let late = practice.take_back_reflection(&hers, task, 1).await;
        assert!(late.is_err());
    })
    .await;
}

#[tokio::test]
async fn r2_who_left_before_and_who_came_after_are_nothing_to_each_other() {
    both(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        let (kit, bea) = (kit(&house).await, house.client("Bea").await);
        house.case_of(&[bea]).await;
        let three = join(&house, &case, kit).await.unwrap();
        end(&house, &three, sam).await.unwrap();
        let last = join(&house, &three, bea).await.unwrap();
        let known = async |who: PersonId| {
            let portal = house.portal(who).await;
            let mine = house.practice.my_goals(&portal).await.unwrap();
            let me = house.part(&last, who);
            let mine = mine.into_iter().find(|one| one.sides.me == me).unwrap();
            let name = |name: Private<String>| name.into_revealed();
            let partners: Vec<String> = mine.sides.partners.into_iter().map(name).collect();
            let once: Vec<String> = mine.sides.once.into_iter().map(name).collect();
            (partners, once)
        };
        let all = |names: &[&str]| {
            names
                .iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(known(bea).await, (all(&["Noor", "Kit"]), all(&[])));
        assert_eq!(known(sam).await, (all(&["Noor", "Kit"]), all(&[])));
        assert_eq!(known(noor).await, (all(&["Kit", "Bea"]), all(&["Sam"])));
        assert_eq!(known(kit).await, (all(&["Noor", "Bea"]), all(&["Sam"])));
        verified(&house).await;
    })
    .await;
}

#[tokio::test]
async fn r9_r11_who_joins_signs_and_is_asked_and_joint_work_waits_for_it() {
    both(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        let kit = kit(&house).await;
        assert!(!case.joint_waits());
        let case = join(&house, &case, kit).await.unwrap();
        assert!(case.joint_waits());
        let desk = house.desk(house.clinician).await;
        let practice = &house.practice;
        let refused = practice.book_session(&desk, session(case.id, &house)).await;
        assert!(matches!(refused, Err(BookingError::JointWaits)));
        assert!(house.gives(&case, For::Everybody).await.is_err());
        let decision = |who| NewDecision {
            participant: house.part(&case, who),
            outcome: Outcome::GoesOn,
            remark: Private::default(),
        };
        let everybody = || [noor, sam, kit].map(decision).to_vec();
        let early = practice.settle_safety(&desk, case.id, everybody()).await;
        assert!(matches!(early, Err(SafetyError::ConsentMissing)));
        signs_all(&house, &case, kit).await;
        let two = [noor, sam].map(decision).to_vec();
        let refused = practice.settle_safety(&desk, case.id, two).await;
        assert!(matches!(refused, Err(SafetyError::NotEverybody)));
        let settled = practice.settle_safety(&desk, case.id, everybody()).await;
        settled.unwrap();
        let booked = practice.book_session(&desk, session(case.id, &house)).await;
        let booked = practice.appointment(&desk, booked.unwrap()).await.unwrap();
        assert_eq!(booked.session.people.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn somebody_new_joins_by_a_link_of_their_own_also_where_two_share_an_address() {
    both(async |house: Fictional| {
        let (noor, _, case) = couple(&house).await;
        let desk = house.desk(house.clinician).await;
        let mut joined = Vec::new();
        for name in ["Kit", "Bea"] {
            let new = Joiner::New(newcomer(name));
            let one = house.practice.join_case(&desk, case.id, new).await.unwrap();
            let mailed = matches!(one.let_in, LetIn::Invited(Invited::Mailed(_)));
            assert!(mailed);
            joined.push(one.person);
        }
        assert_ne!(joined[0], joined[1]);
        let case = now(&house, &case).await;
        assert_eq!(case.staying().count(), 4);
        // Each signs in as themselves, and neither took the other's place.
        for (person, name) in joined.iter().zip(["kit-alone", "bea-alone"]) {
            let link = house.invitation(*person).await;
            let made = house.practice.accept_invitation(link.text(), account(name));
            made.await.unwrap();
            let portal = house.portal(*person).await;
            assert_eq!(portal.person(), Some(*person));
            let home = house.practice.my_home(&portal).await.unwrap();
            assert_eq!(home.parts.len(), 1);
        }
        let names = house.practice.case_overview(&desk, case.id).await.unwrap();
        let names: Vec<&str> = names
            .people
            .iter()
            .map(|person| person.named.name.reveal().as_str())
            .collect();
        assert_eq!(names, ["Noor", "Sam", "Kit", "Bea"]);
        // Who has an account is not sent a link that would take its place.
        let one = kit(&house).await;
        let known = Joiner::Known(one);
        let joined = house
            .practice
            .join_case(&desk, case.id, known)
            .await
            .unwrap();
        assert!(matches!(joined.let_in, LetIn::AsBefore(Some(_))));
        let links = house.store.read(|tx| {
            let row = tx.one("SELECT count(*) FROM post", &[])?;
            row.map_or(Ok(0), |row| row.int(0))
        });
        assert!(links.await.unwrap() > 3, "the others were told as well");
        assert!(case.participant(noor).is_some());
    })
    .await;
}

#[tokio::test]
async fn only_the_clinician_of_the_case_adds_a_client_of_theirs_once() {
    both(async |house: Fictional| {
        let (noor, _, case) = couple(&house).await;
        let kit = kit(&house).await;
        let stranger = house.client("Rohan").await;
        house.case_with(house.associate, None, &[stranger]).await;
        let practice = &house.practice;
        for staff in [house.associate, house.front_desk, house.owner] {
            let desk = house.desk(staff).await;
            let refused = practice.join_case(&desk, case.id, Joiner::Known(kit)).await;
            let refused = refused.err();
            let not_there = matches!(refused, Some(JoiningError::Access(AccessError::NotThere)));
            assert!(not_there, "{refused:?}");
        }
        for who in [stranger, house.owner, PersonId(Uuid::from_u128(7))] {
            let refused = join(&house, &case, who).await.err();
            let not_there = matches!(refused, Some(JoiningError::Access(AccessError::NotThere)));
            assert!(not_there, "{refused:?}");
        }
        let here = join(&house, &case, noor).await.err();
        assert!(matches!(here, Some(JoiningError::TookPart)));
        let desk = house.desk(house.clinician).await;
        for (name, address) in [(" ", "a@example.org"), ("Kit", "")] {
            let new = Newcomer {
                name: name.into(),
                address: address.into(),
                ..newcomer("Kit")
            };
            let refused = practice.join_case(&desk, case.id, Joiner::New(new)).await;
            assert!(refused.is_err());
        }
        let (a, b) = tokio::join!(
            practice.join_case(&desk, case.id, Joiner::Known(kit)),
            practice.join_case(&desk, case.id, Joiner::Known(kit)),
        );
        assert!(a.is_ok() != b.is_ok());
        let one = house.case_of(&[kit]).await;
        let refused = join(&house, &one, noor).await.err();
        assert!(matches!(refused, Some(JoiningError::Ended)));
        practice.close_case(&desk, case.id).await.unwrap();
        let new = Joiner::New(newcomer("Bea"));
        let refused = practice.join_case(&desk, case.id, new).await.err();
        assert!(matches!(refused, Some(JoiningError::Ended)));
        let could = practice.who_could_join(&desk, case.id).await.unwrap();
        assert!(could.is_empty(), "Kit is in it, and nobody else is known");
    })
    .await;
}
