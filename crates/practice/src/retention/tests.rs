//! R16: nothing goes before its years are over, nothing goes that is held, nothing goes by one person; and what is gone is gone.

mod destroying;
mod holding;

use super::{OwnRule, RetentionError, Reviewed};
use crate::access::{FreshAccess, Purpose};
use crate::cases::Case;
use crate::error::AccessError;
use crate::ids::{DestructionId, ParticipantId, PersonId};
use crate::testing::{Fictional, both, once, secret};

/// Minutes of a year, a little more.
const YEAR: i64 = 366 * 24 * 60;
const REASON: &str = "Seven years are over";

/// Noor and Sam as a couple of Dr. Okafor, and their case when it was closed.
struct Couple {
    noor: PersonId,
    sam: PersonId,
    case: Case,
}

impl Couple {
    fn part(&self, person: PersonId) -> ParticipantId {
        self.case.participant(person).unwrap().id
    }
}

/// A couple that signed, got homework and reflected on it, whose case was closed.
async fn couple(house: &Fictional) -> Couple {
    let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
    let case = house.case_of(&[noor, sam]).await;
    house.everybody_signs(&case).await;
    house
        .gives(&case, crate::homework::For::Everybody)
        .await
        .unwrap();
    let okafor = house.desk(house.clinician).await;
    house.practice.close_case(&okafor, case.id).await.unwrap();
    Couple { noor, sam, case }
}

async fn reviewed(house: &Fictional, by: PersonId) -> Vec<Reviewed> {
    let desk = house.desk(by).await;
    house.practice.retention_review(&desk).await.unwrap().parts
}

async fn asks(
    house: &Fictional,
    by: PersonId,
    part: ParticipantId,
) -> Result<DestructionId, RetentionError> {
    let fresh = house.fresh(by).await;
    let asked = house
        .practice
        .ask_for_destruction(&fresh, part, REASON.into());
    asked.await
}

async fn confirms(
    house: &Fictional,
    by: PersonId,
    id: DestructionId,
) -> Result<(), RetentionError> {
    let fresh: FreshAccess = house.fresh(by).await;
    let confirmed = house.practice.confirm_destruction(&fresh, id, |_, _| ());
    confirmed.await
}

/// Asked for by the clinician, confirmed by the owner.
pub(crate) async fn destroyed(house: &Fictional, part: ParticipantId) -> DestructionId {
    let id = asks(house, house.clinician, part).await.unwrap();
    confirms(house, house.owner, id).await.unwrap();
    id
}

async fn holds(house: &Fictional) -> crate::receipts::Verdict {
    house.practice.sequence().await.unwrap();
    let verdict = house.practice.verify(&secret(), &[]).await.unwrap();
    assert!(verdict.holds(), "{:?}", verdict.findings);
    verdict
}

const fn not_there<T>(result: &Result<T, RetentionError>) -> bool {
    matches!(result, Err(RetentionError::Access(AccessError::NotThere)))
}

#[tokio::test]
async fn r16_a_closed_part_stands_in_the_review_when_its_years_are_over() {
    both(async |house: Fictional| {
        let couple = couple(&house).await;
        house.clock.pass_minutes(6 * YEAR);
        assert!(reviewed(&house, house.owner).await.is_empty());
        let early = asks(&house, house.owner, couple.part(couple.noor)).await;
        assert!(matches!(early, Err(RetentionError::NotDue)), "{early:?}");
        house.clock.pass_minutes(2 * YEAR);
        let seen = reviewed(&house, house.owner).await;
        let names: Vec<&str> = seen
            .iter()
            .map(|one| one.client.name.reveal().as_str())
            .collect();
        assert_eq!(names.len(), 2);
        assert!(names.contains(&"Noor") && names.contains(&"Sam"));
        assert!(seen.iter().all(|one| one.is_due && one.held.is_none()));
        // Whoever cared for them sees it too, and nobody else.
        assert_eq!(reviewed(&house, house.clinician).await.len(), 2);
        let other = house.colleague("Dr. Ilse Brandt", "ilse").await;
        assert!(reviewed(&house, other).await.is_empty());
        for staff in [house.front_desk, house.biller, house.associate] {
            let desk = house.desk(staff).await;
            let refused = house.practice.retention_review(&desk).await;
            assert!(matches!(refused, Err(AccessError::NotThere)));
        }
        let desk = house.desk(other).await;
        let part = couple.part(couple.noor);
        let refused = house.practice.retention_of(&desk, part).await;
        assert!(not_there(&refused));
    })
    .await;
}

#[tokio::test]
async fn r16_an_open_part_is_never_due() {
    once(async |house: Fictional| {
        let kit = house.client("Kit").await;
        let case = house.case_of(&[kit]).await;
        house.clock.pass_minutes(30 * YEAR);
        assert!(reviewed(&house, house.owner).await.is_empty());
        let part = case.participant(kit).unwrap().id;
        let early = asks(&house, house.owner, part).await;
        assert!(matches!(early, Err(RetentionError::NotDue)), "{early:?}");
    })
    .await;
}

