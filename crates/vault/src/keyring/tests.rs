//! The keyring: slots, damage, vectors of the encoding, and the size of what it keeps in memory.

use zeroize::Zeroizing;

use super::*;
use crate::vectors::{address, array, file, hex, id, list, text};
use crate::{
    AuthorityDigest, Card, CardPair, CompartmentId, Entry, KeyFile, Kind, PasskeyKey, PasskeyPlace,
    ReceiptQueue, SeededRandomness, SetDigest, SystemRandomness,
};

const CHEAP: PassphraseCost = PassphraseCost::CHEAPEST;

struct NoQueue;

impl ReceiptQueue for NoQueue {
    type Ticket = ();

    fn queue(&self, _: &Entry, _: [u8; 32]) {}
}

fn entry(compartments: Vec<CompartmentId>) -> Entry {
    Entry {
        id: Uuid::from_u128(1),
        at: 0,
        actor: None,
        sign_in: None,
        role: "clinician".into(),
        action: "notes/read".into(),
        purpose: "treatment".into(),
        outcome: "done".into(),
        compartments,
        rows: Vec::new(),
    }
}

fn passphrase(words: &str) -> Secret {
    Secret::Passphrase(Zeroizing::new(words.to_owned()))
}

fn key_file(seed: u64) -> Secret {
    Secret::KeyFile(KeyFile::generate(&SeededRandomness::new(seed)))
}

/// A keyring with a key file, a passphrase, two compartments and both state rows.
fn keyring() -> Vec<KeyringRow> {
    let randomness = &SeededRandomness::new(1);
    let (vault, mut rows) = create(Uuid::from_u128(9), randomness, &key_file(1), CHEAP).unwrap();
    rows.push(
        vault
            .add_slot(&passphrase("two of us"), CHEAP, randomness)
            .unwrap(),
    );
    for (number, kind) in [(1, Kind::Own), (2, Kind::Joint)] {
        let new = vault.new_compartment(CompartmentId(Uuid::from_u128(number)), kind, randomness);
        rows.push(new.row());
        vault.adopt(new);
    }
    let digest = AuthorityDigest {
        current: SetDigest([3; 32]),
        pending: None,
    };
    rows.push(vault.authority_row(&digest));
    rows.push(vault.checkpoint_row(&vault.sign_checkpoint(0, crate::log::EMPTY_ROOT)));
    rows
}

#[test]
fn every_slot_unlocks_and_no_other_secret_does() {
    let locked = Locked::from_rows(keyring()).unwrap();
    assert_eq!(locked.installation(), Uuid::from_u128(9));
    let methods = locked
        .slots()
        .iter()
        .map(|slot| slot.method.clone())
        .collect::<Vec<_>>();
    assert_eq!(
        methods,
        [SlotMethod::KeyFile, SlotMethod::Passphrase(CHEAP)]
    );
    for secret in [key_file(1), passphrase("two of us")] {
        let vault = locked.unlock(&secret).unwrap();
        assert_eq!(
            vault.kind(CompartmentId(Uuid::from_u128(1))),
            Some(Kind::Own)
        );
        assert_eq!(
            vault.kind(CompartmentId(Uuid::from_u128(2))),
            Some(Kind::Joint)
        );
        assert_eq!(vault.compartments(), 2);
    }
    for secret in [key_file(2), passphrase("two of us "), passphrase("")] {
        assert_eq!(locked.unlock(&secret).err(), Some(VaultError::WrongSecret));
    }
}

