//! Running other programs: said before it is done, timed, and with a failure that names what failed.

use crate::place::Place;
use std::ffi::OsStr;
use std::process::Command;
use std::time::{Duration, Instant};

/// Why a task ended before it was done.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The task was understood and did not hold: exit 1.
    Refused(String),
    /// The command line was not understood: exit 2.
    WrongUse(String),
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Refused(error.to_string())
    }
}

/// A program that runs at the repository's root, with the tools folder first in its `PATH`.
pub(crate) fn program(place: &Place, name: impl AsRef<OsStr>, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
    command
        .args(arguments)
        .current_dir(&place.root)
        .env("PATH", place.path());
    command
}

/// Runs a program with its output shown.
///
/// # Errors
/// [`Failure::Refused`] when it cannot start or ends with anything but 0.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let line = describe(command);
    println!("$ {line}");
    let status = command
        .status()
        .map_err(|error| Failure::Refused(format!("{line}: {error}")))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::Refused(format!("{line}: {status}")))
    }
}

/// What a program printed, or nothing when it cannot start or fails.
pub(crate) fn ask(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// A command as a person would type it.
pub(crate) fn describe(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}

/// Refuses words that a task does not know.
///
/// # Errors
/// [`Failure::WrongUse`] for the first word that is not among `known`.
pub(crate) fn only(words: &[String], known: &[&str]) -> Result<(), Failure> {
    match words.iter().find(|word| !known.contains(&word.as_str())) {
        Some(word) => Err(Failure::WrongUse(format!("{word:?} is not known here"))),
        None => Ok(()),
    }
}

/// Steps of a long task, each with its time.
#[derive(Default)]
pub(crate) struct Steps {
    done: Vec<(&'static str, Duration)>,
}

impl Steps {
    /// Does one step and keeps how long it took.
    ///
    /// # Errors
    /// Those of the step.
    pub(crate) fn step<T>(
        &mut self,
        name: &'static str,
        act: impl FnOnce() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        println!("\n== {name}");
        let begun = Instant::now();
        let result = act();
        self.done.push((name, begun.elapsed()));
        result
    }

    /// Adds the steps of a task within this one.
    pub(crate) fn add(&mut self, other: Self) {
        self.done.extend(other.done);
    }

    /// Prints what took how long, in the order in which it was done.
    pub(crate) fn print(&self) {
        println!("\ntime per step");
        for (name, took) in &self.done {
            println!(
                "{:>6}.{} s  {name}",
                took.as_secs(),
                took.subsec_millis() / 100
            );
        }
        let all: Duration = self.done.iter().map(|(_, took)| *took).sum();
        println!(
            "{:>6}.{} s  in all",
            all.as_secs(),
            all.subsec_millis() / 100
        );
    }
}
