//! `alcove keys rotate` of a large keyring, and what readers feel of it.

use crate::wrk::{self, Figures};
use crate::{Anything, load, speed};
use outside::server::Server;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Keys in the keyring.
const KEYS: usize = 100_000;
/// How many ask at the same time.
const CONNECTIONS: u64 = 16;
/// Seconds of measuring before, and of one measurement meanwhile.
const BEFORE: u64 = 5;
const MEANWHILE: u64 = 1;

/// What was measured.
pub(crate) struct Rotation {
    /// Keys that were wrapped anew.
    pub(crate) keys: usize,
    /// How long the command took.
    pub(crate) took: Duration,
    /// How many asked.
    pub(crate) connections: u64,
    /// p99 of case overviews before, in microseconds.
    pub(crate) before: u64,
    /// The worst p99 of any second meanwhile.
    pub(crate) meanwhile: u64,
}

/// Rotates while case overviews are asked for.
///
/// # Errors
/// When the command fails, or pages do.
pub(crate) fn measure(data: &Path, loaded: &load::Loaded) -> Result<Rotation, Anything> {
    println!("rotating {KEYS} keys while serving");
    load::keys(data, KEYS)?;
    let server = Server::start("serve", data, &[])?;
    let mut requests = speed::requests(&server, loaded)?.into_iter();
    let mut request = requests
        .find(|request| request.name == "case overview")
        .ok_or("there is no case overview")?;
    let mut ask = |seconds: u64| -> Result<Figures, Anything> {
        let figures = wrk::press(server.at, &request.part(seconds)?, CONNECTIONS, seconds)?;
        if figures.failed > 0 {
            return Err(format!("{} pages failed", figures.failed).into());
        }
        Ok(figures)
    };
    ask(BEFORE)?;
    let before = ask(BEFORE)?.p99;
    let mut command = Command::new(outside::program());
    command
        .args(["keys", "rotate", "--json", "--data"])
        .arg(data);
    let begun = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn()?;
    let waiting = std::thread::spawn(move || (child.wait(), begun.elapsed()));
    let mut meanwhile = 0;
    loop {
        meanwhile = meanwhile.max(ask(MEANWHILE)?.p99);
        if waiting.is_finished() {
            break;
        }
    }
    let (status, took) = waiting.join().map_err(|_| "waiting failed")?;
    if !status?.success() {
        return Err("alcove keys rotate failed".into());
    }
    server.stop()?;
    Ok(Rotation {
        keys: KEYS,
        took,
        connections: CONNECTIONS,
        before,
        meanwhile,
    })
}