#[tokio::test]
async fn r16_a_rule_of_the_practices_own_holds_and_never_below_the_promise() {
    both(async |house: Fictional| {
        couple(&house).await;
        house.clock.pass_minutes(8 * YEAR);
        let rule = |years| OwnRule {
            years,
            years_after_majority: None,
            source: "Our board's letter".to_owned(),
            checked_on: jiff::civil::date(2026, 11, 19),
        };
        let set = async |by, years| {
            let fresh = house.fresh(by).await;
            house.practice.set_retention_rule(&fresh, rule(years)).await
        };
        assert!(not_there(&set(house.clinician, 9).await));
        assert!(matches!(
            set(house.owner, 0).await,
            Err(RetentionError::Rule)
        ));
        set(house.owner, 20).await.unwrap();
        assert!(reviewed(&house, house.owner).await.is_empty());
        set(house.owner, 1).await.unwrap();
        // What clients were promised when they signed is seven years.
        let okafor = house.desk(house.clinician).await;
        let seen = house.practice.retention_rule(&okafor).await.unwrap();
        assert_eq!((seen.years(), seen.source()), (7, "Our board's letter"));
        assert_eq!(reviewed(&house, house.clinician).await.len(), 2);
        holds(&house).await;
    })
    .await;
}

#[tokio::test]
async fn r16_it_takes_two_people_who_keep_the_record() {
    both(async |house: Fictional| {
        let couple = couple(&house).await;
        let part = couple.part(couple.noor);
        house.clock.pass_minutes(8 * YEAR);
        let other = house.colleague("Dr. Ilse Brandt", "ilse").await;
        for staff in [house.front_desk, house.biller, house.associate, other] {
            assert!(not_there(&asks(&house, staff, part).await));
        }
        let fresh = house.fresh(house.owner).await;
        let silent = house
            .practice
            .ask_for_destruction(&fresh, part, " ".into())
            .await;
        assert!(matches!(silent, Err(RetentionError::ReasonMissing)));
        // The machine alone is nobody.
        let job = crate::access::JobAccess::set_up();
        let alone = house
            .practice
            .ask_for_destruction(&job, part, REASON.into())
            .await;
        assert!(matches!(
            alone,
            Err(RetentionError::Access(AccessError::NotSignedIn))
        ));
        let id = asks(&house, house.clinician, part).await.unwrap();
        let again = asks(&house, house.owner, part).await;
        assert!(matches!(again, Err(RetentionError::Asked)), "{again:?}");
        let same = confirms(&house, house.clinician, id).await;
        assert!(matches!(same, Err(RetentionError::SamePerson)), "{same:?}");
        for staff in [house.front_desk, house.associate, other] {
            assert!(not_there(&confirms(&house, staff, id).await));
        }
        // Nobody confirmed it for two weeks.
        house.clock.pass_minutes(14 * 24 * 60);
        let late = confirms(&house, house.owner, id).await;
        assert!(matches!(late, Err(RetentionError::Ended)), "{late:?}");
        let id = asks(&house, house.owner, part).await.unwrap();
        let okafor = house.desk(house.clinician).await;
        house
            .practice
            .withdraw_destruction(&okafor, id)
            .await
            .unwrap();
        let withdrawn = confirms(&house, house.clinician, id).await;
        assert!(
            matches!(withdrawn, Err(RetentionError::Ended)),
            "{withdrawn:?}"
        );
        let refused = house.practice.certificate(&okafor, id).await;
        assert!(matches!(refused, Err(RetentionError::Ended)));
        assert!(
            house
                .practice
                .case(&okafor, couple.case.id, Purpose::Care)
                .await
                .is_ok()
        );
        holds(&house).await;
    })
    .await;
}

#[tokio::test]
async fn r16_where_the_clinician_has_left_another_one_confirms() {
    once(async |house: Fictional| {
        let other = house.colleague("Dr. Ilse Brandt", "ilse").await;
        let kit = house.client("Kit").await;
        let case = house.case_with(other, None, &[kit]).await;
        let theirs = house.desk(other).await;
        house.practice.close_case(&theirs, case.id).await.unwrap();
        house.clock.pass_minutes(8 * YEAR);
        let part = case.participant(kit).unwrap().id;
        let owner = house.fresh(house.owner).await;
        let clinician = crate::access::Role::Clinician;
        let ended = house.practice.end_role(&owner, other, clinician).await;
        ended.unwrap();
        let id = asks(&house, house.owner, part).await.unwrap();
        let seen = reviewed(&house, house.clinician).await;
        assert_eq!(seen.len(), 1);
        assert_eq!(
            seen[0].client.name.reveal(),
            "",
            "no name for who did not care"
        );
        confirms(&house, house.clinician, id).await.unwrap();
        let okafor = house.desk(house.clinician).await;
        house.practice.certificate(&okafor, id).await.unwrap();
    })
    .await;
}
