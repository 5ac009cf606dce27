//! Opening a practice from its folder: the two databases, and the secret that unlocks.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use practice::clock::SystemClock;
use practice::keys::keyring_beside;
use practice::{Opening, Practice};
use store::{DatabaseUrl, Durability, Store};
use vault::{KeyFile, Secret, SystemRandomness};

use crate::cards;
use crate::cli::Place;
use crate::failure::Failure;
use crate::settings::{self, Settings};

/// An open practice and the databases under it.
pub(crate) struct Opened {
    pub(crate) practice: Practice,
    store: Store,
    keyring: Store,
}

impl Opened {
    /// Opens the practice that the settings name, as it is; it is locked.
    ///
    /// # Errors
    /// [`Failure::Refused`] when there is none, it is of an older program, or a database cannot be opened.
    pub(crate) async fn locked(settings: &Settings) -> Result<Self, Failure> {
        let (store, keyring) = there(settings).await?;
        let practice = Practice::open_as_it_is(opening(&store, &keyring)).await?;
        Ok(Self {
            practice,
            store,
            keyring,
        })
    }

    /// The same for the server, which brings the databases of an older program up to date.
    ///
    /// # Errors
    /// As [`Opened::locked`].
    pub(crate) async fn to_serve(settings: &Settings) -> Result<Self, Failure> {
        let (store, keyring) = there(settings).await?;
        let practice = Practice::open(opening(&store, &keyring)).await?;
        Ok(Self {
            practice,
            store,
            keyring,
        })
    }

    /// Opens and unlocks, for a command that reads or changes what is sealed.
    ///
    /// # Errors
    /// [`Failure::Refused`] when there is no secret, or it does not unlock.
    pub(crate) async fn unlocked(place: &Place) -> Result<Self, Failure> {
        let settings = place.settings()?;
        let secret = place.secret(&settings)?;
        let opened = Self::locked(&settings).await?;
        opened.practice.unlock(&secret).await?;
        Ok(opened)
    }

    /// What the data's durability rests on.
    ///
    /// # Errors
    /// [`Failure::Refused`] when the database does not say.
    pub(crate) async fn durability(&self) -> Result<Vec<Durability>, Failure> {
        Ok(self.store.durability().await?)
    }

    /// Lets the databases end what is queued.
    pub(crate) async fn close(self) {
        self.store.close().await;
        self.keyring.close().await;
    }
}

impl Place {
    /// The settings of this place.
    pub(crate) fn settings(&self) -> Result<Settings, Failure> {
        Settings::read(&settings::data_folder(&self.data)?, &self.flags())
    }

    /// Whether the words of the command say with what to unlock.
    pub(crate) fn says_how(&self) -> bool {
        self.cards
            || !self.card_file.is_empty()
            || self.passphrase_file.is_some()
            || self.key_file.is_some()
    }

    /// What unlocks: the passphrase in the file that was named, two cards, or the key file.
    pub(crate) fn secret(&self, settings: &Settings) -> Result<Secret, Failure> {
        if let Some(file) = &self.passphrase_file {
            return Ok(Secret::Passphrase(settings::secret_of(file)?));
        }
        if self.cards {
            return cards::asked().map(Secret::Cards);
        }
        if !self.card_file.is_empty() {
            return cards::in_files(&self.card_file).map(Secret::Cards);
        }
        key_file(&settings.key_file)?.ok_or_else(|| {
            Failure::refused(format!(
                "there is no key file {}; give another, --passphrase-file, or --card-file twice",
                settings.key_file.display()
            ))
        })
    }
}

/// Both databases of a practice that is there.
async fn there(settings: &Settings) -> Result<(Store, Store), Failure> {
    if let DatabaseUrl::Sqlite(path) = &settings.database
        && !path.exists()
    {
        return Err(Failure::refused(format!(
            "there is no practice in {}; make one: alcove init --data {0}",
            settings.data.display()
        )));
    }
    databases(&settings.database).await
}

/// Both databases of a practice.
pub(crate) async fn databases(url: &DatabaseUrl) -> Result<(Store, Store), Failure> {
    let store = Store::open(url).await?;
    let keyring = keyring_beside(url).await?;
    Ok((store, keyring))
}

/// What a practice is opened with on this machine.
pub(crate) fn opening(store: &Store, keyring: &Store) -> Opening {
    Opening {
        store: store.clone(),
        keyring: keyring.clone(),
        clock: Arc::new(SystemClock),
        randomness: Arc::new(SystemRandomness),
    }
}

/// The secret of a key file, when there is one.
///
/// # Errors
/// [`Failure::Refused`] when it is there and cannot be read.
pub(crate) fn key_file(path: &Path) -> Result<Option<Secret>, Failure> {
    let text = match fs::read_to_string(path).map(zeroize::Zeroizing::new) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(Failure::refused(format!("{}: {error}", path.display())));
        }
    };
    let key = KeyFile::parse(&text)
        .map_err(|error| Failure::refused(format!("{}: {error}", path.display())))?;
    Ok(Some(Secret::KeyFile(key)))
}
