//! `alcove keys`: which ways there are to unlock, another one, and the end of one.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use serde_json::json;
use vault::{PassphraseCost, Secret, SlotMethod};
use zeroize::Zeroizing;

use crate::cli::{AddPassphrase, Look, RemoveSlot};
use crate::failure::Failure;
use crate::open::Opened;
use crate::settings;

/// The fewest characters of a passphrase: guessing happens on somebody else's machines.
const SHORTEST: usize = 16;

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

/// Adds a passphrase.
pub(crate) async fn add_passphrase(words: AddPassphrase) -> Result<ExitCode, Failure> {
    let passphrase = match &words.new_passphrase_file {
        Some(file) => settings::secret_of(file)?,
        None => asked()?,
    };
    if passphrase.chars().count() < SHORTEST {
        return Err(Failure::refused(format!(
            "a passphrase has at least {SHORTEST} characters; five random words are good"
        )));
    }
    let opened = Opened::unlocked(&words.place).await?;
    let secret = Secret::Passphrase(passphrase);
    let added = opened
        .practice
        .add_slot(&secret, PassphraseCost::RECOMMENDED)
        .await;
    opened.close().await;
    added?;
    println!("The passphrase unlocks from now on, beside what did before.");
    println!(
        "If a stolen machine is what you fear, remove the key file's slot (alcove keys remove), or move the file away."
    );
    Ok(ExitCode::SUCCESS)
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

/// The terminal's answer; it shows while it is typed, and says so.
fn asked() -> Result<Zeroizing<String>, Failure> {
    let input = io::stdin();
    if !input.is_terminal() {
        return Err(Failure::WrongUse(
            "say where the passphrase is: --new-passphrase-file PATH".to_owned(),
        ));
    }
    print!("The new passphrase (it shows as you type): ");
    io::stdout().flush()?;
    let mut line = Zeroizing::new(String::new());
    input.read_line(&mut line)?;
    Ok(Zeroizing::new(
        line.trim_end_matches(['\n', '\r']).to_owned(),
    ))
}
