//! `cargo xtask bench` and `cargo xtask soak`: they build and start the packages that hold the work, `bench` and `hostile`.

use crate::need::{self, Need};
use crate::place::Place;
use crate::run::{Failure, program, run};

/// What `cargo xtask bench --help` prints.
pub(crate) const BENCH: &str = "cargo xtask bench [--people N] [--notes N] [--seconds N] [--keep DIR] [--write]

Builds the release binary, makes a practice in a folder of its own, loads 10,000 people and 100,000
notes into it through the program's own code, and prints for 1, 16 and 64 connections: requests per
second, p50 and p99 of a plain page, the portal's home, a case overview and the writing of a note;
memory; the time from start to first answer; this disk's durable flushes per second, measured in the
same minute; `alcove keys rotate` of 100,000 keys while it serves, and p99 meanwhile; and the ratios of receipted to plain pages and of receipts to commits, the last also with
each flush slowed to 2 ms. Needs wrk and gcc, and installs them when they are absent.

  --people N   people to load (10000)
  --notes N    notes to load (100000)
  --seconds N  length of each measurement (10)
  --keep DIR   use and keep this folder, and load nothing when it is loaded already
  --write      put the table into docs/performance.md";

/// What `cargo xtask soak --help` prints.
pub(crate) const SOAK: &str = "cargo xtask soak [--rounds N] [--milliseconds N]

Starts the program on a demo folder, lets people sign in, read and write and keys be added and removed,
kills all of it without warning at a random moment, and lets `alcove audit verify`, `alcove doctor` and
SQLite look at what is left; then again. What was acknowledged must be there afterwards, and what was
disclosed must have its receipt. `cargo xtask test` does the same 25 times.

  --rounds N        how many times (500)
  --milliseconds N  how long each round may work at most (2000)";

/// Measures speed and size.
///
/// # Errors
/// [`Failure::Refused`] when something is absent or a measurement cannot be made.
pub(crate) fn bench(place: &Place, words: &[String]) -> Result<(), Failure> {
    let words = checked(
        words,
        &["--people", "--notes", "--seconds", "--keep"],
        &["--write"],
    )?;
    need::debian(place, &[Need::Wrk, Need::Gcc])?;
    start(place, ("bench", "speed"), &words)
}

/// Kills the server under writes and checks what is left.
///
/// # Errors
/// [`Failure::Refused`] when a round lost something.
pub(crate) fn soak(place: &Place, words: &[String]) -> Result<(), Failure> {
    let words = checked(words, &["--rounds", "--milliseconds"], &[])?;
    let value = |option: &str, usual: &str| {
        let at = words.iter().position(|word| word == option);
        let given = at.and_then(|at| words.get(at + 1));
        given.map_or_else(|| usual.to_owned(), Clone::clone)
    };
    let words = [value("--rounds", "500"), value("--milliseconds", "2000")];
    start(place, ("hostile", "soak"), &words)
}

fn start(place: &Place, what: (&str, &str), words: &[String]) -> Result<(), Failure> {
    let (package, act) = what;
    let build = [
        "build",
        "--release",
        "--package",
        "alcove",
        "--package",
        package,
    ];
    run(&mut program(place, "cargo", &build))?;
    let release = place.target.join("release");
    let mut command = program(place, release.join(package), &[act]);
    command
        .args(words)
        .env("ALCOVE_BIN", release.join("alcove"));
    command
        .env("ALCOVE_ROOT", &place.root)
        .env("CARGO_TARGET_DIR", &place.target);
    run(&mut command)
}

/// Lets through only options that are known, each with the value that it takes.
fn checked(words: &[String], valued: &[&str], bare: &[&str]) -> Result<Vec<String>, Failure> {
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let word = word.as_str();
        let complete = bare.contains(&word) || (valued.contains(&word) && rest.next().is_some());
        if !complete {
            return Err(Failure::WrongUse(format!(
                "{word:?} is not known here, or lacks its value"
            )));
        }
    }
    Ok(words.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_need_their_values() {
        let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert!(checked(&words("--people 10 --write"), &["--people"], &["--write"]).is_ok());
        assert!(checked(&words("--people"), &["--people"], &["--write"]).is_err());
        assert!(checked(&words("--faster"), &["--people"], &["--write"]).is_err());
    }
}
