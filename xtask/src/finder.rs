//! `cargo xtask where WORD`: the one-word rule made useful. The same word names a capability's module, table, templates, URL
//! segment and document, so one word finds all of it.

use crate::place::Place;
use crate::run::Failure;
use std::fs;
use std::path::{Path, PathBuf};

/// What `cargo xtask where --help` prints.
pub(crate) const HELP: &str = "cargo xtask where WORD

Lists the modules, tables, templates, routes, journeys and documents of a capability, for example
`cargo xtask where homework`.";

/// Prints every place of a capability.
///
/// # Errors
/// [`Failure::WrongUse`] without exactly one word, [`Failure::Refused`] when nothing carries it.
pub(crate) fn find(place: &Place, words: &[String]) -> Result<(), Failure> {
    let [word] = words else {
        return Err(Failure::WrongUse("where takes one word".into()));
    };
    let stem = word.to_lowercase();
    let stem = stem
        .strip_suffix('s')
        .filter(|stem| stem.len() > 3)
        .unwrap_or(&stem);
    let mut shown = 0;
    for (title, found) in [
        ("modules", modules(place, stem)),
        (
            "tables",
            lines(place, &[".sql", "migrations.rs"], |line| {
                is_table(line, stem)
            }),
        ),
        ("templates", paths(place, &[".html"], stem)),
        (
            "routes",
            lines(place, &[".rs"], |line| is_route(line, stem)),
        ),
        ("browser", paths(place, &[".js", ".css"], stem)),
        ("journeys", paths(place, &[".test.mjs"], stem)),
        (
            "documents",
            lines(place, &[".md"], |line| {
                line.starts_with('#') && names(line, stem)
            }),
        ),
    ] {
        if found.is_empty() {
            continue;
        }
        println!("{title}");
        for line in &found {
            println!("  {line}");
        }
        shown += found.len();
    }
    if shown == 0 {
        Err(Failure::Refused(format!("nothing carries {word:?}")))
    } else {
        Ok(())
    }
}

fn modules(place: &Place, stem: &str) -> Vec<String> {
    let mut found = paths(place, &[".rs"], stem);
    for line in &mut found {
        if let Some(first) = opening(&place.root.join(&line)) {
            line.push_str("  ");
            line.push_str(&first);
        }
    }
    found
}

/// The first line of what a file says that it is.
fn opening(file: &Path) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    text.lines()
        .find_map(|line| line.strip_prefix("//! "))
        .map(str::to_owned)
}

/// Files with a folder or a name that is the word.
fn paths(place: &Place, ends: &[&str], stem: &str) -> Vec<String> {
    let files = place
        .files(ends)
        .into_iter()
        .filter(|file| !file.components().any(|part| part.as_os_str() == "vendor"));
    let mut found: Vec<String> = files.map(|file| place.short(&file)).collect();
    found.retain(|file| {
        file.split('/')
            .any(|part| is_word(part.split('.').next().unwrap_or(part), stem))
    });
    found
}

/// Lines of files for which `test` holds, with where they stand.
fn lines(place: &Place, ends: &[&str], test: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for file in place.files(ends) {
        let page = fs::read_to_string(&file).unwrap_or_default();
        let own: Vec<(usize, &str)> = page
            .lines()
            .enumerate()
            .filter(|(_, line)| test(line))
            .collect();
        found.extend(
            own.iter()
                .map(|(at, line)| format!("{}:{}  {}", place.short(&file), at + 1, line.trim())),
        );
    }
    found
}

fn is_table(line: &str, stem: &str) -> bool {
    let line = line.trim().to_lowercase();
    line.strip_prefix("create table ")
        .and_then(|rest| {
            rest.split([' ', '('])
                .find(|word| !matches!(*word, "if" | "not" | "exists"))
        })
        .is_some_and(|table| table.split('_').any(|part| is_word(part, stem)))
}

fn is_route(line: &str, stem: &str) -> bool {
    line.contains(".route(") && line.split(['/', '"']).any(|part| is_word(part, stem))
}

fn names(line: &str, stem: &str) -> bool {
    line.to_lowercase()
        .split(|letter: char| !letter.is_alphanumeric())
        .any(|word| is_word(word, stem))
}

/// The word itself or its plural.
fn is_word(word: &str, stem: &str) -> bool {
    word == stem || word.strip_suffix('s') == Some(stem)
}

/// The folders of the capabilities, by name.
pub(crate) fn capabilities(place: &Place) -> Vec<String> {
    let folder: PathBuf = place.root.join("crates/practice/src");
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter(|entry| entry.path().join("mod.rs").is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn singular_and_plural_are_one_word_and_parts_are_not() {
        assert!(is_word("notes", "note"));
        assert!(is_word("note", "note"));
        assert!(!is_word("notebook", "note"));
        assert!(is_table("CREATE TABLE note_revision (", "note"));
        assert!(is_table(
            "CREATE TABLE IF NOT EXISTS homework (",
            "homework"
        ));
        assert!(!is_table("CREATE TABLE denoted (", "note"));
        assert!(is_route(
            "  .route(\"/desk/notes/{id}/signature\", post(sign))",
            "note"
        ));
        assert!(!is_route("let path = \"/desk/notes\";", "note"));
    }
}
