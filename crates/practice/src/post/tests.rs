//! R12: who gets a letter and who does not, what it says, and that a real mail server takes it.

mod times;

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use store::testing::Folder;
use vault::Kind;

use super::{Letter, LetterKind, MailFault, MailSecurity, Mailer, Round, Smtp};
use crate::access::{JobAccess, Purpose};
use crate::error::AccessError;
use crate::ids::PersonId;
use crate::people::{self, Channel, Identity, Way};
use crate::receipts::Action;
use crate::sealed;
use crate::testing::{Fictional, both, once};

const ADDRESS: &str = "https://alder.example";

/// Words that name the field, or what people come for, in any form.
const FIELD: [&str; 24] = [
    "sex", "therap", "counsel", "psych", "couple", "relation", "intim", "desire", "clinic",
    "patient", "health", "treat", "doctor", "diagnos", "session", "intake", "homework", "libido",
    "erect", "orgasm", "partner", "marriage", "alcove", "linden",
];

fn way(channel: Channel, address: &str, safe: bool) -> Way {
    Way::new(channel, address.into(), safe)
}

/// Somebody who can be reached in these ways.
async fn somebody(fictional: &Fictional, ways: Vec<Way>) -> PersonId {
    somebody_with(fictional, ways, "").await
}

/// The same, with words that we are not to use.
async fn somebody_with(fictional: &Fictional, ways: Vec<Way>, avoid: &str) -> PersonId {
    let made = fictional.practice.make(&[Kind::Identity]).await.unwrap();
    let practice = fictional.practice.id();
    let identity = Identity {
        name: "Noor".into(),
        ways,
        avoid: avoid.into(),
        ..Identity::default()
    };
    fictional
        .practice
        .write(
            &JobAccess::set_up(),
            Action::SetUp,
            move |work| {
                let compartment = made.first().unwrap().id();
                let opened = work.open_made(Action::SetUp, Purpose::Keeping, &made)?;
                let open = opened.get(compartment).ok_or(AccessError::NotThere)?;
                let place = ("people", work.new_id(), 1);
                work.seal(open, place, &identity)
            },
            move |tx, row| {
                people::insert(tx, practice, 0, row)?;
                Ok::<_, AccessError>(PersonId(row.id()))
            },
        )
        .await
        .unwrap()
}

/// Writes a letter, as an operation of a capability does; tells whether the gate let it through.
async fn write_to(fictional: &Fictional, person: PersonId, letter: Letter) -> bool {
    let practice = fictional.practice.id();
    fictional
        .practice
        .write(
            &JobAccess::post(),
            Action::Post,
            move |work| super::prepare(work, person, &letter),
            move |tx, posted| {
                super::put(tx, practice, posted.as_ref())?;
                Ok::<_, AccessError>(posted.is_some())
            },
        )
        .await
        .unwrap()
}

async fn counts(fictional: &Fictional) -> Vec<(String, i64)> {
    fictional.practice.post_counts().await.unwrap()
}

/// The person says that mail is not safe any more.
async fn withdraw(fictional: &Fictional, person: PersonId) {
    let practice = fictional.practice.id();
    fictional
        .practice
        .write(
            &JobAccess::post(),
            Action::Contact,
            move |work| {
                let cell = people::records::cell(work.tx, practice, person)?.unwrap();
                let opened = work.open(Action::Contact, Purpose::Contact, &[cell.compartment])?;
                let mut identity: Identity = work.unseal(&opened, "people", &cell)?;
                for way in &mut identity.ways {
                    way.safe = false;
                }
                let open = opened.get(cell.compartment).unwrap();
                work.reseal(open, "people", &cell, &identity)
            },
            move |tx, row| Ok::<_, AccessError>(sealed::revise(tx, practice, row)?),
        )
        .await
        .unwrap();
}

#[test]
fn r12_no_word_of_a_letter_names_the_field() {
    for kind in LetterKind::ALL {
        let letter = Letter::to(kind, "/w/abc");
        let said = format!("{}\n{}", kind.subject(), letter.text("https://a.example"));
        let said = said.to_lowercase();
        for word in FIELD {
            assert!(!said.contains(word), "{kind:?} says {word}: {said}");
        }
        assert!(said.contains("https://a.example/w/abc"));
    }
}

#[test]
fn r12_a_sender_that_names_the_field_is_noticed() {
    for name in [
        "Harbour Sex Therapy",
        "desk@couples-clinic.example",
        "PSYCHOLOGY",
    ] {
        assert!(super::names_the_field(name), "{name}");
    }
    assert!(!super::names_the_field("Front desk") && !super::names_the_field("Alder House"));
}

