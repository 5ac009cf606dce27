//! R2 as structure: what a case's chart is, and that own sides are apart.

use vault::CompartmentId;

use super::{Case, CaseKind, Participant};
use crate::ids::{CaseId, ParticipantId, PersonId};
use uuid::Uuid;

fn participant(n: u128) -> Participant {
    Participant {
        id: ParticipantId(Uuid::from_u128(n)),
        case: CaseId(Uuid::from_u128(1)),
        person: PersonId(Uuid::from_u128(n + 10)),
        own: CompartmentId(Uuid::from_u128(n + 20)),
        from: 0,
        until: None,
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
