//! Bars for what takes long: on a terminal, and nowhere else.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::failure::Failure;

/// A bar on a terminal, nothing elsewhere, and nothing beside JSON.
pub(crate) fn bar(json: bool) -> Result<ProgressBar, Failure> {
    let bar = ProgressBar::new(0);
    if json {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    let style = ProgressStyle::with_template("{prefix} {bar:32} {percent:>3} % {msg}");
    bar.set_style(style.map_err(|error| Failure::refused(error.to_string()))?);
    Ok(bar)
}

/// Begins another part of the work, of so many steps.
pub(crate) fn begin(bar: &ProgressBar, what: &str, step: &'static str, of: u64) {
    bar.set_prefix(what.to_owned());
    bar.set_message(step);
    bar.set_length(of);
    bar.set_position(0);
}
