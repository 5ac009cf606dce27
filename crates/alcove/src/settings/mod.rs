//! How the program runs on its machine: `alcove.toml` in the data folder, overridden by `ALCOVE_...` variables,
//! overridden by flags. Only this module reads the environment.
//!
//! Not here: how the practice describes itself (`practice::settings`).

mod read;
mod table;
#[cfg(test)]
mod tests;

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use practice::post::MailSecurity;
use store::DatabaseUrl;
use web::peer::TrustedProxies;

pub(crate) use read::{Source, secret_of};
pub(crate) use table::{help, markdown, meaning};

use crate::failure::Failure;
use crate::heads::Folder;
use crate::tls::Tls;

/// Flags of the command line that are settings.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct Flags {
    #[arg(long, value_name = "ADDRESS:PORT", help = meaning("listen"))]
    pub(crate) listen: Option<String>,
    #[arg(long, value_name = "URL", help = meaning("database"))]
    pub(crate) database: Option<String>,
    #[arg(long, value_name = "PATH", help = meaning("key_file"))]
    pub(crate) key_file: Option<PathBuf>,
}

/// What browsers reach the program by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    /// Scheme, host and port, as a browser's `Origin` says it.
    pub(crate) origin: String,
    pub(crate) is_https: bool,
}

/// Where mail goes; passwords are still in their files.
#[derive(Clone, Debug)]
pub(crate) struct Mail {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) security: MailSecurity,
    pub(crate) user: Option<String>,
    pub(crate) password_file: Option<PathBuf>,
    pub(crate) certificate_file: Option<PathBuf>,
    pub(crate) from: String,
    pub(crate) from_name: String,
}

/// Where backups go and who can read them.
#[derive(Clone, Debug)]
pub(crate) struct Backup {
    pub(crate) to: Option<String>,
    pub(crate) keys_to: Option<String>,
    pub(crate) recipients: Vec<String>,
    pub(crate) keys_days: u16,
    pub(crate) storage: Storage,
}

/// How storage that speaks like S3 is reached.
#[derive(Clone, Debug)]
pub(crate) struct Storage {
    pub(crate) endpoint: Option<String>,
    pub(crate) region: String,
    pub(crate) credentials_file: Option<PathBuf>,
    pub(crate) certificate_file: Option<PathBuf>,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogFormat {
    Text,
    Json,
}

/// Everything that is set.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The data folder.
    pub(crate) data: PathBuf,
    pub(crate) database: DatabaseUrl,
    pub(crate) key_file: PathBuf,
    pub(crate) listen: SocketAddr,
    pub(crate) desk_listen: Option<SocketAddr>,
    pub(crate) address: Option<Address>,
    /// TLS of the program's own; none where a proxy speaks it, or nobody does.
    pub(crate) tls: Option<Tls>,
    pub(crate) redirect_listen: Option<SocketAddr>,
    pub(crate) trusted: TrustedProxies,
    pub(crate) heads_folder: Option<Folder>,
    pub(crate) mail: Option<Mail>,
    /// How many records one person opens in an hour before they prove themselves again.
    pub(crate) records_an_hour: usize,
    pub(crate) backup: Backup,
    pub(crate) metrics: Option<SocketAddr>,
    pub(crate) log_format: LogFormat,
    pub(crate) log_level: String,
    /// Each setting as it was said, and where; no passwords.
    pub(crate) said: Vec<Said>,
}

/// A setting as it was said.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Said {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    pub(crate) from: Source,
}

