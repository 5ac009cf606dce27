//! R3 against a simple model: for random histories of who took part when, and of who signed and took back, something joint may leave
//! only when everybody who was there at any instant of its time has signed last.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use uuid::Uuid;
use vault::CompartmentId;

use super::signers::{Answer, OutOfOrder, Signature, is_complete, missing, signers};
use crate::cases::{Case, CaseKind, Participant};
use crate::copies::what::Span;
use crate::ids::{CaseId, ParticipantId, PersonId};
use crate::private::Private;

/// An hour, so that people do not come in the same moment as those of the beginning.
const STEP: i64 = 3_600_000_000;

fn participant(number: u128, from: i64, until: Option<i64>) -> Participant {
    Participant {
        id: ParticipantId(Uuid::from_u128(number)),
        case: CaseId(Uuid::nil()),
        person: PersonId(Uuid::from_u128(100 + number)),
        own: CompartmentId(Uuid::from_u128(200 + number)),
        from,
        until,
        before: (from > 0).then(|| side(number, 300)),
        left: None,
        destroyed: None,
    }
}

fn side(number: u128, of: u128) -> CompartmentId {
    CompartmentId(Uuid::from_u128(of + number))
}

/// With whom it did not end, another joint side begins.
fn ended(mut participants: Vec<Participant>) -> Vec<Participant> {
    let goes_on = participants.iter().any(|who| who.until.is_none());
    let last = participants.iter().filter_map(|who| who.until).max();
    for (number, who) in (1_u128..).zip(&mut participants) {
        let left = who.until.filter(|_| goes_on || who.until != last);
        who.left = left.map(|_| side(number, 400));
    }
    participants
}

fn case(participants: Vec<Participant>) -> Case {
    Case {
        id: CaseId(Uuid::nil()),
        kind: CaseKind::Relational,
        open: participants.iter().any(|who| who.until.is_none()),
        clinician: PersonId(Uuid::nil()),
        supervisor: None,
        joint: Some(CompartmentId(Uuid::nil())),
        opened_at: 0,
        joint_from: None,
        parted: None,
        participants: ended(participants),
        names: None,
    }
}

/// Who was there at an instant, told slowly: from the beginning also for what is older, at the end also for what is newer.
fn there(case: &Case, at: i64) -> BTreeSet<ParticipantId> {
    let goes_on = case.participants.iter().any(|who| who.until.is_none());
    let last = case.participants.iter().filter_map(|who| who.until).max();
    case.participants
        .iter()
        .filter(|who| {
            let came = who.from == 0 || who.from <= at;
            let stayed = match who.until {
                None => true,
                Some(until) => at < until || (!goes_on && Some(until) == last),
            };
            came && stayed
        })
        .map(|who| who.id)
        .collect()
}

fn history() -> impl Strategy<Value = Case> {
    let one = (0_i64..20, prop::option::of(1_i64..20));
    prop::collection::vec(one, 1..6).prop_map(|all| {
        let people = (1_u128..).zip(all).map(|(number, (from, stays))| {
            // The first is there from the beginning.
            let from = if number == 1 { 0 } else { from };
            let until = stays.map(|stays| (from + stays) * STEP);
            participant(number, from * STEP, until)
        });
        case(people.collect())
    })
}

#[derive(Clone, Copy, Debug)]
enum Act {
    Sign,
    Refuse,
    Revoke,
}

fn acts() -> impl Strategy<Value = Vec<(u128, Act)>> {
    let act = prop_oneof![Just(Act::Sign), Just(Act::Refuse), Just(Act::Revoke)];
    prop::collection::vec((1_u128..6, act), 0..24)
}

fn signature(at: i64) -> Signature {
    Signature {
        name: Private::from("As I am called"),
        at,
        digest: String::new(),
    }
}

proptest! {
    #[test]
    fn r3_everybody_of_the_time_is_needed_and_nobody_else(
        case in history(), from in -3_i64..30, length in 1_i64..12,
    ) {
        let (begins, ends) = (from * STEP, (from + length) * STEP);
        let needed = signers(&case, Span::new(begins, ends));
        // Everything changes on a step only, so that one look between two steps finds all of it.
        let mut model = BTreeSet::new();
        for step in from..from + length {
            model.extend(there(&case, step * STEP + STEP / 2));
        }
        prop_assert_eq!(needed, model);
    }

    #[test]
    fn r3_joint_leaves_only_when_everybody_signed_last(
        case in history(), from in -3_i64..30, length in 1_i64..12, acts in acts(),
    ) {
        let needed = signers(&case, Span::new(from * STEP, (from + length) * STEP));
        let mut answers: BTreeMap<ParticipantId, Answer> = BTreeMap::new();
        let mut signed: BTreeSet<ParticipantId> = BTreeSet::new();
        for (at, (who, act)) in (0_i64..).zip(acts) {
            let id = ParticipantId(Uuid::from_u128(who));
            let before = answers.remove(&id).unwrap_or_default();
            let after = match act {
                Act::Sign => before.clone().sign(signature(at)),
                Act::Refuse => before.clone().refuse(at),
                Act::Revoke => before.clone().revoke(at),
            };
            match (act, &after) {
                (Act::Sign, Ok(_)) => { signed.insert(id); }
                (Act::Revoke, Ok(_)) => { signed.remove(&id); }
                (Act::Sign | Act::Refuse, Err(why)) => prop_assert_eq!(*why, OutOfOrder::Signed),
                (Act::Revoke, Err(why)) => prop_assert_eq!(*why, OutOfOrder::NotSigned),
                (Act::Refuse, Ok(_)) => {}
            }
            answers.insert(id, after.unwrap_or(before));
        }
        let in_force = |id| answers.get(&id).is_some_and(Answer::is_in_force);
        let all = !needed.is_empty() && needed.iter().all(|id| signed.contains(id));
        prop_assert_eq!(is_complete(&needed, in_force), all);
        let absent: Vec<_> = needed.iter().copied().filter(|id| !signed.contains(id)).collect();
        prop_assert_eq!(missing(&needed, in_force), absent);
        // A refusal is stored as what waits, so that nobody reads it without its key (R2).
        for answer in answers.values() {
            prop_assert_eq!(answer.word() == "in_force", answer.is_in_force());
            if matches!(answer, Answer::Refused { .. }) {
                prop_assert_eq!(answer.word(), Answer::Waiting.word());
            }
        }
    }
}

#[test]
fn r3_nobody_is_enough_for_nothing() {
    assert!(!is_complete(&BTreeSet::new(), |_| true));
}
