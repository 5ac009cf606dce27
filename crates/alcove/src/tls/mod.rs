//! TLS spoken by the program itself: which certificate a browser gets, from files that somebody keeps ([`files`]), or asked for by
//! the program ([`acme`]). TLS 1.2 and 1.3 with what rustls offers by itself, by the program's one provider.
//!
//! Not here: how a handshake is bounded (`serve::listen`), and TLS of a proxy, of which the program sees nothing.

mod acme;
mod authority;
mod certificate;
mod files;

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use practice::clock::{Clock as _, SystemClock};
use rustls::ServerConfig;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio_rustls::TlsAcceptor;

pub(crate) use certificate::Certificate;

use crate::failure::Failure;

/// The protocol by which an authority looks whether a name leads here (RFC 8737).
const PROOF: &[u8] = b"acme-tls/1";

/// Where the certificate comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Tls {
    /// Somebody keeps it in files.
    Files { certificate: PathBuf, key: PathBuf },
    /// The program asks an authority for it.
    Asked(Asked),
}

/// Of whom the program asks what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The name in the certificate.
    pub(crate) host: String,
    /// The address of the authority's directory.
    pub(crate) directory: String,
    /// Whom the authority tells of trouble.
    pub(crate) contact: String,
    /// A certificate to trust for the authority besides the public ones.
    pub(crate) also_trust: Option<PathBuf>,
    /// Where account and certificate are kept.
    pub(crate) folder: PathBuf,
}

/// What browsers are shown, and what an authority that looks is shown.
#[derive(Default)]
pub(crate) struct Shown {
    certificate: RwLock<Option<Arc<CertifiedKey>>>,
    proofs: RwLock<HashMap<String, Arc<CertifiedKey>>>,
}

impl Tls {
    /// Begins to show a certificate, and to keep it current, on the runtime that runs.
    ///
    /// # Errors
    /// [`Failure::Refused`] when the files hold none, or what is kept cannot be read.
    pub(crate) fn begin(self) -> Result<TlsAcceptor, Failure> {
        let shown = Arc::new(Shown::default());
        match self {
            Self::Files { certificate, key } => {
                shown.show(Certificate::in_files(&certificate, &key)?);
                tokio::spawn(files::follow(Arc::clone(&shown), certificate, key));
            }
            Self::Asked(asked) => {
                if let Some(kept) = acme::kept(&asked)? {
                    shown.show(kept);
                }
                tokio::spawn(acme::keep(Arc::clone(&shown), asked));
            }
        }
        let mut config = ServerConfig::builder()
            .with_no_client_auth()
            .with_cert_resolver(shown);
        config.alpn_protocols = vec![b"http/1.1".to_vec(), PROOF.to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    /// The certificate that would be shown now, if there is one.
    ///
    /// # Errors
    /// [`Failure::Refused`] when what is there is none.
    pub(crate) fn current(&self) -> Result<Option<Certificate>, Failure> {
        match self {
            Self::Files { certificate, key } => Certificate::in_files(certificate, key).map(Some),
            Self::Asked(asked) => acme::kept(asked),
        }
    }

    /// The file in which the key is.
    pub(crate) fn key_file(&self) -> PathBuf {
        match self {
            Self::Files { key, .. } => key.clone(),
            Self::Asked(asked) => acme::certificate_file(&asked.folder),
        }
    }
}

/// Whether a handshake was that of an authority that looks: there is nothing more to say on it.
pub(crate) fn is_proof(protocol: Option<&[u8]>) -> bool {
    protocol == Some(PROOF)
}

impl Shown {
    fn show(&self, certificate: Certificate) {
        let left = certificate.ends.duration_since(SystemClock.now());
        let days = left.as_hours() / 24;
        if left.is_negative() {
            tracing::error!("the certificate has ended: browsers refuse it");
        } else {
            tracing::info!(days, "a certificate is shown");
        }
        let mut shown = self
            .certificate
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *shown = Some(certificate.key);
    }

    fn prove(&self, host: &str, key: Arc<CertifiedKey>) {
        let mut proofs = self.proofs.write().unwrap_or_else(PoisonError::into_inner);
        proofs.insert(host.to_owned(), key);
    }

    fn proved(&self) {
        self.proofs
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        if hello
            .alpn()
            .is_some_and(|mut offered| offered.any(|one| one == PROOF))
        {
            let proofs = self.proofs.read().unwrap_or_else(PoisonError::into_inner);
            return hello
                .server_name()
                .and_then(|host| proofs.get(host))
                .cloned();
        }
        self.certificate
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shown")
    }
}

/// What a file could not do.
fn at(path: &Path, error: impl fmt::Display) -> Failure {
    Failure::refused(format!("{}: {error}", path.display()))
}
