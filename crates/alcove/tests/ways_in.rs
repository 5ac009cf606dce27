//! `alcove keys`: ways to unlock are added, tried and removed.

mod ground;

use std::fs;
use std::io::{Read as _, Write as _};

use ground::{Ground, alcove, mode, run};

/// The cards that a command printed, one line each.
fn printed(out: &str) -> Vec<String> {
    let lines = out.lines().filter_map(|line| line.strip_prefix("  "));
    let lines: Vec<&str> = lines.collect();
    lines.chunks(4).map(|card| card.join(" ")).collect()
}

/// A practice with a set of cards, each in a file.
fn with_cards() -> (Ground, [String; 3]) {
    let ground = Ground::made();
    let added = ground.run(&["keys", "add", "cards", "--show"]);
    assert_eq!(added.code, 0, "{added:?}");
    let mut cards = printed(&added.out).into_iter();
    let files = [1, 2, 3].map(|number| {
        let card = cards.next().unwrap_or_default();
        ground.beside(&format!("card-{number}"), &format!("{card}\n"))
    });
    (ground, files)
}

#[test]
fn cards_are_written_once_for_their_owner_alone_and_shown_only_when_asked() {
    let ground = Ground::made();
    let file = ground.data.with_file_name("cards.pdf");
    let out = file.to_str().unwrap();
    let added = ground.run(&["keys", "add", "cards", "--out", out]);
    assert_eq!(added.code, 0, "{added:?}");
    assert!(printed(&added.out).is_empty(), "{added:?}");
    assert_eq!(mode(&file), 0o600);
    let made = fs::read(&file).unwrap();
    assert!(made.starts_with(b"%PDF"));

    let again = ground.run(&["keys", "add", "cards", "--out", out]);
    assert!(
        again.code == 1 && again.err.contains("already"),
        "{again:?}"
    );
    assert_eq!(fs::read(&file).unwrap(), made, "it is never overwritten");
    let inside = ground.data.join("cards.pdf");
    let refused = ground.run(&["keys", "add", "cards", "--out", inside.to_str().unwrap()]);
    assert!(refused.code == 1 && !inside.exists(), "{refused:?}");
    assert_eq!(ground.run(&["keys", "slots"]).out.lines().count(), 2);
    assert_eq!(ground.run(&["keys", "add", "cards"]).code, 2);
}

#[test]
fn two_cards_of_three_open_the_practice_without_the_key_file() {
    let (ground, [one, two, three]) = with_cards();
    fs::remove_file(ground.key_file()).unwrap();
    for (first, second) in [(&one, &two), (&three, &one)] {
        let words = [
            "audit",
            "verify",
            "--card-file",
            first,
            "--card-file",
            second,
        ];
        let said = ground.run(&words);
        assert_eq!(said.code, 0, "{said:?}");
    }
    let alone = ground.run(&["audit", "verify", "--card-file", &one]);
    assert_eq!(alone.code, 2, "{alone:?}");
    let same = ground.run(&["audit", "verify", "--card-file", &one, "--card-file", &one]);
    assert!(
        same.code == 1 && same.err.contains("both are card 1"),
        "{same:?}"
    );
}

#[test]
fn a_mistyped_card_is_named_with_its_group_and_never_said_again() {
    let (ground, [one, two, _]) = with_cards();
    let mut text = fs::read_to_string(&two).unwrap().into_bytes();
    let place = 6 * 6;
    text[place] = if text[place] == b'7' { b'8' } else { b'7' };
    let text = String::from_utf8(text).unwrap();
    let wrong = ground.beside("wrong", &text);
    let said = ground.run(&[
        "audit",
        "verify",
        "--card-file",
        &one,
        "--card-file",
        &wrong,
    ]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("second card: group 7 is not"), "{said:?}");
    assert!(
        !said.err.contains(text.split(' ').nth(6).unwrap()),
        "{said:?}"
    );
}

#[test]
fn cards_of_another_practice_are_told_as_such() {
    let ((ground, _), (_other, [one, two, _])) = (with_cards(), with_cards());
    let said = ground.run(&["audit", "verify", "--card-file", &one, "--card-file", &two]);
    assert!(
        said.code == 1 && said.err.contains("another practice"),
        "{said:?}"
    );
}

