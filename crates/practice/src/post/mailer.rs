//! How a letter leaves: by SMTP, or kept where it is for the demo.

use std::time::Duration;

use jiff::Timestamp;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::{Error as SmtpError, PoolConfig};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use zeroize::Zeroizing;

use super::Letter;
use crate::people::Cover;
use crate::private::Private;

/// How the way to the mail server is protected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MailSecurity {
    /// STARTTLS, always; a server that does not offer it gets nothing (usually port 587).
    StartTls,
    /// TLS from the first byte (usually port 465).
    Tls,
    /// None: for a relay on the same machine.
    Plain,
}

/// A mail server and the account there.
pub struct Smtp {
    /// The server's name, which its certificate must carry.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way is protected.
    pub security: MailSecurity,
    /// User and password, where the server asks for them.
    pub account: Option<(String, Zeroizing<String>)>,
    /// A certificate in PEM to trust besides the public ones.
    pub also_trust: Option<Vec<u8>>,
    /// The sender's address.
    pub from: String,
    /// The sender's name, neutral (R12).
    pub from_name: String,
}

/// Why mail cannot be sent at all, or this letter not now. The text never carries an address.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MailFault {
    /// The sender's address is none.
    #[error("the sender's address is not an address")]
    From,
    /// The certificate to trust cannot be read.
    #[error("the certificate to trust is not PEM, or TLS cannot be set up")]
    Certificate,
    /// The recipient's address is none.
    #[error("the recipient's address is not an address")]
    To,
    /// Its recipient calls no mail safe any more (R12).
    #[error("its recipient calls no mail safe any more")]
    NoWay,
    /// It would say a word that its recipient asked us to avoid (R12).
    #[error("it would say a word that its recipient asked us to avoid")]
    Avoided,
    /// The letter, or where it goes, cannot be opened.
    #[error("the letter, or where it goes, cannot be opened")]
    Unreadable,
    /// The server refused for good, with its code.
    #[error("the mail server refused for good ({0})")]
    Refused(u16),
    /// The server refused for now, with its code.
    #[error("the mail server refused for now ({0})")]
    Later(u16),
    /// The server cannot be reached, or the way to it cannot be protected.
    #[error("the mail server cannot be reached, or not by a protected way")]
    Unreachable,
}

impl MailFault {
    /// Whether trying again can help.
    #[must_use]
    pub const fn may_pass(self) -> bool {
        matches!(self, Self::Later(_) | Self::Unreachable)
    }
}

enum Outlet {
    Smtp(Box<AsyncSmtpTransport<Tokio1Executor>>, Mailbox),
    Kept,
}

/// What sends letters.
pub struct Mailer {
    outlet: Outlet,
    address: String,
}

