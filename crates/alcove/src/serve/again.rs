//! Beginning anew: the process becomes a new one of the same program, with the same words, without keys and with new memory.
//! Its listeners stay open meanwhile, so that who comes in between waits and is not refused.

use std::convert::Infallible;
use std::ffi::OsString;
use std::io;
use std::net::TcpListener;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use rustix::io::{FdFlags, fcntl_dupfd_cloexec, fcntl_setfd};

use crate::cli::LOCKED;
use crate::failure::Failure;

/// The first number for a listener that is handed on; what is open below it stays where it is.
const FIRST: i32 = 64;

/// Begins anew, locked. What is in memory now is gone then: nothing is dropped, everything is taken away.
///
/// # Errors
/// When the system refuses; the caller ends the process then, because it must not stay unlocked.
pub(super) fn begin(listeners: &[TcpListener]) -> Result<Infallible, Failure> {
    let handed = side_by_side(listeners)?;
    let first = handed.first().map_or(FIRST, AsRawFd::as_raw_fd);
    for listener in &handed {
        fcntl_setfd(listener, FdFlags::empty()).map_err(io::Error::from)?;
    }
    // The program that runs, also when another version lies at its path by now.
    let mut command = Command::new("/proc/self/exe");
    let mut words = std::env::args_os();
    if let Some(name) = words.next() {
        command.arg0(name);
    }
    let error = command
        .args(locked(words.collect()))
        .env("LISTEN_PID", std::process::id().to_string())
        .env("LISTEN_FDS", handed.len().to_string())
        .env("LISTEN_FDS_FIRST_FD", first.to_string())
        .exec();
    Err(Failure::refused(format!(
        "the server could not begin anew and ends instead: {error}"
    )))
}

/// The same words, and that it is to stay locked.
fn locked(mut words: Vec<OsString>) -> Vec<OsString> {
    if !words.iter().any(|word| word == LOCKED) {
        words.push(OsString::from(LOCKED));
    }
    words
}

/// Copies of the listeners under numbers that follow each other, which is how they are found again.
fn side_by_side(listeners: &[TcpListener]) -> io::Result<Vec<OwnedFd>> {
    let mut first = FIRST;
    loop {
        let mut copies: Vec<OwnedFd> = Vec::with_capacity(listeners.len());
        let mut next = first;
        for listener in listeners {
            let copy = fcntl_dupfd_cloexec(listener, next)?;
            next = copy.as_raw_fd().saturating_add(1);
            copies.push(copy);
        }
        let begun = copies.first().map_or(first, AsRawFd::as_raw_fd);
        let room = i32::try_from(copies.len()).map_err(io::Error::other)?;
        if next.saturating_sub(begun) == room || copies.is_empty() {
            return Ok(copies);
        }
        first = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listeners_get_numbers_that_follow_each_other_whatever_is_open() {
        let listener = || TcpListener::bind("127.0.0.1:0").unwrap();
        let listeners = [listener(), listener(), listener()];
        let in_the_way = fcntl_dupfd_cloexec(&listeners[0], FIRST + 1).unwrap();
        let copies = side_by_side(&listeners).unwrap();
        let numbers: Vec<i32> = copies.iter().map(AsRawFd::as_raw_fd).collect();
        assert!(!numbers.contains(&in_the_way.as_raw_fd()));
        assert_eq!(numbers[1], numbers[0] + 1);
        assert_eq!(numbers[2], numbers[0] + 2);
        for (copy, listener) in copies.into_iter().zip(&listeners) {
            let copy = TcpListener::from(copy);
            assert_eq!(copy.local_addr().unwrap(), listener.local_addr().unwrap());
        }
    }

    #[test]
    fn the_words_stay_and_locked_is_said_once() {
        let words = |list: &[&str]| list.iter().map(OsString::from).collect::<Vec<_>>();
        let serve = words(&["serve", "--data", "x"]);
        let once = locked(serve);
        assert_eq!(once, words(&["serve", "--data", "x", LOCKED]));
        assert_eq!(locked(once.clone()), once);
    }
}
