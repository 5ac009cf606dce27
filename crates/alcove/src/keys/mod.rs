//! `alcove keys`: which ways there are to unlock, another one, the rehearsal of one, its end; and all keys wrapped anew.

mod adding;
pub(crate) mod paper;
mod rehearsing;
mod rotating;

use std::path::Path;
use std::process::ExitCode;

use jiff::Timestamp;
use practice::Practice;
use practice::access::JobAccess;
use practice::keys::WayIn;
use serde_json::json;
use vault::SlotMethod;

pub(crate) use adding::{add, passphrase_needs};
pub(crate) use rehearsing::rehearse;
pub(crate) use rotating::rotate;

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

/// What is said of a key file that is still there although no way to unlock is one any more.
pub(crate) async fn left_over(practice: &Practice, file: &Path) -> Option<String> {
    let slots = practice.slots().await.ok()?;
    let by_file = |slot: &WayIn| matches!(slot.method, SlotMethod::KeyFile);
    let is_left = file.exists() && !slots.iter().any(by_file);
    is_left.then(|| {
        format!(
            "the key file {} belongs to no way to unlock any more: delete it",
            file.display()
        )
    })
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
    let left_over = left_over(&opened.practice, &settings.key_file).await;
    opened.close().await;
    removed?;
    println!("It unlocks nothing any more, beside copies of the keyring from before.");
    if let Some(said) = left_over {
        println!("What is left: {said}.");
    }
    Ok(ExitCode::SUCCESS)
}
