//! `alcove demo`: makes a fictional practice once, and serves it on this machine only.
//!
//! The people come from [`people`], which holds only data; [`make`] writes them into a practice through the same
//! operations that the doors call. [`pages`] lets anybody enter as any of them, which is why its routes exist only in
//! a folder that the demo made and only at a loopback address ([`marker`]).

mod articles;
mod former;
mod make;
mod marker;
mod pages;
#[expect(
    dead_code,
    reason = "the content holds more than the program has room for yet"
)]
pub(crate) mod people;
#[cfg(test)]
mod people_tests;
mod staff;
mod year;

use std::process::ExitCode;

use listenfd::ListenFd;

pub(crate) use marker::Marker;
pub(crate) use pages::router;
pub(crate) use year::Interrupted;

use crate::cli;
use crate::failure::Failure;
use crate::log;
use crate::serve::{self, Start};
use crate::settings::{self, Flags, Settings};

/// Makes the demo's folder if it is not there, and serves it.
pub(crate) async fn demo(words: cli::Demo, handed: ListenFd) -> Result<ExitCode, Failure> {
    let folder = match words.data {
        Some(data) => data,
        None => settings::demo_folder()?,
    };
    let data = settings::data_folder(&folder)?;
    let flags = Flags {
        listen: words.listen,
        ..Flags::default()
    };
    let settings = Settings::read(&data, &flags)?;
    if !settings.listen.ip().is_loopback() {
        return Err(Failure::refused(format!(
            "anybody who reaches the demo can be anybody in it: {} is not this machine alone, use 127.0.0.1",
            settings.listen.ip()
        )));
    }
    log::begin(&settings)?;
    if marker::is_finished(&data) {
        tracing::info!("the demo's folder is there");
    } else {
        make::make(&data, &flags).await?;
    }
    serve::run(settings, Start::of(words.locked), handed).await
}
