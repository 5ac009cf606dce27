//! Load from a second process: Debian's wrk, with a script that prints what is read here.

use crate::Anything;
use std::net::SocketAddr;
use std::process::Command;

/// One kind of request, as a person of the practice makes it.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// What the table calls it.
    pub(crate) name: &'static str,
    /// `GET` or `POST`.
    pub(crate) method: &'static str,
    /// Of the sign-in, or empty.
    pub(crate) cookie: String,
    /// The form of a `POST`, or empty.
    pub(crate) form: String,
    /// The paths, asked for in turn.
    pub(crate) paths: Vec<String>,
    /// Whether each one must leave a receipt.
    pub(crate) is_receipted: bool,
}

impl Request {
    /// What the next `seconds` ask for: the same pages again, or, where each may be asked for only once, fresh ones.
    pub(crate) fn part(&mut self, seconds: u64) -> Result<Self, Anything> {
        if self.method == "GET" {
            return Ok(self.clone());
        }
        let wanted = usize::try_from(seconds * ONCE_A_SECOND)?.min(self.paths.len());
        if wanted == 0 {
            return Err(format!("{}: nothing is left to write", self.name).into());
        }
        let rest = self.paths.split_off(wanted);
        let paths = std::mem::replace(&mut self.paths, rest);
        Ok(Self {
            paths,
            ..self.clone()
        })
    }

    /// How long this kind of request is measured, when the others are measured for `seconds`.
    pub(crate) fn seconds(&self, seconds: u64) -> u64 {
        if self.method == "GET" {
            seconds
        } else {
            seconds.min(3)
        }
    }
}

/// How many of what can be asked for only once are set aside for a second.
const ONCE_A_SECOND: u64 = 8_000;

/// What one measurement gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Figures {
    /// Answered requests.
    pub(crate) requests: u64,
    /// Length of the measurement in microseconds.
    pub(crate) took: u64,
    /// Half were faster than this many microseconds.
    pub(crate) p50: u64,
    /// All but one in a hundred were faster than this many microseconds.
    pub(crate) p99: u64,
    /// All bytes that came back.
    pub(crate) bytes: u64,
    /// Requests that failed, by connection, time or status.
    pub(crate) failed: u64,
}

impl Figures {
    /// Requests per second.
    pub(crate) fn per_second(&self) -> u64 {
        self.requests * 1_000_000 / self.took.max(1)
    }

    /// Bytes of an answer, on average.
    pub(crate) fn bytes_each(&self) -> u64 {
        self.bytes / self.requests.max(1)
    }
}

/// Makes one kind of request over so many connections for so long.
///
/// # Errors
/// When wrk is absent or says nothing that can be read.
pub(crate) fn press(
    at: SocketAddr,
    request: &Request,
    connections: u64,
    seconds: u64,
) -> Result<Figures, Anything> {
    let or_dash = |text: &str| {
        if text.is_empty() {
            String::from("-")
        } else {
            text.to_owned()
        }
    };
    let mut command = Command::new("wrk");
    command.args(["--threads", if connections == 1 { "1" } else { "2" }]);
    command.args([
        "--connections",
        &connections.to_string(),
        "--duration",
        &format!("{seconds}s"),
    ]);
    command
        .args(["--timeout", "10s", "--script"])
        .arg(outside::root().join("bench/wrk/ask.lua"));
    command
        .arg(format!("http://{at}/"))
        .arg("--")
        .arg(request.method);
    command
        .arg(or_dash(&request.cookie))
        .arg(or_dash(&request.form))
        .args(&request.paths);
    let output = command.output().map_err(|error| format!("wrk: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    read(&text)
        .ok_or_else(|| format!("wrk: {text}{}", String::from_utf8_lossy(&output.stderr)).into())
}

fn read(text: &str) -> Option<Figures> {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("figures "))?;
    let numbers: Vec<u64> = line
        .split(' ')
        .filter_map(|number| number.parse().ok())
        .collect();
    match *numbers.as_slice() {
        [requests, took, p50, p99, bytes, failed] => Some(Figures {
            requests,
            took,
            p50,
            p99,
            bytes,
            failed,
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_figures_is_read() {
        let figures =
            read("Running 1s test\n  ...\nfigures 3000 1500000 400 2100 900000 0\n").unwrap();
        assert_eq!(
            (figures.per_second(), figures.p50, figures.p99),
            (2000, 400, 2100)
        );
        assert_eq!(figures.bytes_each(), 300);
        assert!(read("figures 1 2").is_none());
    }
}
