//! Slots: each wraps the root key under one unlock secret.
//!
//! A slot says which method it takes and what that costs; everything it says is associated data of its wrap,
//! so that a lowered cost does not open it.

use uuid::Uuid;

use super::rows::Name;
use super::{KeyringRow, VERSION, check, checked, rows};
use crate::bytes::{Reader, Writer};
use crate::crypto::{Cipher, KEY, Key, argon2id};
use crate::{PasskeyPlace, PassphraseCost, Randomness, Secret, VaultError};

/// How a slot is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SlotMethod {
    /// By a key file.
    KeyFile,
    /// By a passphrase, at this cost.
    Passphrase(PassphraseCost),
    /// By any two of three cards.
    Cards,
    /// By this passkey.
    Passkey(PasskeyPlace),
}

/// What may be shown of a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotInfo {
    /// Its id.
    pub id: Uuid,
    /// The name of its row; deleting that row takes the way in away.
    pub name: String,
    /// How it is opened.
    pub method: SlotMethod,
}

const KEY_FILE: u8 = 1;
const PASSPHRASE: u8 = 2;
const CARDS: u8 = 3;
const PASSKEY: u8 = 4;

impl SlotMethod {
    fn of(secret: &Secret, cost: PassphraseCost) -> Self {
        match secret {
            Secret::KeyFile(_) => Self::KeyFile,
            Secret::Passphrase(_) => Self::Passphrase(cost),
            Secret::Cards(_) => Self::Cards,
            Secret::Passkey(derived) => Self::Passkey(derived.place().clone()),
        }
    }

    fn encode(&self) -> Vec<u8> {
        match self {
            Self::KeyFile => vec![KEY_FILE],
            Self::Cards => vec![CARDS],
            Self::Passphrase(cost) => Writer::default()
                .fixed(&[PASSPHRASE])
                .fixed(&cost.memory_kib.to_be_bytes())
                .fixed(&cost.passes.to_be_bytes())
                .fixed(&cost.lanes.to_be_bytes())
                .finish(),
            Self::Passkey(place) => Writer::default()
                .fixed(&[PASSKEY])
                .part(&place.credential)
                .fixed(&place.salt)
                .finish(),
        }
    }

    fn decode(reader: &mut Reader<'_>) -> Option<Self> {
        match reader.u8()? {
            KEY_FILE => Some(Self::KeyFile),
            CARDS => Some(Self::Cards),
            PASSPHRASE => {
                let (memory_kib, passes, lanes) = (reader.u32()?, reader.u32()?, reader.u32()?);
                Some(Self::Passphrase(PassphraseCost {
                    memory_kib,
                    passes,
                    lanes,
                }))
            }
            PASSKEY => {
                let place = PasskeyPlace {
                    credential: reader.part()?.to_vec(),
                    salt: reader.array()?,
                };
                place.allowed().then_some(Self::Passkey(place))
            }
            _ => None,
        }
    }

    /// The key under which the root key is wrapped; `None` when the secret is of another method.
    fn wrapping_key(&self, secret: &Secret, salt: &[u8]) -> Result<Option<Key>, VaultError> {
        let info: [&[u8]; 2] = [b"alcove/keyring/slot/v1", &self.encode()];
        match (self, secret) {
            (Self::KeyFile, Secret::KeyFile(file)) => Ok(Some(file.key().derive(salt, &info))),
            (Self::Passphrase(cost), Secret::Passphrase(words)) if cost.allowed() => {
                let cost = (cost.memory_kib, cost.passes, cost.lanes);
                Ok(Some(argon2id(words, salt, cost)?.derive(salt, &info)))
            }
            (Self::Passphrase(_), Secret::Passphrase(_)) => Err(VaultError::Cost),
            (Self::Cards, Secret::Cards(pair)) => Ok(Some(pair.key().derive(salt, &info))),
            (Self::Passkey(place), Secret::Passkey(derived)) if place == derived.place() => {
                Ok(Some(derived.key().derive(salt, &info)))
            }
            (Self::KeyFile | Self::Passphrase(_) | Self::Cards | Self::Passkey(_), _) => Ok(None),
        }
    }
}

