//! R2 and R9 for the journal: the client's alone, nothing before consent, and nothing that tells of it.

use uuid::Uuid;

use super::{Journal, JournalError};
use crate::access::PortalAccess;
use crate::error::AccessError;
use crate::ids::EntryId;
use crate::receipts::Whose;
use crate::testing::age::for_keys;
use crate::testing::{Fictional, both, once, secret};

const FIRST: EntryId = EntryId(Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0001));

async fn entries(house: &Fictional, access: &PortalAccess) -> Vec<(EntryId, u32)> {
    let journal: Vec<Journal> = house.practice.my_journal(access).await.unwrap();
    let all = journal.iter().flat_map(|one| &one.entries);
    all.map(|entry| (entry.id, entry.revision)).collect()
}

#[tokio::test]
async fn r2_a_journal_is_its_writers_and_tells_nobody_else_of_itself() {
    both(async |house| {
        let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
        let case = house.case_of(&[noor, sam]).await;
        house.everybody_signs(&case).await;
        let (noors, sams) = (house.portal(noor).await, house.portal(sam).await);
        let part = house.part(&case, noor);
        let write =
            |access, place, seen| house.practice.write_entry(access, place, for_keys(1), seen);
        let openings = async || {
            let page = house
                .practice
                .who_opened_my_record(&sams, Whose::MineToo, None);
            page.await.unwrap().openings.len()
        };
        openings().await;
        let before = openings().await;
        assert_eq!(write(&noors, (part, FIRST), None).await.unwrap(), 1);
        assert_eq!(write(&noors, (part, FIRST), Some(1)).await.unwrap(), 2);
        assert_eq!(entries(&house, &noors).await, [(FIRST, 2)]);
        assert_eq!(openings().await, before + 1, "but for asking itself");
        assert_eq!(entries(&house, &sams).await, []);

        // Neither another's part nor an entry of another's is there.
        let taken = write(&sams, (part, FIRST), Some(2)).await;
        assert!(matches!(
            taken,
            Err(JournalError::Access(AccessError::NotThere))
        ));
        let sams_part = house.part(&case, sam);
        let removed = house
            .practice
            .remove_entry(&sams, (sams_part, FIRST), 2)
            .await;
        assert!(matches!(removed, Err(AccessError::NotThere)));

        let remove = |seen| house.practice.remove_entry(&noors, (part, FIRST), seen);
        assert!(matches!(remove(1).await, Err(AccessError::Stale)));
        remove(2).await.unwrap();
        assert_eq!(entries(&house, &noors).await, []);
        let verdict = house.practice.verify(&secret(), &[]).await.unwrap();
        assert!(verdict.holds(), "{:?}", verdict.findings);
    })
    .await;
}

#[tokio::test]
async fn r9_a_journal_waits_for_its_writers_consent_and_for_nobody_elses() {
    once(async |house| {
        let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
        let case = house.case_of(&[noor, sam]).await;
        let access = house.portal(noor).await;
        let place = (house.part(&case, noor), FIRST);
        let write = |keys| {
            house
                .practice
                .write_entry(&access, place, for_keys(keys), None)
        };
        assert!(matches!(write(1).await, Err(JournalError::ConsentMissing)));
        let writes = async || house.practice.my_journal(&access).await.unwrap()[0].writes;
        assert!(!writes().await);
        house.signs(&case, noor, "informed-consent").await.unwrap();
        assert!(writes().await);
        assert!(matches!(write(2).await, Err(JournalError::NotForOne)));
        write(1).await.unwrap();
    })
    .await;
}
