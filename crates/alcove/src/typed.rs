//! What a person types at the terminal. What is secret does not show while it is typed.
//!
//! Questions go to standard error, so that what a command answers can go on to another program.

use std::io::{self, BufRead as _, IsTerminal as _, Stdin, Write as _};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use crate::failure::Failure;

/// A line of standard input, asked for where a person sits there.
pub(crate) fn line(question: &str) -> Result<Zeroizing<String>, Failure> {
    let input = io::stdin();
    if input.is_terminal() {
        write!(io::stderr(), "{question}: ")?;
    }
    read(&input)
}

/// As [`line()`], of what nobody is to read from the screen afterwards.
pub(crate) fn secret(question: &str) -> Result<Zeroizing<String>, Failure> {
    let input = io::stdin();
    if !input.is_terminal() {
        return read(&input);
    }
    let hidden = Hidden::on(&input)?;
    write!(io::stderr(), "{question} (it does not show as you type): ")?;
    let line = read(&input);
    drop(hidden);
    writeln!(io::stderr())?;
    line
}

/// As [`secret()`], where only a person can answer.
///
/// # Errors
/// [`Failure::WrongUse`] naming the flag that says it instead.
pub(crate) fn secret_on_terminal(
    question: &str,
    instead: &str,
) -> Result<Zeroizing<String>, Failure> {
    somebody_is_there(instead).and_then(|()| secret(question))
}

/// As [`line()`], where only a person can answer.
///
/// # Errors
/// [`Failure::WrongUse`] naming the flag that says it instead.
pub(crate) fn on_terminal(question: &str, instead: &str) -> Result<Zeroizing<String>, Failure> {
    somebody_is_there(instead).and_then(|()| line(question))
}

fn somebody_is_there(instead: &str) -> Result<(), Failure> {
    if io::stdin().is_terminal() {
        Ok(())
    } else {
        Err(Failure::WrongUse(format!(
            "nobody is there to ask; say it with {instead}"
        )))
    }
}

fn read(input: &Stdin) -> Result<Zeroizing<String>, Failure> {
    let mut line = Zeroizing::new(String::new());
    input.lock().read_line(&mut line)?;
    Ok(Zeroizing::new(
        line.trim_end_matches(['\n', '\r']).to_owned(),
    ))
}

/// A terminal that shows nothing of what is typed, until this is dropped.
struct Hidden<'i> {
    input: &'i Stdin,
    before: Termios,
}

impl<'i> Hidden<'i> {
    fn on(input: &'i Stdin) -> Result<Self, Failure> {
        let before = tcgetattr(input).map_err(io::Error::from)?;
        let mut hidden = before.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        tcsetattr(input, OptionalActions::Flush, &hidden).map_err(io::Error::from)?;
        Ok(Self { input, before })
    }
}

impl Drop for Hidden<'_> {
    fn drop(&mut self) {
        if let Err(error) = tcsetattr(self.input, OptionalActions::Now, &self.before) {
            tracing::warn!(%error, "the terminal does not show what is typed: `stty echo` mends it");
        }
    }
}
