//! R2: what a case's chart is, that own sides are apart, and that a closed case stays as it is.

mod beginning;
mod joining;
mod leaving;
mod model;
mod separating;

use vault::CompartmentId;

use super::{Case, CaseKind, Participant};
use crate::access::{JobAccess, Purpose};
use crate::accounts::Newcomer;
use crate::booking::{BookingError, NewSession, SESSION};
use crate::calendar::Place;
use crate::clock::{Minutes, after};
use crate::error::AccessError;
use crate::ids::{CaseId, ParticipantId, PersonId};
use crate::people::Channel;
use crate::private::Private;
use crate::testing::{Fictional, account, both, identity, once};
use uuid::Uuid;

fn participant(n: u128) -> Participant {
    Participant {
        id: ParticipantId(Uuid::from_u128(n)),
        case: CaseId(Uuid::from_u128(1)),
        person: PersonId(Uuid::from_u128(n + 10)),
        own: CompartmentId(Uuid::from_u128(n + 20)),
        from: 0,
        until: None,
        before: None,
        left: None,
        destroyed: None,
    }
}

fn case(joint: Option<u128>, participants: Vec<Participant>) -> Case {
    Case {
        id: CaseId(Uuid::from_u128(1)),
        kind: if joint.is_some() {
            CaseKind::Relational
        } else {
            CaseKind::Individual
        },
        open: true,
        clinician: PersonId(Uuid::from_u128(2)),
        supervisor: None,
        joint: joint.map(|n| CompartmentId(Uuid::from_u128(n))),
        joint_from: None,
        parted: None,
        opened_at: 0,
        participants,
        names: None,
    }
}

#[test]
fn r2_the_chart_of_a_couple_is_joint_and_of_one_client_their_own() {
    let couple = case(Some(9), vec![participant(1), participant(2)]);
    assert_eq!(couple.chart(), couple.joint);
    assert_eq!(couple.compartments().len(), 3);
    let one = case(None, vec![participant(1)]);
    assert_eq!(one.chart(), Some(participant(1).own));
}

/// Somebody new, whose address is everybody's.
fn newcomer(name: &str) -> Newcomer {
    Newcomer {
        name: name.into(),
        pronouns: Private::default(),
        channel: Channel::Mail,
        address: "shared@example.org".into(),
    }
}

/// Nothing that was written differs from what receipts name.
async fn verified(house: &Fictional) {
    house.practice.sequence().await.unwrap();
    let verdict = house.practice.verify(&crate::testing::secret(), &[]).await;
    let verdict = verdict.unwrap();
    assert!(verdict.holds(), "{:?}", verdict.findings);
}

fn session(case: CaseId, house: &Fictional) -> NewSession {
    NewSession {
        case,
        people: Vec::new(),
        starts: after(house.practice.now(), Minutes(3 * 24 * 60)),
        length: SESSION,
        place: Place::Video,
    }
}

#[tokio::test]
async fn a_closed_case_is_read_and_nothing_new_is_booked_in_it() {
    both(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let case = house.case_of(&[noor]).await;
        let desk = house.desk(house.clinician).await;
        let new = session(case.id, &house);
        house
            .practice
            .book_session(&desk, new.clone())
            .await
            .unwrap();
        let other = house.desk(house.associate).await;
        let not_theirs = house.practice.close_case(&other, case.id).await;
        assert!(matches!(not_theirs, Err(AccessError::NotThere)));

        house.practice.close_case(&desk, case.id).await.unwrap();
        let closed = house.practice.case(&desk, case.id, Purpose::Care).await;
        let closed = closed.unwrap();
        assert!(!closed.open);
        assert!(closed.participants.iter().all(|who| who.until.is_some()));
        let twice = house.practice.close_case(&desk, case.id).await;
        assert!(matches!(twice, Err(AccessError::NotThere)));
        let refused = house.practice.book_session(&desk, new.clone()).await;
        assert!(matches!(
            refused,
            Err(BookingError::Access(AccessError::NotThere))
        ));
        // What was booked is free again.
        let another = house.case_of(&[noor]).await;
        let new = NewSession {
            case: another.id,
            ..new
        };
        house.practice.book_session(&desk, new).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn r2_whoever_is_in_two_cases_has_a_side_of_their_own_in_each() {
    both(async |house: Fictional| {
        let entered = house
            .practice
            .enter_case(
                &JobAccess::set_up(),
                (house.clinician, None),
                vec![identity("Bea"), identity("Lucía")],
            )
            .await
            .unwrap();
        let lucia = entered.participants[1].person;
        assert!(entered.participants.is_sorted_by_key(|who| who.person));
        let alone = house
            .practice
            .enter_another_case(&JobAccess::set_up(), (house.associate, None), vec![lucia])
            .await
            .unwrap();
        assert_eq!(alone.kind, CaseKind::Individual);
        assert_ne!(alone.participants[0].own, entered.participants[1].own);
        let invitation = house
            .practice
            .invite(&JobAccess::set_up(), lucia, Some(entered.id))
            .await
            .unwrap();
        house
            .practice
            .accept_invitation(invitation.text(), account("lucia"))
            .await
            .unwrap();
        let sides = [
            (house.clinician, [true, false]),
            (house.associate, [false, true]),
        ];
        for (staff, may) in sides {
            let desk = house.desk(staff).await;
            for (case, may) in [entered.id, alone.id].into_iter().zip(may) {
                let found = house.practice.case(&desk, case, Purpose::Care).await;
                assert_eq!(found.is_ok(), may);
            }
        }
    })
    .await;
}