/// A slot's row, read.
pub(crate) struct Slot {
    id: Uuid,
    method: SlotMethod,
    salt: [u8; KEY],
    wrapped: Vec<u8>,
}

/// What may be shown of the slots among these rows.
pub(crate) fn infos(rows: &[KeyringRow]) -> Result<Vec<SlotInfo>, VaultError> {
    let mut infos = Vec::new();
    for row in rows {
        if let Name::Slot(id) = Name::of(row)? {
            infos.push(Slot::parse(id, row)?.info());
        }
    }
    Ok(infos)
}

/// Wraps the root key under a secret, as a new slot.
pub(crate) fn wrap(
    installation: Uuid,
    root: &Key,
    secret: &Secret,
    cost: PassphraseCost,
    randomness: &dyn Randomness,
) -> Result<KeyringRow, VaultError> {
    let (mut id, mut salt) = ([0; 16], [0; KEY]);
    randomness.fill(&mut id);
    randomness.fill(&mut salt);
    if let Secret::Cards(pair) = secret {
        pair.name(&mut id);
    }
    let id = uuid::Builder::from_random_bytes(id).into_uuid();
    let method = SlotMethod::of(secret, cost);
    let key = method
        .wrapping_key(secret, &salt)?
        .ok_or(VaultError::WrongSecret)?;
    let aad = slot_place(installation, id, &method, &salt);
    let wrapped = Cipher::new(key.bytes()).wrap(&aad, root.bytes(), randomness);
    let name = rows::slot_name(id);
    let body = Writer::default()
        .fixed(&[VERSION])
        .fixed(&method.encode())
        .fixed(&salt);
    let mut bytes = body.fixed(&wrapped).finish();
    bytes.extend_from_slice(&check(&name, &bytes));
    Ok(KeyringRow { name, bytes })
}

impl Slot {
    pub(crate) fn parse(id: Uuid, row: &KeyringRow) -> Result<Self, VaultError> {
        let mut reader = Reader::new(checked(row)?.get(1..).unwrap_or_default());
        let mut read = || {
            let method = SlotMethod::decode(&mut reader)?;
            let salt = reader.array()?;
            Some(Self {
                id,
                method,
                salt,
                wrapped: reader.rest().to_vec(),
            })
        };
        read().ok_or_else(|| VaultError::damaged(&row.name))
    }

    pub(crate) fn info(&self) -> SlotInfo {
        SlotInfo {
            id: self.id,
            name: rows::slot_name(self.id),
            method: self.method.clone(),
        }
    }

    pub(crate) fn takes(&self, secret: &Secret) -> bool {
        match (&self.method, secret) {
            (SlotMethod::KeyFile, Secret::KeyFile(_))
            | (SlotMethod::Passphrase(_), Secret::Passphrase(_)) => true,
            (SlotMethod::Cards, Secret::Cards(pair)) => pair.is_of(self.id),
            (SlotMethod::Passkey(place), Secret::Passkey(derived)) => place == derived.place(),
            (
                SlotMethod::KeyFile
                | SlotMethod::Passphrase(_)
                | SlotMethod::Cards
                | SlotMethod::Passkey(_),
                _,
            ) => false,
        }
    }

    /// The root key, or `None` when this is not the secret.
    pub(crate) fn unwrap(
        &self,
        installation: Uuid,
        secret: &Secret,
    ) -> Result<Option<Key>, VaultError> {
        let damaged = |_| VaultError::damaged(&rows::slot_name(self.id));
        let Some(key) = self
            .method
            .wrapping_key(secret, &self.salt)
            .map_err(damaged)?
        else {
            return Ok(None);
        };
        let aad = slot_place(installation, self.id, &self.method, &self.salt);
        let root = Cipher::new(key.bytes()).unwrap(&aad, &self.wrapped);
        Ok(root.and_then(|root| Key::from_slice(&root)))
    }
}

fn slot_place(installation: Uuid, id: Uuid, method: &SlotMethod, salt: &[u8]) -> Vec<u8> {
    rows::place(
        "slot",
        installation,
        &[id.as_bytes(), &method.encode(), salt],
    )
}
