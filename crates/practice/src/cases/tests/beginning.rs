//! R2 from a case of one into one of several and back: nothing goes over, and nobody is told of another case.

use super::super::{After, Beginning, JoiningError, Side};
use super::leaving::{couple, set, words};
use super::*;
use crate::accounts::LetIn;
use crate::ids::CaseId;
use crate::receipts::Whose;

async fn begin(
    house: &Fictional,
    from: CaseId,
    people: &[PersonId],
    after: After,
) -> Result<Case, JoiningError> {
    let desk = house.desk(house.clinician).await;
    let beginning = Beginning {
        from,
        people: people.to_vec(),
        new: Vec::new(),
        after,
    };
    let begun = house.practice.begin_case(&desk, beginning).await?;
    let found = house.practice.case(&desk, begun.case, Purpose::Care).await;
    Ok(found?)
}

#[tokio::test]
async fn r2_nothing_of_a_case_of_one_stands_in_one_of_several() {
    both(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let alone = house.case_of(&[noor]).await;
        house.everybody_signs(&alone).await;
        set(&house, &alone, noor, Side::Own, "Alone").await;
        let sam = house.client("Sam").await;
        house.case_of(&[sam]).await;
        let together = begin(&house, alone.id, &[noor, sam], After::Stays)
            .await
            .unwrap();
        assert_eq!(together.kind, CaseKind::Relational);
        assert!(together.joint_waits(), "R11: as every case of several");
        let sides = together.compartments();
        assert!(
            alone
                .compartments()
                .iter()
                .all(|side| !sides.contains(side))
        );
        // Each of her cases is a place of its own; she signs anew, and her goal stays where it was.
        let portal = house.portal(noor).await;
        let mine = house.practice.my_goals(&portal).await.unwrap();
        let count = |case: &Case| {
            let me = house.part(case, noor);
            let mine = mine.iter().find(|one| one.sides.me == me).unwrap();
            (mine.own.len(), mine.joint.len())
        };
        assert_eq!((count(&alone), count(&together)), ((1, 0), (0, 0)));
        let home = house.practice.my_home(&portal).await.unwrap();
        assert_eq!(home.parts.len(), 2);
        let his = house.portal(sam).await;
        let consents = house.practice.my_consents(&his).await.unwrap();
        assert_eq!(consents.len(), 2, "his own cases, and none of hers");
        let own = alone.participants[0].own;
        let may = house.practice.read(&his, move |work| {
            Ok::<_, AccessError>(work.may_open(own, Purpose::OwnRecord))
        });
        assert!(!may.await.unwrap());
        verified(&house).await;
    })
    .await;
}

#[tokio::test]
async fn the_first_case_goes_on_or_is_closed_by_choice() {
    both(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let alone = house.case_of(&[noor]).await;
        let desk = house.desk(house.clinician).await;
        let new = Beginning {
            from: alone.id,
            people: vec![noor],
            new: vec![newcomer("Sam"), newcomer("Kit")],
            after: After::Closes,
        };
        let begun = house.practice.begin_case(&desk, new.clone()).await.unwrap();
        let [(first, hers), (sam, his), (kit, theirs)] = &begun.people[..] else {
            panic!("three of them")
        };
        assert_eq!(*first, noor);
        assert_ne!(sam, kit, "one address, two people");
        assert!(matches!(hers, LetIn::AsBefore(_)));
        for invited in [his, theirs] {
            assert!(matches!(invited, LetIn::Invited(_)));
        }
        let closed = house.practice.case(&desk, alone.id, Purpose::Care).await;
        assert!(!closed.unwrap().open);
        // A case of several ends by its separation, with what that asks for.
        let again = Beginning {
            from: begun.case,
            ..new.clone()
        };
        let refused = house.practice.begin_case(&desk, again).await.err();
        assert!(matches!(refused, Some(JoiningError::Several)));
        let goes_on = house.practice.case(&desk, begun.case, Purpose::Care).await;
        assert!(goes_on.unwrap().open);
        let twice = house.practice.begin_case(&desk, new).await.err();
        assert!(matches!(twice, Some(JoiningError::Ended)));
    })
    .await;
}

#[tokio::test]
async fn who_comes_back_together_begins_a_case_with_keys_of_its_own() {
    both(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        set(&house, &case, noor, Side::Joint, "Then").await;
        let desk = house.desk(house.clinician).await;
        house.practice.close_case(&desk, case.id).await.unwrap();
        let anew = begin(&house, case.id, &[noor, sam], After::Stays)
            .await
            .unwrap();
        assert_ne!(anew.joint, case.joint);
        house.everybody_signs(&anew).await;
        let me = house.part(&anew, sam);
        let his = house.portal(sam).await;
        let new = words("Now");
        house
            .practice
            .set_goal(&his, me, Side::Joint, new)
            .await
            .unwrap();
        let first = house.practice.my_goals(&his).await.unwrap();
        assert_eq!(first.len(), 2);
        let of = |case: &Case| {
            let me = house.part(case, sam);
            let mine = first.iter().find(|one| one.sides.me == me).unwrap();
            let said = mine.joint.iter();
            said.map(|goal| goal.said.words.reveal().clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(of(&case), ["Then"]);
        assert_eq!(of(&anew), ["Now"]);
        // And back: one of them alone, beside it.
        let alone = begin(&house, anew.id, &[sam], After::Stays).await.unwrap();
        assert_eq!(alone.kind, CaseKind::Individual);
    })
    .await;
}

#[tokio::test]
async fn only_the_clinician_begins_a_case_and_with_clients_of_theirs() {
    both(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let alone = house.case_of(&[noor]).await;
        let stranger = house.client("Rohan").await;
        house.case_with(house.associate, None, &[stranger]).await;
        let refused = begin(&house, alone.id, &[noor, stranger], After::Stays)
            .await
            .err();
        assert!(matches!(
            refused,
            Some(JoiningError::Access(AccessError::NotThere))
        ));
        let refused = begin(&house, alone.id, &[], After::Stays).await.err();
        assert!(matches!(refused, Some(JoiningError::Nobody)));
        for staff in [house.associate, house.front_desk, house.owner] {
            let desk = house.desk(staff).await;
            let beginning = Beginning {
                from: alone.id,
                people: vec![noor],
                new: Vec::new(),
                after: After::Stays,
            };
            let refused = house.practice.begin_case(&desk, beginning).await.err();
            assert!(matches!(
                refused,
                Some(JoiningError::Access(AccessError::NotThere))
            ));
        }
    })
    .await;
}

#[tokio::test]
async fn r2_whose_case_is_closed_reads_nothing_of_the_one_that_is_begun_without_them() {
    once(async |house: Fictional| {
        let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
        let alone = house.case_of(&[noor]).await;
        house.case_of(&[sam]).await;
        begin(&house, alone.id, &[sam], After::Closes)
            .await
            .unwrap();
        let read = async |who| {
            let portal = house.portal(who).await;
            let read = house
                .practice
                .who_opened_my_record(&portal, Whose::Others, None);
            let read = read.await.unwrap().openings.into_iter();
            read.map(|line| line.what).collect::<Vec<_>>()
        };
        let hers = read(noor).await;
        assert!(hers.contains(&"Closed the work together"));
        assert!(!hers.contains(&"Began work with you"), "{hers:?}");
        let his = read(sam).await;
        assert!(his.contains(&"Began work with you"));
        assert!(!his.contains(&"Closed the work together"));
    })
    .await;
}
