//! `alcove backup` and `alcove restore`, as somebody meets them who has lost the machine.
#![expect(clippy::unwrap_used, reason = "tests")]

mod ground;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use ground::{Ground, Said, alcove, mode, run};

/// Where backups go in a story, beside the data folder, and who can read them.
struct Shelves {
    backups: PathBuf,
    keys: PathBuf,
    identity: PathBuf,
    recipient: String,
}

impl Shelves {
    fn beside(ground: &Ground) -> Self {
        let folder = ground.data.parent().unwrap();
        let identity = folder.join("owner.age");
        let said = run(&["backup", "recipient", "--out", identity.to_str().unwrap()]);
        assert_eq!(said.code, 0, "{said:?}");
        assert_eq!(mode(&identity), 0o600);
        Self {
            backups: folder.join("backups"),
            keys: folder.join("keys"),
            identity,
            recipient: said.out.trim().to_owned(),
        }
    }

    fn words(&self, act: &[&str], data: &Path) -> Vec<String> {
        let shelves = [
            "--backups",
            self.backups.to_str().unwrap(),
            "--keys",
            self.keys.to_str().unwrap(),
        ];
        let data = ["--data", data.to_str().unwrap()];
        let all = act.iter().copied().chain(data).chain(shelves);
        all.map(str::to_owned).collect()
    }

    fn run(&self, act: &[&str], data: &Path, more: &[&str]) -> Said {
        let words = self.words(act, data);
        let words: Vec<&str> = words
            .iter()
            .map(String::as_str)
            .chain(more.iter().copied())
            .collect();
        run(&words)
    }

    fn backup(&self, ground: &Ground) -> serde_json::Value {
        let said = self.run(
            &["backup"],
            &ground.data,
            &["--recipient", &self.recipient, "--json"],
        );
        assert_eq!(said.code, 0, "{said:?}");
        serde_json::from_str(&said.out).unwrap()
    }

    fn reader(&self) -> [&str; 2] {
        ["--identity", self.identity.to_str().unwrap()]
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

fn holds(file: &Path, word: &str) -> bool {
    let bytes = fs::read(file).unwrap();
    bytes.windows(word.len()).any(|at| at == word.as_bytes())
}

#[test]
fn a_backup_of_a_served_practice_comes_back_on_an_empty_machine() {
    let ground = Ground::made();
    let shelves = Shelves::beside(&ground);
    ground.grow();
    let server = ground.serve();
    let first = shelves.backup(&ground);
    let second = shelves.backup(&ground);
    assert!(first["new_pieces"] == first["pieces"], "{first}");
    assert!(
        second["new_pieces"].as_u64() < first["pieces"].as_u64(),
        "{second}"
    );
    let tried = shelves.run(&["backup", "verify"], &ground.data, &shelves.reader());
    assert_eq!(tried.code, 0, "{tried:?}");
    assert_eq!(server.stop(), 0);

    fs::remove_dir_all(&ground.data).unwrap();
    let key = ground.key_file();
    let back = [shelves.reader().as_slice(), &["--json"]].concat();
    let said = shelves.run(&["restore"], &ground.data, &back);
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(mode(&ground.data), 0o700);
    assert!(key.exists());
    let verified = ground.run(&["audit", "verify"]);
    assert_eq!(verified.code, 0, "{verified:?}");
    assert!(ground.serve().get("/health").body.contains("ready"));
    let again = shelves.run(&["restore"], &ground.data, &shelves.reader());
    assert_eq!(again.code, 1);
    assert!(again.err.contains("only put where nothing is"), "{again:?}");
}

#[test]
fn one_recipient_alone_is_warned_of_and_a_restore_names_the_key_file_that_it_used() {
    let ground = Ground::made();
    let shelves = Shelves::beside(&ground);
    let alone = ["--recipient", shelves.recipient.as_str()];
    let said = shelves.run(&["backup"], &ground.data, &alone);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.err.contains("one recipient alone"), "{said:?}");
    let other = ground.data.with_file_name("other.age");
    let other = run(&["backup", "recipient", "--out", other.to_str().unwrap()]);
    let both = [alone.as_slice(), &["--recipient", other.out.trim()]].concat();
    let said = shelves.run(&["backup"], &ground.data, &both);
    assert!(said.code == 0 && said.err.is_empty(), "{said:?}");

    fs::remove_dir_all(&ground.data).unwrap();
    let key = ground.data.with_file_name("elsewhere.key");
    fs::rename(ground.key_file(), &key).unwrap();
    let key = ["--key-file", key.to_str().unwrap()];
    let back = [shelves.reader().as_slice(), &key].concat();
    let said = shelves.run(&["restore"], &ground.data, &back);
    assert_eq!(said.code, 0, "{said:?}");
    let next = format!("alcove serve --data {} {}", ground.data(), key.join(" "));
    assert!(said.out.trim_end().ends_with(&next), "{said:?}");
}

#[test]
fn a_stolen_backup_shows_nothing_without_an_identity() {
    let ground = Ground::made();
    let shelves = Shelves::beside(&ground);
    ground.grow();
    shelves.backup(&ground);
    // What anybody may read in the database is the control: even that stands nowhere in the clear.
    let words = ["working_hours", "published", "practice_id", "\"name\""];
    let stolen = [files(&shelves.backups), files(&shelves.keys)].concat();
    assert!(stolen.len() > 10, "{stolen:?}");
    for word in words {
        assert!(holds(&ground.data.join("alcove.db"), word), "{word}");
        for file in &stolen {
            assert!(!holds(file, word), "{word} in {}", file.display());
        }
    }
    let other = ground.data.parent().unwrap().join("other.age");
    run(&["backup", "recipient", "--out", other.to_str().unwrap()]);
    let theirs = ["--identity", other.to_str().unwrap()];
    let said = shelves.run(&["backup", "verify"], &ground.data, &theirs);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("No matching keys"), "{said:?}");
}

#[test]
fn a_damaged_piece_is_named_and_nothing_is_put_back() {
    let ground = Ground::made();
    let shelves = Shelves::beside(&ground);
    shelves.backup(&ground);
    let pieces = files(&shelves.backups.join("pieces"));
    let mut bytes = fs::read(&pieces[0]).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&pieces[0], bytes).unwrap();
    let said = shelves.run(&["backup", "verify"], &ground.data, &shelves.reader());
    assert_eq!(said.code, 1, "{said:?}");
    let name = pieces[0].file_name().unwrap().to_str().unwrap();
    assert!(said.err.contains(name), "{said:?}");
    assert!(!ground.data.with_extension("verifying").exists());
}

#[test]
fn killed_at_any_moment_it_leaves_no_half_backup() {
    let ground = Ground::made();
    let shelves = Shelves::beside(&ground);
    ground.grow();
    let words = shelves.words(&["backup", "--recipient", &shelves.recipient], &ground.data);
    for round in 0..6 {
        let mut child = alcove()
            .args(&words)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Killed after so many files are there, or when it is done, whatever comes first.
        while files(&shelves.backups).len() < 1 + 3 * round && child.try_wait().unwrap().is_none() {
            std::hint::spin_loop();
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    shelves.backup(&ground);
    let unfinished = files(&shelves.backups)
        .into_iter()
        .filter(|file| file.extension().is_some_and(|end| end == "part"));
    assert_eq!(unfinished.count(), 0);
    let tried = shelves.run(&["backup", "verify"], &ground.data, &shelves.reader());
    assert_eq!(tried.code, 0, "{tried:?}");
    let verified = ground.run(&["audit", "verify"]);
    assert_eq!(verified.code, 0, "{verified:?}");
}
