//! The sealed format against its vectors, and what must hold for every text and place.

use proptest::prelude::*;

use super::*;
use crate::vectors::{address, array, file, hex, id, list, text};
use crate::{SeededRandomness, SystemRandomness};

fn sealer(compartment: u128, key: [u8; 32]) -> Sealer {
    let key = Key::copied(&key);
    let key_id = key_id(&key);
    let compartment = CompartmentId(Uuid::from_u128(compartment));
    Sealer {
        installation: Uuid::from_u128(1),
        compartment,
        key,
        key_id,
    }
}

fn sealer_of(vectors: &serde_json::Value) -> Sealer {
    let key = Key::copied(&array(&vectors["key"]));
    let key_id = key_id(&key);
    let compartment = CompartmentId(id(&vectors["compartment"]));
    Sealer {
        installation: id(&vectors["installation"]),
        compartment,
        key,
        key_id,
    }
}

fn here() -> Address<'static> {
    Address {
        table: "note",
        column: "sealed",
        row: Uuid::from_u128(3),
        revision: 7,
        schema: 1,
    }
}

/// Gives the salt of a vector as its only randomness.
struct Salt(Vec<u8>);

impl Randomness for Salt {
    fn fill(&self, out: &mut [u8]) {
        out.copy_from_slice(&self.0);
    }
}

#[test]
fn vectors_open_and_seal_to_the_same_bytes() {
    let vectors = file("sealed-v1.json");
    let sealer = sealer_of(&vectors);
    for case in list(&vectors["opened"]) {
        let (at, stored, plain) = (
            address(&case["at"]),
            hex(&case["sealed"]),
            hex(&case["text"]),
        );
        let name = text(&case["name"]);
        assert_eq!(*sealer.unseal(&at, &stored).expect(name), plain, "{name}");
        let again = sealer.seal(&at, &plain, &Salt(stored[10..42].to_vec()));
        assert_eq!(again.bytes, stored, "{name}");
        assert_eq!(again.digest, array(&case["digest"]), "{name}");
        assert_eq!(again.digest, sealed_digest(&stored), "{name}");
    }
}

#[test]
fn vectors_that_must_be_refused_are() {
    let vectors = file("sealed-v1.json");
    let sealer = sealer_of(&vectors);
    for case in list(&vectors["refused"]) {
        let opened = sealer.unseal(&address(&case["at"]), &hex(&case["sealed"]));
        assert_eq!(
            opened.err(),
            Some(VaultError::Refused),
            "{}",
            text(&case["name"])
        );
    }
    for case in list(&vectors["newer"]) {
        let opened = sealer.unseal(&address(&case["at"]), &hex(&case["sealed"]));
        assert_eq!(
            opened.err(),
            Some(VaultError::Newer { found: 2 }),
            "{}",
            text(&case["name"])
        );
    }
}

#[test]
fn each_flipped_bit_and_each_cut_is_refused() {
    let vectors = file("sealed-v1.json");
    let sealer = sealer_of(&vectors);
    let case = &vectors["opened"][1];
    let (at, stored) = (address(&case["at"]), hex(&case["sealed"]));
    for bit in 0..stored.len() * 8 {
        let mut changed = stored.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(sealer.unseal(&at, &changed).is_err(), "bit {bit}");
    }
    for length in 0..stored.len() {
        assert!(
            sealer.unseal(&at, &stored[..length]).is_err(),
            "{length} bytes"
        );
    }
    let longer = [stored.as_slice(), &[0]].concat();
    assert!(sealer.unseal(&at, &longer).is_err());
}

