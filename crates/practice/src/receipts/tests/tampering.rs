//! Whatever somebody with the database changes, removes, moves or puts back, `audit verify` names it.

use super::*;
use crate::testing::both;

/// Verifies, lets somebody with the database at it, verifies again: the new findings name `table` and the row that
/// `tamper` returns.
async fn names(table: &'static str, tamper: impl AsyncFn(&Fictional, &Couple) -> Option<Uuid>) {
    both(async |house: Fictional| {
        let couple = couple(&house).await;
        let before = verified(&house).await;
        assert!(before.holds(), "{:?}", before.findings);
        assert!(before.receipts > 10 && before.rows > 20 && before.waiting == 0);
        let row = tamper(&house, &couple).await;
        let found = verified(&house).await.findings;
        assert!(
            found
                .iter()
                .any(|finding| finding.table == table && finding.row == row),
            "{table} {row:?} is not among {found:#?}"
        );
    })
    .await;
}

/// Changes one byte of a blob.
async fn one_byte(house: &Fictional, table: &str, column: &str, of: Uuid) {
    let sql = format!("SELECT {column} FROM {table} WHERE id = $1");
    let found = row(house, &sql, vec![of.into()]).await;
    let sql = format!("UPDATE {table} SET {column} = $1 WHERE id = $2");
    let values = vec![flipped(found.blob(0).unwrap()).into(), of.into()];
    assert_eq!(house.by_hand(&sql, values).await, 1);
}

async fn by_hand(house: &Fictional, sql: &str, values: Vec<Value>) {
    assert!(house.by_hand(sql, values).await > 0, "{sql}");
}

async fn of_person(house: &Fictional, table: &str, person: PersonId) -> Uuid {
    let sql = format!("SELECT id FROM {table} WHERE body LIKE $1 ORDER BY id LIMIT 1");
    let found = row(house, &sql, vec![format!("%{person}%").into()]).await;
    found.uuid(0).unwrap()
}

#[tokio::test]
async fn one_byte_of_a_sealed_value() {
    names("people", async |house, couple| {
        one_byte(house, "people", "sealed", couple.sam.0).await;
        Some(couple.sam.0)
    })
    .await;
}

#[tokio::test]
async fn one_byte_of_an_earlier_revision() {
    names("people", async |house, couple| {
        let sql = "SELECT sealed FROM revisions WHERE row_id = $1";
        let found = row(house, sql, vec![couple.noor.into()]).await;
        let sql = "UPDATE revisions SET sealed = $1 WHERE row_id = $2";
        let changed = flipped(found.blob(0).unwrap());
        by_hand(house, sql, vec![changed.into(), couple.noor.into()]).await;
        Some(couple.noor.0)
    })
    .await;
}

#[tokio::test]
async fn a_sealed_row_removed() {
    names("sign_in_secrets", async |house, couple| {
        let account = of_person(house, "accounts", couple.sam).await;
        by_hand(
            house,
            "DELETE FROM sign_in_secrets WHERE id = $1",
            vec![account.into()],
        )
        .await;
        Some(account)
    })
    .await;
}

#[tokio::test]
async fn an_earlier_revision_removed() {
    names("people", async |house, couple| {
        by_hand(
            house,
            "DELETE FROM revisions WHERE row_id = $1",
            vec![couple.noor.into()],
        )
        .await;
        Some(couple.noor.0)
    })
    .await;
}

#[tokio::test]
async fn an_older_copy_of_a_sealed_row_put_back() {
    names("people", async |house, couple| {
        by_hand(
            house,
            "UPDATE people SET revision = 1, sealed = (SELECT sealed FROM revisions WHERE row_id = $1) WHERE id = $1",
            vec![couple.noor.into()],
        )
        .await;
        Some(couple.noor.0)
    })
    .await;
}

#[tokio::test]
async fn an_older_copy_put_back_together_with_its_history() {
    names("people", async |house, couple| {
        by_hand(
            house,
            "UPDATE people SET revision = 1, sealed = (SELECT sealed FROM revisions WHERE row_id = $1) WHERE id = $1",
            vec![couple.noor.into()],
        )
        .await;
        by_hand(house, "DELETE FROM revisions WHERE row_id = $1", vec![couple.noor.into()]).await;
        Some(couple.noor.0)
    })
    .await;
}

#[tokio::test]
async fn the_sealed_values_of_two_rows_swapped() {
    names("people", async |house, couple| {
        by_hand(
            house,
            "UPDATE people SET sealed = (SELECT sealed FROM people p WHERE p.id = $1) WHERE id = $2",
            vec![house.owner.into(), couple.sam.into()],
        )
        .await;
        Some(couple.sam.0)
    })
    .await;
}

