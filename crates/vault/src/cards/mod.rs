//! Cards: three pieces of paper, any two of which unlock.
//!
//! A slot of cards wraps the root key under a random secret that nobody holds whole; each card carries a share of it.
//! What is on paper is typed by people under pressure, so a card finds its own mistakes: each group of five characters
//! ends in one that checks the four before it, and the last groups check all of the card. The format and its reasons:
//! `docs/decisions/0016-cards.md`.

mod sharing;
mod text;

use zeroize::Zeroizing;

use crate::bytes::{Reader, Writer};
use crate::crypto::{KEY, Key, same, sha256};
use crate::{Randomness, Secret};

/// How many cards a set has.
pub const CARDS: usize = sharing::SHARES as usize;

/// The version of a card's text.
const VERSION: u8 = 1;
/// Bits of a set's name: as many as the header leaves beside version and number.
const SET_BITS: u32 = 30;
/// Bytes of the check over the whole card.
const CHECK: usize = 3;
/// Bytes before the share: version 5 bits, number 5 bits, set 30 bits.
const HEAD: usize = 5;
/// Bytes of a card: head, share, check.
const BYTES: usize = HEAD + KEY + CHECK;

/// Why what was typed is not a card, or two cards do not go together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CardError {
    /// More or fewer characters than a card has, so that no group can be named.
    #[error("a card has 16 groups of 5 characters, these are {found} characters")]
    Length {
        /// How many there are.
        found: usize,
    },
    /// Groups that are not as printed, counted from one.
    #[error("{} not as it stands on the card", groups(.0))]
    Groups(Vec<u8>),
    /// Each group may be right, the whole is not: several mistakes that hide each other.
    #[error("something on this card is not as it was printed, and which group cannot be told")]
    Whole,
    /// Written by a newer version of Alcove.
    #[error("this card was made by a newer version of Alcove")]
    Newer,
    /// Both are the same card.
    #[error("both are card {number}; it takes two different ones")]
    Same {
        /// Its number.
        number: u8,
    },
    /// The cards are of two sets.
    #[error("the two cards are not of one set")]
    OtherSet,
}

fn groups(wrong: &[u8]) -> String {
    match wrong {
        [only] => format!("group {only} is"),
        [first @ .., last] => {
            let first: Vec<_> = first.iter().map(u8::to_string).collect();
            format!("groups {} and {last} are", first.join(", "))
        }
        [] => "a group is".to_owned(),
    }
}

/// One card of a set.
pub struct Card {
    number: u8,
    set: u32,
    share: Key,
}

/// What two cards of a set give together.
pub struct CardPair {
    set: u32,
    secret: Key,
}

/// Makes a new set: the secret for its slot, and the cards to write down before the slot is kept.
#[must_use]
pub fn deal(randomness: &dyn Randomness) -> (Secret, [Card; CARDS]) {
    let mut set = [0; 4];
    randomness.fill(&mut set);
    let set = u32::from_be_bytes(set) >> (u32::BITS - SET_BITS);
    let secret = Key::random(randomness);
    let cards = shared(&secret, set, randomness);
    (Secret::Cards(CardPair { set, secret }), cards)
}

/// The cards of a secret that unlocks no keyring, such as an identity that stands on paper alone. The set gets the first 30
/// bits of `name`, which is made of the secret, so that [`CardPair::secret_named`] knows these cards from others.
#[must_use]
pub fn deal_secret(secret: &[u8; KEY], name: u32, randomness: &dyn Randomness) -> [Card; CARDS] {
    let set = name >> (u32::BITS - SET_BITS);
    shared(&Key::copied(secret), set, randomness)
}

fn shared(secret: &Key, set: u32, randomness: &dyn Randomness) -> [Card; CARDS] {
    let [one, two, three] = sharing::split(secret, randomness);
    let card = |number, share| Card { number, set, share };
    [card(1, one), card(2, two), card(3, three)]
}