#[test]
fn another_place_refuses_field_by_field() {
    let sealer = sealer(2, [5; 32]);
    let stored = sealer.seal(&here(), b"only here", &SystemRandomness).bytes;
    let elsewhere = [
        Address {
            table: "plan",
            ..here()
        },
        Address {
            column: "shared",
            ..here()
        },
        Address {
            table: "notes",
            column: "ealed",
            ..here()
        },
        Address {
            table: "",
            column: "notesealed",
            ..here()
        },
        Address {
            row: Uuid::from_u128(4),
            ..here()
        },
        Address {
            revision: 6,
            ..here()
        },
        Address {
            schema: 2,
            ..here()
        },
    ];
    for place in elsewhere {
        assert_eq!(
            sealer.unseal(&place, &stored).err(),
            Some(VaultError::Refused),
            "{place:?}"
        );
    }
    let other = Sealer {
        installation: Uuid::from_u128(9),
        ..self::sealer(2, [5; 32])
    };
    assert!(other.unseal(&here(), &stored).is_err());
    assert!(self::sealer(3, [5; 32]).unseal(&here(), &stored).is_err());
    assert!(self::sealer(2, [6; 32]).unseal(&here(), &stored).is_err());
}

#[test]
fn the_same_text_never_seals_to_the_same_bytes() {
    let sealer = sealer(2, [5; 32]);
    let (first, second) = (
        sealer.seal(&here(), b"text", &SystemRandomness),
        sealer.seal(&here(), b"text", &SystemRandomness),
    );
    assert_ne!(first.bytes, second.bytes);
    assert_ne!(first.digest, second.digest);
}

#[test]
fn lengths_up_to_255_look_the_same() {
    let sealer = sealer(2, [5; 32]);
    let length = |text: &[u8]| sealer.seal(&here(), text, &SystemRandomness).bytes.len();
    assert_eq!(length(b""), length(&[1; 255]));
    assert_eq!(length(b""), HEADER + 256 + TAG);
    assert!(length(&[1; 256]) > length(b""));
}

proptest! {
    #[test]
    fn what_is_sealed_opens(
        plain in proptest::collection::vec(any::<u8>(), 0..3000),
        (table, column) in ("[a-z_]{0,12}", "\\PC{0,12}"),
        (row, revision, schema) in (any::<u128>(), any::<u32>(), any::<u16>()),
        (key, seed) in (any::<[u8; 32]>(), any::<u64>()),
    ) {
        let sealer = sealer(2, key);
        let row = Uuid::from_u128(row);
        let at = Address { table: &table, column: &column, row, revision, schema };
        let stored = sealer.seal(&at, &plain, &SeededRandomness::new(seed));
        prop_assert_eq!(&*sealer.unseal(&at, &stored.bytes).unwrap(), &plain);
    }

    #[test]
    fn any_flipped_bit_is_refused(
        plain in proptest::collection::vec(any::<u8>(), 0..2000),
        place in any::<prop::sample::Index>(),
        bit in 0..8_u32,
    ) {
        let sealer = sealer(2, [5; 32]);
        let mut stored = sealer.seal(&here(), &plain, &SystemRandomness).bytes;
        let place = place.index(stored.len());
        stored[place] ^= 1 << bit;
        prop_assert!(sealer.unseal(&here(), &stored).is_err());
    }

    #[test]
    fn two_places_never_stand_for_each_other(
        one in ("[a-c]{0,3}", "[a-c]{0,3}", 0..3_u128, 0..3_u32, 0..3_u16),
        other in ("[a-c]{0,3}", "[a-c]{0,3}", 0..3_u128, 0..3_u32, 0..3_u16),
    ) {
        let sealer = sealer(2, [5; 32]);
        let address = |(table, column, row, revision, schema)| {
            Address { table, column, row: Uuid::from_u128(row), revision, schema }
        };
        let first = address((one.0.as_str(), one.1.as_str(), one.2, one.3, one.4));
        let second = address((other.0.as_str(), other.1.as_str(), other.2, other.3, other.4));
        let stored = sealer.seal(&first, b"text", &SystemRandomness).bytes;
        prop_assert_eq!(sealer.unseal(&second, &stored).is_ok(), first == second);
        prop_assert_eq!(sealer.place(&first) == sealer.place(&second), first == second);
    }
}
