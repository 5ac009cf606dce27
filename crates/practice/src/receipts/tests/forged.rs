//! Somebody with the database who knows how the log is made, but has no key: what they make up counts for nothing.

use vault::log::Frontier;
use vault::{Entry, RowDigest};

use super::super::{packed, records};
use super::*;
use crate::testing::both;

/// Puts a receipt in as if it waited for the sequencer; its MAC is another receipt's.
async fn put_in(house: &Fictional, entry: &Entry) {
    let done = house
        .by_hand(
            "INSERT INTO receipts (practice_id, id, at, role, action, purpose, outcome, compartments, rows_written, \
             leaf, mac) SELECT practice_id, $1, $2, $3, $4, $5, $6, compartments, $7, $8, mac FROM receipts \
             WHERE seq = 0",
            vec![
                entry.id.into(),
                entry.at.into(),
                entry.role.as_str().into(),
                entry.action.as_str().into(),
                entry.purpose.as_str().into(),
                entry.outcome.as_str().into(),
                packed::of_rows(&entry.rows).into(),
                entry.leaf_hash().into(),
            ],
        )
        .await;
    assert_eq!(done, 1);
}

#[tokio::test]
async fn a_receipt_put_in_for_an_edit_is_named_and_never_numbered() {
    both(async |house: Fictional| {
        let couple = couple(&house).await;
        let found = row(
            &house,
            "SELECT sealed FROM people WHERE id = $1",
            vec![couple.sam.into()],
        )
        .await;
        let edited = flipped(found.blob(0).unwrap());
        let first = row(
            &house,
            &format!("SELECT {} FROM receipts WHERE seq = 0", records::COLUMNS),
            vec![],
        )
        .await;
        let entry = Entry {
            id: Uuid::from_u128(9),
            rows: vec![RowDigest {
                table: "people".into(),
                row: couple.sam.0,
                revision: 2,
                digest: vault::sealed_digest(&edited),
            }],
            actor: None,
            sign_in: None,
            ..records::read(&first).unwrap().entry
        };
        house
            .by_hand(
                "UPDATE people SET revision = 2, sealed = $1 WHERE id = $2",
                vec![edited.into(), couple.sam.into()],
            )
            .await;
        put_in(&house, &entry).await;
        let size = house.practice.sequence().await.unwrap();
        assert_eq!(house.practice.sequence().await.unwrap(), size);
        let verdict = verified(&house).await;
        assert_eq!((verdict.receipts, verdict.waiting), (size, 1));
        for (table, row) in [("receipts", entry.id), ("people", couple.sam.0)] {
            assert!(
                verdict
                    .findings
                    .iter()
                    .any(|found| found.table == table && found.row == Some(row)),
                "{table} is not among {:#?}",
                verdict.findings
            );
        }
    })
    .await;
}

#[tokio::test]
async fn the_log_does_not_go_on_from_a_history_that_was_written_anew() {
    both(async |house: Fictional| {
        let couple = couple(&house).await;
        // An opening that is to be forgotten: the numbers after it move up, the frontier is computed anew, and heads
        // that would tell are taken away but for the one that the keyring keeps.
        for sql in [
            "DELETE FROM receipt_compartments WHERE receipt_id = (SELECT id FROM receipts WHERE seq = 9)",
            "DELETE FROM receipts WHERE seq = 9",
            "UPDATE receipts SET seq = -seq WHERE seq > 9",
            "UPDATE receipts SET seq = -seq - 1 WHERE seq < 0",
        ] {
            assert!(house.by_hand(sql, vec![]).await > 0, "{sql}");
        }
        let leaves = house
            .store
            .read(|tx| {
                let sql = "SELECT leaf FROM receipts WHERE seq IS NOT NULL ORDER BY seq";
                tx.query(sql, &[])?
                    .iter()
                    .map(|row| row.blob(0).map(<[u8]>::to_vec))
                    .collect::<Result<Vec<_>, StoreError>>()
            })
            .await
            .unwrap();
        let mut frontier = Frontier::default();
        for leaf in leaves {
            frontier.push(leaf.try_into().unwrap());
        }
        let size = i64::try_from(frontier.size()).unwrap();
        house
            .by_hand(
                "UPDATE receipt_log SET size = $1, frontier = $2",
                vec![size.into(), frontier.encode().into()],
            )
            .await;
        let desk = house.desk(house.clinician).await;
        house.practice.identity(&desk, couple.sam).await.unwrap();
        let went_on = house.practice.sequence().await;
        assert!(matches!(went_on, Err(AccessError::Fault(_))), "{went_on:?}");
        assert!(!verified(&house).await.holds());
    })
    .await;
}

