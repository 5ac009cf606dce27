//! The way to an authority: HTTP/1.1 over TLS, one connection a request. It asks a handful of times in two months, so there is
//! nothing to keep open.

use std::error::Error as StdError;
use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderValue, Request, Uri, header};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use instant_acme::{BodyWrapper, BytesResponse, Error, HttpClient};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::at;
use crate::failure::Failure;

/// How long one answer may take to begin.
const PATIENCE: Duration = Duration::from_secs(30);

type Whatever = Box<dyn StdError + Send + Sync>;

/// Asks an authority.
pub(super) struct Authority(TlsConnector);

impl Authority {
    /// Trusts the public roots, and one more where it is named.
    ///
    /// # Errors
    /// [`Failure::Refused`] when that one is no certificate.
    pub(super) fn new(also_trust: Option<&Path>) -> Result<Self, Failure> {
        let mut roots = RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        if let Some(path) = also_trust {
            let more = CertificateDer::from_pem_file(path).map_err(|error| at(path, error))?;
            roots.add(more).map_err(|error| at(path, error))?;
        }
        let config = ClientConfig::builder()
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self(TlsConnector::from(Arc::new(config))))
    }
}

impl HttpClient for Authority {
    fn request(
        &self,
        request: Request<BodyWrapper<Bytes>>,
    ) -> Pin<Box<dyn Future<Output = Result<BytesResponse, Error>> + Send>> {
        let connector = self.0.clone();
        Box::pin(async move {
            let asked = tokio::time::timeout(PATIENCE, ask(connector, request)).await;
            asked
                .unwrap_or_else(|late| Err(late.into()))
                .map_err(Error::Other)
        })
    }
}

async fn ask(
    connector: TlsConnector,
    mut request: Request<BodyWrapper<Bytes>>,
) -> Result<BytesResponse, Whatever> {
    let uri = request.uri().clone();
    if uri.scheme_str() != Some("https") {
        return Err("an authority is asked by https only".into());
    }
    let named = uri.authority().ok_or("an address without a host")?;
    let host = named.host().trim_matches(['[', ']']).to_owned();
    let stream = TcpStream::connect((host.as_str(), named.port_u16().unwrap_or(443))).await?;
    let stream = connector
        .connect(ServerName::try_from(host)?, stream)
        .await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "the way to the authority ended early");
        }
    });
    let named = HeaderValue::from_str(named.as_str())?;
    request.headers_mut().insert(header::HOST, named);
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    *request.uri_mut() = Uri::try_from(path)?;
    Ok(BytesResponse::from(sender.send_request(request).await?))
}
