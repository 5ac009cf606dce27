//! `cargo xtask vendor`: the browser's libraries, copied out of npm's packages into the repository with their hashes, so that
//! building the program needs no npm, and a reader can see what is served.
//!
//! The list is `xtask/vendor.json`; the copying and hashing is `xtask/vendor.mjs`, since npm's packages need node anyway.

use crate::need;
use crate::place::Place;
use crate::run::{Failure, only, program, run};

/// What `cargo xtask vendor --help` prints.
pub(crate) const HELP: &str = "cargo xtask vendor [--check]

Installs npm's packages as locked, copies the files that xtask/vendor.json lists into
crates/web/assets/vendor, and writes manifest.json there: file, package, version, licence, SHA-384.

  --check   change nothing; refuse when what is there differs from the packages or from the manifest";

/// Copies the libraries, or compares them.
///
/// # Errors
/// [`Failure::Refused`] when a package cannot be had or, with `--check`, a file differs.
pub(crate) fn vendor(place: &Place, words: &[String]) -> Result<(), Failure> {
    only(words, &["--check"])?;
    if words.is_empty() {
        act(place, &[])
    } else {
        check(place)
    }
}

/// Compares what is served with the packages that it came from.
///
/// # Errors
/// [`Failure::Refused`] when a file differs, is missing, or is not listed.
pub(crate) fn check(place: &Place) -> Result<(), Failure> {
    act(place, &["--check"])
}

fn act(place: &Place, words: &[&str]) -> Result<(), Failure> {
    need::npm(place)?;
    run(&mut program(
        place,
        "node",
        &[&["xtask/vendor.mjs"], words].concat(),
    ))
}
