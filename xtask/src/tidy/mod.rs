//! `cargo xtask tidy`: the habits that the compiler cannot check, each told with its file and line.
//!
//! It reads text and nothing else: no parsing, no compiling. A check that a reader would have to guess at does not belong
//! here; each one says in its message what to do instead.

mod chart;
mod pages;
mod reasons;
mod rules;
mod shape;
mod words;

use crate::place::Place;
use crate::run::{Failure, only};
use std::fs;
use std::path::PathBuf;

/// What `cargo xtask tidy --help` prints.
pub(crate) const HELP: &str = "cargo xtask tidy

Checks: each .rs file opens with //! and has at most 500 lines; SQL, web and FHIR words stand only where
they may; the doors' modules are capabilities, and none takes the command line's access; what
ARCHITECTURE.md and README.md name exists; each dependency has its reason; templates hold no inline
script, style or handler, and each is used; each rule in force has tests that carry its number; no
unfinished marks, no machine's paths, no registry's host.";

/// One file of the repository as text.
pub(crate) struct Page {
    /// Its path from the root.
    name: String,
    text: String,
}

impl Page {
    /// Whether the whole file is there for tests.
    fn is_test(&self) -> bool {
        self.name.ends_with("tests.rs")
            || self.name.ends_with("testing.rs")
            || ["/tests/", "/testing/", "xtask/", "bench/"]
                .iter()
                .any(|part| self.name.contains(part))
    }

    /// The lines that ship: everything before the file's own test module.
    fn shipped(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self
            .text
            .lines()
            .enumerate()
            .map(|(at, line)| (at + 1, line));
        lines.take_while(|(_, line)| *line != "#[cfg(test)]")
    }
}

/// What is wrong, one line each.
#[derive(Default)]
pub(crate) struct Findings(Vec<String>);

impl Findings {
    fn add(&mut self, page: &Page, line: usize, what: impl AsRef<str>) {
        self.0
            .push(format!("{}:{line}: {}", page.name, what.as_ref()));
    }

    fn say(&mut self, what: String) {
        self.0.push(what);
    }
}

/// Checks everything and prints what is wrong.
///
/// # Errors
/// [`Failure::Refused`] with the number of findings.
pub(crate) fn tidy(place: &Place, words: &[String]) -> Result<(), Failure> {
    only(words, &[])?;
    let findings = everything(place);
    for finding in &findings.0 {
        println!("{finding}");
    }
    match findings.0.len() {
        0 => Ok(()),
        number => Err(Failure::Refused(format!("tidy: {number} findings"))),
    }
}

fn everything(place: &Place) -> Findings {
    let mut findings = Findings::default();
    let rust = read(place, place.files(&[".rs"]));
    let html = read(place, place.files(&[".html"]));
    let browser = read(place, place.files(&[".js", ".mjs", ".css"]));
    let prose = read(
        place,
        place.files(&[".md", ".toml", ".json", ".sql", ".ftl", "run"]),
    );
    shape::check(&rust, &mut findings);
    shape::unfinished(
        rust.iter().chain(&html).chain(&browser).chain(&prose),
        &mut findings,
    );
    words::check(&rust, &crate::finder::capabilities(place), &mut findings);
    pages::check(&html, &rust, &mut findings);
    rules::check(&rust, &mut findings);
    reasons::check(&place.root, &mut findings);
    chart::check(&place.root, &mut findings);
    findings
}

fn read(place: &Place, files: Vec<PathBuf>) -> Vec<Page> {
    let pages = files.into_iter().filter_map(|file| {
        let text = fs::read_to_string(&file).ok()?;
        Some(Page {
            name: place.short(&file),
            text,
        })
    });
    pages
        .filter(|page| !page.name.contains("assets/vendor/"))
        .collect()
}

#[cfg(test)]
mod tests;