#[tokio::test]
async fn a_sealed_row_put_in() {
    names("people", async |house, couple| {
        let invented = Uuid::from_u128(7);
        by_hand(
            house,
            "INSERT INTO people (practice_id, id, compartment_id, created_at, revision, schema, sealed) \
             SELECT practice_id, $1, compartment_id, created_at, revision, schema, sealed FROM people WHERE id = $2",
            vec![invented.into(), couple.sam.into()],
        )
        .await;
        Some(invented)
    })
    .await;
}

#[tokio::test]
async fn a_removed_row_put_back() {
    both(async |house: Fictional| {
        let gone = house.person("Ida").await;
        let kept = row(
            &house,
            "SELECT compartment_id, sealed FROM people WHERE id = $1",
            vec![gone.into()],
        )
        .await;
        let practice = house.practice.id();
        let set_up = JobAccess::set_up();
        let removed = house.practice.write(
            &set_up,
            Action::SetUp,
            move |work| {
                work.removes("people", gone.0, 1);
                Ok::<_, AccessError>(())
            },
            move |tx, ()| Ok(sealed::remove(tx, practice, "people", gone.0, 1)?),
        );
        removed.await.unwrap();
        house.practice.sequence().await.unwrap();
        assert!(verified(&house).await.holds());
        by_hand(
            &house,
            "INSERT INTO people (practice_id, id, compartment_id, created_at, revision, schema, sealed) \
             VALUES ($1, $2, $3, 0, 1, 1, $4)",
            vec![
                practice.into(),
                gone.into(),
                kept.blob(0).unwrap().into(),
                kept.blob(1).unwrap().into(),
            ],
        )
        .await;
        let found = verified(&house).await.findings;
        assert!(
            found
                .iter()
                .any(|finding| finding.row == Some(gone.0) && finding.what.contains("put back")),
            "{found:#?}"
        );
    })
    .await;
}

#[tokio::test]
async fn one_byte_of_a_grant() {
    names("access_grants", async |house, couple| {
        let grant = of_person(house, "access_grants", couple.noor).await;
        let sql = "UPDATE access_grants SET body = REPLACE(body, 'own_record', 'own_recorD') WHERE id = $1";
        by_hand(house, sql, vec![grant.into()]).await;
        Some(grant)
    })
    .await;
}

#[tokio::test]
async fn one_byte_of_a_mac() {
    names("roles", async |house, couple| {
        let role = of_person(house, "roles", couple.noor).await;
        one_byte(house, "roles", "mac", role).await;
        Some(role)
    })
    .await;
}

#[tokio::test]
async fn one_byte_of_a_credential() {
    names("credentials", async |house, _| {
        let credential = of_person(house, "credentials", house.clinician).await;
        let sql = "UPDATE credentials SET body = REPLACE(body, '2028', '2038') WHERE id = $1";
        by_hand(house, sql, vec![credential.into()]).await;
        Some(credential)
    })
    .await;
}

#[tokio::test]
async fn a_grant_removed() {
    names("access_grants", async |house, couple| {
        let grant = of_person(house, "access_grants", couple.noor).await;
        by_hand(
            house,
            "DELETE FROM access_grants WHERE id = $1",
            vec![grant.into()],
        )
        .await;
        Some(grant)
    })
    .await;
}

#[tokio::test]
async fn a_grant_put_in() {
    names("access_grants", async |house, couple| {
        let invented = Uuid::from_u128(8);
        by_hand(
            house,
            "INSERT INTO access_grants (practice_id, id, revision, body, mac) \
             SELECT practice_id, $1, 1, REPLACE(body, $2, $3), mac FROM access_grants WHERE body LIKE $4 LIMIT 1",
            vec![
                invented.into(),
                couple.noor.to_string().into(),
                couple.sam.to_string().into(),
                format!("%{}%own_record%", couple.noor).into(),
            ]
        ).await;
        Some(invented)
    })
    .await;
}

#[tokio::test]
async fn an_older_copy_of_an_account_put_back() {
    names("accounts", async |house, couple| {
        let account = of_person(house, "accounts", couple.sam).await;
        let sql = "SELECT body, unique_key, mac FROM accounts WHERE id = $1";
        let before = row(house, sql, vec![account.into()]).await;
        house
            .practice
            .end_account(&JobAccess::set_up(), couple.sam)
            .await
            .unwrap();
        assert!(verified(house).await.holds());
        by_hand(
            house,
            "UPDATE accounts SET revision = 1, body = $1, unique_key = $2, mac = $3 WHERE id = $4",
            vec![
                before.text(0).unwrap().into(),
                before.blob(1).unwrap().into(),
                before.blob(2).unwrap().into(),
                account.into(),
            ],
        )
        .await;
        Some(account)
    })
    .await;
}

