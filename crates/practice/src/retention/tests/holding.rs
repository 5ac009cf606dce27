//! A hold wins: over the rule, over a request that waits, and over somebody with the database.

use store::Value;

use super::*;
use crate::ids::HoldId;

async fn held(house: &Fictional, part: ParticipantId) -> HoldId {
    let owner = house.desk(house.owner).await;
    let placed = house
        .practice
        .place_hold(&owner, part, "A complaint to the board".into());
    placed.await.unwrap()
}

#[tokio::test]
async fn r16_a_hold_wins_over_destruction() {
    both(async |house: Fictional| {
        let couple = couple(&house).await;
        let part = couple.part(couple.noor);
        house.clock.pass_minutes(8 * YEAR);
        let okafor = house.desk(house.clinician).await;
        let refused = house.practice.place_hold(&okafor, part, "No".into()).await;
        assert!(not_there(&refused));
        let id = asks(&house, house.clinician, part).await.unwrap();
        let hold = held(&house, part).await;
        let stopped = confirms(&house, house.owner, id).await;
        assert!(matches!(stopped, Err(RetentionError::Held)), "{stopped:?}");
        // The owner reads why, the clinician that there is one.
        let record = house.practice.retention_of(&okafor, part).await.unwrap();
        assert_eq!(record.holds.len(), 1);
        assert!(record.holds[0].reason.is_none());
        let owner = house.desk(house.owner).await;
        let record = house.practice.retention_of(&owner, part).await.unwrap();
        let why = record.holds[0].reason.as_ref().unwrap().reveal().clone();
        assert_eq!(why, "A complaint to the board");
        assert_eq!(record.requests[0].1.as_ref().unwrap().reveal(), REASON);

        let fresh = house.fresh(house.owner).await;
        let lift = async |reason: &str| {
            let lifted = house.practice.lift_hold(&fresh, hold, reason.into());
            lifted.await
        };
        assert!(matches!(lift("").await, Err(RetentionError::ReasonMissing)));
        lift("The board has closed it").await.unwrap();
        assert!(matches!(
            lift("Once more").await,
            Err(RetentionError::Ended)
        ));
        confirms(&house, house.owner, id).await.unwrap();
        // There is nothing left to hold.
        let late = house.practice.place_hold(&owner, part, "Late".into()).await;
        assert!(not_there(&late));
        holds(&house).await;
    })
    .await;
}

#[tokio::test]
async fn r16_a_hold_that_is_taken_out_of_the_database_still_wins() {
    both(async |house: Fictional| {
        let couple = couple(&house).await;
        let part = couple.part(couple.noor);
        let hold = held(&house, part).await;
        house.clock.pass_minutes(8 * YEAR);
        let lifted = "UPDATE holds SET lifted_at = 1, lifted_by = placed_by WHERE id = $1";
        let key = || -> Vec<Value> { vec![hold.into()] };
        house.by_hand(lifted, key()).await;
        let stopped = asks(&house, house.clinician, part).await;
        let fault = |result: &Result<DestructionId, RetentionError>| {
            let Err(error) = result else { return false };
            error.to_string().contains("alcove audit verify")
        };
        assert!(fault(&stopped), "{stopped:?}");
        house
            .by_hand("DELETE FROM holds WHERE id = $1", key())
            .await;
        let stopped = asks(&house, house.clinician, part).await;
        assert!(fault(&stopped), "{stopped:?}");
        house.practice.sequence().await.unwrap();
        let verdict = house.practice.verify(&secret(), &[]).await.unwrap();
        assert!(verdict.findings.iter().any(|found| found.table == "holds"));
    })
    .await;
}

#[tokio::test]
async fn r16_a_request_that_says_another_asked_is_noticed() {
    once(async |house: Fictional| {
        let couple = couple(&house).await;
        let part = couple.part(couple.noor);
        house.clock.pass_minutes(8 * YEAR);
        let id = asks(&house, house.owner, part).await.unwrap();
        let forge = "UPDATE destructions SET asked_by = $2 WHERE id = $1";
        let values: Vec<Value> = vec![id.into(), house.clinician.into()];
        house.by_hand(forge, values).await;
        let stopped = confirms(&house, house.owner, id).await.unwrap_err();
        assert!(stopped.to_string().contains("alcove audit verify"));
    })
    .await;
}
