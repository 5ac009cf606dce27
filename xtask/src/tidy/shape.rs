//! Length and opening of Rust files, and marks of unfinished or local work in any file.

use super::{Findings, Page};

/// The most lines that a file may have.
const LONGEST: usize = 500;

/// Each file says first what it is, and stays short.
pub(super) fn check(rust: &[Page], findings: &mut Findings) {
    for page in rust {
        if !page.text.starts_with("//!") {
            findings.add(
                page,
                1,
                "open with `//!`: what the thing is in the practice",
            );
        }
        let lines = page.text.lines().count();
        let is_generated = page.text.starts_with("//! Generated");
        if lines > LONGEST && !is_generated {
            findings.add(
                page,
                LONGEST,
                format!("{lines} lines: divide it by subject"),
            );
        }
    }
}

/// No note to finish later, no path of one machine, no host of a registry. Files that others made say what they say.
pub(super) fn unfinished<'a>(pages: impl Iterator<Item = &'a Page>, findings: &mut Findings) {
    let marks = [
        ["TO", "DO"].concat(),
        ["FIX", "ME"].concat(),
        ["X", "XX"].concat(),
    ];
    let paths = [
        ["/ro", "ot/"].concat(),
        ["/wo", "rk/"].concat(),
        ["/ho", "me/"].concat(),
    ];
    let hosts = [
        ["npm", "js."].concat(),
        ["cra", "tes.io/api"].concat(),
        ["py", "pi.org"].concat(),
    ];
    for page in pages.filter(|page| !page.name.contains("tests/data/")) {
        for (at, line) in page.text.lines().enumerate() {
            let words = || line.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
            if words().any(|word| marks.iter().any(|mark| mark == word)) {
                findings.add(page, at + 1, "finish it, or write an issue");
            }
            if paths.iter().any(|path| names_folder(line, path)) {
                findings.add(page, at + 1, "a path of one machine");
            }
            if hosts.iter().any(|host| line.contains(host.as_str())) {
                findings.add(page, at + 1, "the host of a package registry");
            }
        }
    }
}

/// Whether a line names an absolute folder, and not a route that happens to contain such a name.
fn names_folder(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line.get(..at).and_then(|head| head.chars().next_back());
        before.is_none_or(|letter| {
            !letter.is_alphanumeric() && !matches!(letter, '}' | '-' | '_' | '.')
        })
    })
}
