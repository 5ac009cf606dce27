//! Opening compartments and advancing epochs, as the rest of the program does it.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::cell::RefCell;

use uuid::Uuid;
use vault::{
    Address, CompartmentId, Entry, KeyFile, KeyringRow, Kind, Locked, PassphraseCost, ReceiptQueue,
    Secret, SetDigest, SystemRandomness, Vault, VaultError, create,
};

/// Keeps the receipts that were queued.
#[derive(Default)]
struct Receipts(RefCell<Vec<(Entry, [u8; 32])>>);

impl ReceiptQueue for Receipts {
    type Ticket = usize;

    fn queue(&self, entry: &Entry, leaf: [u8; 32]) -> usize {
        self.0.borrow_mut().push((entry.clone(), leaf));
        self.0.borrow().len()
    }
}

/// An installation with its keyring as it stands on disk.
struct Practice {
    vault: Vault,
    rows: Vec<KeyringRow>,
    receipts: Receipts,
}

fn key_file() -> Secret {
    let line = "alcove-key-1 ";
    let file = KeyFile::generate(&vault::SeededRandomness::new(5));
    assert!(file.to_text().contains(line));
    Secret::KeyFile(file)
}

fn compartment(number: u128) -> CompartmentId {
    CompartmentId(Uuid::from_u128(number))
}

fn entry(compartments: &[CompartmentId]) -> Entry {
    Entry {
        id: Uuid::from_u128(100),
        at: 1,
        actor: Some(Uuid::from_u128(101)),
        sign_in: Some(Uuid::from_u128(102)),
        role: "clinician".into(),
        action: "notes/read".into(),
        purpose: "treatment".into(),
        outcome: "done".into(),
        compartments: compartments.to_vec(),
        rows: Vec::new(),
    }
}

fn here() -> Address<'static> {
    Address {
        table: "note",
        column: "sealed",
        row: Uuid::from_u128(1),
        revision: 1,
        schema: 1,
    }
}

impl Practice {
    fn new(compartments: u128) -> Self {
        let (vault, rows) = create(
            Uuid::from_u128(7),
            &SystemRandomness,
            &key_file(),
            PassphraseCost::CHEAPEST,
        )
        .unwrap();
        let mut practice = Self {
            vault,
            rows,
            receipts: Receipts::default(),
        };
        (1..=compartments).for_each(|number| practice.add(number));
        practice
    }

    fn add(&mut self, number: u128) {
        let new = self
            .vault
            .new_compartment(compartment(number), Kind::Own, &SystemRandomness);
        assert!(!self.vault.has(compartment(number)));
        self.rows.push(new.row());
        self.vault.adopt(new);
    }

    fn seal(&self, number: u128, text: &str) -> Vec<u8> {
        let (opened, _) = self
            .vault
            .open(&self.receipts, entry(&[compartment(number)]))
            .unwrap();
        let open = opened.get(compartment(number)).unwrap();
        open.seal(&here(), text.as_bytes(), &SystemRandomness).bytes
    }

    fn unseal(&self, number: u128, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        let (opened, _) = self
            .vault
            .open(&self.receipts, entry(&[compartment(number)]))?;
        opened
            .get(compartment(number))
            .unwrap()
            .unseal(&here(), sealed)
            .map(|text| text.to_vec())
    }

    fn write(&mut self, row: &KeyringRow) {
        self.rows.retain(|old| old.name != row.name);
        self.rows.push(row.clone());
    }

    fn advance(&mut self) {
        let new = self.vault.new_epoch(&SystemRandomness);
        self.write(&new.row());
        self.vault.adopt_epoch(new);
    }

    fn rewrap(&mut self) {
        loop {
            let batch = self.vault.rewrap(2, &SystemRandomness);
            if batch.is_empty() {
                return;
            }
            batch.rows().iter().for_each(|row| self.write(row));
            self.vault.rewrapped(&batch);
        }
    }

    fn retire(&mut self) {
        let retirement = self.vault.retire(&SystemRandomness).unwrap();
        self.write(&retirement.row);
        self.rows
            .retain(|row| !retirement.delete.contains(&row.name));
        self.vault.retired(&retirement);
    }

    fn restarted(&self) -> Result<Self, VaultError> {
        let vault = Locked::from_rows(self.rows.clone())?.unlock(&key_file())?;
        Ok(Self {
            vault,
            rows: self.rows.clone(),
            receipts: Receipts::default(),
        })
    }
}

