//! Making a backup: pieces that are not there yet, then the names of all, then the receipt, and the manifest last.
//!
//! Stopped at any moment, it leaves pieces that the next one finds, and no backup that is not whole.

use std::collections::HashSet;
use std::fs::File;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use indicatif::ProgressBar;
use jiff::{SignedDuration, Timestamp};
use practice::Practice;
use practice::access::JobAccess;
use practice::backup::{Copied, Manifest};
use practice::error::AccessError;
use serde_json::json;

use super::readers::Readers;
use super::shelf::Shelf;
use super::words::MakeBackup;
use super::{BACKUPS, KEYRINGS, NEEDED, PIECES, Places, SEALED, made_at, name_of, named, thinning};
use crate::failure::Failure;
use crate::open::Opened;
use crate::progress;

/// What became of it.
#[derive(Default)]
struct Made {
    name: String,
    rows: u64,
    pieces: usize,
    new_pieces: usize,
    new_bytes: usize,
    removed: usize,
}

/// Makes a backup, and a copy of the keyring after it: a keyring that is newer than the data opens all of them.
pub(super) async fn make(words: MakeBackup) -> Result<ExitCode, Failure> {
    let settings = words.place.settings()?;
    let places = Places::of(&words.shelves, &settings)?;
    let named = if words.recipient.is_empty() {
        &settings.backup.recipients
    } else {
        &words.recipient
    };
    let readers = Readers::of(named)?;
    if readers.count() == 1 {
        eprintln!(
            "alcove: one recipient alone can read this backup, and without their identity nobody can: name a second one in backup_recipients, such as the executor's"
        );
    }
    let _alone = alone(&settings.data)?;
    let (shelf, keyrings) = places.to_write()?;
    let shelf = Arc::new(shelf);
    let bar = progress::bar(words.json)?;
    let opened = Opened::unlocked(&words.place).await?;
    let made = all(&opened.practice, (&shelf, &keyrings), &readers, &bar).await;
    opened.close().await;
    bar.finish_and_clear();
    let mut made = made?;
    made.removed = thinned(&shelf)?;
    let expired = expired(&keyrings, settings.backup.keys_days)?;
    if words.json {
        println!(
            "{}",
            json!({ "backup": made.name, "rows": made.rows, "pieces": made.pieces, "new_pieces": made.new_pieces,
                "new_bytes": made.new_bytes, "removed": made.removed, "expired_keyrings": expired })
        );
    } else {
        say(&made, expired, readers.count());
    }
    Ok(ExitCode::SUCCESS)
}

/// Held while a backup is made: another one would remove what this one counts on.
fn alone(data: &Path) -> Result<File, Failure> {
    let lock = data.join("backup.lock");
    let named = |error: std::io::Error| Failure::refused(format!("{}: {error}", lock.display()));
    let mut options = File::options();
    options.write(true).create(true).truncate(false).mode(0o600);
    let lock = options.open(&lock).map_err(named)?;
    if lock.try_lock().is_err() {
        return Err(Failure::refused("another backup is being made"));
    }
    Ok(lock)
}

async fn all(
    practice: &Practice,
    (shelf, keyrings): (&Arc<Shelf>, &Shelf),
    readers: &Readers,
    bar: &ProgressBar,
) -> Result<Made, Failure> {
    let job = JobAccess::set_up();
    kept_up(practice).await?;
    let writer = Writer {
        there: shelf.names(PIECES)?.into_iter().collect(),
        made: Arc::default(),
        shelf: Arc::clone(shelf),
        readers: readers.clone(),
        bar: bar.clone(),
    };
    let told = Arc::clone(&writer.made);
    let take = writer.taking();
    let manifest = practice.copy_out(&job, &readers.text(), take).await?;
    let name = name_of(manifest.at, manifest.id);
    let needed: String = manifest
        .pieces()
        .map(|piece| format!("{}\n", piece.name))
        .collect();
    shelf.put(&format!("{BACKUPS}/{name}{NEEDED}"), needed.into_bytes())?;
    let text = practice.signed_manifest(&job, &manifest).await?;
    let copy = zeroize::Zeroizing::new(practice.copy_keyring(&job).await?);
    keyrings.put(&format!("{KEYRINGS}/{name}{SEALED}"), readers.seal(&copy)?)?;
    shelf.put(
        &format!("{BACKUPS}/{name}{SEALED}"),
        readers.seal(text.as_bytes())?,
    )?;
    kept_up(practice).await?;
    let mut made = std::mem::take(&mut *told.lock().unwrap_or_else(PoisonError::into_inner));
    made.rows = manifest.rows();
    made.pieces = count(&manifest);
    made.name = name;
    Ok(made)
}

