//! Each check finds what it is for and leaves the rest alone; and the repository itself is tidy.

use super::*;

fn page(name: &str, text: &str) -> Page {
    Page {
        name: name.into(),
        text: text.into(),
    }
}

fn found(check: impl FnOnce(&mut Findings)) -> Vec<String> {
    let mut findings = Findings::default();
    check(&mut findings);
    findings.0
}

#[test]
fn the_repository_is_tidy() {
    let findings = everything(&Place::find().unwrap());
    assert!(findings.0.is_empty(), "\n{}\n", findings.0.join("\n"));
}

#[test]
fn a_file_opens_with_its_meaning_and_stays_short() {
    let good = page("crates/vault/src/lib.rs", "//! Keys.\n");
    let mute = page("crates/vault/src/lib.rs", "use std::fmt;\n");
    let long = page(
        "crates/vault/src/lib.rs",
        &format!("//! Keys.\n{}", "\n".repeat(500)),
    );
    assert_eq!(found(|f| shape::check(&[good, mute, long], f)).len(), 2);
}

#[test]
fn unfinished_and_local_marks_are_found() {
    for text in [
        "// TO\u{44}O: later",
        "cd /ro\u{6f}t/alcove",
        "see registry.npm\u{6a}s.org",
    ] {
        assert_eq!(
            found(|f| shape::unfinished([page("docs/a.md", text)].iter(), f)).len(),
            1,
            "{text}"
        );
    }
    for text in [
        "mastodons",
        "/my/home/",
        "{base}/home/",
        "the door's to-do list",
    ] {
        assert!(
            found(|f| shape::unfinished([page("docs/a.md", text)].iter(), f)).is_empty(),
            "{text}"
        );
    }
}

#[test]
fn sql_stands_where_it_may() {
    let text = "//! A.\nlet sql = \"SELECT id FROM note\";\n";
    let check =
        |name: &str, text: &str| found(|f| words::check(&[page(name, text)], &["notes".into()], f));
    assert_eq!(check("crates/practice/src/notes/mod.rs", text).len(), 1);
    assert!(check("crates/practice/src/notes/records.rs", text).is_empty());
    assert!(check("crates/practice/src/notes/tests.rs", text).is_empty());
    assert!(
        check(
            "crates/practice/src/notes/mod.rs",
            "//! A.\n// \"SELECT 1\"\n"
        )
        .is_empty()
    );
    assert!(
        check(
            "crates/practice/src/notes/mod.rs",
            "//! A.\n#[cfg(test)]\n\"SELECT 1\"\n"
        )
        .is_empty()
    );
}

#[test]
fn web_and_fhir_words_stand_where_they_may() {
    let check =
        |name: &str, text: &str| found(|f| words::check(&[page(name, text)], &["notes".into()], f));
    assert_eq!(
        check("crates/practice/src/notes/mod.rs", "use axum::Router;\n").len(),
        1
    );
    assert!(check("crates/desk/src/notes.rs", "use axum::Router;\n").is_empty());
    assert_eq!(
        check("crates/desk/src/notes.rs", "struct Encounter;\n").len(),
        1
    );
    assert!(check("crates/exchange/src/fhir/mod.rs", "struct Encounter;\n").is_empty());
    assert_eq!(check("crates/desk/src/jottings.rs", "//! A.\n").len(), 1);
}

#[test]
fn r1_no_door_acts_as_the_command_line() {
    let text = "//! A.\nlet access = JobAccess::set_up();\n";
    let check =
        |name: &str| found(|f| words::check(&[page(name, text)], &["notes".into()], f)).len();
    assert_eq!(check("crates/desk/src/notes.rs"), 1);
    assert_eq!(check("crates/web/src/visit.rs"), 1);
    assert_eq!(check("crates/desk/tests/notes.rs"), 0);
    assert_eq!(check("crates/alcove/src/import.rs"), 0);
}

#[test]
fn templates_hold_nothing_inline_and_are_used() {
    let rust = [page(
        "crates/desk/src/notes.rs",
        "#[template(path = \"notes/one.html\")]",
    )];
    let check = |text: &str| {
        let html = [page("crates/desk/templates/notes/one.html", text)];
        found(|f| pages::check(&html, &rust, f))
    };
    assert!(
        check("<script src=\"/a.js\" integrity=\"x\"></script><p class=\"one\">on time</p>")
            .is_empty()
    );
    for text in [
        "<script>go()</script>",
        "<script src=\"/a.js\" type=\"module\"></script>",
        "<p style=\"color:red\">",
        "<style>p{}</style>",
        "<a href=\"javascript:x\">",
        "<button class=\"b\" onclick=\"x\">",
    ] {
        assert_eq!(check(text).len(), 1, "{text}");
    }
    let dead = [page("crates/desk/templates/notes/two.html", "<p>")];
    assert_eq!(found(|f| pages::check(&dead, &rust, f)).len(), 1);
}

#[test]
fn rules_need_tests_with_their_number() {
    let tests =
        [1, 2, 4, 5, 7, 8, 9, 12, 16].map(|rule| format!("#[test]\nfn r{rule}_holds() {{}}\n"));
    let text = tests.concat();
    let findings = found(|f| rules::check(&[page("a/tests.rs", &text)], f));
    assert_eq!(findings, ["rule R13 has no test: name one `r13_...`"]);
}

#[test]
fn dependencies_have_reasons() {
    let text = "[workspace.dependencies]\n# the runtime\ntokio = \"1\"\n\nserde = \"1\"\nuuid = \"1\" # ids\n";
    assert_eq!(reasons::unexplained(text), [(5, String::from("serde"))]);
}

#[test]
fn a_map_names_paths() {
    let text =
        "See `crates/vault` and [install](docs/install.md), `cargo xtask test`, `crates/<name>`.";
    let names: Vec<&str> = chart::paths(text)
        .into_iter()
        .map(|(_, path)| path)
        .collect();
    assert_eq!(names, ["crates/vault", "docs/install.md"]);
}
