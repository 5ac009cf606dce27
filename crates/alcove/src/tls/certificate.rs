//! A certificate with its key, read from PEM, and until when it holds.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use x509_cert::der::Decode as _;
use zeroize::Zeroizing;

use super::at;
use crate::failure::Failure;

/// A certificate, those above it, and its key.
pub(crate) struct Certificate {
    pub(super) key: Arc<CertifiedKey>,
    pub(crate) begins: Timestamp,
    pub(crate) ends: Timestamp,
}

impl Certificate {
    /// Reads the two files.
    ///
    /// # Errors
    /// [`Failure::Refused`] naming the file.
    pub(crate) fn in_files(certificate: &Path, key: &Path) -> Result<Self, Failure> {
        let chain = std::fs::read(certificate).map_err(|error| at(certificate, error))?;
        let secret = std::fs::read(key)
            .map(Zeroizing::new)
            .map_err(|error| at(key, error))?;
        Self::of(&chain, &secret).map_err(|why| at(certificate, why))
    }

    /// Reads the text of both, which may be one text.
    pub(super) fn of(chain: &[u8], key: &[u8]) -> Result<Self, String> {
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(chain)
            .collect::<Result<_, _>>()
            .map_err(|error| format!("it is no certificate in PEM: {error}"))?;
        let key = PrivateKeyDer::from_pem_slice(key)
            .map_err(|error| format!("its key is none in PEM: {error}"))?;
        let first = chain.first().ok_or("it holds no certificate in PEM")?;
        let (begins, ends) = validity(first)?;
        // This also compares the key with the one that the certificate names.
        let key = CertifiedKey::from_der(chain, key, &aws_lc_rs::default_provider())
            .map_err(|error| format!("the certificate and its key do not go together: {error}"))?;
        Ok(Self {
            key: Arc::new(key),
            begins,
            ends,
        })
    }

    /// Whether less than a third of its time is left, which is when authorities expect to be asked again.
    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        let whole = self.ends.duration_since(self.begins);
        self.ends.duration_since(now) < whole / 3
    }
}

fn validity(certificate: &[u8]) -> Result<(Timestamp, Timestamp), String> {
    let read = x509_cert::Certificate::from_der(certificate)
        .map_err(|error| format!("the certificate cannot be read: {error}"))?;
    let validity = read.tbs_certificate.validity;
    let instant = |time: x509_cert::time::Time| {
        let seconds = i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
        Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
    };
    Ok((instant(validity.not_before), instant(validity.not_after)))
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair};

    use super::*;

    fn made() -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec!["alcove.example.org".to_owned()]).unwrap();
        params.not_before = rcgen::date_time_ymd(2026, 1, 1);
        params.not_after = rcgen::date_time_ymd(2026, 4, 1);
        (params.self_signed(&key).unwrap().pem(), key.serialize_pem())
    }

    #[test]
    fn a_certificate_is_due_in_the_last_third_of_its_time() {
        let (certificate, key) = made();
        let read = Certificate::of(certificate.as_bytes(), key.as_bytes()).unwrap();
        let day = |text: &str| format!("{text}T00:00:00Z").parse::<Timestamp>().unwrap();
        assert_eq!(
            (read.begins, read.ends),
            (day("2026-01-01"), day("2026-04-01"))
        );
        assert!(!read.is_due(day("2026-03-01")));
        assert!(read.is_due(day("2026-03-03")) && read.is_due(day("2027-01-01")));
    }

    #[test]
    fn another_key_and_no_certificate_are_refused_in_words() {
        let ((certificate, key), (_, other)) = (made(), made());
        let refused = |chain: &str, key: &str| {
            let read = Certificate::of(chain.as_bytes(), key.as_bytes());
            read.err().unwrap()
        };
        assert!(refused(&certificate, &other).contains("do not go together"));
        assert!(refused("words", &key).contains("holds no certificate"));
        assert!(refused(&certificate, "words").contains("key is none"));
    }
}
