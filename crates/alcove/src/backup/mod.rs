//! `alcove backup`, `alcove restore`: everything to a folder elsewhere, for those alone who are named; and back.
//!
//! On the data's shelf lie `pieces/`, each under a name that tells nothing without the keyring, and `backups/`: for each
//! backup its manifest, and beside it the names of its pieces, so that who cannot read it can still see which are needed. On
//! the keyring's shelf lie its copies. All of it is age, but those names. The format: `docs/decisions/0022`.

mod making;
mod readers;
mod restoring;
mod shelf;
mod thinning;
mod verifying;
pub(crate) mod words;

use std::path::Path;
use std::process::ExitCode;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::json;
use uuid::Uuid;

pub(crate) use restoring::restore;

use crate::failure::Failure;
use crate::on_runtime;
use crate::settings::{self, Flags, Settings, Storage};
use shelf::{Place, Shelf};
use words::{Backup, BackupAct, ListBackups, Shelves};

const SEALED: &str = ".age";
const NEEDED: &str = ".pieces";
const BACKUPS: &str = "backups";
const PIECES: &str = "pieces";
const KEYRINGS: &str = "keyrings";
const STAMP: &str = "%Y%m%dT%H%M%S%.6fZ";

/// Makes, lists or verifies backups, or makes who can read them.
pub(crate) fn run(words: Backup) -> Result<ExitCode, Failure> {
    match words {
        Backup::Make(words) => on_runtime(making::make(words)),
        Backup::Act(BackupAct::Recipient(words)) => readers::recipient(&words),
        Backup::Act(BackupAct::List(words)) => on_runtime(async move { list(&words) }),
        Backup::Act(BackupAct::Verify(words)) => on_runtime(verifying::verify(words)),
    }
}

/// The two places, which must not be one.
struct Places {
    backups: Place,
    keyrings: Place,
    storage: Storage,
}

impl Places {
    fn of(shelves: &Shelves, settings: &Settings) -> Result<Self, Failure> {
        let said = |flag: &Option<String>, set: &Option<String>, name: &str, flag_name: &str| {
            let place = flag.as_ref().or(set.as_ref()).ok_or_else(|| {
                Failure::refused(format!(
                    "say where: {flag_name} PLACE, or {name} in alcove.toml"
                ))
            })?;
            Place::read(place)
        };
        let set = &settings.backup;
        let backups = said(&shelves.backups, &set.to, "backup_to", "--backups")?;
        let keyrings = said(&shelves.keys, &set.keys_to, "backup_keys_to", "--keys")?;
        let Some(keys) = keyrings.folder() else {
            return Err(Failure::refused(
                "the keyring's copies lie in a folder: in the storage, one account would open both shelves",
            ));
        };
        let one_in_other = backups.folder().is_some_and(|backups| {
            backups == keys || settings::lies_in(backups, keys) || settings::lies_in(keys, backups)
        });
        if one_in_other {
            return Err(Failure::refused(
                "the keyring's copies must lie apart from the backups of the data: who finds one must not find the other",
            ));
        }
        let folders = backups.folder().into_iter().chain([keys]);
        for place in folders {
            if *place == settings.data || settings::lies_in(&settings.data, place) {
                return Err(Failure::refused(
                    "a backup in the data folder would be lost with it",
                ));
            }
        }
        Ok(Self {
            backups,
            keyrings,
            storage: set.storage.clone(),
        })
    }

    fn to_read(&self) -> Result<(Shelf, Shelf), Failure> {
        let backups = Shelf::to_read(&self.backups, &self.storage)?;
        Ok((backups, Shelf::to_read(&self.keyrings, &self.storage)?))
    }

    fn to_write(&self) -> Result<(Shelf, Shelf), Failure> {
        let backups = Shelf::to_write(&self.backups, &self.storage)?;
        Ok((backups, Shelf::to_write(&self.keyrings, &self.storage)?))
    }
}

/// A new name: when, and a part of the id.
fn name_of(at: Timestamp, id: Uuid) -> String {
    let id = id.simple().to_string();
    let end = id.get(24..).unwrap_or(&id);
    format!("{}-{end}", at.strftime(STAMP))
}

/// When something of this name was made.
fn made_at(name: &str) -> Option<Timestamp> {
    let (stamp, _) = name.split_once('-')?;
    let at = DateTime::strptime(STAMP, stamp).ok()?;
    Some(at.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

/// What lies in a folder of a shelf, by name, the oldest first.
fn named(shelf: &Shelf, below: &str) -> Result<Vec<String>, Failure> {
    let names = shelf.names(below)?;
    let names = names.iter().filter_map(|name| {
        let file = Path::new(name).file_name()?.to_str()?;
        let name = file.strip_suffix(SEALED)?;
        made_at(name).map(|_| name.to_owned())
    });
    Ok(names.collect())
}

/// The one that was asked for, or the newest.
fn chosen(shelf: &Shelf, below: &str, asked: Option<&str>) -> Result<String, Failure> {
    let names = named(shelf, below)?;
    let found = match asked {
        Some(asked) => names.into_iter().find(|name| name == asked),
        None => names.into_iter().next_back(),
    };
    found.ok_or_else(|| {
        let what = asked.unwrap_or("any");
        Failure::refused(format!("there is not {what} among the {below}"))
    })
}

fn list(words: &ListBackups) -> Result<ExitCode, Failure> {
    let settings = Settings::read(&settings::data_folder(&words.data)?, &Flags::default())?;
    let places = Places::of(&words.shelves, &settings)?;
    let (backups, keyrings) = places.to_read()?;
    let (backups, keyrings) = (named(&backups, BACKUPS)?, named(&keyrings, KEYRINGS)?);
    if words.json {
        println!("{}", json!({ "backups": backups, "keyrings": keyrings }));
        return Ok(ExitCode::SUCCESS);
    }
    println!("Backups of the data in {}:", places.backups);
    for name in &backups {
        println!("  {name}");
    }
    println!("Copies of the keyring in {}:", places.keyrings);
    for name in &keyrings {
        println!("  {name}");
    }
    Ok(ExitCode::SUCCESS)
}
