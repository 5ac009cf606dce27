//! What sealing and opening cost by themselves, without a database: for each value, and for each KiB that it is longer.

use std::hint::black_box;
use std::time::{Duration, Instant};

use uuid::Uuid;
use vault::{
    Address, CompartmentId, Entry, KeyFile, Kind, PassphraseCost, ReceiptQueue, Secret,
    SeededRandomness, VaultError, create,
};

/// Values opened in one round.
const VALUES: u32 = 2_000;
/// Rounds, of which the fastest counts: what slows one down is something else on the machine.
const ROUNDS: u32 = 9;
/// A short value.
const SHORT: usize = 1_000;
/// How many KiB the long one is longer.
const LONGER: u32 = 64;

/// What one value costs.
#[derive(Clone, Copy, Default)]
pub(crate) struct Sealing {
    /// To seal 1,000 bytes.
    pub(crate) seal: Duration,
    /// To open them.
    pub(crate) unseal: Duration,
    /// To open one KiB more.
    pub(crate) unseal_kib: Duration,
}

struct NoReceipts;

impl ReceiptQueue for NoReceipts {
    type Ticket = ();

    fn queue(&self, _: &Entry, _: [u8; 32]) {}
}

/// Measures on one core.
///
/// # Errors
/// A fault of the vault.
pub(crate) fn measure() -> Result<Sealing, VaultError> {
    let randomness = SeededRandomness::new(1);
    let secret = Secret::KeyFile(KeyFile::generate(&randomness));
    let installation = Uuid::from_u128(1);
    let (vault, _) = create(
        installation,
        &randomness,
        &secret,
        PassphraseCost::RECOMMENDED,
    )?;
    let id = CompartmentId(Uuid::from_u128(2));
    vault.adopt(vault.new_compartment(id, Kind::Own, &randomness));
    let (opened, ()) = vault.open(&NoReceipts, entry(id))?;
    let open = opened.get(id).ok_or(VaultError::Refused)?;

    let address = Address {
        table: "notes",
        column: "sealed",
        row: installation,
        revision: 1,
        schema: 1,
    };
    let short = vec![b'a'; SHORT];
    let long = vec![b'a'; SHORT + LONGER as usize * 1024];
    let sealed_short = open.seal(&address, &short, &randomness);
    let sealed_long = open.seal(&address, &long, &randomness);
    let unseal = each(|| drop(black_box(open.unseal(&address, &sealed_short.bytes))));
    let unseal_long = each(|| drop(black_box(open.unseal(&address, &sealed_long.bytes))));
    Ok(Sealing {
        seal: each(|| drop(black_box(open.seal(&address, &short, &randomness)))),
        unseal,
        unseal_kib: unseal_long.saturating_sub(unseal) / LONGER,
    })
}

/// The time of one act, in the fastest round.
fn each(act: impl Fn()) -> Duration {
    let round = || {
        let start = Instant::now();
        (0..VALUES).for_each(|_| act());
        start.elapsed() / VALUES
    };
    (0..ROUNDS).map(|_| round()).min().unwrap_or_default()
}

fn entry(compartment: CompartmentId) -> Entry {
    Entry {
        id: Uuid::from_u128(3),
        at: 0,
        actor: None,
        sign_in: None,
        role: "clinician".into(),
        action: "note/read".into(),
        purpose: "care".into(),
        outcome: "opened".into(),
        compartments: vec![compartment],
        rows: Vec::new(),
    }
}