impl Settings {
    /// Reads the settings of a data folder.
    ///
    /// # Errors
    /// [`Failure::Refused`] naming the setting and where it was said.
    pub(crate) fn read(data: &Path, flags: &Flags) -> Result<Self, Failure> {
        let values = read::Values::gather(data, flags)?;
        let database = values.database(data)?;
        let settings = Self {
            key_file: values
                .path("key_file", data)
                .filter(|_| values.from("key_file") != Source::Default)
                .unwrap_or_else(|| key_file_by_default(data)),
            database,
            listen: values
                .socket("listen")?
                .unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))),
            desk_listen: values.socket("desk_listen")?,
            address: values.address()?,
            tls: values.tls(data)?,
            redirect_listen: values.redirect()?,
            trusted: values.trusted()?,
            heads_folder: values.heads_folder(data)?,
            mail: values.mail(data)?,
            records_an_hour: values.count("records_an_hour")?,
            backup: values.backup(data)?,
            metrics: values.socket("metrics")?,
            log_format: match values.one_of("log_format", &["text", "json"])? {
                "json" => LogFormat::Json,
                _ => LogFormat::Text,
            },
            log_level: values.text("log_level").to_owned(),
            data: data.to_owned(),
            said: values.said(data),
        };
        Ok(settings)
    }

    /// Whether browsers come by https: by the program's own TLS, or by a proxy's.
    pub(crate) fn is_https(&self) -> bool {
        self.address
            .as_ref()
            .is_some_and(|address| address.is_https)
    }

    /// The addresses with doors that somebody elsewhere reaches without https.
    pub(crate) fn exposed(&self) -> Vec<SocketAddr> {
        let doors = [Some(self.listen), self.desk_listen];
        let reached = doors.into_iter().flatten();
        reached
            .filter(|address| !address.ip().is_loopback() && !self.is_https())
            .collect()
    }

    /// What browsers reach the program by, as far as it is known: for links in mail.
    pub(crate) fn public_address(&self, bound: SocketAddr) -> String {
        match &self.address {
            Some(address) => address.origin.clone(),
            None => format!("http://{bound}"),
        }
    }
}

/// What a service manager hands over (systemd: `LoadCredential=NAME:PATH`), where it does.
fn handed_over(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("CREDENTIALS_DIRECTORY").filter(|folder| !folder.is_empty());
    let handed = folder.map(|folder| Path::new(&folder).join(name));
    handed.filter(|file| file.is_file())
}

/// The credential `alcove-machine`, else `DIR.key` beside the folder.
fn key_file_by_default(data: &Path) -> PathBuf {
    handed_over("alcove-machine").unwrap_or_else(|| key_file_beside(data))
}

/// Whether a file lies, or would lie, in the data folder, whatever links lead there.
pub(crate) fn lies_in(data: &Path, file: &Path) -> bool {
    let whole = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    let real = |path: &Path| path.canonicalize().ok();
    let parent = whole.parent().and_then(real);
    let through_links = parent.zip(real(data));
    whole.starts_with(data) || through_links.is_some_and(|(parent, data)| parent.starts_with(data))
}

/// `DIR.key`, beside the folder.
fn key_file_beside(data: &Path) -> PathBuf {
    let mut name = data.as_os_str().to_owned();
    name.push(".key");
    PathBuf::from(name)
}

/// The data folder as one path that means the same wherever it is used: without a slash at its end, `.` named.
pub(crate) fn data_folder(data: &Path) -> Result<PathBuf, Failure> {
    let whole = std::path::absolute(data)
        .map_err(|error| Failure::refused(format!("{}: {error}", data.display())))?;
    let folder: PathBuf = whole.components().collect();
    if folder.file_name().is_some() {
        Ok(folder)
    } else {
        Err(Failure::refused(format!(
            "{} cannot be a data folder",
            data.display()
        )))
    }
}

/// Where the demo's folder lies when nobody says: the user's folder for data, by the XDG base directory specification.
pub(crate) fn demo_folder() -> Result<PathBuf, Failure> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    let base = set("XDG_DATA_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| set("HOME").map(|home| Path::new(&home).join(".local/share")));
    base.map(|base| base.join("alcove/demo"))
        .ok_or_else(|| Failure::refused("say where the demo's folder is: --data DIR"))
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = if self.value.is_empty() {
            "none"
        } else {
            &self.value
        };
        write!(f, "{} = {value} ({})", self.name, self.from)
    }
}

/// Variables that begin like settings and set nothing.
pub(crate) fn unknown_variables() -> Vec<String> {
    let known = |name: &str| {
        table::TABLE
            .iter()
            .any(|row| table::variable(row.name) == name)
    };
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    names
        .filter(|name| name.starts_with("ALCOVE_") && !known(name))
        .collect()
}