#[test]
fn cards_are_typed_in_over_as_many_lines_as_one_likes() {
    let (ground, [one, two, _]) = with_cards();
    fs::remove_file(ground.key_file()).unwrap();
    let text = |file: &str| fs::read_to_string(file).unwrap().to_lowercase();
    let (first, second) = (text(&one), text(&two));
    let (begin, end) = first.split_at(24);
    let said = ground.typed(
        &["audit", "verify", "--cards"],
        &format!("{begin}\n{end}{second}"),
    );
    assert_eq!(said.code, 0, "{said:?}");
}

#[test]
fn another_key_file_is_made_for_the_machine_outside_of_the_data_folder() {
    let ground = Ground::made();
    let inside = ground.data.join("machine.key");
    let refused = ground.run(&["keys", "add", "machine", "--file", inside.to_str().unwrap()]);
    assert!(refused.code == 1 && !inside.exists(), "{refused:?}");
    let there = ground.run(&["keys", "add", "machine"]);
    assert!(
        there.code == 1 && there.err.contains("already"),
        "{there:?}"
    );

    let file = ground.data.with_file_name("machine.key");
    let path = file.to_str().unwrap();
    let added = ground.run(&["keys", "add", "machine", "--file", path]);
    assert_eq!(added.code, 0, "{added:?}");
    assert!(added.out.contains("not a stolen machine"), "{added:?}");
    assert_eq!(mode(&file), 0o600);
    fs::remove_file(ground.key_file()).unwrap();
    assert_eq!(ground.run(&["audit", "verify", "--key-file", path]).code, 0);
}

#[test]
fn a_service_manager_hands_the_machines_key_file_over_as_a_credential() {
    let ground = Ground::made();
    let handed = tempfile::tempdir().unwrap();
    fs::rename(ground.key_file(), handed.path().join("alcove-machine")).unwrap();
    assert_eq!(ground.run(&["audit", "verify"]).code, 1);
    let output = alcove()
        .args(["audit", "verify", "--data", ground.data()])
        .env("CREDENTIALS_DIRECTORY", handed.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(run(&["keys", "add", "secret"]).code, 2);
}

#[test]
fn another_passphrase_opens_the_practice_without_the_key_file() {
    let ground = Ground::made();
    let blanks = " ".repeat(21);
    for weak in ["too short", "aaaaaaaaaaaaaaaa", blanks.as_str()] {
        let weak = ground.beside("weak", &format!("{weak}\n"));
        let refused = ground.run(&["keys", "add", "passphrase", "--new-passphrase-file", &weak]);
        assert_eq!(refused.code, 1, "{refused:?}");
    }
    let words = ground.beside("words", "five words beside the lamp\n");
    let added = ground.run(&["keys", "add", "passphrase", "--new-passphrase-file", &words]);
    assert_eq!(added.code, 0, "{added:?}");
    assert_eq!(ground.run(&["keys", "slots"]).out.lines().count(), 2);

    fs::remove_file(ground.key_file()).unwrap();
    assert_eq!(ground.run(&["audit", "verify"]).code, 1);
    let by_words = ground.run(&["audit", "verify", "--passphrase-file", &words]);
    assert_eq!(by_words.code, 0, "{by_words:?}");
}

#[test]
fn a_way_in_is_removed_by_who_proves_another_and_the_last_one_stays() {
    let ground = Ground::made();
    let slots = || -> Vec<(String, String)> {
        let said = ground.run(&["keys", "slots", "--json"]);
        let list: serde_json::Value = serde_json::from_str(&said.out).unwrap();
        let word = |slot: &serde_json::Value, at: &str| slot[at].as_str().unwrap().to_owned();
        let slots = list.as_array().unwrap().iter();
        slots
            .map(|slot| (word(slot, "method"), word(slot, "name")))
            .collect()
    };
    let [(_, only)] = <[_; 1]>::try_from(slots()).unwrap();
    assert_eq!(ground.run(&["keys", "remove", &only]).code, 1);
    let words = ground.beside("words", "five words beside the lamp\n");
    ground.run(&["keys", "add", "passphrase", "--new-passphrase-file", &words]);
    assert_eq!(ground.run(&["keys", "remove", "slot/none"]).code, 1);
    // The key file opens the slot that would go: nothing proves that the words are still known.
    let refused = ground.run(&["keys", "remove", &only]);
    assert!(refused.code == 1 && slots().len() == 2, "{refused:?}");
    let wrong = ground.beside("wrong", "five other words there\n");
    let refused = ground.run(&["keys", "remove", &only, "--passphrase-file", &wrong]);
    assert!(refused.code == 1 && slots().len() == 2, "{refused:?}");
    assert!(refused.err.contains("opens none"), "{refused:?}");

    let removed = ground.run(&["keys", "remove", &only, "--passphrase-file", &words]);
    assert_eq!(removed.code, 0, "{removed:?}");
    let file = ground.key_file();
    let said = format!(
        "the key file {} belongs to no way to unlock any more: delete it",
        file.display()
    );
    assert!(removed.out.contains(&said), "{removed:?}");
    let looked = ground.run(&["doctor"]);
    assert!(looked.out.contains(&said), "{looked:?}");
    assert!(!looked.out.contains("opens none"), "{looked:?}");
    let mut server = ground.serve();
    assert!(server.line().contains(&said));
    drop(server);
    assert_eq!(ground.run(&["audit", "verify"]).code, 1);
    let by_words = ground.run(&["audit", "verify", "--passphrase-file", &words]);
    assert_eq!(by_words.code, 0, "{by_words:?}");
    let [(method, last)] = <[_; 1]>::try_from(slots()).unwrap();
    assert_eq!(method, "passphrase");
    let kept = ground.run(&["keys", "remove", &last, "--passphrase-file", &words]);
    assert!(kept.code == 1 && slots().len() == 1, "{kept:?}");
}

#[test]
fn a_rehearsal_says_that_a_way_in_opens_and_the_slots_show_when() {
    let (ground, [one, two, _]) = with_cards();
    let words = ["keys", "rehearse", "--card-file", &one, "--card-file", &two];
    let said = ground.run(&words);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.out.starts_with("It unlocks: cards slot/"), "{said:?}");
    let slots = ground.run(&["keys", "slots"]).out;
    let of = |method: &str| slots.lines().find(|line| line.starts_with(method)).unwrap();
    assert!(of("cards").contains("added 20") && of("cards").contains("last rehearsed 20"));
    assert!(of("key file").ends_with("never rehearsed"), "{slots}");
    let by_file = ground.run(&["keys", "rehearse", "--json"]);
    assert!(by_file.out.contains("\"key file\""), "{by_file:?}");
    assert_eq!(ground.run(&["audit", "verify"]).code, 0);
}

