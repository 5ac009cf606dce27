//! Asking an authority for a certificate (RFC 8555) and keeping it current. The authority is convinced on the very address that
//! serves (tls-alpn-01, RFC 8737): no second port, no files, nothing to set up elsewhere.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use instant_acme::{
    Account, AccountCredentials, AuthorizationStatus, ChallengeType, Identifier, NewAccount,
    NewOrder, Order, OrderStatus, RetryPolicy,
};
use practice::clock::{Clock as _, SystemClock};
use rcgen::{CertificateParams, CustomExtension, KeyPair};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::sign::CertifiedKey;
use zeroize::Zeroizing;

use super::authority::Authority;
use super::{Asked, Certificate, Shown, at};
use crate::failure::Failure;
use crate::init::private_file;

/// How often it is looked whether the certificate is due.
const LOOK: Duration = Duration::from_hours(1);
/// How long asking may take.
const LONGEST: Duration = Duration::from_mins(5);
/// How long after a refusal it is tried again, doubled each time: authorities count refusals.
const AGAIN: Duration = Duration::from_mins(1);
/// And at most this.
const AGAIN_AT_MOST: Duration = Duration::from_hours(6);

/// The file that holds certificate and key.
pub(super) fn certificate_file(folder: &Path) -> PathBuf {
    folder.join("certificate.pem")
}

/// The certificate that was asked for before.
pub(super) fn kept(asked: &Asked) -> Result<Option<Certificate>, Failure> {
    let path = certificate_file(&asked.folder);
    let text = match fs::read(&path).map(Zeroizing::new) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(at(&path, error)),
    };
    let read = Certificate::of(&text, &text).map_err(|why| at(&path, why))?;
    // After another name was set, the old certificate helps nobody.
    Ok(Some(read).filter(|_| {
        fs::read_to_string(asked.folder.join("host")).is_ok_and(|host| host == asked.host)
    }))
}

/// Asks when there is none and when it is due, for ever.
pub(super) async fn keep(shown: Arc<Shown>, asked: Asked) {
    let mut again = AGAIN;
    loop {
        let is_due = match kept(&asked) {
            Ok(kept) => kept.is_none_or(|kept| kept.is_due(SystemClock.now())),
            Err(failure) => {
                tracing::error!(%failure, "the certificate that was kept cannot be read, so another is asked for");
                true
            }
        };
        if !is_due {
            tokio::time::sleep(LOOK).await;
            continue;
        }
        let new = tokio::time::timeout(LONGEST, ask(&shown, &asked)).await;
        shown.proved();
        let new = new.unwrap_or_else(|_| Err("it took too long".to_owned()));
        match new.and_then(|text| stored(&asked, &text)) {
            Ok(certificate) => {
                again = AGAIN;
                shown.show(certificate);
            }
            Err(why) => {
                tracing::error!(
                    why,
                    minutes = again.as_secs() / 60,
                    "no certificate from the authority; it is asked again"
                );
                tokio::time::sleep(again).await;
                again = again.saturating_mul(2).min(AGAIN_AT_MOST);
            }
        }
    }
}

fn stored(asked: &Asked, text: &str) -> Result<Certificate, String> {
    let certificate = Certificate::of(text.as_bytes(), text.as_bytes())?;
    let put = |name: &Path, content: &[u8]| put(name, content).map_err(|error| error.to_string());
    put(&certificate_file(&asked.folder), text.as_bytes())?;
    put(&asked.folder.join("host"), asked.host.as_bytes())?;
    Ok(certificate)
}

