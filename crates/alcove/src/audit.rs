//! `alcove audit verify`: whether the data are what the program wrote, row by row.

use std::process::ExitCode;

use practice::receipts::Verdict;

use crate::cli::Look;
use crate::failure::Failure;
use crate::open::Opened;

/// Verifies, and tells what it found.
pub(crate) async fn verify(words: Look) -> Result<ExitCode, Failure> {
    let settings = words.place.settings()?;
    let secret = words.place.secret(&settings)?;
    let opened = Opened::locked(&settings).await?;
    let verdict = opened.practice.verify(&secret).await;
    opened.close().await;
    let verdict = verdict?;
    if words.json {
        println!("{}", serde_json::to_string(&verdict)?);
    } else {
        say(&verdict);
    }
    Ok(if verdict.holds() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

fn say(verdict: &Verdict) {
    println!(
        "{} receipts in the log, {} waiting, {} rows compared",
        verdict.receipts, verdict.waiting, verdict.rows
    );
    println!("root {}", verdict.root);
    if verdict.holds() {
        println!("Everything is as the program wrote it.");
        return;
    }
    println!();
    for finding in &verdict.findings {
        match finding.row {
            Some(row) => println!("{} {row}: {}", finding.table, finding.what),
            None => println!("{}: {}", finding.table, finding.what),
        }
    }
    println!();
    println!(
        "{} things are not as the program wrote them.",
        verdict.findings.len()
    );
}