#[tokio::test]
async fn r12_nothing_is_written_to_who_called_no_mail_safe() {
    both(async |fictional| {
        let ways = vec![
            way(Channel::Mail, "shared@example.org", false),
            way(Channel::Phone, "555 0100", true),
        ];
        let unsafe_mail = somebody(&fictional, ways).await;
        let no_way = somebody(&fictional, Vec::new()).await;
        for person in [unsafe_mail, no_way] {
            let letter = Letter::plain(LetterKind::News);
            assert!(!write_to(&fictional, person, letter).await);
        }
        assert_eq!(counts(&fictional).await, []);
    })
    .await;
}

#[tokio::test]
async fn r12_a_way_that_stops_being_safe_stops_the_letter_that_waits() {
    both(async |fictional| {
        let ways = vec![way(Channel::Mail, "noor@example.org", true)];
        let noor = somebody(&fictional, ways).await;
        assert!(write_to(&fictional, noor, Letter::to(LetterKind::News, "/my")).await);
        withdraw(&fictional, noor).await;
        let mailer = Mailer::kept(ADDRESS);
        let round = fictional.practice.send_post(&mailer).await.unwrap();
        assert_eq!((round.kept, round.failed), (0, 1));
        assert!(fictional.practice.outbox(&mailer).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn r12_a_word_that_somebody_asked_us_to_avoid_is_never_sent() {
    once(async |fictional| {
        let ways = || vec![way(Channel::Mail, "noor@example.org", true)];
        let quiet = somebody_with(&fictional, ways(), "therapy, No voicemail; Alder").await;
        let other = somebody_with(&fictional, ways(), "therapy, no voicemail").await;
        for person in [quiet, other] {
            assert!(write_to(&fictional, person, Letter::to(LetterKind::News, "/my")).await);
        }
        let mailer = Mailer::kept(ADDRESS);
        let round = fictional.practice.send_post(&mailer).await.unwrap();
        assert_eq!((round.kept, round.failed), (1, 1), "the address says alder");
    })
    .await;
}

#[tokio::test]
async fn the_demo_keeps_letters_and_shows_them() {
    both(async |fictional| {
        let ways = vec![way(Channel::Mail, "noor@example.org", true)];
        let noor = somebody(&fictional, ways).await;
        let letter = Letter::to(LetterKind::Invitation, "/invitation/token");
        assert!(write_to(&fictional, noor, letter).await);
        let mailer = Mailer::kept(ADDRESS);
        let round = fictional.practice.send_post(&mailer).await.unwrap();
        assert_eq!(round.kept, 1);
        let again = fictional.practice.send_post(&mailer).await.unwrap();
        assert_eq!(again, Round::default());
        let outbox = fictional.practice.outbox(&mailer).await.unwrap();
        let kept = outbox.first().unwrap();
        assert_eq!(kept.to.reveal(), "noor@example.org");
        assert_eq!((kept.person, kept.subject.as_str()), (noor, "Your link"));
        let link = "https://alder.example/invitation/token";
        assert!(kept.text.reveal().contains(link));
        assert_eq!(counts(&fictional).await, [("kept".to_owned(), 1)]);
    })
    .await;
}

#[tokio::test]
async fn a_locked_server_sends_nothing() {
    once(async |fictional| {
        fictional.practice.lock();
        let refused = fictional.practice.send_post(&Mailer::kept(ADDRESS)).await;
        assert!(matches!(refused, Err(AccessError::Locked)));
    })
    .await;
}

/// Debian's aiosmtpd, which files what it receives in a Maildir.
struct Server {
    child: Child,
    port: u16,
    folder: Folder,
}

impl Server {
    fn start(words: &[&str]) -> Self {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let folder = Folder::new();
        let child = Command::new("/usr/bin/python3")
            .args(["-m", "aiosmtpd", "-n", "-l", &format!("127.0.0.1:{port}")])
            .args(words)
            .args(["-c", "aiosmtpd.handlers.Mailbox"])
            .arg(folder.path().join("mail"))
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut server = Self {
            child,
            port,
            folder,
        };
        server.wait();
        server
    }

    /// Waits for its greeting.
    fn wait(&mut self) {
        loop {
            if let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)) {
                let mut line = String::new();
                BufReader::new(stream.try_clone().unwrap())
                    .read_line(&mut line)
                    .unwrap();
                assert!(line.starts_with("220"), "{line}");
                stream.write_all(b"QUIT\r\n").unwrap();
                return;
            }
            let ended = self.child.try_wait().unwrap();
            assert!(
                ended.is_none(),
                "aiosmtpd does not start; on Debian: apt-get install python3-aiosmtpd"
            );
            std::thread::yield_now();
        }
    }

    fn received(&self) -> Vec<String> {
        let Ok(files) = std::fs::read_dir(self.folder.path().join("mail/new")) else {
            return Vec::new();
        };
        files
            .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
            .collect()
    }

    fn mailer(&self, security: MailSecurity, also_trust: Option<Vec<u8>>) -> Mailer {
        let smtp = Smtp {
            host: "localhost".to_owned(),
            port: self.port,
            security,
            account: None,
            also_trust,
            from: "desk@alder.example".to_owned(),
            from_name: "Front desk".to_owned(),
        };
        Mailer::smtp(smtp, ADDRESS).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ended = self.child.kill().and_then(|()| self.child.wait());
    }
}

#[tokio::test]
async fn r12_a_real_server_receives_a_letter_that_names_nothing() {
    once(async |fictional| {
        let server = Server::start(&[]);
        let ways = vec![
            way(Channel::Mail, "shared@example.org", false),
            way(Channel::Mail, "noor@example.org", true),
        ];
        let noor = somebody(&fictional, ways).await;
        let letter = Letter::to(LetterKind::Invitation, "/invitation/token");
        assert!(write_to(&fictional, noor, letter).await);
        let mailer = server.mailer(MailSecurity::Plain, None);
        assert_eq!(mailer.reach().await, Ok(()));
        let round = fictional.practice.send_post(&mailer).await.unwrap();
        assert_eq!((round.sent, round.waiting, round.failed), (1, 0, 0));
        assert_eq!(counts(&fictional).await, [("sent".to_owned(), 1)]);

        let received = server.received();
        let [message] = received.as_slice() else {
            panic!("{} messages", received.len())
        };
        assert!(message.contains("\nTo: noor@example.org\n"), "{message}");
        assert!(message.contains("\nSubject: Your link\n"), "{message}");
        let from = ["Front desk", "\"Front desk\""]
            .map(|name| format!("From: {name} <desk@alder.example>\n"));
        assert!(from.iter().any(|line| message.contains(line)), "{message}");
        assert!(message.contains("\nAuto-Submitted: auto-generated\n"));
        assert!(message.contains("\nDate: Thu, 19 Nov 2026 14:00:00 +0000\n"));
        assert!(message.contains("https://alder.example/invitation/token"));
        assert!(!message.contains("Noor") && !message.contains("shared"));
        let said = message.to_lowercase();
        for word in FIELD {
            assert!(!said.contains(word), "the message says {word}: {message}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_way_that_cannot_be_protected_carries_nothing() {
    once(async |fictional| {
        let server = Server::start(&[]);
        let ways = vec![way(Channel::Mail, "noor@example.org", true)];
        let noor = somebody(&fictional, ways).await;
        assert!(write_to(&fictional, noor, Letter::plain(LetterKind::News)).await);
        let mailer = server.mailer(MailSecurity::StartTls, None);
        assert_eq!(mailer.reach().await, Err(MailFault::Unreachable));
        let round = fictional.practice.send_post(&mailer).await.unwrap();
        assert_eq!((round.sent, round.waiting), (0, 1));
        assert!(server.received().is_empty());

        let soon = fictional.practice.send_post(&mailer).await.unwrap();
        assert_eq!(soon, Round::default(), "it waits a minute first");
        fictional.clock.pass_minutes(1);
        let plain = server.mailer(MailSecurity::Plain, None);
        let round = fictional.practice.send_post(&plain).await.unwrap();
        assert_eq!(round.sent, 1);
    })
    .await;
}

/// A certificate of its own for `localhost`; returns the certificate.
fn certificate(folder: &Path) -> Vec<u8> {
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt"])
        .args(["ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
        .args(["-subj", "/CN=localhost", "-addext"])
        .args(["subjectAltName=DNS:localhost", "-addext"])
        .arg("basicConstraints=critical,CA:FALSE")
        .arg("-keyout")
        .arg(folder.join("key.pem"))
        .arg("-out")
        .arg(folder.join("certificate.pem"))
        .output()
        .unwrap();
    assert!(made.status.success());
    std::fs::read(folder.join("certificate.pem")).unwrap()
}

#[tokio::test]
async fn a_letter_goes_by_starttls_to_a_server_that_is_trusted() {
    once(async |fictional| {
        let folder = Folder::new();
        let pem = certificate(folder.path());
        let path = |name: &str| folder.path().join(name).display().to_string();
        let (key, own) = (path("key.pem"), path("certificate.pem"));
        let server = Server::start(&["--tlscert", &own, "--tlskey", &key]);
        let ways = vec![way(Channel::Mail, "noor@example.org", true)];
        let noor = somebody(&fictional, ways).await;
        assert!(write_to(&fictional, noor, Letter::plain(LetterKind::Time)).await);

        let stranger = server.mailer(MailSecurity::StartTls, None);
        assert_eq!(stranger.reach().await, Err(MailFault::Unreachable));
        let trusting = server.mailer(MailSecurity::StartTls, Some(pem));
        assert_eq!(trusting.reach().await, Ok(()));
        let round = fictional.practice.send_post(&trusting).await.unwrap();
        assert_eq!(round.sent, 1);
        assert_eq!(server.received().len(), 1);
    })
    .await;
}