/// Asks once; the chain and its key as one text.
async fn ask(shown: &Shown, asked: &Asked) -> Result<Zeroizing<String>, String> {
    let account = account(asked).await?;
    let names = [Identifier::Dns(asked.host.clone())];
    let mut order = account
        .new_order(&NewOrder::new(&names))
        .await
        .map_err(|error| error.to_string())?;
    prove(shown, &mut order, &asked.host).await?;
    let wrong = |error: instant_acme::Error| error.to_string();
    let patience = RetryPolicy::default().timeout(LONGEST);
    let status = order.poll_ready(&patience).await.map_err(wrong)?;
    if status != OrderStatus::Ready {
        return Err(format!(
            "the authority could not reach this address as {}: {status:?}",
            asked.host
        ));
    }
    let key = order.finalize().await.map(Zeroizing::new).map_err(wrong)?;
    let chain = order.poll_certificate(&patience).await.map_err(wrong)?;
    Ok(Zeroizing::new(format!("{}{chain}", *key)))
}

/// Shows what proves that the name leads here, and says that it is shown.
async fn prove(shown: &Shown, order: &mut Order, host: &str) -> Result<(), String> {
    let wrong = |error: instant_acme::Error| error.to_string();
    let mut authorizations = order.authorizations();
    while let Some(authorization) = authorizations.next().await {
        let mut authorization = authorization.map_err(wrong)?;
        if authorization.status == AuthorizationStatus::Valid {
            continue;
        }
        let mut challenge = authorization
            .challenge(ChallengeType::TlsAlpn01)
            .ok_or("the authority does not look by tls-alpn-01")?;
        let digest = challenge.key_authorization().digest();
        let proof = proof(host, digest.as_ref()).map_err(|error| error.to_string())?;
        shown.prove(host, Arc::new(proof));
        challenge.set_ready().await.map_err(wrong)?;
    }
    Ok(())
}

/// The certificate of RFC 8737, section 3: self-signed, with the digest in it.
fn proof(
    host: &str,
    digest: &[u8],
) -> Result<CertifiedKey, Box<dyn std::error::Error + Send + Sync>> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new(vec![host.to_owned()])?;
    params.custom_extensions = vec![CustomExtension::new_acme_identifier(digest)];
    let certificate = params.self_signed(&key)?;
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    let key = aws_lc_rs::default_provider()
        .key_provider
        .load_private_key(key.into())?;
    // Not compared with its key here: the extension is critical, and a reader of certificates for browsers does not know it.
    Ok(CertifiedKey::new(vec![certificate.der().clone()], key))
}

/// The account at the authority: the one that is kept, else a new one. Asking agrees to the authority's terms.
async fn account(asked: &Asked) -> Result<Account, String> {
    let authority =
        Authority::new(asked.also_trust.as_deref()).map_err(|failure| failure.to_string())?;
    let builder = Account::builder_with_http(Box::new(authority));
    let wrong = |error: instant_acme::Error| error.to_string();
    let path = asked.folder.join("account.json");
    let kept = fs::read(&path).map(Zeroizing::new).ok();
    let kept = kept.and_then(|text| serde_json::from_slice::<Kept>(&text).ok());
    if let Some(kept) = kept.filter(|kept| kept.directory == asked.directory) {
        return builder.from_credentials(kept.account).await.map_err(wrong);
    }
    let contact = format!("mailto:{}", asked.contact);
    let new = NewAccount {
        contact: &[&contact],
        terms_of_service_agreed: true,
        only_return_existing: false,
    };
    let made = builder.create(&new, asked.directory.clone(), None).await;
    let (account, credentials) = made.map_err(wrong)?;
    let kept = Kept {
        directory: asked.directory.clone(),
        account: credentials,
    };
    let text = serde_json::to_vec(&kept).map(Zeroizing::new);
    let text = text.map_err(|error| error.to_string())?;
    put(&path, &text).map_err(|error| error.to_string())?;
    Ok(account)
}

/// An account, and at which authority.
#[derive(serde::Serialize, serde::Deserialize)]
struct Kept {
    directory: String,
    account: AccountCredentials,
}

/// Puts a file in the place of another, whole or not at all, for this account alone.
fn put(path: &Path, content: &[u8]) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    if let Some(folder) = path.parent() {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)?;
    }
    let new = path.with_extension("new");
    drop(fs::remove_file(&new));
    private_file(&new, content)?;
    fs::rename(new, path)
}
