//! R3 after a separation: what was shared changes no more, and can still leave jointly.

use jiff::tz::TimeZone;

use super::*;
use crate::cases::{Onward, Parting, Separation};
use crate::testing::secret;

async fn part(house: &Fictional, case: &Case, people: [PersonId; 2]) {
    let desk = house.desk(house.clinician).await;
    let day = house.practice.now().to_zoned(TimeZone::UTC).date();
    let people = people.map(|who| Parting {
        participant: house.part(case, who),
        onward: Onward::Nowhere,
        remark: "As agreed.".into(),
    });
    let separation = Separation {
        day,
        people: people.into(),
    };
    let parted = house.practice.separate(&desk, case.id, separation);
    parted.await.unwrap();
}

async fn is_made_and_handed_out(house: &Fictional, release: ReleaseId) {
    let copy = wants(house, release).await.unwrap();
    let one = made(house).await;
    assert_eq!(goals(&one), [JOINT]);
    keeps(house, one).await.unwrap();
    assert_eq!(handed(house, copy).await.unwrap(), 3_000_000);
}

#[tokio::test]
async fn r3_what_was_shared_can_leave_after_a_separation() {
    both(async |house| {
        let (noor, sam, case) = couple(&house).await;
        let begun = asks(&house, &case, None, true).await;
        signs(&house, noor, Part::Joint).await;
        part(&house, &case, [noor, sam]).await;
        // The one begun before it.
        assert!(matches!(
            wants(&house, begun).await,
            Err(CopyError::NotAllowed)
        ));
        signs(&house, sam, Part::Joint).await;
        is_made_and_handed_out(&house, begun).await;
        // One that is asked for after it.
        house.clock.pass_minutes(10);
        let release = asks(&house, &case, None, true).await;
        for who in [noor, sam] {
            signs(&house, who, Part::Joint).await;
        }
        is_made_and_handed_out(&house, release).await;
        answers(&house, noor, Part::Joint, Some(Reply::Revoke))
            .await
            .unwrap();
        assert!(matches!(
            wants(&house, release).await,
            Err(CopyError::NotAllowed)
        ));
        house.practice.sequence().await.unwrap();
        let verdict = house.practice.verify(&secret(), &[]).await.unwrap();
        assert!(verdict.holds(), "{:?}", verdict.findings);
    })
    .await;
}

#[tokio::test]
async fn r3_what_is_being_made_at_a_separation_is_kept() {
    once(async |house| {
        let (noor, sam, case) = couple(&house).await;
        let release = asks(&house, &case, None, true).await;
        for who in [noor, sam] {
            signs(&house, who, Part::Joint).await;
        }
        let copy = wants(&house, release).await.unwrap();
        let one = made(&house).await;
        part(&house, &case, [noor, sam]).await;
        keeps(&house, one).await.unwrap();
        assert_eq!(handed(&house, copy).await.unwrap(), 3_000_000);
    })
    .await;
}

#[tokio::test]
async fn r16_the_files_of_releases_go_with_what_they_are_of() {
    once(async |house| {
        let (noor, sam, case) = couple(&house).await;
        let release = asks(&house, &case, None, true).await;
        asks(&house, &case, Some(noor), true).await;
        let practice = house.practice.id();
        let found = house.practice.published(move |tx| {
            let files = super::super::records::files(tx, practice, case.id)?;
            let one = super::super::records::release(tx, practice, release)?;
            Ok::<_, AccessError>((files, one.map(|one| one.cell.compartment)))
        });
        let (files, place) = found.await.unwrap();
        assert_eq!(files, Vec::from_iter(place));
        assert!(!case.compartments().contains(&files[0]));
        for who in [noor, sam] {
            let access = house.portal(who).await;
            let opens = house.practice.read(&access, {
                let file = files[0];
                move |work| {
                    let purpose = crate::access::Purpose::OwnRecord;
                    Ok::<_, AccessError>(work.may_open(file, purpose))
                }
            });
            assert!(!opens.await.unwrap());
        }
    })
    .await;
}
