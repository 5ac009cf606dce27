//! Where the server is and how the way to it is protected.

use std::{path::Path, sync::Arc, time::Duration};

use rustls::{
    ClientConfig, RootCertStore,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, pem::PemObject},
};
use tokio_postgres::{
    Client, Config, Error, NoTls,
    config::{Host, SslMode, TargetSessionAttrs},
};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::StoreError;

use super::sort::sort;

/// How long one attempt to connect may take, and how long a silent network is believed in.
const PATIENCE: Duration = Duration::from_secs(10);

/// Said once on each new connection. A commit that was acknowledged must survive, whatever the server's default.
const GREETING: &str = "
    SELECT set_config('synchronous_commit', 'on', false)
        WHERE current_setting('synchronous_commit') = 'off';
    SET idle_in_transaction_session_timeout = '60s';
    SET client_min_messages = warning;
    SET timezone = 'UTC'";

/// Said on a connection that writes. Two groups of two nodes can wait for each other's rows: this ends sooner
/// than the server's deadlock check (one second), and differs between connections, so that one gives way and
/// the other goes on.
const IMPATIENCE: &str = "
    SELECT set_config('lock_timeout', CAST(200 + pg_backend_pid() % 8 * 40 AS TEXT), false)";

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Reads,
    Writes,
}

/// A server and a database on it.
pub(crate) struct Place {
    config: Config,
    tls: Option<MakeRustlsConnect>,
}

impl Place {
    pub(crate) fn parse(url: &str) -> Result<Self, StoreError> {
        let (url, root) = without_ours(url);
        let mut config: Config = url
            .parse()
            .map_err(|error| StoreError::Unavailable(format!("the database's URL: {error}")))?;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(PATIENCE);
        }
        if config.get_application_name().is_none() {
            config.application_name("alcove");
        }
        config.tcp_user_timeout(PATIENCE);
        config.keepalives_idle(6 * PATIENCE);
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        let tls = wants_tls(&config)
            .then(|| tls(root.as_deref().map(Path::new)))
            .transpose()?;
        config.ssl_mode(if tls.is_some() {
            SslMode::Require
        } else {
            SslMode::Disable
        });
        Ok(Self { config, tls })
    }

    /// Connects; the connection lives on the runtime that this runs on.
    pub(crate) async fn connect(&self, role: Role) -> Result<Client, StoreError> {
        let client = self.reach().await.map_err(|error| sort(&error))?;
        let mut greeting = vec![GREETING];
        if role == Role::Writes {
            greeting.push(IMPATIENCE);
        }
        let greeted = client.batch_execute(&greeting.join(";")).await;
        greeted.map_err(|error| sort(&error))?;
        Ok(client)
    }

    async fn reach(&self) -> Result<Client, Error> {
        if let Some(tls) = &self.tls {
            let (client, connection) = self.config.connect(tls.clone()).await?;
            tokio::spawn(connection);
            return Ok(client);
        }
        let (client, connection) = self.config.connect(NoTls).await?;
        tokio::spawn(connection);
        Ok(client)
    }
}

/// A socket in the file system and this machine itself need no encryption.
fn wants_tls(config: &Config) -> bool {
    let remote = |host: &Host| match host {
        Host::Tcp(name) => !matches!(name.as_str(), "localhost" | "127.0.0.1" | "::1"),
        #[cfg(unix)]
        Host::Unix(_) => false,
    };
    let elsewhere = config.get_hosts().iter().any(remote)
        || config
            .get_hostaddrs()
            .iter()
            .any(|address| !address.is_loopback());
    let mode = config.get_ssl_mode();
    mode == SslMode::Require || (mode != SslMode::Disable && elsewhere)
}

fn tls(root: Option<&Path>) -> Result<MakeRustlsConnect, StoreError> {
    let mut roots = RootCertStore::empty();
    match root {
        None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Some(path) => {
            let unusable = |error: &dyn std::fmt::Display| {
                StoreError::Unavailable(format!("sslrootcert {}: {error}", path.display()))
            };
            let certificates =
                CertificateDer::pem_file_iter(path).map_err(|error| unusable(&error))?;
            for certificate in certificates {
                let certificate = certificate.map_err(|error| unusable(&error))?;
                roots.add(certificate).map_err(|error| unusable(&error))?;
            }
        }
    }
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| StoreError::Unavailable(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

/// Takes out the parameters that tokio-postgres does not know.
fn without_ours(url: &str) -> (String, Option<String>) {
    let Some((place, parameters)) = url.split_once('?') else {
        return (url.to_owned(), None);
    };
    let mut root = None;
    let mut rest = Vec::new();
    for parameter in parameters.split('&') {
        match parameter.split_once('=') {
            Some(("sslrootcert", path)) => root = Some(path.to_owned()),
            Some(("sslmode", "verify-ca" | "verify-full")) => rest.push("sslmode=require"),
            _ => rest.push(parameter),
        }
    }
    (format!("{place}?{}", rest.join("&")), root)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encrypts(url: &str) -> bool {
        Place::parse(url).unwrap().tls.is_some()
    }

    #[test]
    fn only_this_machine_is_spoken_to_in_the_clear() {
        assert!(!encrypts("postgres://noor@localhost/alcove"));
        assert!(!encrypts("postgres://noor@%2Frun%2Fpostgresql/alcove"));
        assert!(!encrypts(
            "postgres:///alcove?host=/run/postgresql&user=noor"
        ));
        assert!(encrypts("postgres://noor@db.example/alcove"));
        assert!(encrypts("postgres://noor@db.example/alcove?sslmode=prefer"));
        assert!(encrypts("postgres://noor@localhost,db.example/alcove"));
        assert!(encrypts(
            "postgres://noor@localhost/alcove?sslmode=verify-full"
        ));
        assert!(!encrypts(
            "postgres://noor@db.example/alcove?sslmode=disable"
        ));
    }

    #[test]
    fn a_missing_certificate_file_is_named() {
        let url = "postgres://noor:secret@db.example/alcove?sslmode=require&sslrootcert=/none.pem";
        let Err(StoreError::Unavailable(message)) = Place::parse(url).map(drop) else {
            panic!("the file is not there");
        };
        assert!(
            message.contains("/none.pem") && !message.contains("secret"),
            "{message}"
        );
    }
}
