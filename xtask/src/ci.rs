//! `cargo xtask ci`: everything that must hold before a change lands, in the order in which it is cheapest to fail.

use crate::need;
use crate::place::Place;
use crate::run::{Failure, Steps, only, program, run};
use crate::{tidy, trial, vendor};

/// What `cargo xtask ci --help` prints.
pub(crate) const HELP: &str = "cargo xtask ci

Format, lints, licences and banned crates, documentation, types of the browser's modules, tidy, the
vendored browser libraries, then exactly what `cargo xtask test` does. Prints the time of each step.";

/// Runs every check, then every test.
///
/// # Errors
/// [`Failure::Refused`] at the first check that does not hold, or after the tests when one failed.
pub(crate) fn ci(place: &Place, words: &[String]) -> Result<(), Failure> {
    only(words, &[])?;
    let mut steps = Steps::default();
    let result = checks(place, &mut steps).and_then(|()| {
        let mut within = Steps::default();
        let found = trial::every_part(place, &mut within);
        steps.add(within);
        found
    });
    steps.print();
    trial::conclude(result?)
}

fn checks(place: &Place, steps: &mut Steps) -> Result<(), Failure> {
    let cargo = |words: &[&str]| run(&mut program(place, "cargo", words));
    steps.step("format", || cargo(&["fmt", "--all", "--check"]))?;
    steps.step("tidy", || tidy::tidy(place, &[]))?;
    steps.step("licences, bans, sources", || {
        need::deny(place)?;
        cargo(&[
            "deny",
            "--workspace",
            "check",
            "--hide-inclusion-graph",
            "licenses",
            "bans",
            "sources",
        ])
    })?;
    steps.step("types of the browser's modules", || types(place))?;
    steps.step("vendored browser libraries", || vendor::check(place))?;
    steps.step("lints", || {
        cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--quiet",
            "--",
            "-D",
            "warnings",
        ])
    })?;
    steps.step("documentation", || {
        let words = [
            "doc",
            "--no-deps",
            "--workspace",
            "--document-private-items",
            "--quiet",
        ];
        run(program(place, "cargo", &words).env("RUSTDOCFLAGS", "-D warnings"))
    })
}

/// Checks the browser's own modules by their JSDoc types.
fn types(place: &Place) -> Result<(), Failure> {
    if !place
        .files(&[".js"])
        .iter()
        .any(|file| place.short(file).contains("assets/js/"))
    {
        println!("no module yet");
        return Ok(());
    }
    need::npm(place)?;
    run(&mut program(
        place,
        "journeys/node_modules/.bin/tsc",
        &["--project", "journeys/tsconfig.json"],
    ))
}
