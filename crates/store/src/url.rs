//! Where the database is.

use std::{fmt, path::PathBuf, str::FromStr};

/// Which database speaks: only DDL and a few clauses differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// The embedded database, a file.
    Sqlite,
    /// A server, which several nodes may share.
    Postgres,
}

/// The place of a database: `sqlite:PATH` or `postgres://user:password@host/name`.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file; it is made when it is not there, its folder is not.
    Sqlite(PathBuf),
    /// The whole URL, with its password. Parameters are those of libpq that tokio-postgres knows, and
    /// `sslrootcert`; see [`crate::postgres`].
    Postgres(String),
}

/// The text is not the place of a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a database is given as sqlite:PATH or postgres://user@host/name")]
pub struct NotADatabase;

impl FromStr for DatabaseUrl {
    type Err = NotADatabase;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            let names_a_file = !path.is_empty() && path != ":memory:";
            return names_a_file
                .then(|| Self::Sqlite(path.into()))
                .ok_or(NotADatabase);
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        Err(NotADatabase)
    }
}

impl fmt::Display for DatabaseUrl {
    /// The place without its password, for logs and messages.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(url) => f.write_str(&without_password(url)),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A password may stand before the `@` and among the parameters; parameters are dropped whole.
fn without_password(url: &str) -> String {
    let place = url.split_once('?').map_or(url, |(place, _)| place);
    let Some((scheme, rest)) = place.split_once("://") else {
        return "postgres:".to_owned();
    };
    match rest.rsplit_once('@') {
        Some((who, host)) => {
            let user = who.split_once(':').map_or(who, |(user, _)| user);
            format!("{scheme}://{user}@{host}")
        }
        None => place.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_kinds() {
        let file: DatabaseUrl = "sqlite:data/alcove.db".parse().unwrap();
        assert_eq!(file, DatabaseUrl::Sqlite("data/alcove.db".into()));
        assert_eq!(
            "sqlite:///var/a.db".parse(),
            Ok(DatabaseUrl::Sqlite("/var/a.db".into()))
        );
        assert!("postgresql://h/a".parse::<DatabaseUrl>().is_ok());
        for wrong in ["", "sqlite:", "sqlite::memory:", "mysql://h/a", "alcove.db"] {
            assert_eq!(wrong.parse::<DatabaseUrl>(), Err(NotADatabase), "{wrong}");
        }
    }

    #[test]
    fn never_shows_the_password() {
        for secret in [
            "postgres://noor:p%40ss@db.example/alcove",
            "postgres://noor:p@ss@db.example/alcove?sslmode=require",
            "postgres://noor@db.example/alcove?password=p@ss",
        ] {
            let url: DatabaseUrl = secret.parse().unwrap();
            assert_eq!(url.to_string(), "postgres://noor@db.example/alcove");
            assert_eq!(format!("{url:?}"), "postgres://noor@db.example/alcove");
        }
    }
}
