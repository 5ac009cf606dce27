//! What the maps name exists: every path in backquotes, and every crate, of ARCHITECTURE.md, README.md and CONTRIBUTING.md.

use super::Findings;
use std::fs;
use std::path::Path;

/// Checks the maps.
pub(super) fn check(root: &Path, findings: &mut Findings) {
    for map in ["ARCHITECTURE.md", "README.md", "CONTRIBUTING.md"] {
        let Ok(text) = fs::read_to_string(root.join(map)) else {
            findings.say(format!("{map} is missing"));
            continue;
        };
        for (line, path) in paths(&text) {
            if !root.join(path).exists() {
                findings.say(format!("{map}:{line}: {path} does not exist"));
            }
        }
    }
    let text = fs::read_to_string(root.join("ARCHITECTURE.md")).unwrap_or_default();
    for entry in fs::read_dir(root.join("crates"))
        .into_iter()
        .flatten()
        .flatten()
    {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !text.contains(&format!("crates/{name}")) {
            findings.say(format!("ARCHITECTURE.md does not name crates/{name}"));
        }
    }
}

/// Paths of the repository that a text names: words in backquotes or targets of links that hold a slash or end as
/// files do, and neither a placeholder nor an address.
pub(super) fn paths(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let quoted = line.split('`').skip(1).step_by(2);
        let linked = line
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next());
        found.extend(
            quoted
                .chain(linked)
                .filter(|word| is_path(word))
                .map(|word| (at + 1, word)),
        );
    }
    found
}

fn is_path(word: &str) -> bool {
    let begins = [
        "crates/",
        "xtask/",
        "bench/",
        "journeys/",
        "docs/",
        ".ci/",
        "hostile/",
        "peers/",
    ];
    let is_file = [".md", ".toml"].iter().any(|end| word.ends_with(end));
    let plain = !word.contains(|letter: char| letter.is_whitespace() || "<>*{}$#".contains(letter));
    plain
        && !word.starts_with("http")
        && !word.starts_with("alcove.toml")
        && (is_file || begins.iter().any(|begin| word.starts_with(begin)))
}
