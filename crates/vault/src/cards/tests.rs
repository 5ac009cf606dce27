//! Cards: what is printed reads back, and what was mistyped is found and named.

use uuid::Uuid;

use super::*;
use crate::{
    KeyFile, Locked, PassphraseCost, SeededRandomness, SlotMethod, SystemRandomness, Vault,
    VaultError, create,
};

const CHEAP: PassphraseCost = PassphraseCost::CHEAPEST;

fn dealt(seed: u64) -> (Secret, [Card; CARDS]) {
    deal(&SeededRandomness::new(seed))
}

fn wrong(text: &str) -> CardError {
    Card::parse(text).err().unwrap()
}

/// The text with the characters at two places changed for each other.
fn swapped(text: &str, one: usize, other: usize) -> String {
    let mut bytes = text.as_bytes().to_vec();
    bytes.swap(one, other);
    String::from_utf8(bytes).unwrap()
}

fn group_of(place: usize) -> u8 {
    u8::try_from(place / 6 + 1).unwrap()
}

#[test]
fn a_card_reads_back_in_any_case_with_or_without_its_hyphens() {
    let (_, cards) = dealt(1);
    for card in &cards {
        let text = card.to_text();
        assert_eq!(text.len(), 95);
        let lines = text.replace('-', "\n");
        let look_alikes = text.replace('0', "o").replace('1', "l");
        let bare = text.replace('-', "").to_lowercase();
        for typed in [&*text, &lines, &look_alikes, &bare, &format!("  {bare}\n")] {
            let read = Card::parse(typed).unwrap();
            assert_eq!((read.number, read.set), (card.number, card.set));
            assert_eq!(read.share.bytes(), card.share.bytes());
        }
    }
    assert_eq!(cards.map(|card| card.number), [1, 2, 3]);
}

#[test]
fn every_single_wrong_character_is_found_and_its_group_named() {
    let (_, [card, ..]) = dealt(2);
    let text = card.to_text();
    for (place, right) in text.bytes().enumerate().filter(|(_, byte)| *byte != b'-') {
        for other in (b'0'..=b'Z').filter(u8::is_ascii_alphanumeric) {
            let mut typed = text.as_bytes().to_vec();
            typed[place] = other;
            let typed = String::from_utf8(typed).unwrap();
            let means_the_same = matches!((right, other), (b'0', b'O') | (b'1', b'I' | b'L'));
            if other == right || means_the_same {
                assert!(Card::parse(&typed).is_ok());
                continue;
            }
            let expected = CardError::Groups(vec![group_of(place)]);
            assert_eq!(wrong(&typed), expected, "{place} {other}");
            assert_eq!(wrong(&typed.replace('-', "")), expected, "{place} {other}");
        }
    }
}

#[test]
fn every_two_neighbours_that_changed_places_are_found_also_across_a_hyphen() {
    let (_, cards) = dealt(3);
    for text in cards.map(|card| card.to_text()) {
        let places: Vec<_> = (0..text.len()).filter(|at| at % 6 != 5).collect();
        for pair in places.windows(2) {
            let &[one, other] = pair else { unreachable!() };
            let typed = swapped(&text, one, other);
            if typed == *text {
                continue;
            }
            let mut named = vec![group_of(one), group_of(other)];
            named.dedup();
            assert_eq!(wrong(&typed), CardError::Groups(named));
        }
    }
}

#[test]
fn groups_that_changed_places_or_lost_a_character_are_named() {
    let (_, [card, ..]) = dealt(4);
    let text = card.to_text();
    let mut parts: Vec<_> = text.split('-').collect();
    parts.swap(4, 5);
    assert_eq!(wrong(&parts.join("-")), CardError::Groups(vec![5, 6]));
    parts.swap(4, 5);
    parts[7] = &parts[7][..4];
    assert_eq!(wrong(&parts.join(" ")), CardError::Groups(vec![8]));
    assert_eq!(wrong(&parts.concat()), CardError::Length { found: 79 });
    assert_eq!(wrong(""), CardError::Length { found: 0 });
    let said = CardError::Groups(vec![2, 5, 6]).to_string();
    assert_eq!(said, "groups 2, 5 and 6 are not as it stands on the card");
}

