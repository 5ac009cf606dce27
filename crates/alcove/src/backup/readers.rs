//! Who can read a backup: age recipients (X25519), the owner's and the executor's. Any age tool opens what is made here.
//!
//! The machine that makes backups cannot read them: the identities are elsewhere.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use age::secrecy::ExposeSecret as _;
use age::x25519::{Identity, Recipient};
use age::{Decryptor, Encryptor};
use zeroize::Zeroizing;

use super::words::NewRecipient;
use crate::failure::Failure;
use crate::init::private_file;
use crate::settings::secret_of;

/// Those for whom a backup is made.
#[derive(Clone)]
pub(super) struct Readers {
    recipients: Vec<Recipient>,
    names: Vec<String>,
}

impl Readers {
    /// Reads them from their texts.
    pub(super) fn of(texts: &[String]) -> Result<Self, Failure> {
        let mut names = texts.to_vec();
        names.sort();
        names.dedup();
        let recipients = names.iter().map(|text| {
            text.parse().map_err(|_| {
                Failure::refused(format!(
                    "{text:?} is no age recipient (age1...); alcove backup recipient makes one"
                ))
            })
        });
        let recipients: Vec<Recipient> = recipients.collect::<Result<_, _>>()?;
        if recipients.is_empty() {
            return Err(Failure::refused(
                "nobody could read the backup: name recipients in backup_recipients; alcove backup recipient makes one",
            ));
        }
        Ok(Self { recipients, names })
    }

    /// All of them in one text, by which pieces that others can read are told apart.
    pub(super) fn text(&self) -> String {
        self.names.join(",")
    }

    pub(super) fn count(&self) -> usize {
        self.names.len()
    }

    /// Encrypts for all of them.
    pub(super) fn seal(&self, plain: &[u8]) -> Result<Vec<u8>, Failure> {
        let refused = |why: String| Failure::refused(format!("encrypting a backup: {why}"));
        let recipients = self.recipients.iter().map(|one| one as &dyn age::Recipient);
        let encryptor =
            Encryptor::with_recipients(recipients).map_err(|error| refused(error.to_string()))?;
        let mut sealed = Vec::with_capacity(plain.len() + 512);
        let mut writer = encryptor.wrap_output(&mut sealed)?;
        writer.write_all(plain)?;
        writer.finish()?;
        Ok(sealed)
    }
}

/// Somebody who can read backups.
pub(super) struct Reader(Identity);

impl Reader {
    /// Reads an identity file, in the form of `age-keygen`.
    pub(super) fn in_file(file: &Path) -> Result<Self, Failure> {
        let text = secret_of(file)?;
        let mut lines = text.lines().map(str::trim);
        let line = lines.find(|line| !line.is_empty() && !line.starts_with('#'));
        let identity = line.and_then(|line| line.parse().ok());
        identity
            .map(Self)
            .ok_or_else(|| Failure::refused(format!("{} holds no identity", file.display())))
    }

    /// Decrypts; `name` is for the refusal.
    pub(super) fn open(&self, name: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let refused = |why: String| Failure::refused(format!("{name}: {why}"));
        let decryptor =
            Decryptor::new_buffered(sealed).map_err(|error| refused(error.to_string()))?;
        let identities = std::iter::once(&self.0 as &dyn age::Identity);
        let mut reader = decryptor
            .decrypt(identities)
            .map_err(|error| refused(error.to_string()))?;
        let mut plain = Zeroizing::new(Vec::with_capacity(sealed.len()));
        reader
            .read_to_end(&mut plain)
            .map_err(|error| refused(error.to_string()))?;
        Ok(plain)
    }
}

/// Makes an identity in a file, and prints its recipient.
pub(super) fn recipient(words: &NewRecipient) -> Result<ExitCode, Failure> {
    let identity = Identity::generate();
    let public = identity.to_public();
    let text = Zeroizing::new(format!(
        "# public key: {public}\n{}\n",
        identity.to_string().expose_secret()
    ));
    private_file(&words.out, text.as_bytes())
        .map_err(|error| Failure::refused(format!("{}: {error}", words.out.display())))?;
    println!("{public}");
    eprintln!(
        "Name it in backup_recipients. Move {} away from this machine: with it, and with what unlocks the practice, the backups open.",
        words.out.display()
    );
    Ok(ExitCode::SUCCESS)
}
