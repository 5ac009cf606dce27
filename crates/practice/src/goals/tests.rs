//! R2, R9 and R13 for goals: each side apart, nothing before consent, nothing that measures.

use super::{GoalError, GoalState, GoalWords, of_case};
use crate::access::Purpose;
use crate::cases::{Case, Side};
use crate::error::AccessError;
use crate::ids::PersonId;
use crate::private::Private;
use crate::receipts::Action;
use crate::testing::{Fictional, both, once};

fn words(words: &str, value: &str) -> GoalWords {
    GoalWords {
        words: Private::from(words),
        value: Private::from(value),
    }
}

async fn seen_by(house: &Fictional, person: PersonId) -> (Vec<String>, Vec<String>) {
    let access = house.portal(person).await;
    let mine = house.practice.my_goals(&access).await.unwrap();
    let told = |goals: &[super::Goal]| {
        goals
            .iter()
            .map(|goal| goal.said.words.reveal().clone())
            .collect()
    };
    (told(&mine[0].own), told(&mine[0].joint))
}

async fn seen_by_the_clinician(house: &Fictional, case: &Case) -> Vec<super::Goal> {
    let desk = house.desk(house.clinician).await;
    let case = case.clone();
    house
        .practice
        .read(&desk, move |work| {
            let opened = work.open(Action::CaseOverview, Purpose::Care, &case.compartments())?;
            of_case(work, &opened, &case)
        })
        .await
        .unwrap()
}

#[tokio::test]
async fn r2_own_goals_are_seen_by_their_owner_and_joint_ones_by_everybody() {
    both(async |house| {
        let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
        let case = house.case_of(&[noor, sam]).await;
        house.everybody_signs(&case).await;
        let access = house.portal(noor).await;
        let part = house.part(&case, noor);
        let set = |side, said| house.practice.set_goal(&access, part, side, said);
        let before = seen_by(&house, sam).await;
        let own = set(Side::Own, words("See the physical therapist", "Safety"))
            .await
            .unwrap();
        assert_eq!(seen_by(&house, sam).await, before);
        let joint = set(Side::Joint, words("Say pause early", "Honesty"))
            .await
            .unwrap();
        let said = |words: &str| vec![words.to_owned()];
        let noors = (said("See the physical therapist"), said("Say pause early"));
        assert_eq!(seen_by(&house, noor).await, noors);
        assert_eq!(
            seen_by(&house, sam).await,
            (vec![], said("Say pause early"))
        );

        let sams = house.portal(sam).await;
        let page = house.practice.my_goal(&sams, own).await;
        assert!(matches!(page, Err(AccessError::NotThere)));
        let taken = words("Mine now", "");
        let changed = house
            .practice
            .change_goal(&sams, own, 1, taken, GoalState::Reached)
            .await;
        let not_there = GoalError::from(AccessError::NotThere).to_string();
        assert_eq!(changed.unwrap_err().to_string(), not_there);
        let better = words("Say pause early, and thank each other", "Honesty");
        let changed = house
            .practice
            .change_goal(&sams, joint, 1, better.clone(), GoalState::Open)
            .await;
        assert_eq!(changed.unwrap(), 2);
        let page = house.practice.my_goal(&access, joint).await.unwrap();
        assert_eq!(page.goal.said, better);
        assert_eq!(page.earlier[0].0.words.reveal(), "Say pause early");

        let all = seen_by_the_clinician(&house, &case).await;
        assert_eq!(all.len(), 2);
        let whose = |id| all.iter().find(|goal| goal.id == id).unwrap().whose;
        assert_eq!((whose(own), whose(joint)), (Some(part), None));
    })
    .await;
}

#[tokio::test]
async fn r2_r9_a_goal_needs_its_writers_consent_and_tells_nothing_of_a_partners() {
    once(async |house| {
        let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
        let case = house.case_of(&[noor, sam]).await;
        let access = house.portal(noor).await;
        let part = house.part(&case, noor);
        let said = || words("Say pause early", "");
        let set = |side| house.practice.set_goal(&access, part, side, said());
        for side in [Side::Own, Side::Joint] {
            let refused = set(side).await;
            assert!(matches!(refused, Err(GoalError::ConsentMissing)));
        }
        house.signs(&case, noor, "informed-consent").await.unwrap();
        set(Side::Own).await.unwrap();
        // Sam has not signed: Noor meets the same answers as after it.
        let joint = set(Side::Joint).await.unwrap();
        let change = |access, revision| {
            let state = GoalState::Open;
            house
                .practice
                .change_goal(access, joint, revision, said(), state)
        };
        change(&access, 1).await.unwrap();
        let sams = house.portal(sam).await;
        let refused = change(&sams, 2).await;
        assert!(matches!(refused, Err(GoalError::ConsentMissing)));
        house.signs(&case, sam, "informed-consent").await.unwrap();
        change(&sams, 2).await.unwrap();
        set(Side::Joint).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn r13_a_goal_is_open_reached_or_let_go_and_nothing_else() {
    once(async |house| {
        let noor = house.client("Noor").await;
        let case = house.case_of(&[noor]).await;
        house.everybody_signs(&case).await;
        let access = house.portal(noor).await;
        let part = house.part(&case, noor);
        let set = |side, said| house.practice.set_goal(&access, part, side, said);
        assert!(matches!(
            set(Side::Own, words("  ", "Play")).await,
            Err(GoalError::Empty)
        ));
        assert!(matches!(
            set(Side::Joint, words("Together", "")).await,
            Err(GoalError::Access(AccessError::NotThere))
        ));
        let goal = set(
            Side::Own,
            words("Touch without a destination", "Tenderness"),
        )
        .await
        .unwrap();
        let said = words("Touch without a destination", "Tenderness");
        let change = |revision, state| {
            let said = said.clone();
            house
                .practice
                .change_goal(&access, goal, revision, said, state)
        };
        assert_eq!(change(1, GoalState::LetGo).await.unwrap(), 2);
        assert!(matches!(
            change(1, GoalState::Reached).await,
            Err(GoalError::Access(AccessError::Stale))
        ));
        assert_eq!(change(2, GoalState::Reached).await.unwrap(), 3);
        let seen = seen_by_the_clinician(&house, &case).await;
        assert_eq!(seen[0].state, GoalState::Reached);
        assert!(GoalState::of_word("70 percent").is_none());
    })
    .await;
}
