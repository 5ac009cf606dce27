//! The search must fail when it should: each form, each place, and nothing searched.

use super::*;
use std::sync::atomic::{AtomicU32, Ordering};

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A repository-less place with one run that holds a database, removed at the end.
struct Stage(Place);

impl Stage {
    fn new() -> Self {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("alcove-sweep-{}-{number}", std::process::id());
        let target = std::env::temp_dir().join(name);
        let place = Place {
            root: target.clone(),
            target,
        };
        fs::create_dir_all(place.runs().join("one/data")).unwrap();
        fs::create_dir_all(place.planted()).unwrap();
        let stage = Self(place);
        stage.write("data/alcove.db", b"SQLite format 3\0 sealed bytes");
        fs::write(
            stage.0.planted().join("one.txt"),
            "sealed\tmarmotquill\naddress\tpost@quillfen.example\n",
        )
        .unwrap();
        stage
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        let file = self.0.runs().join("one").join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, bytes).unwrap();
    }

    fn verdict(&self) -> String {
        match look(&self.0) {
            Ok(()) => String::from("clean"),
            Err(Failure::Refused(why) | Failure::WrongUse(why)) => why,
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _gone = fs::remove_dir_all(&self.0.target);
    }
}

#[test]
fn a_run_that_leaks_nothing_is_clean() {
    assert_eq!(Stage::new().verdict(), "clean");
}

#[test]
fn each_form_is_found() {
    for (name, bytes) in [
        ("as typed", b"note: marmotquill.".to_vec()),
        ("in capitals", b"note: MarmotQuill.".to_vec()),
        (
            "low byte first",
            "marmotquill"
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect(),
        ),
        (
            "high byte first",
            "marmotquill"
                .encode_utf16()
                .flat_map(u16::to_be_bytes)
                .collect(),
        ),
        // "marmotquill was here", after nothing, one and two bytes
        ("base64 at 0", b"bWFybW90cXVpbGwgd2FzIGhlcmU=".to_vec()),
        ("base64 at 1", b"eG1hcm1vdHF1aWxsIHdhcyBoZXJl".to_vec()),
        ("base64 at 2", b"eHhtYXJtb3RxdWlsbCB3YXMgaGVyZQ==".to_vec()),
        ("hexadecimal", b"6D61726D6F747175696C6C".to_vec()),
    ] {
        let stage = Stage::new();
        stage.write(
            "data/alcove.db-wal",
            &[b"\xff\xfe\x00", bytes.as_slice(), b"\x01"].concat(),
        );
        assert!(stage.verdict().contains("in the clear"), "{name}");
    }
}

#[test]
fn every_place_is_looked_at() {
    for file in [
        "server.log",
        "mail/1.eml",
        "data/files/a/b",
        "postgres/base/5/16384",
        "data.key",
    ] {
        let stage = Stage::new();
        stage.write(file, b"... marmotquill ...");
        assert!(stage.verdict().contains("in the clear"), "{file}");
    }
    let stage = Stage::new();
    stage.write("data/files/marmotquill.pdf", b"sealed");
    assert!(stage.verdict().contains("in the clear"), "a file's name");
}

#[test]
fn an_address_may_stand_in_mail_and_nowhere_else() {
    let stage = Stage::new();
    stage.write("mail/1.eml", b"To: post@quillfen.example");
    assert_eq!(stage.verdict(), "clean");
    stage.write("server.log", b"sent to post%40quillfen%2Eexample");
    assert!(stage.verdict().contains("in the clear"));
}

#[test]
fn nothing_searched_is_a_failure() {
    let stage = Stage::new();
    fs::remove_file(stage.0.planted().join("one.txt")).unwrap();
    assert_eq!(stage.verdict(), "no journey planted a word");

    let stage = Stage::new();
    fs::remove_dir_all(stage.0.runs().join("one")).unwrap();
    assert_eq!(stage.verdict(), "no data folder was searched");

    let stage = Stage::new();
    fs::remove_file(stage.0.runs().join("one/data/alcove.db")).unwrap();
    assert!(stage.verdict().contains("holds no database"));
}

#[test]
fn a_word_too_short_to_mean_anything_is_refused() {
    let stage = Stage::new();
    fs::write(stage.0.planted().join("two.txt"), "sealed\tSam\n").unwrap();
    assert!(stage.verdict().contains("too short"));
}
