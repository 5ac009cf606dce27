//! `alcove lock`: makes the server of a data folder forget its keys, from the machine itself.
//!
//! The server ends what is at work and begins anew without keys; how is `serve`'s.

use std::process::ExitCode;
use std::time::Duration;

use rustix::process::{Signal, kill_process};

use crate::cli::Lock;
use crate::failure::Failure;
use crate::holding::Holder;
use crate::settings;

/// How long a server may take to end what is at work and to begin anew.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it is looked whether it did.
const LOOK: Duration = Duration::from_millis(50);

/// Locks, and returns when it is done.
pub(crate) async fn lock(words: Lock) -> Result<ExitCode, Failure> {
    let data = settings::data_folder(&words.data)?;
    let shown = data.display();
    let Some(before) = Holder::of(&data)? else {
        return Err(Failure::refused(format!(
            "nobody serves {shown} on this machine, so there is nothing to lock"
        )));
    };
    kill_process(before.process, Signal::USR1).map_err(|error| {
        Failure::refused(format!(
            "the server of {shown} cannot be told: {error}; use its account, or root"
        ))
    })?;
    let anew = async {
        loop {
            match Holder::of(&data)? {
                Some(now) if now.since != before.since => return Ok(()),
                _ => tokio::time::sleep(LOOK).await,
            }
        }
    };
    let waited: Result<Result<(), Failure>, _> = tokio::time::timeout(PATIENCE, anew).await;
    waited.map_err(|_| {
        Failure::refused("the server was told to lock and did not begin anew; its log says why")
    })??;
    println!(
        "The records are locked. Unlock them at /unlock, with a passphrase, two cards or a passkey."
    );
    Ok(ExitCode::SUCCESS)
}
