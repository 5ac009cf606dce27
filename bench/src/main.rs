//! Measures the program from outside, as its users meet it: over HTTP, with its own binary, on a folder of its own. Started by
//! `cargo xtask bench`, which builds it and the program first.
//!
//! Nothing here reaches into the program but [`load`], which fills a practice through the program's own code.
#![expect(
    clippy::print_stdout,
    reason = "a command line speaks on standard output"
)]

mod decade;
mod disk;
mod export;
mod load;
mod options;
mod report;
mod rotation;
mod sealing;
mod speed;
mod wrk;

use std::process::ExitCode;

use outside::Anything;

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
        _ => Err(String::from("bench speed, started by cargo xtask bench")),
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
