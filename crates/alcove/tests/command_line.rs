//! The command line: help, exit codes, making a practice, looking at it.

mod ground;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use ground::{Ground, mode, run};

#[test]
fn every_command_has_its_help() {
    for words in [
        "",
        "init",
        "serve",
        "demo",
        "import",
        "audit",
        "audit verify",
        "doctor",
        "keys",
        "keys slots",
        "keys add",
        "keys add passphrase",
        "keys add cards",
        "keys add machine",
        "keys rehearse",
        "keys remove",
        "succession",
        "succession make",
        "succession open",
        "succession export",
        "accounts",
        "accounts reset",
        "settings",
    ] {
        let mut line: Vec<&str> = words.split_whitespace().collect();
        line.push("--help");
        let said = run(&line);
        assert_eq!(said.code, 0, "{words}: {said:?}");
        assert!(said.out.contains("Usage: alcove"), "{words}: {said:?}");
    }
    assert!(run(&["serve", "--help"]).out.contains("ALCOVE_MAIL_HOST"));
}

#[test]
fn wrong_use_ends_with_two_and_changes_nothing() {
    for words in [
        &[] as &[&str],
        &["serv"],
        &["serve"],
        &["audit"],
        &["init", "--data"],
        &["init", "--data", "/nowhere/at/all", "--place", "Atlantis"],
        &["init", "--data", "/nowhere/at/all", "--zone", "Mars/Dune"],
        &["doctor", "--data", "x", "--loud"],
    ] {
        let said = run(words);
        assert_eq!(said.code, 2, "{words:?}: {said:?}");
        assert!(!said.err.is_empty() && said.out.is_empty(), "{said:?}");
    }
}

#[test]
fn what_is_not_there_is_refused_with_one() {
    let ground = Ground::empty();
    for words in [
        &["serve"] as &[&str],
        &["audit", "verify"],
        &["doctor"],
        &["keys", "slots"],
    ] {
        let said = ground.run(words);
        assert_eq!(said.code, 1, "{words:?}: {said:?}");
    }
    assert!(!ground.data.exists(), "looking makes nothing");
}

#[test]
fn init_asks_nothing_makes_everything_private_and_refuses_a_second_time() {
    let ground = Ground::empty();
    let said = ground.run(&["init", "--practice-name", "Alder House"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.out.starts_with("Alder House is made in "), "{said:?}");
    assert_eq!(said.out.matches("one-time password").count(), 1);
    assert_eq!(mode(&ground.data), 0o700);
    for file in ["alcove.toml", "alcove.db", "keys.db"] {
        assert_eq!(mode(&ground.data.join(file)), 0o600, "{file}");
    }
    assert_eq!(mode(&ground.key_file()), 0o600);

    let before = fs::read(ground.key_file()).unwrap();
    let again = ground.run(&["init"]);
    assert_eq!(again.code, 1, "{again:?}");
    fs::remove_dir_all(&ground.data).unwrap();
    let lost = ground.run(&["init"]);
    assert_eq!(lost.code, 1, "a key file is never overwritten: {lost:?}");
    assert_eq!(fs::read(ground.key_file()).unwrap(), before);
    assert!(!ground.data.exists());
}

#[test]
fn init_speaks_json_and_never_writes_the_password_down() {
    let ground = Ground::empty();
    let said = ground.run(&["init", "--json", "--sign-in-name", "priya"]);
    let made: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(made["sign_in_name"], "priya");
    let password = made["one_time_password"].as_str().unwrap();
    assert!(password.len() >= 20);
    for file in ["alcove.toml", "alcove.db", "keys.db"] {
        let bytes = fs::read(ground.data.join(file)).unwrap();
        let found = bytes
            .windows(password.len())
            .any(|part| part == password.as_bytes());
        assert!(!found, "{file} holds the password");
    }
}

#[test]
fn the_key_file_never_lies_in_the_folder_that_it_opens() {
    let ground = Ground::empty();
    let inside = ground.data.join("own.key");
    let said = ground.run(&["init", "--key-file", inside.to_str().unwrap()]);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(!ground.data.exists());
}

#[test]
fn doctor_says_what_is_wrong_and_what_to_do() {
    let ground = Ground::made();
    let well = ground.run(&["doctor"]);
    assert_eq!(well.code, 0, "{well:?}");
    assert!(well.out.contains("what is acknowledged is on the disk"));
    assert!(well.out.contains("listen = 127.0.0.1:8420 (default)"));

    let open = fs::Permissions::from_mode(0o644);
    fs::set_permissions(ground.key_file(), open).unwrap();
    let ill = ground.run(&["doctor", "--json"]);
    assert_eq!(ill.code, 1, "{ill:?}");
    let found: serde_json::Value = serde_json::from_str(&ill.out).unwrap();
    let checks = found["checks"].as_array().unwrap();
    let bad: Vec<_> = checks
        .iter()
        .filter(|check| check["state"] == "bad")
        .collect();
    assert_eq!(bad.len(), 1, "{bad:?}");
    assert_eq!(bad[0]["about"], "key file");
    assert!(bad[0]["do"].as_str().unwrap().contains("chmod 0600"));
}

#[test]
fn a_setting_that_is_none_is_refused_by_name() {
    let ground = Ground::made();
    fs::write(ground.data.join("alcove.toml"), "listn = \"x\"\n").unwrap();
    let said = ground.run(&["doctor"]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("listn"), "{said:?}");
}

#[test]
fn the_owner_comes_back_in_by_a_command_that_prints_a_password_once() {
    let ground = Ground::made();
    let nobody = ground.run(&["accounts", "reset", "somebody"]);
    assert_eq!(nobody.code, 1, "{nobody:?}");
    let said = ground.run(&["accounts", "reset", "Owner", "--json"]);
    assert_eq!(said.code, 0, "{said:?}");
    let given: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let password = given["one_time_password"].as_str().unwrap();
    assert!(password.len() >= 20);
    for file in ["alcove.db", "keys.db"] {
        let bytes = fs::read(ground.data.join(file)).unwrap();
        let found = bytes
            .windows(password.len())
            .any(|part| part == password.as_bytes());
        assert!(!found, "{file} holds the password");
    }
    let renamed = ground.run(&["accounts", "reset", "owner", "--new-name", "priya"]);
    assert_eq!(renamed.code, 0, "{renamed:?}");
    assert_eq!(renamed.out.matches("one-time password").count(), 1);
    let by_name = ground.run(&["accounts", "reset", "priya"]);
    assert_eq!(by_name.code, 0, "{by_name:?}");
    let verified = ground.run(&["audit", "verify"]);
    assert_eq!(verified.code, 0, "receipted and current: {verified:?}");
    fs::remove_file(ground.key_file()).unwrap();
    assert_eq!(
        ground.run(&["accounts", "reset", "priya"]).code,
        1,
        "locked"
    );
}