#[test]
fn mistakes_that_hide_in_their_group_are_found_by_the_whole() {
    let (_, [mut card, other, _]) = dealt(5);
    let (mine, others) = (card.to_text(), other.to_text());
    // A group of another card is right by itself.
    let typed = format!("{}{}{}", &mine[..30], &others[30..35], &mine[35..]);
    assert_ne!(typed, *mine);
    assert_eq!(wrong(&typed), CardError::Whole);
    card.number = 4;
    assert_eq!(wrong(&card.to_text()), CardError::Whole);
    card.number = 0;
    assert_eq!(wrong(&card.to_text()), CardError::Whole);
}

#[test]
fn the_same_card_twice_and_cards_of_two_sets_are_told_apart() {
    let (_, [one, two, _]) = dealt(6);
    let (_, [other, ..]) = dealt(7);
    let refused = |one, other| CardPair::of(one, other).err();
    assert_eq!(refused(&one, &one), Some(CardError::Same { number: 1 }));
    assert_eq!(refused(&two, &other), Some(CardError::OtherSet));
}

/// A keyring with a key file and a set of cards.
fn keyring(installation: u128) -> (Locked, [Card; CARDS]) {
    let randomness = &SystemRandomness;
    let file = Secret::KeyFile(KeyFile::generate(randomness));
    let made = create(Uuid::from_u128(installation), randomness, &file, CHEAP);
    let (vault, mut rows): (Vault, _) = made.unwrap();
    let (secret, cards) = deal(randomness);
    rows.push(vault.add_slot(&secret, CHEAP, randomness).unwrap());
    (Locked::from_rows(rows).unwrap(), cards)
}

fn pair(one: &Card, other: &Card) -> Secret {
    Secret::Cards(CardPair::of(one, other).unwrap())
}

#[test]
fn any_two_cards_unlock_and_say_by_which_slot() {
    let (locked, cards) = keyring(1);
    for (one, other) in [(0, 1), (0, 2), (1, 2), (2, 0)] {
        let (_, slot) = locked.unlock_by(&pair(&cards[one], &cards[other])).unwrap();
        assert_eq!(slot.method, SlotMethod::Cards);
        assert_eq!(slot, locked.slots()[1]);
    }
}

#[test]
fn cards_of_another_practice_or_of_a_removed_slot_are_told_as_such() {
    let (locked, _) = keyring(1);
    let (_, [one, two, _]) = keyring(2);
    let refused = locked.unlock(&pair(&one, &two)).err();
    assert_eq!(refused, Some(VaultError::OtherCards));

    let (locked, [one, mut two, _]) = keyring(3);
    // A card that somebody made up to look like one of this set.
    two.share.bytes_mut()[0] ^= 1;
    let refused = locked.unlock(&pair(&one, &two)).err();
    assert_eq!(refused, Some(VaultError::WrongSecret));
}

#[test]
fn a_secret_of_another_kind_comes_back_under_its_own_name_alone() {
    let randomness = SeededRandomness::new(8);
    let secret = [7; 32];
    let name = |secret: &[u8; 32]| u32::from_be_bytes([secret[0], 2, 3, 4]);
    let [one, two, three] = deal_secret(&secret, name(&secret), &randomness);
    for (one, other) in [(&one, &two), (&two, &three), (&three, &one)] {
        let pair = CardPair::of(one, other).unwrap();
        assert_eq!(pair.secret_named(name).as_deref(), Some(&secret));
        assert!(pair.secret_named(|_| 0).is_none());
    }
    // What unlocks is not given out so.
    let (_, [one, two, _]) = dealt(8);
    let pair = CardPair::of(&one, &two).unwrap();
    assert!(pair.secret_named(name).is_none());
}
