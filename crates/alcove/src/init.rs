//! `alcove init`: makes a practice: its folder, its key file beside it, its owner with a one-time password.

use std::fs::{self, OpenOptions};
use std::io::{self, IsTerminal as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use jiff::tz::TimeZone;
use practice::Practice;
use practice::access::JobAccess;
use practice::access::Role;
use practice::accounts::{NewAccount, NewStaff, StaffPage};
use practice::people::{Channel, Identity, Way};
use practice::places::places;
use practice::private::Private;
use practice::settings::Description;
use serde_json::json;
use store::DatabaseUrl;
use vault::{KeyFile, PassphraseCost, Secret, SystemRandomness};

use crate::cli::Init;
use crate::failure::Failure;
use crate::open;
use crate::settings::{self, Flags, Settings};

/// Makes a practice.
pub(crate) async fn init(words: Init) -> Result<ExitCode, Failure> {
    let data = settings::data_folder(&words.data)?;
    let flags = Flags {
        listen: None,
        database: words.database.clone(),
        key_file: words.key_file.clone(),
    };
    let asked = Asked::from(&words)?;
    let ground = Ground::make(&data, &flags)?;
    let made = make(&ground.settings, &asked).await;
    if made.is_err() {
        ground.unmake();
    }
    say(&ground.settings, &made?, &asked, words.json);
    Ok(ExitCode::SUCCESS)
}

/// What the practice and its owner are called, by flags, by answers, or as nobody said otherwise.
struct Asked {
    description: Description,
    owner_name: String,
    owner_email: String,
    sign_in_name: String,
    roles: Vec<Role>,
}

impl Asked {
    fn from(words: &Init) -> Result<Self, Failure> {
        let locale = places()
            .locale(&words.place)
            .ok_or_else(|| Failure::WrongUse(format!("--place: {:?} is not known", words.place)))?;
        let system = TimeZone::system();
        let zone = words
            .zone
            .as_deref()
            .or(system.iana_name())
            .unwrap_or("UTC");
        if TimeZone::get(zone).is_err() {
            return Err(Failure::WrongUse(format!("--zone: {zone:?} is not known")));
        }
        let description = Description {
            name: said(
                words.practice_name.as_ref(),
                "The practice's name",
                "Our practice",
            )?,
            place: words.place.clone(),
            place_name: locale.place().name.clone(),
            zone: zone.to_owned(),
            ..Description::default()
        };
        let mut roles = vec![Role::Owner];
        if words.owner_is_clinician {
            roles.push(Role::Clinician);
        }
        Ok(Self {
            description,
            owner_name: said(words.owner_name.as_ref(), "The owner's name", "The owner")?,
            owner_email: said(
                words.owner_email.as_ref(),
                "The owner's email address",
                "owner@localhost",
            )?,
            sign_in_name: words.sign_in_name.trim().to_owned(),
            roles,
        })
    }
}

/// What a flag says, or the terminal's answer to a question, or the default.
fn said(flag: Option<&String>, question: &str, default: &str) -> Result<String, Failure> {
    if let Some(value) = flag {
        return Ok(value.trim().to_owned());
    }
    let input = io::stdin();
    if !input.is_terminal() {
        return Ok(default.to_owned());
    }
    print!("{question} [{default}]: ");
    io::stdout().flush()?;
    let mut line = String::new();
    input.read_line(&mut line)?;
    let answer = line.trim();
    Ok(if answer.is_empty() { default } else { answer }.to_owned())
}

/// The folder and the key file, before there is a practice.
pub(crate) struct Ground {
    pub(crate) settings: Settings,
    made: Vec<PathBuf>,
}

impl Ground {
    /// Makes the data folder (0700), `alcove.toml` and the key file (0600) beside the folder.
    ///
    /// # Errors
    /// [`Failure::Refused`] when there is something already.
    pub(crate) fn make(data: &Path, flags: &Flags) -> Result<Self, Failure> {
        if fs::read_dir(data).is_ok_and(|mut entries| entries.next().is_some()) {
            return Err(Failure::refused(format!(
                "{} is not empty; nothing was changed",
                data.display()
            )));
        }
        let settings = Settings::read(data, flags)?;
        if settings.key_file.exists() {
            return Err(Failure::refused(format!(
                "there is a key file {} already; nothing was changed",
                settings.key_file.display()
            )));
        }
        if settings::lies_in(data, &settings.key_file) {
            return Err(Failure::refused(
                "the key file belongs beside the data folder, not in it",
            ));
        }
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(data)?;
        fs::set_permissions(data, fs::Permissions::from_mode(0o700))?;
        let toml = data.join("alcove.toml");
        private_file(&toml, configuration(flags).as_bytes())?;
        let key = KeyFile::generate(&SystemRandomness);
        private_file(&settings.key_file, key.to_text().as_bytes())?;
        let mut made = vec![toml, settings.key_file.clone()];
        if let DatabaseUrl::Sqlite(path) = &settings.database {
            for file in [path.clone(), path.with_file_name("keys.db")] {
                for tail in ["", "-wal", "-shm"] {
                    let mut name = file.clone().into_os_string();
                    name.push(tail);
                    made.push(name.into());
                }
            }
        }
        made.push(data.to_owned());
        Ok(Self { settings, made })
    }

    /// Takes away what was made for a practice that was not.
    pub(crate) fn unmake(&self) {
        for path in &self.made {
            // A folder that holds anything else stays.
            drop(fs::remove_file(path).or_else(|_| fs::remove_dir(path)));
        }
    }

    /// The secret in the key file that was made.
    ///
    /// # Errors
    /// [`Failure::Refused`] when it cannot be read back.
    pub(crate) fn secret(settings: &Settings) -> Result<Secret, Failure> {
        open::key_file(&settings.key_file)?.ok_or_else(|| Failure::refused("the key file is gone"))
    }
}

/// `alcove.toml` as it begins.
fn configuration(flags: &Flags) -> String {
    let key_file = flags.key_file.as_ref().map(|path| {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
        path.to_string_lossy().into_owned()
    });
    let said = [("database", flags.database.clone()), ("key_file", key_file)];
    // A JSON string without control characters is a TOML string.
    let lines = said
        .into_iter()
        .filter_map(|(name, value)| Some(format!("{name} = {}\n", json!(value?))));
    let first = "# Settings of this practice; `alcove settings` lists them all.\n";
    std::iter::once(first.to_owned()).chain(lines).collect()
}

/// Makes a file that only this account can read.
///
/// # Errors
/// Those of the file system; also when there is one already.
pub(crate) fn private_file(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

async fn make(settings: &Settings, asked: &Asked) -> Result<String, Failure> {
    let (store, keyring) = open::databases(&settings.database).await?;
    let secret = Ground::secret(settings)?;
    let practice = Practice::create(
        open::opening(&store, &keyring),
        &secret,
        PassphraseCost::RECOMMENDED,
        asked.description.text()?,
    )
    .await?;
    practice.begin_authority().await?;
    let password = practice.one_time_password();
    practice
        .add_staff(&JobAccess::set_up(), owner(asked, &password))
        .await?;
    practice.begin_articles(&JobAccess::set_up(), None).await?;
    practice.sequence().await?;
    store.close().await;
    keyring.close().await;
    Ok(password)
}

fn owner(asked: &Asked, password: &str) -> NewStaff {
    let way = Way::new(
        Channel::Mail,
        Private::from(asked.owner_email.as_str()),
        true,
    );
    NewStaff {
        identity: Identity {
            name: Private::from(asked.owner_name.as_str()),
            ways: vec![way],
            ..Identity::default()
        },
        slug: "owner".to_owned(),
        page: StaffPage {
            name: asked.owner_name.clone(),
            ..StaffPage::default()
        },
        roles: asked.roles.iter().map(|role| (*role, None)).collect(),
        credentials: Vec::new(),
        account: NewAccount {
            name: asked.sign_in_name.clone(),
            password: password.to_owned(),
        },
    }
}

fn say(settings: &Settings, password: &str, asked: &Asked, is_json: bool) {
    let (data, key) = (settings.data.display(), settings.key_file.display());
    if is_json {
        let made = json!({
            "data": settings.data,
            "key_file": settings.key_file,
            "sign_in_name": asked.sign_in_name,
            "one_time_password": password,
        });
        println!("{made}");
        return;
    }
    println!("{} is made in {data}", asked.description.name);
    println!();
    println!("  sign-in name       {}", asked.sign_in_name);
    println!("  one-time password  {password}   (shown only now)");
    println!();
    println!(
        "The key file {key} unlocks it. Whoever has the folder without the key file can read nothing; whoever"
    );
    println!(
        "has both can read everything. Keep a copy of the key file apart from every copy of the folder."
    );
    println!();
    println!("Start it: alcove serve --data {data}");
}
