//! The binary: command line, settings, wiring, start and stop.
#[expect(
    dead_code,
    reason = "the command that writes these people into a practice reads them"
)]
mod demo;

fn main() {}
