//! R2 on the page that everybody looks at: what is shown is what each lets be shown, and nothing looks like nothing.

use super::{OfOne, Shown};
use crate::cases::{Case, Joiner, Side};
use crate::error::AccessError;
use crate::goals::GoalWords;
use crate::homework::For;
use crate::ids::PersonId;
use crate::measures::{Answers, check_in};
use crate::notes::Route;
use crate::private::Private;
use crate::routing::{Asked, Thing};
use crate::testing::{Fictional, both, once};

async fn couple(house: &Fictional) -> (PersonId, PersonId, Case) {
    let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
    let case = house.case_of(&[noor, sam]).await;
    house.everybody_signs(&case).await;
    (noor, sam, case)
}

async fn writes(house: &Fictional, case: &Case, who: PersonId) {
    let access = house.portal(who).await;
    let part = house.part(case, who);
    let said = GoalWords {
        words: Private::from("To rest"),
        value: Private::default(),
    };
    house
        .practice
        .set_goal(&access, part, Side::Own, said)
        .await
        .unwrap();
    let answers = Answers::from([(check_in().items[0].id.clone(), 5)]);
    house
        .practice
        .take_measure(&access, part, answers)
        .await
        .unwrap();
}

async fn chooses(house: &Fictional, case: &Case, who: PersonId, shown: Shown, revision: u32) {
    let access = house.portal(who).await;
    let part = house.part(case, who);
    house
        .practice
        .show_together(&access, part, shown, revision)
        .await
        .unwrap();
}

async fn page(house: &Fictional, case: &Case) -> Vec<OfOne> {
    let desk = house.desk(house.clinician).await;
    house.practice.together(&desk, case.id).await.unwrap().each
}

fn of(one: &OfOne) -> (usize, usize) {
    (one.goals.len(), one.measures.len())
}

const ALL: Shown = Shown {
    goals: true,
    measures: true,
};

#[tokio::test]
async fn r2_what_is_not_shown_looks_like_what_is_not_there() {
    both(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        writes(&house, &case, noor).await;
        // Noor has written and shows nothing; Sam shows all and has written nothing.
        chooses(&house, &case, sam, ALL, 0).await;
        let each = page(&house, &case).await;
        assert_eq!((of(&each[0]), of(&each[1])), ((0, 0), (0, 0)));
        chooses(
            &house,
            &case,
            noor,
            Shown {
                goals: true,
                measures: false,
            },
            0,
        )
        .await;
        assert_eq!(of(&page(&house, &case).await[0]), (1, 0));
        chooses(&house, &case, noor, ALL, 1).await;
        assert_eq!(of(&page(&house, &case).await[0]), (1, 1));
        // Taken back at once, and nobody else is asked.
        chooses(&house, &case, noor, Shown::default(), 2).await;
        assert_eq!(of(&page(&house, &case).await[0]), (0, 0));
    })
    .await;
}

#[tokio::test]
async fn r2_a_choice_is_ones_own_and_unknown_to_the_others() {
    both(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        let access = house.portal(sam).await;
        let before = house.practice.my_shown(&access).await.unwrap();
        chooses(&house, &case, noor, ALL, 0).await;
        let after = house.practice.my_shown(&access).await.unwrap();
        assert_eq!(
            (before[0].shown, before[0].revision),
            (after[0].shown, after[0].revision)
        );
        let others = house.part(&case, noor);
        let not_theirs = house.practice.show_together(&access, others, ALL, 1).await;
        assert!(matches!(not_theirs, Err(AccessError::NotThere)));
        let stale = house.portal(noor).await;
        let stale = house.practice.show_together(&stale, others, ALL, 0).await;
        assert!(matches!(stale, Err(AccessError::Stale)));
    })
    .await;
}

#[tokio::test]
async fn there_is_no_such_page_of_one_person_or_for_who_does_not_care_for_them() {
    once(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let alone = house.case_of(&[noor]).await;
        let desk = house.desk(house.clinician).await;
        let none = house.practice.together(&desk, alone.id).await;
        assert!(matches!(none, Err(AccessError::NotThere)));
        let sam = house.client("Sam").await;
        let case = house.case_of(&[noor, sam]).await;
        for staff in [house.owner, house.front_desk, house.biller, house.associate] {
            let access = house.desk(staff).await;
            let none = house.practice.together(&access, case.id).await;
            assert!(matches!(none, Err(AccessError::NotThere)));
        }
    })
    .await;
}

/// What stands on the joint screen: joint goals, homework with what was shared about it, and how many check-ins there are.
async fn joint_screen(house: &Fictional, case: &Case) -> (Vec<String>, Vec<Vec<String>>, usize) {
    let desk = house.desk(house.clinician).await;
    let seen = house.practice.together(&desk, case.id).await.unwrap();
    let said = seen.goals.iter().map(|goal| goal.said.words.reveal());
    let shared = seen.homework.iter().map(|one| {
        let told = one.reflections.iter();
        told.map(|one| one.told.words.reveal().clone()).collect()
    });
    (
        said.cloned().collect(),
        shared.collect(),
        seen.each.iter().map(|one| one.measures.len()).sum(),
    )
}

