//! How long sealing, opening and unlocking take: `cargo run --release -p vault --example speed`.
#![expect(clippy::print_stdout, reason = "an example that shows figures")]

use std::time::{Duration, Instant};

use uuid::Uuid;
use vault::{
    Address, CompartmentId, Entry, KeyFile, Kind, Locked, PassphraseCost, ReceiptQueue, Secret,
    SeededRandomness, SystemRandomness, VaultError, create,
};

struct NoReceipts;

impl ReceiptQueue for NoReceipts {
    type Ticket = ();

    fn queue(&self, _: &Entry, _: [u8; 32]) {}
}

const COMPARTMENTS: u128 = 30_000;
const ROUNDS: u32 = 20_000;

fn main() -> Result<(), VaultError> {
    let secret = Secret::KeyFile(KeyFile::generate(&SystemRandomness));
    let installation = Uuid::from_u128(1);
    let (vault, mut rows) = create(
        installation,
        &SystemRandomness,
        &secret,
        PassphraseCost::RECOMMENDED,
    )?;
    let ids = (0..COMPARTMENTS).map(|number| CompartmentId(Uuid::from_u128(number)));
    let ids = ids.collect::<Vec<_>>();
    let seeded = SeededRandomness::new(1);
    for id in &ids {
        let new = vault.new_compartment(*id, Kind::Own, &seeded);
        rows.push(new.row());
        vault.adopt(new);
    }

    let start = Instant::now();
    let vault = Locked::from_rows(rows)?.unlock(&secret)?;
    println!(
        "unlock with {COMPARTMENTS} compartments  {:?}",
        start.elapsed()
    );

    let start = Instant::now();
    let (opened, ()) = vault.open(&NoReceipts, entry(ids))?;
    println!("open all of them with one receipt  {:?}", start.elapsed());

    let open = opened.iter().next().ok_or(VaultError::Refused)?;
    let address = Address {
        table: "note",
        column: "sealed",
        row: installation,
        revision: 1,
        schema: 1,
    };
    let text = [b'a'; 1000];
    let seal = || open.seal(&address, &text, &SystemRandomness);
    let sealed = seal();
    println!("seal 1000 bytes  {:?}", each(|| drop(seal())));
    println!(
        "unseal 1000 bytes  {:?}",
        each(|| drop(open.unseal(&address, &sealed.bytes)))
    );
    println!(
        "mac of 200 bytes  {:?}",
        each(|| drop(vault.mac("grant", &[0; 200]).to_vec()))
    );

    let words = Secret::Passphrase("a passphrase of some length".to_owned().into());
    let start = Instant::now();
    let slot = vault.add_slot(&words, PassphraseCost::RECOMMENDED, &SystemRandomness)?;
    println!(
        "one guess of a passphrase  {:?} ({} bytes of slot)",
        start.elapsed(),
        slot.bytes.len()
    );
    Ok(())
}

fn each(act: impl Fn()) -> Duration {
    let start = Instant::now();
    (0..ROUNDS).for_each(|_| act());
    start.elapsed() / ROUNDS
}

fn entry(compartments: Vec<CompartmentId>) -> Entry {
    Entry {
        id: Uuid::from_u128(2),
        at: 0,
        actor: None,
        sign_in: None,
        role: "clinician".to_owned(),
        action: "people/list".to_owned(),
        purpose: "treatment".to_owned(),
        outcome: "done".to_owned(),
        compartments,
        rows: Vec::new(),
    }
}