fn count(manifest: &Manifest) -> usize {
    manifest.pieces().count()
}

/// Takes what waits into the log. A server that is at work does it too, and may be first.
async fn kept_up(practice: &Practice) -> Result<(), Failure> {
    match practice.sequence().await {
        Ok(_) | Err(AccessError::Stale) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Keeps pieces as they come.
struct Writer {
    shelf: Arc<Shelf>,
    readers: Readers,
    there: HashSet<String>,
    made: Arc<Mutex<Made>>,
    bar: ProgressBar,
}

impl Writer {
    fn taking(mut self) -> impl FnMut(Copied) -> Result<(), String> {
        move |copied| match copied {
            Copied::Of(rows) => {
                progress::begin(&self.bar, "backup", "copying", rows);
                Ok(())
            }
            Copied::Piece(piece, bytes) => {
                let name = piece_file(&piece.name);
                if self.there.insert(name.clone()) {
                    self.keep(&name, &bytes)
                        .map_err(|error| error.to_string())?;
                }
                self.bar.inc(piece.rows);
                Ok(())
            }
        }
    }

    fn keep(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let sealed = self.readers.seal(bytes)?;
        let length = sealed.len();
        self.shelf.put(name, sealed)?;
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.new_pieces += 1;
        made.new_bytes += length;
        Ok(())
    }
}

/// Where a piece lies: in one of 256 folders.
pub(super) fn piece_file(name: &str) -> String {
    let first = name.get(..2).unwrap_or("00");
    format!("{PIECES}/{first}/{name}{SEALED}")
}

/// Removes the backups that the rule does not keep, then the pieces that no backup needs. How many backups went.
fn thinned(shelf: &Shelf) -> Result<usize, Failure> {
    let names = named(shelf, BACKUPS)?;
    let made: Vec<Timestamp> = names.iter().filter_map(|name| made_at(name)).collect();
    let mut removed = 0;
    let mut needed = HashSet::new();
    for (name, stays) in names.iter().zip(thinning::kept(&made)) {
        if stays {
            let list = shelf.get(&format!("{BACKUPS}/{name}{NEEDED}"))?;
            let list = String::from_utf8_lossy(&list);
            needed.extend(list.lines().map(piece_file));
        } else {
            shelf.remove(&format!("{BACKUPS}/{name}{SEALED}"))?;
            removed += 1;
        }
    }
    let whole: HashSet<String> = named(shelf, BACKUPS)?.into_iter().collect();
    for list in shelf.names(BACKUPS)? {
        let name = list.strip_suffix(NEEDED);
        let name = name.and_then(|name| name.strip_prefix("backups/"));
        if name.is_some_and(|name| !whole.contains(name)) {
            shelf.remove(&list)?;
        }
    }
    for piece in shelf.names(PIECES)? {
        if !needed.contains(&piece) {
            shelf.remove(&piece)?;
        }
    }
    Ok(removed)
}

/// Removes copies of the keyring that are older than so many days, but never the newest. How many went.
fn expired(keyrings: &Shelf, days: u16) -> Result<usize, Failure> {
    let names = named(keyrings, KEYRINGS)?;
    let newest = names.last().and_then(|name| made_at(name));
    let Some(newest) = newest else { return Ok(0) };
    let until = newest - SignedDuration::from_hours(24 * i64::from(days));
    let mut removed = 0;
    for name in names {
        if made_at(&name).is_some_and(|at| at < until) {
            keyrings.remove(&format!("{KEYRINGS}/{name}{SEALED}"))?;
            removed += 1;
        }
    }
    Ok(removed)
}

fn say(made: &Made, expired: usize, readers: usize) {
    println!(
        "{}: {} rows in {} pieces, {} of them new ({} KiB), for {readers} who can read them.",
        made.name,
        made.rows,
        made.pieces,
        made.new_pieces,
        made.new_bytes / 1024
    );
    println!("The keyring is copied to its own place, under the same name.");
    if made.removed + expired > 0 {
        println!(
            "{} older backups and {expired} older copies of the keyring are gone.",
            made.removed
        );
    }
}