/// Moves a check-in of somebody to the joint side.
async fn joins_a_check_in(house: &Fictional, case: &Case, who: PersonId) {
    let portal = house.portal(who).await;
    let answers = Answers::from([(check_in().items[0].id.clone(), 5)]);
    let taking = house
        .practice
        .take_measure(&portal, house.part(case, who), answers);
    moves_wider(house, case, Thing::Measure(taking.await.unwrap())).await;
}

/// Moves something to the joint side, with the yes of whose it is.
async fn moves_wider(house: &Fictional, case: &Case, thing: Thing) {
    let desk = house.desk(house.clinician).await;
    let (practice, to) = (&house.practice, Route::Chart);
    let seen = practice.routing(&desk, case.id, thing, to).await.unwrap();
    let asked = Asked {
        digest: seen.digest,
        agreed: true,
    };
    let moving = practice.route(&desk, case.id, thing, to, asked);
    moving.await.unwrap();
}

#[tokio::test]
async fn r2_who_joins_sees_nothing_of_before_on_the_joint_screen() {
    both(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        let kit = house.client("Kit").await;
        house.case_of(&[kit]).await;
        let (hers, practice) = (house.portal(noor).await, &house.practice);
        let said = |words: &str| GoalWords {
            words: Private::from(words),
            value: Private::default(),
        };
        let part = house.part(&case, noor);
        let setting = practice.set_goal(&hers, part, Side::Joint, said("Before"));
        setting.await.unwrap();
        let task = house.gives(&case, For::Everybody).await.unwrap();
        let sharing = practice.share_reflection(&hers, task, "For Sam".into(), 0);
        sharing.await.unwrap();
        joins_a_check_in(&house, &case, sam).await;
        let before = joint_screen(&house, &case).await;
        let shared = vec![vec!["For Sam".to_owned()]];
        assert_eq!(before, (vec!["Before".to_owned()], shared, 1));

        let desk = house.desk(house.clinician).await;
        let joined = practice.join_case(&desk, case.id, Joiner::Known(kit));
        joined.await.unwrap();
        assert_eq!(joint_screen(&house, &case).await, (vec![], vec![], 0));
        let setting = practice.set_goal(&hers, part, Side::Joint, said("After"));
        setting.await.unwrap();
        let after = joint_screen(&house, &case).await;
        assert_eq!(after, (vec!["After".to_owned()], vec![], 0));
    })
    .await;
}

#[tokio::test]
async fn r2_who_joins_sees_nothing_of_a_goal_that_was_somebodys_own_and_shared_before_they_came() {
    both(async |house: Fictional| {
        let (noor, _, case) = couple(&house).await;
        let kit = house.client("Kit").await;
        house.case_of(&[kit]).await;
        let (hers, practice) = (house.portal(noor).await, &house.practice);
        let said = GoalWords {
            words: Private::from("Hers, and then theirs"),
            value: Private::default(),
        };
        let part = house.part(&case, noor);
        let set = practice.set_goal(&hers, part, Side::Own, said).await;
        moves_wider(&house, &case, Thing::Goal(set.unwrap())).await;
        assert_eq!(joint_screen(&house, &case).await.0.len(), 1);
        let desk = house.desk(house.clinician).await;
        let joined = practice.join_case(&desk, case.id, Joiner::Known(kit));
        joined.await.unwrap();
        let shown = Shown {
            goals: true,
            measures: true,
        };
        chooses(&house, &case, noor, shown, 0).await;
        assert_eq!(joint_screen(&house, &case).await, (vec![], vec![], 0));
        assert_eq!(of(&page(&house, &case).await[0]), (0, 0));
        // She reads it where she shares it.
        let mine = practice.my_goals(&hers).await.unwrap();
        assert_eq!((mine[0].own.len(), mine[0].joint.len()), (0, 1));
    })
    .await;
}

#[tokio::test]
async fn r2_how_much_somebody_has_alone_moves_nothing_off_the_joint_screen() {
    once(async |house: Fictional| {
        let (noor, _, case) = couple(&house).await;
        house.gives(&case, For::Everybody).await.unwrap();
        joins_a_check_in(&house, &case, noor).await;
        let before = joint_screen(&house, &case).await;
        assert_eq!((before.1.len(), before.2), (1, 1));
        house.clock.pass_minutes(1);
        let alone = For::One(house.part(&case, noor));
        for _ in 0..13 {
            writes(&house, &case, noor).await;
            house.gives(&case, alone).await.unwrap();
        }
        assert_eq!(joint_screen(&house, &case).await, before);
    })
    .await;
}
