//! Templates: nothing inline that the content security policy would have to forgive, and none that nobody uses.

use super::{Findings, Page};

/// Checks every template.
pub(super) fn check(html: &[Page], rust: &[Page], findings: &mut Findings) {
    let templates: Vec<&Page> = html
        .iter()
        .filter(|page| page.name.contains("/templates/"))
        .collect();
    for page in &templates {
        inline(page, findings);
        let Some((_, path)) = page.name.split_once("/templates/") else {
            continue;
        };
        let quoted = format!("\"{path}\"");
        let in_rust = rust.iter().any(|other| other.text.contains(&quoted));
        let in_template = templates.iter().any(|other| other.text.contains(&quoted));
        if !in_rust && !in_template {
            findings.add(page, 1, "no page uses this template");
        }
    }
}

fn inline(page: &Page, findings: &mut Findings) {
    for (at, line) in page.text.lines().enumerate() {
        let low = line.to_lowercase();
        if low
            .match_indices("<script")
            .any(|(begin, _)| !opens_with(&low, begin, " src="))
        {
            findings.add(page, at + 1, "no inline script: a module in assets/js");
        } else if low
            .match_indices("<script")
            .any(|(begin, _)| !opens_with(&low, begin, " integrity="))
        {
            findings.add(page, at + 1, "no module without its digest: `integrity`");
        }
        if low.contains("<style") || attributes(&low).any(|name| name == "style") {
            findings.add(page, at + 1, "no inline style: a class in assets/css");
        }
        if attributes(&low).any(|name| {
            name.len() > 3 && name.starts_with("on") && name.bytes().all(|b| b.is_ascii_lowercase())
        }) {
            findings.add(
                page,
                at + 1,
                "no handler in an attribute: a module in assets/js",
            );
        }
        if low.contains("javascript:") {
            findings.add(page, at + 1, "no script in an address");
        }
    }
}

/// Whether the tag that begins at `begin` carries an attribute before it closes.
fn opens_with(line: &str, begin: usize, attribute: &str) -> bool {
    let tag = line.get(begin..).unwrap_or_default();
    tag.split('>')
        .next()
        .is_some_and(|tag| tag.contains(attribute))
}

/// Names of what stands before `=` and a quote: attributes, as far as a line shows them.
fn attributes(line: &str) -> impl Iterator<Item = &str> {
    line.split_inclusive("=\"").filter_map(|piece| {
        let head = piece.strip_suffix("=\"")?;
        let name = head.rsplit([' ', '\t', '"', '\'', '}']).next()?;
        (!name.is_empty()).then_some(name)
    })
}
