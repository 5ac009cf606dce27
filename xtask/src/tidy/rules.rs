//! Each rule in force has tests that carry its number.

use super::{Findings, Page};

/// The rules that hold from the first release on; their words stand in docs/security.md.
const IN_FORCE: [u8; 10] = [1, 2, 4, 5, 7, 8, 9, 12, 13, 16];

/// Looks for a test function named `rN_...` for each rule.
pub(super) fn check(rust: &[Page], findings: &mut Findings) {
    for rule in IN_FORCE {
        let begin = format!("fn r{rule}_");
        if !rust.iter().any(|page| has_test(&page.text, &begin)) {
            findings.say(format!("rule R{rule} has no test: name one `r{rule}_...`"));
        }
    }
}

/// Whether a function with this beginning is a test.
fn has_test(text: &str, begin: &str) -> bool {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    lines.iter().enumerate().any(|(at, line)| {
        let is_named = line.starts_with(begin) || line.starts_with(&format!("async {begin}"));
        let above = lines.get(at.saturating_sub(4)..at).unwrap_or_default();
        let is_marked = above
            .iter()
            .any(|line| line.starts_with("#[") && line.contains("test"));
        is_named && (is_marked || text.contains("proptest! {"))
    })
}
