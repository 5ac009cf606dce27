//! Putting a backup where nothing is. The folder gets its name when everything in it is whole and unlocks.

use std::fs::{self, File};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use indicatif::ProgressBar;
use practice::Practice;
use practice::access::JobAccess;
use practice::backup::{self, Manifest, Restored};
use serde_json::json;
use store::{DatabaseUrl, Store};
use vault::Secret;

use super::making::piece_file;
use super::readers::Reader;
use super::shelf::Shelf;
use super::words::{Restore, Which};
use super::{BACKUPS, KEYRINGS, Places, SEALED, chosen};
use crate::failure::Failure;
use crate::open;
use crate::progress;
use crate::settings::Settings;

/// A backup that was found and can be read.
pub(super) struct Found {
    pub(super) name: String,
    pub(super) manifest: Manifest,
    /// The manifest's text, with its MAC.
    pub(super) text: String,
    shelf: Shelf,
    keyring: zeroize::Zeroizing<Vec<u8>>,
    reader: Reader,
}

impl Found {
    pub(super) fn of(which: &Which, settings: &Settings) -> Result<Self, Failure> {
        let places = Places::of(&which.shelves, settings)?;
        let reader = Reader::in_file(&which.identity)?;
        let (shelf, keyrings) = places.to_read()?;
        let name = chosen(&shelf, BACKUPS, which.backup.as_deref())?;
        let opened = |shelf: &Shelf, file: &str| reader.open(file, &shelf.get(file)?);
        let text = opened(&shelf, &format!("{BACKUPS}/{name}{SEALED}"))?;
        let text = String::from_utf8_lossy(&text).into_owned();
        let keyring = chosen(&keyrings, KEYRINGS, which.keyring.as_deref())?;
        let keyring = opened(&keyrings, &format!("{KEYRINGS}/{keyring}{SEALED}"))?;
        Ok(Self {
            manifest: Manifest::parse(&text)?,
            name,
            text,
            shelf,
            keyring,
            reader,
        })
    }

    /// Puts all of it into empty databases.
    pub(super) async fn put(
        &self,
        databases: (&Store, &Store),
        bar: &ProgressBar,
    ) -> Result<(), Failure> {
        let (store, keyring) = databases;
        progress::begin(bar, "backup", "restoring", self.manifest.rows());
        let tables = backup::begin_restore(store, &self.manifest).await?;
        for (table, copied) in tables.iter().zip(&self.manifest.tables) {
            for piece in &copied.pieces {
                let file = piece_file(&piece.name);
                let bytes = self.reader.open(&file, &self.shelf.get(&file)?)?;
                backup::put_piece(store, table, piece, bytes.to_vec()).await?;
                bar.inc(piece.rows);
            }
        }
        Ok(backup::put_keyring(keyring, &self.keyring).await?)
    }

    /// Opens the practice that was put back, and lets its keyring accept it.
    pub(super) async fn settled(
        &self,
        databases: (&Store, &Store),
        secret: &Secret,
    ) -> Result<(Practice, Restored), Failure> {
        let practice = Practice::open(open::opening(databases.0, databases.1)).await?;
        let job = JobAccess::set_up();
        let restored = practice.settle_restored(&job, secret, &self.text).await?;
        Ok((practice, restored))
    }
}

/// A folder that is made for a restore, and goes unless it is kept.
pub(super) struct Ground {
    folder: PathBuf,
    kept: bool,
}

impl Ground {
    /// Makes it; what a restore that was stopped left there goes first.
    pub(super) fn make(folder: PathBuf) -> Result<Self, Failure> {
        let refused =
            |error: std::io::Error| Failure::refused(format!("{}: {error}", folder.display()));
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(refused)?;
        }
        fs::DirBuilder::new()
            .mode(0o700)
            .create(&folder)
            .map_err(refused)?;
        Ok(Self {
            folder,
            kept: false,
        })
    }

    pub(super) fn database(&self) -> DatabaseUrl {
        DatabaseUrl::Sqlite(self.folder.join("alcove.db"))
    }

    /// Gives the folder its name.
    fn keep(mut self, name: &Path) -> Result<(), Failure> {
        fs::rename(&self.folder, name)?;
        self.kept = true;
        if let Some(parent) = name.parent() {
            File::open(parent)?.sync_all()?;
        }
        Ok(())
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        if !self.kept && fs::remove_dir_all(&self.folder).is_err() {
            eprintln!("alcove: {} could not be removed", self.folder.display());
        }
    }
}

/// `DIR`, with an ending.
pub(super) fn beside(data: &Path, ending: &str) -> PathBuf {
    let mut name = data.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Restores a backup.
pub(crate) async fn restore(words: Restore) -> Result<ExitCode, Failure> {
    let settings = words.place.settings()?;
    if settings.data.exists() {
        return Err(Failure::refused(format!(
            "{} is there already; a backup is only put where nothing is",
            settings.data.display()
        )));
    }
    let secret = words.place.secret(&settings)?;
    let found = Found::of(&words.which, &settings)?;
    let ground = Ground::make(beside(&settings.data, ".restoring"))?;
    let url = match &settings.database {
        DatabaseUrl::Sqlite(path) if path.starts_with(&settings.data) => ground.database(),
        DatabaseUrl::Sqlite(path) => {
            return Err(Failure::refused(format!(
                "{} is not in the data folder; restore without --database and move it then",
                path.display()
            )));
        }
        DatabaseUrl::Postgres(_) => settings.database.clone(),
    };
    let bar = progress::bar(words.json)?;
    let (store, keyring) = open::databases(&url).await?;
    let databases = (&store, &keyring);
    let restored = async {
        found.put(databases, &bar).await?;
        found.settled(databases, &secret).await
    };
    let restored = restored.await;
    store.close().await;
    keyring.close().await;
    bar.finish_and_clear();
    let (_, restored) = restored?;
    ground.keep(&settings.data)?;
    let key_file = words.place.key_file.as_deref();
    say(&found, restored, (&settings, key_file), words.json);
    Ok(ExitCode::SUCCESS)
}

fn say(
    found: &Found,
    restored: Restored,
    (settings, key_file): (&Settings, Option<&Path>),
    is_json: bool,
) {
    let data = settings.data.display();
    let with = key_file.map_or_else(String::new, |file| {
        format!(" --key-file {}", file.display())
    });
    if is_json {
        println!(
            "{}",
            json!({ "backup": found.name, "at": found.manifest.at.to_string(), "rows": found.manifest.rows(),
                "receipts": restored.receipts, "missing_receipts": restored.missing })
        );
        return;
    }
    println!(
        "{data} is as the practice was at {}: {} rows, {} receipts in the log.",
        found.manifest.at,
        found.manifest.rows(),
        restored.receipts
    );
    if restored.missing > 0 {
        println!(
            "The keyring has seen {} receipts more: what they tell of was done later and is not in this backup.",
            restored.missing
        );
    }
    println!(
        "The log has a receipt of this. A head of the log that was kept elsewhere after that moment does not fit any more."
    );
    println!(
        "See that all is well: alcove audit verify --data {data}{with}. Then: alcove serve --data {data}{with}"
    );
}
