//! `alcove audit prove`, `check` and `verify --against`: what convinces somebody who does not trust the machine.

mod ground;

use std::fs;

use ground::{Ground, run};

fn head(ground: &Ground, name: &str) -> String {
    let said = ground.run(&["audit", "head"]);
    assert_eq!(said.code, 0, "{said:?}");
    ground.beside(name, &said.out)
}

#[test]
fn an_older_practice_put_back_whole_is_found_by_a_head_that_was_kept_elsewhere() {
    let ground = Ground::made();
    let both = ["alcove.db", "keys.db"].map(|name| ground.data.join(name));
    ground.grow();
    let early = head(&ground, "early.head");
    let older = both.clone().map(|file| fs::read(file).unwrap());
    ground.grow();
    let late = head(&ground, "late.head");
    assert_ne!(fs::read(&early).unwrap(), fs::read(&late).unwrap());
    let holds = ground.run(&["audit", "verify", "--against", &early, "--against", &late]);
    assert_eq!(holds.code, 0, "{holds:?}");

    for (file, bytes) in both.iter().zip(older) {
        fs::write(file, bytes).unwrap();
    }
    let alone = ground.run(&["audit", "verify"]);
    assert_eq!(alone.code, 0, "nothing here can tell: {alone:?}");
    let said = ground.run(&["audit", "verify", "--against", &early, "--against", &late]);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.out.contains("late.head signs"), "{said:?}");
    assert!(said.out.contains("the database is older"), "{said:?}");
    assert!(!said.out.contains("early.head"), "{said:?}");
}

#[test]
fn a_head_of_another_log_and_what_is_none_are_told() {
    let (ground, other) = (Ground::made(), Ground::made());
    other.grow();
    let theirs = head(&other, "theirs.head");
    let said = ground.run(&["audit", "verify", "--against", &theirs]);
    assert_eq!(said.code, 1);
    assert!(
        said.out.contains("is not a head that this log signed"),
        "{said:?}"
    );
    let none = ground.beside("none.head", "alcove\n3\n");
    let said = ground.run(&["audit", "verify", "--against", &none]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("is no signed head of a log"), "{said:?}");
}

#[test]
fn a_receipt_is_proved_to_somebody_who_has_only_the_proof_and_the_key() {
    let ground = Ground::made();
    ground.grow();
    let key = ground.run(&["audit", "key"]).out.trim().to_owned();
    let proof = ground.beside("taken.proof", "");
    let taken = ground.run(&["audit", "prove", "--receipt", "1", "--out", &proof]);
    assert_eq!(taken.code, 1, "a file that is there stays: {taken:?}");
    fs::remove_file(&proof).unwrap();
    let said = ground.run(&["audit", "prove", "--receipt", "1", "--out", &proof]);
    assert_eq!(said.code, 0, "{said:?}");

    let checked = run(&["audit", "check", &proof]);
    assert_eq!(checked.code, 0, "{checked:?}");
    assert!(checked.out.contains("as number 1") && checked.out.contains("compare it"));
    let checked = run(&["audit", "check", &proof, "--key", &key, "--json"]);
    let json: serde_json::Value = serde_json::from_str(&checked.out).unwrap();
    assert_eq!(
        (&json["receipt"], json["key"].as_str()),
        (&1.into(), Some(key.as_str()))
    );
    let other = run(&[
        "audit",
        "check",
        &proof,
        "--key",
        &key.replace("receipts", "other"),
    ]);
    assert_eq!(other.code, 1, "{other:?}");
    assert!(other.err.contains("signed with another key"));

    let text = fs::read_to_string(&proof).unwrap();
    let moved = ground.beside("moved.proof", &text.replace("index 1\n", "index 0\n"));
    let refused = run(&["audit", "check", &moved]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("does not hold"), "{refused:?}");
    let cut = ground.beside("cut.proof", text.get(..text.len() - 9).unwrap());
    assert!(
        run(&["audit", "check", &cut])
            .err
            .contains("is not a proof")
    );

    let beyond = ground.run(&["audit", "prove", "--receipt", "99999"]);
    assert_eq!(beyond.code, 1);
    assert!(
        beyond.err.contains("number 99999 is none of them"),
        "{beyond:?}"
    );
}

#[test]
fn what_was_changed_is_not_proved() {
    let ground = Ground::made();
    ground.grow();
    assert_eq!(
        ground.by_hand("UPDATE receipts SET at = at + 1 WHERE seq = 2"),
        1
    );
    let said = ground.run(&["audit", "prove", "--receipt", "1"]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("run `alcove audit verify`"), "{said:?}");
}
