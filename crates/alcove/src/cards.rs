//! Two cards, as they come from files, the terminal or the page of a locked server.

use std::fmt;
use std::path::PathBuf;

use vault::{Card, CardError, CardPair, Secret};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::settings;
use crate::typed;

/// Which of two cards.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Which {
    First,
    Second,
    Both,
}

/// Why two cards are no secret, and which of them is to be looked at again. It never carries what was typed.
#[derive(Debug)]
pub(crate) struct Wrong {
    pub(crate) which: Which,
    pub(crate) error: CardError,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.which {
            Which::First => write!(f, "first card: {}", self.error),
            Which::Second => write!(f, "second card: {}", self.error),
            Which::Both => self.error.fmt(f),
        }
    }
}

/// What two cards unlock with.
///
/// # Errors
/// [`Wrong`], naming the first card that is not as printed.
pub(crate) fn secret(one: &str, other: &str) -> Result<Secret, Wrong> {
    pair(one, other).map(Secret::Cards)
}

fn pair(one: &str, other: &str) -> Result<CardPair, Wrong> {
    let read = |text, which| Card::parse(text).map_err(|error| Wrong { which, error });
    let (one, other) = (read(one, Which::First)?, read(other, Which::Second)?);
    CardPair::of(&one, &other).map_err(|error| Wrong {
        which: Which::Both,
        error,
    })
}

/// Two cards in files.
///
/// # Errors
/// [`Failure::WrongUse`] when it is not two of them; [`Failure::Refused`] when they are no cards of one set.
pub(crate) fn in_files(files: &[PathBuf]) -> Result<CardPair, Failure> {
    let [one, other] = files else {
        return Err(Failure::WrongUse(
            "it takes two cards: give --card-file twice".to_owned(),
        ));
    };
    let (one, other) = (settings::secret_of(one)?, settings::secret_of(other)?);
    pair(&one, &other).map_err(refused)
}

/// Two cards as somebody types them, each over as many lines as they like.
///
/// # Errors
/// [`Failure::Refused`] when they are no cards of one set.
pub(crate) fn asked() -> Result<CardPair, Failure> {
    let (one, other) = (card("first")?, card("second")?);
    pair(&one, &other).map_err(refused)
}

fn refused(wrong: Wrong) -> Failure {
    Failure::refused(wrong.to_string())
}

/// Characters of a card without what stands between its groups.
const CHARACTERS: usize = 80;

fn card(which: &str) -> Result<Zeroizing<String>, Failure> {
    let mut text = Zeroizing::new(String::with_capacity(256));
    let counts = |text: &str| {
        let is_between = |character: &char| character.is_whitespace() || *character == '-';
        text.chars()
            .filter(|character| !is_between(character))
            .count()
    };
    while counts(&text) < CHARACTERS {
        let question = if text.is_empty() {
            format!("The {which} card, all of it or a line at a time")
        } else {
            format!("The {which} card goes on")
        };
        let line = typed::secret(&question)?;
        if line.trim().is_empty() {
            break;
        }
        text.push_str(&line);
        text.push(' ');
    }
    Ok(text)
}
