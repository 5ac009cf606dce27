//! TLS of the program's own: what a browser gets by it, a certificate that changes while it runs, one that is asked of an
//! authority (Debian's `pebble`, which the test starts), and who shakes hands too slowly.
#![expect(clippy::unwrap_used, reason = "tests")]

mod ground;
mod handshake;

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use ground::{Ground, Server, alcove, ask, mode};
use handshake::{Authority, free_port, get, page};
use rustls::version::{TLS12, TLS13};

const NAME: &str = "alcove.example.org";

/// A practice with a certificate in files, and who issued it.
fn certified(more: &str) -> (Ground, Authority) {
    let (ground, authority) = (Ground::made(), Authority::new());
    put(&ground, &authority);
    set(
        &ground,
        &format!(
            "address = \"https://{NAME}\"\ntls_certificate_file = \"tls.pem\"\ntls_key_file = \"tls.key\"\n{more}"
        ),
    );
    (ground, authority)
}

fn set(ground: &Ground, settings: &str) {
    fs::write(ground.data.join("alcove.toml"), settings).unwrap();
}

fn put(ground: &Ground, authority: &Authority) {
    let (certificate, key) = authority.certify(NAME);
    fs::write(ground.data.join("tls.key"), key).unwrap();
    fs::write(ground.data.join("tls.pem"), certificate).unwrap();
    let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    fs::set_permissions(ground.data.join("tls.key"), private).unwrap();
}

#[test]
fn by_tls_cookies_are_bound_to_the_host_and_browsers_told_to_come_by_it_again() {
    let (ground, authority) = certified("");
    let server = ground.serve();
    for version in [&TLS12, &TLS13] {
        let sign_in = page(
            &authority.trusting(&[version]),
            &server.address,
            NAME,
            "/sign-in",
        )
        .unwrap();
        assert_eq!(sign_in.status, 200);
        assert!(
            sign_in
                .head
                .contains("strict-transport-security: max-age=31536000")
        );
        let cookie = sign_in.head.split_once("set-cookie: ").unwrap().1;
        assert!(cookie.starts_with("__Host-alcove-visit="), "{cookie}");
        let cookie = cookie.lines().next().unwrap();
        for word in ["HttpOnly", "SameSite=Strict", "Secure", "Path=/"] {
            assert!(cookie.contains(word), "{cookie}");
        }
    }
    let elsewhere = Authority::new().trusting(&[&TLS13]);
    assert!(
        page(&elsewhere, &server.address, NAME, "/").is_err(),
        "another authority's"
    );
    // Without TLS there is no answer, not even a refusal.
    let mut plain = TcpStream::connect(&server.address).unwrap();
    plain
        .write_all(b"GET / HTTP/1.1\r\nHost: any\r\n\r\n")
        .unwrap();
    let mut answer = Vec::new();
    drop(plain.read_to_end(&mut answer));
    assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
    assert_eq!(server.stop(), 0);
}

#[test]
fn a_certificate_that_changes_is_shown_without_a_restart_and_a_wrong_one_is_not() {
    let (ground, before) = certified("");
    let server = ground.serve();
    let reached = |by: &Authority| page(&by.trusting(&[&TLS13]), &server.address, NAME, "/health");
    assert_eq!(reached(&before).unwrap().status, 200);
    let after = Authority::new();
    let (certificate, _) = after.certify(NAME);
    fs::write(ground.data.join("tls.pem"), certificate).unwrap();
    let said = ground.run(&["doctor"]);
    assert!(said.out.contains("do not go together"), "{}", said.out);
    put(&ground, &after);
    let begun = Instant::now();
    while reached(&after).is_err() {
        // It may change just between the two.
        let shown = reached(&before).or_else(|_| reached(&after));
        assert!(shown.is_ok(), "one of the two is shown at any time");
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "it is not read anew"
        );
    }
    assert!(reached(&before).is_err());
    let said = ground.run(&["doctor"]);
    assert!(
        said.out.contains("certificate  holds until"),
        "{}",
        said.out
    );
    assert_eq!(server.stop(), 0);
}