const IN_THE_MIDDLE: &str = "SELECT id FROM receipts WHERE seq = 9";

#[tokio::test]
async fn one_word_of_a_receipt() {
    names("receipts", async |house, _| {
        let receipt = id(house, IN_THE_MIDDLE).await;
        let sql = "UPDATE receipts SET purpose = 'billing' WHERE id = $1";
        by_hand(house, sql, vec![receipt.into()]).await;
        Some(receipt)
    })
    .await;
}

#[tokio::test]
async fn one_byte_of_the_rows_that_a_receipt_names() {
    names("receipts", async |house, _| {
        let sql = "SELECT id FROM receipts WHERE rows_written <> $1 ORDER BY id LIMIT 1";
        let receipt = row(house, sql, vec![Vec::new().into()])
            .await
            .uuid(0)
            .unwrap();
        one_byte(house, "receipts", "rows_written", receipt).await;
        Some(receipt)
    })
    .await;
}

#[tokio::test]
async fn a_receipt_changed_together_with_its_hash() {
    names("checkpoints", async |house, _| {
        let receipt = id(house, IN_THE_MIDDLE).await;
        let practice = house.practice.id();
        let sql = format!(
            "SELECT {} FROM receipts WHERE id = $1",
            super::super::records::COLUMNS
        );
        let found = row(house, &sql, vec![receipt.into()]).await;
        let mut entry = super::super::records::read(&found).unwrap().entry;
        entry.at += 1;
        by_hand(
            house,
            "UPDATE receipts SET at = $1, leaf = $2 WHERE practice_id = $3 AND id = $4",
            vec![
                entry.at.into(),
                entry.leaf_hash().into(),
                practice.into(),
                receipt.into(),
            ],
        )
        .await;
        None
    })
    .await;
}

#[tokio::test]
async fn a_receipt_removed() {
    names("receipts", async |house, _| {
        let receipt = id(house, IN_THE_MIDDLE).await;
        by_hand(
            house,
            "DELETE FROM receipts WHERE id = $1",
            vec![receipt.into()],
        )
        .await;
        Some(id(house, "SELECT id FROM receipts WHERE seq = 10").await)
    })
    .await;
}

#[tokio::test]
async fn two_receipts_that_changed_places() {
    names("checkpoints", async |house, _| {
        for (from, to) in [(9, -1), (10, 9), (-1, 10)] {
            let sql = "UPDATE receipts SET seq = $1 WHERE seq = $2";
            by_hand(
                house,
                sql,
                vec![Value::from(i64::from(to)), i64::from(from).into()],
            )
            .await;
        }
        None
    })
    .await;
}

#[tokio::test]
async fn the_last_receipts_cut_off() {
    names("keyring", async |house, _| {
        by_hand(house, "DELETE FROM receipts WHERE seq > 9", vec![]).await;
        None
    })
    .await;
}

#[tokio::test]
async fn a_number_taken_from_the_last_receipt() {
    names("keyring", async |house, _| {
        let sql = "UPDATE receipts SET seq = NULL WHERE seq = (SELECT MAX(seq) FROM receipts)";
        by_hand(house, sql, vec![]).await;
        None
    })
    .await;
}

#[tokio::test]
async fn a_receipt_hidden_from_a_client() {
    names("receipt_compartments", async |house, _| {
        let sql = "SELECT receipt_id FROM receipt_compartments ORDER BY receipt_id LIMIT 1";
        let receipt = id(house, sql).await;
        let sql = "DELETE FROM receipt_compartments WHERE receipt_id = $1";
        by_hand(house, sql, vec![receipt.into()]).await;
        Some(receipt)
    })
    .await;
}

#[tokio::test]
async fn a_signed_head_changed() {
    names("checkpoints", async |house, _| {
        by_hand(
            house,
            "UPDATE checkpoints SET text = REPLACE(text, 'alcove', 'Alcove')",
            vec![],
        )
        .await;
        None
    })
    .await;
}

#[tokio::test]
async fn a_signed_head_removed() {
    names("checkpoints", async |house, _| {
        by_hand(house, "DELETE FROM checkpoints", vec![]).await;
        None
    })
    .await;
}
