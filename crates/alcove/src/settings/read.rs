//! Gathers what was said in the three places and makes values of it.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use figment::providers::{Env, Format as _, Serialized, Toml};
use figment::value::Value;
use figment::{Figment, Profile, Provider as _};
use practice::post::MailSecurity;
use store::DatabaseUrl;
use web::peer::TrustedProxies;

use super::table::{Row, TABLE};
use super::{Address, Backup, Flags, Mail, Said, Storage};
use crate::failure::Failure;
use crate::heads::Folder;
use crate::tls::{Asked, Tls};

/// Where a value was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Source {
    Default,
    File,
    Variable,
    Flag,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Default => "default",
            Self::File => "alcove.toml",
            Self::Variable => "variable",
            Self::Flag => "flag",
        })
    }
}

/// Each setting as text, and where it was said.
pub(super) struct Values(BTreeMap<&'static str, (String, Source)>);

impl Values {
    pub(super) fn gather(data: &Path, flags: &Flags) -> Result<Self, Failure> {
        let names: Vec<&str> = TABLE.iter().map(|row| row.name).collect();
        let file = Toml::file(data.join("alcove.toml"));
        let in_file = file
            .data()
            .map_err(|error| Failure::refused(format!("alcove.toml: {error}")))?;
        let unknown = in_file
            .values()
            .flat_map(figment::value::Map::keys)
            .find(|name| !names.contains(&name.as_str()));
        if let Some(name) = unknown {
            return Err(Failure::refused(format!(
                "alcove.toml: there is no setting {name:?}; see alcove settings"
            )));
        }
        let variables = Env::prefixed("ALCOVE_").only(&names);
        let said_by_flags: BTreeMap<&str, String> = [
            ("listen", flags.listen.clone()),
            ("database", flags.database.clone()),
            (
                "key_file",
                flags
                    .key_file
                    .as_ref()
                    .map(|path| path.to_string_lossy().into_owned()),
            ),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect();
        let layers = [
            (Source::File, Figment::from(file)),
            (Source::Variable, Figment::from(variables)),
            (
                Source::Flag,
                Figment::from(Serialized::from(said_by_flags, Profile::Default)),
            ),
        ];
        let newest = TABLE
            .iter()
            .map(|row| Ok((row.name, newest(row, &layers)?)));
        newest.collect::<Result<_, _>>().map(Self)
    }

    pub(super) fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |(value, _)| value.trim())
    }

    pub(super) fn from(&self, name: &str) -> Source {
        self.0
            .get(name)
            .map_or(Source::Default, |(_, source)| *source)
    }

    fn some(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    fn wrong(&self, name: &str, why: impl fmt::Display) -> Failure {
        Failure::refused(format!("{name} ({}): {why}", self.from(name)))
    }

    /// Each setting as it is shown: a database without its password.
    pub(super) fn said(&self, data: &Path) -> Vec<Said> {
        TABLE
            .iter()
            .map(|row| Said {
                name: row.name,
                value: match row.name {
                    "database" => match self.text(row.name).parse::<DatabaseUrl>() {
                        Ok(url) => url.to_string(),
                        Err(_) => String::new(),
                    },
                    "key_file" if self.from(row.name) == Source::Default => {
                        super::key_file_by_default(data).display().to_string()
                    }
                    name => self.text(name).to_owned(),
                },
                from: self.from(row.name),
            })
            .collect()
    }

    pub(super) fn path(&self, name: &str, data: &Path) -> Option<PathBuf> {
        self.some(name).map(|path| data.join(path))
    }

    pub(super) fn socket(&self, name: &str) -> Result<Option<SocketAddr>, Failure> {
        let Some(text) = self.some(name) else {
            return Ok(None);
        };
        let local = text.replace("localhost:", "127.0.0.1:");
        let parsed = local.parse();
        parsed.map(Some).map_err(|_| {
            self.wrong(
                name,
                format!("{text:?} is not an address and a port, such as 127.0.0.1:8420"),
            )
        })
    }

    pub(super) fn one_of<'a>(&self, name: &str, words: &[&'a str]) -> Result<&'a str, Failure> {
        let text = self.text(name);
        let found = words.iter().find(|word| **word == text);
        found
            .copied()
            .ok_or_else(|| self.wrong(name, format!("{text:?} is none of {}", words.join(", "))))
    }

    /// A number from 1 on.
    pub(super) fn count(&self, name: &str) -> Result<usize, Failure> {
        let text = self.text(name);
        let read = text.parse().ok().filter(|count| *count > 0);
        read.ok_or_else(|| self.wrong(name, format!("{text:?} is no number from 1 on")))
    }

    pub(super) fn trusted(&self) -> Result<TrustedProxies, Failure> {
        let name = "trusted_proxies";
        self.text(name)
            .parse()
            .map_err(|error| self.wrong(name, error))
    }

    pub(super) fn address(&self) -> Result<Option<Address>, Failure> {
        let Some(text) = self.some("address") else {
            return Ok(None);
        };
        let wrong = || {
            self.wrong(
                "address",
                format!("{text:?} is not like https://alcove.example.org"),
            )
        };
        let origin = text.strip_suffix('/').unwrap_or(text).to_lowercase();
        let (scheme, rest) = origin.split_once("://").ok_or_else(wrong)?;
        let plain = rest
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte));
        if rest.is_empty() || !plain || !matches!(scheme, "http" | "https") {
            return Err(wrong());
        }
        Ok(Some(Address {
            is_https: scheme == "https",
            origin,
        }))
    }

    /// TLS of the program's own, for the name in `address`.
    pub(super) fn tls(&self, data: &Path) -> Result<Option<Tls>, Failure> {
        let files = (
            self.path("tls_certificate_file", data),
            self.path("tls_key_file", data),
        );
        let contact = self.some("acme_contact");
        let (name, tls) = match (files, contact) {
            ((None, None), None) => return Ok(None),
            ((Some(certificate), Some(key)), None) => {
                ("tls_certificate_file", Tls::Files { certificate, key })
            }
            ((None, None), Some(contact)) => {
                ("acme_contact", Tls::Asked(self.asked(data, contact)?))
            }
            ((Some(_), None) | (None, Some(_)), None) => {
                return Err(self.wrong(
                    "tls_certificate_file",
                    "the certificate and its key (tls_key_file) are set together",
                ));
            }
            (_, Some(_)) => {
                return Err(self.wrong(
                    "acme_contact",
                    "the certificate comes from files or from an authority, not from both",
                ));
            }
        };
        match self.address()? {
            Some(address) if address.is_https => Ok(Some(tls)),
            _ => Err(self.wrong(name, "say by which https address browsers come: address")),
        }
    }

    fn asked(&self, data: &Path, contact: &str) -> Result<Asked, Failure> {
        let address = self.address()?;
        let rest = address
            .as_ref()
            .and_then(|one| one.origin.split_once("://"));
        let host = rest.map_or("", |(_, rest)| rest);
        let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
        let is_name =
            host.contains(|letter: char| letter.is_ascii_alphabetic()) && !host.starts_with('[');
        if !is_name {
            return Err(self.wrong("acme_contact", "address must hold the name to be certified"));
        }
        let directory = self.text("acme_directory");
        if !directory.starts_with("https://") {
            return Err(self.wrong("acme_directory", "an authority is asked by https only"));
        }
        Ok(Asked {
            host: host.to_owned(),
            directory: directory.to_owned(),
            contact: contact.to_owned(),
            also_trust: self.path("acme_authority_file", data),
            folder: data.join("tls"),
        })
    }

    /// The address that leads to https, which there must be then.
    pub(super) fn redirect(&self) -> Result<Option<SocketAddr>, Failure> {
        let name = "redirect_listen";
        let socket = self.socket(name)?;
        match self.address()? {
            Some(address) if address.is_https => Ok(socket),
            _ if socket.is_none() => Ok(None),
            _ => Err(self.wrong(name, "there is no https address to lead to: address")),
        }
    }

    pub(super) fn database(&self, data: &Path) -> Result<DatabaseUrl, Failure> {
        let name = "database";
        let url: DatabaseUrl = self
            .text(name)
            .parse()
            .map_err(|error| self.wrong(name, error))?;
        match url {
            DatabaseUrl::Sqlite(path) => Ok(DatabaseUrl::Sqlite(data.join(path))),
            DatabaseUrl::Postgres(url) => match self.path("database_password_file", data) {
                None => Ok(DatabaseUrl::Postgres(url)),
                Some(file) => {
                    let password = secret_of(&file)?;
                    with_password(&url, &password)
                        .map(DatabaseUrl::Postgres)
                        .ok_or_else(|| {
                            self.wrong(name, "has no user to whom the password file belongs")
                        })
                }
            },
        }
    }

    pub(super) fn heads_folder(&self, data: &Path) -> Result<Option<Folder>, Failure> {
        let name = "heads_folder";
        let Some(folder) = self.path(name, data) else {
            return Ok(None);
        };
        if super::lies_in(data, &folder) {
            return Err(self.wrong(name, "it lies in the data folder, which is no second place"));
        }
        Ok(Some(Folder(folder)))
    }

    /// A path from the data folder, or an address as it is.
    fn shelf(&self, name: &str, data: &Path) -> Option<String> {
        let text = self.some(name)?;
        if text.contains("://") {
            return Some(text.to_owned());
        }
        Some(data.join(text).to_string_lossy().into_owned())
    }

    fn storage(&self, data: &Path) -> Result<Storage, Failure> {
        let endpoint = self.some("backup_s3_endpoint");
        if endpoint.is_some_and(|url| !url.starts_with("https://")) {
            return Err(self.wrong(
                "backup_s3_endpoint",
                "it begins with https://; over anything else the credentials could be read on the way",
            ));
        }
        Ok(Storage {
            endpoint: endpoint.map(str::to_owned),
            region: self.text("backup_s3_region").to_owned(),
            credentials_file: self
                .path("backup_s3_credentials_file", data)
                .or_else(|| super::handed_over("alcove-backup")),
            certificate_file: self.path("backup_s3_certificate_file", data),
        })
    }

    pub(super) fn backup(&self, data: &Path) -> Result<Backup, Failure> {
        let days = self.text("backup_keys_days");
        let recipients = self.text("backup_recipients").split(',');
        Ok(Backup {
            to: self.shelf("backup_to", data),
            keys_to: self.shelf("backup_keys_to", data),
            storage: self.storage(data)?,
            recipients: recipients
                .map(|one| one.trim().to_owned())
                .filter(|one| !one.is_empty())
                .collect(),
            keys_days: days.parse().ok().filter(|days| *days > 0).ok_or_else(|| {
                self.wrong("backup_keys_days", format!("{days:?} is no number of days"))
            })?,
        })
    }

    pub(super) fn mail(&self, data: &Path) -> Result<Option<Mail>, Failure> {
        let Some(host) = self.some("mail_host") else {
            return Ok(None);
        };
        let security = self.one_of("mail_security", &["starttls", "tls", "none"])?;
        let here = host == "localhost"
            || host
                .parse::<IpAddr>()
                .is_ok_and(|address| address.is_loopback());
        if security == "none" && !here {
            return Err(self.wrong(
                "mail_security",
                "letters carry links that open something: none is for a mail server on this machine",
            ));
        }
        let from = self
            .some("mail_from")
            .ok_or_else(|| self.wrong("mail_from", "say who sends"))?;
        let from_name = self.text("mail_from_name");
        if practice::post::names_the_field(from_name) {
            return Err(self.wrong(
                "mail_from_name",
                "it names the field; somebody else may read it",
            ));
        }
        let port = self.text("mail_port");
        Ok(Some(Mail {
            host: host.to_owned(),
            port: port
                .parse()
                .map_err(|_| self.wrong("mail_port", format!("{port:?} is no port")))?,
            security: match security {
                "tls" => MailSecurity::Tls,
                "none" => MailSecurity::Plain,
                _ => MailSecurity::StartTls,
            },
            user: self.some("mail_user").map(str::to_owned),
            password_file: self.path("mail_password_file", data),
            certificate_file: self.path("mail_certificate_file", data),
            from: from.to_owned(),
            from_name: from_name.to_owned(),
        }))
    }
}