#[test]
fn the_rows_of_the_vectors_unlock_for_ever() {
    let vectors = file("keyring-v1.json");
    let row = |row: &serde_json::Value| KeyringRow {
        name: text(&row["name"]).to_owned(),
        bytes: hex(&row["bytes"]),
    };
    let rows = list(&vectors["rows"]).iter().map(row).collect::<Vec<_>>();
    let locked = Locked::from_rows(rows.clone()).unwrap();
    let file = Secret::KeyFile(KeyFile::parse(text(&vectors["key_file"])).unwrap());
    let card = |at: usize| Card::parse(text(&vectors["cards"][at])).unwrap();
    let pair = |one, other| Secret::Cards(CardPair::of(&card(one), &card(other)).unwrap());
    let words = passphrase(text(&vectors["passphrase"]));
    let told = &vectors["passkey"];
    let place = PasskeyPlace {
        credential: hex(&told["credential"]),
        salt: array(&told["salt"]),
    };
    let passkey = Secret::Passkey(PasskeyKey::of(place, &hex(&told["key"])).unwrap());
    for secret in [file, words, pair(0, 1), pair(0, 2), pair(1, 2), passkey] {
        let vault = locked.unlock(&secret).unwrap();
        assert_eq!(vault.installation(), id(&vectors["installation"]));
        assert_eq!(vault.audit_key(), array(&vectors["audit_key"]));
        assert_eq!(
            vault.checkpoint(&rows).unwrap().unwrap().text(),
            text(&vectors["checkpoint"])
        );
        let (mac, blind) = (&vectors["mac"], &vectors["blind_index"]);
        assert!(vault.mac_matches(text(&mac["domain"]), &hex(&mac["bytes"]), &hex(&mac["mac"])));
        assert_eq!(
            vault.blind_index(text(&blind["name"])),
            array(&blind["index"])
        );
        let (token, element) = (&vectors["token_hash"], &vectors["set_element"]);
        assert_eq!(
            vault.token_hash(&hex(&token["token"])),
            array(&token["hash"])
        );
        let digest = vault.set_element(id(&element["id"]), &array(&element["mac"]));
        assert_eq!(digest.0, array(&element["digest"]));
        let authority = vault.authority(&rows).unwrap().unwrap();
        assert_eq!(authority.current.0, array(&vectors["authority"]["current"]));
        assert_eq!(
            authority.pending.unwrap().0,
            array(&vectors["authority"]["pending"])
        );
        for case in list(&vectors["compartments"]) {
            let compartment = CompartmentId(id(&case["id"]));
            let (opened, ()) = vault.open(&NoQueue, entry(vec![compartment])).unwrap();
            let open = opened.get(compartment).unwrap();
            let plain = open
                .unseal(&address(&case["at"]), &hex(&case["sealed"]))
                .unwrap();
            assert_eq!(*plain, hex(&case["text"]));
            assert_eq!(serde_json::json!(open.kind()), case["kind"]);
        }
    }
}

#[test]
fn a_flipped_bit_in_any_byte_of_a_row_names_that_row() {
    let mut rows = keyring();
    let secret = key_file(1);
    for index in 0..rows.len() {
        let name = rows[index].name.clone();
        for place in 0..rows[index].bytes.len() {
            let flip = 1 << (place % 8);
            rows[index].bytes[place] ^= flip;
            let unlocked =
                Locked::from_rows(rows.clone()).and_then(|locked| locked.unlock(&secret));
            assert_eq!(
                unlocked.err(),
                Some(VaultError::damaged(&name)),
                "{name} byte {place}"
            );
            rows[index].bytes[place] ^= flip;
        }
    }
    assert!(
        Locked::from_rows(rows.clone())
            .unwrap()
            .unlock(&secret)
            .is_ok()
    );

    rows[0].bytes[0] = VERSION + 1;
    let newer = Locked::from_rows(rows).err();
    assert_eq!(newer, Some(VaultError::Newer { found: VERSION + 1 }));
}

#[test]
fn rows_under_each_others_names_are_damaged() {
    let rows = keyring();
    let unlock = |rows| Locked::from_rows(rows).and_then(|locked| locked.unlock(&key_file(1)));
    let find = |start: &str| {
        rows.iter()
            .position(|row| row.name.starts_with(start))
            .unwrap()
    };
    for (one, other) in [
        (5, 6),
        (find("authority"), find("checkpoint")),
        (find("slot"), 4),
    ] {
        let mut swapped = rows.clone();
        let (first, second) = (rows[one].bytes.clone(), rows[other].bytes.clone());
        (swapped[one].bytes, swapped[other].bytes) = (second, first);
        let found = unlock(swapped).err().unwrap();
        let named = [
            VaultError::damaged(&rows[one].name),
            VaultError::damaged(&rows[other].name),
        ];
        assert!(named.contains(&found), "{found:?}");
    }
    let mut renamed = rows.clone();
    renamed[5].name = rows::compartment_name(CompartmentId(Uuid::from_u128(77)));
    assert_eq!(
        unlock(renamed.clone()).err(),
        Some(VaultError::damaged(&renamed[5].name))
    );
}

