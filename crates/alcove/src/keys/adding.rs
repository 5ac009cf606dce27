//! `alcove keys add`: a passphrase, cards, a key file for this machine.
//!
//! What the person keeps is made durable first, and the slot after it: a slot that nobody can open would be one to wonder about.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use practice::access::JobAccess;
use practice::accounts::{PasswordRule, SHORTEST_PASSPHRASE, check_passphrase};
use vault::{CARDS, Card, KeyFile, PassphraseCost, Secret, SystemRandomness};

use super::paper;
use crate::cli::{AddCards, AddMachine, AddPassphrase, AddSlot};
use crate::failure::Failure;
use crate::init::private_file;
use crate::open::Opened;
use crate::settings;
use crate::typed;

/// Adds a way to unlock.
pub(crate) async fn add(kind: AddSlot) -> Result<ExitCode, Failure> {
    match kind {
        AddSlot::Passphrase(words) => passphrase(words).await?,
        AddSlot::Cards(words) => cards(words).await?,
        AddSlot::Machine(words) => machine(words).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn passphrase(words: AddPassphrase) -> Result<(), Failure> {
    let passphrase = match &words.new_passphrase_file {
        Some(file) => settings::secret_of(file)?,
        None => typed::secret_on_terminal("The new passphrase", "--new-passphrase-file PATH")?,
    };
    if let Some(needs) = passphrase_needs(&passphrase) {
        return Err(Failure::refused(format!("a passphrase has {needs}")));
    }
    let opened = Opened::unlocked(&words.place).await?;
    kept(opened, &Secret::Passphrase(passphrase), None).await?;
    println!("The passphrase unlocks from now on, beside what did before.");
    println!(
        "If a stolen machine is what you fear, remove the key file's slot (alcove keys remove), or move the file away."
    );
    Ok(())
}

/// What a new passphrase lacks, as the end of a sentence; nothing when it can be used.
pub(crate) fn passphrase_needs(passphrase: &str) -> Option<String> {
    let needs = match check_passphrase(passphrase) {
        PasswordRule::Good => return None,
        PasswordRule::Short => format!("at least {SHORTEST_PASSPHRASE} characters"),
        PasswordRule::Common => {
            "more than a word that everybody tries, or the same few characters".to_owned()
        }
    };
    Some(format!(
        "{needs}; five words that do not belong together are good"
    ))
}

async fn cards(words: AddCards) -> Result<(), Failure> {
    let settings = words.place.settings()?;
    if let Some(file) = &words.out {
        apart(&settings.data, file, "the cards")?;
    }
    let opened = Opened::unlocked(&words.place).await?;
    let (secret, cards) = vault::deal(&SystemRandomness);
    if let Some(file) = &words.out {
        let written = private_file(file, &paper::of(&cards, paper::Set::Unlocking)?);
        written.map_err(|error| named(file, &error))?;
    }
    kept(opened, &secret, words.out.as_deref()).await?;
    if words.show {
        show(&cards);
    }
    println!("Any two of the three cards unlock from now on, beside what did before.");
    if let Some(file) = &words.out {
        println!(
            "Print {}, give each page to somebody else, and delete the file: it opens everything that the cards open.",
            file.display()
        );
    }
    println!("Try two of them before you rely on them: alcove keys rehearse --cards");
    Ok(())
}

fn show(cards: &[Card; CARDS]) {
    for card in cards {
        println!("Card {} of {CARDS}", card.number());
        for line in paper::lines(&card.to_text()) {
            println!("  {}", line.as_str());
        }
        println!();
    }
}

async fn machine(words: AddMachine) -> Result<(), Failure> {
    let settings = words.place.settings()?;
    let file = words.file.as_deref().unwrap_or(&settings.key_file);
    apart(&settings.data, file, "a key file")?;
    let opened = Opened::unlocked(&words.place).await?;
    let key = KeyFile::generate(&SystemRandomness);
    let written = private_file(file, key.to_text().as_bytes());
    written.map_err(|error| named(file, &error))?;
    kept(opened, &Secret::KeyFile(key), Some(file)).await?;
    println!(
        "The key file {} unlocks from now on, beside what did before. The server takes it by itself where key_file names it.",
        file.display()
    );
    println!("It protects a stolen database, data folder or backup, and not a stolen machine.");
    Ok(())
}

/// Keeps the slot of a new secret; the file that was made for it goes where that fails.
async fn kept(opened: Opened, secret: &Secret, file: Option<&Path>) -> Result<(), Failure> {
    let cost = PassphraseCost::RECOMMENDED;
    let job = JobAccess::set_up();
    let added = opened.practice.add_slot(&job, secret, cost).await;
    opened.close().await;
    added.map_err(|error| {
        // It was made here and opens nothing; where it cannot be removed, it still opens nothing.
        drop(file.map(fs::remove_file));
        error.into()
    })
}

/// Whoever copies the data folder must not have what opens it.
fn apart(data: &Path, file: &Path, what: &str) -> Result<(), Failure> {
    if settings::lies_in(data, file) {
        return Err(Failure::refused(format!(
            "{what} must not lie in the data folder: a copy of the folder would open itself"
        )));
    }
    Ok(())
}

fn named(file: &Path, error: &std::io::Error) -> Failure {
    let why = if error.kind() == std::io::ErrorKind::AlreadyExists {
        "is there already; nothing was changed".to_owned()
    } else {
        error.to_string()
    };
    Failure::refused(format!("{} {why}", file.display()))
}
