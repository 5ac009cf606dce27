//! `cargo xtask test`: what tests need, then every test there is, then the search for planted words.

use crate::need::{self, Need};
use crate::place::Place;
use crate::run::{Failure, Steps, program, run};
use crate::summary::{Count, count};
use crate::sweep;
use std::fs;
use std::path::PathBuf;

/// What `cargo xtask test --help` prints.
pub(crate) const HELP: &str = "cargo xtask test [--only PART]

Runs every test: rules and doors (cargo nextest), examples in the documentation, the browser journeys
against the debug binary, the hostile suite, which attacks the debug binary (every address in every role,
rows and keys changed by hand, kills, full disks), and at the end the sweep, which searches what the run
left behind (data folders, logs, mail, file names, the database server's folder) for the words that were
typed.

Installs what is absent first: Debian's chromium, postgresql, nodejs, npm and age (as root or by sudo),
the journeys' npm packages, cargo-nextest.

  --only PART   one of: rust, examples, journeys, hostile, sweep (the sweep searches what the two before left)";

const PARTS: [&str; 5] = ["rust", "examples", "journeys", "hostile", "sweep"];

/// Runs all tests, or one part of them.
///
/// # Errors
/// [`Failure::Refused`] when a test fails or none ran, [`Failure::WrongUse`] for an unknown part.
pub(crate) fn test(place: &Place, words: &[String]) -> Result<(), Failure> {
    let mut steps = Steps::default();
    let result = all(place, &parts(words)?, &mut steps);
    steps.print();
    conclude(result?)
}

/// The line that closes a run, and its verdict.
///
/// # Errors
/// [`Failure::Refused`] when something failed, or nothing ran.
pub(crate) fn conclude(found: Count) -> Result<(), Failure> {
    println!("\nalcove: {} passed, {} failed", found.passed, found.failed);
    match found {
        Count {
            failed: 0,
            passed: 0,
        } => Err(Failure::Refused("no test ran".into())),
        Count { failed: 0, .. } => Ok(()),
        Count { failed, .. } => Err(Failure::Refused(format!("{failed} tests failed"))),
    }
}

/// Every part of the test run, whatever failed before it.
///
/// # Errors
/// [`Failure::Refused`] when something that tests need is absent, or the program does not compile.
pub(crate) fn every_part(place: &Place, steps: &mut Steps) -> Result<Count, Failure> {
    all(place, &PARTS, steps)
}

fn parts(words: &[String]) -> Result<Vec<&'static str>, Failure> {
    match words {
        [] => Ok(PARTS.to_vec()),
        [flag, part] if flag == "--only" => {
            let known = PARTS.iter().find(|known| *known == part);
            let unknown = || Failure::WrongUse(format!("there is no part {part:?} of the tests"));
            known.map(|part| vec![*part]).ok_or_else(unknown)
        }
        _ => Err(Failure::WrongUse(
            "test takes --only PART, or nothing".into(),
        )),
    }
}

fn all(place: &Place, parts: &[&str], steps: &mut Steps) -> Result<Count, Failure> {
    let mut found = Count::default();
    steps.step("what tests need", || {
        need::debian(
            place,
            &[
                Need::Gcc,
                Need::Chromium,
                Need::Postgres,
                Need::Mail,
                Need::Pebble,
                Need::Systemd,
                Need::Node,
                Need::Age,
            ],
        )?;
        need::moto(place)?;
        need::nextest(place)
    })?;
    if parts.contains(&"rust") {
        found = found.and(steps.step("rules and doors", || rust(place))?);
    }
    if parts.contains(&"examples") {
        found = found.and(steps.step("examples in the documentation", || {
            count(
                place,
                &mut program(place, "cargo", &["test", "--doc", "--workspace", "--quiet"]),
            )
        })?);
    }
    if parts.contains(&"journeys") {
        found = found.and(steps.step("browser journeys", || journeys(place))?);
    }
    if parts.contains(&"hostile") {
        found = found.and(steps.step("hostile suite", || hostile(place))?);
    }
    if parts.contains(&"sweep") {
        found = found.and(steps.step("sweep", || Ok(sweep::count(place)))?);
    }
    Ok(found)
}

fn rust(place: &Place) -> Result<Count, Failure> {
    let words = [
        "nextest",
        "run",
        "--workspace",
        "--no-fail-fast",
        "--show-progress=none",
        "--status-level=slow",
    ];
    count(place, &mut program(place, "cargo", &words))
}

/// Builds the program, lets it make one demo folder that every journey copies, and runs the journeys.
fn journeys(place: &Place) -> Result<Count, Failure> {
    need::npm(place)?;
    run(&mut program(
        place,
        "cargo",
        &["build", "--package", "alcove"],
    ))?;
    for folder in [place.runs(), place.planted(), place.target.join("tmp/seed")] {
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
    }
    let with_places = |words: &[&str]| {
        let mut command = program(place, "node", words);
        command
            .env("CARGO_TARGET_DIR", &place.target)
            .env("ALCOVE_BIN", place.debug_binary());
        command
    };
    run(&mut with_places(&["journeys/seed.mjs"]))?;
    let mut words: Vec<String> = [
        "--test",
        "--test-concurrency=2",
        "--test-timeout=900000",
        "--test-reporter=spec",
    ]
    .map(str::to_owned)
    .to_vec();
    words.extend(
        stories(place)?
            .iter()
            .map(|file| file.to_string_lossy().into_owned()),
    );
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    count(place, &mut with_places(&words))
}

/// Builds the program and lets every trial of the hostile suite attack it.
fn hostile(place: &Place) -> Result<Count, Failure> {
    let words = ["build", "--package", "alcove", "--package", "hostile"];
    run(&mut program(place, "cargo", &words))?;
    let mut command = program(place, place.target.join("debug/hostile"), &[]);
    command
        .env("ALCOVE_BIN", place.debug_binary())
        .env("ALCOVE_ROOT", &place.root)
        .env("CARGO_TARGET_DIR", &place.target);
    count(place, &mut command)
}

/// The journeys' files, in order.
fn stories(place: &Place) -> Result<Vec<PathBuf>, Failure> {
    let entries = fs::read_dir(place.journeys())?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|file| file.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    files.sort();
    if files.is_empty() {
        Err(Failure::Refused("there is no journey".into()))
    } else {
        Ok(files)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_without_tests_or_with_a_failed_one_is_refused() {
        assert!(
            conclude(Count {
                passed: 0,
                failed: 0
            })
            .is_err()
        );
        assert!(
            conclude(Count {
                passed: 3,
                failed: 1
            })
            .is_err()
        );
        assert!(
            conclude(Count {
                passed: 3,
                failed: 0
            })
            .is_ok()
        );
    }

    #[test]
    fn a_part_is_chosen_by_its_word() {
        let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(parts(&words("--only sweep")).unwrap(), vec!["sweep"]);
        assert!(parts(&words("--only everything")).is_err());
        assert!(parts(&words("--all")).is_err());
    }
}
