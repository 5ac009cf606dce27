//! The hostile suite: attacks the program from outside, with its own binary, on copies of a demo's practice. Started by
//! `cargo xtask test` (all trials) and `cargo xtask soak` (kills, as often as asked), which build it and the program first.
//!
//! To add a trial: 1. its module, a function that returns what is wrong; 2. its line in [`TRIALS`].
#![expect(
    clippy::print_stdout,
    reason = "a command line speaks on standard output"
)]

mod cast;
mod commands;
mod copied;
mod expected;
mod faults;
mod forged;
mod ground;
mod killed;
mod listed;
mod memory;
mod own_words;
mod participants;
mod planted;
mod postgres;
mod records;
mod retention;
mod revoked;
mod routes;
mod rows;
mod written;

use std::process::ExitCode;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use outside::Anything;

/// One attack: its name, what must hold, and the attack itself.
type Trial = (&'static str, &'static str, fn() -> Result<(), Anything>);

/// The longest first, so that the last one does not run alone for long.
const TRIALS: &[Trial] = &[
    (
        "killed",
        "a kill in the middle of work loses, halves and hides nothing",
        killed::killed,
    ),
    (
        "postgres",
        "the same rows, authority and kills on a PostgreSQL server",
        postgres::postgres,
    ),
    (
        "routes",
        "every address answers every role as expected",
        routes::routes,
    ),
    (
        "forged",
        "authority and keys that were changed by hand count for nothing",
        forged::forged,
    ),
    (
        "rows",
        "sealed rows that were changed by hand show nothing and are named",
        rows::rows,
    ),
    (
        "revoked",
        "pages opened before something was taken back do nothing any more",
        revoked::revoked,
    ),
    (
        "full",
        "a full disk loses and discloses nothing, and is recovered from",
        faults::full,
    ),
    (
        "flush",
        "a disk that does not flush loses and discloses nothing",
        faults::no_flush,
    ),
    ("clock", "a clock that jumps breaks nothing", faults::clock),
    (
        "memory",
        "locking leaves no words in memory",
        memory::memory,
    ),
];

/// How many trials take place at the same time.
const AT_ONCE: usize = 2;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [act, rounds, longest] = words.as_slice()
        && act == "soak"
    {
        return soak(rounds, longest);
    }
    let chosen: Vec<&Trial> = TRIALS
        .iter()
        .filter(|(name, ..)| words.is_empty() || words.iter().any(|word| word == name))
        .collect();
    if let Err(why) = ground::prepare() {
        println!("no practice to attack: {why}");
        return ExitCode::from(1);
    }
    let failed = all(&chosen);
    let passed = chosen.len() - failed;
    let state = if failed == 0 { "ok" } else { "FAILED" };
    println!("test result: {state}. {passed} passed; {failed} failed");
    ExitCode::from(u8::from(failed > 0))
}

/// Only the kills, so often, each after so many milliseconds at most.
fn soak(rounds: &str, longest: &str) -> ExitCode {
    let (Ok(rounds), Ok(longest)) = (rounds.parse(), longest.parse()) else {
        println!("hostile soak ROUNDS MILLISECONDS");
        return ExitCode::from(2);
    };
    match ground::prepare().and_then(|()| killed::kill(rounds, longest)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            println!("{why}");
            ExitCode::from(1)
        }
    }
}

/// Tries all of them; how many did not hold.
fn all(chosen: &[&Trial]) -> usize {
    let (next, failed) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some((name, what, act)) = chosen.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    let begun = Instant::now();
                    let result = act();
                    let took = begun.elapsed().as_secs();
                    match result {
                        Ok(()) => println!("{name}: {what} ({took} s)"),
                        Err(why) => {
                            println!("{name}: it does NOT hold that {what} ({took} s)\n{why}");
                            failed.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                }
            });
        }
    });
    failed.into_inner()
}

/// Another place each time, so that the limits of one place are not met by accident.
fn elsewhere() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0x0a00_0001);
    std::net::Ipv4Addr::from(NEXT.fetch_add(1, Ordering::Relaxed)).to_string()
}
