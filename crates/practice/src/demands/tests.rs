//! What the law demands: held, told, and no more handed out than a court ordered.

use jiff::civil::date;

use super::{DemandError, DemandKind, NewDemand, Step};
use crate::cases::{Case, Side};
use crate::copies::what::{Days, Kind, Wanted};
use crate::copies::{CopyError, CopyState};
use crate::error::AccessError;
use crate::ids::{DemandId, PersonId};
use crate::private::Private;
use crate::releases::tests::{goal, keeps};
use crate::testing::{Fictional, both, secret};

async fn couple(house: &Fictional) -> (PersonId, PersonId, Case) {
    let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
    let case = house.case_of(&[noor, sam]).await;
    house.everybody_signs(&case).await;
    goal(house, &case, noor, Side::Own, "Hers").await;
    goal(house, &case, sam, Side::Own, "His").await;
    goal(house, &case, noor, Side::Joint, "Theirs").await;
    (noor, sam, case)
}

async fn recorded(house: &Fictional, case: &Case, kind: DemandKind) -> DemandId {
    let desk = house.desk(house.clinician).await;
    let new = NewDemand {
        case: case.id,
        kind,
        from: Private::from("County court, family division"),
        reference: Private::from("26-1234"),
        asks: Private::from("Everything"),
        due: Some(date(2026, 12, 10)),
    };
    house.practice.record_demand(&desk, new).await.unwrap()
}

fn wanted(house: &Fictional, case: &Case, own: &[PersonId], joint: bool) -> Wanted {
    Wanted {
        own: own.iter().map(|who| house.part(case, *who)).collect(),
        joint,
        kinds: Kind::ALL.into_iter().collect(),
        days: Days::new(date(2026, 11, 1), date(2026, 12, 31)),
    }
}

#[tokio::test]
async fn r16_a_demand_puts_every_part_of_its_case_on_hold() {
    both(async |house| {
        let (noor, sam, case) = couple(&house).await;
        recorded(&house, &case, DemandKind::Subpoena).await;
        let owner = house.desk(house.owner).await;
        for who in [noor, sam] {
            let part = house.part(&case, who);
            let record = house.practice.retention_of(&owner, part).await.unwrap();
            assert_eq!(record.holds.len(), 1);
            let why = record.holds[0].reason.as_ref().unwrap().reveal().clone();
            assert!(why.contains("County court"), "{why}");
        }
        house.practice.sequence().await.unwrap();
        let verdict = house.practice.verify(&secret(), &[]).await.unwrap();
        assert!(verdict.holds(), "{:?}", verdict.findings);
    })
    .await;
}

#[tokio::test]
async fn r3_a_subpoena_without_an_order_allows_nothing() {
    both(async |house| {
        let (noor, _, case) = couple(&house).await;
        let demand = recorded(&house, &case, DemandKind::Subpoena).await;
        let desk = house.desk(house.clinician).await;
        let what = wanted(&house, &case, &[noor], true);
        let asked = house.practice.ask_order_document(&desk, demand, what).await;
        assert!(matches!(asked, Err(CopyError::NotAllowed)), "{asked:?}");
    })
    .await;
}

#[tokio::test]
async fn an_order_hands_out_what_it_names_and_no_more() {
    both(async |house| {
        let (noor, _, case) = couple(&house).await;
        let demand = recorded(&house, &case, DemandKind::Order).await;
        let desk = house.desk(house.clinician).await;
        let what = wanted(&house, &case, &[noor], false);
        let asked = house.practice.ask_order_document(&desk, demand, what).await;
        let copy = asked.unwrap();
        let made = house.practice.next_copy().await.unwrap().unwrap();
        let goals = made.gathered.goals.iter();
        let goals: Vec<&str> = goals
            .map(|goal| goal.said.words.reveal().as_str())
            .collect();
        assert_eq!(goals, ["Hers"]);
        keeps(&house, made).await.unwrap();
        // The owner reads the demand and its log, and hands out nothing clinical.
        let owner = house.fresh(house.owner).await;
        let stolen = house.practice.hand_out(&owner, copy, 0).await;
        assert!(matches!(
            stolen,
            Err(CopyError::Access(AccessError::NotThere))
        ));
        let seen = house.practice.demand(owner.desk(), demand).await.unwrap();
        assert!(seen.case.is_none() && seen.people.is_empty());
        let fresh = house.fresh(house.clinician).await;
        house.practice.hand_out(&fresh, copy, 0).await.unwrap();

        let closed = house
            .practice
            .close_demand(&desk, demand, Private::from("Done"));
        assert!(matches!(closed.await, Err(DemandError::NobodyTold)));
        let line = (Step::Told, Private::from("Noor, in the room"));
        house
            .practice
            .write_on_demand(&desk, demand, line)
            .await
            .unwrap();
        let closed = house
            .practice
            .close_demand(&desk, demand, Private::from("Done"));
        closed.await.unwrap();
        let late = house.practice.hand_out(&fresh, copy, 0).await;
        assert!(matches!(late, Err(CopyError::NotAllowed)), "{late:?}");
        let seen = house.practice.demand(&desk, demand).await.unwrap();
        assert_eq!(seen.copies[0].state, CopyState::Stopped);
        let steps: Vec<Step> = seen.demand.log.iter().map(|line| line.step).collect();
        assert_eq!(steps, [Step::Told, Step::Closed]);
        let line = (Step::Noted, Private::from("Late"));
        let late = house.practice.write_on_demand(&desk, demand, line).await;
        assert!(matches!(late, Err(DemandError::Closed)));
    })
    .await;
}

#[tokio::test]
async fn a_demand_is_for_the_owner_and_who_cares_for_the_case() {
    both(async |house| {
        let (_, _, case) = couple(&house).await;
        let demand = recorded(&house, &case, DemandKind::Order).await;
        let other = house.colleague("Dr. Ilse Brandt", "ilse").await;
        for staff in [other, house.front_desk, house.biller, house.associate] {
            let desk = house.desk(staff).await;
            let read = house.practice.demand(&desk, demand).await;
            assert!(matches!(read, Err(AccessError::NotThere)));
            assert!(house.practice.demands(&desk).await.unwrap().is_empty());
            let line = (Step::Noted, Private::from("No"));
            let written = house.practice.write_on_demand(&desk, demand, line).await;
            assert!(matches!(
                written,
                Err(DemandError::Access(AccessError::NotThere))
            ));
        }
        let owner = house.desk(house.owner).await;
        assert_eq!(house.practice.demands(&owner).await.unwrap().len(), 1);
    })
    .await;
}