impl Mailer {
    /// Sends by SMTP; `address` is what browsers reach this program by, such as `https://alcove.example.org`.
    ///
    /// # Errors
    /// [`MailFault::From`], [`MailFault::Certificate`].
    pub fn smtp(smtp: Smtp, address: impl Into<String>) -> Result<Self, MailFault> {
        let from: Address = smtp.from.parse().map_err(|_| MailFault::From)?;
        let hello = from.domain().to_owned();
        let name = Some(smtp.from_name).filter(|name| !name.is_empty());
        let tls = tls(&smtp.host, smtp.security, smtp.also_trust.as_deref())?;
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&smtp.host)
            .port(smtp.port)
            .tls(tls)
            .timeout(Some(Duration::from_secs(30)))
            .hello_name(lettre::transport::smtp::extension::ClientId::Domain(hello))
            .pool_config(PoolConfig::new().max_size(2));
        if let Some((user, password)) = smtp.account {
            builder = builder.credentials(Credentials::new(user, password.to_string()));
        }
        Ok(Self {
            outlet: Outlet::Smtp(Box::new(builder.build()), Mailbox::new(name, from)),
            address: address.into(),
        })
    }

    /// Sends nothing: letters are kept where they are and can be looked at (the demo).
    #[must_use]
    pub fn kept(address: impl Into<String>) -> Self {
        Self {
            outlet: Outlet::Kept,
            address: address.into(),
        }
    }

    pub(super) const fn keeps(&self) -> bool {
        matches!(self.outlet, Outlet::Kept)
    }

    /// What stands before a link.
    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// Everything that a letter would say to whoever sees it: sender, subject, text with our address.
    pub(super) fn says(&self, letter: &Letter, cover: &Cover) -> String {
        let sender = match &self.outlet {
            Outlet::Smtp(_, from) => sender(from, cover).to_string(),
            Outlet::Kept => String::new(),
        };
        // Of a link only our address counts: what stands behind it by chance is nobody's word.
        let ours = letter.link.as_ref().map(|_| Private::default());
        let text = Letter {
            link: ours,
            ..letter.clone()
        }
        .text(&self.address);
        [sender.as_str(), letter.subject(cover), &text].join("\n")
    }

    /// Whether the server answers by a protected way; nothing is sent.
    ///
    /// # Errors
    /// Why not.
    pub async fn reach(&self) -> Result<(), MailFault> {
        match &self.outlet {
            Outlet::Kept => Ok(()),
            Outlet::Smtp(server, _) => match server.test_connection().await {
                Ok(true) => Ok(()),
                Ok(false) => Err(MailFault::Unreachable),
                Err(error) => Err(fault(&error)),
            },
        }
    }

    /// Sends one letter. The recipient stands without a name, the message without a trace of this machine.
    pub(super) async fn send(
        &self,
        to: &str,
        covered: (&Letter, &Cover),
        place: (uuid::Uuid, Timestamp),
    ) -> Result<(), MailFault> {
        let Outlet::Smtp(server, from) = &self.outlet else {
            return Ok(());
        };
        let (id, at) = place;
        let (letter, cover) = covered;
        let to: Address = to.trim().parse().map_err(|_| MailFault::To)?;
        let message = Message::builder()
            .from(sender(from, cover))
            .to(Mailbox::new(None, to))
            .subject(letter.subject(cover))
            .date(at.into())
            .message_id(Some(message_id(id, from.email.domain())))
            .header(AutoGenerated)
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text(&self.address))
            .map_err(|_| MailFault::To)?;
        match server.send(message).await {
            Ok(_) => Ok(()),
            Err(error) => Err(fault(&error)),
        }
    }
}

/// Who a letter is from: the address is always ours, the name is the recipient's to choose.
fn sender(ours: &Mailbox, cover: &Cover) -> Mailbox {
    match cover.name.reveal().as_str() {
        "" => ours.clone(),
        name => Mailbox::new(Some(name.to_owned()), ours.email.clone()),
    }
}

/// The same letter has the same id however often it is tried, so that a mailbox can drop a second copy.
fn message_id(id: uuid::Uuid, domain: &str) -> String {
    // The id of the row is time-ordered; only its random end goes out.
    let random = id.as_u128() & ((1 << 74) - 1);
    format!("<{random:x}@{domain}>")
}

fn tls(host: &str, security: MailSecurity, also: Option<&[u8]>) -> Result<Tls, MailFault> {
    if security == MailSecurity::Plain {
        return Ok(Tls::None);
    }
    let mut parameters = TlsParameters::builder(host.to_owned());
    if let Some(pem) = also {
        let certificate = Certificate::from_pem(pem).map_err(|_| MailFault::Certificate)?;
        parameters = parameters.add_root_certificate(certificate);
    }
    let parameters = parameters.build().map_err(|_| MailFault::Certificate)?;
    Ok(if security == MailSecurity::Tls {
        Tls::Wrapper(parameters)
    } else {
        Tls::Required(parameters)
    })
}

/// What the server said, without its words: they may repeat the recipient's address.
fn fault(error: &SmtpError) -> MailFault {
    let code = error.status().map_or(0, u16::from);
    if error.is_permanent() {
        MailFault::Refused(code)
    } else if error.is_transient() {
        MailFault::Later(code)
    } else {
        MailFault::Unreachable
    }
}

/// `Auto-Submitted: auto-generated` (RFC 3834), so that nobody's absence is answered to it.
#[derive(Clone)]
struct AutoGenerated;

impl Header for AutoGenerated {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}
