//! Reads what test runners say at their end, and says it once more for all of them together.

use crate::place::Place;
use crate::run::{Failure, describe};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// How many tests ran, by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    /// Held.
    pub(crate) passed: u64,
    /// Did not.
    pub(crate) failed: u64,
}

impl Count {
    /// Both counts together.
    pub(crate) const fn and(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
        }
    }
}

/// Runs a test runner, shows its output as it comes, and counts by its closing lines.
///
/// A runner that fails without a word about a failed test (it did not compile, say) counts as one failure.
///
/// # Errors
/// [`Failure::Refused`] when it cannot start.
pub(crate) fn count(place: &Place, command: &mut Command) -> Result<Count, Failure> {
    let line = describe(command);
    println!("$ {line}");
    command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .current_dir(&place.root);
    let mut child = command
        .spawn()
        .map_err(|error| Failure::Refused(format!("{line}: {error}")))?;
    let mut found = Count::default();
    let errors = child.stderr.take();
    let beside = std::thread::spawn(move || errors.map_or_else(Count::default, follow));
    if let Some(output) = child.stdout.take() {
        found = found.and(follow(output));
    }
    found = found.and(beside.join().unwrap_or_default());
    let status = child.wait()?;
    if !status.success() && found.failed == 0 {
        println!("{line}: {status}");
        found.failed = 1;
    }
    Ok(found)
}

fn follow(output: impl std::io::Read) -> Count {
    let mut found = Count::default();
    for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        found = found.and(closing(&line));
    }
    found
}

/// What one closing line counts: nextest's `Summary`, rustdoc's `test result:`, or node's `pass` and `fail`.
fn closing(line: &str) -> Count {
    let line = line.trim();
    if line.starts_with("Summary [") {
        return Count {
            passed: before(line, "passed"),
            failed: before(line, "failed") + before(line, "timed out"),
        };
    }
    if line.starts_with("test result:") {
        return Count {
            passed: before(line, "passed"),
            failed: before(line, "failed"),
        };
    }
    let node = line
        .strip_prefix("# ")
        .or_else(|| line.strip_prefix("\u{2139} "))
        .unwrap_or("");
    match node.split_once(' ') {
        Some(("pass", number)) => Count {
            passed: number.parse().unwrap_or(0),
            failed: 0,
        },
        Some(("fail", number)) => Count {
            passed: 0,
            failed: number.parse().unwrap_or(0),
        },
        _ => Count::default(),
    }
}

/// The number before a word: `7` in `... 7 passed, ...`.
fn before(line: &str, word: &str) -> u64 {
    let Some((head, _)) = line.split_once(&format!(" {word}")) else {
        return 0;
    };
    head.rsplit([' ', '('])
        .next()
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_of_each_runner_are_read() {
        let of = |passed, failed| Count { passed, failed };
        assert_eq!(
            closing("     Summary [   1.204s] 12 tests run: 12 passed, 0 skipped"),
            of(12, 0)
        );
        assert_eq!(
            closing(
                "     Summary [   1.2s] 12 tests run: 9 passed (1 slow), 2 failed, 1 timed out"
            ),
            of(9, 3)
        );
        assert_eq!(
            closing("test result: ok. 3 passed; 0 failed; 0 ignored; finished in 0.1s"),
            of(3, 0)
        );
        assert_eq!(closing("# pass 5"), of(5, 0));
        assert_eq!(closing("\u{2139} fail 2"), of(0, 2));
        assert_eq!(closing("nothing passed here"), of(0, 0));
    }
}
