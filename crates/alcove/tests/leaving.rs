//! Signed heads of the log leave for a folder elsewhere, `alcove doctor` says so, and `alcove audit verify` reads them there.

#![expect(clippy::unwrap_used, reason = "tests")]

mod ground;

use std::fs;
use std::time::{Duration, Instant};

use ground::{Ground, Server, alcove};

fn served(ground: &Ground, folder: &str) -> Server {
    let words = ["serve", "--data", ground.data(), "--listen", "127.0.0.1:0"];
    Server::start(alcove().args(words).env("ALCOVE_HEADS_FOLDER", folder))
}

/// The names of what is in a folder, as soon as there is something.
fn names(folder: &str) -> Vec<String> {
    let begun = Instant::now();
    loop {
        let names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.starts_with("head-"))
            .collect();
        if !names.is_empty() || begun.elapsed() > Duration::from_secs(20) {
            return names;
        }
    }
}

#[test]
fn heads_leave_for_a_second_folder_and_are_read_there() {
    let ground = Ground::made();
    let folder = ground.data.with_file_name("elsewhere");
    fs::create_dir(&folder).unwrap();
    let folder = folder.to_str().unwrap().to_owned();
    let line = format!("heads_folder = {folder:?}\n");
    let settings = ground.data.join("alcove.toml");
    let before = fs::read_to_string(&settings).unwrap_or_default();

    let server = served(&ground, &folder);
    let first = names(&folder);
    assert!(first[0].starts_with("head-"), "{first:?}");
    assert_eq!(server.stop(), 0);
    ground.grow();

    // What grew while no folder was set is behind; the next stop lets it leave.
    let server = served(&ground, &folder);
    assert_eq!(server.stop(), 0);
    assert!(names(&folder).len() >= 2);
    fs::write(&settings, format!("{before}{line}")).unwrap();
    let said = ground.run(&["doctor"]);
    assert!(
        said.out.contains(&format!("heads        {folder}")),
        "{said:?}"
    );
    let said = ground.run(&["audit", "verify", "--against", &folder]);
    assert_eq!(said.code, 0, "{said:?}");

    // Older data were put back: the head of what they are goes there, too, and the larger one of before is told.
    let mut kept = names(&folder);
    kept.sort();
    let newest = kept.last().unwrap();
    let larger = format!("head-20260101T000000Z-{:012}.txt", 9_999_999);
    fs::copy(format!("{folder}/{newest}"), format!("{folder}/{larger}")).unwrap();
    let said = ground.run(&["doctor"]);
    assert!(said.out.contains("the data are older"), "{said:?}");
    ground.grow();
    let before = names(&folder).len();
    assert_eq!(served(&ground, &folder).stop(), 0);
    assert!(names(&folder).len() > before, "a head leaves all the same");

    fs::remove_dir_all(&folder).unwrap();
    let said = ground.run(&["doctor"]);
    assert!(said.out.contains("bad   heads"), "{said:?}");
    let said = ground.run(&["audit", "verify", "--against", &folder]);
    assert_ne!(said.code, 0);
    // A folder that is not there stops nothing.
    let server = ground.serve();
    assert_eq!(server.get("/health").status, 200);
    assert_eq!(server.stop(), 0);
}

#[test]
fn the_data_folder_is_no_second_place() {
    let ground = Ground::made();
    let inside = ground.data.join("heads");
    fs::create_dir(&inside).unwrap();
    let output = alcove()
        .args(["doctor", "--data", ground.data()])
        .env("ALCOVE_HEADS_FOLDER", &inside)
        .output()
        .unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("no second place"), "{said}");
}
