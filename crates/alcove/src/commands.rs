//! `alcove settings` and `alcove commands`: the references that stand in `docs/`; `alcove routes`, the list of addresses.

use std::process::ExitCode;

use clap::CommandFactory as _;

use crate::cli::{Asked, Reference};
use crate::{serve, settings};

/// Prints every setting.
pub(crate) fn settings(words: &Reference) -> ExitCode {
    if words.markdown {
        print!("{}", settings::markdown());
    } else {
        print!("{}", settings::help());
    }
    ExitCode::SUCCESS
}

/// Prints the help of every command.
pub(crate) fn commands() -> ExitCode {
    print!("{}", markdown());
    ExitCode::SUCCESS
}

/// Prints every address, one a line, after the methods that it takes: what the hostile suite asks.
pub(crate) fn routes() -> ExitCode {
    for one in serve::every_address() {
        println!("{} {}", one.methods.join(","), one.path);
    }
    ExitCode::SUCCESS
}

/// The page `docs/commands.md`.
fn markdown() -> String {
    let mut text = String::from("# Commands\n");
    let mut root = Asked::command().term_width(100);
    root.build();
    describe(&mut root, &mut text);
    text.push_str("\nThis page is made by `alcove commands`; a test keeps it true.\n");
    text
}

fn describe(command: &mut clap::Command, text: &mut String) {
    let help = command.render_long_help().to_string();
    let name = command.get_bin_name().unwrap_or("alcove").to_owned();
    for part in ["\n## `", &name, "`\n\n"] {
        text.push_str(part);
    }
    for line in help.lines().map(str::trim_end) {
        let indent = if line.is_empty() { "" } else { "    " };
        for part in [indent, line, "\n"] {
            text.push_str(part);
        }
    }
    let subcommands = command.get_subcommands_mut();
    for inner in subcommands.filter(|inner| !inner.is_hide_set() && inner.get_name() != "help") {
        describe(inner, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_of_commands_is_the_one_in_the_documents() {
        let kept = include_str!("../../../docs/commands.md");
        assert!(
            kept == markdown(),
            "run: cargo run -- commands > docs/commands.md"
        );
    }
}
