//! R2 in time: what moves wider begins there, what was shared before somebody came moves with everybody's yes, and the side of a
//! session is that of those who took part then.

use uuid::Version;

use super::{WANTED, couple, goal, moved, session};
use crate::cases::{Case, Joiner, Side};
use crate::clock::micros;
use crate::homework::For;
use crate::ids::PersonId;
use crate::notes::Route;
use crate::routing::{Asked, Direction, RoutingError, Thing, narrowest};
use crate::testing::{Fictional, both, once};

const DAY: i64 = 24 * 60;

/// Kit joins, who has a case of their own with the same clinician.
async fn joins(house: &Fictional, case: &Case) -> (PersonId, Case) {
    let kit = house.client("Kit").await;
    house.case_of(&[kit]).await;
    let desk = house.desk(house.clinician).await;
    let joined = house.practice.join_case(&desk, case.id, Joiner::Known(kit));
    joined.await.unwrap();
    let found = house
        .practice
        .case(&desk, case.id, crate::access::Purpose::Care);
    let case = found.await.unwrap();
    house.signs(&case, kit, "informed-consent").await.unwrap();
    (kit, case)
}

#[tokio::test]
async fn r2_a_goal_that_moves_wider_begins_on_the_day_of_the_move() {
    both(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        let id = goal(&house, &case, noor, Side::Own).await;
        house.clock.pass_minutes(DAY);
        moved(&house, &case, Thing::Goal(id), Route::Chart)
            .await
            .unwrap();
        let portal = house.portal(sam).await;
        let page = house.practice.my_goal(&portal, id).await.unwrap();
        let now = house.practice.now();
        assert_eq!((page.goal.set_at, page.goal.changed_at), (now, now));
    })
    .await;
}

#[tokio::test]
async fn r2_an_address_does_not_tell_when_something_was_begun_on_ones_own_side() {
    once(async |house: Fictional| {
        let (noor, _, case) = couple(&house).await;
        let id = goal(&house, &case, noor, Side::Own).await;
        let task = house.gives(&case, For::Everybody).await.unwrap();
        let portal = house.portal(noor).await;
        let draft = house.practice.draft_shared(&portal, task, WANTED.into(), 0);
        draft.await.unwrap();
        let read = house.store.read(|tx| {
            let rows = tx.query("SELECT id FROM reflections", &[])?;
            rows.iter()
                .map(|row| row.uuid(0))
                .collect::<Result<Vec<_>, _>>()
        });
        let all = [vec![id.0, task.0], read.await.unwrap()].concat();
        assert_eq!(all.len(), 3);
        for one in all {
            assert_eq!(one.get_version(), Some(Version::Random));
        }
    })
    .await;
}

#[tokio::test]
async fn r2_what_two_shared_moves_to_all_three_with_the_yes_of_both() {
    both(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        let id = goal(&house, &case, noor, Side::Joint).await;
        let (kit, case) = joins(&house, &case).await;
        let desk = house.desk(house.clinician).await;
        let (thing, practice) = (Thing::Goal(id), &house.practice);
        let seen = practice.routing(&desk, case.id, thing, Route::Chart);
        let seen = seen.await.unwrap();
        assert_eq!(seen.direction, Direction::Wider);
        assert_eq!(seen.agreeing, [noor, sam].map(|who| house.part(&case, who)));
        let asked = Asked {
            digest: seen.digest,
            agreed: false,
        };
        let without = practice.route(&desk, case.id, thing, Route::Chart, asked);
        assert!(matches!(without.await, Err(RoutingError::NotAgreed)));
        moved(&house, &case, thing, Route::Chart).await.unwrap();
        let portal = house.portal(kit).await;
        let page = practice.my_goal(&portal, id).await.unwrap();
        assert_eq!(page.goal.said.words.reveal(), WANTED);
    })
    .await;
}

#[tokio::test]
async fn r2_the_side_of_a_session_is_that_of_those_who_took_part_then() {
    both(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        let before = session(&house, &case, &[]).await;
        house.clock.pass_minutes(2 * DAY);
        let (kit, case) = joins(&house, &case).await;
        let desk = house.desk(house.clinician).await;
        let seen = house.practice.session_workspace(&desk, before, None);
        let seen = seen.await.unwrap();
        assert_eq!(seen.about, Some(Route::Chart), "both were there");
        let [noors, sams, kits] = [noor, sam, kit].map(|who| Route::Own(house.part(&case, who)));
        let sides: Vec<Route> = seen.sides.iter().map(|side| side.route).collect();
        assert_eq!(sides, [Route::Chart, noors, sams]);
        let told = crate::notes::NoteText {
            did: WANTED.into(),
            ..Default::default()
        };
        let late = house.practice.write_note(&desk, before, kits, told, None);
        assert!(late.await.is_err(), "Kit was not in the case then");
        let everybody = [noor, sam, kit];
        let after = crate::calendar::Session {
            starts_at: micros(house.practice.now()),
            ..seen.session
        };
        assert_eq!(narrowest(&case, &after, &everybody), Some(Route::Chart));
        assert_eq!(narrowest(&case, &after, &everybody[..2]), None);
    })
    .await;
}
