//! `alcove succession`: the cards of the professional executor, made and put together without a practice; and what is taken out
//! for the executor.
//!
//! An identity of age (X25519) is made, shared out to three cards and forgotten: it stands in no file. Its public half and the
//! check of it are what the practice needs. Not here: who registers it, and which notes are encrypted for it (`practice::succession`).

mod export;
mod words;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use age::x25519::Identity;
use bech32::{Bech32, Hrp};
use practice::succession::Recipient;
use serde_json::json;
use vault::{Randomness as _, SystemRandomness};
use zeroize::Zeroizing;

pub(crate) use words::Succession;
use words::{MakeCards, OpenCards};

use crate::cards;
use crate::failure::Failure;
use crate::init::private_file;
use crate::keys::paper;

/// Does what was asked.
pub(crate) fn run(words: Succession) -> Result<ExitCode, Failure> {
    match words {
        Succession::Make(words) => make(&words),
        Succession::Open(words) => open(&words),
        Succession::Export(words) => crate::on_runtime(export::export(words)),
    }
}

/// An identity, as its 32 bytes say it.
struct Executor {
    identity: Zeroizing<String>,
    recipient: Recipient,
}

impl Executor {
    fn of(secret: &[u8; 32]) -> Result<Self, Failure> {
        let broken = |why: String| Failure::refused(format!("the identity: {why}"));
        let name = Hrp::parse("age-secret-key-").map_err(|error| broken(error.to_string()))?;
        let mut identity = Zeroizing::new(String::with_capacity(128));
        bech32::encode_upper_to_fmt::<Bech32, String>(&mut identity, name, secret)
            .map_err(|error| broken(error.to_string()))?;
        let read: Identity = identity
            .parse()
            .map_err(|why: &str| broken(why.to_owned()))?;
        let recipient = Recipient::read(&read.to_public().to_string());
        Ok(Self {
            identity,
            recipient: recipient.map_err(|error| broken(error.to_string()))?,
        })
    }

    /// The identity file, in the form of `age-keygen`.
    fn file(&self) -> Zeroizing<String> {
        let public = &self.recipient;
        let check = public.check();
        Zeroizing::new(format!(
            "# succession, check {check}\n# public key: {public}\n{}\n",
            self.identity.as_str()
        ))
    }
}

fn make(words: &MakeCards) -> Result<ExitCode, Failure> {
    let mut secret = Zeroizing::new([0; 32]);
    SystemRandomness.fill(secret.as_mut_slice());
    let executor = Executor::of(&secret)?;
    let recipient = &executor.recipient;
    let check = recipient.check();
    let cards = vault::deal_secret(&secret, recipient.set(), &SystemRandomness);
    let set = paper::Set::Succession { check: &check };
    private_file(&words.out, &paper::of(&cards, set)?)
        .map_err(|error| named(&words.out, &error))?;
    if words.json {
        println!(
            "{}",
            json!({ "recipient": recipient.as_str(), "check": check })
        );
        return Ok(ExitCode::SUCCESS);
    }
    println!("recipient {recipient}");
    println!("check     {check}");
    println!(
        "Register both on the page \"Succession\" of the practice. The check stands on each card."
    );
    println!(
        "Print {}, give each page to somebody else, and delete the file: it opens everything that any two of the cards open.",
        words.out.display()
    );
    println!("Try two of them before you rely on them: alcove succession open --rehearse {check}");
    Ok(ExitCode::SUCCESS)
}

fn open(words: &OpenCards) -> Result<ExitCode, Failure> {
    let pair = if words.card_file.is_empty() {
        cards::asked()?
    } else {
        cards::in_files(&words.card_file)?
    };
    let name = |secret: &[u8; 32]| Executor::of(secret).map_or(0, |found| found.recipient.set());
    let secret = pair.secret_named(name).ok_or_else(|| {
        Failure::refused(
            "these two are no succession cards, or something on one of them is not as it was printed",
        )
    })?;
    let executor = Executor::of(&secret)?;
    let public = &executor.recipient;
    if let Some(registered) = &words.rehearse {
        let fits = registered.trim() == public.as_str() || public.has_check(registered);
        return if fits {
            println!(
                "These two cards open what is encrypted for {public} (check {}).",
                public.check()
            );
            println!("Nothing was written.");
            Ok(ExitCode::SUCCESS)
        } else {
            Err(Failure::refused(format!(
                "these two cards are of another set: theirs has the check {}",
                public.check()
            )))
        };
    }
    let file = executor.file();
    match &words.out {
        Some(out) => {
            private_file(out, file.as_bytes()).map_err(|error| named(out, &error))?;
            println!("Written: {}, for recipient {public}.", out.display());
            println!(
                "Open a note with it: age --decrypt --identity {} NOTE.age",
                out.display()
            );
        }
        None => std::io::stdout().write_all(file.as_bytes())?,
    }
    Ok(ExitCode::SUCCESS)
}

fn named(file: &Path, error: &std::io::Error) -> Failure {
    let why = if fs::symlink_metadata(file).is_ok() {
        "is there already; nothing was changed".to_owned()
    } else {
        error.to_string()
    };
    Failure::refused(format!("{} {why}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use vault::{CardPair, SeededRandomness};

    #[test]
    fn any_two_cards_give_the_identity_that_reads_what_is_encrypted_for_the_recipient() {
        let randomness = SeededRandomness::new(11);
        let mut secret = [0; 32];
        randomness.fill(&mut secret);
        let executor = Executor::of(&secret).unwrap();
        let cards = vault::deal_secret(&secret, executor.recipient.set(), &randomness);
        let to: age::x25519::Recipient = executor.recipient.as_str().parse().unwrap();
        let sealed = age::encrypt(&to, b"a note").unwrap();
        for (one, other) in [(0, 1), (1, 2), (2, 0)] {
            let pair = CardPair::of(&cards[one], &cards[other]).unwrap();
            let name = |found: &[u8; 32]| Executor::of(found).unwrap().recipient.set();
            let found = Executor::of(&pair.secret_named(name).unwrap()).unwrap();
            let identity: Identity = found.identity.parse().unwrap();
            assert_eq!(age::decrypt(&identity, &sealed).unwrap(), b"a note");
        }
    }
}
