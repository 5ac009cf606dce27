//! The vault: keys, sealing and opening, and the receipt log's hashing and proofs.
//!
//! It knows nothing of therapy, tables or networks: no SQL, no HTTP, no clock, no files, and randomness is passed in.
//! Whoever may open what is decided by the caller; the vault makes sure that
//!
//! 1. **nothing opens without a receipt**: an [`Open`] comes only from [`Vault::open`], which queues the receipt first;
//! 2. **a receipt names all that it opened**: [`Opened`] has handles for exactly the compartments of its [`Entry`];
//! 3. **a sealed value opens only where it was sealed**: installation, compartment, table, column, row, revision and
//!    schema are bound into its key ([`Address`]; `docs/decisions/0001-sealed-format-v1.md`);
//! 4. **keys neither copy, print nor serialize**, and are overwritten when they are dropped;
//! 5. **a key is durable before anything is sealed with it**: [`NewCompartment`] gives its row, and only
//!    [`Vault::adopt`] makes it usable; the same holds for epochs (`docs/decisions/0002-keyring.md`);
//! 6. **damage has a name**: a row of the keyring that was altered, swapped or put back is [`VaultError::Damaged`];
//! 7. **receipts carry ids and plain words only** ([`Entry::check`]; `docs/decisions/0003-receipt-log.md`).
//!
//! That nothing read through a handle leaves before its receipt is durable is the caller's part: it awaits the ticket.
//!
//! # One opening
//!
//! ```
//! use uuid::Uuid;
//! use vault::*;
//!
//! struct Receipts;
//! impl ReceiptQueue for Receipts {
//!     type Ticket = ();
//!     fn queue(&self, _entry: &Entry, _leaf: [u8; 32]) {}
//! }
//!
//! # fn main() -> Result<(), VaultError> {
//! let randomness = SystemRandomness;
//! let file = Secret::KeyFile(KeyFile::generate(&randomness));
//! let (vault, rows) = create(Uuid::from_u128(1), &randomness, &file, PassphraseCost::default())?;
//! # let mut rows = rows;
//!
//! // A new compartment: first its key's row is made durable, then it is used.
//! let (own, other) = (CompartmentId(Uuid::from_u128(2)), CompartmentId(Uuid::from_u128(3)));
//! let new = vault.new_compartment(own, Kind::Own, &randomness);
//! rows.push(new.row());
//! vault.adopt(new);
//!
//! let entry = Entry {
//!     id: Uuid::from_u128(4), at: 0, actor: None, sign_in: None, role: "clinician".into(),
//!     action: "notes/sign".into(), purpose: "treatment".into(), outcome: "done".into(),
//!     compartments: vec![own], rows: vec![],
//! };
//! let (opened, _ticket) = vault.open(&Receipts, entry)?;
//! assert!(opened.get(other).is_none(), "the receipt does not name it");
//!
//! let address =
//!     Address { table: "note", column: "sealed", row: Uuid::from_u128(5), revision: 1, schema: 1 };
//! let open = opened.get(own).ok_or(VaultError::NoCompartment(own))?;
//! let sealed = open.seal(&address, b"what was said", &randomness);
//! assert_eq!(open.unseal(&address, &sealed.bytes)?.as_slice(), b"what was said");
//!
//! // After a restart.
//! let again = Locked::from_rows(rows)?.unlock(&file)?;
//! assert!(again.has(own));
//! # Ok(())
//! # }
//! ```
//!
//! # What does not compile
//!
//! A handle is not made by hand,
//!
//! ```compile_fail,E0451
//! fn made(other: vault::Open) -> vault::Open {
//!     vault::Open { kind: vault::Kind::Own, ..other }
//! }
//! ```
//!
//! nor are the handles of an opening,
//!
//! ```compile_fail,E0423
//! let opened = vault::Opened(Vec::new());
//! ```
//!
//! it is not copied,
//!
//! ```compile_fail,E0599
//! fn copied(open: vault::Open) -> (vault::Open, vault::Open) {
//!     (open.clone(), open)
//! }
//! ```
//!
//! it does not leave the opening whose receipt names it,
//!
//! ```compile_fail,E0515
//! fn kept(opened: vault::Opened, id: vault::CompartmentId) -> Option<&'static vault::Open> {
//!     opened.get(id)
//! }
//! ```
//!
//! and it is not printed.
//!
//! ```compile_fail,E0277
//! fn printed(open: &vault::Open) -> String {
//!     format!("{open:?}")
//! }
//! ```
//!
//! # To add another slot kind
//!
//! A passkey's PRF, for example: another way to the same root key.
//!
//! 1. Add a variant to [`Secret`] with what the person holds, in a type that overwrites itself when it is dropped, and
//!    to [`SlotMethod`] with what the slot must remember to use it (never the secret).
//! 2. Give the method the next free byte in `keyring/slot.rs`, and write and read what it remembers in
//!    `SlotMethod::encode` and `decode`; all of it becomes associated data of the wrap by itself.
//! 3. Turn the secret into 32 bytes in `SlotMethod::wrapping_key`. Nothing may depend on a clock or on a network.
//! 4. Add a slot of that kind to `vectors/make.py`, to the test `the_rows_of_the_vectors_unlock_for_ever`, and a line
//!    to `docs/decisions/0002-keyring.md`. Slots that exist keep their bytes.
//! 5. Say in the security document what it protects against and what it does not.

mod authority;
mod bytes;
mod cards;
mod compartment;
mod crypto;
mod error;
mod keyring;
pub mod log;
mod open;
mod random;
mod rotation;
mod sealed;
mod secret;
mod vault;
#[cfg(test)]
mod vectors;

pub use authority::{AuthorityDigest, SetDigest};
pub use cards::{CARDS, Card, CardError, CardPair, deal, deal_secret};
pub use compartment::{CompartmentId, Kind};
pub use error::VaultError;
pub use keyring::{KeyringRow, Locked, SlotInfo, SlotMethod, create};
pub use log::{Checkpoint, Entry, RowDigest};
pub use open::{Open, Opened, ReceiptQueue};
pub use random::{Randomness, SeededRandomness, SystemRandomness};
pub use rotation::{NewEpoch, Retirement, Rewrapped};
pub use sealed::{Address, Sealed, sealed_digest};
pub use secret::{KeyFile, PasskeyKey, PasskeyPlace, PassphraseCost, Secret};
pub use vault::{NewCompartment, Vault};
