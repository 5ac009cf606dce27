//! Every repeated act of this repository as one command, the same on a laptop and in CI: `cargo xtask TASK`.
//!
//! Only the standard library is used, so that the first run compiles in seconds. What a task needs beyond it (a browser,
//! a database server, packages) is installed by [`need`] or named for the person who cannot install it.
#![expect(
    clippy::print_stdout,
    reason = "a command line speaks on standard output"
)]

mod bench;
mod ci;
mod finder;
mod need;
mod place;
mod run;
mod summary;
mod sweep;
mod tidy;
mod trial;
mod vendor;

use place::Place;
use run::Failure;
use std::process::ExitCode;

/// One task: its name on the command line, a line for the list, its own help, and what it does.
struct Task {
    name: &'static str,
    line: &'static str,
    help: &'static str,
    act: fn(&Place, &[String]) -> Result<(), Failure>,
}

const TASKS: [Task; 8] = [
    Task {
        name: "test",
        line: "every test, then the search for planted words",
        help: trial::HELP,
        act: trial::test,
    },
    Task {
        name: "ci",
        line: "everything that must hold before a change lands",
        help: ci::HELP,
        act: ci::ci,
    },
    Task {
        name: "bench",
        line: "measure speed and size against a loaded practice",
        help: bench::BENCH,
        act: bench::bench,
    },
    Task {
        name: "soak",
        line: "kill the program at work, again and again",
        help: bench::SOAK,
        act: bench::soak,
    },
    Task {
        name: "tidy",
        line: "the habits that the compiler cannot check",
        help: tidy::HELP,
        act: tidy::tidy,
    },
    Task {
        name: "vendor",
        line: "copy the browser's libraries, or compare them",
        help: vendor::HELP,
        act: vendor::vendor,
    },
    Task {
        name: "where",
        line: "every place that carries a capability's word",
        help: finder::HELP,
        act: finder::find,
    },
    Task {
        name: "sweep",
        line: "only the search for planted words",
        help: sweep::HELP,
        act: sweep::sweep,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match begin(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Refused(why)) => {
            eprintln!("xtask: {why}");
            ExitCode::from(1)
        }
        Err(Failure::WrongUse(why)) => {
            eprintln!("xtask: {why}\n\n{}", list());
            ExitCode::from(2)
        }
    }
}

fn begin(arguments: &[String]) -> Result<(), Failure> {
    let Some((name, rest)) = arguments.split_first() else {
        return Err(Failure::WrongUse("name a task".into()));
    };
    if matches!(name.as_str(), "--help" | "-h" | "help") {
        println!("{}", list());
        return Ok(());
    }
    let Some(task) = TASKS.iter().find(|task| task.name == name) else {
        return Err(Failure::WrongUse(format!("there is no task {name:?}")));
    };
    if rest.iter().any(|word| word == "--help" || word == "-h") {
        println!("{}", task.help);
        return Ok(());
    }
    (task.act)(&Place::find()?, rest)
}

/// The list of tasks, as `cargo xtask --help` shows it.
fn list() -> String {
    let tasks: Vec<String> = TASKS
        .iter()
        .map(|task| format!("  {:<8} {}", task.name, task.line))
        .collect();
    format!(
        "cargo xtask TASK [OPTIONS]\n\nTasks:\n{}\n\n\
         cargo xtask TASK --help tells more. Exit: 0 done, 1 refused, 2 wrong use.",
        tasks.join("\n")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn every_task_has_help_that_opens_with_its_own_line_of_use() {
        for task in &TASKS {
            assert!(
                task.help.starts_with(&format!("cargo xtask {}", task.name)),
                "{}",
                task.name
            );
            assert!(begin(&words(&format!("{} --help", task.name))).is_ok());
        }
    }

    #[test]
    fn a_wrong_word_is_wrong_use() {
        assert!(matches!(begin(&words("polish")), Err(Failure::WrongUse(_))));
        assert!(matches!(begin(&[]), Err(Failure::WrongUse(_))));
        assert!(matches!(
            begin(&words("tidy --loudly")),
            Err(Failure::WrongUse(_))
        ));
    }
}
