//! `alcove audit`: whether the data are what the program wrote, row by row; and proofs for those who have only paper and a key.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use practice::receipts::{Excerpt, HeldElsewhere, Verdict};
use serde_json::json;
use vault::Checkpoint;
use vault::log::ReceiptProof;

use crate::cli::{Check, Look, Prove, Verify};
use crate::failure::Failure;
use crate::heads::Folder;
use crate::open::Opened;

/// What is said of a key that nothing was compared with.
const UNCOMPARED: &str = "The proof brought this key itself: compare it with the one that the practice gave out (--key).";

/// Verifies, and tells what it found.
pub(crate) async fn verify(words: Verify) -> Result<ExitCode, Failure> {
    let Verify { look, against } = words;
    let mut held_elsewhere = Vec::new();
    for place in &against {
        for file in heads_at(place)? {
            held_elsewhere.push(held(&file)?);
        }
    }
    let against = held_elsewhere;
    let settings = look.place.settings()?;
    let secret = look.place.secret(&settings)?;
    let opened = Opened::locked(&settings).await?;
    let verdict = opened.practice.verify(&secret, &against).await;
    opened.close().await;
    let verdict = verdict?;
    if look.json {
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

fn text_of(file: &Path) -> Result<String, Failure> {
    fs::read_to_string(file)
        .map_err(|error| Failure::refused(format!("{}: {error}", file.display())))
}

/// The file, or the heads in a folder, of which there must be one.
fn heads_at(place: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !place.is_dir() {
        return Ok(vec![place.to_owned()]);
    }
    let refused = |why: String| Failure::refused(format!("{}: {why}", place.display()));
    let files = Folder(place.to_owned()).files();
    let files = files.map_err(|error| refused(error.to_string()))?;
    if files.is_empty() {
        return Err(refused("there is no signed head of a log".to_owned()));
    }
    Ok(files)
}

/// A head, or a letter with one that was saved.
fn held(file: &Path) -> Result<HeldElsewhere, Failure> {
    let name = file.display().to_string();
    let head = Checkpoint::found_in(&text_of(file)?)
        .map_err(|_| Failure::refused(format!("{name} is no signed head of a log")))?;
    Ok(HeldElsewhere { name, head })
}

/// Writes the proof of one receipt.
pub(crate) async fn prove(words: Prove) -> Result<ExitCode, Failure> {
    let settings = words.place.settings()?;
    let secret = words.place.secret(&settings)?;
    let opened = Opened::locked(&settings).await?;
    let proof = opened.practice.prove(&secret, words.receipt).await;
    opened.close().await;
    let text = proof
        .map_err(|error| Failure::refused(error.to_string()))?
        .text();
    match &words.out {
        None => print!("{text}"),
        Some(file) => {
            let refused = |error| Failure::refused(format!("{}: {error}", file.display()));
            let mut made = fs::File::create_new(file).map_err(refused)?;
            made.write_all(text.as_bytes()).map_err(refused)?;
            println!("The proof is in {}.", file.display());
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Checks a proof: anywhere, by anybody.
pub(crate) fn check(words: &Check) -> Result<ExitCode, Failure> {
    let name = words.proof.display();
    let text = text_of(&words.proof)?;
    let given = words.key.as_deref().map(str::trim);
    if let Ok(excerpt) = Excerpt::parse(&text) {
        return check_excerpt(words, &excerpt, given);
    }
    let proof = ReceiptProof::parse(&text)
        .map_err(|_| Failure::refused(format!("{name} is not a proof, or was changed")))?;
    is_given(words, given, &proof.key())?;
    proof
        .check()
        .map_err(|error| Failure::refused(format!("{name} does not hold: {error}")))?;
    if words.json {
        println!("{}", as_json(&proof));
    } else {
        tell(&proof, given.is_some());
    }
    Ok(ExitCode::SUCCESS)
}

/// That the key is the one that was given, if one was.
fn is_given(words: &Check, given: Option<&str>, key: &str) -> Result<(), Failure> {
    if given.is_some_and(|given| given != key) {
        let name = words.proof.display();
        return Err(Failure::refused(format!(
            "{name} is signed with another key: {key}"
        )));
    }
    Ok(())
}

/// Checks each line of a part of the access log.
fn check_excerpt(
    words: &Check,
    excerpt: &Excerpt,
    given: Option<&str>,
) -> Result<ExitCode, Failure> {
    is_given(words, given, &excerpt.key())?;
    let name = words.proof.display();
    excerpt
        .check()
        .map_err(|error| Failure::refused(format!("{name} does not hold: {error}")))?;
    let (receipts, size) = (excerpt.receipts(), excerpt.head().size());
    if words.json {
        println!(
            "{}",
            json!({ "receipts": receipts, "size": size, "key": excerpt.key() })
        );
        return Ok(ExitCode::SUCCESS);
    }
    println!(
        "The log held each of these {receipts} receipts, under the head of {size}, signed with {}.",
        excerpt.key()
    );
    println!("Names beside ids are the practice's word: receipts know ids.");
    if given.is_none() {
        println!("{UNCOMPARED}");
    }
    Ok(ExitCode::SUCCESS)
}

fn at(proof: &ReceiptProof) -> String {
    jiff::Timestamp::from_microsecond(proof.entry().at)
        .map_or_else(|_| String::new(), |at| at.to_string())
}

fn as_json(proof: &ReceiptProof) -> serde_json::Value {
    let entry = proof.entry();
    let compartments: Vec<_> = entry.compartments.iter().map(|id| id.0).collect();
    json!({
        "receipt": proof.index(), "id": entry.id, "at": at(proof), "actor": entry.actor, "sign_in": entry.sign_in,
        "role": entry.role.as_str(), "action": entry.action.as_str(), "purpose": entry.purpose.as_str(), "outcome": entry.outcome.as_str(),
        "compartments": compartments, "size": proof.checkpoint().size(), "key": proof.key(),
    })
}

fn tell(proof: &ReceiptProof, compared: bool) {
    let entry = proof.entry();
    println!("The log held this receipt, as number {}:", proof.index());
    println!();
    println!("  when     {}", at(proof));
    let actor = entry
        .actor
        .map_or("nobody who was signed in".to_owned(), |id| id.to_string());
    println!("  who      {actor}, as {}", entry.role);
    println!(
        "  what     {}, for {}: {}",
        entry.action, entry.purpose, entry.outcome
    );
    for compartment in &entry.compartments {
        println!("  record   {}", compartment.0);
    }
    println!();
    println!(
        "It is under the head of {} receipts, signed with {}.",
        proof.checkpoint().size(),
        proof.key()
    );
    if !compared {
        println!("{UNCOMPARED}");
    }
}

/// Prints the log's public key.
pub(crate) async fn key(words: Look) -> Result<ExitCode, Failure> {
    let settings = words.place.settings()?;
    let secret = words.place.secret(&settings)?;
    let opened = Opened::locked(&settings).await?;
    let key = opened.practice.log_key(&secret).await;
    opened.close().await;
    let key = key?;
    if words.json {
        println!("{}", json!({ "key": key }));
    } else {
        println!("{key}");
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints the newest signed head.
pub(crate) async fn head(words: Look) -> Result<ExitCode, Failure> {
    let settings = words.place.settings()?;
    let secret = words.place.secret(&settings)?;
    let opened = Opened::locked(&settings).await?;
    let head = opened.practice.newest_head(&secret).await;
    opened.close().await;
    let Some(head) = head? else {
        return Err(Failure::refused("nothing was signed yet"));
    };
    if words.json {
        println!("{}", json!({ "size": head.size(), "head": head.text() }));
    } else {
        print!("{}", head.text());
    }
    Ok(ExitCode::SUCCESS)
}

fn say(verdict: &Verdict) {
    println!(
        "{} receipts in the log, {} waiting, {} rows compared",
        verdict.receipts, verdict.waiting, verdict.rows
    );
    println!("root {}", verdict.root);
    if !verdict.destroyed.is_empty() {
        println!(
            "{} rows are not here because they were destroyed together with their keys (R16); --json names them.",
            verdict.destroyed.len()
        );
    }
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
