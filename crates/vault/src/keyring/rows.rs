//! Names and encodings of the rows that hold wrapped keys, and the associated data that pins each to its place.

use uuid::Uuid;

use super::{KeyringRow, VERSION};
use crate::bytes::{Reader, Writer};
use crate::crypto::{Cipher, Key, WRAPPED};
use crate::{CompartmentId, Kind, Randomness, VaultError};

pub(crate) const FORMAT: &str = "format";
pub(crate) const KEYS: &str = "keys";
pub(crate) const AUTHORITY: &str = "authority";
pub(crate) const CHECKPOINT: &str = "checkpoint";
pub(crate) const SLOT: &str = "slot/";
const EPOCH: &str = "epoch/";
const COMPARTMENT: &str = "compartment/";

/// Which row a name says it is.
pub(crate) enum Name {
    Format,
    Slot(Uuid),
    Epoch(u32),
    Compartment(CompartmentId),
    Keys,
    State,
}

impl Name {
    /// Reads a row's name and version. A name has exactly one spelling.
    pub(crate) fn of(row: &KeyringRow) -> Result<Self, VaultError> {
        let name = Self::parse(&row.name).ok_or_else(|| VaultError::damaged(&row.name))?;
        match row.bytes.first() {
            Some(&VERSION) => Ok(name),
            Some(&found) if found > VERSION => Err(VaultError::Newer { found }),
            _ => Err(VaultError::damaged(&row.name)),
        }
    }

    fn parse(name: &str) -> Option<Self> {
        let parsed = match name {
            FORMAT => Self::Format,
            KEYS => Self::Keys,
            AUTHORITY | CHECKPOINT => Self::State,
            _ => {
                if let Some(id) = name.strip_prefix(COMPARTMENT) {
                    Self::Compartment(CompartmentId(id.parse().ok()?))
                } else if let Some(id) = name.strip_prefix(SLOT) {
                    Self::Slot(id.parse().ok()?)
                } else {
                    Self::Epoch(name.strip_prefix(EPOCH)?.parse().ok()?)
                }
            }
        };
        let written = match &parsed {
            Self::Format | Self::Keys | Self::State => name.to_owned(),
            Self::Slot(id) => slot_name(*id),
            Self::Epoch(number) => epoch_name(*number),
            Self::Compartment(id) => compartment_name(*id),
        };
        (written == name).then_some(parsed)
    }
}

pub(crate) fn slot_name(id: Uuid) -> String {
    format!("{SLOT}{id}")
}

pub(crate) fn epoch_name(number: u32) -> String {
    format!("{EPOCH}{number}")
}

pub(crate) fn compartment_name(id: CompartmentId) -> String {
    format!("{COMPARTMENT}{id}")
}

/// Associated data: what the row is, whose, and all that its bytes say outside of the wrap.
pub(crate) fn place(what: &str, installation: Uuid, outside: &[&[u8]]) -> Vec<u8> {
    let mut aad = Writer::with_capacity(128)
        .part(b"alcove/keyring/v1")
        .part(what.as_bytes())
        .part(installation.as_bytes());
    for part in outside {
        aad = aad.part(part);
    }
    aad.finish()
}

/// One epoch's key-encryption key.
pub(crate) struct Epoch {
    pub(crate) number: u32,
    key: Key,
    pub(crate) cipher: Cipher,
}

impl Epoch {
    pub(crate) fn random(number: u32, randomness: &dyn Randomness) -> Self {
        Self::with(number, Key::random(randomness))
    }

    fn with(number: u32, key: Key) -> Self {
        let cipher = Cipher::new(key.bytes());
        Self {
            number,
            key,
            cipher,
        }
    }

    /// The row; `oldest` is the oldest epoch that counts once this row is durable.
    pub(crate) fn row(
        &self,
        installation: Uuid,
        root: &Key,
        oldest: u32,
        randomness: &dyn Randomness,
    ) -> KeyringRow {
        let aad = epoch_place(installation, self.number, oldest);
        let wrapped = Cipher::new(root.bytes()).wrap(&aad, self.key.bytes(), randomness);
        let bytes = Writer::default()
            .fixed(&[VERSION])
            .fixed(&oldest.to_be_bytes())
            .fixed(&wrapped);
        KeyringRow {
            name: epoch_name(self.number),
            bytes: bytes.finish(),
        }
    }

    /// The epoch and the oldest one that counts beside it.
    pub(crate) fn unwrap(
        installation: Uuid,
        root: &Key,
        number: u32,
        row: &KeyringRow,
    ) -> Result<(Self, u32), VaultError> {
        let read = || {
            let mut reader = Reader::new(row.bytes.get(1..)?);
            let oldest = reader.u32()?;
            let aad = epoch_place(installation, number, oldest);
            let key = Cipher::new(root.bytes()).unwrap(&aad, reader.rest())?;
            Some((Self::with(number, Key::from_slice(&key)?), oldest))
        };
        read().ok_or_else(|| VaultError::damaged(&row.name))
    }
}

fn epoch_place(installation: Uuid, number: u32, oldest: u32) -> Vec<u8> {
    place(
        "epoch",
        installation,
        &[&number.to_be_bytes(), &oldest.to_be_bytes()],
    )
}

fn compartment_place(installation: Uuid, id: CompartmentId, kind: Kind, epoch: u32) -> Vec<u8> {
    let outside: [&[u8]; 3] = [id.0.as_bytes(), &[kind.to_byte()], &epoch.to_be_bytes()];
    place("compartment", installation, &outside)
}

/// Wraps a compartment's key under an epoch.
pub(crate) fn compartment_row(
    installation: Uuid,
    (id, kind): (CompartmentId, Kind),
    epoch: &Epoch,
    key: &[u8; 32],
    randomness: &dyn Randomness,
) -> KeyringRow {
    let aad = compartment_place(installation, id, kind, epoch.number);
    let bytes = Writer::with_capacity(6 + WRAPPED)
        .fixed(&[VERSION, kind.to_byte()])
        .fixed(&epoch.number.to_be_bytes())
        .fixed(&epoch.cipher.wrap(&aad, key, randomness));
    KeyringRow {
        name: compartment_name(id),
        bytes: bytes.finish(),
    }
}

/// A compartment's row, read but not unwrapped.
pub(crate) struct WrappedCompartment<'a> {
    id: CompartmentId,
    pub(crate) kind: Kind,
    pub(crate) epoch: u32,
    wrapped: &'a [u8],
}

impl<'a> WrappedCompartment<'a> {
    pub(crate) fn parse(id: CompartmentId, row: &'a KeyringRow) -> Option<Self> {
        let mut reader = Reader::new(row.bytes.get(1..)?);
        let kind = Kind::from_byte(reader.u8()?)?;
        let epoch = reader.u32()?;
        Some(Self {
            id,
            kind,
            epoch,
            wrapped: reader.rest(),
        })
    }

    pub(crate) fn unwrap(
        &self,
        installation: Uuid,
        epoch: &Epoch,
        into: &mut [u8; 32],
    ) -> Option<()> {
        let aad = compartment_place(installation, self.id, self.kind, epoch.number);
        epoch.cipher.unwrap_key(&aad, self.wrapped, into)
    }
}