#[test]
fn missing_double_and_foreign_rows_are_named() {
    let rows = keyring();
    let secret = key_file(1);
    let unlock = |rows| Locked::from_rows(rows).and_then(|locked| locked.unlock(&secret));
    let without = |start: &str| {
        rows.iter()
            .filter(|row| !row.name.starts_with(start))
            .cloned()
            .collect::<Vec<_>>()
    };
    for name in ["format", "slot", "epoch", "keys"] {
        assert_eq!(unlock(without(name)).err(), Some(VaultError::damaged(name)));
    }
    let with = |row: KeyringRow| rows.iter().cloned().chain([row]).collect::<Vec<_>>();
    assert_eq!(
        unlock(with(rows[5].clone())).err(),
        Some(VaultError::damaged(&rows[5].name))
    );
    for name in [
        "",
        "slot/",
        "epoch/01",
        "epoch/+1",
        "epoch/-1",
        "compartment/1",
        "other",
    ] {
        let row = KeyringRow {
            name: name.into(),
            bytes: vec![VERSION],
        };
        assert_eq!(unlock(with(row)).err(), Some(VaultError::damaged(name)));
    }
    let loud = rows[5]
        .name
        .to_uppercase()
        .replace("COMPARTMENT", "compartment");
    let row = KeyringRow {
        name: loud.clone(),
        ..rows[5].clone()
    };
    if loud != rows[5].name {
        assert_eq!(unlock(with(row)).err(), Some(VaultError::damaged(&loud)));
    }
    assert_eq!(
        unlock(Vec::new()).err(),
        Some(VaultError::damaged("format"))
    );
}

#[test]
fn another_installations_rows_do_not_unwrap() {
    let mut rows = keyring();
    rows[0] = format_row(Uuid::from_u128(10));
    let locked = Locked::from_rows(rows).unwrap();
    assert_eq!(
        locked.unlock(&key_file(1)).err(),
        Some(VaultError::WrongSecret)
    );
}

#[test]
fn a_slot_that_asks_for_too_much_memory_is_damaged_before_any_is_taken() {
    let randomness = &SystemRandomness;
    let huge = PassphraseCost {
        memory_kib: u32::MAX,
        passes: 1,
        lanes: 1,
    };
    let installation = Uuid::from_u128(9);
    let made = create(installation, randomness, &passphrase("words"), huge);
    assert_eq!(made.err(), Some(VaultError::Cost));
    let none = PassphraseCost {
        memory_kib: 0,
        passes: 0,
        lanes: 0,
    };
    let made = create(installation, randomness, &passphrase("words"), none);
    assert_eq!(made.err(), Some(VaultError::Cost));

    let (_, mut rows) = create(installation, randomness, &passphrase("words"), CHEAP).unwrap();
    let (name, body) = (rows[1].name.clone(), checked(&rows[1]).unwrap().to_vec());
    let mut body = body;
    body[2..6].copy_from_slice(&u32::MAX.to_be_bytes());
    rows[1].bytes = [body.as_slice(), &check(&name, &body)].concat();
    let unlocked = Locked::from_rows(rows)
        .unwrap()
        .unlock(&passphrase("words"));
    assert_eq!(unlocked.err(), Some(VaultError::damaged(&name)));
}

#[test]
fn a_slot_made_cheaper_by_hand_does_not_open() {
    let cost = PassphraseCost { passes: 2, ..CHEAP };
    let (_, mut rows) = create(
        Uuid::from_u128(9),
        &SystemRandomness,
        &passphrase("words"),
        cost,
    )
    .unwrap();
    let name = rows[1].name.clone();
    let mut body = checked(&rows[1]).unwrap().to_vec();
    body[9] = 1;
    rows[1].bytes = [body.as_slice(), &check(&name, &body)].concat();
    let unlocked = Locked::from_rows(rows)
        .unwrap()
        .unlock(&passphrase("words"));
    assert_eq!(unlocked.err(), Some(VaultError::WrongSecret));
}

fn passkey(credential: &[u8], key: u8) -> Secret {
    let place = PasskeyPlace {
        credential: credential.to_vec(),
        salt: [5; 32],
    };
    Secret::Passkey(PasskeyKey::of(place, &[key; 32]).unwrap())
}

