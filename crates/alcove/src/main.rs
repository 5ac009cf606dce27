//! The binary: command line, settings, wiring, start and stop.
fn main() {}
