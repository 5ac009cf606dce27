//! The binary: command line, settings, wiring, start and stop.
//!
//! A module for each command. What a command does to a practice is one call of `practice`; what stands around it (files,
//! addresses, signals, the terminal) is here. Only `settings` reads the environment.
//!
//! Exit codes: 0 done, 1 refused, 2 wrong use.
//!
//! To add another command: 1. its words in [`cli`]; 2. its module, a function that returns what it says or a
//! [`failure::Failure`]; 3. its arm in [`run`]; 4. `cargo run -- commands --markdown > docs/commands.md`.
#![expect(
    clippy::print_stdout,
    reason = "a command line speaks on standard output"
)]

mod accounts;
mod audit;
mod backup;
mod cards;
mod cli;
mod commands;
mod demo;
mod doctor;
mod failure;
mod guard;
mod heads;
mod holding;
mod import;
mod init;
mod keys;
mod lock;
mod log;
mod open;
mod progress;
mod retention;
mod serve;
mod settings;
mod succession;
mod tls;
mod typed;

use std::process::ExitCode;

use clap::Parser as _;
use listenfd::ListenFd;

use crate::cli::{Accounts, Act, Asked, Audit, Keys};
use crate::failure::Failure;

#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    log::hush_panics();
    let asked = Asked::parse();
    match guard::begin()
        .map_err(Failure::from)
        .and_then(|()| run(asked.act))
    {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("alcove: {failure}");
            failure.code()
        }
    }
}

fn run(act: Act) -> Result<ExitCode, Failure> {
    // TLS has one provider in the whole program; installing it twice is no fault.
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    // Before there are threads, because it takes the words from the environment.
    let handed = ListenFd::from_env();
    match act {
        Act::Init(words) => on_runtime(init::init(words)),
        Act::Serve(words) => on_runtime(serve::serve(words, handed)),
        Act::Demo(words) => on_runtime(demo::demo(words, handed)),
        Act::Lock(words) => on_runtime(lock::lock(words)),
        Act::Import(words) => on_runtime(import::import(words)),
        Act::Audit(Audit::Verify(words)) => on_runtime(audit::verify(words)),
        Act::Audit(Audit::Prove(words)) => on_runtime(audit::prove(words)),
        Act::Audit(Audit::Check(words)) => audit::check(&words),
        Act::Audit(Audit::Key(words)) => on_runtime(audit::key(words)),
        Act::Audit(Audit::Head(words)) => on_runtime(audit::head(words)),
        Act::Backup(words) => backup::run(words),
        Act::Restore(words) => on_runtime(backup::restore(words)),
        Act::Doctor(words) => on_runtime(doctor::doctor(words)),
        Act::Keys(Keys::Slots(words)) => on_runtime(keys::slots(words)),
        Act::Keys(Keys::Rehearse(words)) => on_runtime(keys::rehearse(words)),
        Act::Keys(Keys::Rotate(words)) => on_runtime(keys::rotate(words)),
        Act::Keys(Keys::Remove(words)) => on_runtime(keys::remove(words)),
        Act::Keys(Keys::Add(kind)) => on_runtime(keys::add(kind)),
        Act::Accounts(Accounts::Reset(words)) => on_runtime(accounts::reset(words)),
        Act::Succession(words) => succession::run(words),
        Act::Records(words) => on_runtime(retention::run(words)),
        Act::Settings(words) => Ok(commands::settings(&words)),
        Act::Commands(_) => Ok(commands::commands()),
        Act::Routes => Ok(commands::routes()),
    }
}

pub(crate) fn on_runtime(
    work: impl Future<Output = Result<ExitCode, Failure>>,
) -> Result<ExitCode, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let result = runtime.block_on(work);
    // What still runs on threads of its own, such as a password's check, has no one to tell any more.
    runtime.shutdown_background();
    result
}
