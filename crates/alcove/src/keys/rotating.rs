//! `alcove keys rotate`: every key wrapped anew, whatever serves from the keyring meanwhile.

use std::process::ExitCode;

use practice::access::JobAccess;
use practice::error::AccessError;
use serde_json::json;

use crate::cli::Look;
use crate::failure::Failure;
use crate::open::Opened;
use crate::progress;

/// Rotates, and says what it did.
pub(crate) async fn rotate(words: Look) -> Result<ExitCode, Failure> {
    let bar = progress::bar(words.json)?;
    progress::begin(&bar, "keys", "wrapping anew", 0);
    let opened = Opened::unlocked(&words.place).await?;
    let watch = |done: usize, of: usize| {
        bar.set_length(u64::try_from(of).unwrap_or(u64::MAX));
        bar.set_position(u64::try_from(done).unwrap_or(u64::MAX));
    };
    let rotated = opened.practice.rotate(&JobAccess::set_up(), watch).await;
    let kept = opened.practice.sequence().await;
    opened.close().await;
    bar.finish_and_clear();
    let rotated = rotated?;
    // A server that is at work keeps the log itself, and may have been first.
    if let Err(error) = kept
        && !matches!(error, AccessError::Stale)
    {
        return Err(error.into());
    }
    if words.json {
        println!(
            "{}",
            json!({ "epoch": rotated.epoch, "keys": rotated.keys, "resumed": rotated.resumed })
        );
        return Ok(ExitCode::SUCCESS);
    }
    if rotated.resumed {
        println!("A rotation that had been cut off is at its end.");
    }
    println!(
        "{} keys were wrapped anew; epoch {} counts.",
        rotated.keys, rotated.epoch
    );
    println!(
        "Copies of the keyring from before still open with what unlocked them: let them expire."
    );
    Ok(ExitCode::SUCCESS)
}
