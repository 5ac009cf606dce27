//! `alcove keys`: which ways there are to unlock, another one, and the end of one.

mod adding;
mod paper;

use std::process::ExitCode;

use serde_json::json;
use vault::SlotMethod;

pub(crate) use adding::add;

use crate::cli::{Look, RemoveSlot};
use crate::failure::Failure;
use crate::open::Opened;

/// Lists the slots.
pub(crate) async fn slots(words: Look) -> Result<ExitCode, Failure> {
    let opened = Opened::locked(&words.place.settings()?).await?;
    let slots = opened.practice.slots().await?;
    opened.close().await;
    let said: Vec<(String, &str)> = slots
        .iter()
        .map(|slot| (slot.name.clone(), word(&slot.method)))
        .collect();
    if words.json {
        let list: Vec<_> = said
            .iter()
            .map(|(name, method)| json!({ "name": name, "method": method }))
            .collect();
        println!("{}", json!(list));
    } else {
        for (name, method) in said {
            println!("{method:<12} {name}");
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn word(method: &SlotMethod) -> &'static str {
    match method {
        SlotMethod::KeyFile => "key file",
        SlotMethod::Passphrase(_) => "passphrase",
        SlotMethod::Cards => "cards",
    }
}

/// Removes a slot.
pub(crate) async fn remove(words: RemoveSlot) -> Result<ExitCode, Failure> {
    let settings = words.place.settings()?;
    let secret = words.place.secret(&settings)?;
    let opened = Opened::locked(&settings).await?;
    let removed = opened.practice.remove_slot(&words.slot, &secret).await;
    opened.close().await;
    removed?;
    println!("It unlocks nothing any more, beside copies of the keyring from before.");
    Ok(ExitCode::SUCCESS)
}