#[test]
fn after_a_lock_tls_goes_on_and_so_does_the_way_from_plain_http() {
    let plain = free_port();
    let (ground, authority) = certified(&format!("redirect_listen = \"127.0.0.1:{plain}\"\n"));
    let server = ground.serve();
    let trusting = authority.trusting(&[&TLS13]);
    for state in ["ready", "locked"] {
        let health = page(&trusting, &server.address, NAME, "/health").unwrap();
        assert!(health.body.contains(state), "{}", health.body);
        let lead = get(plain, "/book?c=1");
        assert_eq!(lead.status, 308, "{lead:?}");
        let head = lead.head.to_lowercase();
        assert!(!head.contains("strict-transport-security"), "{head}");
        assert!(
            lead.head
                .contains(&format!("location: https://{NAME}/book?c=1\r\n")),
            "{}",
            lead.head
        );
        let sent = ask(
            &format!("127.0.0.1:{plain}"),
            ("POST", "/sign-in"),
            &[],
            "name=owner&password=sent+in+the+clear",
        );
        assert_eq!(sent.status, 405, "{sent:?}");
        if state == "ready" {
            assert_eq!(ground.run(&["lock"]).code, 0);
        }
    }
    assert_eq!(server.stop(), 0);
}

#[test]
fn who_shakes_hands_too_slowly_is_let_go() {
    let (ground, _) = certified("");
    let server = ground.serve();
    let mut silent = TcpStream::connect(&server.address).unwrap();
    silent
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    // The head of a record that never comes.
    silent.write_all(&[0x16, 0x03, 0x01, 0x02, 0x00]).unwrap();
    let mut nothing = Vec::new();
    silent.read_to_end(&mut nothing).unwrap();
    assert!(nothing.is_empty(), "{nothing:?}");
}

#[test]
fn settings_that_would_leave_the_way_unprotected_are_refused() {
    let ground = Ground::made();
    let https = format!("address = \"https://{NAME}\"\n");
    for (settings, why) in [
        (
            "tls_certificate_file = \"a\"\ntls_key_file = \"b\"\n".to_owned(),
            "by which https address",
        ),
        (
            format!("{https}tls_certificate_file = \"a\"\n"),
            "set together",
        ),
        (
            format!("{https}tls_certificate_file = \"a\"\ntls_key_file = \"b\"\n"),
            "a: ",
        ),
        (
            format!("{https}acme_contact = \"a@b.example\"\nacme_directory = \"http://c\"\n"),
            "https only",
        ),
        (
            "address = \"https://192.0.2.1\"\nacme_contact = \"a@b.example\"\n".to_owned(),
            "the name to be certified",
        ),
        (
            "redirect_listen = \"127.0.0.1:0\"\n".to_owned(),
            "no https address",
        ),
    ] {
        set(&ground, &settings);
        let said = ground.run(&["serve"]);
        assert_eq!(said.code, 1, "{settings}: {said:?}");
        assert!(said.err.contains(why), "{settings}: {}", said.err);
    }
}

#[test]
fn a_certificate_is_asked_of_an_authority_and_kept_for_the_next_start() {
    let ground = Ground::made();
    let port = free_port();
    let authority = handshake::pebble(&ground.data.with_file_name("authority"), port);
    let settings = format!(
        "address = \"https://{NAME}\"\nacme_contact = \"owner@example.org\"\nacme_directory = \"{}\"\nacme_authority_file = \"{}\"\n",
        authority.directory,
        authority.certificate.display()
    );
    set(&ground, &settings);
    let said = ground.run(&["doctor"]);
    assert!(said.out.contains("certificate  none yet"), "{}", said.out);
    let listen = format!("127.0.0.1:{port}");
    let words = ["serve", "--data", ground.data(), "--listen", &listen];
    let server = Server::start(alcove().args(words));
    let trusting = authority.wait(&server.address, NAME);
    let health = page(&trusting, &server.address, NAME, "/health").unwrap();
    assert_eq!(health.status, 200);
    let folder = ground.data.join("tls");
    assert_eq!(mode(&folder), 0o700);
    for name in ["account.json", "certificate.pem"] {
        assert_eq!(mode(&folder.join(name)), 0o600, "{name}");
    }
    let (account, certificate) = (
        kept(&folder, "account.json"),
        kept(&folder, "certificate.pem"),
    );
    assert_eq!(server.stop(), 0);
    drop(authority);

    let again = Server::start(alcove().args(words));
    assert_eq!(
        page(&trusting, &again.address, NAME, "/health")
            .unwrap()
            .status,
        200
    );
    assert_eq!(kept(&folder, "account.json"), account);
    assert_eq!(
        kept(&folder, "certificate.pem"),
        certificate,
        "it is not asked again while it holds"
    );
    assert_eq!(again.stop(), 0);
}

fn kept(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}
