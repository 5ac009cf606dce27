//! Sealing and opening, keys, slots, compartments, and the receipt log's hashing and proofs.

mod authority;
mod bytes;
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

pub use authority::{AuthorityDigest, SetDigest};
pub use compartment::{CompartmentId, Kind};
pub use error::VaultError;
pub use keyring::{KeyringRow, Locked, SlotInfo, SlotMethod, create};
pub use log::{Checkpoint, Entry, RowDigest};
pub use open::{Open, Opened, ReceiptQueue};
pub use random::{Randomness, SeededRandomness, SystemRandomness};
pub use rotation::{NewEpoch, Retirement, Rewrapped};
pub use sealed::{Address, Sealed, sealed_digest};
pub use secret::{KeyFile, PassphraseCost, Secret};
pub use vault::{NewCompartment, Vault};
