//! `alcove backup verify`: whether a backup would serve, tried before it is needed.

use std::process::ExitCode;

use practice::backup::compare;
use practice::receipts::Verdict;
use serde_json::json;
use vault::Secret;

use super::restoring::{Found, Ground, beside};
use super::words::VerifyBackup;
use crate::failure::Failure;
use crate::open;
use crate::progress;

/// Restores into a scratch folder, compares, verifies, and removes the folder.
pub(super) async fn verify(words: VerifyBackup) -> Result<ExitCode, Failure> {
    let settings = words.place.settings()?;
    let secret = words.place.secret(&settings)?;
    let found = Found::of(&words.which, &settings)?;
    let ground = match words.scratch {
        Some(folder) if folder.exists() => {
            return Err(Failure::refused(format!(
                "{} is there already; it would be removed",
                folder.display()
            )));
        }
        Some(folder) => Ground::make(folder)?,
        None => Ground::make(beside(&settings.data, ".verifying"))?,
    };
    let bar = progress::bar(words.json)?;
    let verdict = tried(&found, &ground, &secret, &bar).await;
    bar.finish_and_clear();
    drop(ground);
    let verdict = verdict?;
    if words.json {
        println!(
            "{}",
            json!({ "backup": found.name, "rows": found.manifest.rows(), "verdict": verdict })
        );
    } else {
        say(&found, &verdict);
    }
    Ok(ExitCode::from(u8::from(!verdict.holds())))
}

async fn tried(
    found: &Found,
    ground: &Ground,
    secret: &Secret,
    bar: &indicatif::ProgressBar,
) -> Result<Verdict, Failure> {
    let (store, keyring) = open::databases(&ground.database()).await?;
    let databases = (&store, &keyring);
    let tried = async {
        found.put(databases, bar).await?;
        progress::begin(bar, "backup", "comparing", 1);
        compare(&store, &found.manifest).await?;
        let (practice, _) = found.settled(databases, secret).await?;
        Ok::<_, Failure>(practice.verify(secret, &[]).await?)
    };
    let tried = tried.await;
    store.close().await;
    keyring.close().await;
    tried
}

fn say(found: &Found, verdict: &Verdict) {
    println!(
        "{}, of {}: {} rows were put back and are what the backup says.",
        found.name,
        found.manifest.at,
        found.manifest.rows()
    );
    if verdict.holds() {
        println!(
            "The keyring opens it; {} receipts and {} rows are as the program wrote them.",
            verdict.receipts, verdict.rows
        );
        return;
    }
    for finding in &verdict.findings {
        let row = finding.row.map_or(String::new(), |row| format!(" {row}"));
        println!("{}{row}: {}", finding.table, finding.what);
    }
}
