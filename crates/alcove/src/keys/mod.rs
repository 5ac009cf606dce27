//! `alcove keys`: which ways there are to unlock, another one, the rehearsal of one, and its end.

mod adding;
mod paper;
mod rehearsing;

use std::process::ExitCode;

use jiff::Timestamp;
use practice::access::JobAccess;
use practice::keys::WayIn;
use serde_json::json;

pub(crate) use adding::add;
pub(crate) use rehearsing::rehearse;

use crate::cli::{Look, RemoveSlot};
use crate::failure::Failure;
use crate::open::Opened;

/// Lists the slots.
pub(crate) async fn slots(words: Look) -> Result<ExitCode, Failure> {
    let opened = Opened::locked(&words.place.settings()?).await?;
    let slots = opened.practice.slots().await?;
    opened.close().await;
    if words.json {
        let list: Vec<_> = slots.iter().map(as_json).collect();
        println!("{}", json!(list));
    } else {
        for slot in &slots {
            println!("{}", line(slot));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn as_json(slot: &WayIn) -> serde_json::Value {
    let text = |at: Option<Timestamp>| at.map(|at| at.to_string());
    json!({
        "name": slot.name,
        "method": slot.word(),
        "added": text(slot.added),
        "rehearsed": text(slot.rehearsed),
    })
}

fn line(slot: &WayIn) -> String {
    let day = |at: Timestamp| at.strftime("%Y-%m-%d").to_string();
    let rehearsed = slot.rehearsed.map_or_else(
        || "never rehearsed".to_owned(),
        |at| format!("last rehearsed {}", day(at)),
    );
    let added = slot
        .added
        .map_or_else(String::new, |at| format!("added {}, ", day(at)));
    let method = slot.word();
    format!("{method:<12} {}  {added}{rehearsed}", slot.name)
}

/// Removes a slot.
pub(crate) async fn remove(words: RemoveSlot) -> Result<ExitCode, Failure> {
    let settings = words.place.settings()?;
    let secret = words.place.secret(&settings)?;
    let opened = Opened::locked(&settings).await?;
    let removed = opened
        .practice
        .remove_slot(&JobAccess::set_up(), &words.slot, &secret)
        .await;
    opened.close().await;
    removed?;
    println!("It unlocks nothing any more, beside copies of the keyring from before.");
    Ok(ExitCode::SUCCESS)
}