impl Card {
    /// Reads what was typed: any case, with or without blanks and hyphens; `I` and `L` count as 1, `O` as 0.
    ///
    /// # Errors
    /// [`CardError`], naming the groups that are wrong where that can be told.
    pub fn parse(text: &str) -> Result<Self, CardError> {
        let bytes = text::read(text)?;
        let (body, check) = bytes.split_at(HEAD + KEY);
        if !same(&check_of(body), check) {
            return Err(CardError::Whole);
        }
        let mut reader = Reader::new(body);
        let read = || {
            let [first, rest @ ..] = reader.array::<HEAD>()?;
            let head = rest.iter().fold(u64::from(first), |head, byte| {
                (head << u8::BITS) | u64::from(*byte)
            });
            let number = u8::try_from((head >> SET_BITS) & 0x1f).ok()?;
            let set = u32::try_from(head & ((1 << SET_BITS) - 1)).ok()?;
            let share = Key::from_slice(reader.rest())?;
            Some((u8::try_from(head >> 35).ok()?, Self { number, set, share }))
        };
        match { read }() {
            Some((VERSION, card)) if (1..=sharing::SHARES).contains(&card.number) => Ok(card),
            Some((version, _)) if version > VERSION => Err(CardError::Newer),
            _ => Err(CardError::Whole),
        }
    }

    /// The card's text: 16 groups of five characters with hyphens between them.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let head =
            u64::from(VERSION) << 35 | u64::from(self.number) << SET_BITS | u64::from(self.set);
        let [_, _, _, head @ ..] = head.to_be_bytes();
        let body = Zeroizing::new(
            Writer::with_capacity(BYTES)
                .fixed(&head)
                .fixed(self.share.bytes())
                .finish(),
        );
        let mut bytes = Zeroizing::new([0; BYTES]);
        let check = check_of(&body);
        for (to, from) in bytes.iter_mut().zip(body.iter().chain(&check)) {
            *to = *from;
        }
        text::written(&bytes)
    }

    /// Its number, from one.
    #[must_use]
    pub const fn number(&self) -> u8 {
        self.number
    }
}

impl CardPair {
    /// Puts two cards together.
    ///
    /// # Errors
    /// [`CardError::Same`], [`CardError::OtherSet`].
    pub fn of(one: &Card, other: &Card) -> Result<Self, CardError> {
        if one.set != other.set {
            return Err(CardError::OtherSet);
        }
        let joined = sharing::join((one.number, &one.share), (other.number, &other.share));
        let secret = joined.ok_or(CardError::Same { number: one.number })?;
        let set = one.set;
        Ok(Self { set, secret })
    }

    pub(crate) const fn key(&self) -> &Key {
        &self.secret
    }

    /// The secret of cards that [`deal_secret`] made; nothing when `name`, given the secret, makes another name than stands
    /// on the cards: they are of another kind, such as the cards that unlock, or one of them is false.
    #[must_use]
    pub fn secret_named(
        &self,
        name: impl FnOnce(&[u8; KEY]) -> u32,
    ) -> Option<Zeroizing<[u8; KEY]>> {
        let secret = Zeroizing::new(*self.secret.bytes());
        (name(&secret) >> (u32::BITS - SET_BITS) == self.set).then_some(secret)
    }

    /// Whether the slot with this id is the one of these cards.
    pub(crate) fn is_of(&self, slot: uuid::Uuid) -> bool {
        slot.as_u128() >> (u128::BITS - SET_BITS) == u128::from(self.set)
    }

    /// Writes the set's name into the first bits of a new slot's id.
    pub(crate) fn name(&self, id: &mut [u8; 16]) {
        let rest = u128::from_be_bytes(*id) & (u128::MAX >> SET_BITS);
        *id = (u128::from(self.set) << (u128::BITS - SET_BITS) | rest).to_be_bytes();
    }
}

/// A check against mistakes, not against somebody who makes a card.
fn check_of(body: &[u8]) -> [u8; CHECK] {
    let [a, b, c, ..] = sha256(&[b"alcove/card/v1", body]);
    [a, b, c]
}

#[cfg(test)]
mod tests;