#[test]
fn an_opening_leaves_its_receipt_and_opens_only_what_it_names() {
    let practice = Practice::new(3);
    let entry = entry(&[compartment(2), compartment(1), compartment(2)]);
    let (opened, ticket) = practice
        .vault
        .open(&practice.receipts, entry.clone())
        .unwrap();
    assert_eq!(ticket, 1);
    assert_eq!(
        *practice.receipts.0.borrow(),
        [(entry.clone(), entry.leaf_hash())]
    );
    assert!(opened.get(compartment(1)).is_some());
    assert_eq!(opened.get(compartment(2)).unwrap().kind(), Kind::Own);
    assert!(opened.get(compartment(3)).is_none());
    let opened = opened
        .iter()
        .map(vault::Open::compartment)
        .collect::<Vec<_>>();
    assert_eq!(opened, [compartment(1), compartment(2)]);
}

#[test]
fn nothing_is_queued_when_nothing_can_be_opened() {
    let practice = Practice::new(1);
    let missing = practice
        .vault
        .open(&practice.receipts, entry(&[compartment(1), compartment(9)]));
    assert_eq!(
        missing.err(),
        Some(VaultError::NoCompartment(compartment(9)))
    );
    let wordy = Entry {
        action: "read Noor's note".into(),
        ..entry(&[compartment(1)])
    };
    let wordy = practice.vault.open(&practice.receipts, wordy);
    assert_eq!(wordy.err(), Some(VaultError::FreeText { field: "action" }));
    assert!(practice.receipts.0.borrow().is_empty());
}

#[test]
fn a_receipt_of_a_refusal_opens_nothing() {
    let practice = Practice::new(1);
    let refusal = Entry {
        outcome: "refused:no-grant".into(),
        ..entry(&[])
    };
    let (opened, ticket) = practice.vault.open(&practice.receipts, refusal).unwrap();
    assert_eq!((opened.iter().count(), ticket), (0, 1));
}

#[test]
fn one_compartment_does_not_open_anothers_text() {
    let practice = Practice::new(2);
    let sealed = practice.seal(1, "mine alone");
    assert_eq!(practice.unseal(1, &sealed).unwrap(), b"mine alone");
    assert_eq!(practice.unseal(2, &sealed), Err(VaultError::Refused));
}

#[test]
fn a_compartment_is_there_after_a_restart() {
    let practice = Practice::new(2);
    let sealed = practice.seal(2, "kept");
    let restarted = practice.restarted().unwrap();
    assert_eq!(restarted.unseal(2, &sealed).unwrap(), b"kept");
    assert_eq!(restarted.vault.audit_key(), practice.vault.audit_key());
    assert_eq!(
        restarted.vault.mac("grant", b"row"),
        practice.vault.mac("grant", b"row")
    );
}

#[test]
fn macs_of_one_domain_mean_nothing_in_another() {
    let vault = Practice::new(0).vault;
    let mac = vault.mac("grant", b"row");
    assert!(vault.mac_matches("grant", b"row", &mac));
    assert!(!vault.mac_matches("role", b"row", &mac));
    assert!(!vault.mac_matches("gran", b"trow", &mac));
    assert!(!vault.mac_matches("grant", b"row", &mac[..31]));
    assert!(!vault.mac_matches("grant", b"row", &[]));
    assert_ne!(vault.blind_index("noor"), vault.token_hash(b"noor"));
    assert_ne!(
        vault.blind_index("noor"),
        Practice::new(0).vault.blind_index("noor")
    );
}

#[test]
fn every_step_of_a_rotation_survives_a_restart() {
    let mut practice = Practice::new(5);
    let sealed = practice.seal(4, "through it all");
    let still_there = |practice: &Practice| {
        let restarted = practice.restarted().unwrap();
        assert_eq!(restarted.unseal(4, &sealed).unwrap(), b"through it all");
        restarted
    };
    let new = practice.vault.new_epoch(&SystemRandomness);
    practice.write(&new.row());
    still_there(&practice);
    practice.vault.adopt_epoch(new);
    practice.add(6);
    assert_eq!(
        practice.vault.retire(&SystemRandomness).err(),
        Some(VaultError::EpochInUse)
    );
    let batch = practice.vault.rewrap(3, &SystemRandomness);
    batch.rows().iter().for_each(|row| practice.write(row));
    let mut half_way = still_there(&practice);
    half_way.rewrap();
    half_way.retire();
    let restarted = still_there(&half_way);
    assert_eq!(
        (restarted.vault.epoch(), restarted.vault.compartments()),
        (2, 6)
    );
    assert_eq!(
        restarted
            .rows
            .iter()
            .filter(|row| row.name.starts_with("epoch/"))
            .count(),
        1
    );
}

