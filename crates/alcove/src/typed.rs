//! What a person types at the terminal: it shows while it is typed, and the question says so.
//!
//! Questions go to standard error, so that what a command answers can go on to another program.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use zeroize::Zeroizing;

use crate::failure::Failure;

/// A line of standard input, asked for where a person sits there.
pub(crate) fn line(question: &str) -> Result<Zeroizing<String>, Failure> {
    let input = io::stdin();
    if input.is_terminal() {
        let mut out = io::stderr();
        write!(out, "{question} (it shows as you type): ")?;
        out.flush()?;
    }
    let mut line = Zeroizing::new(String::new());
    input.lock().read_line(&mut line)?;
    Ok(Zeroizing::new(
        line.trim_end_matches(['\n', '\r']).to_owned(),
    ))
}

/// As [`line()`], where only a person can answer.
///
/// # Errors
/// [`Failure::WrongUse`] naming the flag that says it instead.
pub(crate) fn on_terminal(question: &str, instead: &str) -> Result<Zeroizing<String>, Failure> {
    if io::stdin().is_terminal() {
        line(question)
    } else {
        Err(Failure::WrongUse(format!(
            "nobody is there to ask; say it with {instead}"
        )))
    }
}
