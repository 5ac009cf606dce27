//! Who is told: the clinician of what waits for them, whoever is asked to sign that there is something to look at.

use super::*;
use crate::releases::Waits;

async fn waits(house: &Fictional) -> Vec<Waits> {
    let desk = house.desk(house.clinician).await;
    let all = house.practice.releases_waiting(&desk).await.unwrap();
    let counted = house.practice.at_desk(&desk).await.unwrap().releases;
    assert_eq!(counted, u32::try_from(all.len()).unwrap());
    all.into_iter().map(|(.., waits)| waits).collect()
}

async fn letters(house: &Fictional, who: PersonId) -> i64 {
    let look = move |tx: &mut store::Tx<'_>| {
        let sql = "SELECT count(*) FROM post WHERE person_id = $1";
        tx.required(sql, &[who.into()])?.int(0)
    };
    house.store.read(look).await.unwrap()
}

#[tokio::test]
async fn r2_the_clinician_reads_what_waits_and_a_refusal_looks_like_waiting() {
    both(async |house| {
        let (noor, sam, case) = couple(&house).await;
        let release = asks(&house, &case, None, true).await;
        assert!(waits(&house).await.is_empty());
        signs(&house, noor, Part::Joint).await;
        answers(&house, sam, Part::Joint, Some(Reply::Refuse))
            .await
            .unwrap();
        assert!(waits(&house).await.is_empty());
        signs(&house, sam, Part::Joint).await;
        assert_eq!(waits(&house).await, [Waits::Complete]);
        wants(&house, release).await.unwrap();
        assert!(waits(&house).await.is_empty());
        let one = made(&house).await;
        keeps(&house, one).await.unwrap();
        assert!(waits(&house).await.is_empty());
        answers(&house, sam, Part::Joint, Some(Reply::Revoke))
            .await
            .unwrap();
        assert_eq!(waits(&house).await, [Waits::TakenBack]);
        // It is nobody else's.
        let other = house.colleague("Dr. Ilse Brandt", "ilse").await;
        let other = house.desk(other).await;
        let theirs = house.practice.releases_waiting(&other).await.unwrap();
        assert!(theirs.is_empty());
        let desk = house.desk(house.clinician).await;
        house.practice.close_release(&desk, release).await.unwrap();
        assert!(waits(&house).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn r3_what_is_over_ends_when_it_is_looked_at_and_waits_for_nobody() {
    both(async |house| {
        let (noor, sam, case) = couple(&house).await;
        let release = asks(&house, &case, None, true).await;
        signs(&house, noor, Part::Joint).await;
        signs(&house, sam, Part::Joint).await;
        let wish = NewRelease {
            own: None,
            joint: true,
            frame: frame(),
        };
        house.clock.pass_minutes(1);
        let (portal, part) = (house.portal(noor).await, house.part(&case, noor));
        let wished = house.practice.ask_my_release(&portal, part, wish).await;
        let wished = wished.unwrap();
        let desk = house.desk(house.clinician).await;
        // Looking before its last day changes nothing.
        let open = house.practice.release(&desk, release).await.unwrap();
        assert_eq!(open.releases[0].state, ReleaseState::Open);
        assert_eq!(waits(&house).await, [Waits::Wished, Waits::Complete]);
        house.clock.pass_minutes(200 * 24 * 60);
        let told = letters(&house, noor).await;
        let portal = house.portal(noor).await;
        let mine = house.practice.my_releases(&portal).await.unwrap();
        assert!(mine[0].wished[0].over);
        let desk = house.desk(house.clinician).await;
        let over = house.practice.releases_of(&desk, case.id).await.unwrap();
        assert_eq!(over.releases[0].id, wished);
        for one in over.releases {
            assert!(one.over);
            assert_eq!(one.state, ReleaseState::Closed);
        }
        assert!(waits(&house).await.is_empty());
        // There is nothing for anybody to do, so nobody is written to; and it has ended once.
        assert_eq!(letters(&house, noor).await, told);
        house.practice.release(&desk, release).await.unwrap();
        let again = house.practice.close_release(&desk, release).await;
        assert!(matches!(again, Err(ReleaseError::Closed)));
    })
    .await;
}

#[tokio::test]
async fn wishes_that_nobody_took_up_are_bounded_for_each_person() {
    both(async |house| {
        let (noor, sam, case) = couple(&house).await;
        let wishes = async |who| {
            let wish = NewRelease {
                own: None,
                joint: true,
                frame: frame(),
            };
            let (portal, part) = (house.portal(who).await, house.part(&case, who));
            house.practice.ask_my_release(&portal, part, wish).await
        };
        let mut first = None;
        for _ in 0..5 {
            first = first.or(Some(wishes(noor).await.unwrap()));
        }
        assert!(matches!(wishes(noor).await, Err(ReleaseError::Enough)));
        assert_eq!(waits(&house).await.len(), 5);
        // Hers keep nobody else from asking (R2), and one that was taken up makes room.
        wishes(sam).await.unwrap();
        let desk = house.desk(house.clinician).await;
        let taken_up = house.practice.take_up_release(&desk, first.unwrap());
        taken_up.await.unwrap();
        wishes(noor).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn r12_whoever_is_asked_to_sign_gets_a_neutral_letter_and_nobody_else() {
    once(async |house| {
        let (noor, sam, case) = couple(&house).await;
        let before = (letters(&house, noor).await, letters(&house, sam).await);
        asks(&house, &case, Some(noor), false).await;
        let own = (letters(&house, noor).await, letters(&house, sam).await);
        assert_eq!(own, (before.0 + 1, before.1));
        asks(&house, &case, Some(noor), true).await;
        let joint = (letters(&house, noor).await, letters(&house, sam).await);
        assert_eq!(joint, (own.0 + 1, own.1 + 1));
    })
    .await;
}
