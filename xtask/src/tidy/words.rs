//! Where the words of SQL, of the web and of FHIR may stand, that the doors speak of capabilities, and that none of them
//! acts as the program itself.

use super::{Findings, Page};

/// Begins of SQL statements, as they open a string.
const SQL: [&str; 8] = [
    "SELECT ",
    "INSERT INTO ",
    "UPDATE ",
    "DELETE FROM ",
    "CREATE TABLE",
    "ALTER TABLE",
    "DROP TABLE",
    "WITH ",
];
/// Words of FHIR that mean nothing else here.
const FHIR: [&str; 6] = [
    "RelatedPerson",
    "Practitioner",
    "Encounter",
    "OperationOutcome",
    "CapabilityStatement",
    "Bundle",
];
/// Modules of doors that carry no capability: they are the door itself.
const DOOR: [&str; 16] = [
    "lib", "testing", "home", "today", "demo", "inbox", "sign_in", "library", "inbox", "notes",
    "pages", "session", "access", "errors", "samples", "views",
];

/// Checks every file.
pub(super) fn check(rust: &[Page], capabilities: &[String], findings: &mut Findings) {
    for page in rust.iter().filter(|page| !page.is_test()) {
        if !may_hold_sql(&page.name) {
            sql(page, findings);
        }
        if page.name.starts_with("crates/vault/")
            || page.name.starts_with("crates/store/")
            || page.name.starts_with("crates/practice/")
        {
            web(page, findings);
        }
        if !page.name.starts_with("crates/exchange/") && !page.name.starts_with("crates/alcove/") {
            fhir(page, findings);
        }
        door(page, capabilities, findings);
        at_the_door(page, findings);
    }
}

fn may_hold_sql(name: &str) -> bool {
    name.starts_with("crates/store/")
        || name.starts_with("crates/practice/src/receipts")
        || name.starts_with("crates/practice/src/sealed")
        || name.ends_with("/records.rs")
        || name.contains("/records/")
        || name.ends_with("/migrations.rs")
}

fn sql(page: &Page, findings: &mut Findings) {
    for (at, line) in page.shipped().filter(|(_, line)| !is_comment(line)) {
        let mut strings = line.split('"').skip(1).step_by(2).map(str::trim_start);
        let opened = strings.any(|text| SQL.iter().any(|word| text.starts_with(word)));
        if opened {
            findings.add(
                page,
                at,
                "SQL stands in records.rs, in the code of sealed rows and receipts, and in store",
            );
        }
    }
}

fn web(page: &Page, findings: &mut Findings) {
    for (at, line) in page.shipped().filter(|(_, line)| !is_comment(line)) {
        if ["axum::", "axum_extra::", "tower_http::", "http::"]
            .iter()
            .any(|word| stands_alone(line, word))
        {
            findings.add(page, at, "HTTP's words stand only in doors");
        }
    }
}

fn fhir(page: &Page, findings: &mut Findings) {
    for (at, line) in page.shipped().filter(|(_, line)| !is_comment(line)) {
        let foreign = FHIR.iter().any(|word| stands_alone(line, word));
        if foreign || line.to_lowercase().contains("fhir") {
            findings.add(page, at, "FHIR's words stand only in exchange");
        }
    }
}

fn door(page: &Page, capabilities: &[String], findings: &mut Findings) {
    let mut parts = page.name.split('/');
    let (Some("crates"), Some("public" | "portal" | "desk"), Some("src"), Some(module)) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return;
    };
    let module = module.strip_suffix(".rs").unwrap_or(module);
    if !DOOR.contains(&module) && !capabilities.iter().any(|name| name == module) {
        findings.add(
            page,
            1,
            format!("{module:?} is no capability: name it as practice names it"),
        );
    }
}

/// What comes in by a door has the access of whoever is signed in there, never that of the command line.
fn at_the_door(page: &Page, findings: &mut Findings) {
    let doors = ["web", "public", "portal", "desk", "exchange"];
    let inside = |door: &&str| page.name.starts_with(&format!("crates/{door}/"));
    if !doors.iter().any(inside) {
        return;
    }
    for (at, line) in page.shipped().filter(|(_, line)| !is_comment(line)) {
        if line.contains("JobAccess") {
            findings.add(
                page,
                at,
                "the access of the command line has no place in a door",
            );
        }
    }
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

/// Whether a word stands in a line and is not the end of a longer one.
fn stands_alone(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|head| head.chars().next_back());
        let after = line
            .get(at + word.len()..)
            .and_then(|tail| tail.chars().next());
        let joins = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == ':';
        before.is_none_or(|letter| !joins(letter))
            && (word.ends_with(':') || after.is_none_or(|letter| !joins(letter) || letter == ':'))
    })
}
