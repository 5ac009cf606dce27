//! A card's characters: Crockford's base 32, which has no I, L, O and U, in groups that each check themselves.
//!
//! The check character is a sum over GF(2^5) in which each place of a group has a weight of its own. So any one wrong
//! character is found, and any two that changed places, in a group or across its edge; the group's number is in the
//! sum as well, so that groups that changed places are found.

use zeroize::Zeroizing;

use super::{BYTES, CardError};

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of a group that carry bytes; one more checks them.
const CARRYING: usize = 4;
const GROUP: usize = CARRYING + 1;
/// Groups of a card: five bits a character.
pub(super) const GROUPS: usize = BYTES * 8 / 5 / CARRYING;

type Symbols = Zeroizing<Vec<u8>>;

/// The text of a card's bytes.
pub(super) fn written(bytes: &[u8; BYTES]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(GROUPS * (GROUP + 1)));
    for (number, group) in (0_u8..).zip(symbols(bytes).chunks(CARRYING)) {
        if number > 0 {
            text.push('-');
        }
        for symbol in group.iter().chain([&check(number, group)]) {
            let found = ALPHABET.get(usize::from(*symbol));
            text.push(char::from(*found.unwrap_or(&b'?')));
        }
    }
    text
}

/// The bytes of a card's text.
pub(super) fn read(text: &str) -> Result<Zeroizing<[u8; BYTES]>, CardError> {
    let groups = grouped(text)?;
    let mut wrong = Vec::new();
    let mut carried = Zeroizing::new(Vec::with_capacity(GROUPS * CARRYING));
    for (number, group) in (0_u8..).zip(&groups) {
        match group.split_last() {
            Some((found, group)) if group.len() == CARRYING && *found == check(number, group) => {
                carried.extend_from_slice(group);
            }
            _ => wrong.push(number + 1),
        }
    }
    if wrong.is_empty() {
        Ok(bytes(&carried))
    } else {
        Err(CardError::Groups(wrong))
    }
}

/// What was typed as groups: by its blanks and hyphens where they give as many as a card has, else by counting.
fn grouped(text: &str) -> Result<Vec<Symbols>, CardError> {
    let is_between = |character: char| character.is_whitespace() || character == '-';
    let typed: Vec<Symbols> = text
        .split(is_between)
        .filter(|part| !part.is_empty())
        .map(|part| Zeroizing::new(part.chars().map(symbol).collect()))
        .collect();
    if typed.len() == GROUPS {
        return Ok(typed);
    }
    let all: Symbols = Zeroizing::new(typed.iter().flat_map(|part| part.iter().copied()).collect());
    if all.len() != GROUPS * GROUP {
        return Err(CardError::Length { found: all.len() });
    }
    Ok(all
        .chunks(GROUP)
        .map(|group| Zeroizing::new(group.to_vec()))
        .collect())
}

/// No symbol: larger than all, so that no check fits.
const NONE: u8 = u8::MAX;

fn symbol(character: char) -> u8 {
    let character = match character.to_ascii_uppercase() {
        'I' | 'L' => '1',
        'O' => '0',
        other => other,
    };
    let found = ALPHABET
        .iter()
        .position(|known| char::from(*known) == character);
    found.and_then(|at| u8::try_from(at).ok()).unwrap_or(NONE)
}

/// The symbol that makes a group right. With one that is none, no symbol does.
fn check(number: u8, group: &[u8]) -> u8 {
    if group.contains(&NONE) {
        return NONE - 1;
    }
    group
        .iter()
        .rev()
        .fold(0, |sum, symbol| doubled(sum ^ symbol))
        ^ number
}

/// Twice an element of GF(2^5), whose polynomial is x^5 + x^2 + 1.
const fn doubled(element: u8) -> u8 {
    ((element << 1) ^ (0x25 & 0_u8.wrapping_sub(element >> 4))) & 0x1f
}

/// Five bits a symbol, the highest first.
fn symbols(bytes: &[u8; BYTES]) -> Symbols {
    let symbols = bytes.chunks(5).flat_map(|five| {
        let bits = five
            .iter()
            .fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
        (0..8)
            .rev()
            .map(move |place| u8::try_from((bits >> (place * 5)) & 0x1f).unwrap_or(NONE))
    });
    Zeroizing::new(symbols.collect())
}

fn bytes(symbols: &[u8]) -> Zeroizing<[u8; BYTES]> {
    let mut bytes = Zeroizing::new([0; BYTES]);
    for (five, eight) in bytes.chunks_mut(5).zip(symbols.chunks(8)) {
        let bits = eight
            .iter()
            .fold(0_u64, |bits, symbol| (bits << 5) | u64::from(*symbol));
        let [_, _, _, low @ ..] = bits.to_be_bytes();
        for (to, from) in five.iter_mut().zip(low) {
            *to = from;
        }
    }
    bytes
}
