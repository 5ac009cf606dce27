//! Backups to storage that speaks like S3: `moto`, which the test starts over TLS with a certificate of its own.
#![expect(clippy::unwrap_used, reason = "tests")]

mod ground;

use std::fs;
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use ground::{Ground, run};

/// A running storage; stopped when dropped.
struct Storage {
    child: Child,
    at: SocketAddr,
    certificate: PathBuf,
}

impl Storage {
    fn start(folder: &Path) -> Self {
        let (key, certificate) = (folder.join("s3.key"), folder.join("s3.pem"));
        let mut openssl = Command::new("openssl");
        openssl.args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
        ]);
        openssl.args(["-nodes", "-days", "2", "-subj", "/CN=localhost"]);
        openssl.args([
            "-addext",
            "subjectAltName=IP:127.0.0.1",
            "-addext",
            "basicConstraints=critical,CA:FALSE",
        ]);
        openssl
            .arg("-keyout")
            .arg(&key)
            .arg("-out")
            .arg(&certificate);
        assert!(openssl.stderr(Stdio::null()).status().unwrap().success());
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let at = free.local_addr().unwrap();
        drop(free);
        let child = Command::new(moto())
            .args(["--host", "127.0.0.1", "--port", &at.port().to_string()])
            .arg("--ssl-cert")
            .arg(&certificate)
            .arg("--ssl-key")
            .arg(&key)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let storage = Self {
            child,
            at,
            certificate,
        };
        let begun = Instant::now();
        while TcpStream::connect(at).is_err() {
            assert!(
                begun.elapsed() < Duration::from_mins(1),
                "moto does not answer"
            );
            std::thread::yield_now();
        }
        storage
    }

    /// Asks it directly, without a signature, as its own administration allows.
    fn curl(&self, words: &[&str], path: &str) -> String {
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--fail", "--cacert"])
            .arg(&self.certificate);
        curl.args(words).arg(format!("https://{}{path}", self.at));
        let output = curl.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

impl Drop for Storage {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Where `cargo xtask test` puts it: below the build folder.
fn moto() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    target.join("moto/bin/moto_server")
}

/// Settings of a practice whose backups go to the storage.
fn settings(ground: &Ground, storage: &Storage, recipient: &str, certificate: &Path) {
    let credentials = ground.beside("s3.credentials", "the-id\nthe-secret\n");
    let keys = ground.data.with_file_name("keys");
    let text = format!(
        "backup_to = \"s3://shelf/practice\"\nbackup_keys_to = \"{}\"\nbackup_recipients = \"{recipient}\"\n\
         backup_s3_endpoint = \"https://{}\"\nbackup_s3_credentials_file = \"{credentials}\"\n\
         backup_s3_certificate_file = \"{}\"\n",
        keys.display(),
        storage.at,
        certificate.display()
    );
    let mut file = fs::File::options()
        .create(true)
        .append(true)
        .open(ground.data.join("alcove.toml"))
        .unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

#[test]
fn a_backup_goes_to_the_storage_and_comes_back_from_it() {
    let ground = Ground::made();
    let folder = ground.data.parent().unwrap().to_owned();
    let storage = Storage::start(&folder);
    let identity = folder.join("owner.age");
    let said = run(&["backup", "recipient", "--out", identity.to_str().unwrap()]);
    settings(&ground, &storage, said.out.trim(), &storage.certificate);
    storage.curl(&["--request", "PUT"], "/shelf");
    ground.grow();

    let first = ground.run(&["backup", "--json"]);
    assert_eq!(first.code, 0, "{first:?}");
    let second = ground.run(&["backup", "--json"]);
    let made: serde_json::Value = serde_json::from_str(&second.out).unwrap();
    assert!(
        made["new_pieces"].as_u64() < made["pieces"].as_u64(),
        "{made}"
    );
    assert_eq!(made["removed"], 1, "the earlier one of this day");
    let listed = storage.curl(&[], "/shelf?list-type=2");
    let manifests = listed.matches("<Key>practice/backups/").count();
    assert_eq!(manifests, 2, "one, and the names of its pieces: {listed}");
    let pieces = listed.matches("<Key>practice/pieces/").count();
    assert_eq!(
        Some(pieces as u64),
        made["pieces"].as_u64(),
        "no piece too many"
    );

    let reader = ["--identity", identity.to_str().unwrap()];
    let tried = ground.run(&[["backup", "verify"].as_slice(), &reader].concat());
    assert_eq!(tried.code, 0, "{tried:?}");
    let toml = fs::read_to_string(ground.data.join("alcove.toml")).unwrap();
    fs::remove_dir_all(&ground.data).unwrap();
    let value = |name: &str| {
        let line = toml.lines().find(|line| line.starts_with(name)).unwrap();
        line.split('"').nth(1).unwrap().to_owned()
    };
    let mut restore = ground::alcove();
    restore.args([
        "restore",
        "--data",
        ground.data(),
        "--backups",
        "s3://shelf/practice",
        "--keys",
    ]);
    restore.arg(value("backup_keys_to")).args(reader);
    for name in ["endpoint", "credentials_file", "certificate_file"] {
        let variable = format!("ALCOVE_BACKUP_S3_{}", name.to_uppercase());
        restore.env(variable, value(&format!("backup_s3_{name}")));
    }
    let restored = restore.output().unwrap();
    assert!(restored.status.success(), "{restored:?}");
    assert_eq!(ground.run(&["audit", "verify"]).code, 0);
}

#[test]
fn storage_with_a_certificate_that_nobody_trusts_gets_nothing() {
    let ground = Ground::made();
    let folder = ground.data.parent().unwrap().to_owned();
    let storage = Storage::start(&folder);
    let other = Ground::empty();
    let stranger = Storage::start(other.data.parent().unwrap());
    let identity = folder.join("owner.age");
    let said = run(&["backup", "recipient", "--out", identity.to_str().unwrap()]);
    settings(&ground, &storage, said.out.trim(), &stranger.certificate);
    storage.curl(&["--request", "PUT"], "/shelf");
    let refused = ground.run(&["backup"]);
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(refused.err.contains("the storage refused"), "{refused:?}");
    assert!(!refused.err.contains("the-secret"), "{refused:?}");
    let listed = storage.curl(&[], "/shelf?list-type=2");
    assert!(!listed.contains("<Key>"), "{listed}");
}

#[test]
fn an_endpoint_without_tls_is_refused_as_a_setting() {
    let ground = Ground::made();
    let toml = "backup_s3_endpoint = \"http://127.0.0.1:9\"\n";
    fs::write(ground.data.join("alcove.toml"), toml).unwrap();
    let refused = ground.run(&["backup"]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("backup_s3_endpoint"), "{refused:?}");
}
