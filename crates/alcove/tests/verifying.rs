//! `alcove audit verify` on a made practice: silent when all is well, loud and naming the row when it is not.

mod ground;

use std::fs;

use ground::Ground;

#[test]
fn what_the_program_wrote_holds() {
    let ground = Ground::made();
    let said = ground.run(&["audit", "verify"]);
    assert_eq!(said.code, 0, "{said:?}");
    let json = ground.run(&["audit", "verify", "--json"]);
    let verdict: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(verdict["findings"], serde_json::json!([]));
    assert!(verdict["rows"].as_u64().unwrap() > 5);
}

/// Changes the data by hand and expects a finding about a table.
fn found(sql: &str, table: &str) {
    let ground = Ground::made();
    assert!(ground.by_hand(sql) >= 1, "{sql} changed nothing");
    let said = ground.run(&["audit", "verify"]);
    assert_eq!(said.code, 1, "{sql}: {said:?}");
    assert!(said.out.contains(table), "{sql}: {said:?}");
}

#[test]
fn one_byte_of_a_sealed_value_is_found() {
    found(
        "UPDATE people SET sealed = substr(sealed, 1, length(sealed) - 1) || x'00'",
        "people ",
    );
}

#[test]
fn a_changed_grant_is_found() {
    found(
        "UPDATE access_grants SET body = replace(body, 'front_desk', 'biller') WHERE body LIKE '%front_desk%'",
        "access_grants ",
    );
}

#[test]
fn a_changed_receipt_is_found() {
    found("UPDATE receipts SET at = at + 1 WHERE seq = 1", "receipts ");
}

#[test]
fn a_removed_receipt_is_found() {
    found("DELETE FROM receipts WHERE seq = 1", "receipts ");
}

#[test]
fn a_removed_row_is_found() {
    found("DELETE FROM sign_in_secrets", "sign_in_secrets ");
}

#[test]
fn an_older_database_under_a_newer_keyring_is_found_and_stays_locked() {
    let ground = Ground::made();
    let older = fs::read(ground.data.join("alcove.db")).unwrap();
    ground.grow();
    fs::write(ground.data.join("alcove.db"), older).unwrap();
    let said = ground.run(&["audit", "verify"]);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.out.contains("keyring"), "{said:?}");
    let server = ground.serve();
    assert!(server.get("/health").body.contains("\"locked\""));
}