#[tokio::test]
async fn the_frontier_changed() {
    both(async |house: Fictional| {
        couple(&house).await;
        let log = row(&house, "SELECT frontier FROM receipt_log", vec![]).await;
        let changed = flipped(log.blob(0).unwrap());
        house
            .by_hand("UPDATE receipt_log SET frontier = $1", vec![changed.into()])
            .await;
        let found = verified(&house).await.findings;
        assert!(
            found.iter().any(|one| one.table == "receipt_log"),
            "{found:#?}"
        );
    })
    .await;
}

/// Lets somebody with the database change one row, and expects it to be named.
async fn named(table: &str, sql: &str) {
    both(async |house: Fictional| {
        couple(&house).await;
        assert!(verified(&house).await.holds());
        let changed = id(
            &house,
            &format!("SELECT id FROM {table} ORDER BY id LIMIT 1"),
        )
        .await;
        assert_eq!(house.by_hand(sql, vec![changed.into()]).await, 1);
        let found = verified(&house).await.findings;
        assert!(
            found
                .iter()
                .any(|one| one.table == table && one.row == Some(changed)),
            "{found:#?}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_sealed_row_moved_to_another_compartment() {
    named(
        "case_names",
        "UPDATE case_names SET compartment_id = (SELECT own_id FROM participants ORDER BY id LIMIT 1) WHERE id = $1",
    )
    .await;
}

#[tokio::test]
async fn a_sealed_row_said_to_be_of_another_shape() {
    named("people", "UPDATE people SET schema = 2 WHERE id = $1").await;
}

#[tokio::test]
async fn r2_an_own_side_given_to_the_partner() {
    named(
        "participants",
        "UPDATE participants SET own_id = (SELECT own_id FROM participants p WHERE p.id <> participants.id \
         ORDER BY id LIMIT 1) WHERE id = $1",
    )
    .await;
}

#[tokio::test]
async fn r2_a_joint_side_that_is_one_participants_own() {
    named(
        "cases",
        "UPDATE cases SET joint_id = (SELECT own_id FROM participants ORDER BY id LIMIT 1) WHERE id = $1",
    )
    .await;
}

#[tokio::test]
async fn a_case_given_to_another_clinician() {
    named(
        "cases",
        "UPDATE cases SET clinician_id = (SELECT id FROM staff WHERE slug = 'castellano') WHERE id = $1",
    )
    .await;
}

#[tokio::test]
async fn r2_a_part_that_ended_or_began_at_another_time() {
    named(
        "participants",
        "UPDATE participants SET until_at = from_at + 1 WHERE id = $1",
    )
    .await;
    named(
        "participants",
        "UPDATE participants SET from_at = from_at + 1 WHERE id = $1",
    )
    .await;
}

#[tokio::test]
async fn a_part_whose_end_was_taken_back() {
    both(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let case = house.case_of(&[noor]).await;
        let access = house.desk(house.clinician).await;
        house.practice.close_case(&access, case.id).await.unwrap();
        let holds = verified(&house).await;
        assert!(holds.holds(), "{:#?}", holds.findings);
        let part = house.part(&case, noor).0;
        let sql = "UPDATE participants SET until_at = NULL WHERE id = $1";
        assert_eq!(house.by_hand(sql, vec![part.into()]).await, 1);
        let found = verified(&house).await.findings;
        assert!(found.iter().any(|one| one.row == Some(part)), "{found:#?}");
    })
    .await;
}

#[tokio::test]
async fn r9_a_consent_that_stands_otherwise_than_it_was_given_or_withdrawn() {
    both(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let case = house.case_of(&[noor]).await;
        house.everybody_signs(&case).await;
        let portal = house.portal(noor).await;
        let part = house.part(&case, noor);
        let withdrawn = house
            .practice
            .withdraw_consent(&portal, part, "telehealth".to_owned());
        withdrawn.await.unwrap();
        let holds = verified(&house).await;
        assert!(holds.holds(), "{:#?}", holds.findings);
        for (change, back) in [
            ("state = 'in_force'", "state = 'withdrawn'"),
            ("version = version + 1", "version = version - 1"),
            ("given_at = given_at - 1", "given_at = given_at + 1"),
            ("document = 'informed-consent-2'", "document = 'telehealth'"),
        ] {
            let sql = |set| format!("UPDATE consents SET {set} WHERE id = $1");
            let of = "SELECT id FROM consents WHERE withdrawn_at IS NOT NULL";
            let changed = id(&house, of).await;
            let (away, back) = (sql(change), sql(back));
            assert_eq!(house.by_hand(&away, vec![changed.into()]).await, 1);
            let found = verified(&house).await.findings;
            assert!(
                found.iter().any(|one| one.row == Some(changed)),
                "{change}: {found:#?}"
            );
            assert_eq!(house.by_hand(&back, vec![changed.into()]).await, 1);
        }
        assert!(verified(&house).await.holds());
    })
    .await;
}