#[test]
fn a_rehearsal_with_a_wrong_secret_is_refused_and_the_log_says_so_where_it_can() {
    let ground = Ground::made();
    let wrong = ground.beside("wrong", "five other words there\n");
    let receipts = || {
        let database = rusqlite::Connection::open(ground.data.join("alcove.db")).unwrap();
        let sql =
            "SELECT COUNT(*) FROM receipts WHERE action = 'slot_rehearsal' AND outcome = 'refused'";
        database
            .query_row(sql, [], |row| row.get::<_, i64>(0))
            .unwrap()
    };
    let refused = ground.run(&["keys", "rehearse", "--passphrase-file", &wrong]);
    assert_eq!((refused.code, receipts()), (1, 1), "{refused:?}");
    fs::remove_file(ground.key_file()).unwrap();
    let refused = ground.run(&["keys", "rehearse", "--passphrase-file", &wrong]);
    assert_eq!((refused.code, receipts()), (1, 1), "{refused:?}");
    assert!(refused.err.contains("the log does not say"), "{refused:?}");
}

/// Debian's `script` gives the program a terminal of its own, and writes down what shows there.
#[test]
fn what_is_secret_does_not_show_while_it_is_typed() {
    let ground = Ground::made();
    let words = format!(
        "{} keys rehearse --data {}",
        env!("CARGO_BIN_EXE_alcove"),
        ground.data()
    );
    let mut script = std::process::Command::new("script")
        .args(["--quiet", "--return", "--command", &words, "/dev/null"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let (mut typed, mut shown) = (script.stdin.take().unwrap(), script.stdout.take().unwrap());
    let mut seen = String::new();
    let mut until = |seen: &mut String, what: &str| {
        let mut some = [0; 512];
        while !seen.contains(what) {
            let length = shown.read(&mut some).unwrap();
            assert_ne!(length, 0, "{seen}");
            seen.push_str(&String::from_utf8_lossy(&some[..length]));
        }
    };
    until(&mut seen, "the key file: ");
    typed.write_all(b"1\n").unwrap();
    until(&mut seen, "as you type): ");
    typed.write_all(b"five other words there now\n").unwrap();
    until(&mut seen, "opens none");
    assert!(!seen.contains("five other"), "{seen}");
    assert_eq!(script.wait().unwrap().code(), Some(1));
}
