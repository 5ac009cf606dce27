//! Measures the program from outside, as its users meet it: over HTTP, with its own binary, on a folder of its own. Started by
//! `cargo xtask bench` and `cargo xtask soak`, which build it and the program first.
//!
//! Nothing here reaches into the program but [`load`], which fills a practice through the program's own code.
#![expect(
    clippy::print_stdout,
    reason = "a command line speaks on standard output"
)]

mod disk;
mod http;
mod load;
mod options;
mod report;
mod server;
mod soak;
mod speed;
mod wrk;

use std::process::ExitCode;

/// Anything that ends a measurement; said once, on standard error.
type Anything = Box<dyn std::error::Error + Send + Sync>;

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let act = words.next().unwrap_or_default();
    let result = match act.as_str() {
        "speed" => options::Speed::read(words).map(|options| speed::measure(&options)),
        "disk" => words
            .next()
            .ok_or_else(|| String::from("bench disk DIR"))
            .map(|folder| {
                println!("{}", disk::flushes_per_second(folder.as_ref())?);
                Ok(())
            }),
        "soak" => options::Soak::read(words).map(|options| soak::soak(&options)),
        _ => Err(String::from(
            "bench speed|soak, started by cargo xtask bench|soak",
        )),
    };
    match result {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(why)) => {
            eprintln!("bench: {why}");
            ExitCode::from(1)
        }
        Err(why) => {
            eprintln!("bench: {why}");
            ExitCode::from(2)
        }
    }
}