/// What the last layer that says something says of a setting.
fn newest(row: &Row, layers: &[(Source, Figment)]) -> Result<(String, Source), Failure> {
    let found = layers.iter().rev().find_map(|(source, layer)| {
        let value = layer.find_value(row.name).ok()?;
        Some((text(&value), *source))
    });
    match found {
        None => Ok((row.default.to_owned(), Source::Default)),
        Some((Some(text), source)) => Ok((text, source)),
        Some((None, source)) => Err(Failure::refused(format!(
            "{} ({source}) has no plain value",
            row.name
        ))),
    }
}

/// What a value says as text: a word, a number, or a list of them.
fn text(value: &Value) -> Option<String> {
    if let Some(text) = value.as_str() {
        return Some(text.to_owned());
    }
    if let Some(list) = value.as_array() {
        let words: Option<Vec<String>> = list.iter().map(text).collect();
        return words.map(|words| words.join(", "));
    }
    let number = value.to_num();
    let unsigned = number.and_then(|number| Some(number.to_u128()?.to_string()));
    let signed = number.and_then(|number| Some(number.to_i128()?.to_string()));
    let truth = value.to_bool().map(|is| is.to_string());
    unsigned.or(signed).or(truth)
}

/// The secret in a file, without the end of its line.
///
/// # Errors
/// [`Failure::Refused`] when it cannot be read or holds nothing.
pub(crate) fn secret_of(file: &Path) -> Result<zeroize::Zeroizing<String>, Failure> {
    let text = std::fs::read_to_string(file).map(zeroize::Zeroizing::new);
    let text = text.map_err(|error| Failure::refused(format!("{}: {error}", file.display())))?;
    let secret = text.trim_end_matches(['\n', '\r']);
    if secret.is_empty() {
        return Err(Failure::refused(format!("{} is empty", file.display())));
    }
    Ok(zeroize::Zeroizing::new(secret.to_owned()))
}

/// The URL of a database with a password between its user and its host.
fn with_password(url: &str, password: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let (user, place) = rest.split_once('@')?;
    if user.is_empty() || user.contains([':', '/']) {
        return None;
    }
    let encoded: String = password
        .bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    Some(format!("{scheme}://{user}:{encoded}@{place}"))
}