#[test]
fn an_epoch_with_a_compartment_on_its_way_to_the_disk_is_not_retired() {
    let mut practice = Practice::new(1);
    let slow = practice
        .vault
        .new_compartment(compartment(8), Kind::Joint, &SystemRandomness);
    practice.advance();
    practice.rewrap();
    assert_eq!(
        practice.vault.retire(&SystemRandomness).err(),
        Some(VaultError::EpochInUse)
    );
    practice.write(&slow.row());
    practice.vault.adopt(slow);
    practice.rewrap();
    practice.retire();
    assert_eq!(
        practice.restarted().unwrap().vault.kind(compartment(8)),
        Some(Kind::Joint)
    );
}

#[test]
fn r16_a_destroyed_compartment_stays_destroyed() {
    let mut practice = Practice::new(3);
    let sealed = practice.seal(2, "gone");
    let before = practice.rows.clone();
    let old = |name: &str| {
        before
            .iter()
            .find(|row| row.name.contains(name))
            .unwrap()
            .clone()
    };
    let name = practice.vault.destroy(compartment(2)).unwrap();
    practice.rows.retain(|row| row.name != name);
    assert!(practice.vault.destroy(compartment(2)).is_none());
    assert_eq!(
        practice.unseal(2, &sealed),
        Err(VaultError::NoCompartment(compartment(2)))
    );
    practice.advance();
    practice.rewrap();
    practice.retire();

    // The old wrap put back has no epoch, and the old epoch put back is refused.
    let mut restored = practice.restarted().unwrap();
    restored.rows.push(old(&name));
    assert_eq!(
        restored.restarted().err(),
        Some(VaultError::Damaged { row: name.clone() })
    );
    restored.rows.push(old("epoch/1"));
    let refused = Err(VaultError::Damaged {
        row: "epoch/1".to_owned(),
    });
    assert_eq!(restored.restarted().map(|_| ()), refused);
    assert_eq!(practice.vault.learn(&[old("epoch/1"), old(&name)]), refused);

    // Its place in memory serves the next compartment.
    practice.add(4);
    assert_eq!(practice.unseal(4, &sealed), Err(VaultError::Refused));
    assert_eq!(practice.restarted().unwrap().vault.compartments(), 3);
}

#[test]
fn another_node_learns_compartments_and_epochs() {
    let mut first = Practice::new(1);
    let second = first.restarted().unwrap();
    first.add(2);
    let sealed = first.seal(2, "from the other node");
    second.vault.learn(&first.rows).unwrap();
    assert_eq!(second.unseal(2, &sealed).unwrap(), b"from the other node");
    first.advance();
    first.add(3);
    first.rewrap();
    second.vault.learn(&first.rows).unwrap();
    assert_eq!((second.vault.epoch(), second.vault.compartments()), (2, 3));
    first.retire();
    second.vault.learn(&first.rows).unwrap();
    assert!(second.vault.rewrap(9, &SystemRandomness).is_empty());

    let mut foreign = Practice::new(0);
    foreign.add(5);
    let name = format!("compartment/{}", compartment(5));
    let row = foreign
        .rows
        .iter()
        .find(|row| row.name == name)
        .unwrap()
        .clone();
    assert_eq!(
        second.vault.learn(&[row]),
        Err(VaultError::Damaged { row: name })
    );
}

#[test]
fn the_digest_of_a_set_forgets_order_and_notices_every_change() {
    let vault = Practice::new(0).vault;
    let row = |number: u128| {
        let id = Uuid::from_u128(number);
        (id, vault.mac("grant", id.as_bytes()))
    };
    let digest = |numbers: &[u128]| vault.set_digest(numbers.iter().map(|number| row(*number)));
    let whole = digest(&[1, 2, 3]).unwrap();
    assert_eq!(digest(&[3, 1, 2]), Ok(whole));
    assert_eq!(digest(&[]), Ok(SetDigest::EMPTY));
    assert_ne!(digest(&[1, 2]), Ok(whole));
    assert_ne!(digest(&[1, 2, 4]), Ok(whole));
    assert_eq!(digest(&[1, 2, 3, 4, 4]), Err(VaultError::Twice));
    let element = |number: u128| vault.set_element(row(number).0, &row(number).1);
    assert_eq!(digest(&[1, 2]).unwrap().combine(element(3)), whole);
    assert_eq!(whole.combine(element(3)), digest(&[1, 2]).unwrap());
    let (id, mut mac) = row(3);
    mac[0] ^= 1;
    assert_ne!(vault.set_element(id, &mac), element(3));
}

#[test]
fn a_vault_is_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Vault>();
    shared::<vault::Opened>();
    shared::<vault::NewCompartment>();
}
