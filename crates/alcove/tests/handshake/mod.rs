//! The other side of TLS in tests: who certifies, a browser that trusts them, and an authority that certifies by itself.
#![allow(
    dead_code,
    clippy::allow_attributes,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests, and each of their files uses a part of it"
)]

use std::fs;
use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::version::TLS13;
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned, SupportedProtocolVersion,
};

use crate::ground::Answer;

/// A port that is free now.
pub(crate) fn free_port() -> u16 {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    free.local_addr().unwrap().port()
}

/// One request in the clear.
pub(crate) fn get(port: u16, path: &str) -> Answer {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    ask(&mut stream, "any.example", path)
}

/// One request by TLS, for a host that is at `address`.
pub(crate) fn page(
    trusting: &Arc<ClientConfig>,
    address: &str,
    host: &str,
    path: &str,
) -> Result<Answer, std::io::Error> {
    let name = ServerName::try_from(host.to_owned()).unwrap();
    let connection = ClientConnection::new(Arc::clone(trusting), name).unwrap();
    let mut stream = StreamOwned::new(connection, TcpStream::connect(address)?);
    // The handshake is done with the first byte, and fails there.
    stream.flush()?;
    Ok(ask(&mut stream, host, path))
}

fn ask(stream: &mut (impl std::io::Read + std::io::Write), host: &str, path: &str) -> Answer {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    Answer::read(&text)
}

/// Somebody who certifies.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        Self(CertifiedIssuer::self_signed(params, key).unwrap())
    }

    /// Certificate and key of a name.
    pub(crate) fn certify(&self, name: &str) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        (certificate.pem(), key.serialize_pem())
    }

    /// A browser that trusts nobody else, and speaks these versions.
    pub(crate) fn trusting(
        &self,
        versions: &[&'static SupportedProtocolVersion],
    ) -> Arc<ClientConfig> {
        let root = CertificateDer::from_pem_slice(self.0.pem().as_bytes()).unwrap();
        trusting(root, versions)
    }
}

fn trusting(
    root: CertificateDer<'static>,
    versions: &[&'static SupportedProtocolVersion],
) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(root).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    Arc::new(config)
}

/// A running `pebble`: an authority that makes its own keys at each start.
pub(crate) struct Pebble {
    running: Vec<Child>,
    management: String,
    its_own: Arc<ClientConfig>,
    pub(crate) directory: String,
    /// Who certified the authority's own address.
    pub(crate) certificate: PathBuf,
}

/// Starts an authority that looks for every name on this machine, at `port`.
pub(crate) fn pebble(folder: &Path, port: u16) -> Pebble {
    fs::create_dir_all(folder).unwrap();
    let own = Authority::new();
    let (certificate, key) = own.certify("localhost");
    let put = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let (listen, management, names) = (free_port(), free_port(), free_port());
    let config = serde_json::json!({ "pebble": {
        "listenAddress": format!("127.0.0.1:{listen}"),
        "managementListenAddress": format!("127.0.0.1:{management}"),
        "certificate": put("own.pem", &certificate),
        "privateKey": put("own.key", &key),
        "httpPort": free_port(),
        "tlsPort": port,
        "ocspResponderURL": "",
        "externalAccountBindingRequired": false,
    }});
    let config = put("config.json", &config.to_string());
    let names = format!("127.0.0.1:{names}");
    let dns = [
        "-defaultIPv4",
        "127.0.0.1",
        "-defaultIPv6",
        "",
        "-dns01",
        &names,
        "-management",
        &format!("127.0.0.1:{}", free_port()),
        "-http01",
        "",
        "-https01",
        "",
        "-tlsalpn01",
        "",
    ];
    let running = vec![
        start("pebble-challtestsrv", &dns),
        start(
            "pebble",
            &["-config", config.to_str().unwrap(), "-dnsserver", &names],
        ),
    ];
    let pebble = Pebble {
        running,
        management: format!("127.0.0.1:{management}"),
        its_own: own.trusting(&[&TLS13]),
        directory: format!("https://localhost:{listen}/dir"),
        certificate: put("authority.pem", &own.0.pem()),
    };
    pebble.root();
    pebble
}

/// Starts one of the two programs.
fn start(program: &str, words: &[&str]) -> Child {
    Command::new(program)
        .args(words)
        .env("PEBBLE_VA_NOSLEEP", "1")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("{program}, of Debian's package pebble: {error}"))
}

impl Pebble {
    /// Its root, as soon as it has made one.
    fn root(&self) -> CertificateDer<'static> {
        patiently("the authority does not answer", || {
            let root = page(&self.its_own, &self.management, "localhost", "/roots/0").ok()?;
            CertificateDer::from_pem_slice(root.body.as_bytes()).ok()
        })
    }

    /// Waits until a server shows what this authority certified, and gives a browser that trusts it.
    pub(crate) fn wait(&self, address: &str, host: &str) -> Arc<ClientConfig> {
        let browser = trusting(self.root(), &[&TLS13]);
        patiently("there is no certificate", || {
            page(&browser, address, host, "/health").ok()
        });
        browser
    }
}

fn patiently<T>(late: &str, look: impl Fn() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < Duration::from_mins(1), "{late}");
        std::thread::yield_now();
    }
}

impl Drop for Pebble {
    fn drop(&mut self) {
        for child in &mut self.running {
            // Either it runs and is ended here, or it ended before.
            let _ended = child.kill().and_then(|()| child.wait());
        }
    }
}
