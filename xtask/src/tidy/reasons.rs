//! Every dependency of the workspace has its reason, and crates take theirs from the workspace.

use super::Findings;
use std::fs;
use std::path::Path;

/// Reads the workspace's `Cargo.toml` and those of its crates.
pub(super) fn check(root: &Path, findings: &mut Findings) {
    let text = fs::read_to_string(root.join("Cargo.toml")).unwrap_or_default();
    for (line, name) in unexplained(&text) {
        findings.say(format!(
            "Cargo.toml:{line}: {name} has no reason: a comment above it, or after it"
        ));
    }
    for folder in ["crates", "."] {
        for entry in fs::read_dir(root.join(folder))
            .into_iter()
            .flatten()
            .flatten()
        {
            let file = entry.path().join("Cargo.toml");
            let text = fs::read_to_string(&file).unwrap_or_default();
            for (line, name) in own_versions(&text) {
                let shown = entry.file_name();
                let shown = shown.to_string_lossy();
                findings.say(format!(
                    "{shown}/Cargo.toml:{line}: take {name} from the workspace"
                ));
            }
        }
    }
}

/// Dependencies of the workspace whose paragraph of neighbouring lines has no comment above it. One comment serves the lines
/// that follow it directly.
pub(super) fn unexplained(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut inside = false;
    let mut has_reason = false;
    for (at, line) in text.lines().enumerate() {
        if line.starts_with('[') {
            inside = line == "[workspace.dependencies]";
            has_reason = false;
        } else if line.trim().is_empty() {
            has_reason = false;
        } else if line.starts_with('#') {
            has_reason = true;
        } else if let (true, Some((name, rest))) = (inside && !has_reason, line.split_once(" ="))
            && !rest.contains(" #")
        {
            found.push((at + 1, name.to_owned()));
        }
    }
    found
}

/// Dependencies of a crate that state a version or a path of their own.
fn own_versions(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut inside = false;
    for (at, line) in text.lines().enumerate() {
        if line.starts_with('[') {
            inside = line.ends_with("dependencies]") && !line.starts_with("[workspace");
        } else if let (true, Some((name, rest))) = (inside, line.split_once('=')) {
            let taken = rest.contains("workspace = true") || name.trim().ends_with(".workspace");
            if !taken && !line.trim_start().starts_with('#') {
                found.push((at + 1, name.trim().to_owned()));
            }
        }
    }
    found
}