#[test]
fn a_passkeys_slot_tells_which_it_is_and_opens_with_its_key_alone() {
    let randomness = &SeededRandomness::new(4);
    let mut rows = keyring();
    let vault = Locked::from_rows(rows.clone()).unwrap();
    let vault = vault.unlock(&key_file(1)).unwrap();
    let row = vault
        .add_slot(&passkey(b"one", 7), CHEAP, randomness)
        .unwrap();
    let told = Locked::slot_of(&row).unwrap().method;
    assert!(
        matches!(told, SlotMethod::Passkey(place) if place.credential == b"one" && place.salt == [5; 32])
    );
    rows.push(row.clone());
    let locked = Locked::from_rows(rows.clone()).unwrap();
    assert!(locked.unlock(&passkey(b"one", 7)).is_ok());
    for wrong in [passkey(b"one", 8), passkey(b"two", 7)] {
        assert_eq!(locked.unlock(&wrong).err(), Some(VaultError::WrongSecret));
    }
    // Another credential or salt put in by hand leads to nothing: they are bound into the wrap.
    let at = rows.len() - 1;
    let mut body = checked(&row).unwrap().to_vec();
    body[9] ^= 1;
    rows[at].bytes = [body.as_slice(), &check(&row.name, &body)].concat();
    let changed = Locked::from_rows(rows).unwrap();
    assert_eq!(
        changed.unlock(&passkey(b"one", 7)).err(),
        Some(VaultError::WrongSecret)
    );
}

#[test]
fn a_passkeys_key_has_32_bytes_and_its_id_a_length() {
    let place = |long: usize| PasskeyPlace {
        credential: vec![1; long],
        salt: [0; 32],
    };
    for (long, key, good) in [
        (1, 32, true),
        (1023, 32, true),
        (0, 32, false),
        (1024, 32, false),
        (16, 31, false),
        (16, 33, false),
    ] {
        let made = PasskeyKey::of(place(long), &vec![0; key]);
        assert_eq!(made.is_some(), good, "{long} {key}");
    }
}

#[test]
fn the_remembered_authority_and_head_read_back() {
    let randomness = &SystemRandomness;
    let (vault, rows) = create(Uuid::from_u128(9), randomness, &key_file(1), CHEAP).unwrap();
    assert_eq!(vault.authority(&rows), Ok(None));
    assert_eq!(vault.checkpoint(&rows), Ok(None));
    for pending in [None, Some(SetDigest([4; 32])), Some(SetDigest::EMPTY)] {
        let digest = AuthorityDigest {
            current: SetDigest([3; 32]),
            pending,
        };
        assert_eq!(
            vault.authority(&[vault.authority_row(&digest)]),
            Ok(Some(digest))
        );
    }
    let head = vault.sign_checkpoint(5, [8; 32]);
    assert_eq!(head.verify(&vault.audit_key()), Ok(()));
    let row = vault.checkpoint_row(&head);
    assert_eq!(vault.checkpoint(std::slice::from_ref(&row)), Ok(Some(head)));
    assert!(!row.bytes.windows(6).any(|bytes| bytes == b"alcove"));

    let (other, _) = create(Uuid::from_u128(9), randomness, &key_file(1), CHEAP).unwrap();
    assert_eq!(
        other.checkpoint(&[row]),
        Err(VaultError::damaged("checkpoint"))
    );
}

#[test]
fn keys_take_about_a_hundred_bytes_each_and_stay_where_they_are() {
    let (vault, _) = create(Uuid::from_u128(9), &SystemRandomness, &key_file(1), CHEAP).unwrap();
    let randomness = SeededRandomness::new(3);
    for number in 0..30_000 {
        let id = CompartmentId(Uuid::from_u128(number));
        vault.adopt(vault.new_compartment(id, Kind::Own, &randomness));
    }
    assert_eq!(vault.compartments(), 30_000);
    assert!(
        vault.shelf().memory() < 30_000 * 110,
        "{}",
        vault.shelf().memory()
    );
    let missing = CompartmentId(Uuid::from_u128(30_000));
    assert_eq!((vault.has(missing), vault.kind(missing)), (false, None));
}
